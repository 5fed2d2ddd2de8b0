package main

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/internal/config"
	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

func TestAnnounce(t *testing.T) {
	t.Parallel()
	real := config.Config{Explorer: true, PortalURL: config.PortalURL{URL: &url.URL{Scheme: "https", Host: "portal.example.com"}}}
	single := real
	single.PortalToken, single.Explorer = "s3cr3t", false
	tests := map[string]struct {
		settings config.Config
		at       addresses
		portal   portalState
		want     string
	}{
		"demo": {config.Config{Explorer: true}, addresses{"127.0.0.1:8080", "127.0.0.1:8081", "127.0.0.1:8082"}, portalState{version: "12.7.0"}, `
ONLYOFFICE CRM over GraphQL

  GraphiQL  http://127.0.0.1:8080/
  GraphQL   http://127.0.0.1:8080/graphql
  Schema    http://127.0.0.1:8080/schema.graphql
  Metrics   http://127.0.0.1:8081/metrics
  Portal    the built-in demo, with invented data: http://127.0.0.1:8082/
            (set ONLYOFFICE_URL to serve a real one)

Try:

  curl -s http://127.0.0.1:8080/graphql -H 'Content-Type: application/json' \
    -d '{"query":"{ opportunity(id: 3101) { title stage { title } contact { displayName } totalValue } }"}'

`},
		"real, everywhere": {real, addresses{"[::]:80", "0.0.0.0:81", ""}, portalState{version: "12.7.0"}, `
ONLYOFFICE CRM over GraphQL

  GraphiQL  http://localhost:80/
  GraphQL   http://localhost:80/graphql
  Schema    http://localhost:80/schema.graphql
  Metrics   http://localhost:81/metrics
  Portal    https://portal.example.com
            answers; its version is 12.7.0

Try:

  curl -s http://localhost:80/graphql -H 'Content-Type: application/json' \
    -H 'Authorization: <your portal token>' \
    -d '{"query":"{ opportunity(id: <an id of your portal>) { title stage { title } contact { displayName } totalValue } }"}'

`},
		"single user, little else": {single, addresses{"[::1]:8080", "", ""}, portalState{}, `
ONLYOFFICE CRM over GraphQL

  GraphQL   http://[::1]:8080/graphql
  Portal    https://portal.example.com
            answers, but does not tell its version

Try:

  curl -s http://[::1]:8080/graphql -H 'Content-Type: application/json' \
    -d '{"query":"{ opportunity(id: <an id of your portal>) { title stage { title } contact { displayName } totalValue } }"}'

`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got strings.Builder
			announce(&got, test.settings, test.at, test.portal)
			if diff := cmp.Diff(test.want, got.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A portal that cannot be used does not keep the program from starting: it says
// why, in a sentence that names what to do.
func TestFirstLookAtThePortal(t *testing.T) {
	t.Parallel()
	address := func(handler http.HandlerFunc) string {
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		return server.URL
	}
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	old := demo.New()
	t.Cleanup(func() { _ = old.Close() })
	if err := old.SetVersion("8.9.1"); err != nil {
		t.Fatal(err)
	}
	web := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, "<html>Welcome</html>")
		}
	}
	for name, test := range map[string]struct{ address, want string }{
		"tells its version": {address(newPortal(t).ServeHTTP), "answers; its version is 12.7.0\n"},
		"does not tell":     {address(old.ServeHTTP), "answers, but does not tell its version\n"},
		"web site":          {address(web(http.StatusOK)), "cannot be used now: something else than a portal's API answers there, such as a web page; give the address of the portal itself in --portal-url"},
		"path of none":      {address(web(http.StatusNotFound)) + "/office", "cannot be used now: something else than a portal's API answers there"},
		"redirect":          {address(http.RedirectHandler("https://www.example.com/", http.StatusFound).ServeHTTP), "cannot be used now: something else than a portal's API answers there"},
		"proxy without it":  {address(web(http.StatusBadGateway)), "cannot be used now: it fails with HTTP 502; look after the portal, or the proxy before it"},
		"certificate":       {secure.URL, "cannot be used now: its certificate is not trusted; name a file with its authority in SSL_CERT_FILE"},
		"no https":          {strings.Replace(address(web(http.StatusOK)), "http:", "https:", 1), "cannot be used now: it speaks no https at that port"},
		"refused":           {gone.URL, "cannot be used now: nothing listens there; start the portal, or correct host and port in --portal-url (ONLYOFFICE_URL)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, "--portal-url="+test.address)
			if got := p.stdout.String(); !strings.Contains(got, "\n            "+test.want) {
				t.Errorf("announced\n%s", got)
			}
			if warned := len(p.logged(t, "the portal cannot be used now")) > 0; warned != strings.HasPrefix(test.want, "cannot") {
				t.Errorf("the log is\n%s", p.stderr.String())
			}
			if got := p.query(t, bodyOf("{ __typename }")); got.body != `{"data":{"__typename":"Query"}}` {
				t.Errorf("it does not serve: %s", got.body)
			}
		})
	}
}

func TestUnknownHostInWords(t *testing.T) {
	t.Parallel()
	const want = "cannot be used now: its host name is not known; correct --portal-url (ONLYOFFICE_URL) (each request tries again)"
	state := portalState{err: &upstream.Error{Kind: upstream.KindUnavailable, Err: &net.DNSError{Err: "no such host", IsNotFound: true}}}
	if got := state.String(); got != want {
		t.Error(got)
	}
}

// While a silent portal is waited for, requests are served, and not for long.
func TestSilentPortalDelaysNothing(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	t.Cleanup(silent.Close)
	t.Cleanup(func() { close(release) })
	ctx, cancel := context.WithCancel(t.Context())
	var stdout, stderr output
	ended := make(chan int, 1)
	began := time.Now()
	go func() {
		ended <- run(ctx, []string{"--listen=127.0.0.1:0", "--admin-listen=off", "--portal-url=" + silent.URL}, &stdout, &stderr, func(addresses) {
			if took := time.Since(began); took > 2*pingTimeout {
				t.Errorf("it was announced after %v", took)
			}
			cancel()
		})
	}()
	listening := regexp.MustCompile(`"msg":"listening","address":"([^"]+)"`)
	eventually(t, "it listens", func() bool { return listening.MatchString(stderr.String()) })
	if got := fetch(t, listening.FindStringSubmatch(stderr.String())[1], "/healthz"); got.status != http.StatusOK || stdout.String() != "" {
		t.Errorf("got %d, announced %q", got.status, stdout.String())
	}
	if status := <-ended; status != 0 || !strings.Contains(stdout.String(), "cannot be used now: it does not answer in time") {
		t.Errorf("status %d, announced\n%s", status, stdout.String())
	}
}

func TestBulleted(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff("  - a\n  - b", bulleted(errors.Join(errors.New("a"), errors.New("b")))); diff != "" {
		t.Error(diff)
	}
}
