package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// What the generated code calls instead of gqlgen's own (see .ci/gqlgen).

// Sequential makes the operation resolve one field or item after the other, which
// saves a goroutine for each. It is for operations all of whose look-ups are
// started by others than the fields that wait for them.
func Sequential(operation *graphql.OperationContext) {
	executionOf(operation).sequential = true
}

// resolve does what out.ResolveConcurrently does, at once where the operation is
// sequential.
func resolve(ctx context.Context, ec *executionContext, out *graphql.FieldSet, deferred *graphql.DeferredGroup, field graphql.CollectedField, i int, recoverFromPanic, nonNull bool, value func(ctx context.Context) graphql.Marshaler) {
	e := executionOf(ec.OperationContext)
	if field.IsDeferred() || !e.sequential {
		out.ResolveConcurrently(ec.OperationContext, deferred, i, recoverFromPanic, nonNull, value)
		return
	}
	resolveNow(ctx, e.answer, out, i, nonNull, value)
}

// resolveRoot does what out.ResolveRootConcurrently does, or that.
func resolveRoot(ctx context.Context, ec *executionContext, out *graphql.FieldSet, i int, recoverFromPanic, nonNull bool, value func(ctx context.Context) graphql.Marshaler) {
	e := executionOf(ec.OperationContext)
	if !e.sequential {
		out.ResolveRootConcurrently(ctx, ec.OperationContext, i, recoverFromPanic, nonNull, value)
		return
	}
	resolveNow(ctx, e.answer, out, i, nonNull, func(ctx context.Context) graphql.Marshaler {
		return ec.OperationContext.RootResolverMiddleware(ctx, value)
	})
}

// resolveNow resolves a field, unless nothing comes of it any more.
func resolveNow(ctx context.Context, answer *Answer, out *graphql.FieldSet, i int, nonNull bool, value func(ctx context.Context) graphql.Marshaler) {
	if answer.isOver() {
		out.Values[i] = graphql.Null
		return
	}
	marshalItem(ctx, out.Values, i, func(ctx context.Context, _ int) graphql.Marshaler { return value(ctx) })
	if out.Values[i] == graphql.RequiredNull || nonNull && out.Values[i] == graphql.Null {
		out.Invalids++
	}
}

// marshalSlice does what graphql.MarshalSliceConcurrently does, one item after
// the other where nothing below them may wait for the portal, or the operation is
// sequential.
func marshalSlice(ctx context.Context, sel ast.SelectionSet, length int, marshalElement func(ctx context.Context, i int) graphql.Marshaler) graphql.Array {
	e := executionOf(graphql.GetOperationContext(ctx))
	if e.answer.isOver() {
		return nil
	}
	if length < 2 || !e.sequential && mayWait(sel) {
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

func marshalItem(ctx context.Context, ret []graphql.Marshaler, i int, marshalElement func(ctx context.Context, i int) graphql.Marshaler) {
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
