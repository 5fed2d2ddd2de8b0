package upstream

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestManyCredentials has a new credential for each of many calls, three hundred or as
// many as ROUNDS says. It is not parallel: it counts all goroutines.
func TestManyCredentials(t *testing.T) {
	const atOnce, kept = 8, keptForEach * 4
	calls := int64(300)
	if text := os.Getenv("ROUNDS"); text != "" {
		var err error
		if calls, err = strconv.ParseInt(text, 10, 64); err != nil {
			t.Fatalf("ROUNDS: %v", err)
		}
	}
	for name, status := range map[string]int{"known": http.StatusOK, "made up": http.StatusUnauthorized} {
		t.Run(name, func(t *testing.T) {
			before := runtime.NumGoroutine()
			portal := newWatched(t, (*httptest.Server).Start, func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Authorization") == "anna" {
					asked(w, r)
					return
				}
				w.WriteHeader(status)
				asked(w, r)
			})
			client := wireClient(t, portal.URL, func(o *Options) { o.PortalCalls = 4 })
			getsOwn(t, client, "anna", 1)
			var next atomic.Int64
			var callers sync.WaitGroup
			for range atOnce {
				callers.Go(func() {
					for n := next.Add(1); n <= calls; n = next.Add(1) {
						who := fmt.Sprint("caller ", n)
						if _, err := one(t.Context(), client, Credentials{Authorization: who}, 3101); (err == nil) != (status == http.StatusOK) {
							t.Errorf("%s: %v", who, err)
						}
					}
				})
			}
			callers.Wait()
			open := client.pools.idle(t)
			dials, _, most, _ := portal.seen()
			t.Logf("%d connections were made, %d at most at a time, %d are kept", dials, most, open)
			if open > kept || client.pools.kept.Len() > kept {
				t.Errorf("%d connections and %d pools are kept", open, client.pools.kept.Len())
			}
			// Those that are being closed are still open to the portal.
			if most > kept+2*atOnce {
				t.Errorf("%d connections at a time", most)
			}
			getsOwn(t, client, "anna", 2)
			if again, _, _, _ := portal.seen(); (again == dials) != (status != http.StatusOK) {
				t.Errorf("%d connections were made, and then %d", dials, again)
			}
			client.Close()
			eventually(t, "all connections are closed", func() bool { _, open, _, _ := portal.seen(); return open == 0 })
			portal.Close()
			eventually(t, "all goroutines have ended", func() bool { return runtime.NumGoroutine() <= before })
		})
	}
}

// TestDroppedDuringCall drops the pools of calls that are in flight: they go
// well, and their connections end with them.
func TestDroppedDuringCall(t *testing.T) {
	t.Parallel()
	for name, drop := range map[string]func(c *Client){
		"dropped": func(c *Client) { c.pools.drop(c.holders.of(token)) },
		"closed":  func(c *Client) { c.Close() },
		"evicted": func(c *Client) {
			for i := range c.pools.most {
				c.pools.give(c.pools.take(holder{byte(i), 1}))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			begun, go_ := make(chan bool, 2), make(chan bool)
			portal := newWatched(t, (*httptest.Server).Start, func(w http.ResponseWriter, r *http.Request) {
				begun <- true
				<-go_
				asked(w, r)
			})
			client := wireClient(t, portal.URL, func(o *Options) { o.PortalCalls = 4 })
			var calls sync.WaitGroup
			for range 2 {
				calls.Go(func() {
					if _, err := one(t.Context(), client, token, 3101); err != nil {
						t.Error(err)
					}
				})
				soon(t, "the call", begun)
				drop(client)
			}
			close(go_)
			calls.Wait()
			eventually(t, "no connection is kept", func() bool { return client.pools.idle(t) == 0 })
		})
	}
}

// TestOldestGiveWay shows whose connections are closed where there are too many.
func TestOldestGiveWay(t *testing.T) {
	t.Parallel()
	portal := newWatched(t, (*httptest.Server).Start, asked)
	client := wireClient(t, portal.URL, func(o *Options) { o.PortalCalls = 1 })
	ask := func(callers ...string) (dials int) {
		before, _, _, _ := portal.seen()
		for _, who := range callers {
			getsOwn(t, client, who, 1)
		}
		after, _, _, _ := portal.seen()
		return after - before
	}
	for _, step := range []struct {
		callers string
		dials   int
	}{
		{"a b c d", 4}, {"a b c d", 0}, {"a", 0}, {"e", 1}, {"a c d e", 0}, {"b", 1}, {"c d e b", 0}, {"a", 1},
	} {
		if got := ask(strings.Fields(step.callers)...); got != step.dials {
			t.Errorf("%s: %d connections were made, want %d", step.callers, got, step.dials)
		}
	}
}

