package main

import (
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"onlyoffice-graphql/internal/config"
	"onlyoffice-graphql/internal/serve"
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
		"typed address":           {"127.0.0.1:8081", "127.0.0.1:8081", []string{browser, "Sec-Fetch-Site: none"}, ""},
		"its own link":            {"127.0.0.1:8081", "127.0.0.1:8081", []string{browser, "Sec-Fetch-Site: same-origin"}, ""},
		"another site":            {"127.0.0.1:8081", "127.0.0.1:8081", []string{browser, "Sec-Fetch-Site: cross-site", "Origin: https://evil.example"}, byPage},
		"a sister site":           {"127.0.0.1:8081", "127.0.0.1:8081", []string{browser, "Sec-Fetch-Site: same-site"}, byPage},
		"another origin":          {"127.0.0.1:8081", "127.0.0.1:8081", []string{"Origin: https://evil.example"}, byPage},
		"no origin at all":        {"127.0.0.1:8081", "127.0.0.1:8081", []string{"Origin: null"}, byPage},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			admin := newAdmin(config.Config{AdminListen: config.Address(test.listen), Profiles: true}, &health{}, newMetrics())
			for _, path := range []string{"/healthz", "/metrics", "/debug/pprof/"} {
				w := ask(atHost(test.host, admin), http.MethodGet, path, "", test.headers...)
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

// An admin listener that is open to others logs a warning.
func TestAdminListenWarning(t *testing.T) {
	t.Parallel()
	const warning = "whoever reaches the admin listener sees metrics, and profiles where they are on: keep it in a network that you trust"
	for listen, want := range map[string]int{":0": 1, "0.0.0.0:0": 1, "127.0.0.1:0": 0, "localhost:0": 0, "off": 0} {
		if lines := start(t, "--admin-listen="+listen).logged(t, warning); len(lines) != want {
			t.Errorf("%s: warned %d times", listen, len(lines))
		}
	}
}

// However many hold connections of the admin listener, it has room for one more.
func TestAdminConnectionsTooMany(t *testing.T) {
	t.Parallel()
	p := start(t)
	first := connect(t, p.admin)
	if !probes(first) {
		t.Fatal("it does not answer")
	}
	for range serve.AdminConnections {
		connect(t, p.admin)
	}
	if got := fetch(t, p.admin, "/healthz"); got.status != http.StatusOK {
		t.Errorf("got %d", got.status)
	}
	eventually(t, "the idle one gives way", func() bool { // the server may have been slow to see that it is
		connect(t, p.admin)
		_ = first.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		_, err := first.Read(make([]byte, 1))
		return err != nil && !errors.Is(err, os.ErrDeadlineExceeded)
	})
}
