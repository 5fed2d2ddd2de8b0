package document

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

func newTestStore(explorer bool) *Store {
	return NewStore(Schema(), Options{
		Limits:   Limits{Tokens: 2000, Fields: 5000, Depth: 10, Aliases: 50, RootFields: 50, Directives: 10, Cost: 5000},
		Explorer: explorer,
		Analyze:  func(*ast.QueryDocument) any { return nil },
		Cost:     func(string, string) FieldCost { return FieldCost{} },
	})
}

// The bytes that kept documents take are bounded, for any number and content of
// documents.
func TestKeptDocumentsAreBounded(t *testing.T) {
	t.Parallel()
	d := newTestStore(true)
	most := 0
	for i := range 100 {
		text := fmt.Sprintf("{%s __typename}#%d", strings.Repeat("#\n", 5000), i)
		if _, refused := d.Get(text); refused != nil {
			t.Fatal(refused.Errors)
		}
		_, bytes := d.kept.Size()
		most = max(most, bytes)
	}
	if most > KeptBytes || most < KeptBytes/2 {
		t.Errorf("%d bytes were kept, the limit is %d", most, KeptBytes)
	}
	if n, _ := d.kept.Size(); n > KeptBytes/(5000*bytesPerComment) {
		t.Errorf("%d documents are kept: their comments do not count", n)
	}
}

func TestLargeAndBadDocumentsAreNotKept(t *testing.T) {
	t.Parallel()
	d := newTestStore(true)
	for _, text := range []string{"{__typename}" + strings.Repeat(" ", LargestKept), "{", "{zzz}"} {
		d.Get(text)
	}
	if n, _ := d.kept.Size(); n != 0 {
		t.Errorf("%d documents are kept", n)
	}
}

// Without the explorer no message helps to guess names.
func TestNoSuggestions(t *testing.T) {
	t.Parallel()
	on, off := newTestStore(true), newTestStore(false)
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
		_, refused := off.Get(text)
		if strings.Contains(fmt.Sprint(refused.Errors), "Did you mean") {
			t.Errorf("%s is answered %v", text, refused.Errors)
		}
		if _, refused = on.Get(text); strings.Contains(fmt.Sprint(refused.Errors), "Did you mean") {
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
		if _, refused := newTestStore(true).Get(text); refused != nil {
			t.Errorf("%s is refused with the explorer: %v", text, refused.Errors)
		}
		_, refused := newTestStore(false).Get(text)
		if refused == nil || refused.Errors[0].Extensions["code"] != "INTROSPECTION_DISABLED" {
			t.Errorf("%s is not refused: %v", text, refused)
		}
	}
	if _, refused := newTestStore(false).Get("{__typename}"); refused != nil {
		t.Errorf("__typename is refused: %v", refused.Errors)
	}
}

// Errors about a document are few and short, and quote no values.
func TestDocumentErrors(t *testing.T) {
	t.Parallel()
	d := newTestStore(true)
	for _, text := range []string{
		`{opportunity(id:1){` + strings.Repeat("zzz ", 1900) + `}}`,
		`{opportunity(id:1){` + strings.Repeat("z", 200000) + `}}`,
		`{__typename@skip(if:"SECRET")}`,
		`{__typename@skip(if:["SECRET",{a:"""SECRET"""}])}`,
		`{opportunity(id:1) "SECRET"}`,
		`{opportunity(id:1) """SECRET"""}`,
		`query($a:Boolean="SECRET"){__typename@skip(if:$a)}`,
	} {
		_, refused := d.Get(text)
		if refused == nil {
			t.Errorf("%.60s is not refused", text)
			continue
		}
		if len(refused.Errors) > maxErrors+1 {
			t.Errorf("%.60s is answered with %d errors", text, len(refused.Errors))
		}
		for _, e := range refused.Errors {
			if len(e.Message) > maxMessage || strings.Contains(e.Message, "SECRET") {
				t.Errorf("%.60s is answered %.100s", text, e.Message)
			}
		}
	}
}

// Each fragment is measured once, so a document takes as long to measure as to read.
func TestMeasureLooksOnce(t *testing.T) {
	t.Parallel()
	d := newTestStore(true)
	doc, _ := d.Get(chain(150, "NEXT NEXT __typename"))
	ruler := newRuler(doc.Query)
	m := ruler.operation(doc.Query.Operations[0])
	if m.fields != ceiling || m.depth != 1 || len(ruler.fragments) != 151 {
		t.Errorf("measured %+v over %d fragments", m, len(ruler.fragments))
	}
}

// chain is a document of n fragments, each of which spreads the next as
// often as spread says.
func chain(n int, spread string) string {
	var text strings.Builder
	text.WriteString("{...F0}")
	for i := range n {
		fmt.Fprintf(&text, "fragment F%d on Query{%s}", i, strings.ReplaceAll(spread, "NEXT", fmt.Sprint("...F", i+1)))
	}
	fmt.Fprintf(&text, "fragment F%d on Query{__typename}", n)
	return text.String()
}
