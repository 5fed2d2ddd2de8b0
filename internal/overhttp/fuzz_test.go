package overhttp

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// fuzzSecret stands for what a client sends and nobody may see again. An id that
// is no number is quoted in its error, cut off before this length.
const fuzzSecret = "fuzzed-secret-0123456789-0123456789-0123456789"

// FuzzHandler sends whole requests: the method, the part of the URL behind the
// path, headers as lines, and the body. SECRET in any of them is a secret.
func FuzzHandler(f *testing.F) {
	const jsonType = "Content-Type: application/json\n"
	for _, seed := range []struct{ method, query, headers, body string }{
		{"GET", "query=%7B__typename%7D", "Accept: application/graphql-response+json", ""},
		{"GET", "query=query($id:ID!){opportunity(id:$id){id}}&variables={\"id\":\"SECRET\"}", "Cookie: asc_auth_key=SECRET", ""},
		{"GET", "extensions={\"persistedQuery\":{\"version\":1,\"sha256Hash\":\"SECRET\"}}", "Sec-Fetch-Site: cross-site", ""},
		{"GET", "query=mutation{a}&operationName=SECRET", "Origin: https://SECRET.example", ""},
		{"POST", "", jsonType + "Authorization: Bearer SECRET", `{"query":"query A($id: ID!) { opportunity(id: $id) { id title contact { ... on Person { displayName } } } }","variables":{"id":"3101","other":"SECRET"},"operationName":"A"}`},
		{"POST", "", jsonType, `{"query":"{opportunitiesByIds(ids:[1,2]){...F}} fragment F on Opportunity{stage{sortOrder @skip(if:\"SECRET\")}}","extensions":{"a":"SECRET"}}`},
		{"POST", "", jsonType + "Accept: application/json;q=0.5, */*", `{"query":"query($ids:[ID!]!){opportunitiesByIds(ids:$ids){id}}","variables":{"ids":[1,{"SECRET":"SECRET"}]}}`},
		{"POST", "", jsonType, `{"query":"{__schema{types{name kind fields{name}}}}","Query":"SECRET"}`},
		{"POST", "", jsonType, `[{"query":"SECRET"}]`},
		{"POST", "", jsonType, `{"query":"{a @SECRET`},
		{"POST", "", jsonType + "Content-Encoding: gzip", "SECRET"},
		{"POST", "", "Content-Type: multipart/form-data; boundary=a", "--a\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\nSECRET"},
		{"POST", "", "Content-Type: text/plain; charset=\"\nX-Apollo-Operation-Name: a\nAccept: text/html", "SECRET"},
		{"DELETE", "", "", ""},
	} {
		f.Add(seed.method, seed.query, seed.headers, seed.body)
	}
	log.SetOutput(io.Discard) // the portal's server speaks of headers that it cannot read
	api := newTestAPI(f, func(l *limits) { l.Body = 4 << 10; l.Variables = 1 << 10 })
	statuses := []int{200, 400, 405, 406, 413, 414, 415}

	f.Fuzz(func(t *testing.T, method, query, headers, body string) {
		fill := strings.NewReplacer("SECRET", fuzzSecret).Replace
		r, err := http.NewRequestWithContext(context.Background(), method, "http://example.com/graphql", strings.NewReader(fill(body)))
		if err != nil {
			t.Skip("no client can send this method")
		}
		r.URL.RawQuery = fill(query)
		for line := range strings.Lines(fill(headers)) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			r.Header.Add(name, value)
		}
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)

		if !slices.Contains(statuses, w.Code) {
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
		mediaType := w.Header().Get("Content-Type")
		if mediaType != mediaJSON+"; charset=utf-8" && mediaType != mediaGraphQL+"; charset=utf-8" {
			t.Errorf("the media type is %s", mediaType)
		}
		var answer struct {
			Data   json.RawMessage
			Errors []struct {
				Message         string
				Path, Locations []any
				Extensions      struct {
					Code, RequestID string
					Retryable       bool
					Limit, Actual   int
				}
			}
		}
		decoder := json.NewDecoder(bytes.NewReader(w.Body.Bytes()))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&answer); err != nil || !json.Valid(w.Body.Bytes()) {
			t.Errorf("the answer is no GraphQL response: %v in %s", err, w.Body)
		}
		if (w.Code != 200) != (answer.Data == nil) && mediaType != mediaJSON+"; charset=utf-8" {
			t.Errorf("status %d with %s", w.Code, w.Body)
		}
		if answer.Data == nil && len(answer.Errors) == 0 {
			t.Errorf("neither data nor errors: %s", w.Body)
		}
		for _, e := range answer.Errors {
			if e.Extensions.Code == "" || e.Extensions.Code == "INTERNAL" || e.Extensions.RequestID != "r1" {
				t.Errorf("an error that says too little: %s", w.Body)
			}
		}
		for name, values := range w.Header() {
			if strings.Contains(strings.Join(values, " "), fuzzSecret) {
				t.Errorf("the header %s has the secret", name)
			}
		}
		if strings.Contains(w.Body.String(), fuzzSecret) {
			t.Errorf("the answer has the secret: %s", w.Body)
		}
	})
}
