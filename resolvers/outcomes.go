package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/upstream"
)

// ended notes what came of a root field of a mutation, for the errors of its payload's
// fields, and for those of the whole answer. To these, which are about what was asked for
// beside the change, it is done where it was there already.
func (r *execution) ended(ctx context.Context, outcome upstream.Outcome) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if outcome == upstream.Unchanged || outcome == upstream.Repeated {
		outcome = upstream.Done
	}
	if r.outcomes == nil {
		r.outcomes = make(map[string]upstream.Outcome)
	}
	r.outcomes[graphql.GetFieldContext(ctx).Field.Alias] = outcome
}

// isMutation reports whether the operation writes.
func (r *execution) isMutation() bool { return r.operation.Operation.Operation == ast.Mutation }

// Outcome returns what is known of the change that an error at a path belongs to: that
// of its root field, or without a path that of all of them together. A root field that
// was not run has changed nothing. "" is that of an operation that changes nothing.
func (r *execution) Outcome(path ast.Path) upstream.Outcome {
	if !r.isMutation() {
		return ""
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(path) > 0 {
		root, _ := path[0].(ast.PathName)
		return r.outcomeOf(string(root))
	}
	var all upstream.Outcome
	for _, field := range graphql.CollectFields(r.operation, r.operation.Operation.SelectionSet, []string{mutationType}) {
		if field.Name == "__typename" {
			continue
		}
		switch outcome := r.outcomeOf(field.Alias); all {
		case "", outcome:
			all = outcome
		default:
			return upstream.Unknown
		}
	}
	return all
}

func (r *execution) outcomeOf(root string) upstream.Outcome {
	if outcome, ok := r.outcomes[root]; ok {
		return outcome
	}
	return upstream.NotDone
}
