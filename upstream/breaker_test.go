package upstream

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// patient is a portal whose status can be changed while calls are waiting.
type patient struct {
	status atomic.Int32 // 0 hangs
	calls  atomic.Int32
}

func (p *patient) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.calls.Add(1)
	status := p.status.Load()
	if status == 0 {
		<-r.Context().Done()
		return
	}
	w.WriteHeader(int(status))
	_, _ = w.Write([]byte(`{"status":0,"response":{"id":3101}}`))
}

// ask reads one thing n times, one after the other, and returns the last error.
func ask(ctx context.Context, c *Client, n int) (err error) {
	for range n {
		_, err = one(ctx, c, token, 3101)
	}
	return err
}

func refusedFor(t *testing.T, err error) time.Duration {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Kind != KindUnavailable || !e.LeftAlone || !e.Retryable() {
		t.Fatalf("got %v, want a refusal", err)
	}
	return e.RetryAfter
}

func noRetries(o *Options) { o.Retries = -1 }

// TestBreaker goes once around: closed, open, a failed probe, a good one.
func TestBreaker(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		portal := &patient{}
		var told []string
		client := bubbleClient(t, portal, noRetries, func(o *Options) { o.Warn = func(msg string, _ ...any) { told = append(told, msg) } })
		portal.status.Store(200)
		if err := ask(t.Context(), client, 10); err != nil {
			t.Fatal(err)
		}
		portal.status.Store(502)
		if err := ask(t.Context(), client, 10); KindOf(err) != KindServer {
			t.Fatalf("the last call that counts: %v", err)
		}
		portal.calls.Store(0)
		expect := func(after, remaining time.Duration) {
			t.Helper()
			time.Sleep(after)
			start := time.Now()
			if wait := refusedFor(t, ask(t.Context(), client, 1)); wait != remaining {
				t.Errorf("to be asked again after %v, want %v", wait, remaining)
			}
			for _, r := range client.For(token).Opportunities(t.Context(), nil, []int{1, 2, 3}, nil) {
				refusedFor(t, r.Err)
			}
			if portal.calls.Load() != 0 || time.Since(start) != 0 {
				t.Errorf("%d calls, and %v", portal.calls.Load(), time.Since(start))
			}
		}
		expect(0, 5*time.Second)
		expect(2*time.Second, 3*time.Second)

		time.Sleep(3 * time.Second)
		portal.status.Store(0) // the probe hangs, and nobody else calls meanwhile
		var probe sync.WaitGroup
		probe.Go(func() {
			if err := ask(t.Context(), client, 1); KindOf(err) != KindTimeout {
				t.Errorf("the probe: %v", err)
			}
		})
		synctest.Wait()
		if wait := refusedFor(t, ask(t.Context(), client, 1)); wait != time.Second || portal.calls.Load() != 1 {
			t.Errorf("during the probe: %d calls, ask again after %v", portal.calls.Load(), wait)
		}
		probe.Wait()
		portal.calls.Store(0)
		expect(0, 5*time.Second)

		time.Sleep(5 * time.Second)
		portal.status.Store(200)
		if err := ask(t.Context(), client, 3); err != nil {
			t.Errorf("a portal that is well again: %v", err)
		}
		if len(told) != 2 {
			t.Errorf("told of %q", told)
		}
	})
}

