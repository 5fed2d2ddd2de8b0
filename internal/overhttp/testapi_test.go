package overhttp

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/internal/document"
	"onlyoffice-graphql/internal/request"
	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/resolvers"
	"onlyoffice-graphql/upstream"
)

// Many tests wait for a deadline.
func TestMain(m *testing.M) {
	testhttp.AtOnce(8)
	os.Exit(m.Run())
}

// testAPI is the handler over the real schema and a portal that has one
// opportunity, whichever number it is asked for, but for 429 and 500, which it refuses so.
type testAPI struct {
	http.Handler
	server    *handler.Server
	transport *transport
	origins   []string     // whose pages may call it
	calls     atomic.Int64 // of the portal
}

// limits are what requests of a test are held to.
type limits struct {
	document.Limits
	Options
}

// usualLimits are what a program without settings has.
func usualLimits() limits {
	return limits{
		document.Limits{Tokens: 2000, Fields: 5000, Depth: 10, Aliases: 50, RootFields: 50, Directives: 10, Cost: 5000},
		Options{Timeout: 30 * time.Second, Requests: 512, Body: 256 << 10, Variables: 224 << 10, Answer: 32 << 20, AnswersMemory: 256 << 20},
	}
}

// newTestAPI returns the API with its default limits, after change, if any.
func newTestAPI(t testing.TB, change func(*limits), options ...func(*testAPI)) *testAPI {
	t.Helper()
	set := usualLimits()
	if change != nil {
		change(&set)
	}
	opportunity, err := os.ReadFile("../../upstream/testdata/opportunity_full.json")
	if err != nil {
		t.Fatal(err)
	}
	api := &testAPI{}
	portal := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		api.calls.Add(1)
		w.Header().Set("Content-Type", "application/json")
		switch {
		case strings.HasSuffix(r.URL.Path, "/500.json"):
			w.WriteHeader(http.StatusInternalServerError)
			return
		case strings.HasSuffix(r.URL.Path, "/429.json"):
			w.Header().Set("Retry-After", "9")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		_, _ = w.Write(opportunity)
	}))
	t.Cleanup(portal.Close)
	address, err := url.Parse(portal.URL)
	if err != nil {
		t.Fatal(err)
	}
	client := upstream.New(upstream.Options{URL: address})
	t.Cleanup(client.Close)
	api.serve(client, resolvers.Options{Fallback: upstream.Credentials{Authorization: "token"}, Writes: resolvers.WritesOn}, set, options...)
	return api
}

// serve makes the handler over a client of the portal.
func (api *testAPI) serve(client *upstream.Client, answers resolvers.Options, set limits, options ...func(*testAPI)) {
	resolver := resolvers.New(client, answers)
	schema := graph.NewExecutableSchema(graph.Config{Schema: document.Schema(), Resolvers: resolver})
	api.server = handler.New(schema)
	api.server.SetErrorPresenter(resolvers.Present)
	api.server.SetRecoverFunc(resolvers.Recover)
	api.server.Use(resolver)
	for _, option := range options {
		option(api)
	}
	api.server.Use(extension.Introspection{})
	set.Origins, set.Account = api.origins, resolver.Account
	set.Present, set.Recover = resolvers.Present, resolvers.Recover
	set.Documents = document.NewStore(schema.Schema(), document.Options{
		Limits: set.Limits, Explorer: true, Cost: resolvers.Cost,
		Analyze: func(query *ast.QueryDocument) any { return resolvers.Analyze(query) },
	})
	api.transport = attach(api.server, set.Options)
	api.Handler = identify(api.server, func(r *http.Request) *request.Request {
		request := newRequest(r)
		request.ID = "r1"
		request.CountsFor, _ = netip.ParseAddr(r.Header.Get("Address"))
		return request
	})
}

// post asks for the document with the newer media type.
func post(api http.Handler, body string, headers ...string) *httptest.ResponseRecorder {
	return testhttp.Ask(api, http.MethodPost, "/graphql", body, append([]string{testhttp.SendsJSON, testhttp.WantsGraphQL}, headers...)...)
}

// get asks for the document by URL.
func get(api http.Handler, parameters url.Values, headers ...string) *httptest.ResponseRecorder {
	return testhttp.Ask(api, http.MethodGet, "/graphql?"+parameters.Encode(), "", append([]string{testhttp.WantsGraphQL}, headers...)...)
}

// refusedWith is the body of an answer with one error.
func refusedWith(code, message string, more ...string) string {
	extensions := append([]string{`"code":"` + code + `"`}, more...)
	return `{"errors":[{"message":"` + message + `","extensions":{` + strings.Join(extensions, ",") + `,"requestId":"r1","retryable":false}}]}`
}
