package blackbox

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/graph"
)

// What one request within the limits may take of the program.
const (
	mostCPU    = 500 * time.Millisecond * slower
	mostMemory = 160 << 20 * slower // more than at rest, garbage included
	mostCalls  = 1000
)

// FuzzEffort sends operations, made from the schema by a number, to the program in
// a process of its own, before a portal with long answers. An operation that
// is within the limits takes no more than the program can bear.
func FuzzEffort(f *testing.F) {
	if runtime.GOOS != "linux" {
		f.Skip("the meter reads /proc")
	}
	for seed := range uint64(12) {
		f.Add(seed)
	}
	m, mostCPU := newMetered(f, talk), mostCPU
	if fuzzing := flag.Lookup("test.fuzz"); fuzzing != nil && fuzzing.Value.String() != "" {
		mostCPU *= 4 // the fuzzer counts every branch
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		query := writeOperation(rand.New(rand.NewPCG(seed, 1)))
		effort := m.ask(t, query)
		// Beside other tests, what is measured is up to half as much again.
		if effort.cpu > 2*mostCPU || effort.memory > mostMemory || effort.calls > mostCalls {
			t.Errorf("%v of CPU, %d MiB, %d calls for %d bytes of answer: %s", effort.cpu, effort.memory>>20, effort.calls, effort.answer, query)
		}
	})
}

// metered is the program with a meter.
type metered struct {
	pid     int
	address string
	calls   *atomic.Int64 // of the portal
}

type effort struct {
	cpu            time.Duration
	memory, answer int
	calls          int64
}

func newMetered(f testing.TB, portal http.HandlerFunc, args ...string) *metered {
	f.Helper()
	m := &metered{calls: new(atomic.Int64)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.calls.Add(1)
		portal(w, r)
	}))
	f.Cleanup(server.Close)
	p := start(f, append([]string{"--admin-listen=off", "--portal-token=t", "--portal-url=" + server.URL}, args...)...)
	m.pid, m.address = p.command.Process.Pid, p.Public
	m.ask(f, "{ opportunities(first: 100) { nodes { title tags } } }") // what the first request alone takes
	return m
}

// ask sends an operation and reads the meter.
func (m *metered) ask(t testing.TB, query string) effort {
	t.Helper()
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", m.pid), []byte("5"), 0) // the peak starts anew
	rest, _ := m.memory(t)
	cpu, calls := m.cpu(t), m.calls.Load()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post("http://"+m.address+"/graphql", "application/json", strings.NewReader(string(body)))
	if err != nil {
		t.Fatalf("%v: %s", err, query)
	}
	defer func() { _ = resp.Body.Close() }()
	n, err := io.Copy(io.Discard, resp.Body)
	if err != nil {
		t.Fatalf("%v: %s", err, query)
	}
	_, peak := m.memory(t)
	return effort{m.cpu(t) - cpu, peak - rest, int(n), m.calls.Load() - calls}
}

// cpu returns the time that the process has used.
func (m *metered) cpu(t testing.TB) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", m.pid))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+2:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

// memory returns what the process takes now, and at most since the peak was reset.
func (m *metered) memory(t testing.TB) (now, peak int) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", m.pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		var kib int
		if _, err := fmt.Sscanf(line, "VmRSS: %d", &kib); err == nil {
			now = kib << 10
		}
		if _, err := fmt.Sscanf(line, "VmHWM: %d", &kib); err == nil {
			peak = kib << 10
		}
	}
	return now, peak
}

// operationWriter writes an operation of the schema at random: long lists, many
// aliases, deep ways.
type operationWriter struct {
	*rand.Rand
	schema  *ast.Schema
	aliases int
	fields  int
}

func writeOperation(r *rand.Rand) string {
	w := &operationWriter{Rand: r, schema: graph.NewExecutableSchema(graph.Config{}).Schema(), aliases: 45, fields: 20 + r.IntN(250)}
	return w.selection(w.schema.Types["Query"], 1+r.IntN(9))
}

func (w *operationWriter) selection(of *ast.Definition, depth int) string {
	var b strings.Builder
	b.WriteString("{ __typename ")
	for range 1 + w.IntN(8) {
		field := of.Fields[w.IntN(len(of.Fields))]
		below := w.schema.Types[field.Type.Name()]
		if strings.HasPrefix(field.Name, "__") || below.IsCompositeType() && depth <= 1 || w.fields <= 0 || w.aliases <= 0 {
			continue
		}
		w.fields--
		w.aliases--
		fmt.Fprintf(&b, "a%d: %s%s ", w.aliases, field.Name, w.arguments(field))
		if below.IsCompositeType() {
			b.WriteString(w.selection(below, depth-1))
		}
	}
	if of.IsAbstractType() && depth > 1 {
		possible := w.schema.GetPossibleTypes(of)
		if on := possible[w.IntN(len(possible))]; on.Kind == ast.Object {
			fmt.Fprintf(&b, "... on %s %s", on.Name, w.selection(on, depth))
		}
	}
	return b.String() + "} "
}

func (w *operationWriter) arguments(field *ast.FieldDefinition) string {
	var given []string
	for _, argument := range field.Arguments {
		switch argument.Name {
		case "first":
			given = append(given, fmt.Sprintf("first: %d", []int{1, 3, 25, 100}[w.IntN(4)]))
		case "id":
			given = append(given, fmt.Sprintf(`id: "%d"`, 1+w.IntN(500)))
		case "ids":
			ids := make([]string, 1+w.IntN(100))
			for i := range ids {
				ids[i] = strconv.Itoa(1 + w.IntN(500))
			}
			given = append(given, "ids: ["+strings.Join(ids, ",")+"]")
		case "nodeId":
			given = append(given, `nodeId: "T3Bwb3J0dW5pdHk6MzEwMQ"`)
		case "label":
			given = append(given, `label: "Region"`)
		case "headings":
			given = append(given, "headings: true")
		case "filter":
			if argument.Type.Name() == "OpportunityFilter" && w.IntN(2) == 0 {
				given = append(given, `filter: {stages: [1,2,3,4,5], anyTag: ["a","b"], text: "x"}`)
			}
		}
	}
	if len(given) == 0 {
		return ""
	}
	return "(" + strings.Join(given, ", ") + ")"
}
