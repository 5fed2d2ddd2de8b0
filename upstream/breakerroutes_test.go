package upstream

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// routed is a portal each of whose routes can be given a status; others answer well.
type routed struct {
	mu     sync.Mutex
	status map[string]int // by a part of the path
	own    bool           // whether failures come as the portal's own documents
	calls  map[string]int
}

func (p *routed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	status, body := http.StatusOK, `{"status":0,"response":[]}`
	if strings.Contains(r.URL.Path, "@self") {
		body = `{"status":0,"response":{}}`
	}
	for part, failing := range p.status {
		if strings.Contains(r.URL.Path, part) {
			status = failing
			p.calls[part]++
		}
	}
	if status != http.StatusOK {
		if body = ""; p.own {
			body = `{"status":1,"statusCode":500,"error":{"message":"Object reference not set"}}`
		}
	}
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
}

// turn gives the routes with such a path a status.
func (p *routed) turn(status int, parts ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status, p.calls = map[string]int{}, map[string]int{}
	for _, part := range parts {
		p.status[part] = status
	}
}

// tags reads those of n opportunities, as a page of them does.
func tags(ctx context.Context, c *Client, n int) error {
	caller := c.For(token)
	defer caller.Close()
	return caller.OpportunityTags(ctx, nil, make([]int, n))[0].Err
}

func stages(ctx context.Context, c *Client) error {
	caller := c.For(token)
	defer caller.Close()
	_, err := caller.Stages(ctx, nil)
	return err
}

func currencies(ctx context.Context, c *Client) error {
	caller := c.For(token)
	defer caller.Close()
	_, err := caller.Currencies(ctx, nil)
	return err
}

// TestCircuitOfARoute lets one route fail: it alone is left alone, and tried
// again by itself. The look-ups of a page are one call for this.
func TestCircuitOfARoute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		portal := &routed{}
		portal.turn(502, "tag/")
		client := bubbleClient(t, portal, noRetries, func(o *Options) { o.RequestCalls = 25 })
		for range 19 {
			if err := tags(t.Context(), client, 25); KindOf(err) != KindServer {
				t.Fatal(err)
			}
		}
		if n := client.breaker.failures(); n != 19 {
			t.Errorf("19 pages count as %d failures", n)
		}
		_ = tags(t.Context(), client, 1)
		if wait := refusedFor(t, tags(t.Context(), client, 1)); wait != 5*time.Second {
			t.Errorf("left alone for %v", wait)
		}
		refusedFor(t, tags(t.Context(), client, 25))
		if err := errors.Join(stages(t.Context(), client), currencies(t.Context(), client), client.Ping(t.Context())); err != nil {
			t.Errorf("elsewhere: %v", err)
		}
		portal.turn(200)
		time.Sleep(5 * time.Second)
		if err := tags(t.Context(), client, 25); err != nil {
			t.Errorf("well again: %v", err)
		}
	})
}

// TestOwnErrorDocuments answers everything with the portal's own error document,
// with any status: the portal lives.
func TestOwnErrorDocuments(t *testing.T) {
	t.Parallel()
	for _, status := range []int{500, 502, 503, 504} {
		synctest.Test(t, func(t *testing.T) {
			portal := &routed{own: true}
			portal.turn(status, "api")
			client := bubbleClient(t, portal, noRetries)
			for range 30 {
				if err := stages(t.Context(), client); KindOf(err) != KindServer {
					t.Fatal(err)
				}
				_ = tags(t.Context(), client, 25)
			}
			if n := client.breaker.failures(); n != 0 {
				t.Errorf("%d: %d failures", status, n)
			}
		})
	}
}
