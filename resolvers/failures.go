package resolvers

import (
	"context"
	"fmt"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"onlyoffice-graphql/internal/codes"
)

// Bounds of the errors in an answer: their number, and the bytes of their paths
// together, whose length aliases decide.
const (
	mostErrors     = 100
	mostErrorPaths = 64 << 10
)

// failures counts the errors of one operation.
type failures struct {
	mu                sync.Mutex
	shown, paths, all int
}

// isFull notes an error, and reports whether there is no room for it. There always is for
// one that has to be shown.
func (f *failures) isFull(isNeeded bool) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all++
	return !isNeeded && (f.shown >= mostErrors || f.paths >= mostErrorPaths)
}

// show notes that the error is shown, if there is room for it still.
func (f *failures) show(e *gqlerror.Error, isNeeded bool) bool {
	size := 0
	for _, element := range e.Path {
		if name, ok := element.(ast.PathName); ok {
			size += len(name)
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if !isNeeded && (f.shown >= mostErrors || f.shown > 0 && f.paths+size > mostErrorPaths) {
		f.paths = max(f.paths, mostErrorPaths) // none that comes later is shown instead
		return false
	}
	f.shown++
	f.paths += size
	return true
}

// more returns the error that stands for all that are not shown; nil for none.
func (f *failures) more(ctx context.Context) *gqlerror.Error {
	f.mu.Lock()
	defer f.mu.Unlock()
	hidden := f.all - f.shown
	if hidden == 0 {
		return nil
	}
	return finish(ctx, &gqlerror.Error{
		Message:    fmt.Sprintf("…and %d more errors.", hidden),
		Extensions: map[string]any{"count": hidden},
	}, codes.MoreErrors, false)
}
