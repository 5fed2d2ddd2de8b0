package document

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Introspection answers from memory, so its objects count less. Its lists count
// as long as here, and as one item where they are not named; that way, what
// tools ask for when they read a schema costs some 3,000.
var introspectedItems = map[string]int{"types": 50, "fields": 10}

const introspectedPerPoint = 4

// cost is what an operation may make the server do, by the weights of the fields
// that take a further portal call and the list sizes of the schema
// (graph/cost.graphqls). It is an upper bound: branches for different types are
// added up, and so are repeated fields.
type cost struct {
	value  int
	varies bool // with the variables: some list's size is one
}

// costOf weighs a valid operation. Its fields are few enough to walk over with
// all fragments spread, as that number has its own limit.
func costOf(operation *ast.OperationDefinition, variables map[string]any, further furtherCost) cost {
	w := weigher{variables: variables, further: further}
	return cost{w.set(operation.SelectionSet, &parent{}), w.varies}
}

// FieldCost is what a field adds to the cost of an operation each time it is
// asked for.
type FieldCost struct {
	Weight  int
	Call    string   // the portal call that it shares with other fields of the same object; "" for none
	Factors []string // arguments whose entries multiply the weight, those within inputs by their paths
}

// furtherCost says what a field of a type adds for the portal calls that it takes.
type furtherCost = func(typeName, field string) FieldCost

type weigher struct {
	variables map[string]any
	further   furtherCost
	varies    bool
}

// parent is the object that a set's fields are asked of.
type parent struct {
	lists []string        // which of its fields are lists of so many items: "edges", "nodes"
	items int             // how many
	paid  map[string]bool // the calls that fields before have paid for
}

func (w *weigher) set(set ast.SelectionSet, of *parent) int {
	total := 0
	for _, selection := range set {
		switch selection := selection.(type) {
		case *ast.Field:
			total = add(total, w.field(selection, of))
		case *ast.InlineFragment:
			total = add(total, w.set(selection.SelectionSet, of))
		case *ast.FragmentSpread:
			total = add(total, w.set(selection.Definition.SelectionSet, of))
		}
	}
	return total
}

func (w *weigher) field(field *ast.Field, of *parent) int {
	if isIntrospection(field) {
		return 1 + w.set(field.SelectionSet, &parent{})/introspectedPerPoint
	}
	items := 1
	if slices.Contains(of.lists, field.Name) {
		items = of.items
	} else if strings.HasPrefix(field.ObjectDefinition.Name, "__") {
		items = max(introspectedItems[field.Name], 1)
	}
	var object parent
	if directive := field.Definition.Directives.ForName("listSize"); directive != nil {
		size := w.size(field, directive)
		if fields := texts(directive, "sizedFields"); len(fields) > 0 {
			object.lists, object.items = fields, size
		} else {
			items = multiply(items, size)
		}
	}
	return multiply(items, add(w.weight(field, of), w.set(field.SelectionSet, &object)))
}

// weight is what one answer of the field costs by itself. Fields of one object
// that share a portal call pay for it once, and so do aliases of one field with
// the same arguments, which are asked for once.
func (w *weigher) weight(field *ast.Field, of *parent) int {
	plain := min(len(field.SelectionSet), 1)
	further := w.further(field.ObjectDefinition.Name, field.Name)
	if further.Weight == 0 {
		return plain
	}
	call := further.Call
	if call == "" {
		call = sameCall(field)
	}
	if of.paid[call] && field.ObjectDefinition.Name != "Mutation" { // each write is made
		return plain
	}
	if of.paid == nil {
		of.paid = make(map[string]bool)
	}
	of.paid[call] = true
	weight := further.Weight
	for _, name := range further.Factors {
		weight = multiply(weight, max(w.entries(field, name), 1))
	}
	return weight
}

// sameCall names the call of a field by the field and its arguments, as they are
// written.
func sameCall(field *ast.Field) string {
	if len(field.Arguments) == 0 {
		return field.Name
	}
	var name strings.Builder
	name.WriteString(field.Name)
	for _, argument := range slices.SortedFunc(slices.Values(field.Arguments), func(a, b *ast.Argument) int { return strings.Compare(a.Name, b.Name) }) {
		name.WriteString(" " + argument.Name + ":" + argument.Value.String())
	}
	return name.String()
}

// entries returns how many entries a list has in the field's arguments, at a path
// such as "filter.stages".
func (w *weigher) entries(field *ast.Field, path string) int {
	names := strings.Split(path, ".")
	argument := field.Arguments.ForName(names[0])
	if argument == nil {
		return 0
	}
	value := argument.Value
	for names = names[1:]; value != nil && value.Kind == ast.ObjectValue && len(names) > 0; names = names[1:] {
		value = value.Children.ForName(names[0])
	}
	switch {
	case value == nil:
		return 0
	case value.Kind == ast.Variable:
		w.varies = true
		return entriesIn(w.variables[value.Raw], names)
	case value.Kind == ast.ListValue:
		return len(value.Children)
	default:
		return 1
	}
}

// entriesIn is the same within a variable.
func entriesIn(value any, names []string) int {
	for _, name := range names {
		members, _ := value.(map[string]any)
		value = members[name]
	}
	n, _ := itemsOf(value)
	return n
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
