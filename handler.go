package main

import (
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/klauspost/compress/gzhttp"
	"github.com/vektah/gqlparser/v2/formatter"

	"onlyoffice-graphql/explorer"
	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/internal/config"
	"onlyoffice-graphql/resolvers"
)

// gzipFrom is the size from which an answer is worth compressing.
const gzipFrom = 4 << 10

// newHandler returns everything that the public listener serves.
func newHandler(settings config.Config, resolver *resolvers.Resolver, health *health, logger *slog.Logger, metrics *metrics) http.Handler {
	schema := graph.NewExecutableSchema(graph.Config{Resolvers: resolver})
	exec := executor.New(schema)
	exec.SetErrorPresenter(resolvers.Present)
	exec.SetRecoverFunc(resolvers.Recover)
	exec.Use(observer{logger: logger, metrics: metrics, token: string(settings.PortalToken)})
	exec.AroundOperations(resolver.AroundOperations)
	exec.AroundResponses(resolver.AroundResponses)

	api := newGraphQL(exec, schema.Schema(), settings.Limits, settings.Explorer)
	api.servedAs = servedAs(settings)
	mux := http.NewServeMux()
	mux.Handle("/graphql", api)
	mux.Handle("/graphql/{$}", api)
	for _, path := range []string{"/query", "/api/graphql", "/v1/graphql"} { // where other servers have it
		mux.HandleFunc(path, api.misplaced)
	}
	mux.HandleFunc("GET /healthz", health.alive)
	mux.HandleFunc("GET /readyz", health.ready)
	if settings.Explorer {
		page := explorer.Handler(settings.PortalURL.URL == nil)
		mux.Handle("GET /{$}", page)
		mux.Handle("GET /explorer/", page)
		sdl := sync.OnceValue(schemaSDL)
		mux.HandleFunc("GET /schema.graphql", func(w http.ResponseWriter, _ *http.Request) {
			plainText(w, http.StatusOK, strings.TrimSuffix(sdl(), "\n"))
		})
	}
	return limitClient(settings.Limits.OperationTimeout, requestID(crossOrigin(settings.CORSOrigins, logger)(compress(mux))))
}

// compress gzips answers for clients that read it.
func compress(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(gzipFrom), gzhttp.EnableZstd(false))
	if err != nil {
		panic(err) // the options are constants
	}
	return wrap(next)
}

// requestID names each request, in the answer, its errors and the log. What a
// client sent under the header's name does not count: ids are ours.
func requestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var random [8]byte
		_, _ = rand.Read(random[:]) // never fails
		id := hex.EncodeToString(random[:])
		r.Header.Set(resolvers.RequestIDHeader, id)
		w.Header().Set(resolvers.RequestIDHeader, id)
		next.ServeHTTP(w, r)
	})
}

// schemaSDL returns the schema as code generators read it.
func schemaSDL() string {
	var text strings.Builder
	schema := graph.NewExecutableSchema(graph.Config{}).Schema()
	formatter.NewFormatter(&text, formatter.WithIndent("  ")).FormatSchema(schema)
	return text.String()
}
