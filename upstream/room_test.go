package upstream

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestRoomForBodies lets many bodies grow at once to where they do not fit
// together: none waits for ever, and they never have more than the budget.
func TestRoomForBodies(t *testing.T) {
	t.Parallel()
	const budget, largest = 8 << 20, 2 << 20
	synctest.Test(t, func(t *testing.T) {
		b := newBodies(budget, largest)
		var running sync.WaitGroup
		var taken, most atomic.Int64
		for range 64 {
			running.Go(func() {
				var room bodyRoom
				size := int64(0)
				for size < largest {
					if err := b.take(t.Context(), &room, largest/8); err != nil {
						t.Error(err)
					}
					size += largest / 8
					now := taken.Add(largest / 8)
					for seen := most.Load(); now > seen && !most.CompareAndSwap(seen, now); seen = most.Load() {
					}
					time.Sleep(time.Millisecond) // so that all are in the middle of it
				}
				taken.Add(-size)
				b.give(&room)
			})
		}
		running.Wait()
		if most := most.Load(); most > budget || most < budget/2 {
			t.Errorf("they had %d bytes at once, with a budget of %d", most, budget)
		}
		wantRoom(t, b, budget-largest)
	})
}

// wantRoom fails unless all of the room is free.
func wantRoom(t *testing.T, b *bodies, shared int64) {
	t.Helper()
	if taken := b.taken.Load(); taken != 0 || !b.shared.TryAcquire(shared) || !b.aside.TryAcquire(1) {
		t.Errorf("room was not given back: %d bytes are taken", taken)
	}
}

// TestNoRoomForABody shows who waits, and for how long, while a portal does not
// get on with an answer that takes all the room there is.
func TestNoRoomForABody(t *testing.T) {
	t.Parallel()
	large := strings.Repeat(" ", smallBody)
	for name, test := range map[string]struct {
		patience time.Duration // of the operation
		header   map[string]string
		body     string
		kind     Kind
		after    time.Duration
	}{
		"until the call's deadline":      {patience: time.Hour, body: large + thing("2", "a"), kind: KindUnavailable, after: 10 * time.Second},
		"until the operation's deadline": {patience: 3 * time.Second, body: large + thing("2", "a"), kind: KindUnavailable, after: 3 * time.Second},
		"zipped":                         {patience: 3 * time.Second, header: map[string]string{"Content-Encoding": "gzip"}, body: zipped(large + thing("2", "a")), kind: KindUnavailable, after: 3 * time.Second},
		"small ones do not wait":         {patience: time.Hour, body: thing("2", "a")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := bubbleClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if strings.HasSuffix(r.URL.Path, "/1.json") {
						_, _ = io.WriteString(w, large+large)
						_ = http.NewResponseController(w).Flush()
						<-r.Context().Done()
						return
					}
					for name, value := range test.header {
						w.Header().Set(name, value)
					}
					_, _ = io.WriteString(w, test.body)
				}), func(o *Options) { o.BodyBudget = 1 }) // one at a time
				holder, leave := context.WithCancel(t.Context())
				client.callTimeout = time.Hour
				done := make(chan error)
				go func() {
					_, err := one(holder, client, token, 1)
					done <- err
				}()
				synctest.Wait()
				client.callTimeout = 10 * time.Second
				ctx, cancel := context.WithTimeout(t.Context(), test.patience)
				defer cancel()
				start := time.Now()
				_, err := one(ctx, client, token, 2)
				var e *Error
				if KindOf(err) != test.kind || time.Since(start) != test.after {
					t.Errorf("after %v: %v", time.Since(start), err)
				} else if err != nil && (!errors.As(err, &e) || !errors.Is(err, errNoRoom) || e.RetryAfter != time.Second || !e.Retryable()) {
					t.Errorf("got %#v", err)
				}
				if n := client.breaker.failures(); n != 0 {
					t.Errorf("%d failures of the portal were counted", n)
				}
				leave()
				if err := <-done; KindOf(err) != KindCanceled {
					t.Error(err)
				}
				if o, err := one(t.Context(), client, token, 2); err != nil || o.ID != 2 {
					t.Errorf("afterwards: %v, %v", o, err)
				}
				wantRoom(t, client.bodies, 0)
			})
		})
	}
}

// TestRoomIsWhatABodyTakes looks at the room of large answers while they are
// decoded, and afterwards, however that went.
func TestRoomIsWhatABodyTakes(t *testing.T) {
	t.Parallel()
	const size = 3 << 20
	for name, test := range map[string]struct {
		items  []string
		header string
		body   string
		least  int64
		most   int64
		fails  bool
		panics bool
	}{
		"of known length":    {header: length(size), body: strings.Repeat(" ", size), least: size, most: 2 * size},
		"of unknown length":  {header: "Connection: close", body: strings.Repeat(" ", size), least: size, most: 2 * size},
		"zipped":             {header: "Content-Encoding: gzip", body: zipped(strings.Repeat(" ", size)), least: size, most: 2 * size},
		"of a batch":         {items: []string{"a"}, header: length(size), body: strings.Repeat(" ", size), least: 2 * size, most: 4 * size},
		"as large as may be": {header: length(16 << 20), body: strings.Repeat(" ", 16<<20), least: 16 << 20, most: 16<<20 + 4096},
		"broken off":         {header: length(size + 1), body: strings.Repeat(" ", size), fails: true},
		"too large":          {header: length(17 << 20), body: strings.Repeat(" ", 17<<20), fails: true},
		"small":              {header: length(smallBody - 1024), body: strings.Repeat(" ", smallBody-1024)},
		"read by a bug":      {header: length(size), body: strings.Repeat(" ", size), least: size, most: 2 * size, panics: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			portal := newWire(t, func(c *wireConn) {
				if c.request() != nil {
					c.say(ok(test.header, test.body))
				}
			})
			client := newClientOf(t, portal.address, noRetries)
			total := int64(256<<20 - 2*16<<20)
			caller := client.For(token)
			defer caller.Close()
			func() {
				defer func() {
					if v := recover(); (v != nil) != test.panics {
						t.Errorf("panic: %v", v)
					}
				}()
				_, err := attempt(t.Context(), caller, request{op: "test", method: http.MethodGet, target: "/", items: test.items}, 1, func(answer) (struct{}, error) {
					if free := total - test.most; !client.bodies.shared.TryAcquire(free) {
						t.Errorf("it takes more than %d bytes", test.most)
					} else {
						client.bodies.shared.Release(free)
					}
					if test.least > 0 && client.bodies.shared.TryAcquire(total-test.least+1) {
						t.Errorf("it takes less than %d bytes", test.least)
					}
					if test.panics {
						panic("a bug")
					}
					return struct{}{}, nil
				})
				if (err != nil) != test.fails {
					t.Error(err)
				}
			}()
			wantRoom(t, client.bodies, total)
		})
	}
}
