package upstream

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"onlyoffice-graphql/upstream/demo"
)

// TestTurnsOfCallers has one caller ask for single things beside others that keep the
// portal's slots busy: it waits for one call, and one more turn of theirs.
func TestTurnsOfCallers(t *testing.T) {
	t.Parallel()
	const perCall = 100 * time.Millisecond
	for name, other := range map[string]func(ctx context.Context, client *Client, n int){
		"many requests of one caller": func(ctx context.Context, client *Client, _ int) {
			caller := client.For(Credentials{Authorization: "demo-mark.oconnell"})
			defer caller.Close()
			keys := make([]int, 10)
			for i := range keys {
				keys[i] = 3102 + 3*(i%2)
			}
			caller.Opportunities(ctx, nil, keys, nil)
		},
		"made-up credentials": func(ctx context.Context, client *Client, n int) {
			for i := range 6 {
				_, _ = one(ctx, client, Credentials{Authorization: fmt.Sprint(n, i)}, 3101)
			}
		},
		"sign-ins with made-up credentials": func(ctx context.Context, client *Client, n int) {
			for i := range 6 {
				caller := client.For(Credentials{Authorization: fmt.Sprint(n, i)})
				_, _ = caller.SignIn(ctx, NewSession{UserName: "nobody@example.com", Password: fmt.Sprint(n, i)})
				caller.Close()
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				portal, client := bubbleDemo(t, func(o *Options) {
					o.PortalCalls, o.RequestCalls, o.CallTimeout = 4, 4, time.Minute
				})
				portal.Inject(demo.Fault{Kind: demo.NoBatch})
				portal.Inject(demo.Fault{Kind: demo.Delay, Delay: perCall})
				for _, who := range []string{demo.Token, "demo-mark.oconnell"} {
					if _, err := one(t.Context(), client, Credentials{Authorization: who}, 3102); err != nil {
						t.Fatal(err)
					}
				}
				var all sync.WaitGroup
				for n := range 30 {
					all.Go(func() { other(t.Context(), client, n) })
				}
				time.Sleep(perCall / 2)
				if load := client.Load(); load.InFlight != 4 || load.Waiting < 26 || load.Callers < 30 {
					t.Errorf("the load is %+v", load)
				}
				for range 10 {
					asked := time.Now()
					if _, err := one(t.Context(), client, demoToken, 3101); err != nil {
						t.Error(err)
					}
					if took := time.Since(asked); took > 2*perCall {
						t.Errorf("a single call took %v", took)
					}
				}
				all.Wait()
				wantIdle(t, client.slots)
				if n := len(client.slots.queues); n != 0 || client.slots.unverified.requests != 0 {
					t.Errorf("%d callers and %d unverified are left", n, client.slots.unverified.requests)
				}
			})
		})
	}
}

// TestShareOfACaller divides the slots between callers, and those of one between its
// requests.
func TestShareOfACaller(t *testing.T) {
	t.Parallel()
	for who, want := range map[string]int{
		"a":         64,
		"ab":        32,
		"aab":       16, // of a
		"baaaaaaaa": 32, // of b
		"a1234":     32,
		"1234":      16,
		"1a":        32,
	} {
		t.Run(who, func(t *testing.T) {
			t.Parallel()
			client := New(Options{URL: &url.URL{Scheme: "http", Host: "portal.example"}})
			defer client.Close()
			var first *Caller
			for _, name := range strings.Split(who, "") {
				caller := client.For(Credentials{Authorization: name})
				defer caller.Close()
				if name >= "a" {
					caller.client.slots.markKnown(caller)
					caller.client.slots.markKnown(caller)
				}
				if first == nil {
					first = caller
				}
			}
			if got := client.slots.share(first.queue.Load()); got != want {
				t.Errorf("%d slots, want %d", got, want)
			}
		})
	}
}

// TestCallersAreMet remembers a credential once the portal has taken it, and no other,
// and keeps nothing of a request that is over.
func TestCallersAreMet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := bubbleClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != token.Authorization {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			_, _ = w.Write([]byte(`{"status":0,"response":{"id":3101}}`))
		}))
		for i := range 3 {
			_, _ = one(t.Context(), client, Credentials{Authorization: fmt.Sprint(i)}, 3101)
			_, _ = one(t.Context(), client, token, 3101)
		}
		late := client.For(Credentials{Authorization: "late"})
		late.Close()
		late.Close()
		client.slots.markKnown(late) // by a call that ends after its request
		if n := client.slots.known.Len(); n != 2 {
			t.Errorf("%d credentials are known", n)
		}
		if n := len(client.slots.queues); n != 0 || client.slots.unverified.requests != 0 {
			t.Errorf("%d callers and %d unverified are left", n, client.slots.unverified.requests)
		}
	})
}
