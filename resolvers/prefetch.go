package resolvers

import (
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/upstream"
)

// A page of opportunities is one portal call; what its fields need beyond that
// is one look-up for each opportunity or contact. Before the first field asks,
// prefetching finds out from the selection and the objects at hand, by the rows
// of the table, which look-ups the fields are about to make. Those of one step
// go out together, in as few calls as the portal allows; when the values of one
// kind have come, the next step starts with them, before any field sees them. So
// a path with k fields that need look-ups takes k steps, however long its lists.

// row is how one field of a type is prefetched: by look-ups, or by walking on
// through what its object holds.
type row interface {
	// collect adds what the field needs of each object to the step.
	collect(s *step, field graphql.CollectedField, objects []any)
	// cost is what the field costs beyond its object; nil for what the object holds.
	cost() *cost
}

// cost is that of a field that takes a further portal call.
type cost struct {
	weight  int      // see graph/cost.graphqls
	call    string   // which fields of one object share; "" for none
	several bool     // look-ups for one object
	when    string   // only when this argument is given; "" for always
	factors []string // arguments whose entries take a call each
}

// batched is a batch of any key and value type.
type batched interface {
	size() int
	start(seat *upstream.Seat)
	startAlone()
}

// step is the look-ups that go out together.
type step struct {
	execution *execution
	batches   []batched
	last      []func() // collect what depends on what else is asked for
}

// prefetch starts what fill collects. It returns a bug in that as an error, and
// starts what was collected before.
func (r *execution) prefetch(fill func(s *step)) (err error) {
	s := &step{execution: r}
	defer s.start()
	defer func() {
		if bug := recover(); bug != nil {
			err = Recover(r.ctx, bug)
		}
	}()
	s.fill(fill)
	return nil
}

func (s *step) fill(fill func(s *step)) {
	fill(s)
	for _, collect := range s.last {
		collect()
	}
}

// start reads the batches, as one group.
func (s *step) start() {
	seats := s.execution.caller.Group(s.execution.ctx, len(s.batches))
	for i, b := range s.batches {
		b.start(seats[i])
	}
}

// prefetchRoots starts the look-ups of the operation's root fields. A lone key is
// left to its field, which runs next.
func (r *execution) prefetchRoots() {
	if r.analysis.lone || r.operation.Operation.Operation != ast.Query {
		return // a lone field asks just as soon
	}
	s := &step{execution: r}
	s.fill(func(s *step) { s.walk(r.operation.Operation.SelectionSet, []any{root{}}) })
	if len(s.batches) == 1 && s.batches[0].size() == 1 {
		s.batches[0].startAlone()
		return
	}
	s.start()
}

// root is the object that the fields of Query are of.
type root struct{}

// walk collects what is selected on the objects, which may be of several types.
func (s *step) walk(selections ast.SelectionSet, objects []any) {
	for len(objects) > 0 {
		name := typeName(objects[0])
		same, others := objects, []any(nil)
		for i, object := range objects {
			if typeName(object) != name {
				same, others = partition(objects, i, name)
				break
			}
		}
		rows := table[name]
		for _, field := range graph.Types.CollectFields(s.execution.ctx, name, selections) {
			if row := rows[field.Name]; row != nil {
				row.collect(s, field, same)
			}
		}
		objects = others
	}
}

// partition splits objects, the first n of which are of the type.
func partition(objects []any, n int, name string) (same, others []any) {
	same = append(same, objects[:n]...)
	for _, object := range objects[n:] {
		if typeName(object) == name {
			same = append(same, object)
		} else {
			others = append(others, object)
		}
	}
	return same, others
}

// embedded is a field whose values its object holds.
type embedded[O any] struct {
	objects func(object O, add func(object any))
}

func (e embedded[O]) cost() *cost { return nil }

func (e embedded[O]) collect(s *step, field graphql.CollectedField, objects []any) {
	if !s.execution.analysis.costs(field.Selections) {
		return
	}
	var below []any
	for _, object := range objects {
		e.objects(object.(O), func(object any) { below = append(below, object) })
	}
	s.walk(field.Selections, below)
}

