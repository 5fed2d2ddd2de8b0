package graph

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
)

// Bound is what an argument, or a member of an input, may hold: the directive
// @bound. The zero value bounds nothing.
type Bound struct {
	Entries    int // of a list; 0 where it is none
	Characters int // of a text, or of each entry
}

// BoundOf reads the bound among the directives of an argument or member.
func BoundOf(directives ast.DirectiveList) Bound {
	directive := directives.ForName("bound")
	if directive == nil {
		return Bound{}
	}
	return Bound{number(directive, "entries"), number(directive, "characters")}
}

func number(directive *ast.Directive, name string) int {
	argument := directive.Arguments.ForName(name)
	if argument == nil {
		return 0
	}
	n, _ := strconv.Atoi(argument.Value.Raw) // the schema was validated
	return n
}

// sentence says the bound to people; ids and dates, which are never longer, say
// nothing of their characters. Of what is written the portal takes less than a request
// may hold, and its writer hears of that in another way.
func (b Bound) sentence(of *ast.Type, isWritten bool) string {
	isText := of.Name() == "String"
	switch {
	case isWritten && b.Entries > 0 && isText:
		return fmt.Sprintf(" A request may hold at most %d of them, each of at most %d characters.", b.Entries, b.Characters)
	case isWritten && b.Entries > 0:
		return fmt.Sprintf(" A request may hold at most %d of them.", b.Entries)
	case isWritten && b.Characters > 0 && isText:
		return fmt.Sprintf(" A request may hold at most %d characters of it.", b.Characters)
	case b.Entries > 0 && isText:
		return fmt.Sprintf(" At most %d, each of at most %d characters.", b.Entries, b.Characters)
	case b.Entries > 0:
		return fmt.Sprintf(" At most %d.", b.Entries)
	case b.Characters > 0 && isText:
		return fmt.Sprintf(" At most %d characters.", b.Characters)
	default:
		return ""
	}
}

// The descriptions of the schema say the bounds, which stand in its directives.
func init() {
	for _, of := range parsedSchema.Types {
		for _, field := range of.Fields {
			isWritten := of.Kind == ast.InputObject && strings.HasSuffix(of.Name, "Input")
			field.Description += BoundOf(field.Directives).sentence(field.Type, isWritten)
			for _, argument := range field.Arguments {
				if argument.Name != "after" { // cursors are made here, so their length is no news
					argument.Description += BoundOf(argument.Directives).sentence(argument.Type, false)
				}
			}
		}
	}
}

// The schema's built-in part is the parser's, which is ahead of the standard of
// September 2025, and has @defer, which this server does not do: answers have one
// part. What introspection shows is what is standard and done.
func init() {
	delete(parsedSchema.Directives, "defer")
	parsedSchema.Directives["deprecated"].Arguments.ForName("reason").Type.NonNull = true
	for _, of := range []string{"__Type", "__Field", "__Directive"} {
		for _, field := range parsedSchema.Types[of].Fields {
			if argument := field.Arguments.ForName("includeDeprecated"); argument != nil {
				argument.Type.NonNull = true
			}
		}
	}
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

// SDL returns the schema as code generators read it.
func SDL() string {
	var text strings.Builder
	formatter.NewFormatter(&text, formatter.WithIndent("  ")).FormatSchema(parsedSchema)
	return text.String()
}
