package blackbox

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/upstream/demo"
)

// shortHash is how the log names a document.
func shortHash(document string) string {
	hash := sha256.Sum256([]byte(document))
	return hex.EncodeToString(hash[:6])
}

// An operation is one line in the log, and so is a request that was refused.
func TestOperationLine(t *testing.T) {
	t.Parallel()
	const (
		anonymous = `{ opportunity(id: 3101) { title } }`
		named     = `query Board { opportunitiesByIds(ids: [3101, 3103]) { title } }`
		two       = `query A { opportunity(id: 3101) { title } } query B { a: opportunity(id: 3103) { id } b: opportunity(id: 3105) { id } }`
		failing   = `query Failing { good: opportunity(id: 3101) { title } bad: opportunity(id: 3150) { title } worse: opportunity(id: "x") { title } }`
		long      = `query N123456789_123456789_123456789_123456789_123456789_123456789_123456789 { __typename }`
		notValid  = `query Wrong { nothing }`
		notParsed = `query {`
	)
	type line = map[string]any
	tests := map[string]struct {
		body string
		want line // beside level and msg
	}{
		"anonymous":       {testhttp.BodyOf(anonymous), line{"name": "", "document": shortHash(anonymous), "portalCalls": 1.0}},
		"its own name":    {testhttp.BodyOf(named), line{"name": "Board", "document": shortHash(named), "portalCalls": 2.0}},
		"one of two":      {`{"operationName":"B","query":"` + two + `"}`, line{"name": "B", "document": shortHash(two), "portalCalls": 2.0}},
		"failing":         {testhttp.BodyOf(failing), line{"name": "Failing", "document": shortHash(failing), "errors": []any{"BAD_USER_INPUT", "UPSTREAM_ERROR"}, "portalCalls": 2.0}},
		"long name":       {testhttp.BodyOf(long), line{"name": "N123456789_123456789_123456789_123456789_123456789_123456789_123", "document": shortHash(long), "portalCalls": 0.0}},
		"not valid":       {testhttp.BodyOf(notValid), line{"name": "", "document": shortHash(notValid), "errors": []any{"GRAPHQL_VALIDATION_FAILED"}, "portalCalls": 0.0}},
		"not parsed":      {testhttp.BodyOf(notParsed), line{"name": "", "document": "", "errors": []any{"GRAPHQL_PARSE_FAILED"}, "portalCalls": 0.0}},
		"unknown name":    {`{"operationName":"C","query":"` + two + `"}`, line{"name": "", "document": shortHash(two), "errors": []any{"GRAPHQL_VALIDATION_FAILED"}, "portalCalls": 0.0}},
		"impossible name": {`{"operationName":"C\n{}","query":"` + two + `"}`, line{"name": "", "document": shortHash(two), "errors": []any{"GRAPHQL_VALIDATION_FAILED"}, "portalCalls": 0.0}},
		"no document":     {`{}`, line{"name": "", "document": "", "errors": []any{"BAD_REQUEST"}, "portalCalls": 0.0}},
		"no JSON":         {`{`, line{"name": "", "document": "", "errors": []any{"BAD_REQUEST"}, "portalCalls": 0.0}},
	}
	p := start(t)
	testhttp.MustSend(t, http.MethodPost, "http://"+p.Demo+"/demo/faults", `{"kind":"ServerError","id":3150}`, testhttp.SendsJSON)
	logged := 0
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := p.query(t, test.body, "X-Request-Id: chosen-by-the-caller", "X-Forwarded-For: chosen-by-the-caller, 203.0.113.7")
			lines := p.logged(t, logged+1, "operation")[logged:]
			logged += len(lines)
			if len(lines) != 1 {
				t.Fatalf("logged %v", lines)
			}
			found := lines[0]
			id, _ := found["requestId"].(string)
			if !regexp.MustCompile(`^[0-9a-f]{16}$`).MatchString(id) || id != got.Header.Get("X-Request-Id") {
				t.Errorf("the log's request id is %q, the header's %q", id, got.Header.Get("X-Request-Id"))
			}
			for _, failure := range got.Failures(t) {
				if failure.Extensions.RequestID != id {
					t.Errorf("the error's request id is %q, the log's %q", failure.Extensions.RequestID, id)
				}
			}
			ms, isNumber := found["ms"].(float64)
			if when, err := time.Parse(time.RFC3339Nano, fmt.Sprint(found["time"])); !isNumber || ms < 0 || err != nil || when.IsZero() {
				t.Errorf("logged %v", found)
			}
			for _, checked := range []string{"time", "requestId", "ms"} {
				delete(found, checked)
			}
			test.want["level"], test.want["msg"], test.want["client"] = "INFO", "operation", "203.0.113.7"
			if codes, ok := found["errors"].([]any); ok && len(codes) == 2 && codes[0] == "UPSTREAM_ERROR" {
				codes[0], codes[1] = codes[1], codes[0] // fields fail in any order
			}
			if diff := cmp.Diff(test.want, found); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What went wrong with the portal is in the log under the request's id; what
// the caller did wrong is not, for it quotes the caller.
func TestFailedFieldLine(t *testing.T) {
	t.Parallel()
	p := start(t)
	testhttp.MustSend(t, http.MethodPost, "http://"+p.Demo+"/demo/faults", `{"kind":"ServerError","id":3150}`, testhttp.SendsJSON)
	got := p.query(t, `{"query":"query($v: ID!) { mine: opportunity(id: 3150) { title } bad: opportunity(id: $v) { title } cursor: opportunities(after: \"from-the-caller\") { nodes { id } } }","variables":{"v":"from-the-caller"}}`)
	lines := p.logged(t, 1, "field failed")
	if len(lines) != 1 || len(got.Failures(t)) != 3 {
		t.Fatalf("logged %v, answered %s", lines, got.Body)
	}
	found := lines[0]
	detail, _ := found["detail"].(string)
	if !strings.HasPrefix(detail, "crm/opportunity/{id}: server error (HTTP 500): the portal says ") {
		t.Errorf("the detail is %q", detail)
	}
	delete(found, "detail")
	delete(found, "time")
	want := map[string]any{"level": "WARN", "msg": "field failed", "requestId": got.Header.Get("X-Request-Id"), "path": "mine", "code": "UPSTREAM_ERROR"}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(p.log(), "from-the-caller") {
		t.Errorf("the log quotes the caller:\n%s", p.stderr.String())
	}
}

// However many fields fail, the log tells each reason once, by the first field.
func TestManyFailuresAreFewLines(t *testing.T) {
	t.Parallel()
	p := start(t, "--request-calls=1")
	testhttp.MustSend(t, http.MethodPost, "http://"+p.Demo+"/demo/faults", `{"kind":"BadGateway","route":"batch"}`, testhttp.SendsJSON)
	got := p.query(t, `{"query":"{ opportunities(first: 60) { nodes { tags } } a: opportunity(id: \"x\") { id } }"}`)
	if n := len(got.Failures(t)); n < 30 {
		t.Fatalf("only %d fields failed", n)
	}
	if lines := p.logged(t, 1, "field failed"); len(lines) != 1 {
		t.Errorf("%d lines: %v", len(lines), lines)
	}
	codes, _ := p.logged(t, 1, "operation")[0]["errors"].([]any)
	if len(codes) != 2 || !slices.Contains(codes, any("BAD_USER_INPUT")) || !slices.Contains(codes, any("UPSTREAM_ERROR")) {
		t.Errorf("the codes are %v", codes)
	}
}

// Values of a request are in no log line, no metric, and no answer about
// something else, whatever becomes of the request.
func TestValuesStayOutOfTheLog(t *testing.T) {
	t.Parallel()
	const value = "s3cr3t/V4lu3="
	bodies := []string{
		`{"query":"{ opportunity(id: \"VALUE\") { title } }"}`,
		`{"query":"# VALUE\n{ opportunity(id: 3101) { title } }"}`,
		`{"query":"{ opportunities(filter: { search: \"VALUE\" }) { nodes { id } } }"}`,
		`{"query":"query($v: ID!) { opportunity(id: $v) { title } }","variables":{"v":"VALUE"}}`,
		`{"query":"query($v: Int!) { opportunities(first: $v) { nodes { id } } }","variables":{"v":"VALUE"}}`,
		`{"query":"query($v: String!) { opportunities(after: $v) { nodes { id } } }","variables":{"v":"VALUE"}}`,
		`{"query":"{ opportunity(id: 3101) { VALUE } }"}`,
		`{"query":"{ opportunity(id: 3101) { title }","operationName":"VALUE"}`,
		`{"query":"{ opportunity(id: 3101) { title } }","operationName":"VALUE"}`,
		`{"query":"{ opportunity(id: 3101) { title } }","extensions":{"VALUE":"VALUE","persistedQuery":{"version":1,"sha256Hash":"VALUE"}}}`,
		`{"query":"{ opportunity(id: 3101) { title } }","VALUE":"VALUE"}`,
		`{"VALUE":`,
		`VALUE`,
	}
	portal := newPortal(t)
	p := start(t, "--portal-url="+portal.url, "--portal-retries=0", "--breaker-calls=100000", "--log-level=debug")
	const token = "Bearer t0k3n-V4lu3"
	headers := []string{"Authorization: " + token, "Cookie: session=" + value + "; asc_auth_key=" + value, "X-Secret: " + value, "User-Agent: " + value, "Referer: https://app.example.com/" + value}
	sent := 0
	for _, kind := range []demo.FaultKind{0, demo.ServerError, demo.BadGateway, demo.RateLimited, demo.Truncated, demo.Reset, demo.HTMLPage, demo.SignInPage, demo.WrongShape, demo.NoNestedIDs} {
		remove := func() {}
		if kind != 0 {
			remove = portal.Inject(demo.Fault{Kind: kind})
		}
		for _, body := range bodies {
			p.query(t, strings.ReplaceAll(body, "VALUE", value), headers...)
			sent++
		}
		remove()
	}
	testhttp.MustSend(t, http.MethodGet, "http://"+p.Public+"/"+value+"?query={__typename}&token="+value, "", headers...)
	if n := len(p.logged(t, sent, "operation")); n != sent {
		t.Errorf("%d operations have %d lines", sent, n)
	}
	for where, text := range map[string]string{"log": p.log(), "output": p.stdout.String(), "metrics": testhttp.Fetch(t, p.Admin, "/metrics").Body} {
		for _, secret := range []string{value, "V4lu3", token} {
			if i := strings.Index(text, secret); i >= 0 {
				t.Errorf("%s holds %s: %s", where, secret, text[max(0, i-300):min(len(text), i+100)])
			}
		}
	}
}

// A caller cannot write a line of its own into the log, in either format.
func TestLogCannotBeForged(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			const forged = `\n\r{\"level\":\"ERROR\",\"msg\":\"forged\"}\nlevel=ERROR msg=forged\u2028\u001b[2J`
			p := start(t, "--log-format="+format, "--log-level=debug")
			for _, body := range []string{
				`{"query":"{ __typename }","operationName":"` + forged + `"}`,
				`{"query":"{ __typename # ` + forged + `","operationName":"` + forged + `"}`,
				`{"query":"{ opportunity(id: \"` + forged + `\") { title } }"}`,
				`{"query":"query($a: Int) { __typename }","variables":{"a":"` + forged + `"}}`,
			} {
				p.query(t, body)
			}
			log := p.log()
			if n := strings.Count(log, "\n"); n != 5 || strings.Contains(log, "forged") || strings.ContainsAny(log, "\x1b\r\u2028") {
				t.Errorf("%d lines:\n%s", n, log)
			}
		})
	}
}

