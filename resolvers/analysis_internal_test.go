package resolvers

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/upstream"
)

// TestSkippedMembers names the members of opportunities that no field of a document
// shows, and only such as there are: a key that the portal does not send skips nothing.
func TestSkippedMembers(t *testing.T) {
	t.Parallel()
	schema := graph.NewExecutableSchema(graph.Config{}).Schema()
	all := []string{"accessList", "bidCurrency", "contact", "createBy", "customFields", "members", "responsible", "stage"}
	for query, shown := range map[string][]string{
		`{ opportunity(id: 1) { title } }`:                                                                       nil,
		`{ opportunity(id: 1) { stage { title } a: members { id } } }`:                                           {"stage", "members"},
		`{ opportunity(id: 1) { ...A } } fragment A on Opportunity { customField(label: "a") { id } }`:           {"customFields"},
		`{ opportunities { nodes { ... on Node { ... on Opportunity { createBy { id } } } } } }`:                 {"createBy"},
		`query A { opportunity(id: 1) { contact { id } } } query B { opportunity(id: 1) { accessList { id } } }`: {"contact", "accessList"},
		`{ contact(id: 1) { accessList { id } createBy { id } } }`:                                               nil,
	} {
		document, err := gqlparser.LoadQueryWithRules(schema, query, nil)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		want := slices.DeleteFunc(slices.Clone(all), func(key string) bool { return slices.Contains(shown, key) })
		if got := Analyze(document).skip; !slices.Equal(got, want) {
			t.Errorf("%s: skips %q, want %q", query, got, want)
		}
	}
	var keys []string
	for _, field := range reflect.VisibleFields(reflect.TypeFor[upstream.Opportunity]()) {
		key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		keys = append(keys, key)
	}
	for _, key := range largerMembers {
		if !slices.Contains(keys, key) {
			t.Errorf("an opportunity does not have the member %q", key)
		}
	}
	for _, field := range schema.Types["Opportunity"].Fields {
		if _, known := madeOf[field.Name]; !known {
			t.Errorf("Opportunity.%s is not in madeOf of analysis.go: say there which of the larger members it is made of", field.Name)
		}
	}
}

// TestCosts knows of each selection whether look-ups are made for it, or below it.
func TestCosts(t *testing.T) {
	t.Parallel()
	schema := graph.NewExecutableSchema(graph.Config{}).Schema()
	for selected, costs := range map[string]bool{
		"title":                               false,
		"stage { title }":                     false,
		"stage { sortOrder }":                 true,
		"tags":                                true,
		"... on Node { ...A }":                true,
		"customFields { id }":                 false,
		"customFields(headings: true) { id }": true,
	} {
		document, err := gqlparser.LoadQueryWithRules(schema, `{ opportunities { nodes { `+selected+` } } opportunity(id: 1) { ...A } } fragment A on Opportunity { title contact { about } }`, nil)
		if err != nil {
			t.Fatalf("%s: %v", selected, err)
		}
		nodes := document.Operations[0].SelectionSet[0].(*ast.Field).SelectionSet[0].(*ast.Field)
		if got := Analyze(document).costs(nodes.SelectionSet); got != costs {
			t.Errorf("%s: costs look-ups: %t, want %t", selected, got, costs)
		}
	}
}

// TestMutationsAreSequential as what follows a write is prefetched, too. A mutation has a
// cost and no row, which is no reason to have the items below it wait for each other.
func TestMutationsAreSequential(t *testing.T) {
	t.Parallel()
	schema := graph.NewExecutableSchema(graph.Config{}).Schema()
	for _, document := range []string{
		`mutation { createNote(input: {categoryId: 1, content: "a"}) { historyEvent { opportunity { tags } } } }`,
		`mutation { signIn(input: {userName: "a", password: "b"}) { viewer { displayName } } }`,
		`{ opportunity(id: 1) { tags contact { about } } }`,
	} {
		query, errs := gqlparser.LoadQueryWithRules(schema, document, nil)
		if errs != nil {
			t.Fatal(errs)
		}
		if !Analyze(query).sequential {
			t.Error(document)
		}
	}
}
