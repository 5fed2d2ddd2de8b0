package document

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"onlyoffice-graphql/internal/codes"
)

// Operation is one of a document, with what its variables must keep.
type Operation struct {
	*ast.OperationDefinition
	of       *Store
	cost     cost // without variables
	bounded  []boundedVariable
	nullable []string // see nullableIn
}

// RejectMisfits rejects variables, as they came, that are not of their types.
func (o *Operation) RejectMisfits(variables map[string]any) *Rejection {
	return rejectMisfit(o.of.schema, o.OperationDefinition, variables)
}

// RejectUncoerced rejects variables that the executor found not to be of their types.
func (o *Operation) RejectUncoerced(errs gqlerror.List) *Rejection {
	return rejectUncoerced(o.of.schema, o.OperationDefinition, errs)
}

// RejectValues rejects variables, with their defaults, that are null or larger than where
// they stand takes, or make the operation cost too much.
func (o *Operation) RejectValues(variables map[string]any) *Rejection {
	if rejected := rejectNulls(o.of.schema, o.OperationDefinition, o.nullable, variables); rejected != nil {
		return rejected
	}
	if rejected := rejectLarge(o.of.schema, o.bounded, variables); rejected != nil {
		return rejected
	}
	c := o.cost
	if c.varies {
		c = costOf(o.OperationDefinition, variables, o.of.options.Cost)
	}
	if limit := o.of.options.Limits.Cost; c.value > limit {
		return rejectOver(codes.CostLimitExceeded, limit, c.value, "The operation may cost too much. Ask for shorter lists, or for less of each item.")
	}
	return nil
}
