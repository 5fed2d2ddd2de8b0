package resolvers

import (
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"onlyoffice-graphql/graph"
)

// Look-ups that no plan announces start when their field is reached, so the
// fields beside them must not wait for each other.
func TestOutlineInTurn(t *testing.T) {
	t.Parallel()
	schema := graph.NewExecutableSchema(graph.Config{}).Schema()
	for query, want := range map[string]graph.InTurn{
		`{ a: opportunity(id: 1) { tags } opportunitiesByIds(ids: [1]) { contact { email } } }`:                              graph.InTurnAll,
		`{ opportunity(id: 1) { title } stages { id } }`:                                                                     graph.InTurnBelow,
		`{ opportunities { nodes { tags contact { tags ... on Person { jobTitle } } members { email } } } }`:                 graph.InTurnBelow,
		`{ opportunities { edges { node { ...F } } } } fragment F on Opportunity { tasks { nodes { title } } files { id } }`: graph.InTurnBelow,
		`{ contacts { nodes { about ... on Company { persons { displayName } } } } }`:                                        graph.InTurnBelow,
		`{ history { nodes { opportunity { title } } } }`:                                                                    graph.InTurnBelow,
		`{ stages { title } }`: graph.InTurnBelow,

		`{ opportunities { nodes { stage { sortOrder } } } }`:                                                     graph.InTurnNothing,
		`{ stages { opportunities { nodes { id } } } }`:                                                           graph.InTurnNothing,
		`{ opportunities { nodes { responsible { email } } } }`:                                                   graph.InTurnNothing,
		`{ opportunities { nodes { contact { ... on Person { company { about } } } } } }`:                         graph.InTurnNothing,
		`{ opportunities { nodes { tasks { nodes { opportunity { title } } } } } }`:                               graph.InTurnNothing,
		`{ opportunities { nodes { contact { opportunities { nodes { id } } } } } }`:                              graph.InTurnNothing,
		`{ tasks { nodes { opportunity { ...F } } } } fragment F on Opportunity { tags }`:                         graph.InTurnNothing,
		`{ node(nodeId: "x") { ... on Opportunity { tags files { id } } } }`:                                      graph.InTurnNothing,
		`{ a: opportunity(id: 1) { tags } b: node(nodeId: "x") { ...F } } fragment F on Opportunity { tags }`:     graph.InTurnNothing,
		`{ contact(id: 1) { ... on Company { persons { tags about } } } employees { id } viewer { displayName }}`: graph.InTurnNothing,
	} {
		document, errs := gqlparser.LoadQueryWithRules(schema, query, rules.NewDefaultRules())
		if errs != nil {
			t.Fatalf("%s: %v", query, errs)
		}
		if got := NewOutline(document).inTurn; got != want {
			t.Errorf("%s: in turn is %v", query, got)
		}
	}
}
