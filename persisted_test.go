package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func persistedExtension(hash string) string {
	return `{"persistedQuery":{"version":1,"sha256Hash":"` + hash + `"}}`
}

// The whole conversation, as Apollo's clients lead it by either method.
func TestPersistedQueries(t *testing.T) {
	t.Parallel()
	const text = "{__typename}"
	byPost := func(api *testAPI, query, extensions string) (int, string) {
		body := `{"extensions":` + extensions + `}`
		if query != "" {
			body = `{"query":"` + query + `","extensions":` + extensions + `}`
		}
		w := post(api, body)
		return w.Code, w.Body.String()
	}
	byGet := func(api *testAPI, query, extensions string) (int, string) {
		parameters := url.Values{"extensions": {extensions}}
		if query != "" {
			parameters.Set("query", query)
		}
		w := get(api, parameters)
		return w.Code, w.Body.String()
	}
	const data = `{"data":{"__typename":"Query"}}`
	miss := refusedWith("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
	const unclear = "extensions.persistedQuery needs a version and a sha256Hash of 64 hexadecimal digits."
	for method, send := range map[string]func(api *testAPI, query, extensions string) (int, string){"POST": byPost, "GET": byGet} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			api := newTestAPI(t, nil)
			for i, step := range []struct {
				query, extensions string
				status            int
				answer            string
			}{
				{"", persistedExtension(hashOf(text)), 400, miss},
				{text, persistedExtension(hashOf(text + " ")), 400, refusedWith("PERSISTED_QUERY_HASH_MISMATCH", "extensions.persistedQuery.sha256Hash is not the hash of the query.")},
				{"", persistedExtension(hashOf(text)), 400, miss},
				{text, persistedExtension(hashOf(text)), 200, data},
				{"", persistedExtension(hashOf(text)), 200, data},
				{"", `{"persistedQuery":{"version":2,"sha256Hash":"` + hashOf(text) + `"}}`, 400, refusedWith("PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported")},
				{"", `{"persistedQuery":{"version":1,"sha256Hash":"SECRET"}}`, 400, refusedWith("BAD_REQUEST", unclear)},
				{"", `{"persistedQuery":{"version":1}}`, 400, refusedWith("BAD_REQUEST", unclear)},
				{"", `{"persistedQuery":"SECRET"}`, 400, refusedWith("BAD_REQUEST", unclear)},
				{text, `{"persistedQuery":null}`, 200, data},
			} {
				if status, answer := send(api, step.query, step.extensions); status != step.status || answer != step.answer {
					t.Errorf("step %d: got %d %s, want %d %s", i, status, answer, step.status, step.answer)
				}
			}
		})
	}
}

// A miss is no failure on the way for clients of the older media type.
func TestPersistedMissAsJSON(t *testing.T) {
	t.Parallel()
	w := ask(newTestAPI(t, nil), http.MethodPost, "/graphql", `{"extensions":`+persistedExtension(hashOf("a"))+`}`, sendsJSON)
	if got, want := w.Body.String(), refusedWith("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound"); got != want || w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("got %d %v %s, want 200 %s", w.Code, w.Header(), got, want)
	}
}

// Only documents that parse and are valid are stored.
func TestBadDocumentsAreNotPersisted(t *testing.T) {
	t.Parallel()
	api := newTestAPI(t, nil)
	for _, text := range []string{"{", "{zzz}", "{__typename" + strings.Repeat("@a", 11) + "}", "{" + strings.Repeat("a ", 2000) + "}"} {
		post(api, `{"query":"`+text+`","extensions":`+persistedExtension(hashOf(text))+`}`)
	}
	if n := api.Handler.(*graphQL).persisted.texts.entries.Len(); n != 0 {
		t.Errorf("%d documents are stored", n)
	}
}

func TestPersistedQueriesAreBounded(t *testing.T) {
	t.Parallel()
	p := newPersisted()
	for i := range 2000 {
		text := fmt.Sprintf("{__typename}%s%d", strings.Repeat(" ", 15000), i)
		p.store(&request{query: text, hash: hashOf(text)})
		p.store(&request{query: text, hash: hashOf(text)})
	}
	if p.texts.bytes > keptPersisted || p.texts.bytes < keptPersisted/2 {
		t.Errorf("%d bytes are kept, the limit is %d", p.texts.bytes, keptPersisted)
	}
	p.store(&request{query: strings.Repeat(" ", largestKept+1), hash: "large"})
	if _, kept := p.texts.get("large"); kept {
		t.Error("a large document is kept")
	}
}
