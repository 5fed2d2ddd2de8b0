package blackbox

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/upstream/demo"
)

// The probes of public scanners (graphql-cop, CrackQL, clairvoyance), against
// the program as it is set up for strangers: without the explorer. None finds
// what it looks for.
func TestScannerProbes(t *testing.T) {
	t.Parallel()
	p := start(t, "--no-explorer")
	document := func(text string) string { return testhttp.BodyOf(text) }
	const typename = "{__typename}"
	form := url.Values{"query": {typename}}.Encode()
	tests := map[string]struct {
		method, target, body string
		headers              []string
		status               int
		code                 string
	}{
		"alias overloading":         {"POST", "/graphql", document("{" + testhttp.Numbered(101, "a%d:__typename ") + "}"), nil, 400, "TOO_MANY_ALIASES"},
		"guessing by aliases":       {"POST", "/graphql", document("{" + testhttp.Numbered(60, "try%[1]d:opportunity(id:%[1]d){title}") + "}"), nil, 400, "TOO_MANY_ALIASES"},
		"array batching":            {"POST", "/graphql", "[" + strings.Repeat(`{"query":"{__typename}"},`, 9) + `{"query":"{__typename}"}]`, nil, 400, "BAD_REQUEST"},
		"batching by GET":           {"GET", "/graphql?query={__typename}&query={__typename}", "", nil, 400, "BAD_REQUEST"},
		"directive overloading":     {"POST", "/graphql", document("{__typename " + strings.Repeat("@aa", 50) + "}"), nil, 400, "TOO_MANY_DIRECTIVES"},
		"known directives":          {"POST", "/graphql", document("{__typename " + strings.Repeat("@include(if:true)", 11) + "}"), nil, 400, "TOO_MANY_DIRECTIVES"},
		"circular introspection":    {"POST", "/graphql", document("{__schema{types{fields{type{fields{type{fields{type{name}}}}}}}}}"), nil, 400, "INTROSPECTION_DISABLED"},
		"field duplication":         {"POST", "/graphql", document("{" + strings.Repeat("__typename ", 500) + "}"), nil, 400, "TOO_MANY_ROOT_FIELDS"},
		"deep recursion":            {"POST", "/graphql", document("{contact(id:1){...on Person{" + strings.Repeat("company{persons{", 10) + "id" + strings.Repeat("}}", 10) + "}}}"), nil, 400, "QUERY_TOO_DEEP"},
		"wide recursion":            {"POST", "/graphql", document("{opportunities(first:100){nodes{contact{opportunities(first:100){nodes{contact{displayName}}}}}}}"), nil, 400, "COST_LIMIT_EXCEEDED"},
		"introspection":             {"POST", "/graphql", document("{__schema{queryType{name}}}"), nil, 400, "INTROSPECTION_DISABLED"},
		"introspection of a type":   {"POST", "/graphql", document(`{a:__type(name:"Query"){name}}`), nil, 400, "INTROSPECTION_DISABLED"},
		"introspection by GET":      {"GET", "/graphql?query={__schema{queryType{name}}}", "", nil, 400, "INTROSPECTION_DISABLED"},
		"suggestions":               {"POST", "/graphql", document("{opportunitys{id}}"), nil, 400, "GRAPHQL_VALIDATION_FAILED"},
		"an unknown operation":      {"POST", "/graphql", document("queryy{__typename}"), nil, 400, "GRAPHQL_PARSE_FAILED"},
		"a form":                    {"POST", "/graphql", form, []string{"Content-Type: application/x-www-form-urlencoded"}, 400, "CSRF_BLOCKED"},
		"a form, in the URL":        {"POST", "/graphql?" + form, "", []string{"Content-Type: application/x-www-form-urlencoded"}, 400, "CSRF_BLOCKED"},
		"a POST with a URL's query": {"POST", "/graphql?" + form, "", nil, 400, "BAD_REQUEST"},
		"a form with files":         {"POST", "/graphql", "--a\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n{}\r\n--a--", []string{"Content-Type: multipart/form-data; boundary=a"}, 400, "CSRF_BLOCKED"},
		"a GET of another site":     {"GET", "/graphql?" + form, "", []string{"Sec-Fetch-Site: cross-site"}, 400, "CSRF_BLOCKED"},
		"a mutation by GET":         {"GET", "/graphql?query=mutation{a}", "", nil, 405, "BAD_REQUEST"},
		"a subscription":            {"POST", "/graphql", document("subscription{a}"), nil, 400, "GRAPHQL_VALIDATION_FAILED"},
		"HEAD instead of GET":       {"HEAD", "/graphql?" + form, "", nil, 405, ""},
		"DELETE":                    {"DELETE", "/graphql?" + form, "", nil, 405, "BAD_REQUEST"},
		"a method of its own":       {"QUERY", "/graphql", document(typename), nil, 405, "BAD_REQUEST"},
		"another method meant":      {"GET", "/graphql?query=mutation{a}", "", []string{"X-HTTP-Method-Override: POST", "X-HTTP-Method: POST"}, 405, "BAD_REQUEST"},
		"an explorer":               {"GET", "/", "", []string{"Accept: text/html"}, 404, ""},
		"an explorer at /graphql":   {"GET", "/graphql", "", []string{"Accept: text/html"}, 406, "BAD_REQUEST"},
		"an explorer at /graphiql":  {"GET", "/graphiql", "", nil, 404, ""},
		"a console":                 {"GET", "/console", "", nil, 404, ""},
		"tracing":                   {"POST", "/graphql", `{"query":"{__typename}","extensions":{"tracing":true}}`, []string{"X-Apollo-Tracing: 1"}, 200, ""},
		"a huge body":               {"POST", "/graphql", document("{__typename}" + strings.Repeat(" ", 256<<10)), nil, 413, "BODY_TOO_LARGE"},
		"huge variables":            {"POST", "/graphql", `{"query":"{__typename}","variables":{"a":"` + strings.Repeat("a", 230<<10) + `"}}`, nil, 400, "VARIABLES_TOO_LARGE"},
		"deep variables":            {"POST", "/graphql", `{"query":"{__typename}","variables":{"a":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}}`, nil, 400, "BAD_REQUEST"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			headers := test.headers
			if test.method != http.MethodGet && !slices.ContainsFunc(headers, func(h string) bool { return strings.HasPrefix(h, "Content-Type") }) {
				headers = append(headers, testhttp.SendsJSON)
			}
			if !slices.ContainsFunc(headers, func(h string) bool { return strings.HasPrefix(h, "Accept") }) {
				headers = append(headers, testhttp.WantsGraphQL)
			}
			got := testhttp.MustSend(t, test.method, "http://"+p.Public+test.target, test.body, headers...)
			code := ""
			if strings.HasPrefix(got.Body, "{") {
				code = got.Code(t)
			}
			if got.Status != test.status || code != test.code {
				t.Errorf("got %d %.300s, want %d %s", got.Status, got.Body, test.status, test.code)
			}
			for _, hint := range []string{"Did you mean", "tracing", ".go:", "goroutine"} {
				if strings.Contains(got.Body, hint) {
					t.Errorf("the answer holds %q: %.300s", hint, got.Body)
				}
			}
		})
	}
}

