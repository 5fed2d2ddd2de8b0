package resolvers

import (
	"context"
	"sync"
	"time"

	"github.com/graph-gophers/dataloader/v7"

	"onlyoffice-graphql/upstream"
)

// batch is the keys of one read. Its fields are guarded by the lookups' mu.
type batch[K comparable, V any] struct {
	of      *lookups[K, V]
	keys    []K
	started chan struct{}        // closed when all entries have their thunks
	once    sync.Once            // of a lone key's read
	done    bool                 // the values are at hand for prefetching
	results []upstream.Result[V] // when done, one for each key
	next    []pending[V]
}

// pending is a continuation that waits for values of a batch.
type pending[V any] struct {
	continuation *continuation[V]
	indexes      []int // of the keys
}

// continuation goes on with values that have come: their fields may need look-ups.
type continuation[V any] struct {
	collect func(s *step, values []V)
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
func (b *batch[K, V]) goOn(next *continuation[V], index int) {
	if last := len(b.next) - 1; last >= 0 && b.next[last].continuation == next {
		b.next[last].indexes = append(b.next[last].indexes, index)
		return
	}
	b.next = append(b.next, pending[V]{next, []int{index}})
}

// size returns how many keys are read.
func (b *batch[K, V]) size() int { return len(b.keys) }

// start reads the batch in a goroutine of its dataloader, which the execution waits
// for, with a seat in the step's group.
func (b *batch[K, V]) start(seat *upstream.Seat) {
	defer close(b.started)
	l := b.of
	l.execution.batches.Add(1) // until read returns
	loader := dataloader.NewBatchedLoader(
		func(context.Context, []K) []*dataloader.Result[V] { return b.read(seat) },
		dataloader.WithCache[K, V](thunks[K, V]{l}),
		dataloader.WithBatchCapacity[K, V](len(b.keys)),
		dataloader.WithInputCapacity[K, V](len(b.keys)),
		dataloader.WithWait[K, V](time.Minute), // never waited for: the last key fills the batch
	)
	for _, key := range b.keys {
		loader.Load(l.execution.ctx, key)
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
	defer b.of.execution.batches.Done()
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
			results = failed[V](len(b.keys), Recover(b.of.execution.ctx, bug))
		}
	}()
	return b.of.loader.read(b.of.execution, seat, b.keys)
}

// failed returns n results with the same error.
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
	err := l.execution.prefetch(func(s *step) {
		for _, p := range next {
			var values []V
			for _, i := range p.indexes {
				if results[i].Err == nil {
					values = append(values, results[i].Value)
				}
			}
			p.continuation.collect(s, values)
		}
	})
	if err != nil { // a bug, which would hide otherwise
		l.mu.Lock()
		b.results = failed[V](len(b.keys), err)
		l.mu.Unlock()
	}
}
