package resolvers_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/resolvers"
	"onlyoffice-graphql/upstream/demo"
)

// times differ from run to run.
var times = regexp.MustCompile(`"(startMs|ms)":[0-9.]+,`)

// askForReport asks a query with these headers and request extensions, and
// returns extensions.upstream without its times, "" when there is none.
func (a *api) askForReport(t *testing.T, query string, header http.Header, extensions map[string]any) string {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "extensions": extensions})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header = header.Clone()
	r.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	a.handler.ServeHTTP(answer, r)
	var parsed struct {
		Extensions struct{ Upstream json.RawMessage }
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &parsed); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{demo.Token, "http:", "127.0.0.1", "3105", "2001"} {
		if strings.Contains(string(parsed.Extensions.Upstream), secret) {
			t.Errorf("the report tells %q: %s", secret, parsed.Extensions.Upstream)
		}
	}
	return times.ReplaceAllString(string(parsed.Extensions.Upstream), "")
}

func TestReport(t *testing.T) {
	t.Parallel()
	const query = `{
		a: opportunity(id: 3105) { tags contact { email } stage { sortOrder } }
		b: opportunity(id: 3105) { stage { sortOrder } }
		contacts(first: 2) { nodes { about } }
		opportunitiesByIds(ids: [3106, 3107]) { tags }
	}`
	signedIn := http.Header{"Authorization": {demo.Token}, "X-Upstream-Report": {"1"}}
	a := newAPI(t, limit(1))
	got := a.askForReport(t, query, signedIn, nil)
	var report struct {
		Calls []struct {
			Route          string
			Items          map[string]int
			Status         int
			Attempt, Bytes int
			Paths, Reasons []string
		}
		CallCount int
		Saved     map[string]int
	}
	if err := json.Unmarshal([]byte(got), &report); err != nil {
		t.Fatalf("%v: %s", err, got)
	}
	if diff := cmp.Diff(map[string]int{"priming": 2, "deduplication": 2, "batching": 7}, report.Saved); diff != "" {
		t.Errorf("saved (-want +got):\n%s", diff)
	}
	var routes []string
	for _, call := range report.Calls {
		routes = append(routes, call.Route)
		if call.Status/100 != 2 || call.Attempt != 1 || call.Bytes == 0 || len(call.Paths) == 0 || len(call.Reasons) == 0 || call.Reasons[0] == "" {
			t.Errorf("call %+v", call)
		}
		if call.Items["crm/opportunity/tag/{id}"] > 0 {
			if diff := cmp.Diff(map[string]int{"crm/opportunity/tag/{id}": 3, "crm/contact/mail": 1, "crm/opportunity/stage": 1}, call.Items); diff != "" {
				t.Errorf("items of the second batch (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{"a.contact.email", "a.stage.sortOrder", "a.tags", "b.stage.sortOrder", "opportunitiesByIds.tags"}, call.Paths); diff != "" {
				t.Errorf("paths of the second batch (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{
				"e-mail addresses are not embedded in contacts; one call serves many",
				"the list of stages is a call of its own; embedded stages have no place and no count",
				"tags are not embedded in opportunities",
			}, call.Reasons); diff != "" {
				t.Errorf("reasons of the second batch (-want +got):\n%s", diff)
			}
		}
	}
	if report.CallCount != len(routes) || strings.Count(strings.Join(routes, ","), "POST batch") != 2 || len(routes) != 2 {
		t.Errorf("calls %v", routes)
	}

	// By request extension it is the same; not asked for, there is none.
	if got := a.askForReport(t, `{ stages { id } }`, http.Header{"Authorization": {demo.Token}}, map[string]any{"upstream": true}); !strings.Contains(got, "GET crm/opportunity/stage") {
		t.Errorf("by extension: %s", got)
	}
	for name, header := range map[string]http.Header{
		"not asked for": {"Authorization": {demo.Token}},
		"not signed in": {"X-Upstream-Report": {"1"}},
		"another value": {"Authorization": {demo.Token}, "X-Upstream-Report": {"0"}},
	} {
		if got := a.askForReport(t, `{ stages { id } }`, header, nil); got != "" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestReasonOfEachRoute asks for everything: the routes that look-ups give as theirs
// are those that the client calls, so that each call in a report has its reason.
func TestReasonOfEachRoute(t *testing.T) {
	t.Parallel()
	queries := []string{
		`{
			opportunity(id: 3105) {
				tags files { id } responsible { email }
				tasks(first: 1) { nodes { id } } history(first: 1) { nodes { id } }
			}
			contact(id: 1001) { tags ... on Company { persons { id } } }
			opportunities(first: 1) { nodes { id } }
		}`,
		`{
			opportunity(id: 3105) { contact { email } } contacts(first: 1) { nodes { id } }
			customFieldDefinitions { id } stages { id } opportunityTags { title } contactTags { title }
			contactStatuses { id } contactTypes { id } currencies { title } taskCategories { id }
			historyCategories { id } employees { id } viewer { id }
		}`,
	}
	a := newAPI(t)
	called := map[string]bool{}
	for _, query := range queries {
		var report struct {
			Calls []struct {
				Route   string
				Items   map[string]int
				Reasons []string
			}
		}
		got := a.askForReport(t, query, http.Header{"Authorization": {demo.Token}, resolvers.ReportHeader: {"1"}}, nil)
		if err := json.Unmarshal([]byte(got), &report); err != nil {
			t.Fatalf("%v: %s", err, got)
		}
		for _, call := range report.Calls {
			if len(call.Items) == 0 {
				called[strings.TrimPrefix(call.Route, "GET ")] = true
			}
			for route := range call.Items {
				called[route] = true
			}
			if slices.Contains(call.Reasons, "") {
				t.Errorf("%s %v is called for reasons %q", call.Route, call.Items, call.Reasons)
			}
		}
	}
	if diff := cmp.Diff(resolvers.Routes(), slices.Sorted(maps.Keys(called))); diff != "" {
		t.Errorf("routes of look-ups (-) and of calls (+):\n%s", diff)
	}
}

// TestReasonsBesideLookUps has calls that no field looks anything up by, and calls by
// routes that fields look things up by, which a mutation makes for itself.
func TestReasonsBesideLookUps(t *testing.T) {
	t.Parallel()
	const version, read, write, signIn = "an empty list is believed only where the portal's version is known to sort by id",
		"a mutation reads what it changes or depends on", "a mutation changes something", "the portal has to take a user name and password"
	for query, want := range map[string][][]string{
		`{ opportunities(filter: {text: "nothing has this"}) { totalCount } }`: {
			{"GET crm/opportunity/filter", "a list of opportunities is a call of its own"}, {"GET settings/version/build", version},
		},
		`mutation { updateCompany(input: {id: 1001, about: "A"}) { userErrors { code } } }`: {
			{"GET crm/contact/{id}", read},
			{"GET crm/contact/type", read},
			{"GET crm/contact/filter", read},
			{"GET crm/contact/filter", read},
			{"GET crm/contact/filter", read},
		},
		`mutation { moveOpportunity(input: {id: 3103, stageId: 13}) { opportunity { tags } } }`: {
			{"GET crm/opportunity/{id}", read}, {"PUT crm/opportunity/{id}/stage/{other}", write}, {"GET crm/opportunity/tag/{id}", "tags are not embedded in opportunities"},
		},
		`mutation { signIn(input: {userName: "mark.oconnell", password: "guess"}) { userErrors { code } } }`: {{"POST authentication", signIn}},
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			var report struct {
				Calls []struct {
					Route   string
					Reasons []string
				}
			}
			got := newAPI(t).askForReport(t, query, http.Header{"Authorization": {demo.Token}, resolvers.ReportHeader: {"1"}}, nil)
			if err := json.Unmarshal([]byte(got), &report); err != nil {
				t.Fatalf("%v: %s", err, got)
			}
			var calls [][]string
			for _, call := range report.Calls {
				calls = append(calls, append([]string{call.Route}, call.Reasons...))
			}
			if diff := cmp.Diff(want, calls); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
		})
	}
}

// TestReportOfFailures shows that failed attempts are in the report with the
// codes that callers know.
func TestReportOfFailures(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.portal.Inject(demo.Fault{Kind: demo.BadGateway, Times: 1})
	got := a.askForReport(t, `{ stages { id } }`, http.Header{"Authorization": {demo.Token}, "X-Upstream-Report": {"1"}}, nil)
	for _, want := range []string{`"status":502`, `"error":"UPSTREAM_ERROR"`, `"attempt":1`, `"status":200`, `"attempt":2`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}
