package blackbox

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/upstream/demo"
)

// A client that goes away takes its portal calls with it, those in flight and
// those that wait for a slot, and is nobody's failure.
func TestHangUp(t *testing.T) {
	t.Parallel()
	gone := make(chan time.Time, 100)
	var asked atomic.Int32
	portal := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" { // the look at the start
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.ReadAll(r.Body) // or the server does not notice
		asked.Add(1)
		<-r.Context().Done()
		gone <- time.Now()
	}))
	t.Cleanup(portal.Close)
	p := start(t, "--portal-url="+portal.URL, "--portal-calls=2", "--request-calls=2", "--breaker-calls=2")
	quickest := testhttp.Patience
	for n := range int32(5) { // on a busy machine one of them is in time
		ctx, hangUp := context.WithCancel(t.Context())
		r := jsonRequest("http://"+p.Public+"/graphql", `{"query":"{ opportunitiesByIds(ids: [1, 2, 3, 4, 5, 6]) { title } stages { title } }"}`).WithContext(ctx)
		r.Header.Set("Authorization", "a")
		ended := make(chan error)
		go func() {
			answer, err := testhttp.Client.Do(r)
			if err == nil {
				_ = answer.Body.Close()
			}
			ended <- err
		}()
		testhttp.Eventually(t, "the portal has two more calls", func() bool { return asked.Load() == 2*(n+1) })
		hungUp := time.Now()
		hangUp()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("the client got %v", err)
		}
		last := hungUp
		for range 2 {
			last = <-gone
		}
		quickest = min(quickest, last.Sub(hungUp))
		// The next one would have half of the slots while this one has its share.
		if ended := len(p.logged(t, int(n)+1, "operation")); ended != int(n)+1 {
			t.Fatalf("%d operations have ended, want %d", ended, n+1)
		}
	}
	for _, line := range p.logged(t, 1, "operation") {
		if line["canceled"] != true || line["errors"] != nil {
			t.Errorf("logged %v", line)
		}
	}
	if quickest > 100*time.Millisecond {
		t.Errorf("the portal calls ended after %v", quickest)
	}
	if lines := p.logged(t, 0, "field failed"); len(lines) > 0 {
		t.Errorf("hang-ups are logged as failures: %v", lines)
	}
	if metrics := testhttp.Fetch(t, p.Admin, "/metrics").Body; strings.Contains(metrics, "graphql_errors_total{") || !strings.Contains(metrics, `graphql_operation_duration_seconds_count{outcome="canceled"} 5`) {
		t.Errorf("hang-ups are counted as %s", regexp.MustCompile("graphql_(errors_total|operation_duration_seconds_count){.*").FindAllString(metrics, -1))
	}
	if len(gone) > 0 || strings.Contains(p.log(), "left alone") {
		t.Errorf("%d more calls were made, or the circuit opened: %s", len(gone), p.stderr.String())
	}
}

// docs/faults.md names every fault of the demo portal, every error code, and
// tests that are there.
func TestFaultsAreDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("docs/faults.md")
	if err != nil {
		t.Fatal(err)
	}
	document := string(text)
	tests := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	err = filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, found := range declared.FindAllStringSubmatch(string(source), -1) {
			tests[filepath.Dir(path)+"."+found[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`((?:[a-z]+/)*)((?:Test|Fuzz)\\w+)`").FindAllStringSubmatch(document, -1)
	for _, name := range named {
		if folder := filepath.Clean("./" + name[1]); !tests[folder+"."+name[2]] {
			t.Errorf("there is no %s in %s", name[2], folder)
		}
	}
	if len(named) < 50 {
		t.Errorf("it names only %d tests", len(named))
	}
	for kind := demo.Delay; kind.String() != ""; kind++ {
		if !strings.Contains(document, "`"+kind.String()+"`") {
			t.Errorf("the fault %v is missing", kind)
		}
	}
	names := regexp.MustCompile("`(?:[a-z]+/)*(?:Test|Fuzz)\\w+`[^|]* \\|$")
	for _, line := range strings.Split(document, "\n") {
		if strings.HasPrefix(line, "| ") && !strings.HasPrefix(line, "| ---") && !strings.HasSuffix(line, " test |") && !names.MatchString(line) {
			t.Errorf("no test is named in %s", line)
		}
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
