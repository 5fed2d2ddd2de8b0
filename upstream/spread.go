package upstream

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// maxShare is how many items one batch call carries. The portal works a batch
// off one item after the other, so a bigger one only answers later.
const maxShare = 25

// Result is what became of one key of many: a value or an error.
type Result[V any] struct {
	Value V
	Err   error
}

// reserve takes up to want slots: those that are free at this moment for the
// request and for the portal, and at least one, for which it waits its turn.
func (c *Caller) reserve(ctx context.Context, want int) (int, error) {
	if err := c.slots.AcquirePermit(ctx); err != nil {
		return 0, err
	}
	if err := c.client.slots.AcquirePermit(ctx); err != nil {
		c.slots.ReleasePermit()
		return 0, err
	}
	got := 1
	for ; got < want && c.slots.TryAcquirePermit(); got++ {
		if !c.client.slots.TryAcquirePermit() {
			c.slots.ReleasePermit()
			break
		}
	}
	return got, nil
}

// slot is what one worker needs to call: a slot of its request and one of the
// portal, for one call at a time. It is not safe for concurrent use.
type slot struct {
	caller *Caller
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
		return ended(op, err)
	}
	if _, err := s.caller.reserve(ctx, 1); err != nil {
		return unserved(op, err)
	}
	s.held = true
	return nil
}

// turn takes the slot for the next call. A slot that has been used goes to
// whoever has waited for one longest, so that a request with many keys does not
// keep the others waiting until its last.
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
		s.caller.client.slots.ReleasePermit()
		s.caller.slots.ReleasePermit()
	}
}

// getEach reads one thing for each key, in order. It spreads the keys over as
// many parallel calls as slots are free, which answers fastest, and puts what
// is too many for that into batches, which costs the fewest calls.
func getEach[K, V any](ctx context.Context, c *Caller, keys []K, to func(key K) route, read reader[V]) []Result[V] {
	results := make([]Result[V], len(keys))
	if len(keys) == 0 {
		return results
	}
	routes := make([]route, len(keys))
	for i, key := range keys {
		routes[i] = to(key)
	}
	if c.credentials.IsZero() {
		return failEach(results, &Error{Op: routes[0].template, Kind: KindUnauthenticated, Err: errNoCredential})
	}
	if err := c.client.breaker.refuse(routes[0].template); err != nil {
		return failEach(results, err)
	}
	if err := ctx.Err(); err != nil {
		return failEach(results, ended(routes[0].template, err))
	}
	workers, err := c.reserve(ctx, len(keys))
	if err != nil {
		return failEach(results, unserved(routes[0].template, err))
	}
	shares := max(workers, (len(keys)+maxShare-1)/maxShare)
	var next atomic.Int64
	work := func() {
		s := &slot{caller: c, held: true}
		defer s.give()
		for {
			n := int(next.Add(1)) - 1
			if n >= shares {
				return
			}
			from, to := n*len(keys)/shares, (n+1)*len(keys)/shares
			getShare(ctx, s, routes[from:to], results[from:to], read)
		}
	}
	var workersDone sync.WaitGroup
	for range workers - 1 {
		workersDone.Go(work)
	}
	work()
	workersDone.Wait()
	return results
}

func failEach[V any](results []Result[V], err error) []Result[V] {
	for i := range results {
		results[i].Err = err
	}
	return results
}

// getShare reads one share of the keys in its worker's slot. A panic is a bug
// of ours; it costs the share's keys, not the program.
func getShare[V any](ctx context.Context, s *slot, routes []route, results []Result[V], read reader[V]) {
	defer func() {
		if v := recover(); v != nil {
			failEach(results, fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
		}
	}()
	if len(routes) > 1 && s.caller.client.batch.usable() && getBatch(ctx, s, routes, results, read) {
		return
	}
	for i, r := range routes {
		results[i].Value, results[i].Err = send(ctx, s, s.caller.client.getRequest(r), read)
	}
}
