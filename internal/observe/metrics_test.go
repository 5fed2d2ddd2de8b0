package observe

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"onlyoffice-graphql/internal/overhttp"
	"onlyoffice-graphql/internal/request"
	"onlyoffice-graphql/upstream"
)

func TestPortalCallMetrics(t *testing.T) {
	t.Parallel()
	m := NewMetrics()
	for _, err := range []error{nil, &upstream.Error{Kind: upstream.KindTimeout}, errors.New("x")} {
		m.PortalCall(upstream.Call{Route: "batch", Attempt: 1, Duration: time.Second, Bytes: 10, Err: err})
	}
	m.PortalCall(upstream.Call{Route: "ping", Attempt: 1})
	m.PortalCall(upstream.Call{Route: "ping", Attempt: 2})
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	for _, want := range []string{
		`portal_call_duration_seconds_sum{outcome="ok",route="batch"} 1`,
		`portal_call_duration_seconds_sum{outcome="timeout",route="batch"} 1`,
		`portal_call_duration_seconds_sum{outcome="unknown",route="batch"} 1`,
		`portal_read_bytes_total{route="batch"} 30`,
		`portal_retries_total{route="ping"} 1`,
	} {
		if !strings.Contains(w.Body.String(), want+"\n") {
			t.Errorf("the metrics lack %s", want)
		}
	}
}

// Gauges are read when they are asked for.
func TestWatchedMetrics(t *testing.T) {
	t.Parallel()
	client := upstream.New(upstream.Options{URL: &url.URL{Scheme: "http", Host: "portal.example"}, PortalCalls: 5, BodyBudget: 1000, BodyLimit: 100})
	t.Cleanup(client.Close)
	var load overhttp.Load
	m := NewMetrics()
	m.WatchPortal(client)
	m.WatchAPI(func() overhttp.Load { return load })
	load = overhttp.Load{Requests: 1, Places: 2, Bodies: overhttp.Memory{Taken: 3, Budget: 4}, Answers: overhttp.Memory{Taken: 5, Budget: 6}}
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	for _, want := range []string{
		"graphql_requests_in_flight 1",
		"graphql_request_places 2",
		`memory_budget_taken_bytes{budget="request_bodies"} 3`,
		`memory_budget_bytes{budget="request_bodies"} 4`,
		`memory_budget_taken_bytes{budget="answers"} 5`,
		`memory_budget_bytes{budget="answers"} 6`,
		`memory_budget_taken_bytes{budget="portal_answers"} 0`,
		`memory_budget_bytes{budget="portal_answers"} 1000`,
		"portal_calls_in_flight 0",
		"portal_calls_waiting 0",
		"portal_slots 5",
		`portal_circuit_state{route="all",state="closed"} 1`,
		`portal_circuit_state{route="all",state="half_open"} 0`,
		`portal_circuit_state{route="all",state="open"} 0`,
	} {
		if !strings.Contains(w.Body.String(), want+"\n") {
			t.Errorf("the metrics lack %s", want)
		}
	}
}

// idle is an operation that has asked the portal for nothing.
type idle struct{ request.Operation }

func (idle) PortalCalls() int { return 0 }

func (idle) AtPortal() time.Duration { return 0 }

// An operation whose answer cannot be sent is one operation, and its second response
// counts as an error.
func TestSecondResponseIsNoSecondOperation(t *testing.T) {
	t.Parallel()
	m := NewMetrics()
	o := Operations{Logger: slog.New(slog.DiscardHandler), Metrics: m}
	ctx := request.With(t.Context(), &request.Request{Began: time.Now(), Operation: idle{}})
	for _, response := range []*graphql.Response{{}, {Errors: gqlerror.List{{Extensions: map[string]any{"code": "RATE_LIMITED"}}}}} {
		o.InterceptResponse(ctx, func(context.Context) *graphql.Response { return response })
	}
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	for _, want := range []string{`graphql_operation_duration_seconds_count{outcome="ok"} 1`, `graphql_operation_overhead_seconds_count 1`, `graphql_errors_total{code="RATE_LIMITED"} 1`} {
		if !strings.Contains(w.Body.String(), want+"\n") {
			t.Errorf("the metrics lack %s in\n%s", want, w.Body)
		}
	}
	if strings.Contains(w.Body.String(), `graphql_operation_duration_seconds_count{outcome="error"}`) {
		t.Error("the second response is an operation")
	}
}
