package overhttp

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"onlyoffice-graphql/internal/document"
	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/upstream"
)

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
				{"", testhttp.PersistedExtension(testhttp.HashOf(text)), 400, miss},
				{text, testhttp.PersistedExtension(testhttp.HashOf(text + " ")), 400, refusedWith("PERSISTED_QUERY_HASH_MISMATCH", "extensions.persistedQuery.sha256Hash is not the hash of the query.")},
				{"", testhttp.PersistedExtension(testhttp.HashOf(text)), 400, miss},
				{text, testhttp.PersistedExtension(testhttp.HashOf(text)), 200, data},
				{"", testhttp.PersistedExtension(testhttp.HashOf(text)), 200, data},
				{"", `{"persistedQuery":{"version":2,"sha256Hash":"` + testhttp.HashOf(text) + `"}}`, 400, refusedWith("PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported")},
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
	w := testhttp.Ask(newTestAPI(t, nil), http.MethodPost, "/graphql", `{"extensions":`+testhttp.PersistedExtension(testhttp.HashOf("a"))+`}`, testhttp.SendsJSON)
	if got, want := w.Body.String(), refusedWith("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound"); got != want || w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("got %d %v %s, want 200 %s", w.Code, w.Header(), got, want)
	}
}

// Only documents that parse and are valid are stored.
func TestBadDocumentsAreNotPersisted(t *testing.T) {
	t.Parallel()
	api := newTestAPI(t, nil)
	for _, text := range []string{"{", "{zzz}", "{__typename" + strings.Repeat("@a", 11) + "}", "{" + strings.Repeat("a ", 2000) + "}"} {
		post(api, `{"query":"`+text+`","extensions":`+testhttp.PersistedExtension(testhttp.HashOf(text))+`}`)
	}
	for _, share := range api.transport.persisted.shares {
		if n, _ := share.Size(); n != 0 {
			t.Errorf("%d documents are stored", n)
		}
	}
}

func TestPersistedQueriesAreBounded(t *testing.T) {
	t.Parallel()
	p := newPersisted()
	kept := 0
	for share := range p.shares {
		for i := range 300 {
			text := fmt.Sprintf("{__typename}%s%d", strings.Repeat(" ", 15000), i)
			p.store(&params{query: text, hash: testhttp.HashOf(text)}, share)
			p.store(&params{query: text, hash: testhttp.HashOf(text)}, share)
		}
		_, bytes := p.shares[share].Size()
		kept += bytes
	}
	if kept > KeptPersisted || kept < KeptPersisted/2 {
		t.Errorf("%d bytes are kept, the limit is %d", kept, KeptPersisted)
	}
	p.store(&params{query: strings.Repeat(" ", document.LargestKept+1), hash: "large"}, everybody)
	if _, kept := p.get("large"); kept {
		t.Error("a large document is kept")
	}
}

// Callers whom the portal knows have a share each, as far as there are shares.
func TestPersistedShares(t *testing.T) {
	t.Parallel()
	p := newPersisted()
	of := func(isKnown bool, token string) int {
		return p.shareOf(upstream.Credentials{Authorization: token}, isKnown)
	}
	found := map[int]bool{}
	for i := range 1000 {
		found[of(true, fmt.Sprintf("token %d", i))] = true
	}
	if len(found) != persistedShares-1 || found[everybody] {
		t.Errorf("the shares are %v", found)
	}
	if share := of(true, "a"); share != of(true, "a") || p.shareOf(upstream.Credentials{Cookie: "a"}, true) == everybody {
		t.Error("a caller has no share of its own")
	}
	for name, share := range map[string]int{
		"no credential": of(true, ""), "not taken by the portal": of(false, "a"),
	} {
		if share != everybody {
			t.Errorf("%s: share %d", name, share)
		}
	}
}
