package plain

import (
	"context"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// template is how objects of a selection are written.
type template struct {
	chunks   []Chunk                  // between each two stands a pending field; none: not compiled, everything is pending
	pending  []graphql.CollectedField // those that gqlgen resolves
	constant *Object                  // the text and holes of all objects where no field is plain
}

// Chunk is a part of an object's text that is written at once.
type Chunk struct {
	Members []Member
	Tail    string // what follows the last of them
}

// Member is a plain field of an object.
type Member struct {
	Text  string // what stands before the value: a comma, the name, a colon
	Index int    // Field.Index
	Args  map[string]any
	Below []*Chunk // for each type of Field.Below
}

// templateOf returns the template of a selection.
func (s *Selections) templateOf(ctx context.Context, operation *graphql.OperationContext, of *selection) *template {
	if t := of.template.Load(); t != nil {
		return t
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.findOrMakeTemplate(ctx, operation, of)
}

// findOrMakeTemplate does so for a caller that holds the lock.
func (s *Selections) findOrMakeTemplate(ctx context.Context, operation *graphql.OperationContext, of *selection) *template {
	t := of.template.Load()
	if t == nil {
		t = s.newTemplate(ctx, operation, of)
		of.template.Store(t)
	}
	return t
}

// newTemplate compiles a selection. The template is empty when two fields share an
// alias.
func (s *Selections) newTemplate(ctx context.Context, operation *graphql.OperationContext, of *selection) *template {
	t := &template{}
	var members []Member
	text, plain := "{", false
	for i, field := range of.fields {
		if repeats(of.fields, i) {
			return &template{}
		}
		if i > 0 {
			text += ","
		}
		text += `"` + field.Alias + `":`
		if field.Name == "__typename" {
			text += `"` + of.of.Name + `"`
			continue
		}
		if m, ok := s.member(ctx, operation, of.of, field); ok {
			m.Text, text, plain = text, "", true
			members = append(members, m)
			continue
		}
		t.chunks = append(t.chunks, Chunk{slices.Clone(members), text})
		t.pending = append(t.pending, field)
		members, text = members[:0], ""
	}
	t.chunks = slices.Clone(append(t.chunks, Chunk{slices.Clone(members), text + "}"}))
	t.pending = slices.Clone(t.pending)
	if !plain {
		t.constant, _ = write(nil, t, nil, nil, func(b []byte, _ *Object, c *Chunk, _ any) ([]byte, bool) { return append(b, c.Tail...), true })
	}
	return t
}

// member returns how a field is written, if it is plain with all below it.
func (s *Selections) member(ctx context.Context, operation *graphql.OperationContext, of *Type, field graphql.CollectedField) (Member, bool) {
	known, ok := of.Fields[field.Name]
	if !ok {
		return Member{}, false
	}
	m := Member{Index: known.Index}
	if read := of.Arguments[field.Name]; read != nil {
		if slices.ContainsFunc(field.Arguments, func(a *ast.Argument) bool { return hasVariable(a.Value) }) {
			return Member{}, false
		}
		var err error
		if m.Args, err = read(ctx, field.ArgumentMap(nil)); err != nil {
			return Member{}, false
		}
	}
	for _, name := range known.Below {
		below := s.findOrCompile(operation, of.all[name], field.Selections)
		if below == nil || below.fields == nil {
			return Member{}, false
		}
		t := s.findOrMakeTemplate(ctx, operation, below)
		if !t.isPlain() {
			return Member{}, false
		}
		m.Below = append(m.Below, &t.chunks[0])
	}
	return m, true
}

// isPlain reports whether nothing is pending.
func (t *template) isPlain() bool { return len(t.chunks) == 1 }

func hasVariable(value *ast.Value) bool {
	return value.Kind == ast.Variable ||
		slices.ContainsFunc(value.Children, func(c *ast.ChildValue) bool { return hasVariable(c.Value) })
}
