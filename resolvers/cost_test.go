package resolvers_test

import (
	"os"
	"regexp"
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

// TestFieldsThatWait has a row for each field with a resolver, but for those that make
// their value of what is there: by the rows, lists know whether their items wait.
func TestFieldsThatWait(t *testing.T) {
	t.Parallel()
	code, err := os.ReadFile("../graph/generated.go")
	if err != nil {
		t.Fatal(err)
	}
	atOnce := map[string]bool{"Opportunity.customField": true, "HistoryEvent.plainText": true}
	fields := regexp.MustCompile(`(?s)out\.ResolveConcurrently\(.{0,200}?return ec\._(\w+?)_(\w+)\(ctx, field, obj\)`).FindAllSubmatch(code, -1)
	if len(fields) < 20 {
		t.Fatalf("found %d fields with resolvers", len(fields))
	}
	for _, match := range fields {
		of, name := string(match[1]), string(match[2])
		if !resolvers.IsCostly(of, name) && !atOnce[of+"."+name] {
			t.Errorf("%s.%s may wait, but has no row in resolvers/table.go", of, name)
		}
		delete(atOnce, of+"."+name)
	}
	if len(atOnce) > 0 {
		t.Errorf("no such fields: %v", atOnce)
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
