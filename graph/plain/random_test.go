package plain_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/graph/plain"
	"onlyoffice-graphql/upstream"
)

// writer writes selections at random: fields with aliases and without, fragments
// on all types that fit, directives.
type writer struct {
	*rand.Rand
	schema *ast.Schema
}

func (w writer) selection(of *ast.Definition, depth int) string {
	var b strings.Builder
	for range 1 + w.IntN(6) {
		field := of.Fields[w.IntN(len(of.Fields))]
		below := w.schema.Types[field.Type.Name()]
		alias := ""
		if w.IntN(3) == 0 {
			alias = fmt.Sprintf("a%d: ", w.IntN(1e9))
		}
		switch {
		case w.IntN(10) == 0:
			fmt.Fprint(&b, alias, "__typename", w.directive())
		case w.IntN(5) == 0 && depth > 0:
			on := w.schema.Types[w.fitting(of)]
			fmt.Fprint(&b, "... on ", on.Name, w.directive(), w.selection(on, depth-1))
		case !w.isAnswered(of, field):
		case !below.IsCompositeType():
			fmt.Fprint(&b, alias, field.Name, w.directive())
		case depth > 0:
			fmt.Fprint(&b, alias, field.Name, w.directive(), w.selection(below, depth-1))
		}
		b.WriteByte(' ')
	}
	return " { __typename " + b.String() + "}"
}

// fitting returns the name of a type that a fragment within a type may have.
func (w writer) fitting(of *ast.Definition) string {
	names := append([]string{of.Name}, of.Interfaces...)
	for _, possible := range w.schema.GetPossibleTypes(of) {
		names = append(names, possible.Name)
	}
	return names[w.IntN(len(names))]
}

// isAnswered reports whether a field has a value, or a resolver in these tests.
func (w writer) isAnswered(of *ast.Definition, field *ast.FieldDefinition) bool {
	for _, possible := range w.schema.GetPossibleTypes(of) {
		if known := graph.Types[possible.Name]; known != nil { // an interface is possible too
			_, isPlain := known.Fields[field.Name]
			if !isPlain && (possible.Name != "Opportunity" || field.Name != "tags") {
				return false
			}
		}
	}
	return true
}

func (w writer) directive() string {
	if w.IntN(6) > 0 {
		return ""
	}
	name, value := []string{"skip", "include"}, []string{"true", "false", "$a", "$b"}
	return fmt.Sprintf(" @%s(if: %s)", name[w.IntN(2)], value[w.IntN(4)])
}

// TestPlainInRandomDocuments compares what is written at once with what gqlgen does,
// for documents that no person would write.
func TestPlainInRandomDocuments(t *testing.T) {
	t.Parallel()
	schema := graph.NewExecutableSchema(graph.Config{}).Schema()
	objects := []*upstream.Opportunity{
		opportunity(),
		{},
		opportunity(func(o *upstream.Opportunity) { o.Stage.ID, o.ID = 0, 5 }),
		opportunity(func(o *upstream.Opportunity) { o.Members[0].ID = 0 }),
		opportunity(func(o *upstream.Opportunity) { o.Stage.SortOrder, o.Contact.ID, o.CreateBy.ID = nil, 0, "" }),
	}
	plains, failed := 0, 0
	for seed := range uint64(500) {
		w := writer{rand.New(rand.NewPCG(seed, 0)), schema}
		text := "query($a: Boolean!, $b: Boolean!) { a: __typename @skip(if: $a) b: __typename @skip(if: $b) ..." + w.selection(schema.Types["Opportunity"], 4) + " }"
		a, err := parse("opportunity(id:1)", text)
		if err != nil {
			if !strings.Contains(err.Error(), "conflict") {
				t.Fatalf("%s: %v", text, err)
			}
			continue
		}
		selections := plain.NewSelections(1 + w.IntN(300))
		for i := range 8 {
			variables := map[string]any{"a": i&1 > 0, "b": i&2 > 0}
			o := objects[w.IntN(len(objects))]
			want, _ := a.answer(o, variables, nil)
			got, isPlain := a.answer(o, variables, selections)
			if sorted(got) != sorted(want) {
				t.Fatalf("seed %d, %v: %s\ngot %s\nwant %s", seed, variables, text, got, want)
			}
			if isPlain {
				plains++
			}
			if strings.Contains(want, "\n") {
				failed++
			}
		}
	}
	if plains < 1000 || failed < 200 {
		t.Errorf("only %d answers are plain, and only %d have errors", plains, failed)
	}
}

// sorted brings errors into an order; concurrent fields leave them in any.
func sorted(answer string) string {
	lines := strings.Split(answer, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
