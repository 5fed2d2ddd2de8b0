package resolvers_test

import (
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/internal/document"
	"onlyoffice-graphql/resolvers"
)

// The schema says of each field what it costs; of fields that it says nothing of,
// the table of look-ups has nothing either.
func TestCostAnnotations(t *testing.T) {
	t.Parallel()
	schema := graph.NewExecutableSchema(graph.Config{}).Schema()
	costly := 0
	for _, of := range schema.Types {
		for _, field := range of.Fields {
			var said document.FieldCost
			if directive := field.Directives.ForName("cost"); directive != nil {
				costly++
				said.Weight, _ = strconv.Atoi(directive.Arguments.ForName("weight").Value.Raw)
				if call := directive.Arguments.ForName("call"); call != nil {
					said.Call = call.Value.Raw
				}
				said.Factors = textsOf(directive, "factors")
			}
			if diff := cmp.Diff(said, resolvers.Cost(of.Name, field.Name)); diff != "" {
				t.Errorf("%s.%s (-schema +table):\n%s", of.Name, field.Name, diff)
			}
			directive := field.Directives.ForName("listSize")
			if directive == nil {
				continue
			}
			for _, name := range textsOf(directive, "slicingArguments") {
				if field.Arguments.ForName(name) == nil {
					t.Errorf("%s.%s has no argument %s", of.Name, field.Name, name)
				}
			}
			for _, name := range textsOf(directive, "sizedFields") {
				if schema.Types[field.Type.Name()].Fields.ForName(name) == nil {
					t.Errorf("%s.%s has no field %s in it", of.Name, field.Name, name)
				}
			}
		}
	}
	if costly < 60 {
		t.Errorf("only %d fields cost anything", costly)
	}
}

// textsOf returns the texts of a directive's argument.
func textsOf(directive *ast.Directive, argument string) []string {
	value := directive.Arguments.ForName(argument)
	if value == nil {
		return nil
	}
	var texts []string
	for _, child := range value.Value.Children {
		texts = append(texts, child.Value.Raw)
	}
	return texts
}
