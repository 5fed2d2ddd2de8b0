package overhttp

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

// TestOperationTimeout leaves an operation no time to begin: that is its error.
func TestOperationTimeout(t *testing.T) {
	t.Parallel()
	api := newTestAPI(t, func(l *limits) { l.Timeout = time.Nanosecond })
	w := get(api, url.Values{"query": {"{__typename}"}})
	want := `{"errors":[{"message":"The portal did not answer in time. Try again, or ask for less at once.","extensions":{"code":"UPSTREAM_TIMEOUT","requestId":"r1","retryable":true}}]}`
	if got := w.Body.String(); got != want || w.Code != http.StatusGatewayTimeout {
		t.Errorf("got %d %s, want 504 %s", w.Code, got, want)
	}
}

// lateBody is a body that ends when it is read.
type lateBody struct {
	io.Reader
	ended time.Time
}

func (b *lateBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err != nil {
		b.ended = time.Now()
	}
	return n, err
}

// The time that a client takes to send its request is not taken from its operation.
func TestOperationTimeBegins(t *testing.T) {
	t.Parallel()
	const timeout = time.Hour
	var until time.Time
	api := newTestAPI(t, func(l *limits) { l.Timeout = timeout }, func(api *testAPI) {
		api.server.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
			until, _ = ctx.Deadline()
			return next(ctx)
		})
	})
	body := &lateBody{Reader: strings.NewReader(`{"query":"{__typename}"}`)}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", body)
	r.Header.Set("Content-Type", mediaJSON)
	api.ServeHTTP(httptest.NewRecorder(), r)
	if body.ended.IsZero() || until.Before(body.ended.Add(timeout)) {
		t.Errorf("the body ended at %v, the operation may take until %v", body.ended, until)
	}
}
