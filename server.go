// Command onlyoffice-graphql gives frontend apps a GraphQL API over the CRM of
// an ONLYOFFICE portal. Without any setting it serves a built-in demo portal.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/explorer"
	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/internal/config"
	"onlyoffice-graphql/internal/document"
	"onlyoffice-graphql/internal/observe"
	"onlyoffice-graphql/internal/overhttp"
	"onlyoffice-graphql/internal/serve"
	"onlyoffice-graphql/resolvers"
	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

//go:generate go run ./upstream/scan/gen upstream
//go:generate go run ./.ci/gqlgen
//go:generate sh -c "go run . --print-schema > schema.graphql.new && mv schema.graphql.new schema.graphql"

func main() {
	log.SetOutput(io.Discard) // net/http and dataloader write there what the portal sent; what matters comes as errors
	serve.TuneGC()
	signal.Ignore(syscall.SIGPIPE) // or a log reader that goes away would end the program
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr, nil))
}

// run is the whole program; it returns its exit status. ctx ends it. If ready
// is not nil it is called once with the addresses that are listened on.
func run(ctx context.Context, args []string, stdout, stderr io.Writer, ready func(serve.Addresses)) int {
	settings, err := config.Parse(args, stdout)
	switch {
	case errors.Is(err, config.ErrHelp):
		return 0
	case err != nil:
		fmt.Fprintf(stderr, "The configuration cannot be used:\n%s\nRun with --help to see every setting.\n", bulleted(err))
		return 2
	case settings.PrintSchema:
		_, _ = io.WriteString(stdout, document.SDL(document.Schema()))
		return 0
	case settings.Version:
		fmt.Fprintln(stdout, observe.ThisBuild())
		return 0
	case settings.Healthcheck:
		if err := serve.Healthcheck(ctx, string(settings.Listen)); err != nil {
			fmt.Fprintln(stderr, "not alive:", err)
			return 1
		}
		return 0
	}
	serve.LimitMemory(settings.MemoryBudget())
	logger, queue := observe.OpenLog(stderr, string(settings.LogFormat), settings.LogLevel)
	if queue != nil {
		defer queue.Close(observe.LastWords)
	}
	var traces *observe.Traces
	if settings.Traces {
		if traces, err = observe.NewTraces(logger, settings.TraceParent); err != nil {
			logger.Error("stopped", "error", err)
			return 2
		}
	}
	defer traces.Close()
	p := program{settings: settings, logger: logger, queue: queue, traces: traces, metrics: observe.NewMetrics()}
	if err := p.serveUntil(ctx, stdout, ready); err != nil {
		logger.Error("stopped", "error", err)
		return 1
	}
	return 0
}

// program is what the servers have in common.
type program struct {
	settings config.Config
	logger   *slog.Logger
	queue    *observe.LogQueue // nil when writing to the log cannot block
	traces   *observe.Traces   // nil for none
	metrics  *observe.Metrics
	portal   *url.URL
	client   *upstream.Client
	health   *serve.Health
}

