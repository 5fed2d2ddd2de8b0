package overhttp

import (
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/internal/testhttp"
)

// A document is read once, however many requests send it, and none of them
// changes it.
func TestDocumentsAreShared(t *testing.T) {
	t.Parallel()
	api := newTestAPI(t, nil)
	const text = `query($id: ID!, $yes: Boolean!) {
		a: opportunity(id: $id) { ...F ...F @include(if: $yes) ... { title stage { title id } } }
		opportunity(id: $id) { ... on Node { ... on Opportunity { members { id ... on Person { isCompany } } } } ...F }
	} fragment F on Opportunity { id title contact { displayName ... on Company { isShared } } }`
	kept := api.transport.Documents
	doc, refused := kept.Get(text)
	if refused != nil {
		t.Fatal(refused.Errors)
	}
	before := ast.Dump(doc.Query)
	var group sync.WaitGroup
	for i := range 20 {
		group.Go(func() {
			w := get(api, url.Values{"query": {text}, "variables": {fmt.Sprintf(`{"id":3101,"yes":%t}`, i%2 == 0)}})
			if w.Code != 200 || strings.Contains(w.Body.String(), "errors") {
				t.Errorf("got %d %s", w.Code, w.Body)
			}
		})
	}
	group.Wait()
	if again, _ := kept.Get(text); again != doc {
		t.Error("the document was read again")
	}
	if after := ast.Dump(doc.Query); after != before {
		t.Errorf("the document changed from\n%s\nto\n%s", before, after)
	}
}

// What is kept is the document, and not the request that it came with. The test
// is not parallel: it counts bytes.
func TestKeptDocumentsKeepNothingElse(t *testing.T) {
	api := newTestAPI(t, nil)
	before := testhttp.Heap()
	padding := strings.Repeat("x", 60<<10)
	for i := range 500 {
		text := fmt.Sprintf("{a%d:__typename}", i) // nothing in it is encoded, so that it is a part of the URL
		w := testhttp.Ask(api, http.MethodGet, "/graphql?query="+text+"&extensions="+testhttp.PersistedExtension(testhttp.HashOf(text))+"&padding="+padding, "")
		if w.Code != http.StatusOK {
			t.Fatalf("got %d %s", w.Code, w.Body)
		}
	}
	if took := testhttp.Heap() - before; took > 4<<20 { // with the URLs that they came in, they would take 30 MiB
		t.Errorf("500 small documents take %d bytes", took)
	}
	runtime.KeepAlive(api)
}
