package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/upstream"
)

// outcomeDone is what errors say in extensions.outcome of a change that was made, or was
// there already: they are about what was asked for beside it.
const outcomeDone upstream.Outcome = done

// ended notes what came of a root field of a mutation, in the log's words, for the errors
// of its payload's fields, and for those of the whole answer.
func (r *execution) ended(ctx context.Context, outcome string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if outcome == unchanged || outcome == repeated {
		outcome = done
	}
	if r.outcomes == nil {
		r.outcomes = make(map[string]upstream.Outcome)
	}
	r.outcomes[graphql.GetFieldContext(ctx).Field.Alias] = upstream.Outcome(outcome)
}

// isMutation reports whether the operation writes.
func (r *execution) isMutation() bool { return r.operation.Operation.Operation == ast.Mutation }

// outcomeAt returns what is known of the change that an error at a path belongs to: that
// of its root field, or without a path that of all of them together. A root field that
// was not run has changed nothing. "" is that of a request that changes nothing.
func (r *Request) outcomeAt(path ast.Path) upstream.Outcome {
	if r.running == nil || !r.running.isMutation() {
		return ""
	}
	return r.running.outcomeAt(path)
}

// MayHaveChanged reports whether the request has changed something, or may have, so that it
// is not to be sent again as a whole.
func (r *Request) MayHaveChanged() bool {
	outcome := r.outcomeAt(nil)
	return outcome != "" && outcome != upstream.NotDone
}

func (r *execution) outcomeAt(path ast.Path) upstream.Outcome {
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