// TestEndedPoolsKeepCalls drops a pool while two calls are in flight in it. net/http has a
// connection idle before its answer is there, where that has no body: it is closed with
// the last call, and not under the one that waits.
func TestEndedPoolsKeepCalls(t *testing.T) {
	t.Parallel()
	portal := newWatched(t, (*httptest.Server).Start, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	pools := wireClient(t, portal.URL, func(o *Options) { o.PortalCalls = 2 }).pools
	ask := func(c *pool) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, portal.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := c.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
	}
	first, second := pools.take(holder{1}), pools.take(holder{1})
	ask(first)
	pools.retire(holder{1})
	pools.give(first)
	ask(second)
	if dials, open, _, _ := portal.seen(); dials != 1 || open != 1 {
		t.Errorf("%d connections were made, %d are open", dials, open)
	}
	pools.give(second)
	eventually(t, "the connection is closed", func() bool { _, open, _, _ := portal.seen(); return open == 0 })
	if other := pools.take(holder{1}); other == first {
		t.Error("the pool is used again")
	}
}

// TestAbandonedDials has callers who go away while a connection is made, again
// and again: not all of what they began goes on.
func TestAbandonedDials(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const calls = 2
		client := New(Options{URL: &url.URL{Scheme: "http", Host: "portal.example"}, PortalCalls: calls, RequestCalls: 1})
		defer client.Close()
		var dialing, most atomic.Int64
		client.pools.model.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			most.Store(max(most.Load(), dialing.Add(1)))
			defer dialing.Add(-1)
			<-ctx.Done()
			return nil, ctx.Err()
		}
		for n := range 300 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			who := Credentials{Authorization: "anna"}
			if n%2 == 0 {
				who = Credentials{Authorization: fmt.Sprint(n)}
			}
			if _, err := one(ctx, client, who, 3101); err == nil {
				t.Error("an answer came")
			}
			cancel()
			synctest.Wait()
		}
		if most.Load() > 2*keptForEach*calls {
			t.Errorf("%d dials at a time", most.Load())
		}
	})
}

// TestWrongEntity has an answer about something else. The caller's connections
// are given up, and no other caller's.
func TestWrongEntity(t *testing.T) {
	t.Parallel()
	reads := map[string]func(c *Caller) error{
		"opportunity":   func(c *Caller) error { return c.Opportunities(t.Context(), nil, []int{3}, nil)[0].Err },
		"contact":       func(c *Caller) error { return c.Contacts(t.Context(), nil, []int{3})[0].Err },
		"in a batch":    func(c *Caller) error { return c.Opportunities(t.Context(), nil, []int{4, 3, 5}, nil)[1].Err },
		"contact batch": func(c *Caller) error { return c.Contacts(t.Context(), nil, []int{4, 3, 5})[1].Err },
	}
	for name, read := range reads {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			portal := newWire(t, func(c *wireConn) {
				for r := c.request(); r != nil; r = c.request() {
					c.say(strings.NewReplacer(`"id":3,`, `"id":9,`, `\"id\":3,`, `\"id\":9,`).Replace(properAnswer(r)))
				}
			})
			client := wireClient(t, portal.address)
			getsOwn(t, client, "anna", 1)
			getsOwn(t, client, "bo", 1)
			caller := client.For(Credentials{Authorization: "anna"})
			defer caller.Close()
			if err := read(caller); KindOf(err) != KindBadAnswer || !errors.Is(err, errWrongEntity) || !strings.Contains(err.Error(), `asked for "3", got "9"`) {
				t.Errorf("got %v", err)
			}
			wantConnections(t, portal, 2)
			getsOwn(t, client, "bo", 1)
			wantConnections(t, portal, 2)
			getsOwn(t, client, "anna", 1)
			wantConnections(t, portal, 3)
		})
	}
}
