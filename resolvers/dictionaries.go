package resolvers

import (
	"context"

	"onlyoffice-graphql/upstream"
)

// stage returns the entry of a stage in the portal's list of stages and its
// place there, from 1; nil when it is not in the list.
func (r *request) stage(ctx context.Context, stage *upstream.Stage) (entry *upstream.Stage, place int, err error) {
	id, err := stage.CheckedID()
	if err != nil {
		return nil, 0, err
	}
	stages, err := r.stages.read(ctx)
	for i, s := range stages {
		if s.ID == id {
			return s, i + 1, nil
		}
	}
	return nil, 0, err
}

// employee returns an employee in the longer form.
func (r *request) employee(ctx context.Context, e *upstream.Employee) (*upstream.EmployeeDetails, error) {
	id, err := e.CheckedID()
	if err != nil {
		return nil, err
	}
	return r.employees.load(ctx, id)
}

// adoptEmployees keeps the longer form that an answer brought along.
func (r *request) adoptEmployees(ctx context.Context, employees ...*upstream.EmployeeDetails) []*upstream.Employee {
	short := make([]*upstream.Employee, len(employees))
	for i, e := range employees {
		short[i] = &e.Employee
		if e.ID != "" {
			r.employees.prime(ctx, e.ID, e)
		}
	}
	return short
}

// node returns the object of a node id. Null when the portal has no such thing
// or hides it.
func (r *request) node(ctx context.Context, text string) (upstream.Node, error) {
	switch id, err := upstream.ParseNodeID(text); {
	case err != nil:
		return nil, badInput("nodeId: %.60q is not the nodeId of anything.", text)
	case id.Kind == upstream.NodeOpportunity:
		return nodeOrNil(orNull(r.opportunities.load(ctx, id.Number)))
	case id.Kind == upstream.NodeContact:
		return r.contact(ctx, id.Number)
	case id.Kind == upstream.NodeStage:
		entry, _, err := r.stage(ctx, &upstream.Stage{ID: id.Number})
		return nodeOrNil(entry, err)
	default:
		details, err := orNull(r.employees.load(ctx, id.Text))
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
