package overhttp

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
)

// BenchmarkTransport is what a small query costs before the portal is asked.
func BenchmarkTransport(b *testing.B) {
	api := newTestAPI(b, nil)
	const body = `{"query":"query Type($skip: Boolean!) { __typename @skip(if: $skip) again: __typename }","variables":{"skip":true},"operationName":"Type"}`
	for b.Loop() {
		r := httptest.NewRequestWithContext(context.Background(), "POST", "/graphql", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "application/graphql-response+json, application/json;q=0.9")
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		if got := w.Body.String(); got != `{"data":{"again":"Query"}}` {
			b.Fatal(got)
		}
	}
	b.ReportAllocs()
}
