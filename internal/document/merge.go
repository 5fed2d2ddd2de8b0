package document

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// mergeCheck is the specification's rule that fields which share a place in
// the answer can be merged into one. The parser's own rule compares each field
// with each, which takes seconds for a few thousand; this one compares each
// with the first at its place, as being the same goes both ways and onwards.
// So it looks at each field about twice, fragments spread, and their number
// has a limit.
//
// It works on documents that are valid otherwise: nothing is unknown in them,
// and no fragment spreads itself.
type mergeCheck struct {
	schema    *ast.Schema
	conflicts gqlerror.List
	looks     int // at fields: what the work grows with
}

// mergeConflicts returns where fields of the document cannot be merged.
func mergeConflicts(schema *ast.Schema, query *ast.QueryDocument) gqlerror.List {
	check := mergeCheck{schema: schema}
	for _, operation := range query.Operations {
		check.operation(operation)
	}
	return check.conflicts
}

func (c *mergeCheck) operation(operation *ast.OperationDefinition) {
	places := c.places([]ast.SelectionSet{operation.SelectionSet})
	c.haveSameShape(places)
	if len(c.conflicts) == 0 { // else the same places may be told again
		c.areSame(places)
	}
}

// places collects the fields of sets that will stand side by side, by their
// names in the answer.
func (c *mergeCheck) places(sets []ast.SelectionSet) [][]*ast.Field {
	var places [][]*ast.Field
	at := make(map[string]int)
	spread := make(map[string]bool)
	var collect func(ast.SelectionSet)
	collect = func(set ast.SelectionSet) {
		for _, selection := range set {
			switch selection := selection.(type) {
			case *ast.Field:
				c.looks++
				i, known := at[selection.Alias]
				if !known {
					i = len(places)
					at[selection.Alias] = i
					places = append(places, nil)
				}
				places[i] = append(places[i], selection)
			case *ast.InlineFragment:
				collect(selection.SelectionSet)
			case *ast.FragmentSpread:
				if !spread[selection.Name] {
					spread[selection.Name] = true
					collect(selection.Definition.SelectionSet)
				}
			}
		}
	}
	for _, set := range sets {
		collect(set)
	}
	return places
}

// haveSameShape wants that what stands at one place can be read as one type,
// even if it is never of two types at once.
func (c *mergeCheck) haveSameShape(places [][]*ast.Field) {
	for _, fields := range places {
		first := fields[0]
		for _, other := range fields[1:] {
			if a, b := first.Definition.Type, other.Definition.Type; !c.sameShape(a, b) {
				c.conflict(first, other, `they return conflicting types "%s" and "%s"`, a, b)
				return
			}
		}
		if sets := below(fields); len(sets) > 0 {
			c.haveSameShape(c.places(sets))
		}
	}
}

// areSame wants that fields which may be asked of one object at one place are
// the same field with the same arguments. Fields of two object types never are
// asked of one object; fields of an interface may be, with either.
func (c *mergeCheck) areSame(places [][]*ast.Field) {
	for _, fields := range places {
		for _, together := range perObject(fields) {
			first := together[0]
			for _, other := range together[1:] {
				switch {
				case first.Name != other.Name:
					c.conflict(first, other, `"%s" and "%s" are different fields`, first.Name, other.Name)
					return
				case !sameArguments(first.Arguments, other.Arguments):
					c.conflict(first, other, "they have differing arguments")
					return
				}
			}
			if sets := below(together); len(sets) > 0 {
				c.areSame(c.places(sets))
			}
		}
	}
}

// perObject splits the fields of one place by the object types they are asked
// of. Those of interfaces and unions are in each part.
func perObject(fields []*ast.Field) [][]*ast.Field {
	var abstract []*ast.Field
	var objects []*ast.Definition
	concrete := make(map[*ast.Definition][]*ast.Field)
	for _, field := range fields {
		of := field.ObjectDefinition
		if of.Kind != ast.Object {
			abstract = append(abstract, field)
			continue
		}
		if concrete[of] == nil {
			objects = append(objects, of)
		}
		concrete[of] = append(concrete[of], field)
	}
	if len(objects) < 2 {
		return [][]*ast.Field{fields}
	}
	parts := make([][]*ast.Field, len(objects))
	for i, of := range objects {
		parts[i] = append(abstract[:len(abstract):len(abstract)], concrete[of]...)
	}
	return parts
}

func below(fields []*ast.Field) []ast.SelectionSet {
	var sets []ast.SelectionSet
	for _, field := range fields {
		if len(field.SelectionSet) > 0 {
			sets = append(sets, field.SelectionSet)
		}
	}
	return sets
}

// sameShape compares types; what is in objects is compared field by field.
func (c *mergeCheck) sameShape(a, b *ast.Type) bool {
	if a.NonNull != b.NonNull || (a.Elem == nil) != (b.Elem == nil) {
		return false
	}
	if a.Elem != nil {
		return c.sameShape(a.Elem, b.Elem)
	}
	leaf := c.schema.Types[a.NamedType].IsLeafType() || c.schema.Types[b.NamedType].IsLeafType()
	return !leaf || a.NamedType == b.NamedType
}

func sameArguments(a, b ast.ArgumentList) bool {
	if len(a) != len(b) {
		return false
	}
	for _, argument := range a {
		other := b.ForName(argument.Name)
		if other == nil || !sameValue(argument.Value, other.Value) {
			return false
		}
	}
	return true
}

func sameValue(a, b *ast.Value) bool {
	if a.Kind != b.Kind || a.Raw != b.Raw || len(a.Children) != len(b.Children) {
		return false
	}
	for i, child := range a.Children {
		other := b.Children[i].Value
		if a.Kind == ast.ObjectValue { // members are the same in any order
			other = b.Children.ForName(child.Name)
		}
		if other == nil || !sameValue(child.Value, other) {
			return false
		}
	}
	return true
}

func (c *mergeCheck) conflict(a, b *ast.Field, format string, args ...any) {
	c.conflicts = append(c.conflicts, &gqlerror.Error{
		Message: fmt.Sprintf(`Fields "%s" conflict because %s. Use different aliases on the fields to fetch both if this was intentional.`,
			a.Alias, fmt.Sprintf(format, args...)),
		Locations: []gqlerror.Location{{Line: a.Position.Line, Column: a.Position.Column}, {Line: b.Position.Line, Column: b.Position.Column}},
	})
}
