package blackbox

import (
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/upstream/demo"
)

// oneOpportunity is a query that costs one portal call.
const oneOpportunity = `{"query":"{ opportunity(id: 3101) { title } }"}`

// withTitle is the good answer to it.
const withTitle = `{"data":{"opportunity":{"title":"Fleet telematics rollout"}}}`

// What announce suggests works when it is pasted into a shell.
func TestAnnouncedQuery(t *testing.T) {
	t.Parallel()
	p := start(t)
	found := regexp.MustCompile(`(?s)curl -s (\S+) -H '(.*?)' \\\n +-d '(.*?)'`).FindStringSubmatch(p.stdout.String())
	if found == nil {
		t.Fatalf("there is no query in\n%s", p.stdout.String())
	}
	got := testhttp.MustSend(t, http.MethodPost, found[1], found[3], found[2])
	const want = `{"data":{"opportunity":{"title":"Fleet telematics rollout","stage":{"title":"Qualified prospect"},"contact":{"displayName":"Nordfrakt Logistics AB"},"totalValue":"29629629.36"}}}`
	if diff := cmp.Diff(want, got.Body); diff != "" {
		t.Error(diff)
	}
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	p := start(t)
	bare := start(t, "--no-explorer", "--admin-listen=off")
	profiled := start(t, "--profiles")
	if bare.Admin != "" {
		t.Errorf("the admin listener is off, and at %s", bare.Admin)
	}
	tests := map[string]struct {
		address, path string
		status        int
		mediaType     string
		body          string // or a part of it
	}{
		"explorer":            {p.Public, "/", 200, "text/html", "<html"},
		"no explorer":         {bare.Public, "/", 404, "text/plain", ""},
		"schema":              {p.Public, "/schema.graphql", 200, "text/plain", "type Opportunity implements Node"},
		"schema, no explorer": {bare.Public, "/schema.graphql", 404, "text/plain", ""},
		"alive":               {p.Public, "/healthz", 200, "text/plain", "alive\n"},
		"ready":               {p.Public, "/readyz", 200, "text/plain", "ready\n"},
		"graphql":             {p.Public, "/graphql?query={__typename}", 200, "application/json", `{"data":{"__typename":"Query"}}`},
		"unknown":             {p.Public, "/nothing", 404, "text/plain", ""},
		"graphql, a slash":    {p.Public, "/graphql/?query={__typename}", 200, "application/json", `{"data":{"__typename":"Query"}}`},
		"graphql, slashes":    {p.Public, "//graphql?query={__typename}", 200, "application/json", `{"data":{"__typename":"Query"}}`},
		"explorer's folder":   {p.Public, "/explorer", 404, "text/plain", ""},
		"elsewhere":           {p.Public, "/query", 404, "application/json", "The API is at /graphql."},
		"below graphql":       {p.Public, "/graphql/x", 404, "text/plain", ""},
		"portal's API":        {p.Public, "/api/2.0/crm/opportunity/3101.json", 404, "text/plain", ""},
		"metrics in public":   {p.Public, "/metrics", 404, "text/plain", ""},
		"profiles in public":  {p.Public, "/debug/pprof/", 404, "text/plain", ""},
		"heap in public":      {p.Public, "/debug/pprof/heap", 404, "text/plain", ""},
		"command in public":   {p.Public, "/debug/pprof/cmdline", 404, "text/plain", ""},
		"admin metrics":       {p.Admin, "/metrics", 200, "text/plain", "go_goroutines"},
		"admin alive":         {p.Admin, "/healthz", 200, "text/plain", "alive\n"},
		"admin ready":         {p.Admin, "/readyz", 200, "text/plain", "ready\n"},
		"admin profiles":      {p.Admin, "/debug/pprof/", 404, "text/plain", "--profiles (PROFILES=on)"},
		"admin heap":          {p.Admin, "/debug/pprof/heap?debug=1", 404, "text/plain", "--profiles (PROFILES=on)"},
		"profiles, on":        {profiled.Admin, "/debug/pprof/", 200, "text/html", "goroutine"},
		"heap, on":            {profiled.Admin, "/debug/pprof/heap?debug=1", 200, "text/plain", "heap profile"},
		"command, on":         {profiled.Admin, "/debug/pprof/cmdline", 404, "text/plain", ""},
		"graphql in admin":    {p.Admin, "/graphql?query={__typename}", 404, "text/plain", ""},
		"demo portal":         {p.Demo, "/", 200, "text/plain", "demo portal"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := testhttp.Fetch(t, test.address, test.path)
			if got.Status != test.status || !strings.HasPrefix(got.Header.Get("Content-Type"), test.mediaType) || !strings.Contains(got.Body, test.body) {
				t.Errorf("got %d %s %.200s", got.Status, got.Header.Get("Content-Type"), got.Body)
			}
		})
	}
	if got := testhttp.Fetch(t, p.Public, "/schema.graphql"); got.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("the schema has the header %v", got.Header)
	}
	if got := testhttp.MustSend(t, http.MethodPost, "http://"+p.Public+"/readyz", ""); got.Status != http.StatusMethodNotAllowed {
		t.Errorf("a POST to a probe is answered %d", got.Status)
	}
}

