package upstream

import "sync"

// tally counts the calls of one page, so that each circuit gets one outcome of
// them all: a page with many look-ups is not many callers. A nil tally is that of
// a single call.
type tally struct {
	mu     sync.Mutex
	counts map[*circuit]*count
}

type count struct{ term, sound, failed int }

// leave counts an outcome, or records it where it is that of a probe.
func (t *tally) leave(b *breaker, c *circuit, term int, o outcome) {
	if t == nil || !c.circuit.IsClosed() {
		b.record(c, term, o)
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
	switch o {
	case sound:
		n.sound++
	case failed:
		n.failed++
	}
}

// settle records what was counted.
func (t *tally) settle(b *breaker) {
	for c, n := range t.counts {
		switch {
		case n.sound+n.failed == 0:
		case n.failed >= n.sound:
			b.record(c, n.term, failed)
		default:
			b.record(c, n.term, sound)
		}
	}
}
