package resolvers

import (
	"maps"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/upstream"
)

// Analysis is what can be said of every operation of a document before it runs,
// independent of its variables. It is immutable.
type Analysis struct {
	costly     map[ast.Selection]bool // which need look-ups, themselves or below
	sequential bool                   // the table has every field that needs look-ups
	lone       bool                   // each operation takes one look-up at most
	skip       []string               // keys of the members of opportunities that no field shows
}

// madeOf are the larger members of an opportunity that each of its fields is made of;
// none for one that shows something small, or is looked up. A field that is not here is
// taken to be made of all, which costs time.
var madeOf = map[string][]string{
	"createBy":     {"createBy"},
	"members":      {"members"},
	"contact":      {"contact"},
	"responsible":  {"responsible"},
	"bidCurrency":  {"bidCurrency"},
	"stage":        {"stage"},
	"accessList":   {"accessList"},
	"customField":  {"customFields"},
	"customFields": {"customFields"},
	"revision":     upstream.RevisionMembers,

	"__typename":         nil,
	"id":                 nil,
	"nodeId":             nil,
	"title":              nil,
	"description":        nil,
	"created":            nil,
	"bidType":            nil,
	"bidValue":           nil,
	"perPeriodValue":     nil,
	"totalValue":         nil,
	"successProbability": nil,
	"actualCloseDate":    nil,
	"expectedCloseDate":  nil,
	"isPrivate":          nil,
	"canEdit":            nil,
	"tags":               nil,
	"files":              nil,
	"tasks":              nil,
	"history":            nil,
}

// largerMembers are all of them.
var largerMembers = slices.Compact(slices.Sorted(slices.Values(slices.Concat(slices.Collect(maps.Values(madeOf))...))))

// Analyze reads a valid document.
func Analyze(document *ast.QueryDocument) *Analysis {
	a := &Analysis{costly: map[ast.Selection]bool{}, sequential: true, lone: true}
	a.skip = slices.Clone(largerMembers)
	seen := map[*ast.FragmentDefinition]bool{}
	for _, operation := range document.Operations {
		a.read(operation.SelectionSet, seen)
		a.lone = a.lone && len(operation.SelectionSet) == 1 && a.isLone(operation.SelectionSet[0])
	}
	return a
}

// read reads a selection, each fragment once, and reports whether anything in it
// needs look-ups.
func (a *Analysis) read(selections ast.SelectionSet, seen map[*ast.FragmentDefinition]bool) bool {
	any := false
	for _, selection := range selections {
		costly := false
		switch s := selection.(type) {
		case *ast.Field:
			costly = a.read(s.SelectionSet, seen)
			costly = a.field(s) || costly
		case *ast.InlineFragment:
			costly = a.read(s.SelectionSet, seen)
		case *ast.FragmentSpread:
			known, read := seen[s.Definition]
			if !read {
				known = a.read(s.Definition.SelectionSet, seen)
				seen[s.Definition] = known
			}
			costly = known
		}
		if costly {
			a.costly[selection] = true
			any = true
		}
	}
	return any
}

// field reads a field, and reports whether it needs look-ups itself.
func (a *Analysis) field(f *ast.Field) bool {
	on := f.ObjectDefinition.Name
	if on == "Opportunity" {
		members, known := madeOf[f.Name]
		a.skip = slices.DeleteFunc(a.skip, func(member string) bool { return !known || slices.Contains(members, member) })
	}
	row := table[on][f.Name]
	if row == nil && on != mutationType && f.Definition.Directives.ForName("cost") != nil {
		a.sequential = false
	}
	if row == nil || row.cost() == nil {
		return false
	}
	when := row.cost().when
	return when == "" || f.Arguments.ForName(when) != nil
}

// isLone reports whether a root selection takes one look-up at most.
func (a *Analysis) isLone(selection ast.Selection) bool {
	root, ok := selection.(*ast.Field)
	if !ok || a.costs(root.SelectionSet) {
		return false
	}
	row := table[root.ObjectDefinition.Name][root.Name]
	return row == nil || row.cost() == nil || !row.cost().several
}

// costs reports whether anything that is selected needs look-ups.
func (a *Analysis) costs(selections ast.SelectionSet) bool {
	for _, selection := range selections {
		if a.costly[selection] {
			return true
		}
	}
	return false
}
