package resolvers_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/internal/request"
	"onlyoffice-graphql/resolvers"
	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

// TestWriteLog has the log say whether a write has changed something.
func TestWriteLog(t *testing.T) {
	t.Parallel()
	const removedCurrency = `updateOpportunity(input: {id: 3103, title: "A"}) { userErrors { field code } }`
	for name, test := range map[string]struct {
		mutation string
		says     string // in the answer
		want     request.Write
	}{
		"all is so already": {
			`updateOpportunity(input: {id: 3102, title: "Warehouse scanners, phase 2"}) { userErrors { code } }`,
			`"userErrors":[]`,
			request.Write{Mutation: "updateOpportunity", ID: 3102, Outcome: upstream.Unchanged},
		},
		"nothing is named": {
			`updateTask(input: {id: 604}) { userErrors { code } }`, `"userErrors":[]`,
			request.Write{Mutation: "updateTask", ID: 604, Outcome: upstream.Unchanged},
		},
		"it is there": {
			`moveOpportunity(input: {id: 3101, stageId: 15}) { userErrors { code } }`, `"userErrors":[]`,
			request.Write{Mutation: "moveOpportunity", ID: 3101, Outcome: upstream.Unchanged},
		},
		"who sees it": {
			`setOpportunityAccess(input: {id: 3101, isPrivate: true}) { userErrors { code } }`, `"userErrors":[]`,
			request.Write{Mutation: "setOpportunityAccess", ID: 3101, Outcome: upstream.Unchanged},
		},
		"a field": {
			`setCustomFields(input: {entity: OPPORTUNITY, id: 3101, customFields: [{fieldId: 74, value: "Nordics"}]}) { userErrors { code } }`, `"userErrors":[]`,
			request.Write{Mutation: "setCustomFields", ID: 3101, Outcome: upstream.Unchanged},
		},
		"another field": {
			`setCustomFields(input: {entity: OPPORTUNITY, id: 3101, customFields: [{fieldId: 74, value: "DACH"}]}) { userErrors { code } }`, `"userErrors":[]`,
			request.Write{Mutation: "setCustomFields", ID: 3101, Outcome: upstream.Done},
		},
		"no such members": {
			`addOpportunityMembers(input: {id: 3103, contactIds: [999998, 999999]}) { opportunity { id } userErrors { field code } }`,
			`{"opportunity":{"id":"3103"},"userErrors":[{"field":["contactIds","0"],"code":"NOT_FOUND"},{"field":["contactIds","1"],"code":"NOT_FOUND"}]}`,
			request.Write{Mutation: "addOpportunityMembers", ID: 3103, Outcome: upstream.NotDone},
		},
		"one such member": {
			`addOpportunityMembers(input: {id: 3103, contactIds: [1003, 999999]}) { userErrors { code } }`, `[{"code":"NOT_FOUND"}]`,
			request.Write{Mutation: "addOpportunityMembers", ID: 3103, Outcome: upstream.Done},
		},
		"cannot be kept": {removedCurrency, `"CANNOT_KEEP"`, request.Write{Mutation: "updateOpportunity", ID: 3103, Outcome: upstream.NotDone}},
		"a conflict": {
			`deleteOpportunity(input: {id: 3102, ifRevision: "x"}) { userErrors { code } }`, `"CONFLICT"`,
			request.Write{Mutation: "deleteOpportunity", ID: 3102, Outcome: upstream.NotDone},
		},
		"a note without its document": {
			`createNote(input: {opportunityId: 3103, categoryId: 41, content: "A", fileIds: [1, 999999]}) { historyEvent { content } userErrors { field code } }`,
			`{"historyEvent":{"content":"A"},"userErrors":[{"field":["fileIds","0"],"code":"NOT_AS_WRITTEN"},{"field":["fileIds","1"],"code":"NOT_AS_WRITTEN"}]}`,
			request.Write{Mutation: "createNote", ID: 1261, Outcome: upstream.Done},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, heard := hears(t, resolvers.Options{Writes: resolvers.WritesOwn})
			if got := a.ask(t, `mutation { m: `+test.mutation+` }`, nil); !strings.Contains(got, test.says) || strings.Contains(got, `"errors"`) {
				t.Errorf("got %s", got)
			}
			test.want.RequestID = "test"
			if diff := cmp.Diff([]request.Write{test.want}, heard()); diff != "" {
				t.Errorf("logged (-want +got):\n%s", diff)
			}
		})
	}
}

