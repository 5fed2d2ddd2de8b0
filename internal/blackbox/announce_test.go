package blackbox

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/upstream/demo"
)

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
		"refused":           {nowhere, "cannot be used now: nothing listens there; start the portal, or correct host and port in --portal-url (ONLYOFFICE_URL)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, "--portal-url="+test.address)
			if got := p.stdout.String(); !strings.Contains(got, "\n            "+test.want) {
				t.Errorf("announced\n%s", got)
			}
			want := 0
			if strings.HasPrefix(test.want, "cannot") {
				want = 1
			}
			if warned := p.logged(t, want, "the portal cannot be used now"); len(warned) != want {
				t.Errorf("the log is\n%s", p.stderr.String())
			}
			if got := p.query(t, testhttp.BodyOf("{ __typename }")); got.Body != `{"data":{"__typename":"Query"}}` {
				t.Errorf("it does not serve: %s", got.Body)
			}
		})
	}
}

// While a silent portal is waited for, requests are served, and not for long.
func TestSilentPortalDelaysNothing(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	t.Cleanup(silent.Close)
	t.Cleanup(func() { close(release) })
	began := time.Now()
	p := launch(t, nil, "--admin-listen=off", "--portal-url="+silent.URL)
	listening := regexp.MustCompile(`"msg":"listening","address":"([^"]+)"`)
	testhttp.Eventually(t, "it listens", func() bool { return listening.MatchString(p.stderr.String()) })
	if got := testhttp.Fetch(t, listening.FindStringSubmatch(p.stderr.String())[1], "/healthz"); got.Status != http.StatusOK || p.stdout.String() != "" {
		t.Errorf("got %d, announced %q", got.Status, p.stdout.String())
	}
	p.awaitAnnouncement(t)
	if took := time.Since(began); took > 2*3*time.Second {
		t.Errorf("it was announced after %v", took)
	}
	p.stop()
	if status := p.wait(t); status != 0 || !strings.Contains(p.stdout.String(), "cannot be used now: it does not answer in time") {
		t.Errorf("status %d, announced\n%s", status, p.stdout.String())
	}
}
