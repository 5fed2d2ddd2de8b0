package document

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"

	"onlyoffice-graphql/graph"
)

// Schema returns the schema as it is served, which is made once, of a copy of that of
// package graph: descriptions say the bounds, and what is built in is what is standard
// and done.
func Schema() *ast.Schema { return served() }

var served = sync.OnceValue(func() *ast.Schema {
	schema := gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphql", Input: SDL(graph.NewExecutableSchema(graph.Config{}).Schema())})
	describeBounds(schema)
	standardize(schema)
	return schema
})

// SDL returns a schema as code generators read it.
func SDL(schema *ast.Schema) string {
	var text strings.Builder
	formatter.NewFormatter(&text, formatter.WithIndent("  ")).FormatSchema(schema)
	return text.String()
}

// describeBounds lets descriptions say the bounds, which stand in directives.
func describeBounds(schema *ast.Schema) {
	for _, of := range schema.Types {
		for _, field := range of.Fields {
			isWritten := of.Kind == ast.InputObject && strings.HasSuffix(of.Name, "Input")
			field.Description += boundIn(field.Directives).sentence(field.Type, isWritten)
			for _, argument := range field.Arguments {
				if argument.Name != "after" { // cursors are made here, so their length is no news
					argument.Description += boundIn(argument.Directives).sentence(argument.Type, false)
				}
			}
		}
	}
}

// standardize takes out of the schema's built-in part what is not standard or not done. It
// is the parser's, which is ahead of the standard of September 2025, and has @defer: answers
// have one part here.
func standardize(schema *ast.Schema) {
	delete(schema.Directives, "defer")
	schema.Directives["deprecated"].Arguments.ForName("reason").Type.NonNull = true
	for _, of := range []string{"__Type", "__Field", "__Directive"} {
		for _, field := range schema.Types[of].Fields {
			if argument := field.Arguments.ForName("includeDeprecated"); argument != nil {
				argument.Type.NonNull = true
			}
		}
	}
	for _, directive := range schema.Directives {
		directive.Locations = slices.DeleteFunc(directive.Locations, func(l ast.DirectiveLocation) bool {
			return l == ast.LocationDirectiveDefinition
		})
	}
	locations := schema.Types["__DirectiveLocation"]
	locations.EnumValues = slices.DeleteFunc(locations.EnumValues, func(v *ast.EnumValueDefinition) bool {
		return v.Name == string(ast.LocationDirectiveDefinition)
	})
}

// bound is what an argument, or a member of an input, may hold: the directive
// @bound. The zero value bounds nothing.
type bound struct {
	Entries    int // of a list; 0 where it is none
	Characters int // of a text, or of each entry
}

// boundIn reads the bound among the directives of an argument or member.
func boundIn(directives ast.DirectiveList) bound {
	directive := directives.ForName("bound")
	if directive == nil {
		return bound{}
	}
	return bound{number(directive, "entries"), number(directive, "characters")}
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
func (b bound) sentence(of *ast.Type, isWritten bool) string {
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
