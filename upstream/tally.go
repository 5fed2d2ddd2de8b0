package upstream

import "sync"

// tally counts the calls of one page, so that each circuit gets one verdict of
// them all: a page with many look-ups is not many callers. A nil tally is that of
// a single call.
type tally struct {
	mu     sync.Mutex
	counts map[*circuit]*count
}

type count struct{ term, healthy, failing int }

// leave counts a verdict, or records it where it is that of a probe.
func (t *tally) leave(b *breaker, c *circuit, term int, v verdict) {
	if t == nil || !c.circuit.IsClosed() {
		b.record(c, term, v)
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	n := t.counts[c]
	if n == nil {
		n = &count{term: term}
		if t.counts == nil {
			t.counts = map[*circuit]*count{}
		}
		t.counts[c] = n
	}
	switch v {
	case healthy:
		n.healthy++
	case failing:
		n.failing++
	}
}

// settle records what was counted.
func (t *tally) settle(b *breaker) {
	for c, n := range t.counts {
		switch {
		case n.healthy+n.failing == 0:
		case n.failing >= n.healthy:
			b.record(c, n.term, failing)
		default:
			b.record(c, n.term, healthy)
		}
	}
}
