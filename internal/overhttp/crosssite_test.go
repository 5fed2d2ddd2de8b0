package overhttp

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"onlyoffice-graphql/internal/testhttp"
)

const byAnApp = "Origin: https://app.example.com"

// Requests as browsers, pages and programs send them. The host is example.com.
func TestCrossSite(t *testing.T) {
	t.Parallel()
	const target = "/graphql?query=%7B__typename%7D"
	const body = `{"query":"{__typename}"}`
	tests := map[string]struct {
		method, target string
		headers        []string
		status         int
		code           string
	}{
		"curl":                   {"GET", target, []string{"User-Agent: curl/8.5.0", "Accept: */*"}, 200, ""},
		"node":                   {"GET", target, []string{"User-Agent: node", "Accept: */*", "Sec-Fetch-Mode: cors"}, 200, ""},
		"a program without name": {"GET", target, nil, 200, ""},
		"own page":               {"GET", target, []string{testhttp.Browser, "Sec-Fetch-Site: same-origin"}, 200, ""},
		"typed address":          {"GET", target, []string{testhttp.Browser, "Sec-Fetch-Site: none", "Accept: text/html,*/*;q=0.8"}, 200, ""},
		"own page, old testhttp.Browser, by CORS": {"GET", target, []string{testhttp.Browser, "Origin: http://example.com"}, 200, ""},
		"own page, old browser":                   {"GET", target, []string{testhttp.Browser}, 400, "CSRF_BLOCKED"},
		"own page, old testhttp.Browser, header":  {"GET", target, []string{testhttp.Browser, "Apollo-Require-Preflight: true"}, 200, ""},
		"image of another site":                   {"GET", target, []string{testhttp.Browser, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Accept: image/*,*/*;q=0.8"}, 400, "CSRF_BLOCKED"},
		"link of another site":                    {"GET", target, []string{testhttp.Browser, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"}, 400, "CSRF_BLOCKED"},
		"sister site":                             {"GET", target, []string{testhttp.Browser, "Sec-Fetch-Site: same-site"}, 400, "CSRF_BLOCKED"},
		"fetch of another site":                   {"GET", target, []string{testhttp.Browser, "Origin: https://evil.example", "Sec-Fetch-Site: cross-site", testhttp.WantsGraphQL}, 400, "CSRF_BLOCKED"},
		"fetch of another site, no Sec":           {"GET", target, []string{"Origin: https://evil.example", testhttp.WantsGraphQL}, 400, "CSRF_BLOCKED"},
		"fetch of a sandbox":                      {"GET", target, []string{"Origin: null", testhttp.WantsGraphQL}, 400, "CSRF_BLOCKED"},
		"image over plain http":                   {"GET", target, []string{testhttp.Browser, "Accept: image/*,*/*;q=0.8"}, 400, "CSRF_BLOCKED"},
		"preflight header":                        {"GET", target, []string{testhttp.Browser, "Sec-Fetch-Site: cross-site", "GraphQL-Require-Preflight: 1"}, 200, ""},
		"operation header":                        {"GET", target, []string{testhttp.Browser, "Sec-Fetch-Site: cross-site", "X-Apollo-Operation-Name: A"}, 200, ""},
		"empty preflight header":                  {"GET", target, []string{testhttp.Browser, "Sec-Fetch-Site: cross-site", "Apollo-Require-Preflight: "}, 400, "CSRF_BLOCKED"},
		"page that is let in":                     {"GET", target, []string{testhttp.Browser, byAnApp, "Sec-Fetch-Site: cross-site"}, 200, ""},
		"image of a page that is let in":          {"GET", target, []string{testhttp.Browser, "Sec-Fetch-Site: cross-site"}, 400, "CSRF_BLOCKED"},
		"JSON type on a GET":                      {"GET", target, []string{testhttp.Browser, testhttp.SendsJSON}, 200, ""},
		"JSON type of another site's":             {"GET", target, []string{testhttp.Browser, "Sec-Fetch-Site: cross-site", testhttp.SendsJSON}, 200, ""}, // after a preflight
		"form type on a GET":                      {"GET", target, []string{testhttp.Browser, "Content-Type: text/plain"}, 400, "CSRF_BLOCKED"},
		"type named twice by a proxy":             {"POST", "/graphql", []string{testhttp.Browser, "Content-Type: application/json, application/json"}, 200, ""},
		"WebSocket":                               {"GET", "/graphql", []string{"Connection: Upgrade", "Upgrade: websocket"}, 501, "BAD_REQUEST"},
		"JSON":                                    {"POST", "/graphql", []string{testhttp.Browser, testhttp.SendsJSON}, 200, ""},
		"form":                                    {"POST", "/graphql", []string{"Content-Type: application/x-www-form-urlencoded"}, 400, "CSRF_BLOCKED"},
		"form with files":                         {"POST", "/graphql", []string{"Content-Type: multipart/form-data; boundary=a"}, 400, "CSRF_BLOCKED"},
		"text":                                    {"POST", "/graphql", []string{"Content-Type: TEXT/plain;charset=UTF-8"}, 400, "CSRF_BLOCKED"},
		"no type":                                 {"POST", "/graphql", nil, 400, "CSRF_BLOCKED"},
		"no readable type":                        {"POST", "/graphql", []string{"Content-Type: text/plain, application/json"}, 400, "CSRF_BLOCKED"},
		"text of our own page":                    {"POST", "/graphql", []string{"Content-Type: text/plain", "Sec-Fetch-Site: same-origin"}, 400, "CSRF_BLOCKED"},
		"text with preflight header":              {"POST", "/graphql", []string{"Content-Type: text/plain", "Apollo-Require-Preflight: 1"}, 415, "BAD_REQUEST"},
		"another type, needs a preflight":         {"POST", "/graphql", []string{"Content-Type: application/xml"}, 415, "BAD_REQUEST"},
	}
	handler := CrossOrigin([]string{"https://app.example.com"}, slog.New(slog.DiscardHandler))(newTestAPI(t, nil, func(api *testAPI) { api.origins = []string{"https://app.example.com"} }))
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requestBody := ""
			if test.method == http.MethodPost {
				requestBody = body
			}
			w := testhttp.Ask(handler, test.method, test.target, requestBody, test.headers...)
			if w.Code != test.status || testhttp.CodeIn(t, w) != test.code {
				t.Errorf("got %d %s, want %d %s", w.Code, w.Body, test.status, test.code)
			}
		})
	}
}

func TestCrossOrigin(t *testing.T) {
	t.Parallel()
	api := newTestAPI(t, nil)
	preflight := func(origins []string, headers ...string) *httptest.ResponseRecorder {
		return testhttp.Ask(CrossOrigin(origins, slog.New(slog.DiscardHandler))(api), http.MethodOptions, "/graphql", "",
			append(headers, "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: apollo-require-preflight,authorization,content-type,x-upstream-report")...)
	}
	open := []string{"https://app.example.com"}

	w := preflight(open, byAnApp)
	for name, want := range map[string]string{
		"Access-Control-Allow-Origin":      "https://app.example.com",
		"Access-Control-Allow-Credentials": "true",
		"Access-Control-Allow-Methods":     "POST",
		"Access-Control-Allow-Headers":     "apollo-require-preflight,authorization,content-type,x-upstream-report",
		"Access-Control-Max-Age":           "300",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for name, answer := range map[string]*httptest.ResponseRecorder{
		"closed":           preflight(nil, byAnApp),
		"closed, no list":  preflight([]string{}, byAnApp),
		"another site":     preflight(open, "Origin: https://evil.example"),
		"a subdomain":      preflight(open, "Origin: https://a.app.example.com"),
		"a longer name":    preflight(open, "Origin: https://app.example.com.evil.example"),
		"plain http":       preflight(open, "Origin: http://app.example.com"),
		"no origin":        preflight(open, "Origin: null"),
		"a star is no one": preflight([]string{"*"}, "Origin: https://evil.example"),
	} {
		if got := answer.Header().Get("Access-Control-Allow-Origin"); got != "" {
			t.Errorf("%s: %q is let in", name, got)
		}
		if vary := answer.Header().Values("Vary"); len(vary) == 0 {
			t.Errorf("%s: the answer varies by nothing", name)
		}
	}
	w = testhttp.Ask(CrossOrigin(open, slog.New(slog.DiscardHandler))(api), http.MethodPost, "/graphql", `{"query":"{__typename}"}`, testhttp.SendsJSON, byAnApp)
	if got := w.Header().Values("Vary"); len(got) == 0 || got[0] != "Origin" || w.Header().Get("Access-Control-Allow-Origin") != "https://app.example.com" {
		t.Errorf("the answer's header is %v", w.Header())
	}
}

// Pages of allowed origins may send all headers that their clients and tools add;
// others may send none.
func TestPreflightHeaders(t *testing.T) {
	t.Parallel()
	handler := CrossOrigin([]string{"https://app.example.com"}, slog.New(slog.DiscardHandler))(newTestAPI(t, nil))
	const asked = "apollographql-client-name,apollographql-client-version,baggage,content-type,graphql-client-name,sentry-trace,traceparent,x-requested-with"
	for origin, want := range map[string]string{"https://app.example.com": asked, "https://evil.example": ""} {
		w := testhttp.Ask(handler, http.MethodOptions, "/graphql", "", "Origin: "+origin, "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: "+asked)
		if got := strings.ToLower(w.Header().Get("Access-Control-Allow-Headers")); got != want {
			t.Errorf("%s: %q, want %q", origin, got, want)
		}
	}
}

// An origin that is refused is in the log once, with the setting that lets it in,
// and nothing that a browser would not send as an origin.
func TestRefusedOriginsAreLoggedOnce(t *testing.T) {
	t.Parallel()
	const one = "pages of this origin may not call the API: if they should, add it to --cors-origin (CORS_ORIGINS)"
	many := make([]string, 0, 2*mostRefusedOrigins)
	for i := range cap(many) {
		many = append(many, fmt.Sprintf("https://a%d.example", i))
	}
	for name, test := range map[string]struct {
		origins []string
		header  string
		want    []string // origins in the log
		message string
	}{
		"let in":           {[]string{"https://app.example.com"}, "", nil, one},
		"refused, thrice":  {[]string{"https://evil.example", "https://evil.example", "https://evil.example"}, "", []string{"https://evil.example"}, one},
		"two":              {[]string{"http://localhost:3000", "http://localhost:5173"}, "", []string{"http://localhost:3000", "http://localhost:5173"}, one},
		"an app":           {[]string{"capacitor://localhost"}, "", []string{"capacitor://localhost"}, one},
		"a file":           {[]string{"null", "null"}, "", []string{"null"}, "pages without an origin, such as files that a browser opened, may not call the API, and no setting lets them: serve them by http"},
		"its own page":     {[]string{"http://example.com"}, "", nil, one}, // the Host of test requests
		"own, by a proxy":  {[]string{"https://crm.example"}, "Sec-Fetch-Site: same-origin", nil, one},
		"with a password":  {[]string{"https://me:s3cr3t@evil.example"}, "", nil, one},
		"with a path":      {[]string{"https://evil.example/?token=s3cr3t"}, "", nil, one},
		"with a line":      {[]string{"https://evil.example\nforged"}, "", nil, one},
		"very long":        {[]string{"https://" + strings.Repeat("a", 300)}, "", []string{"https://" + strings.Repeat("a", longestLoggedOrigin-8)}, one},
		"more than is fit": {many, "", many[:mostRefusedOrigins], one},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var text strings.Builder
			handler := CrossOrigin([]string{"https://app.example.com"}, slog.New(slog.NewJSONHandler(&text, nil)))(newTestAPI(t, nil))
			for _, origin := range test.origins {
				r := httptest.NewRequestWithContext(t.Context(), http.MethodOptions, "/graphql", nil)
				r.Header.Set("Origin", origin)
				r.Header.Set("Access-Control-Request-Method", http.MethodPost)
				if name, value, found := strings.Cut(test.header, ": "); found {
					r.Header.Set(name, value)
				}
				handler.ServeHTTP(httptest.NewRecorder(), r)
			}
			var got []string
			for line := range strings.Lines(text.String()) {
				var entry struct{ Level, Msg, Origin string }
				if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Level != "WARN" || entry.Msg != test.message {
					t.Errorf("%v in %s", err, line)
				}
				got = append(got, entry.Origin)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("logged %q, want %q", got, test.want)
			}
		})
	}
}
