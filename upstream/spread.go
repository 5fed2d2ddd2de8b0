package upstream

import (
	"context"
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

func (c *Caller) release(n int) {
	for range n {
		c.client.slots.ReleasePermit()
		c.slots.ReleasePermit()
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
	workers, err := c.reserve(ctx, len(keys))
	if err != nil {
		return failEach(results, ended(routes[0].template, err))
	}
	shares := max(workers, (len(keys)+maxShare-1)/maxShare)
	var next atomic.Int64
	work := func() {
		defer c.release(1)
		for {
			n := int(next.Add(1)) - 1
			if n >= shares {
				return
			}
			from, to := n*len(keys)/shares, (n+1)*len(keys)/shares
			getShare(ctx, c, routes[from:to], results[from:to], read)
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

// getShare reads one share of the keys, in the slot that its worker holds.
func getShare[V any](ctx context.Context, c *Caller, routes []route, results []Result[V], read reader[V]) {
	if len(routes) > 1 && c.client.batch.usable() && getBatch(ctx, c, routes, results, read) {
		return
	}
	for i, r := range routes {
		results[i].Value, results[i].Err = do(ctx, c, r, read)
	}
}