// Texts that would do harm in an address, a header, a form or JSON, if anything
// put them there as they are.
var injections = []string{
	"x&fields=id", "x%26fields%3Did", "x?fields=id#y", "#", "&count=1000000&sortBy=evil", "%0d%0aX-Evil: 1", "\r\nX-Evil: 1\r\n\r\nGET /evil HTTP/1.1\r\n",
	"../../../settings", "..%2f..%2fsettings", "1/../../people", "1.xml?", "a;b=c", "a,b", "\x00", "\u2028\u202e", `"}]},{"RelativeUrl":"/api/2.0/evil.json`, "'; DROP TABLE crm_deal; --",
	"{{7*7}}${7*7}<script>alert(1)</script>", "%", "%zz", "+", "T3Bwb3J0dW5pdHk6Li4vMQ", "RW1wbG95ZWU6Li4vLi4vLi4vLi4vLi4vLi4vLi4vLi4vYS8uLi8", strings.Repeat("9", 400),
}

const injectionQuery = `query ($text: String!, $tags: [String!]!, $id: ID!, $ids: [ID!]!) {
	byText: opportunities(first: 2, filter: { text: $text, tags: $tags }) { nodes { title tags } }
	byTag: opportunities(first: 2, filter: { anyTag: $tags }) { nodes { title } }
	byOwner: opportunities(first: 2, filter: { responsible: $id }) { nodes { title } }
	byStage: opportunities(first: 2, filter: { stages: $ids, contact: $id }) { nodes { title } }
	after: opportunities(first: 2, after: $text) { nodes { title } }
	contacts(first: 2, filter: { text: $text, tags: $tags }) { nodes { displayName tags } }
	byStatus: contacts(first: 2, filter: { status: $id }, after: $text) { nodes { displayName } }
	tasks(first: 2, filter: { text: $text }) { nodes { title } }
	byCategory: tasks(first: 2, filter: { category: $id, opportunity: $id }) { nodes { title } }
	history(first: 2, filter: { text: $text }) { nodes { plainText } }
	byAuthor: history(first: 2, filter: { createBy: $id, category: $id }) { nodes { plainText } }
	opportunity(id: $id) { title }
	contact(id: $id) { displayName }
	opportunitiesByIds(ids: $ids) { title }
	node(nodeId: $id) { nodeId }
}`

