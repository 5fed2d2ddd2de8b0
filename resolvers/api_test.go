package resolvers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/graph/plain"
	"onlyoffice-graphql/internal/document"
	"onlyoffice-graphql/internal/request"
	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/resolvers"
	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

// TestMain has the garbage collector run less often: a quarter of the time went to it.
func TestMain(m *testing.M) {
	debug.SetGCPercent(600)
	testhttp.AtOnce(atOnce)
	os.Exit(m.Run())
}

// api is the resolvers over a demo portal that is behind HTTP.
type api struct {
	portal     *demo.Portal
	handler    http.Handler
	token      string // what callers send; "" for nothing
	selections string // the same of selectionsHeader
	address    string // the same of addressHeader
}

// newAPI makes both; the portal below a path, as some real ones are.
func newAPI(t testing.TB, change ...func(*upstream.Options)) *api {
	t.Helper()
	portal := demo.New()
	return serveAPI(t, portal, portal, change...)
}

func serveAPI(t testing.TB, portal *demo.Portal, handler http.Handler, change ...func(*upstream.Options)) *api {
	t.Helper()
	return apiWith(t, portal, handler, resolvers.Options{Report: resolvers.ReportSignedIn, Writes: resolvers.WritesOwn, SignIn: true}, change...)
}

func apiWith(t testing.TB, portal *demo.Portal, handler http.Handler, own resolvers.Options, change ...func(*upstream.Options)) *api {
	t.Helper()
	portalServer := httptest.NewServer(http.StripPrefix("/office", withoutCompression(handler)))
	address, err := url.Parse(portalServer.URL + "/office")
	if err != nil {
		t.Fatal(err)
	}
	options := upstream.Options{URL: address, RetryDelay: time.Millisecond} // as nothing here waits for a portal to recover
	for _, c := range change {
		c(&options)
	}
	client, closing := upstream.New(options), portal
	t.Cleanup(func() {
		client.Close()
		_ = closing.Close() // lets go of calls that hang
		portalServer.Close()
		client, closing, portalServer = nil, nil, nil // as tests are kept with their clean-ups until all have run
	})
	return &api{portal: portal, handler: newHandler(resolvers.New(client, own)), token: demo.Token}
}

// withoutCompression has a portal compress no answer: that is tested in upstream, and takes
// much of the time here.
func withoutCompression(portal http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Accept-Encoding")
		portal.ServeHTTP(w, r)
	})
}

// newHandler returns the facade with the resolvers, and with what extends its server after them.
func newHandler(resolver *resolvers.Resolver, extend ...func(*handler.Server)) http.Handler {
	h := handler.New(graph.NewExecutableSchema(graph.Config{Resolvers: resolver}))
	h.AddTransport(transport.POST{})
	h.SetQueryCache(lru.New[*ast.QueryDocument](100))
	h.SetErrorPresenter(resolvers.Present)
	h.SetRecoverFunc(resolvers.Recover)
	var kept sync.Map
	h.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		operation := graphql.GetOperationContext(ctx)
		request.Of(ctx).Document = &document.Document{Analysis: resolvers.Analyze(operation.Doc)}
		switch operation.Headers.Get(selectionsHeader) {
		case "none":
			return next(ctx)
		case "kept":
			selections, _ := kept.LoadOrStore(operation.Doc, plain.NewSelections(10000))
			return next(plain.With(ctx, operation, selections.(*plain.Selections), nil))
		default:
			return next(plain.With(ctx, operation, plain.NewSelections(4096), nil))
		}
	})
	h.Use(resolver)
	for _, e := range extend {
		e(h)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		of := &request.Request{ID: "test", Header: r.Header}
		of.CountsFor, _ = netip.ParseAddr(r.Header.Get(addressHeader))
		h.ServeHTTP(w, r.WithContext(request.With(r.Context(), of)))
	})
}

// selectionsHeader says which compiled selections a request uses: "none", those that are "kept"
// for its document, or with "" some of its own.
const selectionsHeader = "X-Test-Selections"

// addressHeader says which address a request counts for.
const addressHeader = "X-Test-Address"

func limit(calls int) func(*upstream.Options) {
	return func(o *upstream.Options) { o.RequestCalls = calls }
}

// ask returns the whole answer to query.
func (a *api) ask(t testing.TB, query string, variables map[string]any) string {
	t.Helper()
	request, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	headers := []string{testhttp.SendsJSON, selectionsHeader + ": " + a.selections, addressHeader + ": " + a.address}
	if a.token != "" {
		headers = append(headers, "Authorization: "+a.token)
	}
	return testhttp.Ask(a.handler, http.MethodPost, "/graphql", string(request), headers...).Body.String()
}

// locations of errors depend on how a query is laid out, which no test is about.
var locations = regexp.MustCompile(`"locations":\[[^\]]*\],?`)

// expect compares the whole answer to query, but for locations, with want,
// member by member and in order.
func (a *api) expect(t testing.TB, query string, variables map[string]any, want string) {
	t.Helper()
	if diff := cmp.Diff(indent(t, want), indent(t, locations.ReplaceAllString(a.ask(t, query, variables), ""))); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
}

// expectCalls compares the portal calls since the last reset with want.
func (a *api) expectCalls(t testing.TB, want map[string]int) {
	t.Helper()
	if diff := cmp.Diff(want, a.portal.Calls()); diff != "" {
		t.Errorf("portal calls (-want +got):\n%s", diff)
	}
}

func indent(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(strings.TrimSpace(text)), "", "  "); err != nil {
		t.Fatalf("no JSON: %v\n%s", err, text)
	}
	return b.String()
}

// restrictedEmployee is no administrator and on few access lists.
const restrictedEmployee = "mei.tanaka@fennmark.example"

// callTimeout is short, for portals that hang.
const callTimeout = 250 * time.Millisecond

// Routes as the demo portal counts them.
const (
	oneGet     = "GET crm/opportunity/{id}"
	listGet    = "GET crm/opportunity/filter"
	tagsGet    = "GET crm/opportunity/tag/{id}"
	historyGet = "GET crm/history/filter"
	onePost    = "POST batch"
	stageGet   = "GET crm/opportunity/stage"
)
