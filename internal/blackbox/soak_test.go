//go:build race || full

package blackbox

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/upstream/demo"
)

// soakLoad is how long TestSoak runs and for how many clients: shortly for a few, or as long as SOAK
// says for many.
func soakLoad(t *testing.T) (length time.Duration, clients int) {
	text := os.Getenv("SOAK")
	if text == "" {
		return shortly, shortClients
	}
	length, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("SOAK: %v", err)
	}
	return length, soakClients
}

const (
	soakClients  = 64 // as many as SOAK wants; a short run has fewer, as it shares its machine with other tests
	shortClients = 16
	soakRate     = 0.05 // of portal calls that go wrong
)

// soakCodes are the errors that a failing portal may cause.
var soakCodes = []string{"UPSTREAM_ERROR", "UPSTREAM_UNAVAILABLE", "UPSTREAM_TIMEOUT", "UPSTREAM_BAD_RESPONSE", "RATE_LIMITED", "UNAUTHENTICATED"}

// soak counts what became of the requests.
type soak struct {
	mu      sync.Mutex
	whole   int            // answers just as they should be
	partial int            // answers with errors
	codes   map[string]int // of those errors
}

// Many clients ask the documented queries of a portal that fails in every way
// that the demo knows, at random. Each answer is as it should be, apart from
// fields that are null and whose error says why. Afterwards the program
// has as many goroutines as before, and as much memory.
func TestSoak(t *testing.T) {
	t.Parallel()
	portal := demo.New()
	server := httptest.NewServer(portal)
	t.Cleanup(server.Close)
	t.Cleanup(func() { _ = portal.Close() }) // lets go of calls that hang
	p := start(t, "--portal-url="+server.URL, "--portal-token="+demo.Token, "--request-calls=4", "--portal-timeout=2s", "--log-level=error", "--profiles")
	transport := &http.Transport{MaxIdleConnsPerHost: soakClients}
	app := &http.Client{Transport: transport, Timeout: time.Minute}
	queries := soakQueries(t)
	expected := make([]any, len(queries))
	for i, query := range queries {
		answer, err := askAs(app, p.Public, query)
		if err != nil || len(answer.Errors) > 0 {
			t.Fatalf("without faults: %v %v", err, answer.Errors)
		}
		expected[i] = answer.Data
	}
	result := soak{codes: map[string]int{}}
	length, parallel := soakLoad(t)
	run := func(length time.Duration) {
		stop := make(chan struct{})
		var faults, clients sync.WaitGroup
		faults.Go(func() { misbehave(portal, stop) })
		for n := range parallel {
			clients.Go(func() {
				choose := rand.New(rand.NewPCG(uint64(length), uint64(n)))
				for until := time.Now().Add(length); time.Now().Before(until) && !t.Failed(); {
					i := choose.IntN(len(queries))
					answer, err := askAs(app, p.Public, queries[i])
					if err == nil {
						err = answer.explain(expected[i])
					}
					if err != nil {
						t.Errorf("%v\nfor %s", err, queries[i])
						return
					}
					result.add(answer)
				}
			})
		}
		clients.Wait()
		close(stop)
		faults.Wait()
	}
	// Connections that nobody uses are no leak, so they are closed first.
	atRest := func() int {
		transport.CloseIdleConnections()
		server.CloseClientConnections()
		return p.goroutines(t)
	}
	run(min(length, 500*time.Millisecond)) // fills caches and pools
	least := atRest()
	for range 10 {
		time.Sleep(10 * time.Millisecond)
		least = min(least, atRest())
	}
	before := p.heap(t)
	run(length)
	testhttp.Eventually(t, "goroutines are back to their level", func() bool { return atRest() <= least })
	after := p.heap(t)
	t.Logf("%d answers, %d of them with errors %v; %d goroutines at rest; heap %d KiB before and %d KiB after",
		result.whole+result.partial, result.partial, result.codes, least, before>>10, after>>10)
	if after > before+4<<20 {
		t.Errorf("the heap has %d bytes, %d before", after, before)
	}
	// A short run beside other tests may be too slow to meet a fault at all.
	if result.whole == 0 || result.partial == 0 && length > 10*time.Second {
		t.Error("nothing went well, or everything did: this shows nothing")
	}
}

