package upstream

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// slowPortal answers each call after a second, and what is not there at once with 502.
func slowPortal(w http.ResponseWriter, r *http.Request) {
	time.Sleep(time.Second)
	if strings.HasSuffix(r.URL.Path, "/502.json") {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	_, _ = w.Write([]byte(`{"status":0,"response":{"id":3101}}`))
}

// Calls are in flight or wait, and none is when all have ended.
func TestLoad(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := bubbleClient(t, http.HandlerFunc(slowPortal), func(o *Options) { o.PortalCalls = 2 })
		var running sync.WaitGroup
		for range 5 {
			running.Go(func() {
				caller := client.For(token)
				defer caller.Close()
				caller.Opportunities(t.Context(), nil, []int{3101}, nil)
			})
		}
		want := func(after time.Duration, inFlight, waiting int) {
			t.Helper()
			time.Sleep(after)
			synctest.Wait()
			if got := client.Load(); got.InFlight != inFlight || got.Waiting != waiting || got.Slots != 2 {
				t.Errorf("got %+v, want %d in flight, %d waiting", got, inFlight, waiting)
			}
		}
		want(500*time.Millisecond, 2, 3)
		want(time.Second, 2, 1)
		want(time.Second, 1, 0)
		running.Wait()
		want(0, 0, 0)
	})
}

// The room that answers take is a part of the load, and that which is set aside is taken as a whole.
func TestLoadOfBodies(t *testing.T) {
	t.Parallel()
	const budget, largest = 8 << 20, 2 << 20
	client := newClientOf(t, "http://portal.example", func(o *Options) { o.BodyBudget, o.BodyLimit = budget, largest/2 })
	b := client.bodies
	var rooms [2]bodyRoom
	for i, want := range []int64{budget - largest, budget} {
		if err := b.take(t.Context(), &rooms[i], budget-largest); err != nil {
			t.Fatal(err)
		}
		if got := client.Load(); got.BodyBytes != want || got.BodyBudget != budget {
			t.Errorf("got %+v, want %d bytes of %d", got, want, budget)
		}
	}
	for i := range rooms {
		b.give(&rooms[i])
	}
	if got := client.Load().BodyBytes; got != 0 {
		t.Errorf("%d bytes were not given back", got)
	}
}

// Calls that are in flight together count once; waiting for a slot and before a retry does
// not count.
func TestAtPortal(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		slots int
		apart time.Duration // the beginnings of calls
		ids   []int
		want  time.Duration
	}{
		"none":                {2, 0, nil, 0},
		"one":                 {2, 0, []int{3101}, time.Second},
		"two at a time":       {2, 0, []int{3101, 3101}, time.Second},
		"two that overlap":    {2, 500 * time.Millisecond, []int{3101, 3101}, 1500 * time.Millisecond},
		"with a pause":        {2, 3 * time.Second, []int{3101, 3101}, 2 * time.Second},
		"one after the other": {1, 0, []int{3101, 3101}, 2 * time.Second},
		"retries":             {2, 0, []int{502}, 3 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := bubbleClient(t, http.HandlerFunc(slowPortal), func(o *Options) { o.RequestCalls, o.RetryDelay = test.slots, time.Minute })
				caller := client.For(token)
				defer caller.Close()
				var running sync.WaitGroup
				for i, id := range test.ids {
					running.Go(func() {
						time.Sleep(time.Duration(i) * test.apart)
						caller.Opportunities(t.Context(), nil, []int{id}, nil)
					})
				}
				time.Sleep(250 * time.Millisecond)
				if got, want := caller.AtPortal(), min(test.want, 250*time.Millisecond); got != want {
					t.Errorf("it says %v in the middle, want %v", got, want)
				}
				running.Wait()
				time.Sleep(time.Second)
				if got := caller.AtPortal(); got != test.want {
					t.Errorf("got %v, want %v", got, test.want)
				}
			})
		})
	}
}

// A circuit is open until its time is up, and half open from then on, whether or not a
// call has come.
func TestCircuits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		portal := &patient{}
		client := bubbleClient(t, portal, noRetries)
		want := func(circuits ...Circuit) {
			t.Helper()
			if got := client.Circuits(); !slices.Equal(got, circuits) {
				t.Errorf("got %v, want %v", got, circuits)
			}
		}
		const route = "crm/opportunity/{id}"
		whole := Circuit{WholePortal, CircuitClosed}
		want(whole)
		portal.status.Store(502)
		_ = ask(t.Context(), client, 1)
		want(whole, Circuit{route, CircuitClosed})
		_ = ask(t.Context(), client, 20)
		want(whole, Circuit{route, CircuitOpen})
		time.Sleep(client.breaker.open)
		want(whole, Circuit{route, CircuitHalfOpen})
		portal.status.Store(0)
		go func() { _ = ask(t.Context(), client, 1) }() // the probe
		synctest.Wait()
		want(whole, Circuit{route, CircuitHalfOpen})
		time.Sleep(client.callTimeout)
		synctest.Wait()
		want(whole, Circuit{route, CircuitOpen})
		portal.status.Store(200)
		time.Sleep(client.breaker.open)
		_ = ask(t.Context(), client, 1)
		want(whole, Circuit{route, CircuitClosed})
	})
}
