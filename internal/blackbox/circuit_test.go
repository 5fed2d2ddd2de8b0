package blackbox

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/upstream/demo"
)

// One bad endpoint costs its fields: while a page whose look-ups all fail is
// asked for again and again, twenty others get their answers, and the program
// stays ready. CIRCUIT_TEST says for how long.
func TestBadEndpointCostsItsFields(t *testing.T) {
	t.Parallel()
	long := shortly
	if text := os.Getenv("CIRCUIT_TEST"); text != "" {
		var err error
		if long, err = time.ParseDuration(text); err != nil {
			t.Fatalf("CIRCUIT_TEST: %v", err)
		}
	}
	for _, kind := range []demo.FaultKind{demo.ServerError, demo.BadGateway} {
		t.Run(kind.String(), func(t *testing.T) {
			t.Parallel()
			portal := demo.New()
			t.Cleanup(func() { _ = portal.Close() })
			portal.Inject(demo.Fault{Kind: kind, Route: "crm/opportunity/tag/{id}"})
			portal.Inject(demo.Fault{Kind: demo.NoBatch})
			server := testhttp.NewServer(t, portal)
			p := start(t, "--portal-url="+server.URL, "--portal-token="+demo.Token, "--log-level=error", "--portal-retries=0", "--breaker-calls=5")
			transport := &http.Transport{}
			t.Cleanup(transport.CloseIdleConnections)
			app := &http.Client{Transport: transport, Timeout: testhttp.Patience}
			end := time.Now().Add(long)
			var callers sync.WaitGroup
			var bad, good, probes atomic.Int64
			callers.Go(func() {
				for time.Now().Before(end) {
					answer, err := askAs(app, p.Public, `{ opportunities(first: 25) { nodes { id tags } } }`)
					if err != nil || len(answer.Errors) == 0 {
						t.Errorf("the page: %v, %d errors", err, len(answer.Errors))
					}
					bad.Add(1)
				}
			})
			for range 20 {
				callers.Go(func() {
					for time.Now().Before(end) {
						answer, err := askAs(app, p.Public, `{ viewer { id } opportunities(first: 2) { nodes { title } } stages { title } }`)
						if err != nil || len(answer.Errors) > 0 {
							t.Errorf("somebody else: %v %v", err, answer.Errors)
							return
						}
						good.Add(1)
						time.Sleep(10 * time.Millisecond)
					}
				})
			}
			callers.Go(func() {
				for time.Now().Before(end) {
					if got := testhttp.Fetch(t, p.Public, "/readyz"); !strings.HasPrefix(got.Body, "ready") {
						t.Errorf("readiness: %s", got.Body)
						return
					}
					probes.Add(1)
					time.Sleep(100 * time.Millisecond)
				}
			})
			callers.Wait()
			t.Logf("in %v: %d failing pages beside %d answers of others; ready %d times", long, bad.Load(), good.Load(), probes.Load())
			if bad.Load() < 1 || good.Load() < 20 {
				t.Errorf("only %d pages and %d others: this shows little", bad.Load(), good.Load())
			}
		})
	}
}

// A certificate of an unknown authority: the answer says what to do, and that
// waiting does not help.
func TestUntrustedPortal(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	p := start(t, "--portal-url="+server.URL, "--portal-token=a")
	answer := p.query(t, `{"query":"{ viewer { id } }"}`)
	got := answer.Body
	if !strings.Contains(got, "SSL_CERT_FILE") || !strings.Contains(got, "Tell the operator of this API the request id "+answer.Header.Get("X-Request-Id")+".\"") || !strings.Contains(got, `"code":"UPSTREAM_UNAVAILABLE"`) || !strings.Contains(got, `"retryable":false`) {
		t.Error(got)
	}
}
