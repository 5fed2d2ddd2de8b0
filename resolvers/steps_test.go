package resolvers_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/resolvers"
	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

const (
	callTime      = 20 * time.Millisecond // what a call takes at the portal of the tests below
	operationTime = time.Minute
)

// timed is the facade over a portal that takes its time for each call, in a bubble
// whose clock stands still while anything works. So a query takes as long as its
// calls that wait for each other.
type timed struct {
	handler http.Handler
	portal  *demo.Portal
}

func newTimed(t *testing.T) timed {
	t.Helper()
	portal := demo.New()
	client := bubbleClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(callTime)
		withoutCompression(portal).ServeHTTP(w, r)
	}), func(o *upstream.Options) {
		o.RequestCalls, o.PortalCalls = 1000, 1000 // so that no look-up waits for another
	})
	t.Cleanup(func() { _ = portal.Close() })
	client.LearnVersion(t.Context()) // or the first list that is empty asks for it
	portal.ResetCalls()
	return timed{newHandler(resolvers.New(client, resolvers.Options{})), portal}
}

// ask runs a query and returns how many calls it made, and how many steps of them.
func (f timed) ask(t *testing.T, query string) (calls, steps int) {
	t.Helper()
	answer, took := f.answer(t, query)
	if strings.Contains(answer, `"errors"`) {
		t.Fatalf("%s: %.500s", query, answer)
	}
	for _, n := range f.portal.Calls() {
		calls += n
	}
	return calls, int(took / callTime)
}

// answer runs a query for operationTime at most.
func (f timed) answer(t *testing.T, query string) (answer string, took time.Duration) {
	t.Helper()
	f.portal.ResetCalls()
	ctx, cancel := context.WithTimeout(t.Context(), operationTime)
	defer cancel()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", strings.NewReader(string(body)))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", demo.Token)
	recorder := httptest.NewRecorder()
	start := time.Now()
	f.handler.ServeHTTP(recorder, request)
	return recorder.Body.String(), time.Since(start)
}

// wrong says what is wrong with a way at a size: a field that needs look-ups and
// is not prefetched, more steps than it may take, or other calls than are known.
func (f timed) wrong(t *testing.T, w way, size, known int) (calls int, wrong string) {
	t.Helper()
	for i, field := range w.fields {
		needs := field.Directives.ForName("cost") != nil || field.Arguments.ForName("headings") != nil
		if needs && !resolvers.IsCostly(w.on[i], field.Name) {
			return 0, w.on[i] + "." + field.Name + " has no row in resolvers/table.go, which says what is looked up for it"
		}
	}
	query := w.query(size)
	calls, steps := f.ask(t, query)
	switch {
	case steps > w.costly:
		return calls, fmt.Sprintf("%d calls in %d steps, not %d, one for each field that needs look-ups: %.300s", calls, steps, w.costly, query)
	case known == 0:
		return calls, fmt.Sprintf("%d calls, of which %s says nothing yet; -update writes them: %.300s", calls, stepsFile, query)
	case calls != known:
		return calls, fmt.Sprintf("%d calls, not the %d of %s, which -update writes where they are right: %.300s", calls, known, stepsFile, query)
	default:
		return calls, ""
	}
}

const stepsFile = "testdata/steps.txt"

// knownCalls reads the calls of each way and size.
func knownCalls(t *testing.T) map[string]int {
	t.Helper()
	text, err := os.ReadFile(stepsFile)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]int{}
	for line := range strings.Lines(string(text)) {
		var name string
		var size, calls int
		if _, err := fmt.Sscanf(line, "%s %d: %d", &name, &size, &calls); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		known[fmt.Sprintf("%s %d", name, size)] = calls
	}
	return known
}

// TestSteps goes every way from a root field to one that needs look-ups, with pages
// of 1, 6 and 100: it takes the calls that are written down, and no more steps than
// there are such fields on the way.
func TestSteps(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newTimed(t)
		known := map[string]int{}
		if !*update {
			known = knownCalls(t)
		}
		var written strings.Builder
		checked := 0
		for _, w := range ways() {
			for _, size := range w.sizes() {
				calls, wrong := f.wrong(t, w, size, known[fmt.Sprintf("%v %d", w, size)])
				if wrong != "" && !*update {
					t.Errorf("%v of %d: %s", w, size, wrong)
				}
				fmt.Fprintf(&written, "%v %d: %d\n", w, size, calls)
				checked++
			}
		}
		if *update {
			if err := os.WriteFile(stepsFile, []byte(written.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if checked < 500 {
			t.Errorf("only %d ways were gone", checked)
		}
	})
}

// TestRowsAreHeld takes each row out of the table: TestSteps would tell. It is not
// parallel, as the table is global.
func TestRowsAreHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, known, all := newTimed(t), knownCalls(t), ways()
		for _, row := range resolvers.Rows() {
			of, field, _ := strings.Cut(row, ".")
			held := false
			resolvers.WithoutRow(of, field, func() {
				for _, w := range all {
					held = held || slices.ContainsFunc(w.sizes(), func(size int) bool {
						if size == 1 && w.isLong() || !w.uses(of, field) {
							return false
						}
						_, wrong := f.wrong(t, w, size, known[fmt.Sprintf("%v %d", w, size)])
						return wrong != ""
					})
				}
			})
			if !held {
				t.Errorf("nothing tells that the row %s is gone", row)
			}
		}
	})
}

