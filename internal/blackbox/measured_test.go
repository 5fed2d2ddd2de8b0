package blackbox

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/upstream/demo"
)

var graphqlMetrics = regexp.MustCompile(`(?m)^(graphql_(?:refused_requests_total|errors_total|operation_duration_seconds_count)\{.*\}) (.*)$`)

// countedIn returns what metrics count of GraphQL.
func countedIn(metrics string) map[string]string {
	found := map[string]string{}
	for _, line := range graphqlMetrics.FindAllStringSubmatch(metrics, -1) {
		found[line[1]] = line[2]
	}
	return found
}

// A refused request is counted once, by its code, and is no operation.
func TestRefusedRequestsAreNoOperations(t *testing.T) {
	t.Parallel()
	get := func(query string) string { return "/graphql?query=" + url.QueryEscape(query) }
	long := strings.Repeat(" ", 300<<10)
	p := start(t, "--log-level=error", "--max-depth=4", "--max-cost=50", "--no-explorer")
	for name, test := range map[string]struct {
		method, path, body string
		headers            []string
		code               string
	}{
		"no JSON":             {"POST", "/graphql", `{`, nil, "BAD_REQUEST"},
		"no query":            {"POST", "/graphql", `{}`, nil, "BAD_REQUEST"},
		"method":              {"PUT", "/graphql", `{}`, nil, "BAD_REQUEST"},
		"media type":          {"POST", "/graphql", testhttp.BodyOf("{__typename}"), []string{"Content-Type: application/xml"}, "BAD_REQUEST"},
		"not acceptable":      {"POST", "/graphql", testhttp.BodyOf("{__typename}"), []string{"Accept: text/html"}, "BAD_REQUEST"},
		"GET of a mutation":   {"GET", get("mutation { nothing }"), "", nil, "BAD_REQUEST"},
		"of another site":     {"POST", "/graphql", testhttp.BodyOf("{__typename}"), []string{"Content-Type: text/plain"}, "CSRF_BLOCKED"},
		"body too large":      {"POST", "/graphql", testhttp.BodyOf("{__typename}" + long), nil, "BODY_TOO_LARGE"},
		"variables too large": {"POST", "/graphql", `{"query":"{__typename}","variables":{"a":"` + long[:230<<10] + `"}}`, nil, "VARIABLES_TOO_LARGE"},
		"not parsed":          {"POST", "/graphql", testhttp.BodyOf("{"), nil, "GRAPHQL_PARSE_FAILED"},
		"not valid, twice":    {"POST", "/graphql", testhttp.BodyOf("{ nothing nowhere }"), nil, "GRAPHQL_VALIDATION_FAILED"},
		"no such operation":   {"POST", "/graphql", `{"query":"{__typename}","operationName":"A"}`, nil, "GRAPHQL_VALIDATION_FAILED"},
		"variable":            {"POST", "/graphql", `{"query":"query($id: ID!) { opportunity(id: $id) { id } }","variables":{}}`, nil, "GRAPHQL_VALIDATION_FAILED"},
		"argument too large":  {"POST", "/graphql", testhttp.BodyOf(`{ node(nodeId: "` + strings.Repeat("a", 101) + `") { nodeId } }`), nil, "BAD_USER_INPUT"},
		"introspection":       {"POST", "/graphql", testhttp.BodyOf("{ __schema { types { name } } }"), nil, "INTROSPECTION_DISABLED"},
		"too deep":            {"POST", "/graphql", testhttp.BodyOf("{ opportunity(id: 1) { contact { about tags company { displayName company { id } } } } }"), nil, "QUERY_TOO_DEEP"},
		"too dear":            {"POST", "/graphql", testhttp.BodyOf("{ opportunities(first: 100) { nodes { contact { displayName } } } }"), nil, "COST_LIMIT_EXCEEDED"},
		"not persisted":       {"POST", "/graphql", `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + strings.Repeat("0", 64) + `"}}}`, nil, "PERSISTED_QUERY_NOT_FOUND"},
	} {
		t.Run(name, func(t *testing.T) {
			want := countedIn(testhttp.Fetch(t, p.Admin, "/metrics").Body)
			headers := test.headers
			if !strings.HasPrefix(strings.Join(headers, ""), "Content-Type") && test.method != http.MethodGet {
				headers = append(headers, testhttp.SendsJSON)
			}
			got := testhttp.MustSend(t, test.method, "http://"+p.Public+test.path, test.body, headers...)
			refused := fmt.Sprintf("graphql_refused_requests_total{code=%q}", test.code)
			before, _ := strconv.Atoi(want[refused])
			want[refused] = strconv.Itoa(before + 1)
			if diff := cmp.Diff(want, countedIn(testhttp.Fetch(t, p.Admin, "/metrics").Body)); diff != "" {
				t.Errorf("%s\n%s", diff, got.Body)
			}
		})
	}
}

// The duration of an operation begins with the first byte of its request, and
// not with the time that its connection was idle.
func TestDurationBeginsWithTheFirstByte(t *testing.T) {
	t.Parallel()
	p := start(t, "--portal-token="+demo.Token, "--log-level=info")
	conn, err := net.Dial("tcp", p.Public)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(testhttp.Patience))
	const pause, idle = 50 * time.Millisecond, 900 * time.Millisecond
	sum := regexp.MustCompile(`graphql_operation_duration_seconds_sum\{outcome="ok"\} (.*)`)
	seconds := func() float64 {
		found := sum.FindStringSubmatch(testhttp.Fetch(t, p.Admin, "/metrics").Body)
		if found == nil {
			t.Fatal("no operation was measured")
		}
		value, err := strconv.ParseFloat(found[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	replies := bufio.NewReader(conn)
	ask := func(pause time.Duration) {
		for _, part := range []string{"POST /graphql HTTP/1.1\r\nHost: ", "localhost\r\nContent-Type: application/json\r\nContent-Length: 24\r\n\r\n{", `"query":"{__typename}"}`} {
			time.Sleep(pause)
			if _, err := io.WriteString(conn, part); err != nil {
				t.Fatal(err)
			}
		}
		reply, err := http.ReadResponse(replies, nil)
		if err != nil || reply.StatusCode != http.StatusOK {
			t.Fatalf("%v, %v", reply, err)
		}
		_, _ = io.Copy(io.Discard, reply.Body)
	}
	ask(pause)
	slow := seconds()
	if slow < 1.5*pause.Seconds() { // a part may be read late
		t.Errorf("a request that came in %v is measured as %vs", 2*pause, slow)
	}
	time.Sleep(idle)
	ask(0)
	if quick := seconds() - slow; quick > idle.Seconds()*2/3 {
		t.Errorf("a request after %v without one is measured as %vs", idle, quick)
	}
}