// misbehave makes the portal fail, in one way after the other, and hang now and
// then beside it.
func misbehave(portal *demo.Portal, stop <-chan struct{}) {
	defer portal.ClearFaults()
	portal.Inject(demo.Fault{Kind: demo.Hang, Rate: soakRate / 50})
	for {
		for kind := demo.Delay; kind.String() != ""; kind++ {
			remove := portal.Inject(demo.Fault{Kind: kind, Rate: soakRate * 49 / 50, Delay: time.Millisecond})
			select {
			case <-stop:
				return
			case <-time.After(100 * time.Millisecond):
				remove()
			}
		}
	}
}

func soakQueries(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("docs/queries/*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no queries: %v", err)
	}
	queries := make([]string, len(files))
	for i, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		queries[i] = string(text)
	}
	return queries
}

// soakAnswer is an answer to be explained.
type soakAnswer struct {
	Data   any
	Errors []soakError
	more   bool // errors than are listed
}

type soakError struct {
	Path       []any
	Extensions struct{ Code string }
	used       bool
}

func askAs(client *http.Client, address, query string) (*soakAnswer, error) {
	r, err := client.Do(jsonRequest("http://"+address+"/graphql", testhttp.BodyOf(query)))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(r.Body)
	_ = r.Body.Close()
	if err != nil || r.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%d %.300s %w", r.StatusCode, text, err)
	}
	var answer soakAnswer
	return &answer, json.Unmarshal(text, &answer)
}

func (s *soak) add(a *soakAnswer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(a.Errors) == 0 {
		s.whole++
		return
	}
	s.partial++
	for _, e := range a.Errors {
		s.codes[e.Extensions.Code]++
	}
}

// explain returns what the answer's errors do not explain, where it is not as
// it should be, and errors that nothing is missing for.
func (a *soakAnswer) explain(want any) error {
	if last := len(a.Errors) - 1; last >= 0 && a.Errors[last].Extensions.Code == "MORE_ERRORS" {
		a.Errors, a.more = a.Errors[:last], true
	}
	for _, e := range a.Errors {
		if !slices.Contains(soakCodes, e.Extensions.Code) {
			return fmt.Errorf("the error %s at %v", e.Extensions.Code, e.Path)
		}
	}
	if err := a.compare(want, a.Data, nil); err != nil {
		return err
	}
	for _, e := range a.Errors {
		if !e.used {
			return fmt.Errorf("the error %s at %v, where nothing is missing", e.Extensions.Code, e.Path)
		}
	}
	return nil
}

func (a *soakAnswer) compare(want, got any, path []any) error {
	if got == nil {
		explained := want == nil || a.more // of something that is not there, or that could not be asked for; or by an error that is not listed
		for i := range a.Errors {
			e := &a.Errors[i]
			if len(e.Path) >= len(path) && reflect.DeepEqual(e.Path[:len(path)], append([]any{}, path...)) {
				explained, e.used = true, true
			}
		}
		if !explained {
			return fmt.Errorf("null at %v without an error, instead of %.100v; errors %v", path, want, a.Errors)
		}
		return nil
	}
	within := func(element any) []any { return append(path[:len(path):len(path)], element) }
	switch want := want.(type) {
	case []any:
		items, _ := got.([]any)
		if len(items) != len(want) {
			return fmt.Errorf("%d items at %v, want %d", len(items), path, len(want))
		}
		for i := range want {
			if err := a.compare(want[i], items[i], within(float64(i))); err != nil {
				return err
			}
		}
	case map[string]any:
		members, _ := got.(map[string]any)
		if !slices.Equal(slices.Sorted(maps.Keys(members)), slices.Sorted(maps.Keys(want))) {
			return fmt.Errorf("%.100v at %v, want %.100v", got, path, want)
		}
		for key := range want {
			if err := a.compare(want[key], members[key], within(key)); err != nil {
				return err
			}
		}
	default:
		if got != want {
			return fmt.Errorf("%.100v at %v, want %.100v; errors %v", got, strings.Trim(fmt.Sprint(path), "[]"), want, a.Errors)
		}
	}
	return nil
}
