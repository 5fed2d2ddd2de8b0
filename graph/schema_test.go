package graph

import (
	"slices"
	"strings"
	"testing"
)

// TestBuiltins compares what is built in with the standard of September 2025,
// sections 3.13 and 4.
func TestBuiltins(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"skip":        "FIELD FRAGMENT_SPREAD INLINE_FRAGMENT",
		"include":     "FIELD FRAGMENT_SPREAD INLINE_FRAGMENT",
		"deprecated":  "FIELD_DEFINITION ARGUMENT_DEFINITION INPUT_FIELD_DEFINITION ENUM_VALUE",
		"specifiedBy": "SCALAR",
		"oneOf":       "INPUT_OBJECT",
	}
	own := []string{"bound", "cost", "listSize", "secret"}
	for name, directive := range parsedSchema.Directives {
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
	if reason := parsedSchema.Directives["deprecated"].Arguments.ForName("reason"); reason.Type.String() != "String!" || reason.DefaultValue.Raw != "No longer supported" {
		t.Errorf("@deprecated(reason: %s = %s)", reason.Type, reason.DefaultValue)
	}
	hiding := 0
	for _, of := range []string{"__Type", "__Field", "__Directive"} {
		for _, field := range parsedSchema.Types[of].Fields {
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
	for _, value := range parsedSchema.Types["__DirectiveLocation"].EnumValues {
		locations = append(locations, value.Name)
	}
	slices.Sort(locations)
	const standard = "ARGUMENT_DEFINITION ENUM ENUM_VALUE FIELD FIELD_DEFINITION FRAGMENT_DEFINITION FRAGMENT_SPREAD INLINE_FRAGMENT INPUT_FIELD_DEFINITION INPUT_OBJECT INTERFACE MUTATION OBJECT QUERY SCALAR SCHEMA SUBSCRIPTION UNION VARIABLE_DEFINITION"
	if got := strings.Join(locations, " "); got != standard {
		t.Errorf("locations %s", got)
	}
}
