package document

import (
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/internal/codes"
)

// boundedVariable is a place where a variable must keep a bound. That of literals
// is checked once for a document.
type boundedVariable struct {
	name  string
	place string // where it stands, such as "filter.tags"
	of    *ast.Type
	bound bound
	at    *ast.Position
}

// boundsChecker checks what a valid document's arguments hold.
type boundsChecker struct {
	schema    *ast.Schema
	seen      map[*ast.FragmentDefinition]bool
	variables []boundedVariable
	rejected  *Rejection
}

// boundsOf returns what the variables of an operation must keep, or why it is
// rejected: a literal is larger than its argument takes.
func boundsOf(schema *ast.Schema, operation *ast.OperationDefinition) ([]boundedVariable, *Rejection) {
	c := &boundsChecker{schema: schema, seen: map[*ast.FragmentDefinition]bool{}}
	for _, variable := range operation.VariableDefinitions {
		if variable.DefaultValue != nil {
			c.literal(variable.DefaultValue, boundedVariable{place: "$" + variable.Variable, of: variable.Type})
		}
	}
	c.set(operation.SelectionSet)
	return c.variables, c.rejected
}

func (c *boundsChecker) set(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			for _, argument := range s.Arguments {
				if definition := s.Definition.Arguments.ForName(argument.Name); definition != nil {
					c.literal(argument.Value, boundedVariable{place: argument.Name, of: definition.Type, bound: boundIn(definition.Directives), at: argument.Position})
				}
			}
			c.set(s.SelectionSet)
		case *ast.InlineFragment:
			c.set(s.SelectionSet)
		case *ast.FragmentSpread:
			if !c.seen[s.Definition] {
				c.seen[s.Definition] = true
				c.set(s.Definition.SelectionSet)
			}
		}
	}
}

// literal checks a value of a document, and notes the variables in it.
func (c *boundsChecker) literal(value *ast.Value, in boundedVariable) {
	switch value.Kind {
	case ast.Variable:
		in.name = value.Raw
		c.variables = append(c.variables, in)
	case ast.ListValue:
		c.entries(len(value.Children), in)
		for i, child := range value.Children {
			c.literal(child.Value, in.entry(i))
		}
	case ast.ObjectValue:
		for _, child := range value.Children {
			if member, ok := c.member(in, child.Name); ok {
				c.literal(child.Value, member)
			}
		}
	case ast.IntValue:
		if _, err := strconv.ParseInt(value.Raw, 10, 32); err != nil && in.of.Name() == "Int" && c.rejected == nil {
			c.rejected = reject(codes.ValidationFailed, "%s: Int cannot represent a number of more than 32 bits.", in.place).at(value.Position.Line, value.Position.Column)
		}
	default:
		c.characters(value.Raw, in)
	}
}

// value checks a variable's value.
func (c *boundsChecker) value(value any, in boundedVariable) {
	switch value := value.(type) {
	case []any:
		c.entries(len(value), in)
		for i, entry := range value {
			if c.rejected != nil {
				return
			}
			c.value(entry, in.entry(i))
		}
	case map[string]any:
		for name, entry := range value {
			if member, ok := c.member(in, name); ok {
				c.value(entry, member)
			}
		}
	case string:
		c.characters(value, in)
	}
}

// entry is the place of an entry of a list.
func (v boundedVariable) entry(i int) boundedVariable {
	v.place = fmt.Sprintf("%s[%d]", v.place, i)
	if v.of.Elem != nil {
		v.of = v.of.Elem
	}
	return v
}

// member is the place of a member of an input.
func (c *boundsChecker) member(in boundedVariable, name string) (boundedVariable, bool) {
	definition := c.schema.Types[in.of.Name()]
	if definition == nil || definition.Fields.ForName(name) == nil {
		return in, false
	}
	member := definition.Fields.ForName(name)
	in.place, in.of, in.bound = in.place+"."+name, member.Type, boundIn(member.Directives)
	return in, true
}

func (c *boundsChecker) entries(n int, in boundedVariable) {
	if in.bound.Entries > 0 && n > in.bound.Entries {
		c.refuse(in, in.bound.Entries, n, "entries")
	}
}

func (c *boundsChecker) characters(text string, in boundedVariable) {
	if in.bound.Characters > 0 && len(text) > in.bound.Characters {
		if n := utf8.RuneCountInString(text); n > in.bound.Characters {
			c.refuse(in, in.bound.Characters, n, "characters")
		}
	}
}

func (c *boundsChecker) refuse(in boundedVariable, limit, actual int, of string) {
	if c.rejected != nil {
		return // the first error is reported
	}
	c.rejected = rejectOver(codes.BadUserInput, limit, actual, "%s: %d %s are more than the %d that it takes.", in.place, actual, of, limit)
	if in.at != nil {
		c.rejected.at(in.at.Line, in.at.Column)
	}
}

// rejectLarge refuses variables that are larger than where they stand takes.
func rejectLarge(schema *ast.Schema, bounded []boundedVariable, variables map[string]any) *Rejection {
	c := &boundsChecker{schema: schema}
	for _, in := range bounded {
		if c.value(variables[in.name], in); c.rejected != nil {
			break
		}
	}
	return c.rejected
}
