package main

import (
	"context"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/internal/document"
)

// record is what the context of a request carries for this package. Only the
// request's own goroutine uses it.
type record struct {
	began    time.Time          // when the first byte of the request was read
	document *document.Document // nil until there is one that may run
	ran      bool               // its operation was begun: the request was not refused
	measured bool               // the operation's duration is in the metrics
}

type recordKey struct{}

// withRecord returns the context of a request that begins.
func withRecord(ctx context.Context, r *record) context.Context {
	return context.WithValue(ctx, recordKey{}, r)
}

// recordOf returns the record of the request that ctx belongs to.
func recordOf(ctx context.Context) *record { return ctx.Value(recordKey{}).(*record) }

// preparedCache hands the request's document to gqlgen's executor, which
// would parse and validate it otherwise.
type preparedCache struct{}

// Get returns the document that ctx carries.
func (preparedCache) Get(ctx context.Context, _ string) (*ast.QueryDocument, bool) {
	doc := recordOf(ctx).document
	if doc == nil {
		return nil, false
	}
	return doc.Query, true
}

// Add does nothing: documents are kept before the executor sees them.
func (preparedCache) Add(context.Context, string, *ast.QueryDocument) {}
