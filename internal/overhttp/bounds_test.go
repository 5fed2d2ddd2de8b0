package overhttp

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestBounds sends more than arguments take, as literals and as variables: it is
// refused, with the place and the numbers, before any portal call.
func TestBounds(t *testing.T) {
	t.Parallel()
	list := func(n int) []any {
		entries := make([]any, n)
		for i := range entries {
			entries[i] = fmt.Sprint(i + 1)
		}
		return entries
	}
	long := strings.Repeat("漢", 256)
	for _, test := range []struct {
		query     string
		variables map[string]any
		message   string
		limit     int
		actual    int
	}{
		{`{ opportunities(filter: {tags: ["1","2","3","4","5","6","7","8","9","10","11"]}) { totalCount } }`, nil, "filter.tags: 11 entries are more than the 10 that it takes.", 10, 11},
		{`query($t: [String!]!) { opportunities(filter: {anyTag: $t}) { totalCount } }`, map[string]any{"t": list(12)}, "filter.anyTag: 12 entries are more than the 10 that it takes.", 10, 12},
		{`query($f: OpportunityFilter) { ...F } fragment F on Query { opportunities(filter: $f) { totalCount } }`, map[string]any{"f": map[string]any{"tags": []any{"a", long}}}, "filter.tags[1]: 256 characters are more than the 255 that it takes.", 255, 256},
		{`query($t: String) { contacts(filter: {text: $t}) { totalCount } }`, map[string]any{"t": long}, "filter.text: 256 characters are more than the 255 that it takes.", 255, 256},
		{`query($t: String = "` + long + `") { contacts(filter: {text: $t}) { totalCount } }`, nil, "filter.text: 256 characters are more than the 255 that it takes.", 255, 256},
		{`{ tasks(filter: {text: """` + long + `"""}) { totalCount } }`, nil, "filter.text: 256 characters are more than the 255 that it takes.", 255, 256},
		{`query($ids: [ID!]!) { opportunitiesByIds(ids: $ids) { id } }`, map[string]any{"ids": list(101)}, "ids: 101 entries are more than the 100 that it takes.", 100, 101},
		{`query($l: [String!]) { opportunities { nodes { customFields(labels: $l) { id } } } }`, map[string]any{"l": list(8000)}, "labels: 8000 entries are more than the 100 that it takes.", 100, 8000},
		{`query($a: String) { opportunities(after: $a) { totalCount } }`, map[string]any{"a": strings.Repeat("A", 60000)}, "after: 60000 characters are more than the 350 that it takes.", 350, 60000},
		{`query($id: ID!) { node(nodeId: $id) { nodeId } }`, map[string]any{"id": strings.Repeat("A", 101)}, "nodeId: 101 characters are more than the 100 that it takes.", 100, 101},
		{`query($d: Date) { opportunities(filter: {dueBy: $d}) { totalCount } }`, map[string]any{"d": strings.Repeat("2", 41)}, "filter.dueBy: 41 characters are more than the 40 that it takes.", 40, 41},
	} {
		api := newTestAPI(t, nil)
		got := boundsError(t, api, test.query, test.variables)
		if want := fmt.Sprintf("%s BAD_USER_INPUT %d %d", test.message, test.limit, test.actual); got != want {
			t.Errorf("%.80s: %s, want %s", test.query, got, want)
		}
		if calls := api.calls.Load(); calls > 0 {
			t.Errorf("%.80s: %d portal calls", test.query, calls)
		}
	}
	for query, variables := range map[string]map[string]any{
		`query($ids: [ID!]!) { opportunitiesByIds(ids: $ids) { id } }`:                         {"ids": list(100)},
		`query($t: [String!]!) { opportunities(filter: {tags: $t}) { totalCount } }`:           {"t": list(10)},
		`query($t: String) { contacts(filter: {text: $t}) { totalCount } }`:                    {"t": strings.Repeat("漢", 255)},
		`query($l: [String!]) { opportunities { nodes { customFields(labels: $l) { id } } } }`: {"l": list(100)},
	} {
		if got := boundsError(t, newTestAPI(t, nil), query, variables); strings.Contains(got, "BAD_USER_INPUT") {
			t.Errorf("%s: %s", query, got)
		}
	}
}

// boundsError returns the first error of an answer: message, code, limit and actual.
func boundsError(t *testing.T, api http.Handler, query string, variables map[string]any) string {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Errors []struct {
			Message    string
			Extensions struct {
				Code          string
				Limit, Actual int
			}
		}
	}
	w := post(api, string(body))
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	if len(answer.Errors) == 0 {
		return ""
	}
	e := answer.Errors[0]
	return fmt.Sprintf("%s %s %d %d", e.Message, e.Extensions.Code, e.Extensions.Limit, e.Extensions.Actual)
}
