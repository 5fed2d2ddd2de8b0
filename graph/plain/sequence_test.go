package plain_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/graph/plain"
)

// TestItemsBesideEachOther has items wait beside each other where they may wait, and
// come one after the other elsewhere.
func TestItemsBesideEachOther(t *testing.T) {
	t.Parallel()
	slow, fast := ast.SelectionSet{&ast.Field{Alias: "slow"}}, ast.SelectionSet{&ast.Field{Alias: "fast"}}
	waits := func(ctx context.Context) context.Context {
		return plain.WithWaits(ctx, func(set ast.SelectionSet) bool { return set[0] == slow[0] })
	}
	for name, test := range map[string]struct {
		with         func(context.Context) context.Context
		set          ast.SelectionSet
		isConcurrent bool
	}{
		"nothing is known": {func(ctx context.Context) context.Context { return ctx }, fast, true},
		"may wait":         {waits, slow, true},
		"does not":         {waits, fast, false},
		"sequential":       {func(ctx context.Context) context.Context { return plain.Sequential(waits(ctx)) }, slow, false},
		"known later":      {func(ctx context.Context) context.Context { return waits(plain.Sequential(ctx)) }, slow, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				const items, takes = 3, time.Millisecond
				began := time.Now()
				list := plain.MarshalSlice(test.with(t.Context()), test.set, items, func(_ context.Context, i int) graphql.Marshaler {
					time.Sleep(takes)
					return graphql.MarshalInt(i)
				})
				var text strings.Builder
				list.MarshalGQL(&text)
				want := items * takes
				if test.isConcurrent {
					want = takes
				}
				if took := time.Since(began); took != want || text.String() != "[0,1,2]" {
					t.Errorf("%s takes %v, not %v", &text, took, want)
				}
			})
		})
	}
}
