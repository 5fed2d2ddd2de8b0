//go:build race || full

package blackbox

import (
	"encoding/json"
	"fmt"
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
							t.Errorf("another caller: %v %v", err, answer.Errors)
							return
						}
						good.Add(1)
						time.Sleep(10 * time.Millisecond)
					}
				})
			}
			callers.Go(func() {
				for time.Now().Before(end) {
					got, err := testhttp.Send(http.MethodGet, "http://"+p.Public+"/readyz", "")
					if err != nil || !strings.HasPrefix(got.Body, "ready") {
						t.Errorf("readiness: %s %v", got.Body, err)
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

// TestOverload has far more clients than places ask a slow portal. Requests that get no slot
// within their time get an error that says so, admitted ones are finished, and the program
// grows no larger than its limits let it.
func TestOverload(t *testing.T) {
	t.Parallel()
	const (
		clients = 300
		places  = 60
		timeout = 1500 * time.Millisecond
	)
	portal := demo.New()
	portal.Inject(demo.Fault{Kind: demo.Delay, Delay: 50 * time.Millisecond})
	server := httptest.NewServer(portal)
	t.Cleanup(server.Close)
	p := start(t, "--portal-url="+server.URL, "--portal-token="+demo.Token, "--portal-calls=2", "--request-calls=2",
		fmt.Sprintf("--max-requests=%d", places), "--operation-timeout="+timeout.String(), "--log-level=error", "--profiles")
	idle, before := p.goroutines(t), p.heap(t)

	var most atomic.Int64
	stop := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Millisecond):
				most.Store(max(most.Load(), int64(p.goroutines(t))))
			}
		}
	})
	var asking sync.WaitGroup
	var answered, unserved, refused atomic.Int64
	for range clients {
		asking.Go(func() {
			for range 3 {
				start := time.Now()
				got, err := testhttp.Send(http.MethodPost, "http://"+p.Public+"/graphql", `{"query":"{ opportunity(id: 3101) { title } stages { title } }"}`, testhttp.SendsJSON)
				if err != nil {
					t.Error(err)
					return
				}
				if took := time.Since(start); took > timeout+3*time.Second {
					t.Errorf("an answer took %v", took)
				}
				var answer struct {
					Data   *struct{ Opportunity *struct{ Title string } }
					Errors []testhttp.Failure
				}
				if err := json.Unmarshal([]byte(got.Body), &answer); err != nil {
					t.Errorf("%v in %s", err, got.Body)
					return
				}
				codes := ""
				for _, e := range answer.Errors {
					codes = e.Extensions.Code
					if codes != "UPSTREAM_UNAVAILABLE" && codes != "UPSTREAM_TIMEOUT" && codes != "RATE_LIMITED" {
						t.Errorf("got %s", got.Body)
					}
				}
				switch {
				case codes == "" && answer.Data.Opportunity.Title == "Fleet telematics rollout" && got.Status == http.StatusOK:
					answered.Add(1)
				case codes == "RATE_LIMITED" && got.Status == http.StatusServiceUnavailable && got.Header.Get("Retry-After") == "1":
					refused.Add(1)
				case codes == "UPSTREAM_TIMEOUT" && got.Status == http.StatusOK,
					codes == "UPSTREAM_UNAVAILABLE" && got.Status == http.StatusOK && got.Header.Get("Retry-After") == "1":
					unserved.Add(1)
				default:
					t.Errorf("got %d %s", got.Status, got.Body)
				}
			}
		})
	}
	asking.Wait()
	close(stop)
	watching.Wait()
	t.Logf("%d answered, %d without a slot in time, %d refused; at most %d goroutines, %d when idle; heap %d KiB, %d before",
		answered.Load(), unserved.Load(), refused.Load(), most.Load(), idle, p.heap(t)>>10, before>>10)
	if answered.Load() == 0 || refused.Load() == 0 {
		t.Error("there was no overload, or nothing but")
	}
	// The connection of each client has one or two goroutines; each place has those of
	// its fields.
	if limit := int64(idle + 2*clients + 10*places); most.Load() > limit {
		t.Errorf("%d goroutines, want at most %d", most.Load(), limit)
	}
	testhttp.Eventually(t, "goroutines are back to their level", func() bool {
		server.CloseClientConnections()
		return p.goroutines(t) <= idle+2
	})
	if after := p.heap(t); after > before+8<<20 {
		t.Errorf("the heap has %d bytes, %d before", after, before)
	}
}

// goroutines returns how many the program has. It takes --profiles: metrics would count
// those, now more, now fewer, that gather them.
func (p *program) goroutines(t testing.TB) int {
	t.Helper()
	profile := testhttp.Fetch(t, p.Admin, "/debug/pprof/goroutine?debug=1").Body
	var total int
	if _, err := fmt.Sscanf(profile, "goroutine profile: total %d", &total); err != nil {
		t.Fatalf("%v in %.100s", err, profile)
	}
	return total
}

// heap returns the bytes of the program's heap that are in use. It takes --profiles.
func (p *program) heap(t testing.TB) int {
	for range 2 { // what pools let go of is found by the second
		testhttp.Fetch(t, p.Admin, "/debug/pprof/heap?gc=1")
	}
	return p.gauge(t, "go_memstats_heap_alloc_bytes")
}
