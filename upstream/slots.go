package upstream

import "context"

// reserve takes up to want slots: those that are free at this moment for the
// request and for the portal, and at least one, for which it waits. It
// takes no more of them than its share.
func (c *Caller) reserve(ctx context.Context, want int) (int, error) {
	queue := c.queue.Load()
	if want > 1 {
		want = min(want, c.client.slots.share(queue))
	}
	select {
	case c.slots <- struct{}{}:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	if err := c.client.slots.acquire(ctx, queue); err != nil {
		<-c.slots
		return 0, err
	}
	got := 1
	for ; got < want && c.tryMore(); got++ {
	}
	return got, nil
}

// tryMore takes one more slot if one is free.
func (c *Caller) tryMore() bool {
	select {
	case c.slots <- struct{}{}:
	default:
		return false
	}
	if !c.client.slots.tryAcquire() {
		<-c.slots
		return false
	}
	return true
}

// slot is what one worker needs to call: a slot of its request and one of the
// portal, for one call at a time. It is not safe for concurrent use.
type slot struct {
	caller *Caller
	page   *tally // of the calls that are made together; nil for a single one
	held   bool
	used   bool
}

// take waits for the slot unless it is held. A failure leaves the worker
// without one.
func (s *slot) take(ctx context.Context, op string) error {
	if s.held {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return Ended(op, err)
	}
	if _, err := s.caller.reserve(ctx, 1); err != nil {
		return unserved(op, err)
	}
	s.held = true
	return nil
}

// turn takes the slot for the next call. A slot that has been used goes to the next queue,
// so that a request with many keys does not keep the others waiting until its
// last.
func (s *slot) turn(ctx context.Context, op string) error {
	if s.used {
		s.give()
	}
	s.used = true
	return s.take(ctx, op)
}

// give gives the slot back, if it is held.
func (s *slot) give() {
	if s.held {
		s.held = false
		s.caller.client.slots.release()
		<-s.caller.slots
	}
}