// What a caller writes into arguments reaches the portal as the value of the
// parameter that it belongs to, or not at all: no path, no other parameter, no
// header and no item of a batch is made of it.
func TestInjection(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var asked []*http.Request
	portal := demo.New()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r.Clone(r.Context()))
		mu.Unlock()
		portal.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	p := start(t, "--portal-url="+server.URL, "--log-level=error")
	mu.Lock()
	asked = nil // by the look at the start
	mu.Unlock()
	parameters := strings.Fields("count startIndex sortBy sortOrder filterValue[] tags[] responsibleid opportunityStagesid stageType contactid contactAlsoIsParticipant " +
		"fromDate toDate contactListView contactStage isShared categoryid isClosed entityType entityid entityId categoryId createBy")
	path := regexp.MustCompile(`^/api/2\.0/(crm/(opportunity|contact|task|history)/(filter|[0-9]+|tag/[0-9]+)|batch|settings/version/build)\.json$`)
	texts := 0
	for _, text := range injections {
		variables, err := json.Marshal(map[string]any{
			"query":     injectionQuery,
			"variables": map[string]any{"text": text, "tags": []string{text}, "id": text, "ids": []string{text}},
		})
		if err != nil {
			t.Fatal(err)
		}
		got := p.query(t, string(variables), "Authorization: "+demo.Token)
		if got.Status != http.StatusOK || strings.Contains(got.Body, `"INTERNAL"`) || got.Header.Get("X-Evil") != "" {
			t.Errorf("%.60q is answered %d %.500s", text, got.Status, got.Body)
		}
		mu.Lock()
		for _, r := range asked {
			query, err := url.ParseQuery(r.URL.RawQuery)
			if err != nil || !path.MatchString(r.RequestURI[:len(r.RequestURI)-len(r.URL.RawQuery)-min(1, len(r.URL.RawQuery))]) || r.Header.Get("X-Evil") != "" {
				t.Errorf("%.60q asks for %s (%v)", text, r.RequestURI, err)
			}
			for name, values := range query {
				if !slices.Contains(parameters, name) || len(values) != 1 {
					t.Errorf("%.60q asks with %s=%q", text, name, values)
				}
				if name == "filterValue[]" || name == "tags[]" {
					texts++
					if values[0] != strings.TrimSpace(text) {
						t.Errorf("%.60q became %.60q", text, values[0])
					}
				} else if len(values[0]) > 40 || strings.ContainsAny(values[0], "&=?#/%\r\n\x00<'\"") {
					t.Errorf("%.60q reached %s=%q", text, name, values)
				}
			}
		}
		asked = nil
		mu.Unlock()
	}
	if texts < 4*len(injections) {
		t.Errorf("only %d texts reached the portal: this shows nothing", texts)
	}
}

