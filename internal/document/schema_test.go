package document

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"

	"onlyoffice-graphql/graph"
)

// TestBuiltins compares what is built in with the standard of September 2025,
// sections 3.13 and 4.
func TestBuiltins(t *testing.T) {
	t.Parallel()
	schema := Schema()
	want := map[string]string{
		"skip":        "FIELD FRAGMENT_SPREAD INLINE_FRAGMENT",
		"include":     "FIELD FRAGMENT_SPREAD INLINE_FRAGMENT",
		"deprecated":  "FIELD_DEFINITION ARGUMENT_DEFINITION INPUT_FIELD_DEFINITION ENUM_VALUE",
		"specifiedBy": "SCALAR",
		"oneOf":       "INPUT_OBJECT",
	}
	own := []string{"bound", "cost", "listSize", "secret"}
	for name, directive := range schema.Directives {
		var locations []string
		for _, location := range directive.Locations {
			locations = append(locations, string(location))
		}
		if got := strings.Join(locations, " "); got != want[name] && !slices.Contains(own, name) {
			t.Errorf("@%s is on %s, not on %s", name, got, want[name])
		}
		delete(want, name)
	}
	if len(want) > 0 {
		t.Errorf("there are no %v", want)
	}
	if reason := schema.Directives["deprecated"].Arguments.ForName("reason"); reason.Type.String() != "String!" || reason.DefaultValue.Raw != "No longer supported" {
		t.Errorf("@deprecated(reason: %s = %s)", reason.Type, reason.DefaultValue)
	}
	hiding := 0
	for _, of := range []string{"__Type", "__Field", "__Directive"} {
		for _, field := range schema.Types[of].Fields {
			if argument := field.Arguments.ForName("includeDeprecated"); argument != nil {
				if hiding++; argument.Type.String() != "Boolean!" || argument.DefaultValue.Raw != "false" {
					t.Errorf("%s.%s(includeDeprecated: %s = %s)", of, field.Name, argument.Type, argument.DefaultValue)
				}
			}
		}
	}
	if hiding != 5 {
		t.Errorf("%d fields hide what is deprecated", hiding)
	}
	var locations []string
	for _, value := range schema.Types["__DirectiveLocation"].EnumValues {
		locations = append(locations, value.Name)
	}
	slices.Sort(locations)
	const standard = "ARGUMENT_DEFINITION ENUM ENUM_VALUE FIELD FIELD_DEFINITION FRAGMENT_DEFINITION FRAGMENT_SPREAD INLINE_FRAGMENT INPUT_FIELD_DEFINITION INPUT_OBJECT INTERFACE MUTATION OBJECT QUERY SCALAR SCHEMA SUBSCRIPTION UNION VARIABLE_DEFINITION"
	if got := strings.Join(locations, " "); got != standard {
		t.Errorf("locations %s", got)
	}
}

// TestBoundsAreComplete shows that the schema bounds every text, id, date and list
// that a caller may send, and says so where people read it.
func TestBoundsAreComplete(t *testing.T) {
	t.Parallel()
	checked := 0
	check := func(name string, of *ast.Type, directives ast.DirectiveList, description string) {
		scalar := map[string]bool{"String": true, "ID": true, "Date": true, "DateTime": true, "Decimal": true}[of.Name()]
		if !scalar && of.Elem == nil {
			return
		}
		checked++
		bound := boundIn(directives)
		if bound.Characters == 0 || (bound.Entries > 0) != (of.Elem != nil) {
			t.Errorf("%s is bounded by %+v", name, bound)
		}
		for _, limit := range []int{bound.Entries, bound.Characters} {
			if said := strings.Contains(description, fmt.Sprintf("t most %d", limit)); limit > 0 && limit != 40 && limit != 100 && limit != 350 && !said {
				t.Errorf("%s does not say %d: %s", name, limit, description)
			}
		}
	}
	for _, of := range Schema().Types {
		if of.BuiltIn {
			continue
		}
		for _, field := range of.Fields {
			if of.Kind == ast.InputObject {
				check(of.Name+"."+field.Name, field.Type, field.Directives, field.Description)
			}
			for _, argument := range field.Arguments {
				if !strings.HasPrefix(field.Name, "__") {
					check(of.Name+"."+field.Name+"."+argument.Name, argument.Type, argument.Directives, argument.Description)
				}
			}
		}
	}
	if checked < 40 {
		t.Errorf("only %d arguments were looked at", checked)
	}
}

// The schema that is served is the one of package graph, with all its names and directives,
// and leaves that as it is.
func TestSchemaIsACopy(t *testing.T) {
	t.Parallel()
	parsed, served := graph.NewExecutableSchema(graph.Config{}).Schema(), Schema()
	if parsed.Directives["defer"] == nil || served.Directives["defer"] != nil || SDL(parsed) == SDL(served) {
		t.Error("the schema of package graph was changed, or the one that is served was not")
	}
	withoutDescriptions := func(schema *ast.Schema) string {
		var text strings.Builder
		formatter.NewFormatter(&text, formatter.WithoutDescription()).FormatSchema(schema)
		return text.String()
	}
	if diff := cmp.Diff(withoutDescriptions(parsed), withoutDescriptions(served)); diff != "" {
		t.Errorf("-graph +served:\n%s", diff)
	}
}
