package resolvers

import (
	"context"
	"sync"

	"github.com/graph-gophers/dataloader/v7"

	"onlyoffice-graphql/upstream"
)

// loader is one kind of look-up; kinds.go has them all.
type loader[K comparable, V any] struct {
	route string // of the portal
	why   string // it is called, for the report
	// read returns one result for each key, in order, together with the other
	// reads of the seat's group. It primes other look-ups with what comes along.
	read func(r *execution, seat *upstream.Seat, keys []K) []upstream.Result[V]
}

func (l *loader[K, V]) about() (route, why string) { return l.route, l.why }

// of returns the look-ups of the kind that r makes.
func (l *loader[K, V]) of(r *execution) *lookups[K, V] {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, made := range r.lookups { // of a few kinds at most
		if of, ok := made.(*lookups[K, V]); ok && of.loader == l {
			return of
		}
	}
	made := &lookups[K, V]{execution: r, loader: l, entries: map[K]entry[K, V]{}}
	r.lookups = append(r.lookups, made)
	return made
}

// load returns the value of key for the field of ctx.
func (l *loader[K, V]) load(ctx context.Context, key K) (V, error) {
	of := l.of(executionOf(ctx))
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
	execution *execution
	loader    *loader[K, V]

	mu      sync.Mutex
	entries map[K]entry[K, V]
	primed  *batch[K, V] // what came along with other answers
	spare   map[K]V      // the same of keys that are asked for as well
}

// entry is where the value of a key is, or will be.
type entry[K comparable, V any] struct {
	batch *batch[K, V]
	index int
	thunk dataloader.Thunk[V] // nil before the batch has started, and for primed values
}

// want returns the value of key if it is at hand. Otherwise it is read in the
// step, unless that is under way already, and prefetching goes on with it when it
// has come. A nil next needs nothing of it.
func (l *lookups[K, V]) want(s *step, key K, next *continuation[V]) (V, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, known := l.entries[key]
	if !known {
		if l.execution.wanted.Add(1) > maxLookUps {
			l.execution.wanted.Add(-1)
			var none V
			return none, false // its field will say so
		}
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

// load returns the value of key, asking for it if no step has. It waits until the
// look-ups that follow from the value have started, not only for the value.
func (l *lookups[K, V]) load(key K) (V, error) {
	for {
		l.mu.Lock()
		e, known := l.entries[key]
		switch {
		case known && e.batch == l.primed:
			result := e.batch.results[e.index]
			l.mu.Unlock()
			return result.Value, result.Err
		case known && e.thunk == nil:
			l.mu.Unlock()
			<-e.batch.started // in a moment: nothing is waited for before
			continue
		case !known:
			if err := l.execution.mayLookUp(); err != nil {
				l.mu.Unlock()
				var none V
				return none, err
			}
			l.execution.wanted.Add(1)
			b := &batch[K, V]{of: l, keys: []K{key}}
			e = entry[K, V]{batch: b, thunk: b.readAlone}
			l.entries[key] = e
		}
		l.mu.Unlock()
		value, err := e.thunk()
		if err != nil {
			return l.orSpare(key, err)
		}
		return value, nil
	}
}

// orSpare returns the value of a key whose look-up failed, if it came along with
// another answer: that must not fail with it.
func (l *lookups[K, V]) orSpare(key K, err error) (V, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	value, ok := l.spare[key]
	if ok {
		err = nil
	}
	return value, err
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
	if _, known := l.entries[key]; known {
		if l.spare == nil {
			l.spare = map[K]V{}
		}
		l.spare[key] = value
		return
	}
	if l.primed == nil {
		l.primed = &batch[K, V]{done: true}
	}
	l.entries[key] = entry[K, V]{batch: l.primed, index: len(l.primed.results)}
	l.primed.results = append(l.primed.results, upstream.Result[V]{Value: value})
}

// note tells the report who wanted key.
func (l *lookups[K, V]) note(ctx context.Context, key K) {
	if l.execution.report == nil {
		return
	}
	l.mu.Lock()
	e, known := l.entries[key]
	primed := known && e.batch == l.primed
	l.mu.Unlock()
	l.execution.report.used(ctx, l.loader.route, key, primed)
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

// orNull turns "not found" into null without an error.
func orNull[V any](v *V, err error) (*V, error) {
	if upstream.KindOf(err) == upstream.KindNotFound {
		return nil, nil
	}
	return v, err
}
