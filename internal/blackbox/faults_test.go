package blackbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/upstream/demo"
)

// odd is a demo portal one member of whose answers can be exchanged.
type odd struct {
	portal *demo.Portal

	mu      sync.Mutex
	answers map[string]*oddAnswer // by what was asked for
	members map[string]bool       // every one that was there, as "route member.member"
	member  string                // the one to exchange; "" for none
	value   any
}

// oddAnswer is what the portal says, and the members in it.
type oddAnswer struct {
	*httptest.ResponseRecorder
	members map[string]bool
}

var idsInPaths = regexp.MustCompile(`/[0-9]+|/[0-9a-f-]{36}`)

func (o *odd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Header.Del("Accept-Encoding")
	body, _ := io.ReadAll(r.Body)
	route := idsInPaths.ReplaceAllString(r.URL.Path, "/{id}") + " "
	o.mu.Lock()
	defer o.mu.Unlock()
	asked := r.Header.Get("Authorization") + " " + r.Method + " " + r.RequestURI + " " + string(body)
	answer := o.answers[asked]
	if answer == nil {
		answer = &oddAnswer{httptest.NewRecorder(), map[string]bool{}}
		r.Body = io.NopCloser(bytes.NewReader(body))
		o.portal.ServeHTTP(answer, r)
		answer.exchange(answer.document(), route, "", nil)
		o.answers[asked] = answer
	}
	maps.Copy(o.members, answer.members)
	text := answer.Body.Bytes()
	if answer.members[o.member] {
		text, _ = json.Marshal(answer.exchange(answer.document(), route, o.member, o.value))
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(text)
}

// document returns what the answer says; nil where it is no JSON.
func (a *oddAnswer) document() (document any) {
	decoder := json.NewDecoder(bytes.NewReader(a.Body.Bytes()))
	decoder.UseNumber()
	_ = decoder.Decode(&document)
	return document
}

// exchange notes the members of a value, and gives one of them another value.
func (a *oddAnswer) exchange(v any, path, member string, value any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = a.exchange(v[i], path, member, value)
		}
	case map[string]any:
		for name := range v {
			within := path + "." + name
			a.members[within] = true
			if within == member {
				v[name] = value
			} else {
				v[name] = a.exchange(v[name], within, member, value)
			}
		}
	}
	return v
}

// seen returns the members that were there since it was last asked.
func (o *odd) seen() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	defer clear(o.members)
	return slices.Sorted(maps.Keys(o.members))
}

// turn exchanges a member from now on.
func (o *odd) turn(member string, value any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.member, o.value = member, value
}

// Whatever a member of the portal's answers is instead of what it should be,
// whichever member: it costs fields, with a code that blames the portal, and is
// never a bug of ours.
func TestOddMembers(t *testing.T) {
	t.Parallel()
	portal := &odd{portal: demo.New(), answers: map[string]*oddAnswer{}, members: map[string]bool{}}
	server := httptest.NewServer(portal)
	t.Cleanup(server.Close)
	p := start(t, "--portal-url="+server.URL, "--portal-token="+demo.Token, "--log-level=error", "--portal-retries=0", "--breaker-calls=1000000", "--max-depth=12")
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	app := &http.Client{Transport: transport, Timeout: testhttp.Patience}
	queries := []string{
		`{ opportunity(id: 3101) { id nodeId title created bidValue totalValue bidCurrency { title } tags stage { id title sortOrder } responsible { id displayName email }
			contact { id displayName } members { id displayName } accessList { id } customFields { id fieldValue options } } }`,
		`{ opportunity(id: 3101) { contact { id displayName about email customFields { label } } members { id displayName createBy { id } } } }`,
		`{ opportunity(id: 3101) { history(first: 2) { nodes { id plainText created category { title } } } tasks(first: 2) { nodes { id title deadLine responsible { id } category { title } } } files { id title } } }`,
		`{ opportunities(first: 2) { totalCount nodes { id title customFields { label } contact { displayName } } } }`,
		`{ contacts(first: 2) { totalCount nodes { id displayName tags email } } }`,
		`{ stages { id title } customFieldDefinitions { id label options } opportunityTags { title } currencies { abbreviation } viewer { id displayName }
			employees { id displayName } historyCategories { id title } taskCategories { id title } }`,
	}
	asked, known := map[string][]string{}, map[string]bool{} // members, by the first query that is answered with them
	for _, query := range queries {
		answer, err := askAs(app, p.Public, query)
		if err != nil || len(answer.Errors) > 0 {
			t.Fatalf("%v %v for %s", err, answer.Errors, query)
		}
		for _, member := range portal.seen() {
			// A part is every third.
			if isFull || !known[member] && len(known)%3 == 0 {
				asked[query] = append(asked[query], member)
			}
			known[member] = true
		}
	}
	values := []any{nil, "text", -1, json.Number("1e400"), true, []any{}, []any{nil}, map[string]any{}, map[string]any{"id": nil}, []any{map[string]any{}}}
	members, faults := 0, 0
	for _, query := range queries {
		for _, member := range asked[query] {
			value := values[members%len(values)]
			portal.turn(member, value)
			members++
			answer, err := askAs(app, p.Public, query)
			if err != nil {
				t.Fatalf("%s: %v", member, err)
			}
			for _, e := range answer.Errors {
				faults++
				if !slices.Contains(append(soakCodes, "FORBIDDEN", "BAD_USER_INPUT"), e.Extensions.Code) {
					t.Errorf("%s as %v: %s at %v", member, value, e.Extensions.Code, e.Path)
				}
			}
		}
	}
	t.Logf("%d errors of %d members", faults, members)
	if members < 200 || faults < members/2 {
		t.Errorf("only %d errors of %d members: this shows little", faults, members)
	}
}

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