// TestHiddenCustomer has somebody name a contact that is hidden from them, which the
// portal forbids without saying what.
func TestHiddenCustomer(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.token = a.portal.TokenOf(restrictedEmployee)
	a.expect(t, `mutation {
		updateOpportunity(input: {id: 3105, contactId: 1002}) { userErrors { field code } }
		createOpportunity(input: {title: "A", stageId: 11, responsibleId: `+mei+`, bidCurrency: "EUR", contactId: 1002}) { userErrors { field code } }
	}`, nil, `{"data": {
		"updateOpportunity": {"userErrors": [{"field": ["contactId"], "code": "NOT_FOUND"}]},
		"createOpportunity": {"userErrors": [{"field": ["contactId"], "code": "NOT_FOUND"}]}
	}}`)
}

// TestFieldsWithoutIDs has a portal leave out which field a value is of, as one does after an
// unlucky projection: a field that is to be cleared may be there all the same.
func TestFieldsWithoutIDs(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.portal.Inject(demo.Fault{Kind: demo.NoNestedIDs, Route: "crm/opportunity/{id}", Verb: "GET", Times: 1})
	a.expect(t, `mutation { setCustomFields(input: {entity: OPPORTUNITY, id: 3101, customFields: [{fieldId: 74, value: null}]}) { userErrors { code } } }`, nil,
		`{"data": {"setCustomFields": {"userErrors": []}}}`)
	if value, there := a.portal.OpportunityRow(3101)["customFields 74"]; there {
		t.Errorf("it is still %q", value)
	}
}

// TestMoveWithoutIDs has a portal leave out where an opportunity is: it is not moved, as it
// may be there, with a probability of its own.
func TestMoveWithoutIDs(t *testing.T) {
	t.Parallel()
	for _, mutation := range []string{
		`moveOpportunity(input: {id: 3101, stageId: 15}) { userErrors { code } }`,
		`updateOpportunity(input: {id: 3101, stageId: 15, contactId: 1001, title: "A"}) { userErrors { code } }`,
	} {
		a := newAPI(t)
		before := a.portal.OpportunityRow(3101)
		a.portal.Inject(demo.Fault{Kind: demo.NoNestedIDs, Route: "crm/opportunity/{id}", Verb: "GET"})
		got := a.ask(t, `mutation { m: `+mutation+` }`, nil)
		if !strings.Contains(got, `"code":"UPSTREAM_BAD_RESPONSE","outcome":"NOT_DONE"`) || !maps.Equal(before, a.portal.OpportunityRow(3101)) {
			t.Errorf("got %s", got)
		}
	}
}

// TestPartOfSeveral has some of several steps fail: what was found out of the others comes
// beside it, and nothing that was done counts as not done.
func TestPartOfSeveral(t *testing.T) {
	t.Parallel()
	const members = "crm/opportunity/{id}/contact/{contactid}"
	for name, test := range map[string]struct {
		mutation string
		fault    demo.Fault
		says     []string
	}{
		"a field of two is refused": {
			`setCustomFields(input: {entity: OPPORTUNITY, id: 3101, customFields: [{fieldId: 72, value: "A"}, {fieldId: 74, value: "DACH"}]}) { userErrors { code } }`,
			demo.Fault{Kind: demo.RateLimited, Route: "crm/opportunity/{id}/customfield/{fieldid}", Times: 1},
			[]string{`"outcome":"UNKNOWN"`, `"retryable":false`},
		},
		"both are refused": {
			`setCustomFields(input: {entity: OPPORTUNITY, id: 3101, customFields: [{fieldId: 72, value: "A"}, {fieldId: 74, value: "DACH"}]}) { userErrors { code } }`,
			demo.Fault{Kind: demo.RateLimited, Route: "crm/opportunity/{id}/customfield/{fieldid}"},
			[]string{`"outcome":"NOT_DONE"`},
		},
		"a member is lost, another is not found": {
			`addOpportunityMembers(input: {id: 3103, contactIds: [1003, 999999, 1004]}) { opportunity { members { id } } userErrors { field code } }`,
			demo.Fault{Kind: demo.BadGateway, Route: members, Times: 1},
			[]string{`"outcome":"UNKNOWN"`, `{"members":[{"id":"1004"}]},"userErrors":[{"field":["contactIds","0"],"code":"NOT_AS_WRITTEN"},{"field":["contactIds","1"],"code":"NOT_FOUND"}]`},
		},
		"a member is refused, another is not found": {
			`addOpportunityMembers(input: {id: 3103, contactIds: [1003, 999999]}) { opportunity { members { id } } userErrors { field code } }`,
			demo.Fault{Kind: demo.RateLimited, Route: members, Times: 1},
			[]string{`"outcome":"NOT_DONE"`, `{"members":[]},"userErrors":[{"field":["contactIds","1"],"code":"NOT_FOUND"}]`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAPI(t)
			a.portal.Inject(test.fault)
			got := a.ask(t, `mutation { m: `+test.mutation+` }`, nil)
			for _, part := range test.says {
				if !strings.Contains(got, part) {
					t.Errorf("%s is not in %s", part, got)
				}
			}
		})
	}
}
