package resolvers_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"

	"onlyoffice-graphql/resolvers"
	"onlyoffice-graphql/upstream"
)

// leavingReader is the body of a client that goes away once all of it was sent.
type leavingReader struct {
	io.Reader
	leave func()
}

func (r leavingReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err == io.EOF {
		r.leave()
	}
	return n, err
}

// TestCallersAreClosed also where the client is gone before its operation runs.
func TestCallersAreClosed(t *testing.T) {
	t.Parallel()
	client := upstream.New(upstream.Options{URL: &url.URL{Scheme: "http", Host: "portal.example"}})
	t.Cleanup(client.Close)
	h := newHandler(resolvers.New(client, resolvers.Options{}))
	for range 10 {
		ctx, leave := context.WithCancel(t.Context())
		body := leavingReader{strings.NewReader(`{"query":"{ opportunity(id: 3101) { title } }"}`), leave}
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/", body)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "a")
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	if callers := client.Load().Callers; callers != 0 {
		t.Errorf("%d callers are not closed", callers)
	}
}

// TestNoCallOutlivesItsOperation ends operations whose prefetched calls no field waits for:
// the calls are cancelled, and none reports to a request that is over.
func TestNoCallOutlivesItsOperation(t *testing.T) {
	t.Parallel()
	const reporting = time.Millisecond
	for name, end := range map[string]func(leave context.CancelFunc, next graphql.ResponseHandler) graphql.ResponseHandler{
		"the client leaves": func(leave context.CancelFunc, next graphql.ResponseHandler) graphql.ResponseHandler {
			leave()
			return next
		},
		"an extension answers it": func(context.CancelFunc, graphql.ResponseHandler) graphql.ResponseHandler {
			return graphql.OneShot(&graphql.Response{Data: []byte("null")})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var reports, late atomic.Int64
				var isOver atomic.Bool
				client := bubbleClient(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(callTime) }), func(o *upstream.Options) {
					o.Observe = func(context.Context, upstream.Call) {
						time.Sleep(reporting) // all else goes on meanwhile
						reports.Add(1)
						if isOver.Load() {
							late.Add(1)
						}
					}
				})
				ctx, leave := context.WithCancel(t.Context())
				defer leave()
				h := newHandler(resolvers.New(client, resolvers.Options{}), func(h *handler.Server) {
					h.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
						synctest.Wait() // until the calls are on their way
						return end(leave, next(ctx))
					})
				})
				r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/", strings.NewReader(`{"query":"{ opportunity(id: 3101) { title } stages { title } }"}`))
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set("Authorization", "a")
				began := time.Now()
				h.ServeHTTP(httptest.NewRecorder(), r)
				took := time.Since(began)
				isOver.Store(true)
				time.Sleep(2 * callTime)
				if reports.Load() != 2 || late.Load() > 0 || took > reporting {
					t.Errorf("%d calls report, %d of them late, and the answer takes %v", reports.Load(), late.Load(), took)
				}
			})
		})
	}
}
