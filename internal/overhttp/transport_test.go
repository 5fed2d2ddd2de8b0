package overhttp

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"onlyoffice-graphql/internal/request"
	"onlyoffice-graphql/internal/testhttp"
)

func TestAnswers(t *testing.T) {
	t.Parallel()
	api := newTestAPI(t, nil)
	const typename = `{"query":"{__typename}"}`
	tests := map[string]struct {
		method, target, body string
		headers              []string
		status               int
		mediaType            string
		answer               string
		sets                 map[string]string
	}{
		"POST, newer type": {
			"POST", "/graphql", typename,
			[]string{testhttp.SendsJSON, testhttp.WantsGraphQL},
			200, mediaGraphQL, `{"data":{"__typename":"Query"}}`, nil,
		},
		"POST, older type": {
			"POST", "/graphql", typename,
			[]string{testhttp.SendsJSON, "Accept: application/json"},
			200, mediaJSON, `{"data":{"__typename":"Query"}}`, nil,
		},
		"POST, no Accept": {
			"POST", "/graphql", typename,
			[]string{"Content-Type: application/json; charset=UTF-8"},
			200, mediaJSON, `{"data":{"__typename":"Query"}}`, nil,
		},
		"GET": {
			"GET", "/graphql?query=%7B__typename%7D", "",
			[]string{testhttp.WantsGraphQL},
			200, mediaGraphQL, `{"data":{"__typename":"Query"}}`, nil,
		},
		"data of the portal": {
			"POST", "/graphql", `{"query":"query($id: ID!){opportunity(id:$id){__typename id}}","variables":{"id":"3101"}}`,
			[]string{testhttp.SendsJSON, testhttp.WantsGraphQL},
			200, mediaGraphQL, `{"data":{"opportunity":{"__typename":"Opportunity","id":"3101"}}}`, nil,
		},
		"parse error, newer type": {
			"POST", "/graphql", `{"query":"{"}`,
			[]string{testhttp.SendsJSON, testhttp.WantsGraphQL},
			400, mediaGraphQL,
			`{"errors":[{"message":"Expected Name, found \u003cEOF\u003e","locations":[{"line":1,"column":2}],` +
				`"extensions":{"code":"GRAPHQL_PARSE_FAILED","requestId":"r1","retryable":false}}]}`, nil,
		},
		"parse error, older type": {
			"POST", "/graphql", `{"query":"{"}`,
			[]string{testhttp.SendsJSON},
			200, mediaJSON,
			`{"errors":[{"message":"Expected Name, found \u003cEOF\u003e","locations":[{"line":1,"column":2}],` +
				`"extensions":{"code":"GRAPHQL_PARSE_FAILED","requestId":"r1","retryable":false}}]}`, nil,
		},
		"no operation": {
			"POST", "/graphql", `{"query":"# nothing"}`,
			[]string{testhttp.SendsJSON, testhttp.WantsGraphQL},
			400, mediaGraphQL, refusedWith("GRAPHQL_PARSE_FAILED", "The document has no operation."), nil,
		},
		"validation error": {
			"POST", "/graphql", `{"query":"{zzzzz}"}`,
			[]string{testhttp.SendsJSON, testhttp.WantsGraphQL},
			400, mediaGraphQL,
			`{"errors":[{"message":"Cannot query field \"zzzzz\" on type \"Query\".",` +
				`"locations":[{"line":1,"column":2}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED","requestId":"r1","retryable":false}}]}`, nil,
		},
		"several operations, none named": {
			"POST", "/graphql", `{"query":"query A{__typename} query B{__typename}"}`,
			[]string{testhttp.SendsJSON, testhttp.WantsGraphQL},
			400, mediaGraphQL,
			refusedWith("GRAPHQL_VALIDATION_FAILED", "The document has several operations: say which one to run in operationName."), nil,
		},
		"another operation named": {
			"POST", "/graphql", `{"query":"query A{__typename}","operationName":"SECRET"}`,
			[]string{testhttp.SendsJSON, testhttp.WantsGraphQL},
			400, mediaGraphQL,
			refusedWith("GRAPHQL_VALIDATION_FAILED", "The document has no operation of the name that operationName says."), nil,
		},
		"mutation by GET": {
			"GET", "/graphql?query=mutation%7B__typename%7D", "",
			[]string{testhttp.WantsGraphQL},
			405, mediaGraphQL, refusedWith("BAD_REQUEST", "A GET runs queries only. Send a POST."),
			map[string]string{"Allow": "POST"},
		},
		"PUT": {
			"PUT", "/graphql", typename,
			[]string{testhttp.SendsJSON},
			405, mediaJSON, refusedWith("BAD_REQUEST", "Send a GET or a POST."),
			map[string]string{"Allow": "GET, POST"},
		},
		"HEAD": {
			"HEAD", "/graphql?query=%7B__typename%7D", "",
			nil, 405, mediaJSON, refusedWith("BAD_REQUEST", "Send a GET or a POST."),
			map[string]string{"Allow": "GET, POST"},
		},
		"neither type wanted": {
			"POST", "/graphql", typename,
			[]string{testhttp.SendsJSON, "Accept: text/html"},
			406, mediaJSON,
			refusedWith("BAD_REQUEST", "Answers are application/graphql-response+json or application/json, in UTF-8; the Accept header wants neither."), nil,
		},
		"another content type": {
			"POST", "/graphql", typename,
			[]string{"Content-Type: application/xml"},
			415, mediaJSON,
			refusedWith("BAD_REQUEST", "Send the request as Content-Type: application/json, in UTF-8."),
			map[string]string{"Accept": "application/json"},
		},
		"another character set": {
			"POST", "/graphql", typename,
			[]string{"Content-Type: application/json; charset=latin1"},
			415, mediaJSON,
			refusedWith("BAD_REQUEST", "Send the request as Content-Type: application/json, in UTF-8."),
			map[string]string{"Accept": "application/json"},
		},
		"compressed": {
			"POST", "/graphql", typename,
			[]string{testhttp.SendsJSON, "Content-Encoding: gzip"},
			415, mediaJSON,
			refusedWith("BAD_REQUEST", "Send the request without a Content-Encoding."),
			map[string]string{"Accept-Encoding": "identity"},
		},
		"variable without value": {
			"POST", "/graphql", `{"query":"query($id: ID!){opportunity(id:$id){id}}"}`,
			[]string{testhttp.SendsJSON, testhttp.WantsGraphQL},
			400, mediaGraphQL,
			`{"errors":[{"message":"Variable \"$id\" of type \"ID!\" lacks a value.","locations":[{"line":1,"column":7}],` +
				`"extensions":{"code":"GRAPHQL_VALIDATION_FAILED","requestId":"r1","retryable":false}}]}`, nil,
		},
		"variable of another type": {
			"POST", "/graphql", `{"query":"query($ids: [ID!]!){opportunitiesByIds(ids:$ids){id}}","variables":{"ids":[1,{"SECRET":1}]}}`,
			[]string{testhttp.SendsJSON, testhttp.WantsGraphQL},
			400, mediaGraphQL,
			`{"errors":[{"message":"Variable \"$ids\" of type \"[ID!]!\" has a value of another type at [1].","locations":[{"line":1,"column":7}],` +
				`"extensions":{"code":"GRAPHQL_VALIDATION_FAILED","requestId":"r1","retryable":false}}]}`, nil,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := testhttp.Ask(api, test.method, test.target, test.body, test.headers...)
			if w.Code != test.status {
				t.Errorf("status is %d, want %d", w.Code, test.status)
			}
			if got := w.Body.String(); got != test.answer {
				t.Errorf("answer is\n%s\nwant\n%s", got, test.answer)
			}
			want := map[string]string{
				"Content-Type":           test.mediaType + "; charset=utf-8",
				"Cache-Control":          "no-store",
				"X-Content-Type-Options": "nosniff",
				"Vary":                   "Accept",
			}
			for name, value := range test.sets {
				want[name] = value
			}
			for name, value := range want {
				if got := w.Header().Get(name); got != value {
					t.Errorf("%s is %q, want %q", name, got, value)
				}
			}
		})
	}
}

