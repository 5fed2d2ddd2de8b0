package upstream

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"onlyoffice-graphql/upstream/demo"
)

const (
	getOne    = "GET crm/opportunity/{id}"
	batchPost = "POST batch"
)

// TestFaults shows what each fault of the whole portal turns into, and what it
// costs: of one GET, and of a batch of three where only the batch endpoint
// misbehaves.
func TestFaults(t *testing.T) {
	t.Parallel()
	const well = KindUnknown
	tests := []struct {
		fault     demo.Fault
		kind      Kind // of the GET
		calls     int
		batchKind Kind
		batches   int
		gets      int // that stand in for the batch
	}{
		{demo.Fault{Kind: demo.Delay, Delay: time.Second}, well, 1, well, 1, 0},
		{demo.Fault{Kind: demo.ServerError}, KindServer, 1, well, 1, 3},
		{demo.Fault{Kind: demo.BadGateway}, KindServer, 3, KindServer, 3, 0},
		{demo.Fault{Kind: demo.Unavailable503}, KindServer, 3, KindServer, 3, 0},
		{demo.Fault{Kind: demo.RateLimited}, KindRateLimited, 3, KindRateLimited, 3, 0},
		{demo.Fault{Kind: demo.Truncated}, KindBadAnswer, 3, well, 1, 3},
		{demo.Fault{Kind: demo.Hang}, KindTimeout, 1, KindTimeout, 1, 0},
		{demo.Fault{Kind: demo.Reset}, KindUnavailable, 3, KindUnavailable, 3, 0},
		{demo.Fault{Kind: demo.SlowBody, Delay: time.Second}, KindTimeout, 1, KindTimeout, 1, 0},
		{demo.Fault{Kind: demo.HTMLPage}, KindBadAnswer, 1, well, 1, 3},
		{demo.Fault{Kind: demo.SignInPage}, KindUnauthenticated, 1, KindUnauthenticated, 1, 0},
		{demo.Fault{Kind: demo.WrongShape}, KindBadAnswer, 1, well, 1, 3},
		{demo.Fault{Kind: demo.NoBatch}, well, 1, well, 1, 3},
		{demo.Fault{Kind: demo.BatchGarbage}, well, 1, well, 1, 3},
		{demo.Fault{Kind: demo.BatchDoubled}, well, 1, well, 1, 3},
		{demo.Fault{Kind: demo.BatchNullItem}, well, 1, KindBadAnswer, 1, 0},
		{demo.Fault{Kind: demo.NoNestedIDs}, well, 1, well, 1, 0},
	}
	for _, test := range tests {
		t.Run(test.fault.Kind.String()+"/GET", func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				portal, client := bubbleDemo(t)
				portal.Inject(test.fault)
				_, err := one(t.Context(), client, demoToken, 3101)
				if KindOf(err) != test.kind || (err == nil) != (test.kind == well) {
					t.Errorf("got %v, want %v", err, test.kind)
				}
				if n := portal.Calls()[getOne]; n != test.calls {
					t.Errorf("%d calls, want %d", n, test.calls)
				}
			})
		})
		t.Run(test.fault.Kind.String()+"/batch", func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				portal, client := bubbleDemo(t, func(o *Options) { o.RequestCalls = 1 })
				fault := test.fault
				fault.Route = "batch"
				portal.Inject(fault)
				for _, r := range client.For(demoToken).Opportunities(t.Context(), nil, []int{3101, 3102, 3103}, nil) {
					if KindOf(r.Err) != test.batchKind || (r.Err == nil) != (test.batchKind == well) {
						t.Errorf("got %v, want %v", r.Err, test.batchKind)
					}
				}
				if calls := portal.Calls(); calls[batchPost] != test.batches || calls[getOne] != test.gets {
					t.Errorf("%d batches and %d GETs, want %d and %d", calls[batchPost], calls[getOne], test.batches, test.gets)
				}
			})
		})
	}
}

