package observe

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"onlyoffice-graphql/resolvers"
	"onlyoffice-graphql/upstream"
)

func TestPortalCallMetrics(t *testing.T) {
	t.Parallel()
	m := NewMetrics()
	for _, err := range []error{nil, &upstream.Error{Kind: upstream.KindTimeout}, errors.New("x")} {
		m.PortalCall(upstream.Call{Route: "batch", Duration: time.Second, Bytes: 10, Err: err})
	}
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	for _, want := range []string{
		`portal_call_duration_seconds_sum{outcome="ok",route="batch"} 1`,
		`portal_call_duration_seconds_sum{outcome="timeout",route="batch"} 1`,
		`portal_call_duration_seconds_sum{outcome="unknown",route="batch"} 1`,
		`portal_read_bytes_total{route="batch"} 30`,
	} {
		if !strings.Contains(w.Body.String(), want+"\n") {
			t.Errorf("the metrics lack %s", want)
		}
	}
}

// An operation whose answer cannot be sent is one operation, and its second response
// counts as an error.
func TestSecondResponseIsNoSecondOperation(t *testing.T) {
	t.Parallel()
	m := NewMetrics()
	o := Operations{Logger: slog.New(slog.DiscardHandler), Metrics: m}
	ctx := resolvers.WithRequest(t.Context(), &resolvers.Request{Began: time.Now(), Ran: true})
	for _, response := range []*graphql.Response{{}, {Errors: gqlerror.List{{Extensions: map[string]any{"code": "RATE_LIMITED"}}}}} {
		o.InterceptResponse(ctx, func(context.Context) *graphql.Response { return response })
	}
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	for _, want := range []string{`graphql_operation_duration_seconds_count{outcome="ok"} 1`, `graphql_errors_total{code="RATE_LIMITED"} 1`} {
		if !strings.Contains(w.Body.String(), want+"\n") {
			t.Errorf("the metrics lack %s in\n%s", want, w.Body)
		}
	}
	if strings.Contains(w.Body.String(), `graphql_operation_duration_seconds_count{outcome="error"}`) {
		t.Error("the second response is an operation")
	}
}
