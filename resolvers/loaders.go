package resolvers

import (
	"context"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/graph-gophers/dataloader/v7"

	"onlyoffice-graphql/upstream"
)

// loader is one kind of look-up; kinds.go has them all.
type loader[K comparable, V any] struct {
	route string // of the portal, for the report
	// read returns one result for each key, in order, together with the other
	// reads of the seat's group. It primes other look-ups with what comes along.
	read func(r *request, seat *upstream.Seat, keys []K) []upstream.Result[V]

	index int // within a request
}

// of returns the look-ups of the kind that r makes.
func (l *loader[K, V]) of(r *request) *lookups[K, V] {
	r.mu.Lock()
	defer r.mu.Unlock()
	if made, ok := r.lookups[l.index].(*lookups[K, V]); ok {
		return made
	}
	made := &lookups[K, V]{request: r, loader: l, entries: map[K]entry[K, V]{}}
	r.lookups[l.index] = made
	return made
}

// load returns the value of key for the field of ctx.
func (l *loader[K, V]) load(ctx context.Context, key K) (V, error) {
	of := l.of(requestFrom(ctx))
	of.note(ctx, key)
	return of.load(key)
}

// lookups are those of one kind for one request: a key is asked for once, and its
// value or error is kept for the length of the request.
//
// A dataloader collects keys until its batch is full or its timer runs out. No
// look-up here waits for a timer: keys that are known to be wanted together are
// collected by a step and are a batch of just that size, and a key that no step
// collected is asked for where it is wanted.
type lookups[K comparable, V any] struct {
	request *request
	loader  *loader[K, V]

	mu      sync.Mutex
	entries map[K]entry[K, V]
	primed  *batch[K, V] // what came along with other answers
}

// entry is where the value of a key is, or will be.
type entry[K comparable, V any] struct {
	batch *batch[K, V]
	index int
	thunk dataloader.Thunk[V] // nil before the batch has started, and for primed values
}

// batch is the keys of one read. Its fields are guarded by the lookups' mu.
type batch[K comparable, V any] struct {
	of      *lookups[K, V]
	keys    []K
	started chan struct{} // closed when all entries have their thunks
	once    sync.Once     // of a lone key's read
	done    bool
	results []upstream.Result[V] // when done, one for each key
	next    []continuation[V]
}

// continuation is what is done with values of a batch.
type continuation[V any] struct {
	then    *then[V]
	indexes []int // of the keys
}

// then goes on with values that have come: their fields may need look-ups.
type then[V any] struct {
	collect func(s *step, values []V)
}

// want returns the value of key if it is at hand. Otherwise it is read in the
// step, unless that is under way already, and prefetching goes on with it when it
// has come. A nil next needs nothing of it.
func (l *lookups[K, V]) want(s *step, key K, next *then[V]) (V, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, known := l.entries[key]
	if !known {
		b := l.batchIn(s)
		e = entry[K, V]{batch: b, index: len(b.keys)}
		b.keys = append(b.keys, key)
		l.entries[key] = e
	}
	if e.batch.done {
		result := e.batch.results[e.index]
		return result.Value, result.Err == nil
	}
	if next != nil {
		e.batch.goOn(next, e.index)
	}
	var none V
	return none, false
}

// batchIn returns the step's batch of the kind; l.mu is held.
func (l *lookups[K, V]) batchIn(s *step) *batch[K, V] {
	for _, other := range s.batches {
		if b, ok := other.(*batch[K, V]); ok && b.of == l {
			return b
		}
	}
	b := &batch[K, V]{of: l, started: make(chan struct{})}
	s.batches = append(s.batches, b)
	return b
}

// goOn notes what is done with the value at index.
func (b *batch[K, V]) goOn(next *then[V], index int) {
	if last := len(b.next) - 1; last >= 0 && b.next[last].then == next {
		b.next[last].indexes = append(b.next[last].indexes, index)
		return
	}
	b.next = append(b.next, continuation[V]{next, []int{index}})
}

// size returns how many keys are read.
func (b *batch[K, V]) size() int { return len(b.keys) }

// start reads the batch in a goroutine of its dataloader, with a seat in the
// step's group.
func (b *batch[K, V]) start(seat *upstream.Seat) {
	defer close(b.started)
	l := b.of
	loader := dataloader.NewBatchedLoader(
		func(context.Context, []K) []*dataloader.Result[V] { return b.read(seat) },
		dataloader.WithCache[K, V](thunks[K, V]{l}),
		dataloader.WithBatchCapacity[K, V](len(b.keys)),
		dataloader.WithInputCapacity[K, V](len(b.keys)),
		dataloader.WithWait[K, V](time.Minute), // never waited for: the last key fills the batch
	)
	for _, key := range b.keys {
		loader.Load(l.request.ctx, key)
	}
}

// startAlone leaves a lone key to the first field that wants its value, which
// saves the batch's goroutines. It is for keys whose field is just about to run.
func (b *batch[K, V]) startAlone() {
	defer close(b.started)
	b.of.mu.Lock()
	defer b.of.mu.Unlock()
	b.of.entries[b.keys[0]] = entry[K, V]{batch: b, thunk: b.readAlone}
}

// readAlone is the thunk of a lone key, which is read by the first call.
func (b *batch[K, V]) readAlone() (V, error) {
	b.once.Do(func() { b.finish(b.ask(nil)) })
	return b.results[0].Value, b.results[0].Err
}

