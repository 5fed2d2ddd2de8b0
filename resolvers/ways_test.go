package resolvers_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/resolvers"
)

// way is a chain of fields from a root field to one that needs look-ups.
type way struct {
	fields []*ast.FieldDefinition
	on     []string // the types that they are asked of
	costly int      // how many of them need look-ups
	alike  bool     // another way's last field shares the call of this one's
}

// String returns the way as it is written in steps.txt.
func (w way) String() string {
	var b strings.Builder
	for i, field := range w.fields {
		if i > 0 {
			b.WriteByte('.')
		}
		if i > 0 && w.on[i] != w.fields[i-1].Type.Name() {
			b.WriteString(w.on[i] + ":")
		}
		b.WriteString(field.Name)
	}
	return b.String()
}

// end is the same for ways whose last fields share a call.
func (w way) end() string {
	last := len(w.fields) - 1
	call := resolvers.Cost(w.on[last], w.fields[last].Name).Call
	if call == "" {
		return w.String()
	}
	return way{fields: w.fields[:last], on: w.on[:last]}.String() + w.on[last] + call
}

// isUsual reports whether the way begins as most do.
func (w way) isUsual() bool {
	return slices.Contains([]string{"opportunities", "contacts", "tasks"}, w.fields[0].Name) && w.fields[1].Name == "nodes" || w.fields[0].Name == "contact"
}

// isLong reports whether the way begins with a list, whose size may vary.
func (w way) isLong() bool {
	return w.fields[0].Arguments.ForName("first") != nil || w.fields[0].Arguments.ForName("ids") != nil
}

// query asks for the way's last field, with size items at its root.
func (w way) query(size int) string {
	var b strings.Builder
	b.WriteString("{ ")
	open := 1
	for i, field := range w.fields {
		if i > 0 && w.on[i] != w.fields[i-1].Type.Name() {
			b.WriteString("... on " + w.on[i] + " { ")
			open++
		}
		b.WriteString(field.Name)
		first := size
		if i > 0 {
			first = 3
		}
		switch {
		case field.Arguments.ForName("ids") != nil:
			var ids []string
			for id := range size {
				ids = append(ids, fmt.Sprint(firstID+id))
			}
			fmt.Fprintf(&b, "(ids: [%s])", strings.Join(ids, ","))
		case field.Arguments.ForName("nodeId") != nil:
			on := "Opportunity"
			if len(w.on) > 1 {
				on = w.on[1]
			}
			kind := map[string]string{"Opportunity": "Opportunity:3101", "Person": "Contact:2001", "Company": "Contact:1001", "Stage": "Stage:12", "Employee": "Employee:4bd35b6c-7a4e-4d6a-9c0a-2f5a4d9a7e11"}[on]
			fmt.Fprintf(&b, "(nodeId: %q)", nodeID(kind))
		case field.Name == "opportunity" && i == 0:
			b.WriteString("(id: 3101)")
		case field.Name == "stage" && i == 0:
			b.WriteString("(id: 14)")
		case field.Name == "contact" && i == 0:
			id := "1001"
			if len(w.on) > 1 && w.on[1] == "Person" {
				id = "2001"
			}
			b.WriteString("(id: " + id + ")")
		case field.Arguments.ForName("headings") != nil:
			b.WriteString("(headings: true)")
		case field.Arguments.ForName("first") != nil:
			fmt.Fprintf(&b, "(first: %d)", first)
		}
		b.WriteString(" ")
		if i < len(w.fields)-1 || isObject(field.Type.Name()) {
			b.WriteString("{ ")
			open++
		}
	}
	if isObject(w.fields[len(w.fields)-1].Type.Name()) {
		b.WriteString("__typename ")
	}
	return b.String() + strings.Repeat("} ", open)
}

func nodeID(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

var servedSchema = graph.NewExecutableSchema(graph.Config{}).Schema()

func isObject(name string) bool {
	kind := servedSchema.Types[name].Kind
	return kind == ast.Object || kind == ast.Interface
}

// ways returns all ways with up to three fields that need look-ups. None has the
// same field twice, and connections are gone through by their nodes, except at the
// root. Those with three begin where most do, and of their last fields that share a
// call they have one.
func ways() []way {
	var all []way
	ends := map[string]bool{}
	var walk func(w way)
	extend := func(w way, on string, field *ast.FieldDefinition) {
		for i := range w.fields {
			if w.fields[i].Name == field.Name && w.on[i] == on {
				return
			}
		}
		next := way{append(slices.Clone(w.fields), field), append(slices.Clone(w.on), on), w.costly, false}
		costly := resolvers.IsCostly(on, field.Name) || field.Directives.ForName("cost") != nil
		if costly {
			next.costly++
			next.alike = ends[next.end()]
			if next.costly < 3 || next.costly == 3 && !next.alike && next.isUsual() {
				ends[next.end()] = true
				all = append(all, next)
			}
			if next.costly == 3 {
				return
			}
		}
		if isObject(field.Type.Name()) {
			walk(next)
		}
	}
	walk = func(w way) {
		of := servedSchema.Types["Query"]
		if len(w.fields) > 0 {
			of = servedSchema.Types[w.fields[len(w.fields)-1].Type.Name()]
		}
		for _, field := range of.Fields {
			if strings.HasPrefix(field.Name, "__") || field.Name == "edges" && len(w.fields) > 1 {
				continue
			}
			extend(w, of.Name, field)
		}
		if of.Kind != ast.Interface {
			return
		}
		for _, possible := range servedSchema.GetPossibleTypes(of) {
			for _, field := range possible.Fields {
				if possible.Kind == ast.Object && of.Fields.ForName(field.Name) == nil && !strings.HasPrefix(field.Name, "__") {
					extend(w, possible.Name, field)
				}
			}
		}
	}
	walk(way{})
	return all
}

// sizes returns those of the pages that a way is asked with. A hundred are asked for where
// that is not the same again: by ids, which take a call each, for the first field alone, and
// of a list for its nodes, which edges have, too.
func (w way) sizes() []int {
	switch {
	case !w.isLong():
		return []int{1}
	case w.costly == 3 || w.alike || withRaceDetector || !isFull:
		return []int{6}
	case len(w.fields) > 2 && (w.fields[0].Arguments.ForName("ids") != nil || w.fields[1].Name == "edges"):
		return []int{1, 6}
	default:
		return []int{1, 6, 100}
	}
}

// uses reports whether the way goes through a field, maybe as its interface has it.
func (w way) uses(of, field string) bool {
	for i := range w.fields {
		if w.fields[i].Name == field && (w.on[i] == of || servedSchema.Types[w.on[i]].Kind == ast.Interface) {
			return true
		}
	}
	return false
}
