package overhttp

import (
	"encoding/json"
	"fmt"
	"testing"
)

// TestVariablesByTheLetter sends values that are nearly of their variables' types.
func TestVariablesByTheLetter(t *testing.T) {
	t.Parallel()
	queries := map[string]string{
		"Int":               `query($v: Int) { opportunities(first: $v) { totalCount } }`,
		"ID":                `query($v: ID!) { opportunity(id: $v) { id } }`,
		"[ID!]":             `query($v: [ID!]!) { opportunitiesByIds(ids: $v) { id } }`,
		"String":            `query($v: String) { contacts(first: 1, filter: {text: $v}) { totalCount } }`,
		"Boolean":           `query($v: Boolean!) { __typename @include(if: $v) }`,
		"OrderDirection":    `query($v: OrderDirection!) { opportunities(first: 1, orderBy: {direction: $v}) { totalCount } }`,
		"OpportunityOrder":  `query($v: OpportunityOrder) { opportunities(first: 1, orderBy: $v) { totalCount } }`,
		"OpportunityFilter": `query($v: OpportunityFilter) { opportunities(first: 1, filter: $v) { totalCount } }`,
	}
	for query, want := range map[string]string{
		`{ opportunities(first: 3000000000) { totalCount } }`:                                   "first: Int cannot represent a number of more than 32 bits. GRAPHQL_VALIDATION_FAILED 0 0",
		`{ stages { opportunities(first: -2147483649) { totalCount } } }`:                       "first: Int cannot represent a number of more than 32 bits. GRAPHQL_VALIDATION_FAILED 0 0",
		`query($n: Int = 3000000000) { opportunities(first: $n) { totalCount } }`:               "$n: Int cannot represent a number of more than 32 bits. GRAPHQL_VALIDATION_FAILED 0 0",
		`query($y: Boolean) { __type(name: "Tag") { fields(includeDeprecated: $y) { name } } }`: "includeDeprecated: must not be null, as the variable $y is. Give it a value, or leave the variable out for the default. BAD_USER_INPUT 0 0",
	} {
		if got := refusedFor(t, newTestAPI(t, nil), query, map[string]any{"y": nil}); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	const another = "has a value of another type"
	for _, test := range []struct{ of, value, wrong string }{
		{"Int", `2`, ""},
		{"Int", `"2"`, another},
		{"Int", `2.0`, another},
		{"Int", `2e0`, another},
		{"Int", `true`, another},
		{"Int", `[2]`, another},
		{"Int", `3000000000`, "has a number of more than 32 bits"},
		{"Int", `-2147483649`, "has a number of more than 32 bits"},
		{"Int", `99999999999999999999`, "has a number of more than 32 bits"},
		{"ID", `3101`, ""},
		{"ID", `"3101"`, ""},
		{"ID", `3101.0`, another},
		{"ID", `true`, another},
		{"[ID!]", `3101`, ""},
		{"[ID!]", `[3101, "3102"]`, ""},
		{"[ID!]", `[3101, 1e3]`, another + " at [1]"},
		{"[ID!]", `[3101, null]`, "must not be null at [1]"},
		{"String", `"1"`, ""},
		{"String", `1`, another},
		{"String", `true`, another},
		{"Boolean", `true`, ""},
		{"Boolean", `1`, another},
		{"Boolean", `"true"`, another},
		{"OrderDirection", `"DESC"`, ""},
		{"OrderDirection", `"desc"`, "is none of its type's values"},
		{"OrderDirection", `0`, "is none of its type's values"},
		{"OpportunityOrder", `{"direction":"DESC","field":"TITLE"}`, ""},
		{"OpportunityOrder", `{"direction":"desc"}`, "is none of its type's values at .direction"},
		{"OpportunityOrder", `{"direction":null}`, "must not be null at .direction"},
		{"OpportunityOrder", `{"sense":1}`, `has a member "sense" that its type does not have`},
		{"OpportunityOrder", `{"sense of it":1}`, "has a member that its type does not have"},
		{"OpportunityOrder", `"TITLE"`, another},
		{"OpportunityFilter", `{"tags":["a"],"stageType":null}`, ""},
		{"OpportunityFilter", `{"tags":["a",1]}`, another + " at .tags[1]"},
		{"OpportunityFilter", `{"contact":2001,"contactIsParticipant":"yes"}`, another + " at .contactIsParticipant"},
	} {
		api := newTestAPI(t, nil)
		got := refusedFor(t, api, queries[test.of], map[string]any{"v": json.RawMessage(test.value)})
		declared := map[string]string{"ID": "ID!", "[ID!]": "[ID!]!", "Boolean": "Boolean!", "OrderDirection": "OrderDirection!"}[test.of]
		if declared == "" {
			declared = test.of
		}
		want := ""
		if test.wrong != "" {
			want = fmt.Sprintf("Variable \"$v\" of type %q %s. GRAPHQL_VALIDATION_FAILED 0 0", declared, test.wrong)
		}
		if got != want {
			t.Errorf("%s %s: %q, want %q", test.of, test.value, got, want)
		}
		if calls := api.calls.Load(); want != "" && calls > 0 {
			t.Errorf("%s %s: %d portal calls", test.of, test.value, calls)
		}
	}
}
