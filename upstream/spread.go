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

// item is one thing to read: where, and what to do with its answer.
type item struct {
	route route
	// end takes the answer, or the error there was instead of one. It returns
	// that error, or why the answer cannot be read.
	end func(a answer, err error) error
}

// getEach reads one thing for each key, in order. Within a gathering it waits
// for the others, so that all their keys are spread together.
func getEach[K, V any](ctx context.Context, c *Caller, keys []K, to func(key K) route, read reader[V]) []Result[V] {
	results := make([]Result[V], len(keys))
	items := make([]item, len(keys))
	for i, key := range keys {
		result := &results[i]
		items[i] = item{route: to(key), end: func(a answer, err error) error {
			if err == nil {
				result.Value, err = read(a)
			}
			result.Err = err
			return err
		}}
	}
	if g := gatheringOf(ctx); g != nil {
		g.join(ctx, c, items)
	} else {
		c.spread(ctx, items)
	}
	return results
}

// spread reads what is asked for, over as many parallel calls as slots are
// free, which answers fastest, and puts what is too much for that into batches,
// which costs the fewest calls.
func (c *Caller) spread(ctx context.Context, items []item) {
	if len(items) == 0 {
		return
	}
	op := items[0].route.template
	if c.credentials.IsZero() {
		failAll(items, &Error{Op: op, Kind: KindUnauthenticated, Err: errNoCredential})
		return
	}
	if err := c.client.breaker.refuse(op); err != nil {
		failAll(items, err)
		return
	}
	if err := ctx.Err(); err != nil {
		failAll(items, ended(op, err))
		return
	}
	workers, err := c.reserve(ctx, len(items))
	if err != nil {
		failAll(items, unserved(op, err))
		return
	}
	shares := max(workers, (len(items)+maxShare-1)/maxShare)
	var next atomic.Int64
	work := func() {
		s := &slot{caller: c, held: true}
		defer s.give()
		for {
			n := int(next.Add(1)) - 1
			if n >= shares {
				return
			}
			s.readShare(ctx, items[n*len(items)/shares:(n+1)*len(items)/shares])
		}
	}
	var workersDone sync.WaitGroup
	for range workers - 1 {
		workersDone.Go(work)
	}
	work()
	workersDone.Wait()
}

func failAll(items []item, err error) {
	for _, it := range items {
		_ = it.end(answer{}, err)
	}
}

// readShare reads one share in its worker's slot. A panic is a bug of ours; it
// costs the share, not the program.
func (s *slot) readShare(ctx context.Context, items []item) {
	defer func() {
		if v := recover(); v != nil {
			failAll(items, fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
		}
	}()
	if len(items) > 1 && s.caller.client.batch.usable() && s.readBatch(ctx, items) {
		return
	}
	for _, it := range items {
		_, err := send(ctx, s, s.caller.client.getRequest(it.route), func(a answer) (struct{}, error) {
			return struct{}{}, it.end(a, nil)
		})
		if err != nil {
			_ = it.end(answer{}, err) // of the last attempt, or why there was none
		}
	}
}
