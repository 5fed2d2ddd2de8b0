package resolvers_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

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
