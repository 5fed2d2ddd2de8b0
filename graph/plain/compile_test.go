package plain

import (
	"bytes"
	"slices"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// A compiled selection is found by all elements of its set, whichever slice they come in.
func TestSelectionsAreFoundExactly(t *testing.T) {
	t.Parallel()
	task, stage := &Type{Name: "Task", Satisfies: []string{"Task"}}, &Type{Name: "Stage", Satisfies: []string{"Stage"}}
	selections := NewSelections(1000)
	find := func(of *Type, set ...ast.Selection) *selection {
		return selections.compiled(&graphql.OperationContext{}, of, set)
	}
	field := func(name string) *ast.Field { return &ast.Field{Name: name, Alias: name} }
	a, b, c := field("a"), field("b"), field("c")
	compiled := find(task, a, b, c)
	if compiled == nil || find(task, slices.Clone([]ast.Selection{a, b, c})...) != compiled {
		t.Error("the selection is not found again")
	}
	others := []*selection{
		find(task, a, b), find(task, a, c, b), find(task, a, b, b), find(task, b, c, a), find(stage, a, b, c), find(task, a, b, field("c")),
	}
	for i, other := range others {
		if other == nil || other == compiled || slices.Contains(others[:i], other) {
			t.Errorf("other selections %d are %p, the first are %p", i, other, compiled)
		}
	}
}

// A panic is left to gqlgen, where it happens again.
func TestPanicsAreLeft(t *testing.T) {
	t.Parallel()
	all := &template{chunks: make([]Chunk, 1)}
	if _, ok := write(nil, all, nil, 0, func([]byte, *Object, *Chunk, int) ([]byte, bool) { panic("x") }); ok {
		t.Error("written in spite of a panic")
	}
}

func FuzzAppendString(f *testing.F) {
	f.Add("a\"b\\c/d\t\n\r\b\f\x00\x1f\x7f<>&'\u2028\u2029é😀\xff\xc3")
	f.Fuzz(func(t *testing.T, s string) {
		want := AppendMarshaler([]byte("x"), graphql.MarshalString(s))
		if got := AppendString([]byte("x"), s); !bytes.Equal(got, want) {
			t.Errorf("%q: got %s, want %s", s, got, want)
		}
	})
}
