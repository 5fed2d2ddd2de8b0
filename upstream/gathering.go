package upstream

import (
	"context"
	"sync"
)

// A Gathering joins several reads of many keys, made at the same time by code
// that does not know of each other, into one: their keys are spread together
// over the slots that are free, and share batches. Without it, the first would
// take all slots and the others would queue behind it.
type Gathering struct {
	mu       sync.Mutex
	items    []item
	joined   int
	expected int           // -1 until Expect
	closed   bool          // too late to join
	complete chan struct{} // closed when all are there
	done     chan struct{} // closed when all are answered
}

type gatheringKey struct{}

// Gather returns a context within which reads of many keys wait for each other
// until Expect has said how many there are.
func Gather(ctx context.Context) (context.Context, *Gathering) {
	g := &Gathering{expected: -1, complete: make(chan struct{}), done: make(chan struct{})}
	return context.WithValue(ctx, gatheringKey{}, g), g
}

// WithGathering returns ctx with the gathering that other has, if it has one.
func WithGathering(ctx, other context.Context) context.Context {
	if g := gatheringOf(other); g != nil {
		return context.WithValue(ctx, gatheringKey{}, g)
	}
	return ctx
}

func gatheringOf(ctx context.Context) *Gathering {
	g, _ := ctx.Value(gatheringKey{}).(*Gathering)
	return g
}

// Expect says how many reads take part. It must be called, once, soon after
// they were started.
func (g *Gathering) Expect(reads int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.expected = reads
	g.check()
}

func (g *Gathering) check() {
	if g.joined == g.expected {
		close(g.complete)
	}
}

// join adds items to the gathering and returns when they have ended. Whoever
// came first reads them all; should somebody never come, until ctx ends.
func (g *Gathering) join(ctx context.Context, c *Caller, items []item) {
	g.mu.Lock()
	if g.closed {
		g.mu.Unlock()
		c.spread(ctx, items)
		return
	}
	first := g.joined == 0
	g.items = append(g.items, items...)
	g.joined++
	g.check()
	g.mu.Unlock()
	if !first {
		<-g.done
		return
	}
	defer close(g.done)
	select {
	case <-g.complete:
	case <-ctx.Done():
	}
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	c.spread(ctx, g.items)
}
