package graph

import (
	"context"
	"io"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// What the generated code calls instead of gqlgen's own (see .ci/lean.go).

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

// objectOf is an object whose fields have their values.
type objectOf struct {
	fields []graphql.CollectedField
	values []graphql.Marshaler
}

// MarshalGQL writes the object. Of fields with one alias, which differ in the
// type they were asked of, it writes the first.
func (o *objectOf) MarshalGQL(w io.Writer) {
	separator := "{\""
	for i := range o.fields {
		if o.repeats(i) {
			continue
		}
		_, _ = io.WriteString(w, separator)
		_, _ = io.WriteString(w, o.fields[i].Alias)
		_, _ = io.WriteString(w, "\":")
		o.values[i].MarshalGQL(w)
		separator = ",\""
	}
	if separator == "{\"" {
		_, _ = io.WriteString(w, "{")
	}
	_, _ = io.WriteString(w, "}")
}

func (o *objectOf) repeats(i int) bool {
	for j := range o.fields[:i] {
		if o.fields[j].Alias == o.fields[i].Alias {
			return true
		}
	}
	return false
}
