// Command onlyoffice-graphql gives frontend apps a GraphQL API over the CRM of
// an ONLYOFFICE portal. Without any setting it serves a built-in demo portal.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"onlyoffice-graphql/internal/config"
	"onlyoffice-graphql/internal/observe"
	"onlyoffice-graphql/resolvers"
	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

//go:generate go run ./upstream/scan/gen upstream
//go:generate go run ./.ci/gqlgen
//go:generate sh -c "go run . --print-schema > schema.graphql.new && mv schema.graphql.new schema.graphql"

func main() {
	log.SetOutput(io.Discard) // net/http and dataloader write there what the portal sent; what matters comes as errors
	tuneGC()
	signal.Ignore(syscall.SIGPIPE) // or a log reader that goes away would end the program
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr, nil))
}

// run is the whole program; it returns its exit status. ctx ends it. If ready
// is not nil it is called once with the addresses that are listened on.
func run(ctx context.Context, args []string, stdout, stderr io.Writer, ready func(addresses)) int {
	settings, err := config.Parse(args, stdout)
	switch {
	case errors.Is(err, config.ErrHelp):
		return 0
	case err != nil:
		fmt.Fprintf(stderr, "The configuration cannot be used:\n%s\nRun with --help to see every setting.\n", bulleted(err))
		return 2
	case settings.PrintSchema:
		_, _ = io.WriteString(stdout, schemaSDL())
		return 0
	}
	format := observe.FormatFor(stderr, string(settings.LogFormat))
	var queue *observe.LogQueue
	out := stderr
	if file, isFile := stderr.(*os.File); isFile { // which may be a pipe
		queue = observe.NewLogQueue(file, func(dropped uint64) []byte {
			var line bytes.Buffer
			observe.NewLogger(&line, format, settings.LogLevel).Warn("lines of the log were dropped", "lines", dropped)
			return line.Bytes()
		})
		defer queue.Close(observe.LastWords)
		out = queue
	}
	logger := observe.NewLogger(out, format, settings.LogLevel)
	if err := serve(ctx, settings, logger, queue, stdout, ready); err != nil {
		logger.Error("stopped", "error", err)
		return 1
	}
	return 0
}

// addresses are where a running program listens.
type addresses struct {
	public, admin, demo string // host:port; admin and demo may be ""
}

// publicAddress returns the address of the portal as browsers know it.
func publicAddress(settings config.Config, portal *url.URL) string {
	if settings.PortalPublic.URL != nil {
		portal = settings.PortalPublic.URL
	}
	return strings.TrimRight(portal.String(), "/")
}

