package main

import (
	"encoding/json"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

// What introspection costs as a whole: it answers from memory, but a single
// __schema may list every field of every type.
const (
	costOfSchema = 3000
	costOfType   = 200
)

// cost is what an operation may make the server do, by the weights and list
// sizes of its schema (graph/cost.graphqls). It is an upper bound: branches for
// different types are added up, and so are repeated fields.
type cost struct {
	value  int
	varies bool // with the variables: some list's size is one
}

// costOf weighs a valid operation. Its fields are few enough to walk over with
// all fragments spread, as that number has its own limit.
func costOf(operation *ast.OperationDefinition, variables map[string]any) cost {
	w := weigher{variables: variables}
	return cost{w.set(operation.SelectionSet, listSize{items: 1}), w.varies}
}

type weigher struct {
	variables map[string]any
	varies    bool
}

// listSize is the size of the lists that a field's parent answers with.
type listSize struct {
	fields []string // "edges", "nodes"; empty for none
	items  int
}

func (w *weigher) set(set ast.SelectionSet, lists listSize) int {
	total := 0
	for _, selection := range set {
		switch selection := selection.(type) {
		case *ast.Field:
			total = add(total, w.field(selection, lists))
		case *ast.InlineFragment:
			total = add(total, w.set(selection.SelectionSet, lists))
		case *ast.FragmentSpread:
			total = add(total, w.set(selection.Definition.SelectionSet, lists))
		}
	}
	return total
}

func (w *weigher) field(field *ast.Field, lists listSize) int {
	switch field.Name {
	case "__schema":
		return costOfSchema
	case "__type":
		return costOfType
	}
	items := 1
	for _, name := range lists.fields {
		if name == field.Name {
			items = lists.items
		}
	}
	var below listSize
	if directive := field.Definition.Directives.ForName("listSize"); directive != nil {
		size := w.size(field, directive)
		if fields := texts(directive, "sizedFields"); len(fields) > 0 {
			below = listSize{fields, size}
		} else {
			items = multiply(items, size)
		}
	}
	return multiply(items, add(weight(field), w.set(field.SelectionSet, below)))
}

// weight is what one answer of the field costs by itself.
func weight(field *ast.Field) int {
	if directive := field.Definition.Directives.ForName("cost"); directive != nil {
		if n, err := strconv.Atoi(directive.Arguments.ForName("weight").Value.Raw); err == nil {
			return max(n, 0)
		}
	}
	if len(field.SelectionSet) > 0 {
		return 1
	}
	return 0
}

// size is how many items the field's list may hold: the largest slicing
// argument, or else the assumed size.
func (w *weigher) size(field *ast.Field, directive *ast.Directive) int {
	largest := 0
	for _, name := range texts(directive, "slicingArguments") {
		if n, known := w.slice(field, name); known {
			largest = max(largest, n)
		}
	}
	if largest == 0 {
		if assumed := directive.Arguments.ForName("assumedSize"); assumed != nil {
			largest, _ = strconv.Atoi(assumed.Value.Raw)
		}
	}
	return max(largest, 1)
}

// slice is the size that an argument of the field asks for.
func (w *weigher) slice(field *ast.Field, name string) (int, bool) {
	definition := field.Definition.Arguments.ForName(name)
	if definition == nil {
		return 0, false
	}
	value := definition.DefaultValue
	if argument := field.Arguments.ForName(name); argument != nil {
		if argument.Value.Kind == ast.Variable {
			w.varies = true
			if given, ok := w.variables[argument.Value.Raw]; ok {
				return itemsOf(given)
			}
		} else {
			value = argument.Value
		}
	}
	if value == nil {
		return 0, false
	}
	if value.Kind == ast.ListValue {
		return len(value.Children), true // a list within, or a variable, is one item
	}
	given, err := value.Value(w.variables)
	if err != nil {
		return ceiling, true // a number that no list is as long as
	}
	return itemsOf(given)
}

// itemsOf reads a slicing argument: a number is the size, a list has one.
func itemsOf(given any) (int, bool) {
	switch given := given.(type) {
	case nil:
		return 0, false
	case int64:
		return int(min(given, ceiling)), true
	case json.Number:
		n, err := given.Int64()
		if err != nil {
			return ceiling, true
		}
		return int(min(n, ceiling)), true
	case []any:
		return len(given), true
	default: // one item, where a list may stand
		return 1, true
	}
}

// texts returns the strings of a directive's list argument.
func texts(directive *ast.Directive, name string) []string {
	argument := directive.Arguments.ForName(name)
	if argument == nil {
		return nil
	}
	if argument.Value.Kind != ast.ListValue {
		return []string{argument.Value.Raw}
	}
	values := make([]string, len(argument.Value.Children))
	for i, child := range argument.Value.Children {
		values[i] = child.Value.Raw
	}
	return values
}
