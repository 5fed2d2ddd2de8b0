package plain

import (
	"context"
	"reflect"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"
)

// options are what one operation is run with. They are never changed once they are in
// a context. They travel in the context because that is all that both generated
// code and resolvers have at hand; graphql.OperationContext, which they have too,
// has no typed place for what is not gqlgen's.
type options struct {
	selections *Selections                 // nil: everything goes gqlgen's way
	answer     *Answer                     // nil: without bounds
	sequential bool                        // see Sequential
	waits      func(ast.SelectionSet) bool // see WithWaits; nil: any selection may wait
}

type optionsKey struct{}

var noOptions = &options{}

func optionsOf(ctx context.Context) *options {
	if opts, ok := ctx.Value(optionsKey{}).(*options); ok {
		return opts
	}
	return noOptions
}

// With returns the context to dispatch the operation in: it is written with the
// selections that are compiled for its document, within the bounds of the answer.
// Either may be nil. The selections are left out where an extension intercepts
// fields. A subscription has many answers, and so none of these bounds.
func With(ctx context.Context, operation *graphql.OperationContext, selections *Selections, answer *Answer) context.Context {
	if interceptsFields(operation) {
		selections = nil
	}
	return context.WithValue(ctx, optionsKey{}, &options{selections: selections, answer: answer})
}

// Sequential returns the context to run an operation in that resolves one field or
// item after the other, which saves a goroutine for each. It is for operations all
// of whose look-ups are started by others than the fields that wait for them.
func Sequential(ctx context.Context) context.Context {
	opts := *optionsOf(ctx)
	opts.sequential = true
	return context.WithValue(ctx, optionsKey{}, &opts)
}

// WithWaits returns the context to run an operation in where waits reports of a
// selection whether its fields may wait for the portal: items that do not are resolved
// one after the other. It is called for each list, so it should know the
// answer before. Without it, any field may wait.
func WithWaits(ctx context.Context, waits func(ast.SelectionSet) bool) context.Context {
	opts := *optionsOf(ctx)
	opts.waits = waits
	return context.WithValue(ctx, optionsKey{}, &opts)
}

// mayWait reports whether anything that the set selects may wait for the portal.
func (opts *options) mayWait(set ast.SelectionSet) bool {
	return !opts.sequential && (opts.waits == nil || opts.waits(set))
}

// interceptsFields reports whether anything stands around the resolvers of the
// operation's fields. An executor does not say what extensions it has, but the
// middleware that it puts together for none is one function, which is recognised by its
// address. Should gqlgen change that, everything goes gqlgen's way, and a test fails.
func interceptsFields(operation *graphql.OperationContext) bool {
	return addressOf(operation.ResolverMiddleware) != bareMiddleware()
}

var bareMiddleware = sync.OnceValue(func() uintptr {
	ctx := graphql.StartOperationTrace(context.Background())
	operation, _ := executor.New(nil).CreateOperationContext(ctx, &graphql.RawParams{}) // refused: it has no document
	return addressOf(operation.ResolverMiddleware)
})

func addressOf(middleware graphql.FieldMiddleware) uintptr {
	return reflect.ValueOf(middleware).Pointer()
}
