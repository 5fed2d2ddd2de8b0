package upstream

import (
	"context"
	"sync"
	"time"
)

// groupWait is how long the reads of a group wait for one that has neither begun
// nor given up. Beginning takes no call, so this is only used up by a bug, which
// then costs batches and not the page.
const groupWait = 250 * time.Millisecond

// group joins several reads of many keys, made at the same time by code that
// does not know of each other, into one: their keys are spread together over the
// slots that are free, and share batches. Without it, the first would take all
// slots and the others would queue behind it.
type group struct {
	ctx    context.Context // that its reads end with
	caller *Caller

	mu      sync.Mutex
	items   []item
	missing int // seats that have neither read nor left
	begun   bool
	timer   *time.Timer
}

// Seat says how a read goes: it is its place in a group. A read that is given a nil Seat
// goes alone.
type Seat struct {
	group   *group // nil: it goes alone
	taken   bool   // by a read
	purpose Purpose
}

// forWrite is the seat of reads that a write depends on. They go alone.
var forWrite = &Seat{purpose: PurposeReadForWrite}

func (s *Seat) isAlone() bool { return s == nil || s.group == nil }

// readBy returns the route of a read that has the seat.
func (s *Seat) readBy(r route) route {
	if s != nil {
		r.purpose = s.purpose
	}
	return r
}

// Group returns seats for reads that go together and end with ctx. All are
// counted here, before any of their goroutines starts. Each must Leave, best in a
// defer.
func (c *Caller) Group(ctx context.Context, reads int) []*Seat {
	seats := make([]*Seat, reads)
	if reads < 2 {
		return seats // nil: alone
	}
	g := &group{ctx: ctx, caller: c, missing: reads}
	places := make([]Seat, reads)
	for i := range places {
		places[i].group = g
		seats[i] = &places[i]
	}
	return seats
}

// Leave gives up the seat, so that the group does not wait for a read that will
// not come. After a read it does nothing.
func (s *Seat) Leave() {
	if s.isAlone() || s.taken {
		return
	}
	s.taken = true
	s.group.arrive(nil)
}

// read adds items to the group and returns when they have ended, however long
// those of the other reads take.
func (s *Seat) read(items []item) {
	g := s.group
	if s.taken { // a second read of the same seat goes alone
		g.caller.spread(g.ctx, items)
		return
	}
	s.taken = true
	var ended sync.WaitGroup
	ended.Add(len(items))
	for i := range items {
		items[i].ended = ended.Done
	}
	if !g.arrive(items) {
		g.caller.spread(g.ctx, items)
	}
	ended.Wait()
}

// arrive counts one seat in, with its items. It returns false when the group has
// begun without it.
func (g *group) arrive(items []item) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.begun {
		return false
	}
	g.items = append(g.items, items...)
	g.missing--
	switch {
	case g.missing == 0:
		g.begin()
	case g.timer == nil && len(items) > 0:
		g.timer = time.AfterFunc(groupWait, func() {
			g.mu.Lock()
			defer g.mu.Unlock()
			g.begin()
		})
	}
	return true
}

// begin reads what is there; g.mu is held. The goroutine ends with the last
// call, and calls end with ctx.
func (g *group) begin() {
	if g.begun {
		return
	}
	g.begun = true
	if g.timer != nil {
		g.timer.Stop()
	}
	if items := g.items; len(items) > 0 {
		go g.caller.spread(g.ctx, items)
	}
}
