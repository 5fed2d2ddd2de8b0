package resolvers_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"onlyoffice-graphql/resolvers"
	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

// BenchmarkServeHTTP answers whole requests, the demo portal behind HTTP on
// loopback included, and checks each kind of answer.
func BenchmarkServeHTTP(b *testing.B) {
	full, err := os.ReadFile("testdata/opportunity_full.json")
	if err != nil {
		b.Fatal(err)
	}
	for _, bench := range []struct{ name, query, answer string }{
		{"one of 4 fields", `{ opportunity(id: 3101) { id title bidValue stage { title } } }`, `{"data":{"opportunity":{"id":"3101","title":"Fleet telematics rollout","bidValue":"1234567.89","stage":{"title":"Qualified prospect"}}}}`},
		{"one of every field", fmt.Sprintf("{ opportunity(id: 3101) {%s} }%s", everything, fragments), string(full)},
		{"50 aliases of 20 ids", aliases(50, 20), aliasesAnswer(50, 20)},
		{"100 ids", byIDs(100), byIDsAnswer(100)},
	} {
		b.Run(strings.ReplaceAll(bench.name, " ", "_"), func(b *testing.B) {
			portal := httptest.NewServer(demo.New())
			defer portal.Close()
			address, err := url.Parse(portal.URL)
			if err != nil {
				b.Fatal(err)
			}
			client := upstream.New(upstream.Options{URL: address})
			defer client.Close()
			handler := newHandler(resolvers.New(client, resolvers.Options{}))
			body, err := json.Marshal(map[string]string{"query": bench.query})
			if err != nil {
				b.Fatal(err)
			}
			var recorder *httptest.ResponseRecorder
			b.ReportAllocs()
			for b.Loop() {
				request := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
				request.Header.Set("Content-Type", "application/json")
				request.Header.Set("Authorization", demo.Token)
				request.Header.Set(selectionsHeader, "kept")
				recorder = httptest.NewRecorder()
				handler.ServeHTTP(recorder, request)
			}
			if indent(b, recorder.Body.String()) != indent(b, bench.answer) {
				b.Fatalf("answer %s", recorder.Body)
			}
		})
	}
}
