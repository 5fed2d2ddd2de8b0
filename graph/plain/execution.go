package plain

import (
	"context"
	"reflect"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
)

// execution is what one operation is run with. It is never changed once it is in
// a context. It travels in the context because that is all that both generated
// code and resolvers have at hand; graphql.OperationContext, which they have too,
// has no typed place for what is not gqlgen's.
type execution struct {
	selections *Selections // nil: everything goes gqlgen's way
	answer     *Answer     // nil: without bounds
	sequential bool
}

type executionKey struct{}

var noExecution = &execution{}

func executionOf(ctx context.Context) *execution {
	if e, ok := ctx.Value(executionKey{}).(*execution); ok {
		return e
	}
	return noExecution
}

// With returns the context to dispatch the operation in: it is written with the
// selections that are compiled for its document, within the bounds of the answer.
// Either may be nil. The selections are left out where an extension intercepts
// fields. A subscription has many answers, and so none of these bounds.
func With(ctx context.Context, operation *graphql.OperationContext, selections *Selections, answer *Answer) context.Context {
	if interceptsFields(operation) {
		selections = nil
	}
	return context.WithValue(ctx, executionKey{}, &execution{selections: selections, answer: answer})
}

// Sequential returns the context to run an operation in that resolves one field or
// item after the other, which saves a goroutine for each. It is for operations all
// of whose look-ups are started by others than the fields that wait for them.
func Sequential(ctx context.Context) context.Context {
	e := *executionOf(ctx)
	e.sequential = true
	return context.WithValue(ctx, executionKey{}, &e)
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