// TestStepsOfPages has pages with several fields that need look-ups at once.
func TestStepsOfPages(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newTimed(t)
		for query, want := range map[string]struct{ calls, steps int }{
			`{ tasks(first: 100) { nodes { title contact { displayName email } } } }`:                                                                            {1, 1},
			`{ tasks(first: 100) { nodes { contact { about tags ... on Person { company { about } } } } } }`:                                                     {122, 3},
			`{ opportunities(first: 100) { nodes { tags files { id } contact { about tags ... on Person { company { about tags } } } tasks { totalCount } } } }`: {429, 3},
			`{ opportunities { nodes { id } } contacts { nodes { about } } tasks { nodes { opportunity { tags } } } stages { opportunities { totalCount } } }`:   {51, 3},
			`{ a: customFieldDefinitions { id } b: customFieldDefinitions(entity: PERSON) { id } c: customFieldDefinitions(entity: CONTACT) { id } }`:            {3, 1},
			`{ a: opportunities { nodes { tags customFields(headings: true) { label } } } b: opportunities { nodes { customFields { label } } } }`:               {27, 2},
			`{ employees { email } tasks(first: 100) { nodes { responsible { displayName } } } }`:                                                                {2, 1},
		} {
			if calls, steps := f.ask(t, query); calls != want.calls || steps != want.steps {
				t.Errorf("%s: %d calls in %d steps, not %d in %d", query, calls, steps, want.calls, want.steps)
			}
		}
	})
}

// TestLookUpsFailAlone has one kind of look-up panic, or never answer: it costs its
// own fields. It is not parallel, as loaders are global.
func TestLookUpsFailAlone(t *testing.T) {
	for name, test := range map[string]struct {
		read func(ctx context.Context)
		code string
		took time.Duration
	}{
		"panics":        {func(context.Context) { panic("a bug") }, "INTERNAL", 2 * callTime},
		"never answers": {func(ctx context.Context) { <-ctx.Done() }, "UPSTREAM_TIMEOUT", operationTime},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newTimed(t)
				const query = `{ opportunities(first: 2) { nodes { id tags contact { email } FILES } } }`
				well, _ := f.answer(t, strings.ReplaceAll(query, "FILES", ""))
				want := parse(t, well)
				for _, node := range objectWith(want["data"], "nodes")["nodes"].([]any) {
					node.(map[string]any)["files"] = nil
				}
				resolvers.WithFileReads(test.read, func() {
					answer, took := f.answer(t, strings.ReplaceAll(query, "FILES", "files { id }"))
					got := parse(t, answer)
					if diff := cmp.Diff(want["data"], got["data"]); diff != "" {
						t.Errorf("data (-want +got):\n%s", diff)
					}
					if strings.Count(answer, `"code":"`+test.code+`"`) != 2 || strings.Count(answer, `"code"`) != 2 || took != test.took {
						t.Errorf("after %v: %s", took, text(t, got["errors"]))
					}
				})
			})
		})
	}
}

// TestHeadingsFailAlone has the portal never answer about headings: fields beside
// them come all the same, and so do the values that headings would stand between.
func TestHeadingsFailAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newTimed(t)
		const page = `{ opportunities(first: 3) { nodes { id tags customFields(headings: %v) { label fieldValue } } } }`
		without, _ := f.answer(t, fmt.Sprintf(page, false))
		f.portal.Inject(demo.Fault{Kind: demo.Hang, Route: "crm/opportunity/customfield/definitions"})
		answer, _ := f.answer(t, `{ opportunities(first: 2) { nodes { id tags customField(label: "Region") { label } all: customField(fieldId: 1) { id } } } tasks(first: 1) { nodes { opportunity { customFields(headings: true) { label } } } } }`)
		if strings.Contains(answer, "errors") {
			t.Errorf("nobody asked for what fails: %s", answer)
		}
		answer, took := f.answer(t, fmt.Sprintf(page, true))
		got, want := parse(t, answer), parse(t, without)
		if text(t, got["data"]) != text(t, want["data"]) || !strings.Contains(without, `"fieldValue":"`) {
			t.Errorf("after %v: %s", took, answer)
		}
		if strings.Count(answer, `"code":"UPSTREAM_TIMEOUT"`) != 3 || strings.Count(answer, `"code"`) != 3 || !strings.Contains(answer, `"path":["opportunities","nodes",2,"customFields"]`) {
			t.Errorf("after %v: %s", took, text(t, got["errors"]))
		}
	})
}
