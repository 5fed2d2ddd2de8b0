package serve

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"onlyoffice-graphql/internal/testhttp"
)

// The admin listener answers to programs and to people at this machine, not to
// pages of other sites nor to names that DNS rebinding makes point here.
func TestAdminAnswersToNoPage(t *testing.T) {
	t.Parallel()
	const byName, byPage = "is not served by that name", "A page of another site"
	for name, test := range map[string]struct {
		listen, host string
		headers      []string
		refused      string
	}{
		"Prometheus":              {"127.0.0.1:8081", "127.0.0.1:8081", []string{"User-Agent: Prometheus/3.1.0"}, ""},
		"by IPv6":                 {"127.0.0.1:8081", "[::1]:8081", nil, ""},
		"by another address":      {":8081", "10.1.2.3:8081", nil, ""},
		"localhost":               {"127.0.0.1:8081", "LOCALHOST:8081", nil, ""},
		"the name it listens on":  {"Metrics.internal:8081", "metrics.internal:8081", nil, ""},
		"another name":            {"127.0.0.1:8081", "evil.example:8081", nil, byName},
		"another name, elsewhere": {":8081", "evil.example:8081", nil, byName},
		"a name like it":          {"127.0.0.1:8081", "localhost.evil.example", nil, byName},
		"no name":                 {":8081", "", nil, byName},
		"typed address":           {"127.0.0.1:8081", "127.0.0.1:8081", []string{testhttp.Browser, "Sec-Fetch-Site: none"}, ""},
		"its own link":            {"127.0.0.1:8081", "127.0.0.1:8081", []string{testhttp.Browser, "Sec-Fetch-Site: same-origin"}, ""},
		"another site":            {"127.0.0.1:8081", "127.0.0.1:8081", []string{testhttp.Browser, "Sec-Fetch-Site: cross-site", "Origin: https://evil.example"}, byPage},
		"a sister site":           {"127.0.0.1:8081", "127.0.0.1:8081", []string{testhttp.Browser, "Sec-Fetch-Site: same-site"}, byPage},
		"another origin":          {"127.0.0.1:8081", "127.0.0.1:8081", []string{"Origin: https://evil.example"}, byPage},
		"no origin at all":        {"127.0.0.1:8081", "127.0.0.1:8081", []string{"Origin: null"}, byPage},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			admin := Admin{Listen: test.listen, Profiles: true, Timeout: time.Minute, Health: NewHealth(nil, nil), Metrics: http.NotFoundHandler()}.Handler()
			for _, path := range []string{"/healthz", "/debug/pprof/"} {
				w := testhttp.Ask(atHost(test.host, admin), http.MethodGet, path, "", test.headers...)
				isRefused := w.Code == http.StatusForbidden || w.Code == http.StatusMisdirectedRequest
				if isRefused != (test.refused != "") || !strings.Contains(w.Body.String(), test.refused) || !isRefused && w.Code != http.StatusOK {
					t.Errorf("%s: got %d %.200s", path, w.Code, w.Body)
				}
			}
		})
	}
}

// atHost makes each request one to that host.
func atHost(host string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Host = host
		next.ServeHTTP(w, r)
	})
}
