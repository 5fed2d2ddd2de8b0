package graph

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Most of an answer is plain data: values that are there, selected without any
// condition. gqlgen resolves each of them as if it might have to wait for it.
// Here what is selected on an object is planned once for a document, and the
// plain part of it is then written in one go, into one piece of memory, by the
// functions of plain_generated.go. What is left over, fields that have resolvers and
// whatever is above them, goes gqlgen's way; so does the whole of an object
// that has anything extraordinary about it, such as an error or a null where
// none may be. Errors, their paths and what becomes null are thus gqlgen's alone.

// plainType is what plans know of an object type; plain_generated.go has one of each.
type plainType struct {
	name      string
	satisfies []string // the names of types that fragments on it may have
	fields    map[string]plainField
}

// plainField is a field whose value the Go object has at hand.
type plainField struct {
	index int      // which case it is in the function that writes the type
	below []string // the types of objects that it may hold
	args  func(*executionContext, context.Context, map[string]any) (map[string]any, error)
}

// Plans are the plans for the selections of one document. They are safe for
// concurrent use.
type Plans struct {
	kept sync.Map // from the first ast.Selection of a selection set to a list of *plan
	mu   sync.Mutex
	room atomic.Int64 // for how many more fields
}

// NewPlans returns plans that will have no more than about so many fields, each
// of which takes up to BytesPerField of memory with its share of the rest. What
// is beyond that is not planned, and goes gqlgen's way.
func NewPlans(fields int) *Plans {
	p := &Plans{}
	p.room.Store(int64(fields))
	return p
}

// BytesPerField is what a planned field takes at most.
const BytesPerField = 256

const (
	roomOfOperation     = 4096 // in fields, of plans that are used once
	mostPlansOfOneStart = 16   // which differ in their types, conditions and ends
)

// plan is what is selected on objects of one type by one selection set.
type plan struct {
	of         *plainType
	selections ast.SelectionSet
	conditions []condition
	next       *plan // of those with the same first selection

	fields []graphql.CollectedField
	layout atomic.Pointer[layout] // nil: nobody has written such an object yet
	size   atomic.Int64           // of the object that was written last, in bytes
}

// condition is what a plan takes for granted about a variable of a @skip or @include.
type condition struct {
	variable string
	value    any
}

// execution is what an operation carries of this package.
type execution struct {
	plans      *Plans
	isPlanned  bool // plans are set, if only to none
	sequential bool
	answer     *Answer
}

const executionKey = "execution"

// executionOf returns what the operation carries. Code that sets something of it
// does so before the operation runs.
func executionOf(operation *graphql.OperationContext) *execution {
	e, ok := operation.Stats.GetExtension(executionKey).(*execution)
	if !ok {
		e = &execution{}
		operation.Stats.SetExtension(executionKey, e)
	}
	return e
}

// Use makes the operation use the plans. A nil p makes it use none.
func (p *Plans) Use(operation *graphql.OperationContext) {
	e := executionOf(operation)
	e.plans, e.isPlanned = p, true
}

// EnsurePlans gives the operation plans of its own unless it uses some.
func EnsurePlans(operation *graphql.OperationContext) {
	if !executionOf(operation).isPlanned {
		NewPlans(roomOfOperation).Use(operation)
	}
}

// anything stands for all types at once.
var anything = &plainType{}

// CollectFields does what graphql.CollectFields does for objects of a type, or
// with "" for all of them, but once for all requests that send the document.
// The result is shared and must not be changed.
func CollectFields(operation *graphql.OperationContext, typeName string, selections ast.SelectionSet) []graphql.CollectedField {
	of := anything
	if typeName != "" {
		of = plainTypes[typeName]
	}
	if p := executionOf(operation).plans.collected(operation, of, selections); p != nil {
		return p.fields
	}
	return graphql.CollectFields(operation, selections, of.satisfies)
}

// collected returns the plan for the selections on a type, or nil when there
// can be none.
func (p *Plans) collected(operation *graphql.OperationContext, of *plainType, selections ast.SelectionSet) *plan {
	if p == nil || len(selections) == 0 {
		return nil
	}
	found := p.find(operation, of, selections)
	if found == nil && p.room.Load() > 0 {
		p.mu.Lock()
		defer p.mu.Unlock()
		found = p.findOrMake(operation, of, selections)
	}
	if found == nil || found.fields == nil {
		return nil
	}
	return found
}

// find returns the plan, if it was made. Selection sets come as copies, so it
// is their elements that are compared.
func (p *Plans) find(operation *graphql.OperationContext, of *plainType, selections ast.SelectionSet) *plan {
	first, _ := p.kept.Load(selections[0])
	candidate, _ := first.(*plan)
	for candidate != nil && !candidate.fits(operation, of, selections) {
		candidate = candidate.next
	}
	return candidate
}

func (p *plan) fits(operation *graphql.OperationContext, of *plainType, selections ast.SelectionSet) bool {
	if p.of != of || !slices.Equal(p.selections, selections) {
		return false
	}
	for _, c := range p.conditions {
		if operation.Variables[c.variable] != c.value {
			return false
		}
	}
	return true
}

// findOrMake returns the plan, which has no fields where nobody can tell them
// beforehand, or nil when there is no room for it. The caller holds the lock.
func (p *Plans) findOrMake(operation *graphql.OperationContext, of *plainType, selections ast.SelectionSet) *plan {
	if found := p.find(operation, of, selections); found != nil {
		return found
	}
	made := &plan{of: of, selections: selections}
	length := 0
	if first, ok := p.kept.Load(selections[0]); ok {
		made.next = first.(*plan)
		for other := made.next; other != nil; other = other.next {
			length++
		}
	}
	if p.room.Load() <= 0 || length >= mostPlansOfOneStart {
		return nil
	}
	conditions := conditions{variables: operation.Variables}
	if conditions.in(selections) {
		made.fields = graphql.CollectFields(operation, selections, of.satisfies)
	}
	made.conditions = conditions.found
	p.room.Add(-1 - int64(len(made.fields)))
	p.kept.Store(selections[0], made)
	return made
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
