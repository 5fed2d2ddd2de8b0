package resolvers

import (
	"context"

	"onlyoffice-graphql/upstream"
)

// stageEntry returns the entry of a stage in the portal's list of stages and its
// place there, from 1; nil when it is not in the list.
func stageEntry(ctx context.Context, stage *upstream.Stage) (entry *upstream.Stage, place int, err error) {
	id, err := stage.CheckedID()
	if err != nil {
		return nil, 0, err
	}
	all, err := stages.load(ctx, noKey{})
	entry, place = stageIn(all, id)
	return entry, place, err
}

func stageIn(all []*upstream.Stage, id int) (entry *upstream.Stage, place int) {
	for i, s := range all {
		if s.ID == id {
			return s, i + 1
		}
	}
	return nil, 0
}

// employeeDetail returns what pick takes from the longer form of an employee; nil
// without a call for the placeholder of a removed employee.
func employeeDetail[V any](ctx context.Context, e *upstream.Employee, pick func(*upstream.EmployeeDetails) *V) (*V, error) {
	id, err := e.CheckedID()
	if err != nil || e.IsRemoved() {
		return nil, err
	}
	details, err := employees.load(ctx, id)
	if err != nil {
		return nil, err
	}
	return pick(details), nil
}