// lookUp is a field that needs look-ups.
type lookUp[O any, K comparable, V any] struct {
	by *loader[K, V]
	// keys calls want with each key that the field needs of object. What the
	// field will refuse, it leaves out.
	keys    func(a *selected, object O, want func(key K))
	objects func(value V, add func(object any)) // nil: nothing below has fields of its own
	shared  string                              // see cost.call
	free    bool                                // costs nothing: the root fields that look up by id
	several bool                                // see cost.several
	when    string                              // see cost.when
	factors []string                            // see cost.factors
}

// selected is a field that look-ups are for.
type selected struct {
	execution *execution
	typeName  string
	field     graphql.CollectedField

	read  bool
	given map[string]any // its arguments
	err   error          // why they cannot be read, which the field will say
}

// argument returns an argument of the field; its zero value where it is not given.
func argument[T any](a *selected, name string) T {
	if !a.read {
		a.given, a.err = graph.Types.ReadArguments(a.execution.ctx, a.typeName, a.field, a.execution.operation.Variables)
		a.read = true
	}
	value, _ := a.given[name].(T)
	return value
}

// page returns the arguments that every list takes.
func (a *selected) page() pageArguments {
	return pageArguments{argument[*int](a, "first"), argument[*string](a, "after")}
}

// id returns the argument of that name, an ID, as its resolver will get it. It is
// read by itself, which takes less.
func (a *selected) id(name string) string {
	given := a.field.Arguments.ForName(name)
	if given == nil {
		return ""
	}
	value, err := given.Value.Value(a.execution.operation.Variables)
	if err != nil {
		return ""
	}
	text, _ := graphql.UnmarshalID(value)
	return text
}

// weightOfCall is what a further portal call costs.
const weightOfCall = 5

func (l lookUp[O, K, V]) cost() *cost {
	c := &cost{weight: weightOfCall, call: l.shared, several: l.several, when: l.when, factors: l.factors}
	if l.free {
		c.weight = 0
	}
	return c
}

func (l lookUp[O, K, V]) collect(s *step, field graphql.CollectedField, objects []any) {
	r := s.execution
	of := l.by.of(r)
	a := &selected{execution: r, typeName: typeName(objects[0]), field: field}
	var next *continuation[V]
	if l.objects != nil && r.analysis.costs(field.Selections) {
		next = &continuation[V]{func(s *step, values []V) { l.below(s, field, values) }}
	}
	var ready []V
	want := func(key K) {
		if a.err != nil {
			return
		}
		if value, ok := of.want(s, key, next); ok && next != nil {
			ready = append(ready, value)
		}
	}
	for i, object := range objects {
		if i%64 == 0 && (r.ctx.Err() != nil || r.mayLookUp() != nil || r.caller.SignedIn() != nil) {
			break // the operation has ended, or the fields report why
		}
		l.keys(a, object.(O), want)
	}
	if len(ready) > 0 {
		l.below(s, field, ready)
	}
}

// below collects what is selected on values of the field.
func (l lookUp[O, K, V]) below(s *step, field graphql.CollectedField, values []V) {
	var objects []any
	for _, value := range values {
		l.objects(value, func(object any) { objects = append(objects, object) })
	}
	s.walk(field.Selections, objects)
}

// dependent is a root field whose look-up depends on the id that its argument has.
type dependent struct {
	free bool // see lookUp.free
	// row returns how what the id names is looked up; nil for an id that the field
	// will refuse, or that needs no look-up.
	row func(a *selected) row
}

func (d dependent) cost() *cost {
	if d.free {
		return &cost{}
	}
	return &cost{weight: weightOfCall}
}

func (d dependent) collect(s *step, field graphql.CollectedField, objects []any) {
	if row := d.row(&selected{execution: s.execution, field: field}); row != nil {
		row.collect(s, field, objects)
	}
}

// fallback is a field whose look-ups depend on what else the step asks for.
type fallback struct{ row }

func (f fallback) collect(s *step, field graphql.CollectedField, objects []any) {
	s.last = append(s.last, func() { f.row.collect(s, field, objects) })
}
