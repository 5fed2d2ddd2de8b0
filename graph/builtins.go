package graph

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// The schema's built-in part is the parser's, which is ahead of the standard of
// September 2025, and has @defer, which this server does not do: answers have one
// part. What introspection shows is what is standard and done.
func init() {
	delete(parsedSchema.Directives, "defer")
	for _, directive := range parsedSchema.Directives {
		directive.Locations = slices.DeleteFunc(directive.Locations, func(l ast.DirectiveLocation) bool {
			return l == ast.LocationDirectiveDefinition
		})
	}
	locations := parsedSchema.Types["__DirectiveLocation"]
	locations.EnumValues = slices.DeleteFunc(locations.EnumValues, func(v *ast.EnumValueDefinition) bool {
		return v.Name == string(ast.LocationDirectiveDefinition)
	})
}
