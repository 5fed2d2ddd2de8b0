//go:build race || full

package resolvers_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

// soakWrites is how long TestSoakOfWrites runs: two seconds, or what SOAK says.
func soakWrites(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv("SOAK")
	if text == "" {
		return 2 * time.Second
	}
	length, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("SOAK: %v", err)
	}
	return length
}

const (
	writers   = 64
	ownCards  = 5 // of each writer
	ownTasks  = 3 // the same
	firstTask = 601
	allCards  = 8    // of all writers together
	faultRate = 0.05 // of portal calls that go wrong
	restAfter = 20 * time.Millisecond
)

// TestSoakOfWrites has many clients move and change cards and tasks of a portal that fails in every
// way that the demo knows, before, in the middle of and after its work. Of the cards of
// its own, each answer is true of what the portal's database has, or says that it does not
// know. Of the cards of all, none is overwritten by a writer who has not seen it as it was.
func TestSoakOfWrites(t *testing.T) {
	t.Parallel()
	length := soakWrites(t)
	a := newAPI(t, func(o *upstream.Options) {
		o.CallTimeout, o.WriteTimeout, o.BreakerCalls = 3*time.Second, 3*time.Second, 1e6
	})
	soak := &writeSoak{api: a, outcomes: map[string]int{}, ids: cardsOf(t, a.portal)}
	var clients sync.WaitGroup
	things := len(a.portal.Rows())
	misbehave(a.portal)
	first := newChooser(1, writers, a.portal, time.UTC)
	seed := uint64(time.Now().UnixNano()) // of no use to make the same again: the writers wait for each other
	until := time.Now().Add(length)
	for n := range writers {
		clients.Go(func() {
			choose := first.with(seed, uint64(n))
			own := soak.ids[n*ownCards : (n+1)*ownCards]
			for time.Now().Before(until) && !t.Failed() {
				var err error
				switch choose.IntN(8) {
				case 0, 1:
					err = soak.race(choose, n)
				case 2:
					err = soak.own(choose, "task", firstTask+n*ownTasks+choose.IntN(ownTasks))
				default:
					err = soak.own(choose, "opportunity", pick(choose, own))
				}
				if err != nil {
					t.Errorf("writer %d: %v", n, err)
				}
			}
		})
	}
	clients.Wait()
	a.portal.ClearFaults()
	if after := len(a.portal.Rows()); after != things {
		t.Errorf("there were %d things, and are %d", things, after)
	}
	soak.checkRaces(t)
	t.Logf("%v of the writers' own cards, %d of the cards of all", soak.outcomes, len(soak.races))
	for _, outcome := range []string{"DONE", "NOT_DONE", "UNKNOWN"} {
		if soak.outcomes[outcome] == 0 && length > 10*time.Second {
			t.Errorf("no answer was %s: this shows little", outcome)
		}
	}
}

// cardsOf returns opportunities for each writer, then those of all.
func cardsOf(t *testing.T, p *demo.Portal) (ids []int) {
	t.Helper()
	for id := 3101; len(ids) < writers*ownCards+allCards; id++ {
		if row := p.OpportunityRow(id); row != nil && id != 3190 && id != 3191 {
			ids = append(ids, id)
		} else if id > 4000 {
			t.Fatal("the portal has too few opportunities")
		}
	}
	return ids
}

// misbehave makes the portal fail in all ways at once, each seldom, and items of batches
// beside whole calls.
func misbehave(portal *demo.Portal) {
	const kinds, moments = float64(demo.NoNestedIDs), 3
	for kind := demo.Delay; kind.String() != ""; kind++ {
		for when := demo.Before; when <= demo.After; when++ {
			fault := demo.Fault{Kind: kind, Rate: faultRate / kinds / moments, Delay: time.Millisecond, When: when}
			if kind == demo.Hang || kind == demo.SlowBody {
				fault.Rate /= 20 // each takes its client a time-out
			}
			portal.Inject(fault)
			for _, route := range []string{"crm/opportunity/{id}/tag", "crm/opportunity/{id}/contact/{contactid}", "crm/opportunity/{id}/customfield/{fieldid}"} {
				fault.Route = route
				portal.Inject(fault)
			}
		}
	}
}

// writeSoak is what the writers share.
type writeSoak struct {
	api *api
	ids []int // the writers' own, then those of all

	mu       sync.Mutex
	outcomes map[string]int
	races    []race
}

// own changes a card, or a task, that no other writer changes.
func (s *writeSoak) own(choose *chooser, kind string, id int) error {
	before := (&change{kind: kind, id: id}).row(s.api.portal)
	ch := choose.change(kind, id, before)
	answer, err := ch.make(s.api.handler)
	if err != nil {
		return err
	}
	if answer.outcome() == "UNKNOWN" {
		time.Sleep(restAfter) // the portal may still be at it
	}
	if err := ch.check(before, ch.row(s.api.portal), answer); err != nil {
		return fmt.Errorf("%v, answered with %s: %w", ch, answer.text, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.outcomes[answer.outcome()]++
	return nil
}

// race is a change of a card that others change, too: of what was seen to a title that no
// other writer gives.
type race struct {
	id                   int
	seen, title, outcome string
}

func (s *writeSoak) race(choose *chooser, n int) error {
	r := race{id: pick(choose, s.ids[writers*ownCards:])}
	var read struct {
		Data struct{ Opportunity *struct{ Revision string } }
	}
	by, handler := choose.employees[0], s.api.handler
	text, err := by.ask(handler, fmt.Sprintf("{ opportunity(id: %d) { revision } }", r.id), nil)
	if err != nil || json.Unmarshal([]byte(text), &read) != nil || read.Data.Opportunity == nil {
		return err // of a portal that fails
	}
	r.seen, r.title = read.Data.Opportunity.Revision, fmt.Sprint("by ", n, ", ", choose.Uint64())
	ch := &change{
		mutation: "updateOpportunity", kind: "opportunity", id: r.id, by: by,
		input: map[string]any{"id": strconv.Itoa(r.id), "ifRevision": r.seen, "title": r.title, "bidCurrency": "EUR"},
	}
	answer, err := ch.make(handler)
	if err != nil {
		return err
	}
	r.outcome = answer.outcome()
	if m := answer.Data.M; m != nil && m.Opportunity != nil && (m.Opportunity.Title == r.title) == answer.has("CONFLICT") {
		return fmt.Errorf("%v, answered with %s", ch, answer.text)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.races = append(s.races, r)
	return nil
}

// checkRaces fails unless each revision was replaced once at most, and nothing is there
// that was answered as not done.
func (s *writeSoak) checkRaces(t *testing.T) {
	t.Helper()
	replaced := map[string]race{}
	for _, r := range s.races {
		key := fmt.Sprint(r.id, " ", r.seen)
		switch other, twice := replaced[key]; {
		case r.outcome == "DONE" && twice:
			t.Errorf("%q has overwritten %q, which it had not seen", r.title, other.title)
		case r.outcome == "DONE":
			replaced[key] = r
		case r.outcome == "NOT_DONE" && s.api.portal.OpportunityRow(r.id)["title"] == r.title:
			t.Errorf("%q is there, and was answered as not done", r.title)
		}
	}
	if len(replaced) == 0 {
		t.Error("no writer has won: this shows nothing")
	}
}

// with returns a chooser of the same things that chooses otherwise.
func (c *chooser) with(seed, stream uint64) *chooser {
	other := *c
	other.Rand = rand.New(rand.NewPCG(seed, stream))
	return &other
}
