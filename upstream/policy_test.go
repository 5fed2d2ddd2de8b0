package upstream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"onlyoffice-graphql/upstream/demo"
)

// answers is a portal that gives one status after the other, and 200 when there
// is none left. It remembers when it was asked.
type answers struct {
	header map[string]string
	mu     sync.Mutex
	status []int
	asked  []time.Time
}

func (a *answers) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	a.mu.Lock()
	a.asked = append(a.asked, time.Now())
	status := http.StatusOK
	if len(a.status) > 0 {
		status, a.status = a.status[0], a.status[1:]
	}
	a.mu.Unlock()
	if status != http.StatusOK {
		for k, v := range a.header {
			w.Header().Set(k, v)
		}
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, `{"status":0,"response":{"id":3101}}`)
}

func (a *answers) calls() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.asked)
}

// TestRetryWaits shows which statuses are asked again, and when.
func TestRetryWaits(t *testing.T) {
	t.Parallel()
	const s, ms = time.Second, time.Millisecond
	for name, test := range map[string]struct {
		status      []int
		retryAfter  string
		deadline    time.Duration
		kind        Kind
		calls       int
		least, most time.Duration // in all
	}{
		"502, 504":                      {status: []int{502, 504}, calls: 3, least: 200 * ms, most: 2 * s},
		"503 three times":               {status: []int{503, 503, 503}, kind: KindServer, calls: 3, least: 200 * ms, most: 2 * s},
		"500":                           {status: []int{500}, kind: KindServer, calls: 1},
		"501":                           {status: []int{501}, kind: KindServer, calls: 1},
		"402":                           {status: []int{402}, kind: KindServer, calls: 1},
		"503 within its time":           {status: []int{503}, retryAfter: "1", calls: 2, least: s, most: 1100 * ms},
		"503 for too long":              {status: []int{503}, retryAfter: "3", kind: KindRateLimited, calls: 1},
		"429 within its time":           {status: []int{429}, retryAfter: "2", calls: 2, least: 2 * s, most: 2100 * ms},
		"429 for too long":              {status: []int{429}, retryAfter: "3", kind: KindRateLimited, calls: 1},
		"429 that says nothing":         {status: []int{429}, kind: KindRateLimited, calls: 1},
		"429 until a date":              {status: []int{429}, retryAfter: "Fri, 31 Dec 1999 23:59:59 GMT", kind: KindRateLimited, calls: 1},
		"no time left":                  {status: []int{503}, deadline: 100 * ms, kind: KindServer, calls: 1},
		"no time left for what it asks": {status: []int{429}, retryAfter: "2", deadline: 2 * s, kind: KindRateLimited, calls: 1},
		"out of time while waiting":     {status: []int{503, 503, 503}, deadline: 101 * ms, kind: KindServer, calls: 1, least: 101 * ms, most: 101 * ms},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				portal := &answers{status: test.status, header: map[string]string{"Retry-After": test.retryAfter}}
				client := bubbleClient(t, portal)
				if test.deadline == 0 {
					test.deadline = time.Minute
				}
				ctx, cancel := context.WithTimeout(t.Context(), test.deadline)
				defer cancel()
				start := time.Now()
				_, err := one(ctx, client, token, 3101)
				if took := time.Since(start); KindOf(err) != test.kind || took < test.least || took > test.most {
					t.Errorf("after %v: %v; want %v after %v to %v", took, err, test.kind, test.least, test.most)
				}
				if n := portal.calls(); n != test.calls {
					t.Errorf("%d calls, want %d", n, test.calls)
				}
			})
		})
	}
}

// TestNoRetries switches them off.
func TestNoRetries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		portal := &answers{status: []int{503}}
		client := bubbleClient(t, portal, func(o *Options) { o.Retries = -1 })
		if _, err := one(t.Context(), client, token, 3101); KindOf(err) != KindServer || portal.calls() != 1 {
			t.Errorf("%d calls, %v", portal.calls(), err)
		}
	})
}

// TestBudget lets many calls fail at once: a tenth of them is repeated, and the
// floor, and what has grown back meanwhile.
func TestBudget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		client := bubbleClient(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			calls.Add(1)
			w.WriteHeader(http.StatusBadGateway)
		}), func(o *Options) { o.BreakerCalls = 1e6 })
		const n = 500
		var done sync.WaitGroup
		start := time.Now()
		for id := range n {
			done.Go(func() { _, _ = one(t.Context(), client, token, id+1) })
		}
		done.Wait()
		most := n + n/10 + budgetFloor + int(time.Since(start).Seconds()) + 1
		if c := int(calls.Load()); c <= n+budgetFloor || c > most {
			t.Errorf("%d calls for %d reads, want no more than %d", c, n, most)
		}
		time.Sleep(time.Hour) // a quiet server may retry again, a little
		calls.Store(0)
		for id := range budgetFloor {
			done.Go(func() { _, _ = one(t.Context(), client, token, id+1) })
		}
		done.Wait()
		if c := calls.Load(); c < 2*budgetFloor || c > 2*budgetFloor+3 {
			t.Errorf("%d calls for %d reads of a quiet server", c, budgetFloor)
		}
	})
}

