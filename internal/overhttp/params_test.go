package overhttp

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"onlyoffice-graphql/internal/testhttp"
)

// What is no GraphQL request is refused with 400, whatever the client accepts,
// and no answer quotes it.
func TestMalformedBodies(t *testing.T) {
	t.Parallel()
	api := newTestAPI(t, nil)
	tests := map[string]struct{ body, message string }{
		"none":                       {"", "The request has no body."},
		"not JSON":                   {`{"query": "SECRET`, "The body is not valid JSON."},
		"not UTF-8":                  {"{\"query\": \"SECRET\xff\"}", "The body is not UTF-8."},
		"more behind it":             {`{"query":"{__typename}"} SECRET`, "The body is not valid JSON."},
		"another behind it":          {`{"query":"{__typename}"}{"query":"SECRET"}`, "The body is not valid JSON."},
		"a member twice":             {`{"query":"{__typename}","query":"SECRET"}`, "The body has a member twice in one object."},
		"a member twice, deep":       {`{"query":"{__typename}","variables":{"a":[{"SECRET":1,"SECRET":2}]}}`, "The body has a member twice in one object."},
		"a member twice, by escapes": {`{"query":"{__typename}","qu\u0065ry":"SECRET"}`, "The body has a member twice in one object."},
		"another spelling":           {`{"Query":"SECRET"}`, "The body's member query is written just so; another spelling is not it."},
		"another spelling beside it": {`{"query":"{__typename}","Variables":{"a":"SECRET"}}`, "The body's member variables is written just so; another spelling is not it."},
		"a list":                     {` [{"query":"SECRET"}]`, "Lists of operations are not answered. Send one operation in a request, which may have many fields."},
		"a text":                     {`"SECRET"`, "The body is not a JSON object."},
		"null":                       {`null`, "The body is not a JSON object."},
		"too deep for JSON":          {`{"variables":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + "}", "The body is not valid JSON."},
		"no query":                   {`{"other":"SECRET"}`, "The request has no query."},
		"null as query":              {`{"query":null}`, "The request has no query."},
		"an object as query":         {`{"query":{"a":"SECRET"}}`, "The body's member query must be a string."},
		"a number as name":           {`{"query":"{__typename}","operationName":1}`, "The body's member operationName must be a string."},
		"a list as variables":        {`{"query":"{__typename}","variables":["SECRET"]}`, "The body's member variables must be an object."},
		"a text as extensions":       {`{"query":"{__typename}","extensions":"SECRET"}`, "The body's member extensions must be an object."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, accept := range []string{mediaJSON, mediaGraphQL} {
				w := testhttp.Ask(api, http.MethodPost, "/graphql", test.body, testhttp.SendsJSON, "Accept: "+accept)
				if got, want := w.Body.String(), refusedWith("BAD_REQUEST", test.message); got != want || w.Code != http.StatusBadRequest {
					t.Errorf("got %d %s, want 400 %s", w.Code, got, want)
				}
			}
		})
	}
}

// Members that the specification allows to be null, and those that it reserves.
func TestLenientBodies(t *testing.T) {
	t.Parallel()
	api := newTestAPI(t, nil)
	for _, body := range []string{
		`{"query":"{__typename}","variables":null,"operationName":null,"extensions":null}`,
		`{"query":"query A{__typename}","variables":{"unused":1.5e300},"operationName":"A","extensions":{"a":[{}]}}`,
		`{"query":"{__typename}","operationName":"","id":"reserved"}`,
		" \r\n" + `{"query":"{__typename}"}` + "\n",
		"\uFEFF" + `{"query":"{__typename}"}`,
	} {
		w := post(api, body)
		if got, want := w.Body.String(), `{"data":{"__typename":"Query"}}`; got != want || w.Code != http.StatusOK {
			t.Errorf("%s is answered %d %s, want 200 %s", body, w.Code, got, want)
		}
	}
	for _, contentType := range []string{"application/json; charset=utf8", "application/json;charset=UTF-8", "application/json, application/json"} {
		if w := testhttp.Ask(api, http.MethodPost, "/graphql", `{"query":"{__typename}"}`, "Content-Type: "+contentType); w.Code != http.StatusOK {
			t.Errorf("%s is answered %d %s", contentType, w.Code, w.Body)
		}
	}
}

func TestMalformedURLs(t *testing.T) {
	t.Parallel()
	api := newTestAPI(t, nil)
	for query, message := range map[string]string{
		"":                                 "The request has no query.",
		"query=":                           "The request has no query.",
		"query=%zz":                        "The URL's query cannot be read: it is not well encoded.",
		"query=a;b":                        "The URL's query cannot be read: it is not well encoded.",
		"query={a}&query={b}":              "The URL has the parameter query more than once.",
		"query={a}&variables={":            "The URL's parameter variables is not valid JSON.",
		"query={a}&variables=[]":           "The URL's parameter variables is not a JSON object.",
		`query={a}&extensions={"a":"%ff"}`: "The URL's parameter extensions is not UTF-8.",
	} {
		w := testhttp.Ask(api, http.MethodGet, "/graphql?"+strings.ReplaceAll(query, `"`, "%22"), "", testhttp.WantsGraphQL)
		if got, want := w.Body.String(), refusedWith("BAD_REQUEST", message); got != want || w.Code != http.StatusBadRequest {
			t.Errorf("?%s is answered %d %s, want 400 %s", query, w.Code, got, want)
		}
	}
}

func TestGetWithVariables(t *testing.T) {
	t.Parallel()
	w := get(newTestAPI(t, nil), url.Values{
		"query":         {"query A{__typename} query B($id:ID!){opportunity(id:$id){id}}"},
		"operationName": {"B"},
		"variables":     {`{"id":3101}`},
		"other":         {"ignored"},
	})
	if got, want := w.Body.String(), `{"data":{"opportunity":{"id":"3101"}}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A body that does not end is given up on.
func TestSlowBody(t *testing.T) {
	t.Parallel()
	api := newTestAPI(t, func(l *limits) { l.Timeout = 20 * time.Millisecond })
	server := testhttp.NewServer(t, api)
	connection := testhttp.Dial(t, server)
	_, _ = connection.Write([]byte("POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"))
	answer := testhttp.ReadAll(t, connection) // ends only because the server hangs up
	if !strings.HasPrefix(answer, "HTTP/1.1 408 ") || !strings.Contains(answer, "The body did not come in time.") {
		t.Errorf("got %s", answer)
	}
}
