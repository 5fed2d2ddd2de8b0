// Package config reads every setting of the program, from flags and environment
// variables, and names all mistakes at once.
package config

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"net/url"
	"time"

	"github.com/alecthomas/kong"
	"github.com/alecthomas/units"

	"onlyoffice-graphql/graph/plain"
	"onlyoffice-graphql/internal/serve"
	"onlyoffice-graphql/resolvers"
)

// Config is everything that can be set, by flag or by environment variable;
// flags win. Its tags are the defaults and the text of --help.
type Config struct {
	PortalURL      PortalURL  `name:"portal-url" env:"ONLYOFFICE_URL" placeholder:"URL" help:"Address of the portal, such as https://portal.example.com, by the name in its certificate. SSL_CERT_FILE names a file with the authority where that is not a public one. Without an address the built-in demo portal is served."`
	PortalPublic   PortalURL  `name:"portal-public-url" env:"PORTAL_PUBLIC_URL" placeholder:"URL" help:"Address that browsers reach the portal at, as the field portal tells it to everybody; that of --portal-url when not set."`
	PortalToken    secret     `name:"portal-token" env:"ONLYOFFICE_TOKEN" placeholder:"TOKEN" help:"Portal token for callers that bring none. They all see what its owner sees: for single-user set-ups."`
	TokenFile      secretFile `name:"portal-token-file" env:"ONLYOFFICE_TOKEN_FILE" placeholder:"FILE" help:"File that holds the token of --portal-token, which is not set then. It is read once, at the start."`
	InsecurePortal bool       `name:"insecure-portal" env:"INSECURE_PORTAL" help:"Accept a portal without https that is not on this machine; off when not set."`

	Listen      Address `name:"listen" env:"LISTEN_ADDR" default:"127.0.0.1:8080" help:"Address for GraphQL, GraphiQL and the health probes."`
	AdminListen Address `name:"admin-listen" env:"ADMIN_ADDR" default:"127.0.0.1:8081" help:"Address for metrics and the health probes; off for none. It answers to addresses, to localhost, and to the name that is set here."`
	DemoListen  Address `name:"demo-listen" env:"DEMO_ADDR" placeholder:"ADDRESS" help:"Address for the built-in demo portal; 127.0.0.1:8082 when not set, or a free port where that is taken."`
	Profiles    bool    `name:"profiles" env:"PROFILES" help:"Serve profiles below /debug/pprof/ of --admin-listen; off when not set."`
	Explorer    bool    `name:"explorer" env:"EXPLORER" default:"on" negatable:"" help:"Serve GraphiQL and /schema.graphql, and answer introspection; on when not set, --no-explorer or EXPLORER=off for none of it."`
	CORSOrigins origins `name:"cors-origin" env:"CORS_ORIGINS" placeholder:"ORIGIN" help:"Browser origins that may call the API, such as https://app.example.com; none when not set."`

	UpstreamReport reportMode `name:"upstream-report" env:"UPSTREAM_REPORT" default:"signed-in" help:"Who may see the portal calls of an answer, in extensions.upstream: off for nobody, signed-in for callers with a credential of their own, on for everybody."`

	Writes writeMode `name:"writes" env:"WRITES" default:"own" help:"Who may change what is in the portal, by mutations: off for nobody, own for callers with a credential of their own, on for callers with that of --portal-token, too. With the demo portal own is as on."`

	SignIn Choice `name:"sign-in" env:"SIGN_IN" placeholder:"on|off" help:"Answer the mutation signIn, which asks the portal for a token by user name and password, for pages that may not ask it themselves; off when not set, but with the demo portal on."`

	TraceParent bool `name:"trace-parent" env:"TRACE_PARENT" help:"Make the trace of a request a part of its caller's, by the header traceparent; off when not set: then it begins anew, with a link to that. Traces are sent where the standard OTEL_… variables say so."`

	LogFormat logFormat  `name:"log-format" env:"LOG_FORMAT" placeholder:"text|json" help:"How to log; text on a terminal and json elsewhere when not set."`
	LogLevel  slog.Level `name:"log-level" env:"LOG_LEVEL" default:"info" help:"Least important level to log: debug, info, warn or error."`

	Limits Limits       `embed:""`
	Portal PortalLimits `embed:"" group:"Portal calls"`
	Server ServerLimits `embed:"" group:"Server"`

	PrintSchema bool `name:"print-schema" help:"Print the GraphQL schema and stop."`
	Version     bool `name:"version" help:"Print which build this is and stop."`
	Traces      bool `kong:"-"` // are wanted by the standard OTEL_… variables
	Healthcheck bool `kong:"-"` // the order healthcheck came before the flags
}

