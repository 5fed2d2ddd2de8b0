package overhttp

import (
	"context"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/internal/document"
)

// Record is what the context of a request carries of its way through this package.
// Only the request's own goroutine uses it.
type Record struct {
	Began    time.Time          // when the first byte of the request was read
	Document *document.Document // nil until there is one that may run
	Ran      bool               // its operation was begun: the request was not refused
	Measured bool               // the operation's duration is in the metrics
}

type recordKey struct{}

// WithRecord returns the context of a request that begins.
func WithRecord(ctx context.Context, r *Record) context.Context {
	return context.WithValue(ctx, recordKey{}, r)
}

// RecordOf returns the record of the request that ctx belongs to.
func RecordOf(ctx context.Context) *Record { return ctx.Value(recordKey{}).(*Record) }

// preparedCache hands the request's document to gqlgen's executor, which
// would parse and validate it otherwise.
type preparedCache struct{}

// Get returns the document that ctx carries.
func (preparedCache) Get(ctx context.Context, _ string) (*ast.QueryDocument, bool) {
	doc := RecordOf(ctx).Document
	if doc == nil {
		return nil, false
	}
	return doc.Query, true
}

// Add does nothing: documents are kept before the executor sees them.
func (preparedCache) Add(context.Context, string, *ast.QueryDocument) {}