// Data with errors is an answer like any other.
func TestDataWithErrors(t *testing.T) {
	t.Parallel()
	w := post(newTestAPI(t, nil), `{"query":"{opportunity(id:500){id}}"}`)
	var answer struct {
		Data   map[string]any
		Errors []struct {
			Extensions struct{ Code, RequestID string }
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	if _, has := answer.Data["opportunity"]; !has || len(answer.Errors) != 1 || answer.Errors[0].Extensions.Code != "UPSTREAM_ERROR" || w.Code != http.StatusOK {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

// A bug in whatever is around operations is told as one, and hides its text.
func TestPanics(t *testing.T) {
	t.Parallel()
	const masked = "Something went wrong in this API. Tell the operator of this API the request id r1."
	around := map[string]func(*testAPI){
		"operation": func(api *testAPI) {
			api.server.AroundOperations(func(context.Context, graphql.OperationHandler) graphql.ResponseHandler { panic("SECRET") })
		},
		"response": func(api *testAPI) {
			api.server.AroundResponses(func(context.Context, graphql.ResponseHandler) *graphql.Response { panic("SECRET") })
		},
	}
	for name, option := range around {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := post(newTestAPI(t, nil, option), `{"query":"{__typename}"}`)
			if got, want := w.Body.String(), refusedWith("INTERNAL", masked); got != want || w.Code != http.StatusInternalServerError {
				t.Errorf("got %d %s, want 500 %s", w.Code, got, want)
			}
		})
	}
}

// Whoever looks at responses sees those of refused requests too.
func TestRefusalsAreObserved(t *testing.T) {
	t.Parallel()
	var seen []string
	api := newTestAPI(t, nil, func(api *testAPI) {
		api.server.AroundResponses(func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
			response := next(ctx)
			request := request.Of(ctx)
			seen = append(seen, request.Query, response.Errors[0].Extensions["code"].(string), request.ID)
			return response
		})
	})
	post(api, `{"query":"{a}"}`)
	testhttp.Ask(api, "PUT", "/graphql", "")
	if got, want := strings.Join(seen, " "), "{a} GRAPHQL_VALIDATION_FAILED r1  BAD_REQUEST r1"; got != want {
		t.Errorf("saw %q, want %q", got, want)
	}
}

// An extension that intercepts fields sees every one of them, and changes nothing of
// the answer.
func TestFieldInterceptors(t *testing.T) {
	t.Parallel()
	const query = `{"query":"{ opportunity(id: 3101) { id title stage { title } members { id displayName } } }"}`
	var seen atomic.Int64
	bare := post(newTestAPI(t, nil), query).Body.String()
	watched := newTestAPI(t, nil, func(api *testAPI) {
		api.server.AroundFields(func(ctx context.Context, next graphql.Resolver) (any, error) {
			seen.Add(1)
			return next(ctx)
		})
	})
	if got := post(watched, query).Body.String(); got != bare {
		t.Errorf("got %s, want %s", got, bare)
	}
	members := int64(strings.Count(bare, `"displayName"`))
	if want := 6 + 2*members; members == 0 || seen.Load() != want {
		t.Errorf("%d fields seen, not %d: %s", seen.Load(), want, bare)
	}
}
