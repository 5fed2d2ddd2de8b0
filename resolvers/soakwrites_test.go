package resolvers_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

// soakWrites is how long TestSoakOfWrites runs: a quarter of a second, or two with the race
// detector, or what SOAK says.
func soakWrites(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv("SOAK")
	if text == "" {
		return shortly
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

// TestOneWriterWins has several people change what all of them saw, at once: the others
// are shown what the one has made of it.
func TestOneWriterWins(t *testing.T) {
	t.Parallel()
	const several = 8
	title := func(n int) (string, string) { return "title", fmt.Sprint("by ", n) }
	for name, test := range map[string]struct {
		kind      string
		id        int
		mutations []string // by turns
		names     func(n int) (member, value string)
	}{
		"an opportunity": {"opportunity", 3105, []string{"updateOpportunity"}, title},
		"a task":         {"task", 604, []string{"updateTask"}, title},
		"a move": {"opportunity", 3105, []string{"moveOpportunity"}, func(n int) (string, string) {
			return "stageId", strconv.Itoa(15 + n%5)
		}},
		"a move and more": {"opportunity", 3105, []string{"moveOpportunity", "updateOpportunity"}, func(n int) (string, string) {
			return "stageId", strconv.Itoa(15 + n%5)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAPI(t)
			var read struct {
				Data struct {
					M struct{ X struct{ Revision string } }
				}
			}
			query := fmt.Sprintf("mutation { m: update%s(input: {id: %d}) { x: %s { revision } } }", strings.ToUpper(test.kind[:1])+test.kind[1:], test.id, test.kind)
			if err := json.Unmarshal([]byte(a.ask(t, query, nil)), &read); err != nil || read.Data.M.X.Revision == "" {
				t.Fatal(read, err)
			}
			by := employeesOf(a.portal)[0]
			var answers [several]*said
			start := make(chan struct{})
			var all sync.WaitGroup
			for n := range several {
				member, value := test.names(n)
				ch := &change{
					mutation: test.mutations[n%len(test.mutations)], kind: test.kind, id: test.id, by: by,
					input: map[string]any{"id": strconv.Itoa(test.id), "ifRevision": read.Data.M.X.Revision, member: value},
				}
				all.Go(func() {
					<-start
					var err error
					if answers[n], err = ch.make(a.handler); err != nil {
						t.Error(err)
					}
				})
			}
			close(start)
			all.Wait()
			row := (&change{kind: test.kind, id: test.id}).row(a.portal)
			won := 0
			for _, answer := range answers {
				if answer == nil {
					continue
				}
				if answer.outcome() == "DONE" {
					won++
				} else if !answer.has("CONFLICT") || answer.Data.M.Opportunity == nil && answer.Data.M.Task == nil {
					t.Errorf("answered with %s", answer.text)
				}
				if err := answer.isTrueOf(row); err != nil {
					t.Errorf("answered with %s: %v", answer.text, err)
				}
			}
			if won != 1 {
				t.Errorf("%d of %d have won", won, several)
			}
		})
	}
}
