package blackbox

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/upstream/demo"
)

// gate is a demo portal whose calls wait until it is opened.
type gate struct {
	portal  *demo.Portal
	open    chan struct{}
	waiting atomic.Int32
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") == "" { // the look at the start
		g.portal.ServeHTTP(w, r)
		return
	}
	g.waiting.Add(1)
	select {
	case <-g.open:
	case <-r.Context().Done():
	}
	g.portal.ServeHTTP(w, r)
}

func newGate(t *testing.T) (*gate, string) {
	t.Helper()
	g := &gate{portal: demo.New(), open: make(chan struct{})}
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	return g, server.URL
}

// A request too many is refused at once, in the shape that clients know, and
// what was taken in before is answered all the same.
func TestRequestsTooMany(t *testing.T) {
	t.Parallel()
	portal, address := newGate(t)
	p := start(t, "--portal-url="+address, "--portal-token="+demo.Token, "--max-requests=3")
	var takenIn sync.WaitGroup
	for range 3 {
		takenIn.Go(func() {
			if got, err := testhttp.Send(http.MethodPost, "http://"+p.Public+"/graphql", oneOpportunity, testhttp.SendsJSON); err != nil || got.Body != withTitle {
				t.Errorf("what was taken in is answered %v %s", err, got.Body)
			}
		})
	}
	testhttp.Eventually(t, "all places are taken", func() bool { return portal.waiting.Load() == 3 })
	const want = `{"errors":[{"message":"This API is working on as many requests as it can. Wait a little, then ask again.","extensions":{"code":"RATE_LIMITED",,"retryAfter":1,"retryable":true}}]}`
	for _, accept := range []string{"application/json", "application/graphql-response+json"} {
		got := p.query(t, `{"query":"{__typename}"}`, "Accept: "+accept)
		if body := requestIDs.ReplaceAllString(got.Body, ""); body != want || got.Status != http.StatusServiceUnavailable || got.Header.Get("Retry-After") != "1" ||
			got.Header.Get("Content-Type") != accept+"; charset=utf-8" {
			t.Errorf("as %s: got %d %v %s", accept, got.Status, got.Header, got.Body)
		}
	}
	if got := testhttp.Fetch(t, p.Public, "/healthz"); got.Status != http.StatusOK {
		t.Errorf("/healthz: %d", got.Status)
	}
	if body := testhttp.Fetch(t, p.Admin, "/metrics").Body; !strings.Contains(body, `graphql_refused_requests_total{code="RATE_LIMITED"} 2`) || strings.Contains(body, "graphql_operation_duration_seconds_count{") {
		t.Error("the refusals are not counted")
	}
	close(portal.open)
	takenIn.Wait()
	if got := p.query(t, oneOpportunity); got.Body != withTitle {
		t.Errorf("when there is room again: %d %s", got.Status, got.Body)
	}
}

// A caller who has made the portal calls of a minute is refused, and no other is.
func TestCallerCalls(t *testing.T) {
	t.Parallel()
	p := start(t, "--caller-calls=1")
	const mark = "Authorization: demo-mark.oconnell"
	for _, test := range []struct {
		headers []string
		status  int
	}{{nil, 200}, {nil, 429}, {[]string{mark}, 200}, {[]string{mark}, 429}} {
		got := p.query(t, `{"query":"{ stages { title } }"}`, test.headers...)
		wait, _ := strconv.Atoi(got.Header.Get("Retry-After"))
		isLate := wait > 0 && wait <= 60 && got.Header.Get("RateLimit") == fmt.Sprintf(`"caller";r=0;t=%d`, wait)
		if got.Status != test.status || isLate != (test.status == 429) || got.Header.Get("RateLimit-Policy") != `"caller";q=1;w=60` {
			t.Errorf("%v got %d %v %s", test.headers, got.Status, got.Header, got.Body)
		}
	}
	if n := p.gauge(t, `graphql_refused_requests_total{code="RATE_LIMITED"}`); n != 2 {
		t.Errorf("%d refused requests are counted", n)
	}
}

// What the portal says of when to come back reaches the client.
func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{"7": "7", "": "", "soon": ""} {
		portal := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/3101.json") {
				w.Header().Set("Retry-After", said)
			}
			w.WriteHeader(http.StatusTooManyRequests)
		}))
		t.Cleanup(portal.Close)
		p := start(t, "--portal-url="+portal.URL, "--portal-token=a", "--log-level=error")
		got := p.query(t, `{"query":"{ a: opportunity(id: 3101) { title } b: opportunity(id: 3103) { title } }"}`)
		if got.Code(t) != "RATE_LIMITED" || got.Status != http.StatusOK || got.Header.Get("Retry-After") != want {
			t.Errorf("%q became %d %q %s", said, got.Status, got.Header.Get("Retry-After"), got.Body)
		}
	}
}

// A client that does not read its answer is let go of, and one that does not
// send what it announced, on whatever route.
func TestSlowClientsAreLetGo(t *testing.T) {
	t.Parallel()
	portal := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"status":0,"response":{"id":1,"title":"%s"}}`, strings.Repeat("a", 7<<20))
	}))
	t.Cleanup(portal.Close)
	p := start(t, "--portal-url="+portal.URL, "--operation-timeout=1s")
	const body = `{"query":"{opportunity(id:1){title}}"}`
	for name, test := range map[string]struct {
		request string
		reads   bool // what the server has to say before it hangs up
	}{
		"answer not read":           {fmt.Sprintf("POST /graphql HTTP/1.1\r\nHost: a\r\nAuthorization: a\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body), false},
		"body not sent to a probe":  {"POST /readyz HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{", true},
		"body not sent to nobody":   {"PUT /nothing HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n", true},
		"body not sent with a GET":  {"GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n", true},
		"body not sent to /graphql": {"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			connection, err := net.Dial("tcp", p.Public)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = connection.Close() })
			_ = connection.(*net.TCPConn).SetReadBuffer(4 << 10)
			if _, err := connection.Write([]byte(test.request)); err != nil {
				t.Fatal(err)
			}
			if test.reads {
				_ = connection.SetReadDeadline(time.Now().Add(testhttp.Patience))
				testhttp.ReadAll(t, connection)
				return
			}
			// Something that takes long to read cannot be told from the outside
			// until the server has hung up; what is left to read then is less
			// than the answer.
			testhttp.Eventually(t, "the server hangs up", func() bool {
				_, err := connection.Write([]byte("x"))
				return err != nil
			})
		})
	}
}
