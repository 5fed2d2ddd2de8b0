package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/graph"
)

func newTestDocuments(explorer bool) *documents {
	return newDocuments(graph.NewExecutableSchema(graph.Config{}).Schema(), defaultLimits(), explorer)
}

// A document is read once, however many requests send it, and none of them
// changes it.
func TestDocumentsAreShared(t *testing.T) {
	t.Parallel()
	api := newTestAPI(t, nil)
	const text = `query($id: ID!, $yes: Boolean!) {
		a: opportunity(id: $id) { ...F ...F @include(if: $yes) ... { title stage { title id } } }
		opportunity(id: $id) { ... on Node { ... on Opportunity { members { id ... on Person { isCompany } } } } ...F }
	} fragment F on Opportunity { id title contact { displayName ... on Company { isShared } } }`
	kept := api.Handler.(*graphQL).documents
	doc, refused := kept.get(text)
	if refused != nil {
		t.Fatal(refused.errors)
	}
	before := ast.Dump(doc.query)
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
	if again, _ := kept.get(text); again != doc {
		t.Error("the document was read again")
	}
	if after := ast.Dump(doc.query); after != before {
		t.Errorf("the document changed from\n%s\nto\n%s", before, after)
	}
}

// However many documents come, and whatever they are made of, what is kept of
// them has a limit.
func TestKeptDocumentsAreBounded(t *testing.T) {
	t.Parallel()
	d := newTestDocuments(true)
	most := 0
	for i := range 200 {
		text := fmt.Sprintf("{%s __typename}#%d", strings.Repeat("#\n", 5000), i)
		if _, refused := d.get(text); refused != nil {
			t.Fatal(refused.errors)
		}
		most = max(most, d.kept.bytes)
	}
	if most > keptDocuments || most < keptDocuments/2 {
		t.Errorf("%d bytes were kept, the limit is %d", most, keptDocuments)
	}
	if d.kept.entries.Len() > keptDocuments/(5000*bytesPerComment) {
		t.Errorf("%d documents are kept: their comments do not count", d.kept.entries.Len())
	}
}

// What is kept is the document, and not the request that it came with. The test
// is not parallel: it counts bytes.
func TestKeptDocumentsKeepNothingElse(t *testing.T) {
	api := newTestAPI(t, nil)
	before := heap()
	padding := strings.Repeat("x", 60<<10)
	for i := range 500 {
		text := fmt.Sprintf("{a%d:__typename}", i) // nothing in it is encoded, so that it is a part of the URL
		w := ask(api, http.MethodGet, "/graphql?query="+text+"&extensions="+persistedExtension(hashOf(text))+"&padding="+padding, "")
		if w.Code != http.StatusOK {
			t.Fatalf("got %d %s", w.Code, w.Body)
		}
	}
	kept := api.Handler.(*graphQL)
	counted := int64(kept.documents.kept.bytes + kept.persisted.shares[everybody].bytes)
	if took := heap() - before; took > counted+1<<20 {
		t.Errorf("%d bytes are kept, and %d are counted", took, counted)
	}
}

func TestLargeAndBadDocumentsAreNotKept(t *testing.T) {
	t.Parallel()
	d := newTestDocuments(true)
	for _, text := range []string{"{__typename}" + strings.Repeat(" ", largestKept), "{", "{zzz}"} {
		d.get(text)
	}
	if n := d.kept.entries.Len(); n != 0 {
		t.Errorf("%d documents are kept", n)
	}
}

// Without the explorer no message helps to guess names.
func TestNoSuggestions(t *testing.T) {
	t.Parallel()
	on, off := newTestDocuments(true), newTestDocuments(false)
	suggested := 0
	for _, text := range []string{
		`{opportunit(id:1){id}}`,
		`{opportunity(idd:1){id}}`,
		`{opportunity(id:1){titel}}`,
		`{opportunity(id:1){contact{isCompanyy}}}`,
		`{opportunity(id:1){stage}}`,
		`{opportunity(id:1){...on Opportunit{id}}}`,
		`query($a:Opportunit){opportunity(id:$a){id}}`,
		`{__typename @skip(iff:true)}`,
		`{__typename @skip(if:TRUE)}`,
	} {
		_, refused := off.get(text)
		if strings.Contains(fmt.Sprint(refused.errors), "Did you mean") {
			t.Errorf("%s is answered %v", text, refused.errors)
		}
		if _, refused = on.get(text); strings.Contains(fmt.Sprint(refused.errors), "Did you mean") {
			suggested++
		}
	}
	if suggested < 5 {
		t.Errorf("only %d of the documents have suggestions with the explorer", suggested)
	}
}

func TestIntrospectionSwitch(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{__schema{types{name}}}`, `{a:__type(name:"Query"){name}}`, `{...F} fragment F on Query{...{__schema{description}}}`,
	} {
		if _, refused := newTestDocuments(true).get(text); refused != nil {
			t.Errorf("%s is refused with the explorer: %v", text, refused.errors)
		}
		_, refused := newTestDocuments(false).get(text)
		if refused == nil || refused.errors[0].Extensions["code"] != "INTROSPECTION_DISABLED" {
			t.Errorf("%s is not refused: %v", text, refused)
		}
	}
	if _, refused := newTestDocuments(false).get("{__typename}"); refused != nil {
		t.Errorf("__typename is refused: %v", refused.errors)
	}
}

// Errors about a document are few and short, and quote no values.
func TestDocumentErrors(t *testing.T) {
	t.Parallel()
	d := newTestDocuments(true)
	for _, text := range []string{
		`{opportunity(id:1){` + strings.Repeat("zzz ", 1900) + `}}`,
		`{opportunity(id:1){` + strings.Repeat("z", 200000) + `}}`,
		`{__typename@skip(if:"SECRET")}`,
		`{__typename@skip(if:["SECRET",{a:"""SECRET"""}])}`,
		`{opportunity(id:1) "SECRET"}`,
		`{opportunity(id:1) """SECRET"""}`,
		`query($a:Boolean="SECRET"){__typename@skip(if:$a)}`,
	} {
		_, refused := d.get(text)
		if refused == nil {
			t.Errorf("%.60s is not refused", text)
			continue
		}
		if len(refused.errors) > maxErrors+1 {
			t.Errorf("%.60s is answered with %d errors", text, len(refused.errors))
		}
		for _, e := range refused.errors {
			if len(e.Message) > maxMessage || strings.Contains(e.Message, "SECRET") {
				t.Errorf("%.60s is answered %.100s", text, e.Message)
			}
		}
	}
}
