package blackbox

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"onlyoffice-graphql/internal/serve"
	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/upstream/demo"
)

// pending is an operation that waits for its portal.
type pending chan struct {
	testhttp.Response
	err error
}

// hang starts an operation that the portal keeps waiting, until release.
func hang(t *testing.T, p *program, portal *portalStub) (operation pending, release func()) {
	t.Helper()
	release = portal.Inject(demo.Fault{Kind: demo.Hang, Route: "crm/opportunity/{id}"})
	operation = make(pending, 1)
	go func() {
		answer, err := testhttp.Send(http.MethodPost, "http://"+p.Public+"/graphql", oneOpportunity, testhttp.SendsJSON, "Authorization: "+demo.Token)
		operation <- struct {
			testhttp.Response
			err error
		}{answer, err}
	}()
	testhttp.Eventually(t, "the portal is asked", func() bool { return portal.Calls()["GET crm/opportunity/{id}"] > 0 })
	return operation, release
}

func isStopping(address string) func() bool {
	return func() bool {
		answer, err := testhttp.Send(http.MethodGet, "http://"+address+"/readyz", "")
		return err == nil && answer.Status == http.StatusServiceUnavailable && answer.Body == "shutting down\n"
	}
}

// On SIGTERM readiness fails, no connection is taken any more, and what runs is
// answered before the program ends well.
func TestShutdown(t *testing.T) {
	t.Parallel()
	portal := newPortal(t)
	p := start(t, "--portal-url="+portal.url)
	operation, release := hang(t, p, portal)
	p.stop()
	testhttp.Eventually(t, "readiness fails", isStopping(p.Admin))
	if got := testhttp.Fetch(t, p.Admin, "/healthz"); got.Status != http.StatusOK {
		t.Errorf("/healthz while stopping: %d", got.Status)
	}
	testhttp.Eventually(t, "connections are refused", func() bool {
		connection, err := net.Dial("tcp", p.Public)
		if err == nil {
			_ = connection.Close()
		}
		return errors.Is(err, syscall.ECONNREFUSED)
	})
	select {
	case <-operation:
		t.Fatal("the operation was answered before its portal call")
	case <-p.ended:
		t.Fatal("the program ended before its operation")
	default:
	}
	release()
	if got := <-operation; got.err != nil || got.Body != withTitle {
		t.Errorf("the running operation: %v %s", got.err, got.Body)
	}
	if status := p.wait(t); status != 0 {
		t.Errorf("exit status %d\n%s", status, p.stderr.String())
	}
	stopping := p.logged(t, 1, "stopping: running operations may finish; a second signal ends them at once")
	if len(stopping) != 1 || stopping[0]["within"] != "25s" {
		t.Errorf("logged %v", stopping)
	}
	if failed := p.logged(t, 0, "stopped"); failed != nil {
		t.Errorf("logged %v", failed)
	}
}

// An operation that takes longer than it may is cut off, and the exit status tells.
func TestShutdownCutsOff(t *testing.T) {
	t.Parallel()
	portal := newPortal(t)
	p := start(t, "--portal-url="+portal.url, "--drain-timeout=50ms")
	operation, _ := hang(t, p, portal)
	p.stop()
	if status := p.wait(t); status != 1 {
		t.Errorf("exit status %d", status)
	}
	if got := <-operation; got.err == nil {
		t.Errorf("the operation was answered %d %s", got.Status, got.Body)
	}
	const want = "operations that ran on after --drain-timeout (50ms) were cut off: context deadline exceeded"
	if lines := p.logged(t, 1, "stopped"); len(lines) != 1 || lines[0]["error"] != want {
		t.Errorf("logged %v", lines)
	}
}

