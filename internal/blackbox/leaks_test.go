package blackbox

import (
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/upstream/demo"
)

// The credentials that nobody may see again. Each holds its mark, which no
// escaping changes, and characters that escaping does change.
const (
	headerMark = "HEADERLEAK"
	cookieMark = "COOKIELEAK"
	basicMark  = "PASSWORDLEAK"
	ownMark    = "OWNTOKENLEAK"

	headerToken = `q1/+<&"` + headerMark + `-0123456789abcdefABCDEF==`
	cookieToken = "c2/+<&'" + cookieMark + "-0123456789abcdefABCDEF=="
	ownToken    = `o3/+<&"` + ownMark + "-0123456789abcdefABCDEF=="
)

var (
	leakMarks  = []string{headerMark, cookieMark, basicMark, ownMark}
	basicToken = base64.StdEncoding.EncodeToString([]byte("anna:" + basicMark + "-hunter2"))
)

// leakHeaders are the ways to send them.
var leakHeaders = map[string][]string{
	"raw":    {"Authorization: " + headerToken},
	"bearer": {"Authorization: Bearer " + headerToken},
	"basic":  {"Authorization: Basic " + basicToken},
	"cookie": {"Cookie: a=b; asc_auth_key=" + cookieToken},
	"both":   {"Authorization: " + headerToken, "Cookie: asc_auth_key=" + cookieToken},
	"own":    nil, // the program's
}

// leaked fails when a text holds a credential.
func leaked(t *testing.T, where, text string) {
	t.Helper()
	for _, mark := range append(leakMarks, basicToken, headerToken[2:], cookieToken[2:], ownToken[2:]) {
		if i := strings.Index(text, mark); i >= 0 {
			t.Errorf("%s holds %s: …%s…", where, mark, text[max(0, i-200):min(len(text), i+100)])
			return
		}
	}
}

// echoes are the ways of a portal to say whom it was asked by. Each is a whole
// HTTP answer; %s is the credential.
var echoes = map[string]string{
	"error message":       answerOf("500 Internal Server Error", "application/json", `{"status":1,"statusCode":500,"error":{"message":"no user for %s","type":"%s","stack":"at %s"}}`),
	"message, cut":        answerOf("500 Internal Server Error", "application/json", `{"status":1,"statusCode":500,"error":{"message":"`+strings.Repeat("x", 180)+`%s"}}`),
	"message, status 200": answerOf("200 OK", "application/json", `{"status":1,"statusCode":403,"error":{"message":"%s"}}`),
	"refusal":             answerOf("403 Forbidden", "application/json", `{"status":1,"statusCode":403,"error":{"message":"Access denied for %s"}}`),
	"too many":            answerOf("429 Too Many Requests", "application/json", `{"status":1,"statusCode":429,"error":{"message":"%s calls too often"}}`),
	"page":                answerOf("200 OK", "text/html", "<html><body>Hello %s</body></html>"),
	"page of an error":    answerOf("502 Bad Gateway", "text/html; for=%s", "<html><body>%s</body></html>"),
	"media type":          answerOf("200 OK", "%s", "nothing"),
	"malformed JSON":      answerOf("200 OK", "application/json", `{"status":0,"response":{"id":3101,"title":"%s`),
	"another shape":       answerOf("200 OK", "application/json", `{"status":0,"response":"%s"}`),
	"a member's type":     answerOf("200 OK", "application/json", `{"status":0,"response":{"id":"%s","bidValue":"%s","stage":"%s"}}`),
	"a bad date":          answerOf("200 OK", "application/json", `{"status":0,"response":{"id":3101,"created":"%s","bidValue":1}}`),
	"headers":             "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer realm=%s\r\nX-User: %s\r\nSet-Cookie: asc_auth_key=%s\r\nRetry-After: %s\r\nContent-Length: 0\r\n\r\n",
	"redirect":            "HTTP/1.1 302 Found\r\nLocation: /somewhere/%s?for=%s\r\nContent-Length: 0\r\n\r\n",
	"redirect far away":   "HTTP/1.1 302 Found\r\nLocation: https://%s.example/Auth.aspx?%s\r\nContent-Length: 0\r\n\r\n",
	"no redirect":         "HTTP/1.1 301 Moved\r\nLocation: ://%%zz%s\r\nContent-Length: 0\r\n\r\n",
	"status line":         "HTTP/1.1 %s\r\n\r\n",
	"header line":         "HTTP/1.1 200 OK\r\n%s\r\n\r\n",
	"header name":         "HTTP/1.1 200 OK\r\n %s: a\r\n\r\n",
	"length":              "HTTP/1.1 200 OK\r\nContent-Length: %s\r\n\r\n",
	"transfer coding":     "HTTP/1.1 200 OK\r\nTransfer-Encoding: %s\r\n\r\n",
	"chunk":               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%s\r\n",
	"behind the answer":   "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK %s\r\n\r\n",
	"no HTTP":             "%s\r\n\r\n",
}

