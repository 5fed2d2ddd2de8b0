package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/alecthomas/kong"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/internal/config"
	"onlyoffice-graphql/resolvers"
	"onlyoffice-graphql/upstream"
)

// testAPI is the handler over the real schema and a portal that has one
// opportunity, whichever number it is asked for.
type testAPI struct {
	http.Handler
	exec  *executor.Executor
	calls atomic.Int64 // of the portal
}

func defaultLimits() config.Limits {
	var limits config.Limits
	if err := kong.ApplyDefaults(&limits); err != nil {
		panic(err)
	}
	return limits
}

// newTestAPI returns the API with its default limits, after change, if any.
func newTestAPI(t testing.TB, change func(*config.Limits), options ...func(*testAPI)) *testAPI {
	t.Helper()
	limits := defaultLimits()
	if change != nil {
		change(&limits)
	}
	opportunity, err := os.ReadFile("upstream/testdata/opportunity_full.json")
	if err != nil {
		t.Fatal(err)
	}
	api := &testAPI{}
	portal := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		api.calls.Add(1)
		w.Header().Set("Content-Type", "application/json")
		if strings.HasSuffix(r.URL.Path, "/500.json") {
			w.WriteHeader(http.StatusInternalServerError)
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
	resolver := resolvers.New(client, resolvers.Options{Fallback: upstream.Credentials{Authorization: "token"}})
	schema := graph.NewExecutableSchema(graph.Config{Resolvers: resolver})
	api.exec = executor.New(schema)
	api.exec.SetErrorPresenter(resolvers.Present)
	api.exec.SetRecoverFunc(resolvers.Recover)
	api.exec.AroundOperations(resolver.AroundOperations)
	for _, option := range options {
		option(api)
	}
	api.Handler = newGraphQL(api.exec, schema.Schema(), limits, true)
	return api
}

// ask sends a request; headers are "Name: value".
func ask(api http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(context.Background(), method, target, strings.NewReader(body))
	if body == "" {
		r.Body, r.ContentLength = http.NoBody, 0
	}
	r.Header.Set(resolvers.RequestIDHeader, "r1")
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	api.ServeHTTP(w, r)
	return w
}

const (
	sendsJSON    = "Content-Type: application/json"
	wantsGraphQL = "Accept: application/graphql-response+json"
)

// post asks for the document with the newer media type.
func post(api http.Handler, body string, headers ...string) *httptest.ResponseRecorder {
	return ask(api, http.MethodPost, "/graphql", body, append([]string{sendsJSON, wantsGraphQL}, headers...)...)
}

// get asks for the document by URL.
func get(api http.Handler, parameters url.Values, headers ...string) *httptest.ResponseRecorder {
	return ask(api, http.MethodGet, "/graphql?"+parameters.Encode(), "", append([]string{wantsGraphQL}, headers...)...)
}

// codeIn returns the code of the answer's first error; "" when it has none.
func codeIn(t testing.TB, w *httptest.ResponseRecorder) string {
	t.Helper()
	var answer struct {
		Errors []struct{ Extensions struct{ Code string } }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	if len(answer.Errors) == 0 {
		return ""
	}
	return answer.Errors[0].Extensions.Code
}

// refusedWith is the body of an answer with one error.
func refusedWith(code, message string, more ...string) string {
	extensions := append([]string{`"code":"` + code + `"`}, more...)
	return `{"errors":[{"message":"` + message + `","extensions":{` + strings.Join(extensions, ",") + `,"requestId":"r1","retryable":false}}]}`
}

func newTestServer(t *testing.T, handler http.Handler) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

// dial connects to the server, for requests that no client would send.
func dial(t *testing.T, server *httptest.Server) net.Conn {
	t.Helper()
	connection, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	return connection
}

func readAll(t *testing.T, r io.Reader) string {
	t.Helper()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