// A client that does not read its answer, or does not send what it announced,
// is not waited for as long as an operation is, and is no failure.
func TestShutdownWaitsForNoSlowClient(t *testing.T) {
	t.Parallel()
	portal := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"status":0,"response":{"id":1,"title":"%s"}}`, strings.Repeat("a", 7<<20))
	}))
	t.Cleanup(portal.Close)
	const body = `{"query":"{opportunity(id:1){title}}"}`
	const head = "POST /graphql HTTP/1.1\r\nHost: a\r\nAuthorization: a\r\nContent-Type: application/json\r\nContent-Length: "
	for name, test := range map[string]struct{ request, reads string }{
		"does not read":       {head + fmt.Sprint(len(body)) + "\r\n\r\n" + body, "HTTP/1.1 200 "},
		"does not send":       {head + "100\r\nExpect: 100-continue\r\n\r\n", "HTTP/1.1 100 "},
		"sends half a header": {head, ""},
		"sends nothing":       {"", ""},
		"sends to nobody":     {"PUT /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{", ""},
		"is idle":             {"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200 "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, "--portal-url="+portal.URL, "--read-header-timeout=1m")
			connection := connect(t, p.Public)
			_ = connection.(*net.TCPConn).SetReadBuffer(4 << 10)
			if _, err := connection.Write([]byte(test.request)); err != nil {
				t.Fatal(err)
			}
			begun := make([]byte, len(test.reads))
			if _, err := io.ReadFull(connection, begun); err != nil || string(begun) != test.reads {
				t.Fatalf("read %q, %v", begun, err)
			}
			began := time.Now()
			p.stop()
			if status, took := p.wait(t), time.Since(began); status != 0 || took > serve.DrainWriting+4*time.Second {
				t.Errorf("exit status %d after %v\n%s", status, took, p.stderr.String())
			}
		})
	}
}

// An operation that ends while the program is about to is read in time, however
// long it took.
func TestShutdownWaitsForOperations(t *testing.T) {
	t.Parallel()
	portal := newPortal(t)
	p := start(t, "--portal-url="+portal.url)
	operation, release := hang(t, p, portal)
	p.stop()
	time.Sleep(serve.DrainWriting + serve.DrainReading/2) // longer than clients are waited for
	release()
	if got := <-operation; got.err != nil || got.Body != withTitle {
		t.Errorf("the running operation: %v %s", got.err, got.Body)
	}
	if status := p.wait(t); status != 0 {
		t.Errorf("exit status %d\n%s", status, p.stderr.String())
	}
}

func TestSignals(t *testing.T) {
	t.Parallel()
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			p := start(t)
			if got := p.query(t, oneOpportunity); got.Body != withTitle {
				t.Errorf("got %s", got.Body)
			}
			p.signal(signal)
			if status := p.wait(t); status != 0 {
				t.Errorf("exit status %d\n%s", status, p.stderr.String())
			}
			if log := p.stderr.String(); !strings.Contains(log, `,"after":"0s","within":"25s"}`) {
				t.Errorf("the log does not say how long it takes:\n%s", log)
			}
		})
	}

	t.Run("twice", func(t *testing.T) {
		t.Parallel()
		p := start(t)
		testhttp.MustSend(t, http.MethodPost, "http://"+p.Demo+"/demo/faults", `{"kind":"Hang","route":"crm/opportunity/{id}"}`, testhttp.SendsJSON)
		cutOff := make(chan error, 1)
		go func() {
			_, err := testhttp.Send(http.MethodPost, "http://"+p.Public+"/graphql", oneOpportunity, testhttp.SendsJSON)
			cutOff <- err
		}()
		testhttp.Eventually(t, "the portal is asked", func() bool {
			return strings.Contains(testhttp.Fetch(t, p.Demo, "/demo/calls").Body, `"GET crm/opportunity/{id}": 1`)
		})
		p.stop()
		testhttp.Eventually(t, "readiness fails", isStopping(p.Admin))
		select {
		case <-p.ended:
			t.Fatal("one signal ended the program while an operation ran")
		default:
		}
		// The first signal is forgotten a moment after readiness fails.
		testhttp.Eventually(t, "a second signal ends the program", func() bool {
			p.stop()
			return p.hasEnded()
		})
		if status, ok := p.command.ProcessState.Sys().(syscall.WaitStatus); !ok || !status.Signaled() || status.Signal() != syscall.SIGTERM {
			t.Errorf("ended with %v", p.command.ProcessState)
		}
		if err := <-cutOff; err == nil {
			t.Error("the operation was answered")
		}
	})

	t.Run("bad configuration", func(t *testing.T) {
		t.Parallel()
		const want = "The configuration cannot be used:\n  - unknown flag --bogus\nRun with --help to see every setting.\n"
		if status, stdout, stderr := order(t, nil, "--bogus"); status != 2 || stdout+stderr != want {
			t.Errorf("%d\n%s%s", status, stdout, stderr)
		}
	})
}
