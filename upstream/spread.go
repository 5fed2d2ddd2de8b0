package upstream

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
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
	// that error, or why the answer cannot be read. A repeated call calls it again.
	end func(a answer, err error) error
	// ended is called once, after the last call of end; it may be nil.
	ended func()
}

// getEach reads one thing for each key, in order. With a seat in a group it goes
// together with the group's other reads.
func getEach[K, V any](ctx context.Context, c *Caller, seat *Seat, keys []K, to func(key K) route, read reader[V]) []Result[V] {
	results := make([]Result[V], len(keys))
	if seat.isAlone() && len(keys) == 1 {
		results[0].Value, results[0].Err = get(ctx, c, seat.readBy(to(keys[0])), read)
		return results
	}
	items := make([]item, len(keys))
	for i, key := range keys {
		result := &results[i]
		items[i] = item{route: seat.readBy(to(key)), end: func(a answer, err error) error {
			if err == nil {
				result.Value, err = read(a)
			}
			result.Err = err
			return err
		}}
	}
	if seat.isAlone() {
		c.spread(ctx, items)
	} else {
		seat.read(items)
	}
	return results
}

// getWith reads one thing, with a seat in a group together with its other reads.
func getWith[V any](ctx context.Context, c *Caller, seat *Seat, r route, read reader[V]) (V, error) {
	if seat.isAlone() {
		return get(ctx, c, seat.readBy(r), read)
	}
	result := getEach(ctx, c, seat, []route{r}, func(r route) route { return r }, read)[0]
	return result.Value, result.Err
}

// spread reads what is asked for, over as many parallel calls as slots are
// free, which answers fastest, and puts what is too much for that into batches,
// which costs the fewest calls.
func (c *Caller) spread(ctx context.Context, items []item) {
	if len(items) == 0 {
		return
	}
	items = c.tried(ctx, c.admitted(items))
	if len(items) == 0 {
		return
	}
	workers, err := c.workers(ctx, items)
	if err != nil {
		failAll(items, err)
		endAll(items)
		return
	}
	page := &tally{}
	shares := max(workers, (len(items)+maxShare-1)/maxShare)
	var next atomic.Int64
	work := func() {
		s := &slot{caller: c, page: page, held: true}
		defer s.give()
		for {
			n := int(next.Add(1)) - 1
			if n >= shares {
				return
			}
			share := items[n*len(items)/shares : (n+1)*len(items)/shares]
			_ = guard(share, func() error { s.readShare(ctx, share); return nil })
			endAll(share)
		}
	}
	var workersDone sync.WaitGroup
	for range workers - 1 {
		workersDone.Go(work)
	}
	work()
	workersDone.Wait()
	page.settle(c.client.breaker)
}

// admitted returns the items whose routes are not left alone, and ends the others.
func (c *Caller) admitted(items []item) []item {
	if c.credentials.IsZero() {
		return items
	}
	var kept, refused []item
	for i, it := range items {
		err := c.client.breaker.refuse(it.route.template)
		switch {
		case err != nil:
			if refused == nil {
				kept = slices.Clone(items[:i])
			}
			refused = append(refused, it)
			_ = it.end(answer{}, err)
		case refused != nil:
			kept = append(kept, it)
		}
	}
	if refused == nil {
		return items
	}
	endAll(refused)
	return kept
}

// tried returns the items but for those of routes whose circuits may close again. Of
// each of these one item is read first: a batch with it might hang, and the others
// would be refused while it is on its way. They go with the rest if it went well, and
// end like it otherwise.
func (c *Caller) tried(ctx context.Context, items []item) []item {
	doubtful := func(it item) bool { return !c.client.breaker.route(it.route.template).isClosed() }
	if c.credentials.IsZero() || !slices.ContainsFunc(items, doubtful) {
		return items
	}
	s := &slot{caller: c}
	defer s.give()
	var kept []item
	ends := map[string]error{} // of routes that fail still
	for _, it := range items {
		err := ends[it.route.template]
		switch {
		case err != nil:
			_ = it.end(answer{}, err)
		case !doubtful(it):
			kept = append(kept, it)
			continue
		default:
			err = guard([]item{it}, func() error { return s.readSingle(ctx, it) })
			if doubtful(it) && err != nil {
				ends[it.route.template] = err
			}
		}
		endAll([]item{it})
	}
	return kept
}

// workers reserves slots for reading items and returns how many, or why nothing
// is read.
func (c *Caller) workers(ctx context.Context, items []item) (int, error) {
	op := items[0].route.template
	if c.credentials.IsZero() {
		return 0, &Error{Op: op, Kind: KindUnauthenticated, Err: errNoCredential}
	}
	if err := ctx.Err(); err != nil {
		return 0, Ended(op, err)
	}
	workers, err := c.reserve(ctx, len(items))
	if err != nil {
		return 0, unserved(op, err)
	}
	return workers, nil
}

func failAll(items []item, err error) {
	for _, it := range items {
		_ = it.end(answer{}, err)
	}
}

func endAll(items []item) {
	for _, it := range items {
		if it.ended != nil {
			it.ended()
		}
	}
}

// guard returns what read does, which reads the items. A panic is a bug of ours; it costs
// the items, which end with it, and not the program.
func guard(items []item, read func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
			failAll(items, err)
		}
	}()
	return read()
}

// readShare reads one share in its worker's slot.
func (s *slot) readShare(ctx context.Context, items []item) {
	c := s.caller.client
	// Where batches are left alone, single calls may still be answered.
	if len(items) > 1 && c.breaker.refuse(batchRoute) == nil && c.batch.usable() && s.readBatch(ctx, items) {
		return
	}
	s.readSingly(ctx, items)
}

// readSingly reads items by a call for each. One that hangs takes much of the
// operation's time, so the others of its route come last, and when one of these
// hangs as well, the rest of them end like it.
func (s *slot) readSingly(ctx context.Context, items []item) {
	left, _ := s.readUntilHung(ctx, items)
	left, hung := s.readUntilHung(ctx, left)
	for _, it := range left {
		_ = it.end(answer{}, hung[it.route.template])
	}
}

// readUntilHung reads items one by one, and of a route none after one that hung;
// these are left. It returns the time-outs by route template.
func (s *slot) readUntilHung(ctx context.Context, items []item) (left []item, hung map[string]error) {
	for _, it := range items {
		if hung[it.route.template] != nil {
			left = append(left, it)
			continue
		}
		if err := s.readSingle(ctx, it); KindOf(err) == KindTimeout && ctx.Err() == nil {
			if hung == nil {
				hung = map[string]error{}
			}
			hung[it.route.template] = err
		}
	}
	return left, hung
}

// readSingle reads an item by a call of its own, and returns the error that it ended
// with.
func (s *slot) readSingle(ctx context.Context, it item) error {
	request := s.caller.client.getRequest(it.route)
	request.page = s.page
	_, err := send(ctx, s, request, func(a answer) (struct{}, error) {
		return struct{}{}, it.end(a, nil)
	})
	if err != nil {
		_ = it.end(answer{}, err) // of the last attempt, or why there was none
	}
	return err
}
