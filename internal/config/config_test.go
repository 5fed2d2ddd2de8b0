package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/units"
	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/internal/serve"
	"onlyoffice-graphql/resolvers"
)

// settings are all settings, with a value as a flag, another one as a
// variable, and both as the program reads them.
var settings = []struct {
	flag, env        string
	asFlag, asEnv    string
	fromFlag, fromEn any
	get              func(Config) any
}{
	{"portal-url", "ONLYOFFICE_URL", "https://a.example.com/office", "http://127.0.0.1:9", "https://a.example.com/office", "http://127.0.0.1:9", func(c Config) any { return c.PortalURL.String() }},
	{"portal-public-url", "PORTAL_PUBLIC_URL", "https://a.example.com/office", "http://127.0.0.1:9", "https://a.example.com/office", "http://127.0.0.1:9", func(c Config) any { return c.PortalPublic.String() }},
	{"portal-token", "ONLYOFFICE_TOKEN", "one two=", " three\n", secret("one two="), secret("three"), func(c Config) any { return c.PortalToken }},
	{"portal-token-file", "ONLYOFFICE_TOKEN_FILE", "testdata/token", "testdata/another-token", secret("from a file="), secret("another"), func(c Config) any { return c.PortalToken }},
	{"insecure-portal", "INSECURE_PORTAL", "on", "off", true, false, func(c Config) any { return c.InsecurePortal }},
	{"listen", "LISTEN_ADDR", ":1", "[::1]:2", Address(":1"), Address("[::1]:2"), func(c Config) any { return c.Listen }},
	{"admin-listen", "ADMIN_ADDR", "OFF", "localhost:3", Off, Address("localhost:3"), func(c Config) any { return c.AdminListen }},
	{"demo-listen", "DEMO_ADDR", ":4", "localhost:5", Address(":4"), Address("localhost:5"), func(c Config) any { return c.DemoListen }},
	{"profiles", "PROFILES", "on", "off", true, false, func(c Config) any { return c.Profiles }},
	{"trace-parent", "TRACE_PARENT", "on", "off", true, false, func(c Config) any { return c.TraceParent }},
	{"explorer", "EXPLORER", "no", "YES", false, true, func(c Config) any { return c.Explorer }},
	{"cors-origin", "CORS_ORIGINS", "https://a.example.com", "https://b.example.com, http://localhost:3000", origins{"https://a.example.com"}, origins{"https://b.example.com", "http://localhost:3000"}, func(c Config) any { return c.CORSOrigins }},
	{"upstream-report", "UPSTREAM_REPORT", "on", "off", reportMode(resolvers.ReportOn), reportMode(resolvers.ReportOff), func(c Config) any { return c.UpstreamReport }},
	{"writes", "WRITES", "on", "off", writeMode(resolvers.WritesOn), writeMode(resolvers.WritesOff), func(c Config) any { return c.Writes }},
	{"sign-in", "SIGN_IN", "on", "off", true, false, func(c Config) any { return c.SignIn.Or(false) }},
	{"log-format", "LOG_FORMAT", "text", "json", logFormat("text"), logFormat("json"), func(c Config) any { return c.LogFormat }},
	{"log-level", "LOG_LEVEL", "debug", "WARN", slog.LevelDebug, slog.LevelWarn, func(c Config) any { return c.LogLevel }},
	{"max-body", "MAX_BODY", "1MiB", "1000", units.MiB, units.Base2Bytes(1000), func(c Config) any { return c.Limits.Body }},
	{"max-variables", "MAX_VARIABLES", "2KiB", "3KiB", 2 * units.KiB, 3 * units.KiB, func(c Config) any { return c.Limits.Variables }},
	{"max-tokens", "MAX_TOKENS", "11", "12", 11, 12, func(c Config) any { return c.Limits.Tokens }},
	{"max-fields", "MAX_FIELDS", "13", "14", 13, 14, func(c Config) any { return c.Limits.Fields }},
	{"max-depth", "MAX_DEPTH", "15", "16", 15, 16, func(c Config) any { return c.Limits.Depth }},
	{"max-aliases", "MAX_ALIASES", "17", "18", 17, 18, func(c Config) any { return c.Limits.Aliases }},
	{"max-root-fields", "MAX_ROOT_FIELDS", "19", "20", 19, 20, func(c Config) any { return c.Limits.RootFields }},
	{"max-directives", "MAX_DIRECTIVES", "21", "22", 21, 22, func(c Config) any { return c.Limits.Directives }},
	{"max-cost", "MAX_COST", "23", "24", 23, 24, func(c Config) any { return c.Limits.Cost }},
	{"operation-timeout", "OPERATION_TIMEOUT", "1m30s", "250ms", 90 * time.Second, 250 * time.Millisecond, func(c Config) any { return c.Limits.OperationTimeout }},
	{"max-answer", "MAX_ANSWER", "1MiB", "2MiB", units.MiB, 2 * units.MiB, func(c Config) any { return c.Limits.Answer }},
	{"answers-memory", "ANSWERS_MEMORY", "128MiB", "512MiB", 128 * units.MiB, 512 * units.MiB, func(c Config) any { return c.Limits.AnswersMemory }},
	{"max-requests", "MAX_REQUESTS", "25", "26", 25, 26, func(c Config) any { return c.Limits.Requests }},
	{"portal-timeout", "PORTAL_TIMEOUT", "1s", "2s", time.Second, 2 * time.Second, func(c Config) any { return c.Portal.CallTimeout }},
	{"dial-timeout", "DIAL_TIMEOUT", "3s", "4s", 3 * time.Second, 4 * time.Second, func(c Config) any { return c.Portal.DialTimeout }},
	{"tls-timeout", "TLS_TIMEOUT", "5s", "6s", 5 * time.Second, 6 * time.Second, func(c Config) any { return c.Portal.TLSTimeout }},
	{"request-calls", "REQUEST_CALLS", "2", "3", 2, 3, func(c Config) any { return c.Portal.RequestCalls }},
	{"operation-calls", "OPERATION_CALLS", "20", "30", 20, 30, func(c Config) any { return c.Portal.TotalCalls }},
	{"portal-calls", "PORTAL_CALLS", "65", "66", 65, 66, func(c Config) any { return c.Portal.PortalCalls }},
	{"caller-calls", "CALLER_CALLS", "0", "600", 0, 600, func(c Config) any { return c.Resolvers(&url.URL{}).CallerCalls }},
	{"portal-body", "PORTAL_BODY", "4MiB", "5MiB", 4 * units.MiB, 5 * units.MiB, func(c Config) any { return c.Portal.Body }},
	{"portal-bodies", "PORTAL_BODIES", "64MiB", "128MiB", 64 * units.MiB, 128 * units.MiB, func(c Config) any { return c.Portal.Bodies }},
	{"portal-http2", "PORTAL_HTTP2", "off", "on", false, true, func(c Config) any { return c.Portal.HTTP2 }},
	{"reference-cache", "REFERENCE_CACHE", "30s", "OFF", lifetime(30 * time.Second), lifetime(0), func(c Config) any { return c.Portal.ReferenceTTL }},
	{"portal-retries", "PORTAL_RETRIES", "0", "5", -1, 5, func(c Config) any { return c.Portal.Retries.orNone() }},
	{"retry-budget", "RETRY_BUDGET", "6", "7", 6, 7, func(c Config) any { return c.Portal.RetryBudget }},
	{"breaker-calls", "BREAKER_CALLS", "8", "9", 8, 9, func(c Config) any { return c.Portal.BreakerCalls }},
	{"breaker-open", "BREAKER_OPEN", "10s", "11s", 10 * time.Second, 11 * time.Second, func(c Config) any { return c.Portal.BreakerOpen }},
	{"max-connections", "MAX_CONNECTIONS", "25", "26", 25, 26, func(c Config) any { return c.Server.Connections }},
	{"max-connections-per-address", "MAX_CONNECTIONS_PER_ADDRESS", "27", "28", 27, 28, func(c Config) any { return c.Server.AddressConnections }},
	{"trusted-proxy", "TRUSTED_PROXIES", "192.0.2.7", "10.0.0.0/8, 2001:db8::/32", "[192.0.2.7/32]", "[10.0.0.0/8 2001:db8::/32]", func(c Config) any { return fmt.Sprint(c.Server.TrustedProxies) }},
	{"read-header-timeout", "READ_HEADER_TIMEOUT", "12s", "13s", 12 * time.Second, 13 * time.Second, func(c Config) any { return c.Server.ReadHeaderTimeout }},
	{"idle-timeout", "IDLE_TIMEOUT", "14s", "15s", 14 * time.Second, 15 * time.Second, func(c Config) any { return c.Server.IdleTimeout }},
	{"drain-delay", "DRAIN_DELAY", "3s", "off", lifetime(3 * time.Second), lifetime(0), func(c Config) any { return c.Server.DrainDelay }},
	{"drain-timeout", "DRAIN_TIMEOUT", "16s", "17s", 16 * time.Second, 17 * time.Second, func(c Config) any { return c.Server.DrainTimeout }},
}