// PortalLimits bound what is asked of the portal.
type PortalLimits struct {
	CallTimeout  time.Duration    `name:"portal-timeout" env:"PORTAL_TIMEOUT" default:"10s" help:"Longest that one portal call may take; one that writes has 30 s."`
	DialTimeout  time.Duration    `name:"dial-timeout" env:"DIAL_TIMEOUT" default:"3s" help:"Longest that connecting to the portal may take."`
	TLSTimeout   time.Duration    `name:"tls-timeout" env:"TLS_TIMEOUT" default:"5s" help:"Longest that the TLS handshake with the portal may take."`
	RequestCalls int              `name:"request-calls" env:"REQUEST_CALLS" default:"24" help:"Portal calls in flight for one request. More make large pages faster, and the portal busier."`
	TotalCalls   int              `name:"operation-calls" env:"OPERATION_CALLS" default:"1000" help:"Portal calls of one operation in all, whatever its cost; fields beyond end with COST_LIMIT_EXCEEDED."`
	PortalCalls  int              `name:"portal-calls" env:"PORTAL_CALLS" default:"64" help:"Portal calls in flight for all requests together."`
	CallerCalls  countOrNone      `name:"caller-calls" env:"CALLER_CALLS" default:"0" help:"Portal calls a minute for each credential, as many of them at once as are left. What an operation makes beyond is a debt: requests are refused with RATE_LIMITED until it is paid. 0 for any number."`
	Body         units.Base2Bytes `name:"portal-body" env:"PORTAL_BODY" default:"16MiB" help:"Largest answer that is read from the portal."`
	Bodies       units.Base2Bytes `name:"portal-bodies" env:"PORTAL_BODIES" default:"256MiB" help:"Answers that may be in memory at a time while they are read, those above 256KiB all together; never less than two of the largest. Go's memory limit follows it, unless GOMEMLIMIT is set."`
	HTTP2        bool             `name:"portal-http2" env:"PORTAL_HTTP2" help:"Speak HTTP/2 to a portal with https that can; off when not set. It costs a quarter more CPU and waits longer than HTTP/1.1, but its answers bear the number of their request, so that a stray one is never taken for another."`
	ReferenceTTL lifetime         `name:"reference-cache" env:"REFERENCE_CACHE" default:"off" help:"How long stages, currencies, custom-field definitions, categories, contact statuses and types are kept for each credential; off for not beyond one request."`
	Retries      countOrNone      `name:"portal-retries" env:"PORTAL_RETRIES" default:"2" help:"Times that a failed portal call is repeated; 0 for never."`
	RetryBudget  int              `name:"retry-budget" env:"RETRY_BUDGET" default:"10" help:"Repeated portal calls in percent of all."`
	BreakerCalls int              `name:"breaker-calls" env:"BREAKER_CALLS" default:"20" help:"Portal calls of a route within 10s after which that is left alone, once half of them have failed. A page counts once."`
	BreakerOpen  time.Duration    `name:"breaker-open" env:"BREAKER_OPEN" default:"5s" help:"How long it is left alone then, before one call tries again."`
}

// ServerLimits bound connections: how many there are, and how long they are
// waited for.
type ServerLimits struct {
	Connections        int            `name:"max-connections" env:"MAX_CONNECTIONS" default:"4096" help:"Connections of clients at a time, or fewer where the limit of open files says so. The one that is idle longest gives way to a new one; when none is idle, the new one is closed at once."`
	AddressConnections int            `name:"max-connections-per-address" env:"MAX_CONNECTIONS_PER_ADDRESS" default:"512" help:"Connections of one client's address, or of its /64 network in IPv6, in the same way. Those of this machine and of --trusted-proxy are not counted."`
	TrustedProxies     []netip.Prefix `name:"trusted-proxy" env:"TRUSTED_PROXIES" placeholder:"NETWORK" help:"Addresses or networks of proxies, such as 10.0.0.0/8, whose connections bring everybody's requests, each with its client in X-Forwarded-For; none when not set."`
	ReadHeaderTimeout  time.Duration  `name:"read-header-timeout" env:"READ_HEADER_TIMEOUT" default:"5s" help:"Longest that a client may take to send its request's header."`
	IdleTimeout        time.Duration  `name:"idle-timeout" env:"IDLE_TIMEOUT" default:"120s" help:"Longest that an idle connection is kept."`
	DrainDelay         lifetime       `name:"drain-delay" env:"DRAIN_DELAY" default:"off" help:"How long requests are still taken after SIGTERM, each as the last of its connection, so that a proxy before several of these programs keeps none that is about to close."`
	DrainTimeout       time.Duration  `name:"drain-timeout" env:"DRAIN_TIMEOUT" default:"25s" help:"Longest that running operations may take after SIGTERM."`
}

// Types of single settings. Each reads its text in settings.go.
type (
	PortalURL  struct{ *url.URL } // nil: the demo portal
	Address    string             // host:port, or off
	origins    []string           // each scheme://host[:port]
	logFormat  string             // "text", "json" or "" for whichever suits
	secret     string             // never printed
	secretFile struct{ secret }   // what a file holds
	lifetime   time.Duration      // 0 for off

	reportMode  resolvers.ReportMode
	writeMode   resolvers.WriteMode
	countOrNone int // a number from 0
)

