package overhttp

import (
	"context"

	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/internal/request"
)

// preparedCache hands the request's document to gqlgen's executor, which
// would parse and validate it otherwise.
type preparedCache struct{}

// Get returns the document of the request that ctx belongs to.
func (preparedCache) Get(ctx context.Context, _ string) (*ast.QueryDocument, bool) {
	doc := request.Of(ctx).Document
	if doc == nil {
		return nil, false
	}
	return doc.Query, true
}

// Add does nothing: documents are kept before the executor sees them.
func (preparedCache) Add(context.Context, string, *ast.QueryDocument) {}