// Requests that no client library sends. None of them makes the portal see
// another header, and no answer has one that the request wrote.
func TestHeaderInjection(t *testing.T) {
	t.Parallel()
	portal := newPortal(t)
	p := start(t, "--portal-url="+portal.url, "--log-level=error")
	const good = "POST /graphql HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nAuthorization: " + demo.Token + "\r\n"
	body := fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(oneOpportunity), oneOpportunity)
	for name, test := range map[string]struct {
		request string
		status  string // or the one or the other
		portal  int    // calls of it
	}{
		"nothing odd":                {good + body, "200", 1},
		"a header behind the cookie": {good + "Cookie: asc_auth_key=a\r\nX-Evil: 1\r\n" + body, "200", 1},
		"LF in the cookie":           {good + "Cookie: asc_auth_key=a\nX-Evil: 1\r\n" + body, "200 400", 1},
		"CR in the cookie":           {good + "Cookie: asc_auth_key=a\rX-Evil: 1\r\n" + body, "400", 0},
		"NUL in the cookie":          {good + "Cookie: asc_auth_key=a\x00X-Evil: 1\r\n" + body, "400", 0},
		"CR in Authorization":        {strings.Replace(good, demo.Token, demo.Token+"\rX-Evil: 1", 1) + body, "400", 0},
		"a folded line":              {good + "Cookie: asc_auth_key=a\r\n X-Evil: 1\r\n" + body, "200 400", 1},
		"encoded line breaks":        {good + "Cookie: asc_auth_key=a%0d%0aX-Evil:%201\r\n" + body, "200", 1},
		"Authorization twice":        {good + "Authorization: other\r\n" + body, "200", 1},
		"a name with a blank":        {good + "X-Evil : 1\r\n" + body, "400", 0},
		"no name":                    {good + ": 1\r\n" + body, "400", 0},
		"two lengths":                {good + "Content-Length: 5\r\n" + body, "400", 0},
		"a length and chunks":        {good + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\nGET /admin HTTP/1.1\r\nX-Evil: 1\r\n\r\n", "400", 0},
		"an unknown transfer":        {good + "Transfer-Encoding: xchunked\r\n\r\n", "501 400", 0},
		"an oversized header":        {good + "X-Big: " + strings.Repeat("a", 100<<10) + "\r\n" + body, "431", 0},
		"an oversized cookie":        {good + "Cookie: asc_auth_key=" + strings.Repeat("a", 100<<10) + "\r\n" + body, "431", 0},
		"too many headers":           {good + strings.Repeat("X-Many: 1\r\n", 10000) + body, "431", 0},
		"a large cookie":             {good + "Cookie: asc_auth_key=" + strings.Repeat("a", 7<<10) + "\r\n" + body, "200", 1},
		"other cookies, large":       {good + "Cookie: theme=" + strings.Repeat("a", 30<<10) + "\r\n" + body, "200", 1},
		"a large credential":         {good + "Cookie: asc_auth_key=" + strings.Repeat("a", 9<<10) + "\r\n" + body, "431", 0},
		"a request id":               {good + "X-Request-Id: X-Evil\r\n" + body, "200", 1},
		"an address elsewhere":       {"GET //evil.example/..%2f HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", "404 301 307", 0},
		"another protocol":           {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505 400", 0},
		"no HTTP":                    {"X-Evil\r\n\r\n", "400", 0},
	} {
		portal.take()
		connection, err := net.Dial("tcp", p.Public)
		if err != nil {
			t.Fatal(err)
		}
		_ = connection.SetDeadline(time.Now().Add(testhttp.Patience))
		_, _ = connection.Write([]byte(test.request)) // may be refused half-way
		text, _ := io.ReadAll(connection)             // a refusal may end in a reset
		_ = connection.Close()
		answer := string(text)
		if len(answer) < 12 || !strings.Contains(test.status, answer[9:12]) {
			t.Errorf("%s: got %.200q, want %s", name, answer, test.status)
		}
		if strings.Contains(answer, "X-Evil") || strings.Contains(answer, demo.Token) || strings.Contains(strings.ToLower(answer), "location: //") || strings.Contains(answer, "aaaaaaaa") {
			t.Errorf("%s: the answer repeats the request: %.500s", name, answer)
		}
		calls := portal.take()
		if len(calls) > test.portal {
			t.Errorf("%s: %d portal calls", name, len(calls))
		}
		for _, header := range calls {
			for name := range header {
				if !slices.Contains([]string{"Authorization", "Cookie", "User-Agent", "Accept-Encoding"}, name) {
					t.Errorf("the portal got %s", name)
				}
			}
			if len(header.Values("Authorization")) != 1 || header.Get("Authorization") != demo.Token {
				t.Errorf("%s: the portal got %q", name, header.Values("Authorization"))
			}
		}
	}
}

// Nobody can put another document under a hash, nor one that would be refused.
func TestPersistedQueriesCannotBePoisoned(t *testing.T) {
	t.Parallel()
	p := start(t, "--no-explorer", "--max-cost=50")
	const good, evil = "{stages{title}}", "{opportunities(first:1){nodes{title}}}"
	asks := func(query, hash string) string {
		t.Helper()
		body := `{"extensions":` + testhttp.PersistedExtension(hash)
		if query != "" {
			body += `,"query":"` + query + `"`
		}
		return p.query(t, body+"}", testhttp.WantsGraphQL).Code(t)
	}
	for i, step := range []struct{ query, hash, code string }{
		{evil, testhttp.HashOf(good), "PERSISTED_QUERY_HASH_MISMATCH"},
		{evil, strings.ToUpper(testhttp.HashOf(evil)), "PERSISTED_QUERY_HASH_MISMATCH"},
		{"", testhttp.HashOf(good), "PERSISTED_QUERY_NOT_FOUND"},
		{good, testhttp.HashOf(good), ""},
		{evil, testhttp.HashOf(good), "PERSISTED_QUERY_HASH_MISMATCH"},
		{"", testhttp.HashOf(good), ""},
		{"", strings.ToUpper(testhttp.HashOf(good)), "PERSISTED_QUERY_NOT_FOUND"},
		{"{__schema{description}}", testhttp.HashOf("{__schema{description}}"), "INTROSPECTION_DISABLED"},
		{"", testhttp.HashOf("{__schema{description}}"), "PERSISTED_QUERY_NOT_FOUND"},
		{"{opportunities(first:100){nodes{tags}}}", testhttp.HashOf("{opportunities(first:100){nodes{tags}}}"), "COST_LIMIT_EXCEEDED"},
		{"", testhttp.HashOf("{opportunities(first:100){nodes{tags}}}"), "COST_LIMIT_EXCEEDED"}, // stored documents have limits, too
	} {
		if code := asks(step.query, step.hash); code != step.code {
			t.Errorf("step %d: got %q, want %q", i, code, step.code)
		}
	}
}