// Off is the address of a listener that is not wanted.
const Off Address = "off"

// String keeps the secret out of logs and error texts.
func (secret) String() string { return "redacted" }

// GoString keeps the secret out of %#v.
func (secret) GoString() string { return "redacted" }

// MarshalText keeps the secret out of JSON, and so out of logs of that format.
func (secret) MarshalText() ([]byte, error) { return []byte("redacted"), nil }

// ErrHelp is returned when the command line asked for help, which has been printed.
var ErrHelp = errors.New("help was printed")

// Parse reads the configuration from args and the environment. Its error
// lists every mistake, so that one round of mending is enough.
func Parse(args []string, stdout io.Writer) (Config, error) {
	var config Config
	var found mistakes
	isHealthcheck := len(args) > 0 && args[0] == "healthcheck"
	if isHealthcheck {
		args = args[1:]
	}
	err := parseInto(&config, &found, args, stdout)
	if errors.Is(err, ErrHelp) {
		return Config{}, err
	}
	if err != nil {
		// The parser stops at its first mistake; each argument alone shows them
		// all, and those that are well may still not go together.
		config, found = Config{}, mistakes{}
		_ = parseInto(&config, &found, found.ofArguments(args), io.Discard)
	}
	config.Healthcheck = isHealthcheck
	config.check(&found)
	if err := found.join(); err != nil {
		return Config{}, err
	}
	return config, nil
}

func parseInto(config *Config, found *mistakes, args []string, stdout io.Writer) (err error) {
	options := append(found.mappers(),
		kong.Name("onlyoffice-graphql"),
		kong.Description("GraphQL over the CRM of an ONLYOFFICE portal.\n\nWith the word healthcheck before the flags it asks the program that runs with these settings whether it is alive, and ends with status 0 or 1."),
		kong.Writers(stdout, stdout),
		kong.ConfigureHelp(kong.HelpOptions{WrapUpperBound: 100}),
		kong.Exit(func(int) { panic(ErrHelp) }),
	)
	defer func() { // kong ends the process after --help; here it must return
		if r := recover(); r != nil {
			if r != ErrHelp {
				panic(r)
			}
			err = ErrHelp
		}
	}()
	parser, err := kong.New(config, options...)
	if err != nil {
		return err
	}
	_, err = parser.Parse(args)
	return err
}

// check looks for settings that are fine alone but not together.
// It takes the token from the file that holds it, and reads whether traces are wanted.
func (c *Config) check(found *mistakes) {
	if u := c.PortalURL.URL; u != nil && u.Scheme == "http" && !serve.IsLoopback(u.Hostname()) && !c.InsecurePortal {
		found.add(fmt.Errorf("--portal-url (ONLYOFFICE_URL): %s has no https, so credentials would travel in the clear; use https, or --insecure-portal in a network you trust", u.Host))
	}
	switch fromFile := c.TokenFile.secret; {
	case fromFile != "" && c.PortalToken != "":
		found.add(errors.New("--portal-token-file (ONLYOFFICE_TOKEN_FILE): --portal-token (ONLYOFFICE_TOKEN) is set, too; leave one of them out"))
	case fromFile != "":
		c.PortalToken = fromFile
	}
	if c.Portal.RequestCalls > c.Portal.PortalCalls && c.Portal.PortalCalls > 0 {
		found.add(fmt.Errorf("--request-calls (REQUEST_CALLS): %d for one request are more than the %d of --portal-calls (PORTAL_CALLS) for all", c.Portal.RequestCalls, c.Portal.PortalCalls))
	}
	if need := plain.AnswerMemory * c.Limits.Answer; need > c.Limits.AnswersMemory && c.Limits.AnswersMemory > 0 {
		found.add(fmt.Errorf("--answers-memory (ANSWERS_MEMORY): %v are less than the %v that one answer of --max-answer (MAX_ANSWER) may take in memory", c.Limits.AnswersMemory, need))
	}
	if c.Listen == Off {
		found.add(errors.New("--listen (LISTEN_ADDR): cannot be off"))
	}
	if c.DemoListen == Off {
		found.add(errors.New("--demo-listen (DEMO_ADDR): cannot be off; with --portal-url (ONLYOFFICE_URL) there is no demo portal"))
	}
	if serve.SameAddress(string(c.Listen), string(c.AdminListen)) {
		found.add(fmt.Errorf("--admin-listen (ADMIN_ADDR): %s is the address of --listen; give it another port, or off", c.AdminListen))
	}
	if serve.SameAddress(string(c.DemoListen), string(c.Listen)) || serve.SameAddress(string(c.DemoListen), string(c.AdminListen)) {
		found.add(fmt.Errorf("--demo-listen (DEMO_ADDR): %s is the address of another listener; give it another port", c.DemoListen))
	}
	if !c.Healthcheck && !c.PrintSchema && !c.Version { // which trace nothing
		c.checkTraces(found)
	}
}
