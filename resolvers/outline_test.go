package resolvers_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/graph"
)

// TestFieldsAlone asks for each field of an opportunity by itself, where the
// parts that no field shows are not read, and for all of them together.
func TestFieldsAlone(t *testing.T) {
	t.Parallel()
	below := map[string]string{
		"createBy": "{ id displayName }", "responsible": "{ id email }", "accessList": "{ id displayName }",
		"contact": "{ id displayName accessList { id } }", "members": "{ id tags ... on Person { lastName } }",
		"bidCurrency": "{ title }", "stage": "{ id title sortOrder }", "files": "{ id title }",
		"customField": `(label: "Region") { id fieldValue }`, "customFields": "(headings: true) { id label fieldValue }",
		"tasks": "(first: 2) { nodes { id opportunity { members { id } } } }", "history": "(first: 2) { nodes { id opportunity { createBy { id } } } }",
	}
	var names []string
	var all strings.Builder
	for _, field := range graph.NewExecutableSchema(graph.Config{}).Schema().Types["Opportunity"].Fields {
		names = append(names, field.Name)
		all.WriteString(" " + field.Name + below[field.Name])
	}
	a := newAPI(t)
	ask := func(t *testing.T, query string) map[string]any {
		var answer struct {
			Data struct{ Node, Opportunity map[string]any }
		}
		if err := json.Unmarshal([]byte(a.ask(t, query, nil)), &answer); err != nil {
			t.Fatal(err)
		}
		if answer.Data.Node != nil {
			return answer.Data.Node
		}
		return answer.Data.Opportunity
	}
	whole := ask(t, "{ opportunity(id: 3101) {"+all.String()+" } }")
	for _, name := range names {
		for place, query := range map[string]string{
			"alone":         "{ opportunity(id: 3101) { FIELD } }",
			"in a fragment": "{ opportunity(id: 3101) { ...F } } fragment F on Opportunity { ... { FIELD } }",
			"of a node":     `{ node(nodeId: "` + whole["nodeId"].(string) + `") { ... on Opportunity { FIELD } } }`,
		} {
			t.Run(place+"/"+name, func(t *testing.T) {
				got := ask(t, strings.ReplaceAll(query, "FIELD", name+below[name]))
				if diff := cmp.Diff(map[string]any{name: whole[name]}, got); whole[name] == nil || diff != "" {
					t.Errorf("The field shows something else when it is asked for alone: is that a member that madeOf of resolvers/analysis.go does not name? (-together +alone):\n%s", diff)
				}
			})
		}
	}
}
