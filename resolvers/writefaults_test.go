package resolvers_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"onlyoffice-graphql/resolvers"
	"onlyoffice-graphql/upstream/demo"
)

// writeFaults are ways to fail around a write, and what an answer says then of a mutation
// whose one write it is.
var writeFaults = []struct {
	fault   demo.Fault
	outcome string
}{
	{demo.Fault{Kind: demo.RateLimited}, "NOT_DONE"},
	{demo.Fault{Kind: demo.BadGateway, When: demo.Before}, "UNKNOWN"},
	{demo.Fault{Kind: demo.BadGateway, When: demo.During}, "UNKNOWN"},
	{demo.Fault{Kind: demo.BadGateway, When: demo.After}, "UNKNOWN"},
	{demo.Fault{Kind: demo.Reset, When: demo.After}, "UNKNOWN"},
	{demo.Fault{Kind: demo.Truncated}, "UNKNOWN"},
}

// TestWriteFaults has each call of each mutation fail in each of these ways: the answer
// and the log say the same of what became of it, that is so in the portal's database, and
// no write is sent twice.
func TestWriteFaults(t *testing.T) {
	t.Parallel()
	before := demo.New().Rows()
	for i, m := range mutations {
		if m.about == "-" || m.name == "signIn" { // which writes nothing; TestSignIn… has its failures
			continue
		}
		t.Run(fmt.Sprint(i, " ", m.name), func(t *testing.T) {
			t.Parallel()
			well, _ := hears(t, resolvers.Options{Writes: resolvers.WritesOwn})
			well.ask(t, m.document(), nil)
			after := well.portal.Rows()
			routes := maps.Clone(m.calls)
			maps.Copy(routes, m.items)
			for _, route := range slices.Sorted(maps.Keys(routes)) {
				for n, f := range writeFaults {
					if !isFull && (i+n)%2 == 0 {
						continue // another mutation has it
					}
					verb, template, _ := strings.Cut(route, " ")
					if verb == "GET" && (f.fault.When != demo.Before || f.fault.Kind == demo.RateLimited) {
						continue // the moment is all the same to a read, which is repeated after a while
					}
					f.fault.Verb, f.fault.Route = verb, template
					t.Run(fmt.Sprint(f.fault.Kind, " ", f.fault.When, " ", route), func(t *testing.T) {
						m.failing(t, route, f.fault, f.outcome, before, after)
					})
				}
			}
		})
	}
}

// failing makes the mutation while a call of that route fails, from the rows before to
// those after. If the route is of the only write, its answer says that outcome.
func (m mutation) failing(t *testing.T, route string, fault demo.Fault, only string, before, after map[string]demo.Row) {
	t.Helper()
	a, heard := hears(t, resolvers.Options{Writes: resolvers.WritesOwn})
	a.portal.Inject(fault)
	text := a.ask(t, m.document(), nil)
	answer := &said{text: text}
	if err := json.Unmarshal([]byte(text), answer); err != nil {
		t.Fatal(err)
	}
	outcome := answer.outcome()
	log := heard()
	if len(log) != 1 {
		t.Fatalf("logged %v of %s", log, text)
	}
	logged := string(log[0].Outcome)
	if outcome == "PART" || logged == "UNCHANGED" {
		outcome, logged = "DONE", "DONE"
	}
	if outcome != logged {
		t.Errorf("the log says %s of %s", logged, text)
	}
	switch outcome {
	case "DONE":
		compareRows(t, "done", after, a.portal.Rows())
	case "NOT_DONE":
		compareRows(t, "not done", before, a.portal.Rows())
	}
	if route == onlyWrite(m) && outcome != only {
		t.Errorf("answered with %s", text)
	}
	if isFirstRead(m, route) && outcome != "NOT_DONE" {
		t.Errorf("nothing was begun, and the answer is %s", text)
	}
	for sent, n := range a.portal.Calls() {
		once := m.calls[sent] + m.items[sent] // single calls in place of a batch that was refused
		if !strings.HasPrefix(sent, "GET ") && n > once {
			t.Errorf("%s was sent %d times, not %d", sent, n, once)
		}
	}
	for sent, n := range a.portal.Items() {
		if !strings.HasPrefix(sent, "GET ") && n+a.portal.Calls()[sent] > m.items[sent] && !wasRefused(fault) {
			t.Errorf("%s was sent %d times in a batch, not %d", sent, n, m.items[sent])
		}
	}
}

// wasRefused reports whether the fault keeps what it strikes from running.
func wasRefused(f demo.Fault) bool { return f.Kind == demo.RateLimited }

// onlyWrite returns the route of a mutation's one write, or its batch of one; "" where it
// has several.
func onlyWrite(m mutation) string {
	route := ""
	for call := range m.calls {
		if strings.HasPrefix(call, "GET ") {
			continue
		}
		if route != "" {
			return ""
		}
		route = call
	}
	if route == onePost || strings.Contains(route, "/data") {
		return "" // tags and infos go by what is there, not by what the steps say
	}
	return route
}

// isFirstRead reports whether nothing can be written before that route is read.
func isFirstRead(m mutation, route string) bool {
	return strings.HasPrefix(route, "GET ") && m.items[route] == 0 && m.name != "addTags" && m.name != "createNote" ||
		route == "GET crm/history/category"
}

// differing returns those rows that only one has, or that differ: cmp takes long to tell
// that thousands are the same. They are without a method Equal here, so that cmp compares
// value by value and its options hold.
func differing(want, got map[string]demo.Row) (w, g map[string]map[string]string) {
	w, g = map[string]map[string]string{}, map[string]map[string]string{}
	for name, row := range want {
		is, there := got[name]
		if there && row.Equal(is) {
			continue
		}
		if w[name] = row; there {
			g[name] = is
		}
	}
	for name, row := range got {
		if _, wanted := want[name]; !wanted {
			g[name] = row
		}
	}
	return w, g
}

// compareRows compares all there is, but for when it was made.
func compareRows(t *testing.T, what string, want, got map[string]demo.Row) {
	t.Helper()
	w, g := differing(want, got)
	isTime := func(name, _ string) bool { return name == "created" }
	if diff := cmp.Diff(w, g, cmpopts.IgnoreMapEntries(isTime)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
