package plain

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Types are the object types of a schema, by their names.
type Types map[string]*Type

// Type is an object type. Generated code has one of each, which it hands to NewTypes.
type Type struct {
	Name      string
	Satisfies []string                  // the names of types that fragments on it may have
	Fields    map[string]Field          // those that are plain
	Arguments map[string]ArgumentReader // of all fields that take some

	all Types
}

// Field is a field whose value the Go object has at hand.
type Field struct {
	Index int      // the case that appends it in the function of its type
	Below []string // the names of the object types that it may hold
}

// ArgumentReader turns a field's arguments into those that its resolver gets.
type ArgumentReader func(ctx context.Context, raw map[string]any) (map[string]any, error)

// NewTypes returns the types together, so that each finds those below its fields.
func NewTypes(types ...*Type) Types {
	all := make(Types, len(types))
	for _, of := range types {
		all[of.Name], of.all = of, all
	}
	return all
}

// CollectFields does what graphql.CollectFields does for objects of a type, but once
// for all requests that send the document. The result is shared and must not be
// changed. The context is one within the operation.
func (t Types) CollectFields(ctx context.Context, typeName string, selections ast.SelectionSet) []graphql.CollectedField {
	operation, of := graphql.GetOperationContext(ctx), t[typeName]
	if s := optionsOf(ctx).selections.compiled(operation, of, selections); s != nil {
		return s.fields
	}
	return graphql.CollectFields(operation, selections, of.Satisfies)
}

// ReadArguments returns the arguments of a field of a type as its resolver will get
// them, before the field runs, or the error that the field will end with.
func (t Types) ReadArguments(ctx context.Context, typeName string, field graphql.CollectedField, variables map[string]any) (map[string]any, error) {
	read := t[typeName].Arguments[field.Name]
	if read == nil {
		return nil, nil
	}
	return read(ctx, field.ArgumentMap(variables))
}

// Selections are the compiled selections of one document. They are safe for
// concurrent use.
type Selections struct {
	kept      sync.Map // from the first ast.Selection of a selection set to a list of *selection
	mu        sync.Mutex
	remaining atomic.Int64 // fields that may still be compiled
}

// NewSelections returns selections that will have no more than about this number of
// fields, each of which takes up to BytesPerField of memory with its share of the
// rest. What is beyond that is not compiled, and goes gqlgen's way.
func NewSelections(fields int) *Selections {
	s := &Selections{}
	s.remaining.Store(int64(fields))
	return s
}

// BytesPerField is what a compiled field takes at most.
const BytesPerField = 256

// maxVariants is how many selections with the same start are compiled, which differ
// in their types, conditions and ends.
const maxVariants = 16

// selection is what one selection set selects on objects of one type, compiled.
type selection struct {
	of         *Type
	set        ast.SelectionSet
	conditions []condition
	next       *selection // of those with the same start

	fields   []graphql.CollectedField
	template atomic.Pointer[template] // nil: no such object was written yet
	size     atomic.Int64             // in bytes, of the object that was written last
}

// condition is the value of a variable of a @skip or @include that a selection was
// compiled with.
type condition struct {
	variable string
	value    any
}

// compiled returns the compiled selection of a set on a type, or nil when there can
// be none.
func (s *Selections) compiled(operation *graphql.OperationContext, of *Type, set ast.SelectionSet) *selection {
	if s == nil || len(set) == 0 {
		return nil
	}
	found := s.find(operation, of, set)
	if found == nil && s.remaining.Load() > 0 {
		s.mu.Lock()
		defer s.mu.Unlock()
		found = s.findOrCompile(operation, of, set)
	}
	if found == nil || found.fields == nil {
		return nil
	}
	return found
}

// find returns the selection, if it is compiled. Selection sets come as copies, so
// it is their elements that are compared.
func (s *Selections) find(operation *graphql.OperationContext, of *Type, set ast.SelectionSet) *selection {
	first, _ := s.kept.Load(set[0])
	candidate, _ := first.(*selection)
	for candidate != nil && !candidate.fits(operation, of, set) {
		candidate = candidate.next
	}
	return candidate
}

func (s *selection) fits(operation *graphql.OperationContext, of *Type, set ast.SelectionSet) bool {
	if s.of != of || !slices.Equal(s.set, set) {
		return false
	}
	for _, c := range s.conditions {
		if operation.Variables[c.variable] != c.value {
			return false
		}
	}
	return true
}

// findOrCompile returns the selection, which has no fields where they cannot be
// known beforehand, or nil when there is no room for it. The caller holds the lock.
func (s *Selections) findOrCompile(operation *graphql.OperationContext, of *Type, set ast.SelectionSet) *selection {
	if found := s.find(operation, of, set); found != nil {
		return found
	}
	compiled := &selection{of: of, set: set}
	variants := 0
	if first, ok := s.kept.Load(set[0]); ok {
		compiled.next = first.(*selection)
		for other := compiled.next; other != nil; other = other.next {
			variants++
		}
	}
	if s.remaining.Load() <= 0 || variants >= maxVariants {
		return nil
	}
	conditions := conditions{variables: operation.Variables}
	if conditions.in(set) {
		compiled.fields = graphql.CollectFields(operation, set, of.Satisfies)
	}
	compiled.conditions = conditions.found
	s.remaining.Add(-1 - int64(len(compiled.fields)))
	s.kept.Store(set[0], compiled)
	return compiled
}

// conditions collects what @skip and @include depend on.
type conditions struct {
	variables map[string]any
	found     []condition
	fragments []*ast.FragmentDefinition // that were looked at
}

// in looks at a selection set and everything below. It reports whether what is
// selected depends on nothing but the conditions found.
func (c *conditions) in(selections ast.SelectionSet) bool {
	for _, selection := range selections {
		var directives ast.DirectiveList
		var below ast.SelectionSet
		switch selection := selection.(type) {
		case *ast.Field:
			directives, below = selection.Directives, selection.SelectionSet
		case *ast.InlineFragment:
			directives, below = selection.Directives, selection.SelectionSet
		case *ast.FragmentSpread:
			directives = selection.Directives
			if selection.Definition == nil {
				return false
			}
			if !slices.Contains(c.fragments, selection.Definition) {
				c.fragments = append(c.fragments, selection.Definition)
				below = selection.Definition.SelectionSet
			}
		}
		if slices.ContainsFunc(directives, func(d *ast.Directive) bool { return !c.of(d) }) || !c.in(below) {
			return false
		}
	}
	return true
}

func (c *conditions) of(directive *ast.Directive) bool {
	argument := directive.Arguments.ForName("if")
	if directive.Name != "skip" && directive.Name != "include" || argument == nil {
		return false
	}
	if argument.Value.Kind != ast.Variable {
		return true
	}
	found := condition{argument.Value.Raw, c.variables[argument.Value.Raw]}
	if !slices.Contains(c.found, found) {
		c.found = append(c.found, found)
	}
	_, ok := found.value.(bool)
	return ok
}
