package upstream

import (
	"context"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// maxReferences bounds how many answers are kept: those that were used last.
const maxReferences = 1000

// references keeps the portal's dictionaries (stages, currencies, definitions,
// categories) for a short while across requests. They are the same for every
// user of a portal, but who is a user is for the portal to say: so an answer is kept
// for the credential that it was given to, and no other gets it. What is kept is shared
// and must not be changed.
type references struct {
	ttl time.Duration // 0: nothing is kept

	mu   sync.Mutex
	kept *simplelru.LRU[reference, keptReference]
}

type reference struct {
	holder holder
	path   string
}

type keptReference struct {
	value   any
	expires time.Time
}

func newReferences(ttl time.Duration) *references {
	kept, _ := simplelru.NewLRU[reference, keptReference](maxReferences, nil) // fails only without a size
	return &references{ttl: ttl, kept: kept}
}

func (r *references) load(ref reference) (any, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	kept, ok := r.kept.Get(ref)
	return kept.value, ok && time.Now().Before(kept.expires)
}

func (r *references) store(ref reference, value any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kept.Add(ref, keptReference{value, time.Now().Add(r.ttl)})
}

// getReference reads a dictionary, or takes the kept one.
func getReference[T any](ctx context.Context, c *Caller, seat *Seat, r route) (T, error) {
	result := getReferences[T](ctx, c, seat, []route{r})[0]
	return result.Value, result.Err
}

// getReferences does so for several, and reads those that are not kept together.
func getReferences[T any](ctx context.Context, c *Caller, seat *Seat, routes []route) []Result[T] {
	results := make([]Result[T], len(routes))
	kept := c.client.references
	keeps := kept.ttl > 0 && !c.credentials.IsZero()
	var missing []int
	for i, r := range routes {
		value, ok := kept.load(reference{c.holder, r.target("")})
		if !keeps || !ok {
			missing = append(missing, i)
			continue
		}
		results[i].Value = value.(T)
	}
	if len(missing) == 0 {
		return results
	}
	read := getEach(ctx, c, seat, missing, func(i int) route { return routes[i] }, decode[T])
	for n, i := range missing {
		if results[i] = read[n]; keeps && read[n].Err == nil {
			kept.store(reference{c.holder, routes[i].target("")}, read[n].Value)
		}
	}
	return results
}
