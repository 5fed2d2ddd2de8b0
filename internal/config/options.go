package config

import (
	"log/slog"
	"net/url"
	"strings"
	"time"

	"onlyoffice-graphql/internal/document"
	"onlyoffice-graphql/internal/overhttp"
	"onlyoffice-graphql/internal/serve"
	"onlyoffice-graphql/resolvers"
	"onlyoffice-graphql/upstream"
)

// Upstream returns the options of the client of a portal at that address.
func (c *Config) Upstream(portal *url.URL) upstream.Options {
	p := c.Portal
	return upstream.Options{
		URL:          portal,
		CallTimeout:  p.CallTimeout,
		DialTimeout:  p.DialTimeout,
		TLSTimeout:   p.TLSTimeout,
		RequestCalls: p.RequestCalls,
		TotalCalls:   p.TotalCalls,
		PortalCalls:  p.PortalCalls,
		BodyLimit:    int64(p.Body),
		BodyBudget:   int64(p.Bodies),
		HTTP2:        p.HTTP2,
		ReferenceTTL: time.Duration(p.ReferenceTTL),
		Retries:      p.Retries.orNone(),
		RetryBudget:  p.RetryBudget,
		BreakerCalls: p.BreakerCalls,
		BreakerOpen:  p.BreakerOpen,
	}
}

// orNone returns the number in the words of upstream.Options, where 0 is its
// default and less than 0 is none.
func (n countOrNone) orNone() int {
	if n == 0 {
		return -1
	}
	return int(n)
}

// Resolvers returns the options of the resolvers over a portal that is reached at that
// address, with --portal-token for callers without a credential.
func (c *Config) Resolvers(portal *url.URL) resolvers.Options {
	options := resolvers.Options{
		Fallback: upstream.Credentials{Authorization: string(c.PortalToken)},
		Report:   resolvers.ReportMode(c.UpstreamReport),
		Portal:   upstream.Portal{URL: c.publicAddress(portal)},
		Writes:   resolvers.WriteMode(c.Writes),
		SignIn:   c.SignIn.Or(c.IsDemo()),

		CallerCalls: int(c.Portal.CallerCalls),
	}
	if c.IsDemo() && options.Report != resolvers.ReportOff {
		options.Report = resolvers.ReportOn // there is nothing to hide
	}
	if c.IsDemo() && options.Writes == resolvers.WritesOwn {
		options.Writes = resolvers.WritesOn // and nothing to spoil
	}
	return options
}

// IsDemo reports whether the built-in demo portal is served.
func (c *Config) IsDemo() bool { return c.PortalURL.URL == nil }

// publicAddress returns the address of the portal as browsers know it: the one that is
// set, or else the one at which this program reaches it.
func (c *Config) publicAddress(reached *url.URL) string {
	if c.PortalPublic.URL != nil {
		reached = c.PortalPublic.URL
	}
	return strings.TrimRight(reached.String(), "/")
}

// Documents returns what documents are held to.
func (c *Config) Documents() document.Options {
	l := c.Limits
	return document.Options{
		Limits:   document.Limits{Tokens: l.Tokens, Fields: l.Fields, Depth: l.Depth, Aliases: l.Aliases, RootFields: l.RootFields, Directives: l.Directives, Cost: l.Cost},
		Explorer: c.Explorer,
	}
}

// OverHTTP returns the options of the transport, but for its documents.
func (c *Config) OverHTTP() overhttp.Options {
	l := c.Limits
	options := overhttp.Options{
		Origins:       c.CORSOrigins,
		Timeout:       l.OperationTimeout,
		Requests:      l.Requests,
		Body:          int64(l.Body),
		Variables:     int(l.Variables),
		Answer:        int64(l.Answer),
		AnswersMemory: int64(l.AnswersMemory),
	}
	if c.PortalToken != "" && serve.IsLoopbackAddress(string(c.Listen)) {
		options.ServedAs = overhttp.OnLoopback(c.CORSOrigins)
	}
	return options
}

// Timeouts returns how long the clients of listeners are waited for.
func (c *Config) Timeouts() serve.Timeouts {
	return serve.Timeouts{ReadHeader: c.Server.ReadHeaderTimeout, Idle: c.Server.IdleTimeout, Leave: time.Duration(c.Server.DrainDelay), Drain: c.Server.DrainTimeout}
}

// Connections returns room for the connections of clients, within the files that the
// program may open.
func (c *Config) Connections(logger *slog.Logger) *serve.Connections {
	connections := serve.NewConnections(serve.WithinFiles(c.Server.Connections, c.Portal.PortalCalls, serve.MostFiles(), c.IsDemo(), logger))
	connections.MostPerAddress, connections.Shared = c.Server.AddressConnections, c.Server.TrustedProxies
	return connections
}