// serveUntil runs the servers until ctx ends, and then lets running operations finish.
func (p *program) serveUntil(ctx context.Context, stdout io.Writer, ready func(serve.Addresses)) error {
	settings, logger := p.settings, p.logger
	servers := serve.NewServers(logger, settings.Timeouts())
	defer servers.Close()
	var at serve.Addresses
	var err error
	listen, adminListen := string(settings.Listen), string(settings.AdminListen)

	demoPortal := demo.New()
	p.portal = settings.PortalURL.URL
	if settings.IsDemo() {
		at.Demo, err = serve.ListenDemo(string(settings.DemoListen), []string{listen, adminListen}, logger, func(address string) (string, error) { return servers.Listen(address, demoPortal, nil) })
		if err != nil {
			return err
		}
		p.portal = &url.URL{Scheme: "http", Host: serve.Reachable(at.Demo)}
	}
	options := settings.Upstream(p.portal)
	options.Warn, options.Observe = logger.Warn, func(ctx context.Context, call upstream.Call) {
		p.metrics.PortalCall(call)
		p.traces.PortalCall(ctx, call)
	}
	p.client = upstream.New(options)
	defer p.client.Close()
	p.metrics.WatchPortal(p.client)
	demoPortal.OnVersion(p.client.ForgetVersion)

	p.health = serve.NewHealth(func(ctx context.Context) error {
		err := p.client.Ping(ctx)
		if err == nil {
			p.client.LearnVersion(ctx)
		}
		return err
	}, logger)
	if p.queue != nil {
		p.metrics.CountDropped(p.queue)
		p.health.IsLogStuck = p.queue.IsStuck
	}
	clients := settings.Connections(logger)
	if at.Public, err = servers.Listen(listen, p.publicHandler(), clients); err != nil {
		return fmt.Errorf("--listen (LISTEN_ADDR): %w", err)
	}
	if settings.AdminListen != config.Off {
		admin := serve.Admin{Listen: adminListen, Profiles: settings.Profiles, Timeout: settings.Limits.OperationTimeout, Health: p.health, Metrics: p.metrics.Handler()}
		if at.Admin, err = servers.Listen(adminListen, admin.Handler(), serve.NewConnections(serve.AdminConnections)); err != nil {
			return fmt.Errorf("--admin-listen (ADMIN_ADDR): %w", err)
		}
	}
	if settings.PortalToken != "" && !serve.IsLoopbackAddress(at.Public) {
		logger.Warn("everybody who reaches this address acts as the owner of --portal-token", "listen", at.Public)
	}
	if at.Admin != "" && !serve.IsLoopbackAddress(at.Admin) {
		logger.Warn("the admin listener is open to other machines, and shows metrics, and profiles where they are on: keep it in a network that you trust", "admin", at.Admin)
	}
	logger.Info("listening", "address", at.Public, "admin", at.Admin, "portal", p.portal.Host, "demo", settings.IsDemo(), "version", observe.ThisBuild().Version)
	// Requests are served by now; only the announcement waits, so that it is whole. A
	// portal that is down may come later.
	state := serve.PortalState{Err: p.health.Look(ctx)}
	state.Version = p.client.Version()
	if state.Err != nil && ctx.Err() == nil {
		logger.Warn("the portal cannot be used now", "portal", p.portal.Host, "why", state.WhyNot(), "error", state.Err)
	}
	serve.Announcement{At: at, PortalURL: p.portal.String(), Portal: state, Explorer: settings.Explorer, HasToken: settings.PortalToken != ""}.Write(stdout)
	if ready != nil {
		ready(at)
	}
	select {
	case <-ctx.Done():
	case err := <-servers.Failed():
		return err
	}
	p.health.Stop()
	logger.Info("stopping: running operations may finish; a second signal ends them at once", "after", time.Duration(settings.Server.DrainDelay), "within", settings.Server.DrainTimeout)
	servers.Leave()
	clients.Drain()
	return servers.Drain(at.Public)
}

// publicHandler returns everything that the public listener serves.
func (p *program) publicHandler() http.Handler {
	settings := p.settings
	options := settings.Resolvers(p.portal)
	options.Wrote = observe.LogWrites(p.logger)
	if settings.IsDemo() && options.Fallback.IsZero() {
		options.Fallback.Authorization = demo.Token
	}
	resolver := resolvers.New(p.client, options)
	schema := graph.NewExecutableSchema(graph.Config{Schema: document.Schema(), Resolvers: resolver})
	api := handler.New(schema)
	api.SetErrorPresenter(resolvers.Present)
	api.SetRecoverFunc(resolvers.Recover)
	api.Use(observe.Operations{Logger: p.logger, Metrics: p.metrics, Token: string(settings.PortalToken)})
	if p.traces != nil {
		api.Use(p.traces)
	}
	api.Use(resolver)
	if settings.Explorer {
		api.Use(extension.Introspection{})
	}
	documents, transport := settings.Documents(), settings.OverHTTP()
	documents.Cost, documents.Analyze = resolvers.Cost, func(query *ast.QueryDocument) any { return resolvers.Analyze(query) }
	transport.Account, transport.Present, transport.Recover = resolver.Account, resolvers.Present, resolvers.Recover
	transport.Documents = document.NewStore(document.Schema(), documents)
	p.metrics.WatchAPI(overhttp.Attach(api, transport))

	mux := http.NewServeMux()
	for _, path := range []string{overhttp.Path, overhttp.Path + "/{$}", "/query", "/api/graphql", "/v1/graphql"} { // the last three are where other servers have it
		mux.Handle(path, p.traces.Handler(api))
	}
	p.health.Handle(mux)
	if settings.Explorer {
		page := explorer.Handler(settings.IsDemo())
		mux.Handle("GET /{$}", page)
		mux.Handle("GET /explorer/licenses.txt", page)
		mux.Handle("GET /explorer/assets/{name}", page)
		sdl := sync.OnceValue(func() string { return document.SDL(document.Schema()) })
		mux.HandleFunc("GET /schema.graphql", func(w http.ResponseWriter, _ *http.Request) {
			serve.PlainText(w, http.StatusOK, strings.TrimSuffix(sdl(), "\n"))
		})
	}
	crossOrigin := overhttp.CrossOrigin(settings.CORSOrigins, p.logger)
	return serve.LimitClient(settings.Limits.OperationTimeout, overhttp.Identify(crossOrigin(overhttp.Compress(serve.CleanPath(mux)))))
}

// bulleted puts each line of an error behind a dash.
func bulleted(err error) string {
	return "  - " + strings.ReplaceAll(err.Error(), "\n", "\n  - ")
}
