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
// announced is asked for where it is wanted.
type lookup[K comparable, V any] struct {
	request *request
	route   string // of the portal, for the report
	ask     func(*upstream.Caller, context.Context, []K) []upstream.Result[V]

	mu     sync.Mutex // makes "not yet cached, so ask" one step
	cache  *dataloader.InMemoryCache[K, V]
	primed map[K]bool // what came along with another answer; only kept for the report
}

// init makes the lookup one that asks for one result per key, in order, on the
// operation's ctx: the call serves all who want the key, so it must not end with
// the first of them.
func (l *lookup[K, V]) init(r *request, route string, ask func(*upstream.Caller, context.Context, []K) []upstream.Result[V]) {
	l.request, l.route, l.ask = r, route, ask
}

// fetch is the dataloader's batch function.
func (l *lookup[K, V]) fetch(announced context.Context, keys []K) []*dataloader.Result[V] {
	results := make([]dataloader.Result[V], len(keys))
	pointers := make([]*dataloader.Result[V], len(keys))
	for i, r := range l.ask(l.request.caller, upstream.WithGathering(l.request.ctx, announced), keys) {
		results[i] = dataloader.Result[V]{Data: r.Value, Error: r.Err}
		pointers[i] = &results[i]
	}
	return pointers
}

// kept returns where answers are kept. Most look-ups are never made, and need no
// place; l.mu is held.
func (l *lookup[K, V]) kept() *dataloader.InMemoryCache[K, V] {
	if l.cache == nil {
		l.cache = dataloader.NewCache[K, V]()
	}
	return l.cache
}

// announce starts loading the keys that are not cached yet, all at once, and
// returns how many reads of the portal's client that makes: one or none.
func (l *lookup[K, V]) announce(ctx context.Context, keys []K) int {
	if len(keys) == 0 {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	fresh := l.fresh(ctx, keys)
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

// fresh returns the keys that are not cached yet, each once.
func (l *lookup[K, V]) fresh(ctx context.Context, keys []K) []K {
	if len(keys) == 1 {
		if _, cached := l.kept().Get(ctx, keys[0]); cached {
			return nil
		}
		return keys
	}
	fresh := make([]K, 0, len(keys))
	seen := make(map[K]bool, len(keys))
	for _, key := range keys {
		if _, cached := l.kept().Get(ctx, key); !cached && !seen[key] {
			seen[key] = true
			fresh = append(fresh, key)
		}
	}
	return fresh
}

// load returns the value of key, asking for it if nobody has.
func (l *lookup[K, V]) load(ctx context.Context, key K) (V, error) {
	value := l.thunk(ctx, key)
	if l.request.report != nil {
		l.note(ctx, key)
	}
	return value()
}

// thunk returns what waits for the value of key. If nobody has asked for it,
// the first who waits asks, without the goroutine of a batch.
func (l *lookup[K, V]) thunk(ctx context.Context, key K) dataloader.Thunk[V] {
	l.mu.Lock()
	defer l.mu.Unlock()
	thunk, cached := l.kept().Get(ctx, key)
	if !cached {
		thunk = sync.OnceValues(func() (V, error) {
			r := l.ask(l.request.caller, l.request.ctx, []K{key})[0]
			return r.Value, r.Err
		})
		l.cache.Set(ctx, key, thunk)
	}
	return thunk
}

// note tells the report who wanted key.
func (l *lookup[K, V]) note(ctx context.Context, key K) {
	l.mu.Lock()
	primed := l.primed[key]
	l.mu.Unlock()
	l.request.report.used(ctx, l.route, fmt.Sprint(key), primed)
}

// loadEach returns the value of each key, in order. A thing that is missing is
// null; any other failure is an error at its place in the list.
func (l *lookup[K, V]) loadEach(ctx context.Context, keys []K) []V {
	if len(keys) > 1 {
		l.announce(ctx, keys)
	}
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
	l.mu.Lock()
	defer l.mu.Unlock()
	_, cached := l.kept().Get(ctx, key)
	return cached
}

// prime keeps a value that came along with another answer.
func (l *lookup[K, V]) prime(ctx context.Context, key K, value V) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, cached := l.kept().Get(ctx, key); !cached {
		l.cache.Set(ctx, key, func() (V, error) { return value, nil })
		if l.request.report != nil {
			if l.primed == nil {
				l.primed = map[K]bool{}
			}
			l.primed[key] = true
		}
	}
}

// shared is what all fields share: it is read at the first call.
type shared[V any] struct {
	request *request
	route   string // of the portal, for the report
	ask     func(*upstream.Caller, context.Context) (V, error)

	once  sync.Once
	value V
	err   error
}

func (s *shared[V]) init(r *request, route string, ask func(*upstream.Caller, context.Context) (V, error)) {
	s.request, s.route, s.ask = r, route, ask
}

// read returns the value; ctx is the field's, the call is made on the operation's.
func (s *shared[V]) read(ctx context.Context) (V, error) {
	if report := s.request.report; report != nil {
		report.used(ctx, s.route, "", false)
	}
	s.once.Do(func() { s.value, s.err = s.ask(s.request.caller, s.request.ctx) })
	return s.value, s.err
}