// The metrics count operations, errors and portal calls, and hold nothing that
// a caller can choose.
func TestMetrics(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.query(t, `{"query":"query Chosen { chosen: opportunity(id: 3101) { title } }"}`, "Authorization: "+demo.Token)
	p.query(t, `{"query":"query Chosen { chosen: opportunity(id: \"no-number\") { title } opportunity(id: 999999) { title } }"}`)
	p.query(t, `{"query":"{ chosen }"}`)
	text := testhttp.Fetch(t, p.Admin, "/metrics").Body
	for _, want := range []string{
		`graphql_operation_duration_seconds_count{outcome="ok"} 1`,
		`graphql_operation_duration_seconds_count{outcome="error"} 1`,
		`graphql_errors_total{code="BAD_USER_INPUT"} 1`,
		`graphql_refused_requests_total{code="GRAPHQL_VALIDATION_FAILED"} 1`,
		`portal_call_duration_seconds_count{outcome="ok",route="crm/opportunity/{id}"} 1`,
		`portal_call_duration_seconds_count{outcome="not found",route="crm/opportunity/{id}"} 1`,
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("the metrics lack %s", want)
		}
	}
	if !regexp.MustCompile(`portal_read_bytes_total\{route="crm/opportunity/\{id\}"\} [1-9]`).MatchString(text) {
		t.Error("the metrics do not count bytes")
	}
	// Values are numbers of all kinds: what was chosen can only be in a name or a label.
	names := regexp.MustCompile(`(?m)^[^#].*[ ]`).FindAllString(text, -1)
	for _, chosen := range []string{"hosen", "3101", "999999", "no-number", demo.Token} {
		if strings.Contains(strings.Join(names, "\n"), chosen) {
			t.Errorf("the metrics hold %q", chosen)
		}
	}
	if t.Failed() {
		t.Log(regexp.MustCompile(`(?m)^(graphql|portal)_.*_(count|total).*$`).FindAllString(text, -1))
	}
}