// TestFaultsOfOneItem shows that an item of a batch that fails costs its key
// and no more calls; the portal itself is well then.
func TestFaultsOfOneItem(t *testing.T) {
	t.Parallel()
	for kind, want := range map[demo.FaultKind]Kind{
		demo.ServerError: KindServer, demo.BadGateway: KindServer, demo.Unavailable503: KindServer,
		demo.RateLimited: KindRateLimited, demo.Truncated: KindBadAnswer, demo.HTMLPage: KindBadAnswer,
		demo.WrongShape: KindBadAnswer, demo.BatchNullItem: KindBadAnswer,
	} {
		t.Run(kind.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				portal, client := bubbleDemo(t, func(o *Options) { o.RequestCalls = 1 })
				portal.Inject(demo.Fault{Kind: kind, ID: 3102})
				results := client.For(demoToken).Opportunities(t.Context(), nil, []int{3101, 3102, 3103}, nil)
				if KindOf(results[1].Err) != want {
					t.Errorf("got %v, want %v", results[1].Err, want)
				}
				if results[0].Err != nil || results[2].Err != nil {
					t.Errorf("the others: %v, %v", results[0].Err, results[2].Err)
				}
				if calls := portal.Calls(); len(calls) != 1 || calls[batchPost] != 1 {
					t.Errorf("calls %v, want one batch", calls)
				}
			})
		})
	}
}

// TestOneFault shows which faults nobody notices when they happen once.
func TestOneFault(t *testing.T) {
	t.Parallel()
	for _, kind := range []demo.FaultKind{demo.BadGateway, demo.Unavailable503, demo.RateLimited, demo.Truncated, demo.Reset} {
		t.Run(kind.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var attempts []int
				portal, client := bubbleDemo(t, func(o *Options) {
					o.Observe = func(_ context.Context, c Call) { attempts = append(attempts, c.Attempt) }
				})
				portal.Inject(demo.Fault{Kind: kind, Times: 1})
				caller := client.For(demoToken)
				if r := caller.Opportunities(t.Context(), nil, []int{3101}, nil)[0]; r.Err != nil {
					t.Error(r.Err)
				}
				if len(attempts) != 2 || attempts[0] != 1 || attempts[1] != 2 || caller.Calls() != 2 {
					t.Errorf("attempts %v, %d calls counted", attempts, caller.Calls())
				}
			})
		})
	}
}

// TestKeptConnection loses a connection that was kept. That is no failure of
// the portal: the transport asks again on another, also where the call is a POST.
func TestKeptConnection(t *testing.T) {
	t.Parallel()
	for name, ids := range map[string][]int{"GET": {3101}, "batch": {3101, 3102}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				portal, client := bubbleDemo(t, func(o *Options) { o.RequestCalls, o.Retries = 1, -1 })
				if _, err := one(t.Context(), client, demoToken, 3101); err != nil {
					t.Fatal(err)
				}
				portal.Inject(demo.Fault{Kind: demo.Reset, Times: 1})
				for _, r := range client.For(demoToken).Opportunities(t.Context(), nil, ids, nil) {
					if r.Err != nil {
						t.Error(r.Err)
					}
				}
			})
		})
	}
}

// TestNothingIsLeftBehind makes every fault happen on real connections, and
// looks for goroutines that stay. It is not parallel: it counts all there are.
func TestNothingIsLeftBehind(t *testing.T) {
	portal := demo.New()
	client := newTestClient(t, portal.ServeHTTP, func(o *Options) {
		o.CallTimeout, o.RetryDelay, o.BreakerCalls, o.Retries = 20*time.Millisecond, time.Microsecond, 1e6, -1
	})
	caller := client.For(demoToken)
	quiet := func() int { client.Close(); return runtime.NumGoroutine() }
	before := quiet()
	for kind := demo.Delay; kind <= demo.NoNestedIDs; kind++ {
		remove := portal.Inject(demo.Fault{Kind: kind, Delay: time.Millisecond})
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
		for _, r := range caller.Opportunities(ctx, nil, []int{3101, 3102, 3103}, nil) {
			if r.Err != nil && !errors.As(r.Err, new(*Error)) {
				t.Errorf("%v: %v", kind, r.Err)
			}
		}
		cancel()
		remove()
	}
	after := quiet()
	for range 200 {
		if after <= before {
			return
		}
		time.Sleep(5 * time.Millisecond)
		after = quiet()
	}
	t.Errorf("%d goroutines, %d before", after, before)
}