// TestBreakerStaysClosed asks a hundred times where nothing is wrong with the
// portal, or not enough.
func TestBreakerStaysClosed(t *testing.T) {
	t.Parallel()
	type test = func(*testing.T, *patient, *Client)
	times := func(status int32, n int) test {
		return func(t *testing.T, p *patient, c *Client) {
			p.status.Store(status)
			_ = ask(t.Context(), c, n)
		}
	}
	for name, test := range map[string]test{
		"401": times(401, 100), "403": times(403, 100), "404": times(404, 100), "400": times(400, 100), "429": times(429, 100),
		"302": times(302, 100), "no body": times(204, 100), "few": times(502, 19), "500": times(500, 100), "501": times(501, 100),
		"spread over time": func(t *testing.T, p *patient, c *Client) {
			p.status.Store(502)
			for range 100 {
				_ = ask(t.Context(), c, 1)
				time.Sleep(time.Second)
			}
		},
		"less than half": func(t *testing.T, p *patient, c *Client) {
			for range 50 {
				p.status.Store(200)
				_ = ask(t.Context(), c, 6)
				p.status.Store(502)
				_ = ask(t.Context(), c, 4)
			}
		},
		"callers that go away": func(t *testing.T, _ *patient, c *Client) {
			for range 100 {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(10*time.Millisecond, cancel)
				if err := ask(ctx, c, 1); KindOf(err) != KindCanceled {
					t.Errorf("got %v", err)
				}
			}
		},
		"operations out of time": func(t *testing.T, _ *patient, c *Client) {
			for range 100 {
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
				if err := ask(ctx, c, 1); KindOf(err) != KindTimeout {
					t.Errorf("got %v", err)
				}
				cancel()
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				portal := &patient{}
				client := bubbleClient(t, portal, noRetries)
				test(t, portal, client)
				portal.status.Store(http.StatusOK)
				if err := ask(t.Context(), client, 1); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestRefusedAtOnce opens the circuit for those who would have to wait: for a
// slot, or for a retry.
func TestRefusedAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		portal := &patient{}
		portal.status.Store(503)
		client := bubbleClient(t, portal, func(o *Options) { o.BreakerCalls, o.PortalCalls = 1, 1 })
		start := time.Now()
		if err := ask(t.Context(), client, 1); KindOf(err) != KindServer {
			t.Errorf("the call that opened it: %v", err)
		}
		if _, err := client.For(token).reserve(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		refusedFor(t, ask(t.Context(), client, 1))
		for _, r := range client.For(token).Opportunities(t.Context(), nil, []int{1, 2}, nil) {
			refusedFor(t, r.Err)
		}
		if portal.calls.Load() != 1 || time.Since(start) != 0 {
			t.Errorf("%d calls, after %v", portal.calls.Load(), time.Since(start))
		}
	})
}

// trip makes the client's circuit open, and waits until it lets a probe through.
func trip(t *testing.T, portal *patient, client *Client) {
	t.Helper()
	portal.status.Store(503)
	_ = ask(t.Context(), client, 20)
	refusedFor(t, ask(t.Context(), client, 1))
	time.Sleep(5 * time.Second)
}

// TestAbandonedProbe cancels the one call that could close the circuit.
func TestAbandonedProbe(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		portal := &patient{}
		client := bubbleClient(t, portal, noRetries)
		trip(t, portal, client)
		portal.status.Store(0)
		for range 3 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			if err := ask(ctx, client, 1); KindOf(err) != KindTimeout {
				t.Errorf("the probe: %v", err)
			}
			cancel()
		}
		portal.status.Store(200)
		if err := ask(t.Context(), client, 1); err != nil {
			t.Errorf("after the abandoned probes: %v", err)
		}
	})
}

// TestLateFailures lets calls from before the circuit opened time out when the
// portal is well again.
func TestLateFailures(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		portal := &patient{}
		client := bubbleClient(t, portal, noRetries)
		var late sync.WaitGroup
		for range 40 {
			late.Go(func() { _ = ask(t.Context(), client, 1) })
		}
		synctest.Wait()
		trip(t, portal, client)
		portal.status.Store(200)
		if err := ask(t.Context(), client, 1); err != nil {
			t.Errorf("the probe: %v", err)
		}
		late.Wait()
		if err := ask(t.Context(), client, 1); err != nil {
			t.Errorf("after the late failures: %v", err)
		}
	})
}

// failures returns how many are counted, at all circuits.
func (b *breaker) failures() uint {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := b.portal.circuit.Metrics().Failures()
	for _, c := range b.routes {
		n += c.circuit.Metrics().Failures()
	}
	return n
}

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
			for range 100 {
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

// TestPortalAway lets several routes fail. Where nothing else answers, the portal
// is left alone as a whole; where something does, it lives.
func TestPortalAway(t *testing.T) {
	t.Parallel()
	for name, lives := range map[string]bool{"nothing else answers": false, "something answers": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				portal := &routed{}
				portal.turn(502, "tag/", "stage", "currency")
				client := bubbleClient(t, portal, noRetries)
				other := func() error {
					caller := client.For(token)
					defer caller.Close()
					return caller.Files(t.Context(), nil, []int{1})[0].Err
				}
				for range 20 {
					_, _, _ = tags(t.Context(), client, 1), stages(t.Context(), client), currencies(t.Context(), client)
					if lives {
						time.Sleep(time.Millisecond)
						_ = other()
					}
				}
				refusedFor(t, tags(t.Context(), client, 1))
				if lives {
					if err := other(); err != nil {
						t.Error(err)
					}
					return
				}
				refusedFor(t, other())
				if err := client.Ping(t.Context()); err != nil {
					t.Errorf("readiness: %v", err)
				}
				time.Sleep(5 * time.Second)
				if err := other(); err != nil { // the probe
					t.Error(err)
				}
				portal.turn(200)
				if err := errors.Join(tags(t.Context(), client, 1), stages(t.Context(), client)); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestUnreachable lets no connection come about: that is the portal's circuit,
// whichever routes are asked for.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := bubbleClient(t, &routed{}, noRetries)
		dial := client.pools.model.DialContext
		client.pools.model.DialContext = func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Err: errors.New("refused")}
		}
		for range 10 {
			_, _ = stages(t.Context(), client), currencies(t.Context(), client)
		}
		refusedFor(t, tags(t.Context(), client, 1))
		if err := client.Ping(t.Context()); KindOf(err) != KindUnavailable || refused(err) {
			t.Errorf("readiness asks by itself: %v", err)
		}
		client.pools.retireAll()
		client.pools.model.DialContext = dial
		time.Sleep(5 * time.Second)
		if err := errors.Join(stages(t.Context(), client), currencies(t.Context(), client)); err != nil {
			t.Error(err)
		}
	})
}

func refused(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.LeftAlone
}
