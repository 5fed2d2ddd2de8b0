package serve

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/upstream"
)

func probe(handler http.HandlerFunc, query ...string) string {
	w := httptest.NewRecorder()
	handler(w, httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/?"+strings.Join(query, "&"), nil))
	return http.StatusText(w.Code) + ": " + strings.TrimSuffix(w.Body.String(), "\n")
}

func TestReadiness(t *testing.T) {
	t.Parallel()
	const isReady = "OK: ready"
	tests := map[string]struct {
		err  error
		want string
	}{
		"answers":     {nil, isReady},
		"down":        {&upstream.Error{Kind: upstream.KindUnavailable, Err: errors.New("dial tcp 10.1.2.3:443: refused")}, "Service Unavailable: the portal does not answer: unavailable"},
		"slow":        {&upstream.Error{Kind: upstream.KindTimeout}, "Service Unavailable: the portal does not answer: timeout"},
		"fails":       {&upstream.Error{Kind: upstream.KindServer, Status: 502}, "Service Unavailable: the portal does not answer: server error"},
		"no portal":   {&upstream.Error{Kind: upstream.KindBadAnswer, Status: 404}, "Service Unavailable: the portal does not answer: bad answer"},
		"of any kind": {errors.New("bug"), "Service Unavailable: the portal does not answer: unknown"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := &Health{logger: slog.New(slog.DiscardHandler), ping: func(context.Context) error { return test.err }}
			if got := probe(h.ready); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			h.Stop()
			if got := probe(h.ready); got != "Service Unavailable: shutting down" {
				t.Errorf("stopping: %q", got)
			}
			if got := probe(h.alive); got != "OK: alive" {
				t.Errorf("stopping: %q", got)
			}
		})
	}
}

// However often and by however many it is probed, the portal is asked once a second.
func TestReadinessAsksRarely(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log testhttp.Output
		var pings atomic.Int64
		var down atomic.Bool
		h := &Health{logger: slog.New(slog.NewTextHandler(&log, nil)), ping: func(ctx context.Context) error {
			pings.Add(1)
			if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) > pingTimeout {
				t.Error("a ping has no deadline")
			}
			if down.Load() {
				return &upstream.Error{Op: "people/@self", Kind: upstream.KindUnavailable}
			}
			return nil
		}}
		many := func(want string) {
			t.Helper()
			var probes sync.WaitGroup
			for range 50 {
				probes.Go(func() {
					if got := probe(h.ready); got != want {
						t.Errorf("got %q, want %q", got, want)
					}
				})
			}
			probes.Wait()
		}
		const isReady, isDown = "OK: ready", "Service Unavailable: the portal does not answer: unavailable"
		many(isReady)
		down.Store(true)
		many(isReady) // of this second
		time.Sleep(pingEvery)
		many(isDown)
		time.Sleep(pingEvery)
		many(isDown)
		down.Store(false)
		time.Sleep(pingEvery)
		many(isReady)
		if n := pings.Load(); n != 4 {
			t.Errorf("the portal was asked %d times", n)
		}
		if got := log.String(); strings.Count(got, "\n") != 2 || !strings.Contains(got, `msg="the portal does not answer" error="people/@self: unavailable"`) || !strings.Contains(got, `msg="the portal answers again"`) {
			t.Errorf("the log is\n%s", got)
		}
	})
}

// Orchestrators can leave the portal out, and nothing else.
func TestReadinessWithoutThePortal(t *testing.T) {
	t.Parallel()
	const isReady, isNot = "OK: ready; the portal was not asked", "Bad Request: portal can be ignore, or be left out"
	var isStuck atomic.Bool
	h := NewHealth(func(context.Context) error { t.Error("the portal was asked"); return nil }, slog.New(slog.DiscardHandler))
	h.IsLogStuck = isStuck.Load
	for query, want := range map[string]string{
		"portal=ignore":               isReady,
		"portal=ignore&verbose":       isReady,
		"portal":                      isNot,
		"portal=ignored":              isNot,
		"portal=ignore&portal=ignore": isNot,
	} {
		if got := probe(h.ready, query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	isStuck.Store(true)
	if got := probe(h.ready, "portal=ignore"); got != "Service Unavailable: the log is stuck: its reader takes no lines" {
		t.Errorf("log stuck: %q", got)
	}
	isStuck.Store(false)
	h.Stop()
	if got := probe(h.ready, "portal=ignore"); got != "Service Unavailable: shutting down" {
		t.Errorf("stopping: %q", got)
	}
}
