package resolvers_test

import (
	"strings"
	"testing"
)

// TestInputMistakes has what is wrong with an input by itself come all at once and
// without a call, and then what the portal's dictionaries show.
func TestInputMistakes(t *testing.T) {
	t.Parallel()
	long, emoji := strings.Repeat("x", 256), "\U0001F600"
	for name, test := range map[string]struct {
		mutation string
		want     string
		calls    calls
	}{
		"a new opportunity": {
			`createOpportunity(input: {title: " ", stageId: "0", responsibleId: "x", bidValue: "0.0000000001", successProbability: 101, contactId: "x",
				memberIds: ["1", "-1"], accessListIds: [` + mei + `], customFields: [{fieldId: 72}, {fieldId: 72, value: "a"}], tags: ["a", "A"]}) { opportunity { id } userErrors { field code } }`,
			`{"opportunity": null, "userErrors": [
				{"field": ["customFields", "0", "value"], "code": "REQUIRED"}, {"field": ["title"], "code": "REQUIRED"}, {"field": ["stageId"], "code": "NOT_FOUND"},
				{"field": ["responsibleId"], "code": "INVALID"}, {"field": ["bidCurrency"], "code": "REQUIRED"}, {"field": ["contactId"], "code": "INVALID"},
				{"field": ["memberIds", "1"], "code": "INVALID"}, {"field": ["bidValue"], "code": "OUT_OF_RANGE"}, {"field": ["successProbability"], "code": "OUT_OF_RANGE"},
				{"field": ["accessListIds"], "code": "INVALID"}, {"field": ["customFields", "1"], "code": "DUPLICATE"}, {"field": ["tags", "1"], "code": "DUPLICATE"},
				{"field": ["memberIds", "0"], "code": "NOT_FOUND"}]}`,
			calls{stageGet: 1, "GET crm/settings/currency": 1, "GET crm/opportunity/customfield/definitions": 1, "GET people/{guid}": 1, contactGet: 1},
		},
		"against the dictionaries": {
			`createOpportunity(input: {title: "A", stageId: 99, responsibleId: "00000000-0000-4000-8000-000000000000", bidCurrency: "QQQ", customFields: [
				{fieldId: 71, value: "a"}, {fieldId: 74, value: "a"}, {fieldId: 75, value: "yes"}, {fieldId: 99, value: "a"}]}) { opportunity { id } userErrors { field code } }`,
			`{"opportunity": null, "userErrors": [
				{"field": ["stageId"], "code": "NOT_FOUND"}, {"field": ["responsibleId"], "code": "NOT_FOUND"}, {"field": ["bidCurrency"], "code": "NOT_FOUND"},
				{"field": ["customFields", "0", "fieldId"], "code": "INVALID"}, {"field": ["customFields", "1", "value"], "code": "NOT_FOUND"},
				{"field": ["customFields", "2", "value"], "code": "INVALID"}, {"field": ["customFields", "3", "fieldId"], "code": "NOT_FOUND"}]}`,
			calls{stageGet: 1, "GET crm/settings/currency": 1, "GET crm/opportunity/customfield/definitions": 1, "GET people/{guid}": 1},
		},
		"changes": {
			`updateOpportunity(input: {id: "x", title: "` + long + `", description: "` + emoji + `", stageId: null, responsibleId: null, bidCurrency: null, expectedCloseDate: "0999-01-01"}) { opportunity { id } userErrors { field code } }`,
			`{"opportunity": null, "userErrors": [{"field": ["id"], "code": "INVALID"}, {"field": ["title"], "code": "TOO_LONG"}, {"field": ["description"], "code": "UNSUPPORTED_CHARACTER"},
				{"field": ["stageId"], "code": "REQUIRED"}, {"field": ["responsibleId"], "code": "REQUIRED"}, {"field": ["bidCurrency"], "code": "REQUIRED"}, {"field": ["expectedCloseDate"], "code": "OUT_OF_RANGE"}]}`,
			calls{stageGet: 1, "GET crm/settings/currency": 1},
		},
		"a move to no stage": {
			`moveOpportunity(input: {id: 3101, stageId: 99}) { opportunity { id } userErrors { field code } }`,
			`{"opportunity": null, "userErrors": [{"field": ["stageId"], "code": "NOT_FOUND"}]}`,
			calls{"GET crm/opportunity/{id}": 2, "PUT crm/opportunity/{id}/stage/{number}": 1, stageGet: 1},
		},
		"a move of nothing to no stage": {
			`moveOpportunity(input: {id: 999999, stageId: 99}) { opportunity { id } userErrors { field code } }`,
			`{"opportunity": null, "userErrors": [{"field": ["stageId"], "code": "NOT_FOUND"}, {"field": ["id"], "code": "NOT_FOUND"}]}`,
			calls{"GET crm/opportunity/{id}": 2, stageGet: 1},
		},
		"a move of nothing": {
			`moveOpportunity(input: {id: 999999, stageId: 14}) { opportunity { id } userErrors { field code } }`,
			`{"opportunity": null, "userErrors": [{"field": ["id"], "code": "NOT_FOUND"}]}`,
			calls{"GET crm/opportunity/{id}": 1, stageGet: 1},
		},
		"decimals and dates that are none": {
			`updateOpportunity(input: {id: 999999, title: "", bidValue: "a lot", expectedCloseDate: "soon", actualCloseDate: true, contactId: 999998}) { opportunity { id } userErrors { field code message } }`,
			`{"opportunity": null, "userErrors": [
				{"field": ["bidValue"], "code": "INVALID", "message": "\"a lot\" is not a Decimal such as \"1234.50\"."},
				{"field": ["actualCloseDate"], "code": "INVALID", "message": "\"true\" is not a DateTime such as \"2026-03-01T09:00:00Z\"."},
				{"field": ["expectedCloseDate"], "code": "INVALID", "message": "\"soon\" is not a DateTime such as \"2026-03-01T09:00:00Z\"."},
				{"field": ["title"], "code": "REQUIRED", "message": "This must not be empty."},
				{"field": ["id"], "code": "NOT_FOUND", "message": "The portal has no such thing, or hides it from this caller."},
				{"field": ["contactId"], "code": "NOT_FOUND", "message": "The portal has no such contact, or hides it from this caller."}]}`,
			calls{oneGet: 1, contactGet: 1},
		},
		"values that are no text": {
			`updateOpportunity(input: {id: 3101, title: "", bidValue: 12345678901234567890.123, expectedCloseDate: [5], actualCloseDate: {a: 1}}) { opportunity { id } userErrors { field code message } }`,
			`{"opportunity": null, "userErrors": [
				{"field": ["bidValue"], "code": "INVALID", "message": "A number with a point or an exponent loses digits in a document. Put it in quotes, or give it in a variable."},
				{"field": ["actualCloseDate"], "code": "INVALID", "message": "This must be text."},
				{"field": ["expectedCloseDate"], "code": "INVALID", "message": "This must be text."},
				{"field": ["title"], "code": "REQUIRED", "message": "This must not be empty."}]}`,
			calls{oneGet: 1},
		},
		"dates that package time would take": {
			`updateTask(input: {id: 604, deadLine: "2026-05-01T1:00:00Z"}) { task { id } userErrors { field code } }`,
			`{"task": null, "userErrors": [{"field": ["deadLine"], "code": "INVALID"}]}`,
			calls{"GET crm/task/{id}": 1},
		},
		"the date that stands for none": {
			`createNote(input: {opportunityId: 3103, categoryId: 41, content: "x", created: "0001-01-01"}) { historyEvent { id } userErrors { field code message } }`,
			`{"historyEvent": null, "userErrors": [{"field": ["created"], "code": "INVALID", "message": "The year must be 1000 to 9999."}]}`,
			calls{"GET crm/history/category": 1, oneGet: 1},
		},
		"a note with mistakes about what is not there": {
			`createNote(input: {opportunityId: 999999, contactId: 1001, categoryId: 99, content: " ", created: "soon", fileIds: [1, 1], notifyIds: [` + mei + `, ` + mei + `]}) { historyEvent { id } userErrors { field code } }`,
			`{"historyEvent": null, "userErrors": [
				{"field": ["created"], "code": "INVALID"}, {"field": ["categoryId"], "code": "NOT_FOUND"}, {"field": ["content"], "code": "REQUIRED"},
				{"field": ["notifyIds", "1"], "code": "DUPLICATE"}, {"field": ["fileIds", "1"], "code": "DUPLICATE"}, {"field": ["opportunityId"], "code": "NOT_FOUND"}]}`,
			calls{"GET crm/history/category": 1, "GET people/{guid}": 1, oneGet: 1, contactGet: 1},
		},
		"what is not there": {
			`closeTask(input: {id: 999999}) { task { id } userErrors { field code } }`,
			`{"task": null, "userErrors": [{"field": ["id"], "code": "NOT_FOUND"}]}`,
			calls{"PUT crm/task/{id}/close": 1},
		},
		"a new opportunity of a customer who is not there": {
			`createOpportunity(input: {title: "A", stageId: 11, responsibleId: ` + anna + `, bidCurrency: "EUR", contactId: 999999}) { opportunity { id } userErrors { field code } }`,
			`{"opportunity": null, "userErrors": [{"field": ["contactId"], "code": "NOT_FOUND"}]}`,
			calls{stageGet: 1, "GET crm/settings/currency": 1, "GET people/{guid}": 1, "POST crm/opportunity": 1, "GET crm/contact/{id}": 1},
		},
		"a customer who is not there": {
			`updateOpportunity(input: {id: 3101, contactId: 999999}) { opportunity { id } userErrors { field code } }`,
			`{"opportunity": null, "userErrors": [{"field": ["contactId"], "code": "NOT_FOUND"}]}`,
			calls{oneGet: 1, "PUT crm/opportunity/{id}": 1, "GET crm/contact/{id}": 1},
		},
		"new members who are not there": {
			`createOpportunity(input: {title: "A", stageId: 11, responsibleId: ` + anna + `, bidCurrency: "EUR", memberIds: [2001, 999999]}) { opportunity { members { id } } userErrors { field code } }`,
			`{"opportunity": null, "userErrors": [{"field": ["memberIds", "1"], "code": "NOT_FOUND"}]}`,
			calls{stageGet: 1, "GET crm/settings/currency": 1, "GET people/{guid}": 1, "GET crm/contact/{id}": 2},
		},
		"new members and a customer who are not there": {
			`createOpportunity(input: {title: "A", stageId: 11, responsibleId: ` + anna + `, bidCurrency: "EUR", memberIds: [999999], contactId: 999998}) { opportunity { members { id } } userErrors { field code } }`,
			`{"opportunity": null, "userErrors": [{"field": ["memberIds", "0"], "code": "NOT_FOUND"}, {"field": ["contactId"], "code": "NOT_FOUND"}]}`,
			calls{stageGet: 1, "GET crm/settings/currency": 1, "GET people/{guid}": 1, "GET crm/contact/{id}": 2},
		},
		"members that are not there": {
			`addOpportunityMembers(input: {id: 3103, contactIds: [1003, 999999]}) { opportunity { members { id } } userErrors { field code } }`,
			`{"opportunity": {"members": [{"id": "1003"}]}, "userErrors": [{"field": ["contactIds", "1"], "code": "NOT_FOUND"}]}`,
			calls{onePost: 1},
		},
		"members with mistakes": {
			`addOpportunityMembers(input: {id: 999999, contactIds: [1003, 1003, 999999]}) { opportunity { id } userErrors { field code } }`,
			`{"opportunity": null, "userErrors": [{"field": ["contactIds", "1"], "code": "DUPLICATE"}, {"field": ["contactIds", "2"], "code": "NOT_FOUND"}, {"field": ["id"], "code": "NOT_FOUND"}]}`,
			calls{oneGet: 1, contactGet: 3},
		},
		"tags with mistakes": {
			`addTags(input: {entity: CONTACT, id: 999999, tags: ["a", "A"]}) { tags userErrors { field code } }`,
			`{"tags": null, "userErrors": [{"field": ["tags", "1"], "code": "DUPLICATE"}, {"field": ["id"], "code": "NOT_FOUND"}]}`,
			calls{contactGet: 1},
		},
		"what cannot be kept": { // it has no currency
			`updateOpportunity(input: {id: 3103, title: "Lead"}) { opportunity { id } userErrors { field code } }`,
			`{"opportunity": null, "userErrors": [{"field": ["bidCurrency"], "code": "CANNOT_KEEP"}]}`,
			calls{oneGet: 1},
		},
		"what cannot be kept beside a customer who is not there": {
			`updateOpportunity(input: {id: 3103, contactId: 999999}) { opportunity { id } userErrors { field code } }`,
			`{"opportunity": null, "userErrors": [{"field": ["bidCurrency"], "code": "CANNOT_KEEP"}, {"field": ["contactId"], "code": "NOT_FOUND"}]}`,
			calls{oneGet: 1, "GET crm/contact/{id}": 1},
		},
		"a value that is unknown": {
			`updateOpportunity(input: {id: 3101, bidType: UNKNOWN, title: ""}) { userErrors { field code message } }`,
			`{"userErrors": [{"field": ["title"], "code": "REQUIRED", "message": "This must not be empty."},
				{"field": ["bidType"], "code": "INVALID", "message": "This must be one of FIXED_BID, PER_HOUR, PER_DAY, PER_WEEK, PER_MONTH, PER_YEAR."}]}`,
			calls{oneGet: 1},
		},
		"another revision": {
			`updateOpportunity(input: {id: 3102, ifRevision: "AAAAAAAAAAAAAAAA", title: "Scanners"}) { opportunity { title } userErrors { field code } }`,
			`{"opportunity": {"title": "Warehouse scanners, phase 2"}, "userErrors": [{"field": ["ifRevision"], "code": "CONFLICT"}]}`,
			calls{oneGet: 1},
		},
		"an empty revision": {
			`deleteOpportunity(input: {id: 3102, ifRevision: ""}) { deletedId userErrors { field code } }`,
			`{"deletedId": null, "userErrors": [{"field": ["ifRevision"], "code": "CONFLICT"}]}`,
			calls{oneGet: 1},
		},
		"another revision of a task": {
			`updateTask(input: {id: 604, ifRevision: "AAAAAAAAAAAAAAAA", title: "A"}) { task { id } userErrors { field code } }`,
			`{"task": {"id": "604"}, "userErrors": [{"field": ["ifRevision"], "code": "CONFLICT"}]}`,
			calls{"GET crm/task/{id}": 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAPI(t)
			a.expect(t, `mutation { m: `+test.mutation+` }`, nil, `{"data": {"m": `+test.want+`}}`)
			a.expectCalls(t, test.calls)
		})
	}
}

// TestUnreadableInput has a date that is none: the field says so, and the next one runs.
func TestUnreadableInput(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.expect(t, `mutation { createTask(input: {title: "A", responsibleId: `+anna+`, categoryId: 21, deadLine: "soon"}) { task { id } userErrors { code message } } closeTask(input: {id: 628}) { task { id } } }`, nil, `{
		"data": {"createTask": {"task": null, "userErrors": [{"code": "INVALID", "message": "\"soon\" is not a DateTime such as \"2026-03-01T09:00:00Z\"."}]}, "closeTask": {"task": {"id": "628"}}}
	}`)
}
