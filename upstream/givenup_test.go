package upstream

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestGivenUp leaves calls at both places where they wait. They end at once, and
// their connection with them, as the portal sees.
func TestGivenUp(t *testing.T) {
	t.Parallel()
	const patience = 30 * time.Millisecond
	for place, said := range map[string]string{
		"for the header":  "",
		"in the header":   "HTTP/1.1 200 OK\r\nX",
		"after a 1xx":     "HTTP/1.1 100 Continue\r\n\r\n",
		"in the body":     ok(length(1000), `{"status":0`),
		"in a chunk":      ok("Transfer-Encoding: chunked", "ff\r\n{"),
		"in gzip":         ok("Content-Encoding: gzip\r\n"+length(1000), zipped("{}")[:12]),
		"for the bodyend": ok("", thing("3101", "anna")),
	} {
		for why, test := range map[string]struct {
			kind   Kind
			during func(ctx context.Context, c *Client, asked chan bool) context.Context
		}{
			"deadline of the call": {KindTimeout, func(ctx context.Context, c *Client, _ chan bool) context.Context {
				c.callTimeout = patience
				return ctx
			}},
			"deadline of the operation": {KindTimeout, func(ctx context.Context, _ *Client, _ chan bool) context.Context {
				ctx, cancel := context.WithTimeout(ctx, patience)
				context.AfterFunc(ctx, cancel)
				return ctx
			}},
			"canceled": {KindCanceled, func(ctx context.Context, _ *Client, asked chan bool) context.Context {
				ctx, cancel := context.WithCancel(ctx)
				go func() {
					<-asked
					time.Sleep(patience / 3)
					cancel()
				}()
				return ctx
			}},
		} {
			t.Run(place+"/"+why, func(t *testing.T) {
				t.Parallel()
				asked, ended := make(chan bool), make(chan bool)
				portal := newWire(t, func(c *wireConn) {
					if c.n == 1 {
						_ = c.request()
						c.say(said)
						close(asked)
						if r := c.request(); r != nil {
							t.Errorf("the connection was used again, for %s", r.URL)
						}
						close(ended)
						return
					}
					// The first connection is only there to be kept or not.
					c.say(properAnswer(c.request()))
				})
				client := wireClient(t, portal.address)
				getsOwn(t, client, "anna", 1)
				eventually(t, "the first connection ended", func() bool { return client.pools.idle(t) == 0 })
				start := time.Now()
				_, err := one(test.during(t.Context(), client, asked), client, Credentials{Authorization: "anna"}, 3101)
				if KindOf(err) != test.kind {
					t.Errorf("got %v", err)
				}
				if took := time.Since(start); took > 5*time.Second {
					t.Errorf("it took %v", took)
				}
				soon(t, "the end of the connection", ended)
				eventually(t, "no connection is kept", func() bool { return client.pools.idle(t) == 0 })
				client.callTimeout = 10 * time.Second
				getsOwn(t, client, "anna", 3102)
				wantConnections(t, portal, 3)
			})
		}
	}
}

// TestOneTimeoutCostsOneConnection has a portal that is slow with one call. The
// call is not sent again on the next connection that was kept.
func TestOneTimeoutCostsOneConnection(t *testing.T) {
	t.Parallel()
	var asked sync.WaitGroup
	asked.Add(2)
	var more atomic.Int32
	portal := newWire(t, func(c *wireConn) {
		r := c.request()
		asked.Done()
		asked.Wait()
		c.say(properAnswer(r))
		for c.request() != nil {
			more.Add(1)
		}
	})
	client := wireClient(t, portal.address)
	var calls sync.WaitGroup
	for i := range 2 {
		calls.Go(func() { getsOwn(t, client, "anna", 1+i) })
	}
	calls.Wait()
	client.callTimeout = 30 * time.Millisecond
	if _, err := one(t.Context(), client, Credentials{Authorization: "anna"}, 3101); KindOf(err) != KindTimeout {
		t.Errorf("got %v", err)
	}
	eventually(t, "one connection is kept", func() bool { return client.pools.idle(t) == 1 })
	if more.Load() != 1 {
		t.Errorf("%d more requests", more.Load())
	}
	wantConnections(t, portal, 2)
}

// TestCanceledAtTheEnd has many callers cancel just when their call ends, or just after.
// The next call over the connection is answered well.
func TestCanceledAtTheEnd(t *testing.T) {
	t.Parallel()
	portal := newWire(t, (*wireConn).wellBehaved)
	client := wireClient(t, portal.address)
	var callers sync.WaitGroup
	for i := range 4 {
		callers.Go(func() {
			for n := range 150 {
				ctx, cancel := context.WithCancel(t.Context())
				if n%3 == 0 {
					time.AfterFunc(rand.N(300*time.Microsecond), cancel)
				}
				_, err := one(ctx, client, Credentials{Authorization: "anna"}, 3101)
				cancel()
				if err != nil && KindOf(err) != KindCanceled || err != nil && n%3 != 0 {
					t.Error(err)
				}
				getsOwn(t, client, fmt.Sprint("caller ", i), n+1)
			}
		})
	}
	callers.Wait()
	if n := client.pools.idle(t); n > 8 {
		t.Errorf("%d connections are kept", n)
	}
}
