package resolvers

import (
	"context"

	"onlyoffice-graphql/upstream"
)

// nodeRow returns how the object of the argument nodeId is looked up.
func nodeRow(a *selected) row {
	id, err := upstream.ParseNodeID(a.id("nodeId"))
	if err != nil || isRemoved(id) {
		return nil
	}
	number := func(_ *selected, _ root, want func(int)) { want(id.Number) }
	switch id.Kind {
	case upstream.NodeOpportunity:
		return lookUp[root, int, *upstream.Opportunity]{by: opportunities, keys: number, objects: itself[*upstream.Opportunity]}
	case upstream.NodeContact:
		return lookUp[root, int, *upstream.ContactDetails]{by: contacts, keys: number, objects: func(d *upstream.ContactDetails, add func(any)) { add(d.Typed()) }}
	case upstream.NodeStage:
		return stageRow(id.Number)
	default:
		return lookUp[root, string, *upstream.EmployeeDetails]{
			by:      employees,
			keys:    func(_ *selected, _ root, want func(string)) { want(id.Text) },
			objects: func(e *upstream.EmployeeDetails, add func(any)) { add(&e.Employee) },
		}
	}
}

// stageRow returns how a stage is looked up: in the list of all.
func stageRow(id int) row {
	return oneOf(stages, func(all []*upstream.Stage, add func(any)) {
		if entry, _ := stageIn(all, id); entry != nil {
			add(entry)
		}
	})
}

// isRemoved reports whether the id is that of the stand-in for employees who were
// removed, which the portal does not look up.
func isRemoved(id upstream.NodeID) bool {
	return id.Kind == upstream.NodeEmployee && (&upstream.Employee{ID: id.Text}).IsRemoved()
}

// node returns the object of a node id. Null when the portal has no such thing
// or hides it.
func node(ctx context.Context, text string) (upstream.Node, error) {
	switch id, err := upstream.ParseNodeID(text); {
	case err != nil:
		return nil, badInput("nodeId: %.60q is not the nodeId of anything.", text)
	case id.Kind == upstream.NodeOpportunity:
		return nodeOrNil(orNull(opportunities.load(ctx, id.Number)))
	case id.Kind == upstream.NodeContact:
		return contactByID(ctx, id.Number)
	case id.Kind == upstream.NodeStage:
		entry, _, err := stageEntry(ctx, &upstream.Stage{ID: id.Number})
		return nodeOrNil(entry, err)
	case isRemoved(id):
		return nil, nil
	default:
		details, err := orNull(employees.load(ctx, id.Text))
		if details == nil {
			return nil, err
		}
		return &details.Employee, nil
	}
}

// nodeOrNil keeps a nil pointer from becoming an interface that is not nil.
func nodeOrNil[T any, P interface {
	*T
	upstream.Node
}](p P, err error) (upstream.Node, error) {
	if p == nil {
		return nil, err
	}
	return p, err
}
