package resolvers

import (
	"testing"

	"github.com/vektah/gqlparser/v2"

	"onlyoffice-graphql/graph"
)

// Look-ups that no plan announces start when their field is reached, so the
// fields beside them must not wait for each other.
func TestOutlineInTurn(t *testing.T) {
	t.Parallel()
	schema := graph.NewExecutableSchema(graph.Config{}).Schema()
	for query, want := range map[string]bool{
		`{ opportunity(id: 1) { title } }`: true,
		`{ opportunities { nodes { tags contact { tags ... on Person { jobTitle } } members { email } } } }`:                 true,
		`{ opportunities { edges { node { ...F } } } } fragment F on Opportunity { tasks { nodes { title } } files { id } }`: true,
		`{ contacts { nodes { about ... on Company { persons { displayName } } } } }`:                                        true,
		`{ history { nodes { opportunity { title } } } }`:                                                                    true,
		`{ stages { title } }`: true,

		`{ opportunities { nodes { stage { sortOrder } } } }`:                                                     false,
		`{ stages { opportunities { nodes { id } } } }`:                                                           false,
		`{ opportunities { nodes { responsible { email } } } }`:                                                   false,
		`{ opportunities { nodes { contact { ... on Person { company { about } } } } } }`:                         false,
		`{ opportunities { nodes { tasks { nodes { opportunity { title } } } } } }`:                               false,
		`{ opportunities { nodes { contact { opportunities { nodes { id } } } } } }`:                              false,
		`{ tasks { nodes { opportunity { ...F } } } } fragment F on Opportunity { tags }`:                         false,
		`{ node(nodeId: "x") { ... on Opportunity { tags files { id } } } }`:                                      false,
		`{ a: opportunity(id: 1) { tags } b: node(nodeId: "x") { ...F } } fragment F on Opportunity { tags }`:     false,
		`{ contact(id: 1) { ... on Company { persons { tags about } } } employees { id } viewer { displayName }}`: false,
	} {
		document, errs := gqlparser.LoadQuery(schema, query)
		if errs != nil {
			t.Fatalf("%s: %v", query, errs)
		}
		if got := NewOutline(document).inTurn; got != want {
			t.Errorf("%s: in turn is %v", query, got)
		}
	}
}
