package overhttp

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestNulls has variables be null where the document's validation lets them, and
// null is none of the values: the argument is named, and no portal call made.
func TestNulls(t *testing.T) {
	t.Parallel()
	null := func(name string) map[string]any { return map[string]any{name: nil} }
	said := func(place, variable string) string {
		return fmt.Sprintf("%s: must not be null, as the variable $%s is. Give it a value, or leave the variable out for the default. BAD_USER_INPUT 0 0", place, variable)
	}
	for _, test := range []struct {
		query     string
		variables map[string]any
		want      string
	}{
		{`query($d: OrderDirection) { opportunities(first: 1, orderBy: {direction: $d}) { nodes { id } } }`, null("d"), said("orderBy.direction", "d")},
		{`query($f: OpportunityOrderField) { opportunities(first: 1, orderBy: {field: $f}) { nodes { id } } }`, null("f"), said("orderBy.field", "f")},
		{`query($y: Boolean = true) { __typename @include(if: $y) }`, null("y"), said("if of @include", "y")},
		{`query($y: Boolean = true) { opportunity(id: 3101) { id tags @skip(if: $y) } }`, null("y"), said("if of @skip", "y")},
		{`query($y: Boolean = true) { ... @include(if: $y) { __typename } }`, null("y"), said("if of @include", "y")},
		{`query($y: Boolean = true) { ...F @include(if: $y) } fragment F on Query { __typename }`, null("y"), said("if of @include", "y")},
		{`query($id: ID = "3101") { opportunity(id: $id) { id } }`, null("id"), said("id", "id")},
		{`query($id: ID = "3101") { ...F } fragment F on Query { opportunity(id: $id) { id } }`, null("id"), said("id", "id")},
		{`query($ids: [ID!] = [3101]) { opportunitiesByIds(ids: $ids) { id } }`, null("ids"), said("ids", "ids")},
		{`query($id: ID = "3101") { opportunitiesByIds(ids: [3102, $id]) { id } }`, null("id"), said("ids[1]", "id")},
		{`query($t: String = "a") { opportunities(first: 1, filter: {tags: ["b", $t]}) { totalCount } }`, null("t"), said("filter.tags[1]", "t")},
		{`query($l: String = "a") { opportunity(id: 3101) { customFields(labels: [$l]) { label } } }`, null("l"), said("labels[0]", "l")},
		{`query($d: OrderDirection = null) { opportunities(first: 1, orderBy: {direction: $d}) { totalCount } }`, nil, "orderBy.direction: must not be null, as the variable $d is. Give it a value. BAD_USER_INPUT 0 0"},

		// Where a value is not null, left out, not needed, or may be null.
		{`query($d: OrderDirection) { opportunities(first: 1, orderBy: {direction: $d}) { totalCount } }`, nil, ""},
		{`query($d: OrderDirection) { opportunities(first: 1, orderBy: {direction: $d}) { totalCount } }`, map[string]any{"d": "DESC"}, ""},
		{`query($id: ID = "3101") { opportunity(id: $id) { id } }`, nil, ""},
		{`query($y: Boolean = true) { __typename @include(if: $y) }`, nil, ""},
		{`query($id: ID = "3101", $y: Boolean!) { __typename opportunity(id: $id) @include(if: $y) { id } }`, map[string]any{"id": nil, "y": false}, ""},
		{`query($id: ID = "3101", $y: Boolean!) { __typename opportunity(id: $id) @skip(if: $y) { id } }`, map[string]any{"id": nil, "y": true}, ""},
		{`query($id: ID = "3101", $y: Boolean!) { __typename ...F @include(if: $y) ...G } fragment F on Query { opportunity(id: $id) { id } } fragment G on Query { ...F }`, map[string]any{"id": nil, "y": false}, said("id", "id")},
		{`query($n: Int, $h: Boolean, $o: OpportunityOrder, $f: OpportunityFilter) { opportunities(first: $n, orderBy: $o, filter: $f) { nodes { customFields(headings: $h) { label } } } }`, map[string]any{"n": nil, "h": nil, "o": nil, "f": nil}, ""},
	} {
		api := newTestAPI(t, nil)
		if got := refusedFor(t, api, test.query, test.variables); got != test.want {
			t.Errorf("%s: %q, want %q", test.query, got, test.want)
		}
		if calls := api.calls.Load(); test.want != "" && calls > 0 {
			t.Errorf("%s: %d portal calls", test.query, calls)
		}
	}
}

// refusedFor returns the first error of an operation that was refused, as
// boundsError does, and "" of one that was run, errors of the portal included.
func refusedFor(t *testing.T, api http.Handler, query string, variables map[string]any) string {
	t.Helper()
	first := boundsError(t, api, query, variables)
	if strings.Contains(first, " UPSTREAM_") {
		return ""
	}
	return first
}
