package resolvers

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/graph-gophers/dataloader/v7"

	"onlyoffice-graphql/upstream"
)

// lookup loads one kind of thing for one request: a key is asked for once, and
// its answer or error is kept for the length of the request.
//
// A dataloader collects keys until its batch is full or its timer runs out. No
// look-up here waits for a timer: keys that are known to be wanted together are
// announced together, as a batch of just that size, and a key that nobody
// announced is a batch of one.
type lookup[K comparable, V any] struct {
	fetch  dataloader.BatchFunc[K, V]
	route  string  // of the portal, for the report
	report *report // nil: nobody wants one

	mu     sync.Mutex // makes "not yet cached, so ask" one step
	cache  *dataloader.InMemoryCache[K, V]
	primed map[K]bool // what came along with another answer; only kept for the report
}

// newLookup returns a lookup that asks ask for one result per key, in order, on
// the operation's ctx: the call serves all who want the key, so it must not end
// with the first of them.
func newLookup[K comparable, V any](ctx context.Context, report *report, route string, ask func(context.Context, []K) []upstream.Result[V]) *lookup[K, V] {
	return &lookup[K, V]{
		route:  route,
		report: report,
		cache:  dataloader.NewCache[K, V](),
		fetch: func(announced context.Context, keys []K) []*dataloader.Result[V] {
			results := make([]*dataloader.Result[V], len(keys))
			for i, r := range ask(upstream.WithGathering(ctx, announced), keys) {
				results[i] = &dataloader.Result[V]{Data: r.Value, Error: r.Err}
			}
			return results
		},
	}
}

// announce starts loading the keys that are not cached yet, all at once, and
// returns how many reads of the portal's client that makes: one or none.
func (l *lookup[K, V]) announce(ctx context.Context, keys []K) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	fresh := make([]K, 0, len(keys))
	seen := make(map[K]bool, len(keys))
	for _, key := range keys {
		if _, cached := l.cache.Get(ctx, key); !cached && !seen[key] {
			seen[key] = true
			fresh = append(fresh, key)
		}
	}
	if len(fresh) == 0 {
		return 0
	}
	batch := dataloader.NewBatchedLoader(l.fetch,
		dataloader.WithCache[K, V](l.cache),
		dataloader.WithBatchCapacity[K, V](len(fresh)),
		dataloader.WithInputCapacity[K, V](len(fresh)),
		dataloader.WithWait[K, V](time.Minute), // never waited for: the last key fills the batch
	)
	for _, key := range fresh {
		batch.Load(ctx, key)
	}
	return 1
}

// load returns the value of key, asking for it if nobody has.
func (l *lookup[K, V]) load(ctx context.Context, key K) (V, error) {
	thunk, cached := l.cache.Get(ctx, key)
	if !cached {
		l.announce(ctx, []K{key})
		thunk, _ = l.cache.Get(ctx, key)
	}
	if l.report != nil {
		l.note(ctx, key)
	}
	return thunk()
}

// note tells the report who wanted key.
func (l *lookup[K, V]) note(ctx context.Context, key K) {
	l.mu.Lock()
	primed := l.primed[key]
	l.mu.Unlock()
	l.report.used(ctx, l.route, fmt.Sprint(key), primed)
}

// loadEach returns the value of each key, in order. A thing that is missing is
// null; any other failure is an error at its place in the list.
func (l *lookup[K, V]) loadEach(ctx context.Context, keys []K) []V {
	l.announce(ctx, keys)
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

// cached reports whether key was asked for already.
func (l *lookup[K, V]) cached(ctx context.Context, key K) bool {
	_, cached := l.cache.Get(ctx, key)
	return cached
}

// prime keeps a value that came along with another answer.
func (l *lookup[K, V]) prime(ctx context.Context, key K, value V) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.cached(ctx, key) {
		l.cache.Set(ctx, key, func() (V, error) { return value, nil })
		if l.report != nil {
			if l.primed == nil {
				l.primed = map[K]bool{}
			}
			l.primed[key] = true
		}
	}
}
