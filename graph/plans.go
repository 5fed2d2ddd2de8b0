package graph

import (
	"bytes"
	"context"
	"io"
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
// functions of plain.go. What is left over, fields that have resolvers and
// whatever is above them, goes gqlgen's way; so does the whole of an object
// that has anything extraordinary about it, such as an error or a null where
// none may be. Errors, their paths and what becomes null are thus gqlgen's alone.

// plainType is what plans know of an object type; plain.go has one of each.
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

// layout is how objects of a plan are written.
type layout struct {
	runs  []run                    // of plain fields, with a field that is left after each but the last; none: gqlgen's way
	left  []graphql.CollectedField // to gqlgen
	fixed *object                  // what all objects begin as when no field is plain
}

// condition is what a plan takes for granted about a variable of a @skip or @include.
type condition struct {
	variable string
	value    any
}

// run is a part of an object that is written at once.
type run struct {
	members []member
	tail    string // what follows the last of them
}

// member is a plain field of an object.
type member struct {
	text  string // what goes before the value: a comma, the name, a colon
	index int
	Args  map[string]any // named for the code that gqlgen generates
	below []*run         // for each type of plainField.below
}

const plansKey = "plans"

// Use makes the operation use the plans. A nil p makes it use none.
func (p *Plans) Use(operation *graphql.OperationContext) { operation.Stats.SetExtension(plansKey, p) }

// EnsurePlans gives the operation plans of its own unless it uses some.
func EnsurePlans(operation *graphql.OperationContext) {
	if operation.Stats.GetExtension(plansKey) == nil {
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
	if p := plansOf(operation).collected(operation, of, selections); p != nil {
		return p.fields
	}
	return graphql.CollectFields(operation, selections, of.satisfies)
}

func plansOf(operation *graphql.OperationContext) *Plans {
	plans, _ := operation.Stats.GetExtension(plansKey).(*Plans)
	return plans
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

// layoutOf returns how objects of a plan are written.
func (p *Plans) layoutOf(ctx context.Context, ec *executionContext, plan *plan) *layout {
	if made := plan.layout.Load(); made != nil {
		return made
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.findOrMakeLayout(ctx, ec, plan)
}

// findOrMakeLayout does so for a caller that holds the lock.
func (p *Plans) findOrMakeLayout(ctx context.Context, ec *executionContext, plan *plan) *layout {
	made := plan.layout.Load()
	if made == nil {
		made = p.newLayout(ctx, ec, plan)
		plan.layout.Store(made)
	}
	return made
}

// newLayout goes gqlgen's way with two fields of one alias.
func (p *Plans) newLayout(ctx context.Context, ec *executionContext, plan *plan) *layout {
	made := &layout{}
	var members []member
	text, plain := "{", false
	for i, field := range plan.fields {
		if repeats(plan.fields, i) {
			return &layout{}
		}
		if i > 0 {
			text += ","
		}
		text += `"` + field.Alias + `":`
		if field.Name == "__typename" {
			text += `"` + plan.of.name + `"`
			continue
		}
		if m, ok := p.member(ctx, ec, plan.of, field); ok {
			m.text, text, plain = text, "", true
			members = append(members, m)
			continue
		}
		made.runs = append(made.runs, run{slices.Clone(members), text})
		made.left = append(made.left, field)
		members, text = members[:0], ""
	}
	made.runs = slices.Clone(append(made.runs, run{slices.Clone(members), text + "}"}))
	made.left = slices.Clone(made.left)
	if !plain {
		made.fixed, _ = write(made, nil, nil, func(b []byte, r *run, _ any) ([]byte, bool) { return append(b, r.tail...), true })
	}
	return made
}

// member returns how a field is written, if it is plain with all below it.
func (p *Plans) member(ctx context.Context, ec *executionContext, of *plainType, field graphql.CollectedField) (member, bool) {
	known, ok := of.fields[field.Name]
	if !ok {
		return member{}, false
	}
	m := member{index: known.index}
	if known.args != nil {
		if slices.ContainsFunc(field.Arguments, func(a *ast.Argument) bool { return hasVariable(a.Value) }) {
			return member{}, false
		}
		var err error
		if m.Args, err = known.args(ec, ctx, field.ArgumentMap(nil)); err != nil {
			return member{}, false
		}
	}
	for _, name := range known.below {
		below := p.findOrMake(ec.OperationContext, plainTypes[name], field.Selections)
		if below == nil || below.fields == nil {
			return member{}, false
		}
		layout := p.findOrMakeLayout(ctx, ec, below)
		if !layout.isPlain() {
			return member{}, false
		}
		m.below = append(m.below, &layout.runs[0])
	}
	return m, true
}

// isPlain reports whether all is written at once.
func (l *layout) isPlain() bool { return len(l.runs) == 1 }

func hasVariable(value *ast.Value) bool {
	return value.Kind == ast.Variable ||
		slices.ContainsFunc(value.Children, func(c *ast.ChildValue) bool { return hasVariable(c.Value) })
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

// object is an object whose plain fields are written.
type object struct {
	text   []byte
	gaps   []int // where in text each value goes; less than 0: nowhere
	values []graphql.Marshaler
}

// MarshalGQL writes the object.
func (o *object) MarshalGQL(w io.Writer) {
	from := 0
	for i, gap := range o.gaps {
		if gap >= 0 {
			_, _ = w.Write(o.text[from:gap])
			o.values[i].MarshalGQL(w)
			from = gap
		}
	}
	_, _ = w.Write(o.text[from:])
}

// begin writes the plain fields of obj, and returns the object with the fields
// that are left; their values make it complete.
func begin[T any](ctx context.Context, ec *executionContext, of *plainType, sel ast.SelectionSet, obj T, appendRun func([]byte, *run, T) ([]byte, bool)) ([]graphql.CollectedField, *object) {
	plans := plansOf(ec.OperationContext)
	p := plans.collected(ec.OperationContext, of, sel)
	if p == nil {
		fields := graphql.CollectFields(ec.OperationContext, sel, of.satisfies)
		return fields, frame(fields)
	}
	layout := plans.layoutOf(ctx, ec, p)
	if layout.fixed != nil {
		o := *layout.fixed
		return layout.left, &o
	}
	if o, ok := write(layout, make([]byte, 0, p.size.Load()), obj, appendRun); ok {
		p.wrote(len(o.text))
		return layout.left, o
	}
	return p.fields, frame(p.fields)
}

// write writes the runs of a layout. It is not ok when obj has to go gqlgen's
// way; so it is after a panic, which will come again there and be reported.
func write[T any](l *layout, text []byte, obj T, appendRun func([]byte, *run, T) ([]byte, bool)) (o *object, ok bool) {
	defer func() {
		if recover() != nil {
			o, ok = nil, false
		}
	}()
	if len(l.runs) == 0 {
		return nil, false
	}
	o = &object{}
	if len(l.left) > 0 {
		o.gaps = make([]int, len(l.left))
	}
	for i := range l.runs {
		if text, ok = appendRun(text, &l.runs[i], obj); !ok {
			return nil, false
		}
		if i < len(l.left) {
			o.gaps[i] = len(text)
		}
	}
	o.text = text
	return o, true
}

// frame returns an object of which nothing is written but the names.
func frame(fields []graphql.CollectedField) *object {
	o := &object{text: []byte{'{'}, gaps: make([]int, len(fields))}
	for i := range fields {
		if repeats(fields, i) {
			o.gaps[i] = -1
			continue
		}
		if len(o.text) > 1 {
			o.text = append(o.text, ',')
		}
		o.text = append(append(append(o.text, '"'), fields[i].Alias...), '"', ':')
		o.gaps[i] = len(o.text)
	}
	o.text = append(o.text, '}')
	return o
}

// repeats reports whether a field before has the alias of the i-th, as one may
// that was asked of another type. Only the first is written.
func repeats(fields []graphql.CollectedField, i int) bool {
	for j := range fields[:i] {
		if fields[j].Alias == fields[i].Alias {
			return true
		}
	}
	return false
}

// whole writes a list of objects, or returns nil when it has to go gqlgen's way.
func whole[E any](ctx context.Context, ec *executionContext, sel ast.SelectionSet, list []E, appendList func([]byte, *member, []E) ([]byte, bool), types ...*plainType) graphql.Marshaler {
	if len(list) == 0 {
		return nil
	}
	plans := plansOf(ec.OperationContext)
	m := member{below: make([]*run, len(types))}
	var p *plan
	size := int64(0)
	for i, of := range types {
		if p = plans.collected(ec.OperationContext, of, sel); p == nil {
			return nil
		}
		layout := plans.layoutOf(ctx, ec, p)
		if !layout.isPlain() {
			return nil
		}
		m.below[i] = &layout.runs[0]
		size = max(size, p.size.Load())
	}
	all := &layout{runs: make([]run, 1)}
	o, ok := write(all, make([]byte, 0, int64(len(list))*(size+1)+2), list, func(b []byte, _ *run, list []E) ([]byte, bool) {
		return appendList(b, &m, list)
	})
	if !ok {
		return nil
	}
	p.wrote(len(o.text) / len(list))
	return o
}

// wrote notes the size of an object, for the next one. Requests share the
// plan: it is left alone where the size is much the same.
func (p *plan) wrote(size int) {
	if kept := int(p.size.Load()); size > kept || size < kept/2 {
		p.size.Store(int64(size + size/8 + 16))
	}
}

// deferredGroup returns the group of those fields that are deferred; for none
// it costs nothing.
func deferredGroup(ctx context.Context, fields []graphql.CollectedField) graphql.DeferredGroup {
	for i := range fields {
		if len(fields[i].Deferrables) > 0 {
			return graphql.NewDeferredGroup(ctx)
		}
	}
	return graphql.DeferredGroup{}
}

// The functions below append what gqlgen's marshallers write.

func appendString(b []byte, s string) []byte {
	const hex = "0123456789ABCDEF"
	b = append(b, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '\\' && c != '"' {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		switch c {
		case '\t':
			b = append(b, `\t`...)
		case '\r':
			b = append(b, `\r`...)
		case '\n':
			b = append(b, `\n`...)
		case '\\', '"':
			b = append(b, '\\', c)
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xf])
		}
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

// appendMarshaler appends what has no function of its own.
func appendMarshaler(b []byte, m graphql.Marshaler) []byte {
	buffer := bytes.NewBuffer(b)
	m.MarshalGQL(buffer)
	return buffer.Bytes()
}
