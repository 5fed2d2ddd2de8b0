package demo

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestCounters(t *testing.T) {
	t.Parallel()
	p := New()
	if p.Calls() == nil || p.Items() == nil || p.MaxInFlight() != 0 {
		t.Error("a fresh portal has empty counters")
	}
	get(t, p, "crm/opportunity/3101.xml")
	get(t, p, "crm/opportunity/3102", as("nobody"))
	get(t, p, "crm/opportunity/filter")
	get(t, p, "crm/what")
	ask(t, p, http.MethodGet, "/demo/calls")
	want := map[string]int{"GET crm/opportunity/{id}": 2, "GET crm/opportunity/filter": 1, "GET unknown": 1}
	if got := p.Calls(); !reflect.DeepEqual(got, want) || p.MaxInFlight() != 1 {
		t.Errorf("calls %v, %d at once", got, p.MaxInFlight())
	}
	p.ResetCalls()
	if len(p.Calls()) != 0 || len(p.Items()) != 0 || p.MaxInFlight() != 0 {
		t.Error("counters survive a reset")
	}
}

func TestMaxInFlight(t *testing.T) {
	t.Parallel()
	p := New()
	p.Inject(Fault{Kind: Hang})
	var calls sync.WaitGroup
	for range 5 {
		calls.Go(func() { get(t, p, "people/@self") })
	}
	for p.MaxInFlight() < 5 {
		time.Sleep(time.Millisecond)
	}
	p.ClearFaults()
	calls.Wait()
	if got := p.MaxInFlight(); got != 5 {
		t.Errorf("%d at once", got)
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	p := New()
	var users sync.WaitGroup
	for i := range 8 {
		users.Go(func() {
			remove := p.Inject(Fault{Kind: Delay, Rate: 0.5})
			id := p.AddOpportunity("Same time")
			get(t, p, "crm/opportunity/filter?count=20")
			postBatch(t, p, `[{"RelativeUrl":"/api/2.0/crm/opportunity/3101"}]`)
			ask(t, p, http.MethodGet, "/demo/faults")
			p.SetTextSearch(i%2 == 0)
			p.RemoveOpportunity(id)
			remove()
		})
	}
	users.Wait()
	if p.Calls()["POST batch"] != 8 {
		t.Errorf("calls %v", p.Calls())
	}
}

func TestControlPages(t *testing.T) {
	t.Parallel()
	p := New()
	if got := ask(t, p, http.MethodGet, "/"); got.status != 200 || !strings.Contains(got.body, "POST   /demo/faults") || !strings.Contains(got.body, Token) {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := ask(t, p, http.MethodGet, "/nowhere"); got.status != 404 {
		t.Errorf("%d", got.status)
	}
	post := func(body string) reply {
		return ask(t, p, http.MethodPost, "/demo/faults", withBody("application/json", body))
	}
	if got := post(`{"kind":"servererror","route":"crm/opportunity/{id}","id":3101,"delay":"1ms","times":2,"rate":1}`); got.status != 201 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	var forms []map[string]any
	got := ask(t, p, http.MethodGet, "/demo/faults")
	if err := json.Unmarshal([]byte(got.body), &forms); err != nil || len(forms) != 1 {
		t.Fatalf("%v %s", err, got.body)
	}
	want := map[string]any{"kind": "ServerError", "route": "crm/opportunity/{id}", "id": 3101.0, "delay": "1ms", "times": 2.0, "rate": 1.0}
	if !reflect.DeepEqual(forms[0], want) {
		t.Errorf("%v", forms[0])
	}
	if got := get(t, p, "crm/opportunity/3101"); got.status != 500 {
		t.Errorf("the fault does nothing: %d", got.status)
	}
	for body, hint := range map[string]string{
		`{"kind":"Explosion"}`:                     "ServerError, BadGateway",
		`{"kind":"Delay","delay":"soon"}`:          `"250ms"`,
		`{"kind":"Delay","delay":"-1s"}`:           `"250ms"`,
		`{"kind":"Delay","route":"crm/somewhere"}`: "crm/opportunity/{id}",
		`{"kind":"Delay","rate":2}`:                "0 to 1",
		`{"kind":"Delay","colour":"red"}`:          "kind, route, id, delay, times and rate",
		`nothing`:                                  "kind, route, id, delay, times and rate",
	} {
		if got := post(body); got.status != 400 || !strings.Contains(got.body, hint) {
			t.Errorf("%s: %d %s", body, got.status, got.body)
		}
	}
	if got := ask(t, p, http.MethodDelete, "/demo/faults"); got.status != 204 || ask(t, p, http.MethodGet, "/demo/faults").body != "[]\n" {
		t.Errorf("faults survive: %d", got.status)
	}
	got = ask(t, p, http.MethodGet, "/demo/calls")
	var counts struct{ Calls, Items map[string]int }
	if err := json.Unmarshal([]byte(got.body), &counts); err != nil || counts.Calls["GET crm/opportunity/{id}"] != 1 || counts.Items == nil {
		t.Errorf("%v %s", err, got.body)
	}
	if got := ask(t, p, http.MethodPost, "/demo/reset"); got.status != 204 || len(p.Calls()) != 0 {
		t.Errorf("%d %v", got.status, p.Calls())
	}
}

// What a page of another site can make a browser send steers nothing, nor does
// what comes by a name that DNS rebinding made point here.
func TestControlIsForThisMachine(t *testing.T) {
	t.Parallel()
	const body = `{"kind":"Hang"}`
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	host := func(name string) func(*http.Request) {
		return func(r *http.Request) { r.Host = name }
	}
	asJSON := withBody("application/json; charset=utf-8", body)
	for name, test := range map[string]struct {
		verb, target string
		edit         []func(*http.Request)
		want         int
	}{
		"a program":              {http.MethodPost, "/demo/faults", []func(*http.Request){asJSON}, 201},
		"its own page":           {http.MethodPost, "/demo/faults", []func(*http.Request){asJSON, header("Sec-Fetch-Site", "same-origin")}, 201},
		"no page at all":         {http.MethodPost, "/demo/faults", []func(*http.Request){asJSON, header("Sec-Fetch-Site", "none")}, 201},
		"its own origin":         {http.MethodPost, "/demo/faults", []func(*http.Request){asJSON, host("127.0.0.1:7000"), header("Origin", "http://127.0.0.1:7000")}, 201},
		"by IPv6":                {http.MethodPost, "/demo/faults", []func(*http.Request){asJSON, host("[::1]:7000")}, 201},
		"another site":           {http.MethodPost, "/demo/faults", []func(*http.Request){asJSON, header("Sec-Fetch-Site", "cross-site")}, 403},
		"another port":           {http.MethodPost, "/demo/faults", []func(*http.Request){asJSON, header("Sec-Fetch-Site", "same-site")}, 403},
		"another origin":         {http.MethodPost, "/demo/faults", []func(*http.Request){asJSON, header("Origin", "https://evil.example")}, 403},
		"text":                   {http.MethodPost, "/demo/faults", []func(*http.Request){withBody("text/plain", body)}, 415},
		"a form":                 {http.MethodPost, "/demo/faults", []func(*http.Request){withBody("application/x-www-form-urlencoded", body)}, 415},
		"no type":                {http.MethodPost, "/demo/faults", []func(*http.Request){withBody("", body)}, 415},
		"another name":           {http.MethodPost, "/demo/faults", []func(*http.Request){asJSON, host("evil.example")}, 421},
		"another machine":        {http.MethodPost, "/demo/faults", []func(*http.Request){asJSON, host("10.0.0.1")}, 421},
		"reset":                  {http.MethodPost, "/demo/reset", nil, 204},
		"reset by another site":  {http.MethodPost, "/demo/reset", []func(*http.Request){header("Sec-Fetch-Site", "cross-site")}, 403},
		"remove by another site": {http.MethodDelete, "/demo/faults", []func(*http.Request){header("Origin", "https://evil.example")}, 403},
		"read by another name":   {http.MethodGet, "/demo/calls", []func(*http.Request){host("evil.example")}, 421},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := New()
			if got := ask(t, p, test.verb, test.target, test.edit...); got.status != test.want {
				t.Errorf("got %d %s", got.status, got.body)
			}
			if n := len(p.faults.forms()); n > 0 != (test.want == 201) {
				t.Errorf("%d faults are at work", n)
			}
		})
	}
}

func TestFaultsAreBounded(t *testing.T) {
	t.Parallel()
	p := New()
	asJSON := withBody("application/json", `{"kind":"Hang","times":1}`)
	for range mostFaults {
		if got := ask(t, p, http.MethodPost, "/demo/faults", asJSON); got.status != 201 {
			t.Fatalf("got %d %s", got.status, got.body)
		}
	}
	if got := ask(t, p, http.MethodPost, "/demo/faults", asJSON); got.status != 409 || !strings.Contains(got.body, "DELETE /demo/faults") {
		t.Errorf("one too many: %d %s", got.status, got.body)
	}
	ask(t, p, http.MethodDelete, "/demo/faults")
	if got := ask(t, p, http.MethodPost, "/demo/faults", asJSON); got.status != 201 {
		t.Errorf("when there is room again: %d %s", got.status, got.body)
	}
}
