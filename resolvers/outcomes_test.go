package resolvers_test

import (
	"fmt"
	"strings"
	"testing"

	"onlyoffice-graphql/upstream/demo"
)

// TestOutcomesOfPayloads has fields fail below a change: what the errors say is that of
// the change, and none of them is to be retried where that would make it twice.
func TestOutcomesOfPayloads(t *testing.T) {
	t.Parallel()
	const fields = `{ opportunity { title history(first: 3) { nodes { id } } } userErrors { code } }`
	const made = `"message":"The portal failed to answer. The mutation itself was done: ask for this in a query, and do not send it again."`
	const again = `"message":"The portal failed to answer. If it stays so, tell the operator of this API the request id test."`
	manyTags := ""
	for n := range 120 {
		manyTags += fmt.Sprintf(" t%d: tags", n)
	}
	events := demo.Fault{Kind: demo.BadGateway, Route: "crm/history/filter", Verb: "GET"}
	for name, test := range map[string]struct {
		mutation string
		fault    demo.Fault
		want     []string
	}{
		"of what was made": {
			`m: createOpportunity(input: {title: "A", stageId: 11, responsibleId: ` + anna + `, bidCurrency: "EUR"}) ` + fields, events,
			[]string{made, `"path":["m","opportunity","history"]`, `"code":"UPSTREAM_ERROR","outcome":"DONE","requestId":"test","retryable":false`},
		},
		"of what was so already": {
			`m: moveOpportunity(input: {id: 3102, stageId: 11}) ` + fields, events,
			[]string{made, `"outcome":"DONE","requestId":"test","retryable":false`},
		},
		"of what was not done": {
			`m: moveOpportunity(input: {id: 3102, stageId: 12, ifRevision: "a"}) ` + fields, events,
			[]string{again, `"outcome":"NOT_DONE","requestId":"test","retryable":true`, `"code":"CONFLICT"`},
		},
		"of another kind": {
			`m: moveOpportunity(input: {id: 3102, stageId: 12}) ` + fields,
			demo.Fault{Kind: demo.HTMLPage, Route: "crm/history/filter", Verb: "GET"},
			[]string{`"message":"The portal's answer could not be understood. The mutation itself was done: `, `"outcome":"DONE","requestId":"test","retryable":false`},
		},
		"of all, beside a name of the type": {
			`__typename m: moveOpportunity(input: {id: 3102, stageId: 12}) { opportunity { ` + manyTags + ` } }`,
			demo.Fault{Kind: demo.BadGateway, Route: "crm/opportunity/tag/{id}", Verb: "GET"},
			[]string{`"code":"MORE_ERRORS","count":20,"outcome":"DONE"`},
		},
		"of the one before": {
			`a: moveOpportunity(input: {id: 3102, stageId: 12}) ` + fields + ` b: closeTask(input: {id: 999999}) { userErrors { code } }`, events,
			[]string{made, `"path":["a","opportunity","history"]`, `"outcome":"DONE"`, `"b":{"userErrors":[{"code":"NOT_FOUND"}]}`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAPI(t)
			a.portal.Inject(test.fault)
			got := a.ask(t, `mutation { `+test.mutation+` }`, nil)
			for _, want := range test.want {
				if !strings.Contains(got, want) {
					t.Errorf("%s is not in %s", want, got)
				}
			}
		})
	}
}

// TestErrorsOfChangesAreShown has more errors than an answer has room for, of fields of
// the first change: what became of the others is shown all the same.
func TestErrorsOfChangesAreShown(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.portal.Inject(demo.Fault{Kind: demo.NoNestedIDs, Route: "crm/opportunity/{id}", Verb: "GET"})
	a.portal.Inject(demo.Fault{Kind: demo.BadGateway, Route: "crm/task/{id}/close", Verb: "PUT", When: demo.After})
	var aliases strings.Builder
	for n := range 40 {
		fmt.Fprintf(&aliases, " f%d: customFields { fieldId }", n)
	}
	got := a.ask(t, `mutation { a: addTags(input: {entity: OPPORTUNITY, id: 3101, tags: ["a"]}) { opportunity {`+aliases.String()+` } }
		b: closeTask(input: {id: 604}) { task { id } } c: closeTask(input: {id: 606}) { task { id } } }`, nil)
	for _, want := range []string{`"path":["b"]`, `"path":["c"]`, `"code":"MORE_ERRORS"`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in %.3000s", want, got)
		}
	}
	if n := strings.Count(got, `"outcome":"UNKNOWN"`); n != 3 { // with all together
		t.Errorf("%d outcomes are unknown: %.3000s", n, got)
	}
}
