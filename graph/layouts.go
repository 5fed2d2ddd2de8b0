package graph

import (
	"context"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// layout is how objects of a plan are written.
type layout struct {
	runs  []run                    // of plain fields, with a field that is left after each but the last; none: gqlgen's way
	left  []graphql.CollectedField // to gqlgen
	fixed *object                  // what all objects begin as when no field is plain
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
		made.fixed, _ = write(nil, made, nil, nil, func(b []byte, _ *object, r *run, _ any) ([]byte, bool) { return append(b, r.tail...), true })
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
