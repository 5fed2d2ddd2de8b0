package paging

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"

	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

// mover adds rows and removes them, but those that stay.
type mover struct {
	list  *fakeList
	stays map[int]bool
	left  int // moves, so that a walk towards new rows ends
	*rand.Rand
}

func newMover(seed uint64, rows int) *mover {
	m := &mover{list: &fakeList{ids: evenly(2, 2*rows, 2)}, stays: map[int]bool{}, left: 600, Rand: rand.New(rand.NewPCG(seed, 3))}
	for _, id := range m.list.ids {
		if m.IntN(2) == 0 {
			m.stays[id] = true
		}
	}
	return m
}

// move makes a burst of changes: new rows, rows that come to sight again, rows
// that go, alone or many at once.
func (m *mover) move() {
	l := m.list
	for range m.IntN(4) {
		if m.left--; m.left < 0 {
			return
		}
		highest := l.ids[len(l.ids)-1]
		switch m.IntN(8) {
		case 0, 1:
			l.ids = append(l.ids, highest+1+m.IntN(2))
		case 2, 3, 4:
			id := 1 + m.IntN(highest)
			if i, found := slices.BinarySearch(l.ids, id); !found {
				l.ids = slices.Insert(l.ids, i, id)
			}
		case 5, 6:
			m.remove(m.IntN(len(l.ids)), 1)
		default:
			m.remove(m.IntN(len(l.ids)), 1+m.IntN(80))
		}
	}
}

func (m *mover) remove(from, n int) {
	to := min(from+n, len(m.list.ids))
	kept := slices.DeleteFunc(slices.Clone(m.list.ids[from:to]), func(id int) bool { return !m.stays[id] })
	m.list.ids = slices.Replace(m.list.ids, from, to, kept...)
}

// checkWalk reports what a walk through all pages must not do.
func checkWalk(t *testing.T, walked []int, descending bool, stays map[int]bool) {
	t.Helper()
	missing := len(stays)
	for i, id := range walked {
		if i > 0 && (id == walked[i-1] || id < walked[i-1] != descending) {
			t.Fatalf("%d comes after %d", id, walked[i-1])
		}
		if stays[id] {
			missing--
		}
	}
	if missing > 0 {
		t.Fatalf("%d of the %d rows that stayed were lost", missing, len(stays))
	}
}

func TestPageByIDWhileRowsMove(t *testing.T) {
	t.Parallel()
	for _, first := range []int{1, 2, 7, 25, 100} {
		for _, sources := range []int{1, 3} {
			t.Run(fmt.Sprintf("first %d of %d", first, sources), func(t *testing.T) {
				t.Parallel()
				for seed := range uint64(5) {
					m := newMover(seed, 1000)
					m.list.moves = m.move
					l := listingOf(first, seed%2 == 1)
					lists := []Source[int]{m.list.source(everyID)}
					if sources == 3 { // which overlap
						lists = []Source[int]{
							m.list.source(func(id int) bool { return id%4 < 2 }),
							m.list.source(func(id int) bool { return id%4 > 1 }),
							m.list.source(func(id int) bool { return id%3 == 0 }),
						}
					}
					var walked []int
					for {
						p := mustPage(t, l, lists...)
						walked = append(walked, p.Rows...)
						if len(p.Rows) != len(p.Cursors) || p.HasNext && len(p.Rows) != first || p.HasPrevious && l.After == nil {
							t.Fatalf("page %+v", p)
						}
						if !p.HasNext {
							break
						}
						l.After = mustParse(t, p.Cursors[first-1])
						m.list.mu.Lock()
						m.move()
						m.list.mu.Unlock()
					}
					checkWalk(t, walked, l.Descending, m.stays)
				}
			})
		}
	}
}

// A list whose rows always turn out to have moved costs a bounded number of calls.
func TestPageByIDGivesUp(t *testing.T) {
	t.Parallel()
	calls := 0
	restless := func(_ context.Context, w upstream.Window) (upstream.Page[int], error) {
		calls++
		if calls%2 == 1 {
			return upstream.Page[int]{Items: evenly(5000, 5000+w.Count-1, 1)}, nil
		}
		return upstream.Page[int]{Items: evenly(1, w.Count, 1)}, nil
	}
	l := listingOf(5, false)
	l.After = &Cursor{LastID: 4000, Offsets: []int{4000}}
	if _, err := ByID(t.Context(), l, restless); upstream.KindOf(err) != upstream.KindServer || calls != maxReads {
		t.Errorf("%v after %d calls", err, calls)
	}
}

func TestPageByIDOverThePortal(t *testing.T) {
	t.Parallel()
	portal := demo.New()
	server := httptest.NewServer(portal)
	t.Cleanup(server.Close)
	t.Cleanup(func() { _ = portal.Close() })
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client := upstream.New(upstream.Options{URL: address})
	t.Cleanup(client.Close)
	var ids []int
	for range 1000 {
		ids = append(ids, portal.AddOpportunity("Forklifts"))
	}
	for _, descending := range []bool{false, true} {
		random := rand.New(rand.NewPCG(1, 2))
		caller := client.For(upstream.Credentials{Authorization: demo.Token})
		l := Listing[*upstream.Opportunity]{First: 50, Bound: "list", Descending: descending, Totals: true, ID: (*upstream.Opportunity).CheckedID}
		stays := map[int]bool{}
		for _, id := range ids {
			stays[id] = true
		}
		var walked []int
		for added := 0; ; {
			p, err := ByID(t.Context(), l, func(ctx context.Context, w upstream.Window) (upstream.Page[*upstream.Opportunity], error) {
				answer := caller.ListOpportunities(ctx, nil, []upstream.Query[upstream.OpportunityCriteria]{{Window: w}}, nil)[0]
				return answer.Value, answer.Err
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range p.Rows {
				walked = append(walked, o.ID)
			}
			if p.Total == nil || *p.Total < 900 {
				t.Errorf("total %v", p.Total)
			}
			if !p.HasNext {
				break
			}
			l.After = mustParse(t, p.Cursors[len(p.Cursors)-1])
			for range 4 {
				if added++; added < 100 {
					portal.AddOpportunity("Pallets")
				}
				gone := random.IntN(len(ids))
				if portal.RemoveOpportunity(ids[gone]) {
					delete(stays, ids[gone])
				}
				ids = slices.Delete(ids, gone, gone+1)
			}
		}
		checkWalk(t, walked, descending, stays)
		t.Logf("%d rows in %d calls", len(walked), caller.Calls())
	}
}
