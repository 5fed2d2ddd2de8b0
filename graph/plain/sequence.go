package plain

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// ResolveConcurrently does what it does for a graphql.FieldSet, at once where the
// operation is sequential.
func (o *Object) ResolveConcurrently(operation *graphql.OperationContext, deferred *graphql.DeferredGroup, i int, recoverFromPanic, nonNull bool, value func(ctx context.Context) graphql.Marshaler) {
	if !o.sequential {
		o.FieldSet.ResolveConcurrently(operation, deferred, i, recoverFromPanic, nonNull, value)
		return
	}
	o.resolve(o.ctx, i, nonNull, value)
}

// ResolveRootConcurrently does the same for a field of Query.
func (o *Object) ResolveRootConcurrently(ctx context.Context, operation *graphql.OperationContext, i int, recoverFromPanic, nonNull bool, value func(ctx context.Context) graphql.Marshaler) {
	if !o.sequential {
		o.FieldSet.ResolveRootConcurrently(ctx, operation, i, recoverFromPanic, nonNull, value)
		return
	}
	o.resolve(ctx, i, nonNull, func(ctx context.Context) graphql.Marshaler {
		return operation.RootResolverMiddleware(ctx, value)
	})
}

// resolve resolves a pending field, unless nothing comes of it any more.
func (o *Object) resolve(ctx context.Context, i int, nonNull bool, value func(ctx context.Context) graphql.Marshaler) {
	if o.answer.isOver() {
		o.Values[i] = graphql.Null
		return
	}
	marshalItem(ctx, o.Values, i, func(ctx context.Context, _ int) graphql.Marshaler { return value(ctx) })
	if o.Values[i] == graphql.RequiredNull || nonNull && o.Values[i] == graphql.Null {
		o.Invalids++
	}
}

// Dispatch waits for the fields that are resolved concurrently.
func (o *Object) Dispatch(ctx context.Context) {
	if len(o.Values) > 0 {
		o.FieldSet.Dispatch(ctx)
		o.ctx = nil // the object may be kept for long
	}
}

// NewDeferredGroup returns the group of those fields that are deferred. For none it
// costs nothing.
func NewDeferredGroup(ctx context.Context, fields []graphql.CollectedField) graphql.DeferredGroup {
	if isDeferred(fields) {
		return graphql.NewDeferredGroup(ctx)
	}
	return graphql.DeferredGroup{}
}

// isDeferred reports whether any of the fields is.
func isDeferred(fields []graphql.CollectedField) bool {
	for i := range fields {
		if len(fields[i].Deferrables) > 0 {
			return true
		}
	}
	return false
}

// MarshalSlice does what graphql.MarshalSliceConcurrently does, one item after
// the other where nothing below them may wait for the portal, or the operation is
// sequential.
func MarshalSlice(ctx context.Context, set ast.SelectionSet, length int, marshalElement func(ctx context.Context, i int) graphql.Marshaler) graphql.Array {
	opts := optionsOf(ctx)
	if opts.answer.isOver() {
		return nil
	}
	if length < 2 || opts.mayWait(set) {
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