// The committed schema, the served one and the printed one are the same.
func TestSchemaIsCommitted(t *testing.T) {
	t.Parallel()
	committed, err := os.ReadFile("schema.graphql")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(committed), testhttp.Fetch(t, start(t).Public, "/schema.graphql").Body); diff != "" {
		t.Errorf("run go generate ./... (-committed +served):\n%s", diff)
	}
	printed := launch(t, nil, "--print-schema")
	if status := printed.wait(t); status != 0 || printed.stderr.String() != "" {
		t.Fatalf("--print-schema: status %d, %s", status, printed.stderr.String())
	}
	if diff := cmp.Diff(string(committed), printed.stdout.String()); diff != "" {
		t.Errorf("--print-schema differs:\n%s", diff)
	}
}

// A portal that is down keeps nothing from starting, and one that is back is noticed.
func TestPortalDown(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.2:0") // where no other test takes the port meanwhile
	if err != nil {
		if listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	p := start(t, "--portal-url=http://"+address, "--portal-token="+demo.Token, "--portal-retries=0")
	if got := testhttp.Fetch(t, p.Public, "/healthz"); got.Status != http.StatusOK {
		t.Errorf("/healthz: %d", got.Status)
	}
	for _, listens := range []string{p.Public, p.Admin} {
		if got := testhttp.Fetch(t, listens, "/readyz"); got.Status != http.StatusServiceUnavailable || got.Body != "the portal does not answer: unavailable\n" {
			t.Errorf("/readyz: %d %q", got.Status, got.Body)
		}
	}
	got := p.query(t, oneOpportunity)
	var answer struct {
		Data   json.RawMessage
		Errors []struct {
			Message    string
			Extensions struct {
				Code      string
				Retryable bool
			}
		}
	}
	if err := json.Unmarshal([]byte(got.Body), &answer); err != nil || got.Status != http.StatusOK || len(answer.Errors) != 1 {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	if e := answer.Errors[0]; e.Extensions.Code != "UPSTREAM_UNAVAILABLE" || !e.Extensions.Retryable || string(answer.Data) != `{"opportunity":null}` {
		t.Errorf("got %s", got.Body)
	}
	if strings.Contains(got.Body, address) || strings.Contains(got.Body, "refused") {
		t.Errorf("the answer tells of the network: %s", got.Body)
	}

	if listener, err = net.Listen("tcp", address); err != nil {
		t.Fatal(err)
	}
	portal := &httptest.Server{Listener: listener, Config: &http.Server{Handler: demo.New()}}
	portal.Start()
	t.Cleanup(portal.Close)
	testhttp.Eventually(t, "the program is ready", func() bool { return testhttp.Fetch(t, p.Public, "/readyz").Status == http.StatusOK })
	if got := p.query(t, oneOpportunity); got.Body != withTitle {
		t.Errorf("after it is back: %s", got.Body)
	}
	for _, msg := range []string{"the portal does not answer", "the portal answers again"} {
		if n := len(p.logged(t, 1, msg)); n != 1 {
			t.Errorf("%q is logged %d times", msg, n)
		}
	}
}

func TestAddressInUse(t *testing.T) {
	t.Parallel()
	taken := start(t)
	for _, flag := range []string{"--listen", "--admin-listen", "--demo-listen"} {
		p := launch(t, nil, "--admin-listen=off", "--log-format=text", flag+"="+taken.Public)
		status, log := p.wait(t), p.stderr.String()
		if status != 1 || !strings.Contains(log, flag) || !strings.Contains(log, "address already in use") {
			t.Errorf("%s: status %d, %s", flag, status, log)
		}
		if p.stdout.String() != "" {
			t.Errorf("%s: announced all the same:\n%s", flag, p.stdout.String())
		}
	}
}

// The demo portal becomes an older one while the program runs: lists by id stay whole
// for callers whom rows are hidden from.
func TestDemoVersionChanges(t *testing.T) {
	t.Parallel()
	p := start(t)
	const query = `{"query":"{ opportunities(first: 1) { totalCount nodes { id } } portal { version } }"}`
	ask := func() string {
		return testhttp.MustSend(t, http.MethodPost, "http://"+p.Public+"/graphql", query, testhttp.SendsJSON, "Authorization: demo-mark.oconnell").Body
	}
	testhttp.Eventually(t, "the version is known", func() bool { return strings.Contains(ask(), `"version":"12.7`) })
	before, _, _ := strings.Cut(ask(), `"nodes"`)
	testhttp.MustSend(t, http.MethodPost, "http://"+p.Demo+"/demo/version", `{"version":"12.6"}`, testhttp.SendsJSON)
	if after := ask(); !strings.HasPrefix(after, before) || !strings.Contains(after, `"id":`) || strings.Contains(after, "12.7") {
		t.Errorf("%s, and before %s", after, before)
	}
}
