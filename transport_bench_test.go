package main

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

// BenchmarkDocument is what the largest allowed documents cost that nobody has
// sent before.
func BenchmarkDocument(b *testing.B) {
	inOpportunity := func(text string, n int) string { return "{opportunity(id:1){" + strings.Repeat(text, n) + "}}" }
	for name, text := range map[string]string{
		"fields":    inOpportunity("id ", 1990),
		"objects":   inOpportunity("stage{id}", 495),
		"inline":    inOpportunity("...{id}", 495),
		"fragments": strings.NewReplacer("{...F0}", "{opportunity(id:1){...F0}}", "on Query", "on Opportunity").Replace(chain(140, "id ...{title} NEXT")),
		"comments":  "{" + strings.Repeat("#\n", 120000) + "__typename}",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, refused := newTestDocuments(true).get(text); refused != nil {
					b.Fatal(refused.errors)
				}
			}
		})
	}
}