func answerOf(status, mediaType, body string) string {
	return "HTTP/1.1 " + status + "\r\nContent-Type: " + mediaType + "\r\nConnection: close\r\n\r\n" + body
}

// spellings are how a portal may write what it was sent.
var spellings = map[string]func(string) string{
	"as it is":   func(s string) string { return s },
	"for a URL":  url.QueryEscape,
	"for a page": html.EscapeString,
	"for JSON":   func(s string) string { return strings.Trim(strconv.QuoteToASCII(s), `"`) },
}

// echoing is a demo portal that can be told to echo.
type echoing struct {
	*demo.Portal
	answer atomic.Pointer[func(credential string) string]
}

func (e *echoing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := e.answer.Load()
	if answer == nil {
		e.Portal.ServeHTTP(w, r)
		return
	}
	credential := r.Header.Get("Authorization")
	if encoded, isBasic := strings.CutPrefix(credential, "Basic "); isBasic {
		if plain, err := base64.StdEncoding.DecodeString(encoded); err == nil {
			credential += " " + string(plain)
		}
	}
	if cookie, err := r.Cookie("asc_auth_key"); err == nil {
		credential += cookie.Value
	}
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	_, _ = io.WriteString(conn, (*answer)(credential))
	_ = conn.Close()
}

const leakQuery = `{"query":"{ opportunity(id: 3101) { title tags contact { about } } opportunitiesByIds(ids: [3103, 3105]) { title tags } stages { title } }","extensions":{"upstream":true}}`

// Whatever the portal does, and whatever it says, no credential comes out of
// the program: not in an answer, nor in its output at the lowest log level, nor
// on the admin listener. The program is a process of its own, so that nothing
// it writes is missed.
func TestNoCredentialLeaks(t *testing.T) {
	t.Parallel()
	portal := &echoing{Portal: demo.New()}
	server := httptest.NewServer(portal)
	t.Cleanup(server.Close)
	t.Cleanup(func() { _ = portal.Close() })
	p := startIn(t, []string{
		"ONLYOFFICE_URL=" + server.URL, "ONLYOFFICE_TOKEN=" + ownToken, "LOG_LEVEL=debug", "UPSTREAM_REPORT=on",
		"PROFILES=on", "PORTAL_TIMEOUT=150ms", "PORTAL_RETRIES=0", "BREAKER_CALLS=1000000",
	})
	asked, failures := 0, 0
	ask := func(what string, ways ...string) {
		t.Helper()
		for _, way := range ways {
			got := p.query(t, leakQuery, leakHeaders[way]...)
			asked++
			if len(got.Failures(t)) > 0 {
				failures++
			}
			leaked(t, what+", "+way+": the answer", fmt.Sprint(got.Header)+got.Body)
		}
		leaked(t, what+": /readyz", testhttp.Fetch(t, p.Public, "/readyz").Body)
	}
	ways := slices.Sorted(maps.Keys(leakHeaders))
	for i, name := range slices.Sorted(maps.Keys(echoes)) {
		for j, spelling := range slices.Sorted(maps.Keys(spellings)) {
			answer := func(credential string) string {
				return strings.ReplaceAll(echoes[name], "%s", spellings[spelling](credential))
			}
			portal.answer.Store(&answer)
			some := ways
			if !isFull { // each echo meets each way, and each way each spelling
				some = []string{ways[(i+j)%len(ways)], ways[(i+j+3)%len(ways)]}
			}
			ask(name+", "+spelling, some...)
		}
	}
	portal.answer.Store(nil)
	for kind := demo.Delay; kind.String() != ""; kind++ {
		remove := portal.Inject(demo.Fault{Kind: kind, Route: "", Delay: 1})
		some := ways
		if !isFull {
			some = ways[int(kind)%len(ways):][:1]
		}
		ask(kind.String(), some...)
		remove()
	}
	for _, page := range []string{"/metrics", "/readyz", "/debug/pprof/", "/debug/pprof/cmdline", "/debug/pprof/goroutine?debug=2", "/debug/pprof/heap?debug=1", "/debug/pprof/allocs?debug=1"} {
		body := testhttp.Fetch(t, p.Admin, page).Body
		leaked(t, page, body)
		if strings.Contains(body, "--listen") {
			t.Errorf("%s shows the command line, which may hold the token", page)
		}
	}
	p.stop()
	p.wait(t)
	text := p.stdout.String() + p.stderr.String()
	leaked(t, "the output", text)
	if n := strings.Count(text, "redacted"); n < len(echoes) || failures < asked/2 {
		t.Errorf("only %d failures of %d, and %d places where a credential was taken out: this shows nothing", failures, asked, n)
	}
}