// serve runs the servers until ctx ends, and then lets running operations
// finish. queue is nil when writing to the log cannot block.
func serve(ctx context.Context, settings config.Config, logger *slog.Logger, queue *observe.LogQueue, stdout io.Writer, ready func(addresses)) error {
	servers := &serverGroup{logger: logger, limits: settings.Server, servers: make(map[string]*http.Server)}
	defer servers.close()

	var at addresses
	portal, fallback := settings.PortalURL.URL, upstream.Credentials{Authorization: string(settings.PortalToken)}
	if portal == nil {
		var err error
		at.demo, err = listenDemo(settings, logger, func(address string) (string, error) { return servers.listen(address, demo.New(), nil) })
		if err != nil {
			return err
		}
		portal = &url.URL{Scheme: "http", Host: reachable(at.demo)}
		if fallback.IsZero() {
			fallback.Authorization = demo.Token
		}
	}
	options := resolvers.Options{Fallback: fallback, Report: resolvers.ReportMode(settings.UpstreamReport), Portal: upstream.Portal{URL: publicAddress(settings, portal)}}
	if at.demo != "" && options.Report != resolvers.ReportOff {
		options.Report = resolvers.ReportOn // there is nothing to hide
	}
	metrics := newMetrics()
	client := upstream.New(upstream.Options{
		URL:          portal,
		CallTimeout:  settings.Portal.CallTimeout,
		DialTimeout:  settings.Portal.DialTimeout,
		TLSTimeout:   settings.Portal.TLSTimeout,
		RequestCalls: settings.Portal.RequestCalls,
		TotalCalls:   settings.Portal.TotalCalls,
		PortalCalls:  settings.Portal.PortalCalls,
		BodyLimit:    int64(settings.Portal.Body),
		BodyBudget:   int64(settings.Portal.Bodies),
		HTTP2:        settings.Portal.HTTP2,
		ReferenceTTL: time.Duration(settings.Portal.ReferenceTTL),
		Retries:      settings.Portal.Retries.OrNone(),
		RetryBudget:  settings.Portal.RetryBudget,
		BreakerCalls: settings.Portal.BreakerCalls,
		BreakerOpen:  settings.Portal.BreakerOpen,
		Warn:         logger.Warn,
		Observe:      metrics.portalCall,
	})
	defer client.Close()
	health := newHealth(client, logger)
	if queue != nil {
		metrics.countDropped(queue)
		health.isLogStuck = queue.IsStuck
	}

	var err error
	handler := newHandler(settings, resolvers.New(client, options), health, logger, metrics)
	clients := newConnections(withinFiles(settings, mostFiles(), at.demo != "", logger))
	clients.mostPerAddress, clients.shared = settings.Server.AddressConnections, settings.Server.TrustedProxies
	if at.public, err = servers.listen(string(settings.Listen), handler, clients); err != nil {
		return fmt.Errorf("--listen (LISTEN_ADDR): %w", err)
	}
	if settings.AdminListen != config.Off {
		if at.admin, err = servers.listen(string(settings.AdminListen), newAdmin(settings, health, metrics), newConnections(adminConnections)); err != nil {
			return fmt.Errorf("--admin-listen (ADMIN_ADDR): %w", err)
		}
	}
	if settings.PortalToken != "" && !isLoopbackAddress(at.public) {
		logger.Warn("everybody who reaches this address acts as the owner of --portal-token", "listen", at.public)
	}
	if at.admin != "" && !isLoopbackAddress(at.admin) {
		logger.Warn("whoever reaches the admin listener sees metrics, and profiles where they are on: keep it in a network that you trust", "admin", at.admin)
	}
	logger.Info("listening", "address", at.public, "admin", at.admin, "portal", portal.Host, "demo", at.demo != "")
	// Requests are served by now; only the announcement waits, so that it is whole. A
	// portal that is down may come later.
	state := portalState{err: health.look(ctx)}
	state.version = client.Version()
	if state.err != nil && ctx.Err() == nil {
		logger.Warn("the portal cannot be used now", "portal", portal.Host, "why", state.whyNot(), "error", state.err)
	}
	announce(stdout, settings, at, state)
	if ready != nil {
		ready(at)
	}
	select {
	case <-ctx.Done():
	case err := <-servers.failed():
		return err
	}
	health.stop()
	logger.Info("stopping: running operations may finish; a second signal ends them at once", "within", settings.Server.DrainTimeout)
	clients.drain()
	return servers.drain(at.public)
}

// serverGroup owns the HTTP servers and their goroutines.
type serverGroup struct {
	logger  *slog.Logger
	limits  config.ServerLimits
	servers map[string]*http.Server // by the address that each listens on
	serving sync.WaitGroup
	errs    chan error
}

// listen serves handler on address and returns the address that it got. The
// connections are kept within their bounds, unless they are nil.
func (g *serverGroup) listen(address string, handler http.Handler, connections *connections) (string, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return "", err
	}
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: g.limits.ReadHeaderTimeout,
		IdleTimeout:       g.limits.IdleTimeout,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(g.logger.Handler(), slog.LevelWarn), // bugs, and no more file descriptors
	}
	g.servers[listener.Addr().String()] = server
	if connections != nil {
		listener, server.ConnState, server.ConnContext = connections.on(listener), connections.watch, withConnection
	}
	errs := g.failed()
	g.serving.Go(func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			select {
			case errs <- err:
			default: // one failure is enough to stop
			}
		}
	})
	return listener.Addr().String(), nil
}

// failed receives the error of a server that stopped by itself.
func (g *serverGroup) failed() chan error {
	if g.errs == nil {
		g.errs = make(chan error, 1)
	}
	return g.errs
}

// drain closes the listener on address and waits until everything that it took
// in is answered. The other servers run on: the demo portal, which the answers
// still need, and the admin listener, whose probe says what is going on.
func (g *serverGroup) drain(address string) error {
	ctx, cancel := context.WithTimeout(context.Background(), g.limits.DrainTimeout)
	defer cancel()
	if err := g.servers[address].Shutdown(ctx); err != nil {
		return fmt.Errorf("operations that ran on after --drain-timeout (%v) were cut off: %w", g.limits.DrainTimeout, err)
	}
	return nil
}

// close ends whatever still runs and waits for the serving goroutines.
func (g *serverGroup) close() {
	for _, server := range g.servers {
		_ = server.Close()
	}
	g.serving.Wait()
}

func isLoopbackAddress(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return err == nil && config.IsLoopback(host)
}
