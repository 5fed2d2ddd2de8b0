package resolvers

import (
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/graph"
)

// An operation may name many opportunities at its root, each in a field of its
// own. Their ids are in the document, so they are announced as one batch before
// the first field runs.

// rootFields calls each with the ids that a root field names and what it
// selects on them. What is not valid is left to its field to refuse.
func (r *request) rootFields(each func(ids []int, selections ast.SelectionSet)) {
	for _, field := range graph.CollectFields(r.operation, "Query", r.operation.Operation.SelectionSet) {
		var argument any
		switch field.Name {
		case "opportunity":
			argument = field.ArgumentMap(r.operation.Variables)["id"]
		case "opportunitiesByIds":
			argument = field.ArgumentMap(r.operation.Variables)["ids"]
		default:
			continue
		}
		if ids, err := parseIDs(field.Name, idTexts(argument)); err == nil {
			each(ids, field.Selections)
		}
	}
}

// announceRoots starts loading the opportunities that root fields name. A single
// one is asked for by its field just as soon.
func (r *request) announceRoots() {
	if r.outline.named < 2 {
		return
	}
	var all []int
	r.rootFields(func(ids []int, _ ast.SelectionSet) { all = append(all, ids...) })
	r.opportunities.announce(r.ctx, all)
}

// planRoots announces, once, what the fields of those opportunities need. It
// waits for all of them, which were asked for at the same time.
func (r *request) planRoots() {
	r.planned.Do(func() {
		r.plan(r.ctx, func(p *plan) {
			r.rootFields(func(ids []int, selections ast.SelectionSet) {
				for _, id := range ids {
					if o, err := r.opportunities.load(r.ctx, id); err == nil {
						p.ofOpportunities([]ast.SelectionSet{selections}, o)
					}
				}
			})
		})
	})
}

// idTexts reads an ID or a list of IDs as the generated code will.
func idTexts(argument any) []string {
	values := graphql.CoerceList(argument)
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i], _ = graphql.UnmarshalID(v)
	}
	return texts
}
