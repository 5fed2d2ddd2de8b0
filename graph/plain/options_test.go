package plain_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/graph/plain"
)

// watcher is an extension that intercepts fields, and notes which.
type watcher struct {
	mu   sync.Mutex
	seen []string
}

func (*watcher) ExtensionName() string { return "watcher" }

func (*watcher) Validate(graphql.ExecutableSchema) error { return nil }

func (w *watcher) InterceptField(ctx context.Context, next graphql.Resolver) (any, error) {
	w.mu.Lock()
	w.seen = append(w.seen, graphql.GetPath(ctx).String())
	w.mu.Unlock()
	return next(ctx)
}

const (
	watched   = `{ id title tags stage { title } members { id currency { symbol } } }`
	watchedAs = "opportunity opportunity.id opportunity.title opportunity.tags opportunity.stage opportunity.stage.title opportunity.members " +
		"opportunity.members[0].id opportunity.members[0].currency opportunity.members[0].currency.symbol " +
		"opportunity.members[1].id opportunity.members[1].currency opportunity.members[1].currency.symbol"
)

// sees compares the fields that were seen, in any order, with all there are.
func (w *watcher) sees(t *testing.T) {
	t.Helper()
	want := strings.Fields(watchedAs)
	slices.Sort(want)
	slices.Sort(w.seen)
	if diff := cmp.Diff(want, w.seen); diff != "" {
		t.Errorf("fields (-want +seen):\n%s", diff)
	}
}

// An extension that intercepts fields sees every one, and the answer is the same.
func TestFieldInterceptors(t *testing.T) {
	t.Parallel()
	seen := &watcher{}
	for name, test := range map[string]struct {
		extend func(*executor.Executor)
		plain  bool
	}{
		"none":      {func(*executor.Executor) {}, true},
		"extension": {func(e *executor.Executor) { e.Use(seen) }, false},
		"function": {func(e *executor.Executor) {
			e.AroundFields(func(ctx context.Context, next graphql.Resolver) (any, error) { return next(ctx) })
		}, false},
		"others": {func(e *executor.Executor) {
			e.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler { return next(ctx) })
			e.AroundRootFields(func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler { return next(ctx) })
			e.AroundResponses(func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response { return next(ctx) })
		}, true},
	} {
		all, some := mustParse(t, "opportunity(id:1)", `{ id title stage { title } }`), mustParse(t, "opportunity(id:1)", watched)
		for range 2 { // compiled, and used again
			selections := plain.NewSelections(1000)
			want, _ := all.answer(opportunity(), nil, nil)
			if got, isPlain := all.answer(opportunity(), nil, selections, test.extend); got != want || isPlain != test.plain {
				t.Errorf("%s: got %s (plain: %t)\nwant %s (plain: %t)", name, got, isPlain, want, test.plain)
			}
			seen.seen = nil
			want, _ = some.answer(opportunity(), nil, nil)
			if got, _ := some.answer(opportunity(), nil, selections, test.extend); got != want {
				t.Errorf("%s: got %s\nwant %s", name, got, want)
			}
			if name == "extension" {
				seen.sees(t)
			}
		}
	}
}

// The same holds for gqlgen's own handler.
func TestFieldInterceptorsOfHandler(t *testing.T) {
	t.Parallel()
	var answers []string
	seen := &watcher{}
	for _, extended := range []bool{false, true} {
		server := handler.New(graph.NewExecutableSchema(graph.Config{Resolvers: stub{obj: opportunity()}}))
		server.AddTransport(transport.GET{})
		if extended {
			server.Use(seen)
		}
		server.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
			return next(plain.With(ctx, graphql.GetOperationContext(ctx), plain.NewSelections(1000), nil))
		})
		recorder := httptest.NewRecorder()
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
		request.URL.RawQuery = "query=" + strings.ReplaceAll("{opportunity(id:1)"+watched+"}", " ", "+")
		server.ServeHTTP(recorder, request)
		answers = append(answers, recorder.Body.String())
	}
	seen.sees(t)
	if answers[0] != answers[1] || !strings.Contains(answers[0], `"symbol":"€"`) {
		t.Errorf("answers differ:\n%s\n%s", answers[0], answers[1])
	}
}
