package blackbox

import (
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

// sample returns the value of a series of metrics.
func sample(t *testing.T, metrics, series string) float64 {
	t.Helper()
	found := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(series) + ` (\S+)$`).FindStringSubmatch(metrics)
	if found == nil {
		t.Fatalf("the metrics lack %s", series)
	}
	value, err := strconv.ParseFloat(found[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// While the portal does not answer, calls are in flight, and further ones wait for a slot.
// That time is not the program's.
func TestMetricsOfTheLoad(t *testing.T) {
	t.Parallel()
	const pause = 300 * time.Millisecond
	answer, answered := make(chan struct{}), false
	portal := demo.New()
	t.Cleanup(func() { _ = portal.Close() })
	server := testhttp.NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/stage") {
			<-answer
		}
		portal.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		if !answered {
			close(answer)
		}
	})
	p := start(t, "--portal-url="+server.URL, "--portal-token="+demo.Token, "--portal-calls=2", "--request-calls=2", "--max-requests=9")
	for range 3 {
		go func() {
			_, _ = testhttp.Send(http.MethodPost, "http://"+p.Public+"/graphql", testhttp.BodyOf("{ stages { title } }"), testhttp.SendsJSON)
		}()
	}
	testhttp.Eventually(t, "two calls are in flight, and one waits", func() bool {
		return p.gauge(t, "portal_calls_in_flight") == 2 && p.gauge(t, "portal_calls_waiting") == 1
	})
	for name, want := range map[string]int{"portal_slots": 2, "graphql_requests_in_flight": 3, "graphql_request_places": 9} {
		if got := p.gauge(t, name); got != want {
			t.Errorf("%s is %d, want %d", name, got, want)
		}
	}
	time.Sleep(pause)
	answered = true
	close(answer)
	const count = `graphql_operation_duration_seconds_count{outcome="ok"} 3`
	testhttp.Eventually(t, "all have ended", func() bool {
		metrics := testhttp.Fetch(t, p.Admin, "/metrics").Body
		return strings.Contains(metrics, count) && strings.Contains(metrics, "\ngraphql_requests_in_flight 0\n")
	})
	metrics := testhttp.Fetch(t, p.Admin, "/metrics").Body
	for _, series := range []string{"portal_calls_in_flight", "portal_calls_waiting", `memory_budget_taken_bytes{budget="answers"}`, `memory_budget_taken_bytes{budget="request_bodies"}`} {
		if got := sample(t, metrics, series); got != 0 {
			t.Errorf("%s is %v when all has ended", series, got)
		}
	}
	whole, own := sample(t, metrics, `graphql_operation_duration_seconds_sum{outcome="ok"}`), sample(t, metrics, "graphql_operation_overhead_seconds_sum")
	if atPortal := whole - own; atPortal < 2*pause.Seconds() {
		t.Errorf("of %vs the portal had %vs", whole, atPortal)
	}
	if own < pause.Seconds() { // the one that waited for a slot
		t.Errorf("of %vs %vs were without the portal", whole, own)
	}
}

// documented returns the metrics that a document lists, with their labels.
func documented(t *testing.T, path string) map[string]string {
	t.Helper()
	listed := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| ([a-z_`, ]*) \\|").FindAllStringSubmatch(manual(t, path), -1) {
		listed[row[1]] = strings.ReplaceAll(row[2], "`", "")
	}
	return listed
}

// TestDocumentedMetrics holds the table of metrics to those that there are, when each has
// had something to count: the portal fails, and a request is refused.
func TestDocumentedMetrics(t *testing.T) {
	t.Parallel()
	server := testhttp.NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }))
	log, err := os.Create(t.TempDir() + "/log")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() })
	p := launch(t, log, "--portal-url="+server.URL, "--portal-token=a")
	p.awaitAnnouncement(t)
	p.query(t, testhttp.BodyOf("{ viewer { id } }"))
	p.query(t, testhttp.BodyOf("{ nothing }"))
	metrics := testhttp.Fetch(t, p.Admin, "/metrics").Body
	labels := map[string]map[string]bool{}
	for _, named := range regexp.MustCompile(`(?m)^# TYPE (\S+) \w+$`).FindAllStringSubmatch(metrics, -1) {
		if !strings.HasPrefix(named[1], "go_") && !strings.HasPrefix(named[1], "process_") {
			labels[named[1]] = map[string]bool{}
		}
	}
	for _, series := range regexp.MustCompile(`(?m)^(\w+)\{(.*)\} \S+$`).FindAllStringSubmatch(metrics, -1) {
		of := labels[regexp.MustCompile(`_(bucket|sum|count)$`).ReplaceAllString(series[1], "")]
		for _, label := range regexp.MustCompile(`(\w+)="`).FindAllStringSubmatch(series[2], -1) {
			if of != nil && label[1] != "le" {
				of[label[1]] = true
			}
		}
	}
	exposed := map[string]string{}
	for name, of := range labels {
		exposed[name] = strings.Join(slices.Sorted(maps.Keys(of)), ", ")
	}
	if diff := cmp.Diff(exposed, documented(t, "docs/operating.md")); diff != "" {
		t.Errorf("-program +docs/operating.md:\n%s", diff)
	}
}

// The outcomes and codes that alerts and the dashboard name are some that there are: a
// misspelt one would match nothing, and no alert would ever be raised.
func TestQueriedValues(t *testing.T) {
	t.Parallel()
	outcomes := []string{"ok", "error", "canceled"}
	for kind := upstream.KindUnknown; kind == upstream.KindUnknown || kind.String() != upstream.KindUnknown.String(); kind++ {
		outcomes = append(outcomes, kind.String())
	}
	codes := regexp.MustCompile(`\b[A-Z]+(_[A-Z]+)*\b`).FindAllString(manual(t, "docs/using.md"), -1)
	for _, path := range []string{"deploy/prometheus/alerts.yaml", "deploy/grafana/dashboard.json"} {
		found := 0
		for _, matcher := range regexp.MustCompile(`(outcome|code)(?:=|!=|=~|!~)\\?"([^"\\]*)`).FindAllStringSubmatch(manual(t, path), -1) {
			known := outcomes
			if matcher[1] == "code" {
				known = codes
			}
			for value := range strings.SplitSeq(matcher[2], "|") {
				found++
				pattern := regexp.MustCompile("^(?:" + value + ")$")
				if !slices.ContainsFunc(known, pattern.MatchString) {
					t.Errorf("%s: there is no %s %s", path, matcher[1], value)
				}
			}
		}
		if found < 3 {
			t.Errorf("%s names only %d values", path, found)
		}
	}
}
