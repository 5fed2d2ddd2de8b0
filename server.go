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
	"net/url"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"onlyoffice-graphql/internal/config"
	"onlyoffice-graphql/internal/observe"
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
	if err := serveUntil(ctx, settings, logger, queue, stdout, ready); err != nil {
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

// serveUntil runs the servers until ctx ends, and then lets running operations
// finish. queue is nil when writing to the log cannot block.
func serveUntil(ctx context.Context, settings config.Config, logger *slog.Logger, queue *observe.LogQueue, stdout io.Writer, ready func(addresses)) error {
	servers := serve.NewServers(logger, serve.Timeouts{ReadHeader: settings.Server.ReadHeaderTimeout, Idle: settings.Server.IdleTimeout, Drain: settings.Server.DrainTimeout})
	defer servers.Close()

	var at addresses
	portal, fallback := settings.PortalURL.URL, upstream.Credentials{Authorization: string(settings.PortalToken)}
	demoPortal := demo.New()
	if portal == nil {
		var err error
		at.demo, err = listenDemo(settings, logger, func(address string) (string, error) { return servers.Listen(address, demoPortal, nil) })
		if err != nil {
			return err
		}
		portal = &url.URL{Scheme: "http", Host: reachable(at.demo)}
		if fallback.IsZero() {
			fallback.Authorization = demo.Token
		}
	}
	options := resolvers.Options{
		Fallback: fallback, Report: resolvers.ReportMode(settings.UpstreamReport), Portal: upstream.Portal{URL: publicAddress(settings, portal)},
		Writes: resolvers.WriteMode(settings.Writes), Wrote: logWrites(logger),
		SignIn: settings.SignIn.Or(at.demo != ""), Client: serve.ClientAddress,
	}
	if at.demo != "" && options.Report != resolvers.ReportOff {
		options.Report = resolvers.ReportOn // there is nothing to hide
	}
	if at.demo != "" && options.Writes == resolvers.WritesOwn {
		options.Writes = resolvers.WritesOn // and nothing to spoil
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
	demoPortal.OnVersion(client.ForgetVersion)
	health := newHealth(client, logger)
	if queue != nil {
		metrics.countDropped(queue)
		health.isLogStuck = queue.IsStuck
	}

	var err error
	handler := newHandler(settings, resolvers.New(client, options), health, logger, metrics)
	clients := serve.NewConnections(serve.WithinFiles(settings.Server.Connections, settings.Portal.PortalCalls, serve.MostFiles(), at.demo != "", logger))
	clients.MostPerAddress, clients.Shared = settings.Server.AddressConnections, settings.Server.TrustedProxies
	if at.public, err = servers.Listen(string(settings.Listen), handler, clients); err != nil {
		return fmt.Errorf("--listen (LISTEN_ADDR): %w", err)
	}
	if settings.AdminListen != config.Off {
		if at.admin, err = servers.Listen(string(settings.AdminListen), newAdmin(settings, health, metrics), serve.NewConnections(serve.AdminConnections)); err != nil {
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
	case err := <-servers.Failed():
		return err
	}
	health.stop()
	logger.Info("stopping: running operations may finish; a second signal ends them at once", "within", settings.Server.DrainTimeout)
	clients.Drain()
	return servers.Drain(at.public)
}

func isLoopbackAddress(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return err == nil && config.IsLoopback(host)
}