// read is the batch function of the dataloader. The look-ups that follow have
// started when it returns, so that no field comes before them.
func (b *batch[K, V]) read(seat *upstream.Seat) []*dataloader.Result[V] {
	b.finish(b.ask(seat))
	values := make([]dataloader.Result[V], len(b.results))
	pointers := make([]*dataloader.Result[V], len(b.results))
	for i, r := range b.results {
		values[i] = dataloader.Result[V]{Data: r.Value, Error: r.Err}
		pointers[i] = &values[i]
	}
	return pointers
}

// ask asks the portal. A bug costs the batch's own fields.
func (b *batch[K, V]) ask(seat *upstream.Seat) (results []upstream.Result[V]) {
	defer seat.Leave()
	defer func() {
		if bug := recover(); bug != nil {
			results = failed[V](len(b.keys), Recover(b.of.request.ctx, bug))
		}
	}()
	return b.of.loader.read(b.of.request, seat, b.keys)
}

// failed returns so many results with one error.
func failed[V any](n int, err error) []upstream.Result[V] {
	results := make([]upstream.Result[V], n)
	for i := range results {
		results[i].Err = err
	}
	return results
}

// finish keeps the results, and starts the look-ups that follow from them.
func (b *batch[K, V]) finish(results []upstream.Result[V]) {
	l := b.of
	l.mu.Lock()
	b.results, b.done = results, true
	next := b.next
	b.next = nil
	l.mu.Unlock()
	if len(next) == 0 {
		return
	}
	err := l.request.prefetch(func(s *step) {
		for _, c := range next {
			var values []V
			for _, i := range c.indexes {
				if results[i].Err == nil {
					values = append(values, results[i].Value)
				}
			}
			c.then.collect(s, values)
		}
	})
	if err != nil { // a bug, which would hide otherwise
		l.mu.Lock()
		b.results = failed[V](len(b.keys), err)
		l.mu.Unlock()
	}
}

// load returns the value of key, asking for it if no step has.
func (l *lookups[K, V]) load(key K) (V, error) {
	for {
		l.mu.Lock()
		e, known := l.entries[key]
		switch {
		case known && e.batch.done:
			result := e.batch.results[e.index]
			l.mu.Unlock()
			return result.Value, result.Err
		case known && e.thunk == nil:
			l.mu.Unlock()
			<-e.batch.started // in a moment: nothing is waited for before
			continue
		case !known:
			b := &batch[K, V]{of: l, keys: []K{key}}
			e = entry[K, V]{batch: b, thunk: b.readAlone}
			l.entries[key] = e
		}
		l.mu.Unlock()
		return e.thunk()
	}
}

// knows reports whether key has been asked for, or its value came along.
func (l *lookups[K, V]) knows(key K) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, known := l.entries[key]
	return known
}

// prime keeps a value that came along with another answer.
func (l *lookups[K, V]) prime(key K, value V) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.primed == nil {
		l.primed = &batch[K, V]{done: true}
	}
	if _, known := l.entries[key]; !known {
		l.entries[key] = entry[K, V]{batch: l.primed, index: len(l.primed.results)}
		l.primed.results = append(l.primed.results, upstream.Result[V]{Value: value})
	}
}

// note tells the report who wanted key.
func (l *lookups[K, V]) note(ctx context.Context, key K) {
	if l.request.report == nil {
		return
	}
	l.mu.Lock()
	e, known := l.entries[key]
	l.mu.Unlock()
	l.request.report.used(ctx, l.loader.route, key, known && e.batch == l.primed)
}

// thunks is the dataloader's view of the entries.
type thunks[K comparable, V any] struct{ of *lookups[K, V] }

// Get returns the thunk of a key that has one.
func (t thunks[K, V]) Get(_ context.Context, key K) (dataloader.Thunk[V], bool) {
	t.of.mu.Lock()
	defer t.of.mu.Unlock()
	e := t.of.entries[key]
	return e.thunk, e.thunk != nil
}

// Set keeps the thunk of a key.
func (t thunks[K, V]) Set(_ context.Context, key K, thunk dataloader.Thunk[V]) {
	t.of.mu.Lock()
	defer t.of.mu.Unlock()
	e := t.of.entries[key]
	e.thunk = thunk
	t.of.entries[key] = e
}

// Delete forgets a key.
func (t thunks[K, V]) Delete(_ context.Context, key K) bool {
	t.of.mu.Lock()
	defer t.of.mu.Unlock()
	_, known := t.of.entries[key]
	delete(t.of.entries, key)
	return known
}

// Clear forgets all keys.
func (t thunks[K, V]) Clear() {
	t.of.mu.Lock()
	defer t.of.mu.Unlock()
	clear(t.of.entries)
}

// loadEach returns the value of each key, in order. A thing that is missing is
// null; any other failure is an error at its place in the list.
func loadEach[K comparable, V any](ctx context.Context, l *loader[K, V], keys []K) []V {
	values := make([]V, len(keys))
	for i, key := range keys {
		v, err := l.load(ctx, key)
		switch {
		case err == nil:
			values[i] = v
		case upstream.KindOf(err) != upstream.KindNotFound:
			graphql.AddError(graphql.WithPathContext(ctx, graphql.NewPathWithIndex(i)), err)
		}
	}
	return values
}

// orNull turns "not found" into null without an error.
func orNull[V any](v *V, err error) (*V, error) {
	if upstream.KindOf(err) == upstream.KindNotFound {
		return nil, nil
	}
	return v, err
}