// TestWaitingGivesWay lets one read wait for its retry, on a portal that takes
// one call at a time, while others ask.
func TestWaitingGivesWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		portal := &answers{status: []int{503}, header: map[string]string{"Retry-After": "2"}}
		client := bubbleClient(t, portal, func(o *Options) { o.PortalCalls = 1 })
		var first sync.WaitGroup
		first.Go(func() {
			if _, err := one(t.Context(), client, token, 3101); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		start := time.Now()
		for range 3 {
			if _, err := one(t.Context(), client, token, 3101); err != nil || time.Since(start) > 0 {
				t.Errorf("after %v: %v", time.Since(start), err)
			}
		}
		first.Wait()
		if portal.calls() != 5 {
			t.Errorf("%d calls", portal.calls())
		}
	})
}

// TestFairness runs greedy requests, which could fill the portal for ten
// seconds, and small ones beside them.
func TestFairness(t *testing.T) {
	t.Parallel()
	for _, batch := range []bool{true, false} {
		t.Run(fmt.Sprintf("batch=%v", batch), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				const perCall, greedy, keys = 100 * time.Millisecond, 3, 80
				portal, client := bubbleDemo(t, func(o *Options) { o.PortalCalls, o.RequestCalls, o.CallTimeout = 4, 4, time.Minute })
				portal.Inject(demo.Fault{Kind: demo.Delay, Delay: perCall})
				if !batch {
					portal.Inject(demo.Fault{Kind: demo.NoBatch})
				}
				var all sync.WaitGroup
				start := time.Now()
				for range greedy {
					all.Go(func() {
						client.For(demoToken).Opportunities(t.Context(), nil, slices.Repeat([]int{3101, 3102}, keys/2), nil)
					})
				}
				time.Sleep(perCall / 2)
				for range 20 {
					asked := time.Now()
					if _, err := one(t.Context(), client, demoToken, 3101); err != nil {
						t.Error(err)
					}
					// At worst the four calls that are on their way, one more
					// of every worker, and its own.
					if took := time.Since(asked); took > 5*perCall {
						t.Errorf("a small request took %v", took)
					}
				}
				all.Wait()
				t.Logf("the greedy requests took %v", time.Since(start))
			})
		})
	}
}

// TestShares asks for 20 things beside requests that are under way, quiet as
// they may be: each leaves the others their share of the portal's slots.
func TestShares(t *testing.T) {
	t.Parallel()
	for others, calls := range map[int]int{0: 8, 1: 4, 3: 2, 20: 1} {
		t.Run(fmt.Sprintf("beside %d", others), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				portal, client := bubbleDemo(t, func(o *Options) { o.PortalCalls = 8 })
				for range 5 {
					client.For(demoToken).Close() // of requests that are over
				}
				for range others {
					defer client.For(demoToken).Close()
				}
				caller := client.For(demoToken)
				defer caller.Close()
				for _, r := range caller.Opportunities(t.Context(), nil, slices.Repeat([]int{3101, 3102}, 10), nil) {
					if r.Err != nil {
						t.Fatal(r.Err)
					}
				}
				if want := map[string]int{"POST batch": calls}; !maps.Equal(portal.Calls(), want) {
					t.Errorf("calls %v, not %v", portal.Calls(), want)
				}
			})
		})
	}
}

// TestPanic is a bug in reading an answer, in a goroutine without a recover of its own: also where
// a circuit is half open, so that one item is read first, and where reads go together.
func TestPanic(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		isHalfOpen bool
		seats      int
	}{
		"closed":                {false, 1},
		"closed, in a group":    {false, 2},
		"half open":             {true, 1},
		"half open, in a group": {true, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				portal := &answers{}
				client := bubbleClient(t, portal, noRetries, func(o *Options) { o.PortalCalls, o.BreakerCalls = 3, 1 })
				if test.isHalfOpen {
					portal.status = []int{http.StatusBadGateway}
					_, _ = one(t.Context(), client, token, 3101)
					_, err := one(t.Context(), client, token, 3101)
					refusedFor(t, err)
					time.Sleep(6 * time.Second)
				}
				caller := client.For(token)
				defer caller.Close()
				var reads sync.WaitGroup
				for _, seat := range caller.Group(t.Context(), test.seats) {
					reads.Go(func() {
						results := getEach(t.Context(), caller, seat, []int{1, 2, 3}, numbered("crm/opportunity/{id}"), func(answer) (int, error) { panic("a bug") })
						for _, r := range results {
							if r.Err == nil || errors.As(r.Err, new(*Error)) || !strings.Contains(r.Err.Error(), "a bug") {
								t.Errorf("got %v", r.Err)
							}
						}
					})
				}
				reads.Wait()
				if _, err := one(t.Context(), client, token, 3101); err != nil {
					t.Errorf("the next read: %v", err)
				}
				if n, err := caller.reserve(t.Context(), 9); n != 3 || err != nil {
					t.Errorf("%d slots are free again, %v", n, err)
				}
			})
		})
	}
}
