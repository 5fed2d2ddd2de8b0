package upstream

import (
	"context"
	"errors"
	"net/http"
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
