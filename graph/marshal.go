package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// What the generated code calls instead of gqlgen's own (see .ci/gqlgen).

// marshalSlice does what graphql.MarshalSliceConcurrently does, one item after
// the other where nothing below them may wait for the portal.
func marshalSlice(ctx context.Context, sel ast.SelectionSet, length int, marshalElement func(ctx context.Context, i int) graphql.Marshaler) graphql.Array {
	if length < 2 || mayWait(sel) {
		return graphql.MarshalSliceConcurrently(ctx, length, 0, false, marshalElement)
	}
	ret := make(graphql.Array, length)
	contexts := make([]graphql.FieldContext, length)
	for i := range ret {
		index := i
		contexts[i].Index = &index
		marshalItem(graphql.WithFieldContext(ctx, &contexts[i]), ret, i, marshalElement)
	}
	return ret
}

func marshalItem(ctx context.Context, ret graphql.Array, i int, marshalElement func(ctx context.Context, i int) graphql.Marshaler) {
	defer func() {
		if r := recover(); r != nil {
			graphql.AddError(ctx, graphql.Recover(ctx, r))
			ret[i] = graphql.Null
		}
	}()
	ret[i] = marshalElement(ctx, i)
}

// mayWait reports whether a field below is marked with @cost, as all are that
// take a portal call.
func mayWait(sel ast.SelectionSet) bool {
	for _, selection := range sel {
		switch selection := selection.(type) {
		case *ast.Field:
			if selection.Definition == nil || selection.Definition.Directives.ForName("cost") != nil || mayWait(selection.SelectionSet) {
				return true
			}
		case *ast.InlineFragment:
			if mayWait(selection.SelectionSet) {
				return true
			}
		case *ast.FragmentSpread:
			if selection.Definition == nil || mayWait(selection.Definition.SelectionSet) {
				return true
			}
		}
	}
	return false
}