// Each setting is read from its flag and from its variable; flags win, and an
// empty variable is none.
func TestSettings(t *testing.T) {
	parse := func(t *testing.T, args ...string) Config {
		t.Helper()
		config, err := Parse(args, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		return config
	}
	defaults := parse(t)
	known := []string{"print-schema", "version"} // which are no settings but orders
	for _, s := range settings {
		known = append(known, s.flag)
		t.Run(s.flag, func(t *testing.T) {
			check := func(t *testing.T, config Config, want any) {
				t.Helper()
				if diff := cmp.Diff(want, s.get(config)); diff != "" {
					t.Error(diff)
				}
			}
			flag := "--" + s.flag + "=" + s.asFlag
			check(t, parse(t, flag), s.fromFlag)
			if _, isSwitch := s.fromFlag.(bool); !isSwitch { // which takes no second argument
				check(t, parse(t, "--"+s.flag, s.asFlag), s.fromFlag)
			}
			t.Setenv(s.env, s.asEnv)
			check(t, parse(t), s.fromEn)
			check(t, parse(t, flag), s.fromFlag)
			t.Setenv(s.env, "")
			if diff := cmp.Diff(fmt.Sprintf("%#v", defaults), fmt.Sprintf("%#v", parse(t))); diff != "" {
				t.Errorf("an empty variable changes something: %s", diff)
			}
		})
	}
	for _, f := range allFlags() {
		if !slices.Contains(known, f.Name) {
			t.Errorf("--%s is in no test", f.Name)
		}
	}
}

// The defaults are those of the design.
func TestDefaults(t *testing.T) {
	t.Parallel()
	want := Config{
		Listen: "127.0.0.1:8080", AdminListen: "127.0.0.1:8081", Explorer: true, LogLevel: slog.LevelInfo,
		UpstreamReport: reportMode(resolvers.ReportSignedIn), Writes: writeMode(resolvers.WritesOwn),
		Limits: Limits{
			Body: 256 * units.KiB, Variables: 224 * units.KiB, Tokens: 2000, Fields: 5000, Depth: 10, Aliases: 50, RootFields: 50,
			Directives: 10, Cost: 5000, OperationTimeout: 30 * time.Second, Answer: 32 * units.MiB, AnswersMemory: 256 * units.MiB, Requests: 512,
		},
		Portal: PortalLimits{
			CallTimeout: 10 * time.Second, DialTimeout: 3 * time.Second, TLSTimeout: 5 * time.Second, RequestCalls: 24, TotalCalls: 1000, PortalCalls: 64,
			Body: 16 * units.MiB, Bodies: 256 * units.MiB, Retries: 2, RetryBudget: 10, BreakerCalls: 20, BreakerOpen: 5 * time.Second,
		},
		Server: ServerLimits{Connections: 4096, AddressConnections: 512, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 2 * time.Minute, DrainTimeout: 25 * time.Second},
	}
	got, err := Parse(nil, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(want, got) {
		t.Error(cmp.Diff(fmt.Sprintf("%#v", want), fmt.Sprintf("%#v", got)))
	}
}

func TestSwitchesAndLists(t *testing.T) {
	t.Parallel()
	for arg, want := range map[string]bool{"--explorer": true, "--no-explorer": false, "--explorer=off": false, "--explorer=0": false, "--explorer=": true} {
		if config, err := Parse([]string{arg}, io.Discard); err != nil || config.Explorer != want {
			t.Errorf("%s: %v, %v", arg, config.Explorer, err)
		}
	}
	config, err := Parse([]string{"--cors-origin=http://a", "--cors-origin", "http://b,http://c:1"}, io.Discard)
	if diff := cmp.Diff(origins{"http://a", "http://b", "http://c:1"}, config.CORSOrigins); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

// No mistake around a token, nor anything else, prints it.
func TestSecretsStaySecret(t *testing.T) {
	const token = "s3cr3t-T0k3n"
	for _, args := range [][]string{
		{"--portal-token=" + token, "--bogus"},
		{"--portal-token", token, "--listen=off"},
		{"--portal-token", "Bearer", token},
		{"--portal-token=Bearer", token},
		{"--portal-token", "-" + token},
		{"--portal-token", "--" + token},
		{"--portal-token", "--" + token + "=x", "--bogus"},
		{"--portal-token=" + token + "\nX-Header: 1"},
		{"--portal-token=\x00" + token},
		{"--portal-token-file=" + token},
		{"--portal-token-file", token, "more"},
		{"--portal-token-file", "Bearer", token},
		{"--portal-url=https://" + token + "@portal.example.com"},
		{"--portal-url=https://portal.example.com/?token=" + token},
	} {
		if found := strings.Join(mistakesOf(t, args...), "\n"); strings.Contains(found, token) || !strings.Contains(found, "-") {
			t.Errorf("%q: %s", args, found)
		}
	}
	for _, value := range []string{token + "\r\nX: 1", "a\x7f" + token} {
		t.Setenv("ONLYOFFICE_TOKEN", value)
		const want = "--portal-token (ONLYOFFICE_TOKEN): this holds a line break or another character that no header can carry"
		if diff := cmp.Diff([]string{want}, mistakesOf(t)); diff != "" {
			t.Error(diff)
		}
	}

	t.Setenv("ONLYOFFICE_TOKEN", token)
	var help bytes.Buffer
	if _, err := Parse([]string{"--help"}, &help); !errors.Is(err, ErrHelp) || strings.Contains(help.String(), token) {
		t.Errorf("--help: %v\n%s", err, &help)
	}
	config, err := Parse(nil, io.Discard)
	if err != nil || string(config.PortalToken) != token {
		t.Fatal("the token is not read", err)
	}
	var printed strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		fmt.Fprintf(&printed, verb+verb, config, &config)
		fmt.Fprintf(&printed, verb, config.PortalToken)
	}
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	printed.Write(text)
	for _, handler := range []slog.Handler{slog.NewJSONHandler(&printed, nil), slog.NewTextHandler(&printed, nil)} {
		slog.New(handler).Error("all", "config", config, "pointer", &config, "token", config.PortalToken, slog.Any("list", []secret{config.PortalToken}))
	}
	if strings.Contains(printed.String(), token) || !strings.Contains(printed.String(), "redacted") {
		t.Errorf("printed\n%s", printed.String())
	}
}

// --help names every flag with its variable and its default, if it has one.
func TestHelp(t *testing.T) {
	t.Setenv("MAX_COST", "none") // mistakes do not keep anybody from help
	var stdout bytes.Buffer
	if _, err := Parse([]string{"--help"}, &stdout); !errors.Is(err, ErrHelp) {
		t.Fatal(err)
	}
	for line := range strings.Lines(stdout.String()) {
		if len(line) > 100 {
			t.Errorf("a line of %d characters: %s", len(line), line)
		}
	}
	help := regexp.MustCompile(`\s+`).ReplaceAllString(stdout.String(), " ")
	for _, f := range allFlags() {
		flag, kind := "--"+f.Name, f.Target.Kind()
		switch {
		case kind == reflect.Bool && f.Default != "":
			flag = "--[no-]" + f.Name
			if !strings.Contains(f.Help, f.Default+" when not set") {
				t.Errorf("the help of --%s does not say that it is %s", f.Name, f.Default)
			}
		case kind == reflect.String && f.Default != "":
			flag += `="` + f.Default + `"`
		case f.Default != "":
			flag += "=" + f.Default
		}
		wants := []string{" " + flag}
		for _, env := range f.Tag.Envs {
			wants = append(wants, " ($"+env+").")
		}
		for _, want := range wants {
			if !strings.Contains(help, want) {
				t.Errorf("--help lacks %q", want)
			}
		}
	}
}

// The help says where the demo portal listens when nothing is set.
func TestDemoAddressIsTold(t *testing.T) {
	t.Parallel()
	field, _ := reflect.TypeFor[Config]().FieldByName("DemoListen")
	if help := field.Tag.Get("help"); !strings.Contains(help, serve.DemoAddress+" when not set") {
		t.Errorf("the help says %q", help)
	}
}

// A switch that is not set is the program's to choose, and one that is set is not.
func TestChoice(t *testing.T) {
	for name, tt := range map[string]struct {
		args      []string
		on, other bool // where the program would have it off, and on
	}{
		"not set":       {nil, false, true},
		"bare":          {[]string{"--sign-in"}, true, true},
		"on":            {[]string{"--sign-in=on"}, true, true},
		"off":           {[]string{"--sign-in=off"}, false, false},
		"before others": {[]string{"--sign-in", "--max-cost=1"}, true, true},
	} {
		config, err := Parse(tt.args, io.Discard)
		if err != nil || config.SignIn.Or(false) != tt.on || config.SignIn.Or(true) != tt.other {
			t.Errorf("%s: %d %v", name, config.SignIn, err)
		}
	}
}
