package blackbox

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	traces "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/upstream/demo"
)

// traceCollector takes what the program exports.
type traceCollector struct {
	url string

	mu    sync.Mutex
	spans []*traces.Span
	raw   []byte
}

func newTraceCollector(t *testing.T) *traceCollector {
	t.Helper()
	c := &traceCollector{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := io.Reader(r.Body)
		if r.Header.Get("Content-Encoding") == "gzip" {
			body, _ = gzip.NewReader(r.Body)
		}
		text, err := io.ReadAll(body)
		var sent collector.ExportTraceServiceRequest
		if err == nil {
			err = proto.Unmarshal(text, &sent)
		}
		if err != nil || r.URL.Path != "/v1/traces" {
			t.Errorf("%s: %v", r.URL.Path, err)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.raw = append(c.raw, text...)
		for _, of := range sent.ResourceSpans {
			for _, scope := range of.ScopeSpans {
				c.spans = append(c.spans, scope.Spans...)
			}
		}
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

// tree returns the spans below one, each in a line, indented by its depth.
func (c *traceCollector) tree(parent []byte, indent string) string {
	var below []*traces.Span
	for _, span := range c.spans {
		if string(span.ParentSpanId) == string(parent) {
			below = append(below, span)
		}
	}
	slices.SortFunc(below, func(a, b *traces.Span) int { return strings.Compare(a.Name, b.Name) })
	var text strings.Builder
	for _, span := range below {
		fmt.Fprintf(&text, "%s%s %s\n%s", indent, strings.TrimPrefix(span.Kind.String(), "SPAN_KIND_"), span.Name, c.tree(span.SpanId, indent+"  "))
	}
	return text.String()
}

// expect ends the program, which sends what is left, and compares the spans below a parent.
func (c *traceCollector) expect(t *testing.T, p *program, parent []byte, want string) {
	t.Helper()
	p.stop()
	p.wait(t)
	if diff := cmp.Diff(want, c.tree(parent, "")); diff != "" {
		t.Error(diff)
	}
}

// holdsNone checks that no text is in what was sent.
func (c *traceCollector) holdsNone(t *testing.T, secrets ...string) {
	t.Helper()
	for _, secret := range secrets {
		if strings.Contains(string(c.raw), secret) {
			t.Errorf("%s is in what was sent", secret)
		}
	}
}

// The spans of the documents' board are its request, its operation and the attempts of its
// calls, and hold nothing of what was asked, sent or answered.
func TestTraces(t *testing.T) {
	t.Parallel()
	c := newTraceCollector(t)
	const callers = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	p := startIn(t, []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + c.url, "OTEL_RESOURCE_ATTRIBUTES=deployment.environment.name=test"})
	file, err := os.ReadFile("docs/queries/s02-board.graphql")
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(map[string]any{"query": strings.Replace(string(file), "query Board(", "query Confidential(", 1), "variables": map[string]int{"first": 3}})
	if err != nil {
		t.Fatal(err)
	}
	got := p.query(t, string(body), "Authorization: "+demo.Token, "traceparent: "+callers)
	if got.Status != http.StatusOK || strings.Contains(got.Body, "errors") {
		t.Fatalf("got %d %s", got.Status, got.Body)
	}
	lines := p.logged(t, 1, "operation")
	c.expect(t, p, nil, `SERVER GraphQL request
  INTERNAL query
    CLIENT GET crm/opportunity/filter
    CLIENT GET crm/opportunity/tag/{id}
    CLIENT GET crm/opportunity/tag/{id}
    CLIENT GET crm/opportunity/tag/{id}
`)
	root := c.spans[slices.IndexFunc(c.spans, func(s *traces.Span) bool { return len(s.ParentSpanId) == 0 })]
	if trace := fmt.Sprintf("%x", root.TraceId); len(root.Links) != 1 || fmt.Sprintf("%x", root.Links[0].TraceId) != callers[3:35] || trace == callers[3:35] ||
		len(lines) != 1 || lines[0]["traceId"] != trace {
		t.Errorf("trace %s, links %v, log %v", trace, root.Links, lines)
	}
	var answer struct {
		Data struct {
			Opportunities struct {
				Nodes []struct{ ID, Title string }
			}
		}
	}
	if err := json.Unmarshal([]byte(got.Body), &answer); err != nil || len(answer.Data.Opportunities.Nodes) != 3 {
		t.Fatal(err, got.Body)
	}
	c.holdsNone(t, answer.Data.Opportunities.Nodes[0].ID, answer.Data.Opportunities.Nodes[2].Title, "Confidential", "stageType", "Purchase order", demo.Token, "displayName", "127.0.0.1")
	if !strings.Contains(string(c.raw), "onlyoffice-graphql") || !strings.Contains(string(c.raw), "deployment.environment.name") {
		t.Error("the program does not say who it is")
	}
}

// TestTracesOfChanges has spans of a change and of a sign-in: they hold nothing of what was
// written, nor who signed in.
func TestTracesOfChanges(t *testing.T) {
	t.Parallel()
	c := newTraceCollector(t)
	p := startIn(t, []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + c.url})
	for _, body := range []string{
		`{"query":"mutation Confidential($i: UpdateOpportunityInput!) { updateOpportunity(input: $i) { opportunity { title } userErrors { code } } }",
		  "variables":{"i":{"id":3102,"title":"Secret deal"}}}`,
		`{"query":"mutation($i: SignInInput!) { signIn(input: $i) { token userErrors { code } } }",
		  "variables":{"i":{"userName":"mark.oconnell@fennmark.example","password":"demo"}}}`,
	} {
		if got := p.query(t, body, "Authorization: "+demo.Token); got.Status != http.StatusOK || strings.Contains(got.Body, `"code"`) {
			t.Fatalf("got %d %s", got.Status, got.Body)
		}
	}
	c.expect(t, p, nil, `SERVER GraphQL request
  INTERNAL mutation
    CLIENT GET crm/opportunity/{id}
    CLIENT PUT crm/opportunity/{id}
SERVER GraphQL request
  INTERNAL mutation
    CLIENT POST authentication
`)
	c.holdsNone(t, "Confidential", "Secret deal", "3102", demo.Token, "oconnell", "fennmark", "demo-mark")
}

// A request can be a part of its caller's trace; failures are marked.
func TestTraceOfTheCaller(t *testing.T) {
	t.Parallel()
	c := newTraceCollector(t)
	p := startIn(t, []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + c.url}, "--trace-parent", "--portal-retries=1")
	testhttp.MustSend(t, http.MethodPost, "http://"+p.Demo+"/demo/faults", `{"kind":"BadGateway","route":"crm/opportunity/{id}"}`, testhttp.SendsJSON)
	p.query(t, testhttp.BodyOf("{ opportunity(id: 3101) { title } }"), "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	c.expect(t, p, []byte{0xb7, 0xad, 0x6b, 0x71, 0x69, 0x20, 0x33, 0x31}, `SERVER GraphQL request
  INTERNAL query
    CLIENT GET crm/opportunity/{id}
    CLIENT GET crm/opportunity/{id}
`)
	failed := 0
	for _, span := range c.spans {
		if span.Status.GetCode() == traces.Status_STATUS_CODE_ERROR {
			failed++
		}
	}
	if failed != 3 { // the attempts and the operation; the request itself was answered
		t.Errorf("%d spans failed", failed)
	}
}

// A collector that is down, or does not answer, delays neither answers nor the end.
func TestDeadCollector(t *testing.T) {
	t.Parallel()
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}))
	t.Cleanup(silent.Close)
	t.Cleanup(silent.CloseClientConnections)
	for name, address := range map[string]string{"down": nowhere, "silent": silent.URL} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startIn(t, []string{"OTEL_TRACES_EXPORTER=otlp", "OTEL_EXPORTER_OTLP_ENDPOINT=" + address, "OTEL_BSP_SCHEDULE_DELAY=10"})
			asked := time.Now()
			for range 20 {
				if got := p.query(t, oneOpportunity); got.Body != withTitle {
					t.Fatalf("got %d %s", got.Status, got.Body)
				}
			}
			if took := time.Since(asked); took > 5*time.Second { // half of what one export waits for
				t.Errorf("20 answers took %v", took)
			}
			began := time.Now()
			p.stop()
			if status := p.wait(t); status != 0 || time.Since(began) > 3*time.Second {
				t.Errorf("it ended with %d after %v", status, time.Since(began))
			}
		})
	}
}

// Values of the variables that are not supported stop the program at its start; a variable
// that switches traces off leaves them off.
func TestTraceVariables(t *testing.T) {
	t.Parallel()
	p := launchIn(t, []string{"OTEL_TRACES_EXPORTER=otlp", "OTEL_EXPORTER_OTLP_HEADERS=secret-of-the-collector"}, nil)
	if status, said := p.wait(t), p.stderr.String(); status != 2 || !strings.Contains(said, "OTEL_EXPORTER_OTLP_HEADERS:") || strings.Contains(said, "secret") {
		t.Errorf("status %d, %s", status, said)
	}
	right := startIn(t, []string{
		"OTEL_TRACES_EXPORTER=otlp", "OTEL_EXPORTER_OTLP_HEADERS=authorization=Basic%20secret-of-the-collector,x-a=1", "OTEL_EXPORTER_OTLP_TIMEOUT=500",
		"OTEL_BSP_MAX_QUEUE_SIZE=4096", "OTEL_EXPORTER_OTLP_COMPRESSION=gzip", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT=-1",
	})
	right.stop()
	if status := right.wait(t); status != 0 || strings.Contains(right.stderr.String()+right.log(), "secret-of-the-collector") {
		t.Errorf("status %d, it says %s", status, right.stderr.String())
	}
	for _, off := range []string{"OTEL_SDK_DISABLED=true", "OTEL_TRACES_EXPORTER=none"} {
		c := newTraceCollector(t)
		p := startIn(t, []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + c.url, off})
		p.query(t, oneOpportunity)
		p.stop()
		if status := p.wait(t); status != 0 || len(c.spans) > 0 {
			t.Errorf("%s: status %d, %d spans", off, status, len(c.spans))
		}
	}
}
