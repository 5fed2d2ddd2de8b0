package resolvers_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Employees of the demo portal.
const (
	anna  = `"4bd35b6c-7a4e-4d6a-9c0a-2f5a4d9a7e11"`
	bjorn = `"c7f1d2aa-0b64-4e0e-8f35-6d1f0c2b9e77"`
	mei   = `"28ac4d10-3e6f-4a71-b5c9-1d2e8f40c203"`
)

// mutations are all there are, each with its whole answer and its portal calls, items of
// batches among them.
var mutations = []struct {
	name, input, selection string
	want                   string
	calls                  calls
}{
	{
		"createOpportunity",
		`title: "Yard sensors", stageId: 11, responsibleId: ` + anna + `, bidCurrency: "EUR", bidValue: "1500.25", contactId: 1001, memberIds: [2001],
		 expectedCloseDate: "2026-03-01", tags: ["renewal", "yard"], customFields: [{fieldId: 74, value: "DACH"}]`,
		`opportunity { title stage { id } successProbability bidValue members { id } expectedCloseDate customFields { fieldId fieldValue } }`,
		`{"opportunity": {"title": "Yard sensors", "stage": {"id": "11"}, "successProbability": 1, "bidValue": "1500.25", "members": [{"id": "1001"}, {"id": "2001"}],
		 "expectedCloseDate": "2026-03-01T00:00:00Z", "customFields": [{"fieldId": "74", "fieldValue": "DACH"}]}, "userErrors": []}`,
		calls{
			stageGet: 1, "GET crm/settings/currency": 1, "GET crm/opportunity/customfield/definitions": 1, "GET people/{guid}": 1,
			"POST crm/opportunity": 1, onePost: 1, "POST crm/opportunity/{id}/tag": 2, tagsGet: 1,
		},
	},
	{
		"updateOpportunity", `id: 3101, title: "Fleet telematics", actualCloseDate: null`, `opportunity { id title actualCloseDate }`,
		`{"opportunity": {"id": "3101", "title": "Fleet telematics", "actualCloseDate": null}, "userErrors": []}`,
		calls{oneGet: 1, "PUT crm/opportunity/{id}": 1},
	},
	{
		"moveOpportunity", `id: 3101, stageId: 18`, `opportunity { stage { id } successProbability tags members { id email } }`,
		`{"opportunity": {"stage": {"id": "18"}, "successProbability": 100, "tags": ["renewal", "Q3/2024", "\"strategic\" \u003cEU\u003e"],
		 "members": [{"id": "2001", "email": "ingrid.hallberg@nordfrakt.example"}, {"id": "2002", "email": null}]}, "userErrors": []}`,
		calls{oneGet: 1, "PUT crm/opportunity/{id}/stage/{number}": 1, tagsGet: 1, "GET crm/contact/mail": 1},
	},
	{
		"moveOpportunity", `id: 3101, stageId: 15`, `opportunity { actualCloseDate }`, // where it is
		`{"opportunity": {"actualCloseDate": "2024-08-21T14:30:00Z"}, "userErrors": []}`,
		calls{oneGet: 1},
	},
	{
		"deleteOpportunity", `id: 3102`, `deletedId deletedNodeId`,
		`{"deletedId": "3102", "deletedNodeId": "` + nodeID("Opportunity:3102") + `", "userErrors": []}`,
		calls{oneGet: 1, "DELETE crm/opportunity/{id}": 1},
	},
	{
		"addOpportunityMembers", `id: 3101, contactIds: [1003, 1004]`, `opportunity { members { id } }`,
		`{"opportunity": {"members": [{"id": "1003"}, {"id": "1004"}, {"id": "2001"}, {"id": "2002"}]}, "userErrors": []}`,
		calls{onePost: 1, "POST crm/opportunity/{id}/contact/{contactid}": 2, oneGet: 1},
	},
	{
		"removeOpportunityMembers", `id: 3101, contactIds: [2001]`, `opportunity { members { id } }`,
		`{"opportunity": {"members": [{"id": "2002"}]}, "userErrors": []}`,
		calls{onePost: 1, "DELETE crm/opportunity/{id}/contact/{contactid}": 1, oneGet: 1},
	},
	{
		"setOpportunityAccess", `id: 3103, isPrivate: true, accessListIds: [` + mei + `]`, `opportunity { isPrivate accessList { id } }`,
		`{"opportunity": {"isPrivate": true, "accessList": [{"id": ` + mei + `}, {"id": ` + bjorn + `}, {"id": ` + anna + `}]}, "userErrors": []}`,
		calls{oneGet: 1, "GET people/{guid}": 1, "PUT crm/opportunity/{id}/access": 1},
	},
	{
		"setCustomFields", `entity: OPPORTUNITY, id: 3101, customFields: [{fieldId: 72, value: null}, {fieldId: 74, value: "DACH"}]`, `opportunity { customFields { fieldId fieldValue } } contact { id }`,
		`{"opportunity": {"customFields": [{"fieldId": "73", "fieldValue": "340 units in two waves.\nWave 1: Gothenburg.\nWave 2: Malmö."}, {"fieldId": "74", "fieldValue": "DACH"},
		 {"fieldId": "75", "fieldValue": "true"}, {"fieldId": "76", "fieldValue": "09/02/2024"}]}, "contact": null, "userErrors": []}`,
		calls{"GET crm/opportunity/customfield/definitions": 1, oneGet: 2, onePost: 1, "POST crm/opportunity/{id}/customfield/{fieldid}": 2},
	},
	{
		"setCustomFields", `entity: PERSON, id: 2001, customFields: [{fieldId: 83, value: "Growth"}]`, `contact { id customFields { fieldId fieldValue } }`,
		`{"contact": {"id": "2001", "customFields": [{"fieldId": "82", "fieldValue": "05/14/1979"}, {"fieldId": "83", "fieldValue": "Growth"}]}, "userErrors": []}`,
		calls{"GET crm/person/customfield/definitions": 1, "GET crm/contact/{id}": 2, onePost: 1, "POST crm/person/{id}/customfield/{fieldid}": 1},
	},
	{
		"addTags", `entity: OPPORTUNITY, id: 3103, tags: ["renewal", "yard"]`, `tags opportunity { id title tags }`,
		`{"tags": ["renewal", "yard"], "opportunity": {"id": "3103", "title": "Untitled lead", "tags": ["renewal", "yard"]}, "userErrors": []}`,
		calls{onePost: 1, "POST crm/opportunity/{id}/tag": 2, tagsGet: 1, oneGet: 1},
	},
	{
		"removeTags", `entity: CONTACT, id: 2001, tags: ["Decision maker"]`, `tags`,
		`{"tags": [], "userErrors": []}`,
		calls{onePost: 1, "DELETE crm/contact/{id}/tag": 1, "GET crm/contact/tag/{id}": 1},
	},
	{
		"createTask", `title: "Call", responsibleId: ` + anna + `, categoryId: 21, deadLine: "2026-03-01", opportunityId: 3103`, `task { title deadLine category { id } }`,
		`{"task": {"title": "Call", "deadLine": "2026-03-01T00:00:00Z", "category": {"id": "21"}}, "userErrors": []}`,
		calls{"GET crm/task/category": 1, "GET people/{guid}": 1, oneGet: 1, "POST crm/task": 1},
	},
	{
		"updateTask", `id: 604, title: "Confirm the day"`, `task { id title entity { entityId } }`,
		`{"task": {"id": "604", "title": "Confirm the day", "entity": {"entityId": "3107"}}, "userErrors": []}`,
		calls{"GET crm/task/{id}": 1, "PUT crm/task/{id}": 1},
	},
	{
		"closeTask", `id: 628`, `task { id isClosed }`,
		`{"task": {"id": "628", "isClosed": true}, "userErrors": []}`,
		calls{"PUT crm/task/{id}/close": 1},
	},
	{
		"reopenTask", `id: 628`, `task { id isClosed }`,
		`{"task": {"id": "628", "isClosed": false}, "userErrors": []}`,
		calls{"PUT crm/task/{id}/reopen": 1},
	},
	{
		"deleteTask", `id: 628`, `deletedId`,
		`{"deletedId": "628", "userErrors": []}`,
		calls{"DELETE crm/task/{id}": 1},
	},
	{
		"createNote", `opportunityId: 3103, categoryId: 41, content: "They <b>called</b>."`, `historyEvent { content plainText entity { entityId } opportunity { title } }`,
		`{"historyEvent": {"content": "They \u003cb\u003ecalled\u003c/b\u003e.", "plainText": "They called.", "entity": {"entityId": "3103"}, "opportunity": {"title": "Untitled lead"}}, "userErrors": []}`,
		calls{"GET crm/history/category": 1, "POST crm/history": 1, oneGet: 1},
	},
	{
		"deleteHistoryEvent", `id: 1259`, `deletedId`,
		`{"deletedId": "1259", "userErrors": []}`,
		calls{"DELETE crm/history/{id}": 1},
	},
}

func TestMutations(t *testing.T) {
	t.Parallel()
	left := map[string]bool{}
	for _, field := range servedSchema.Mutation.Fields {
		left[field.Name] = true
	}
	for _, m := range mutations {
		delete(left, m.name)
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			a := newAPI(t)
			a.expect(t, `mutation { m: `+m.name+`(input: {`+m.input+`}) { `+m.selection+` userErrors { field code } } }`, nil, `{"data": {"m": `+m.want+`}}`)
			if diff := cmp.Diff(m.calls, withItems(a)); diff != "" {
				t.Errorf("portal calls (-want +got):\n%s", diff)
			}
		})
	}
	for _, name := range slices.Sorted(maps.Keys(left)) {
		t.Errorf("%s is in no test", name)
	}
}

// documented are the files of docs/mutations with their portal calls, items of batches
// among them.
var documented = map[string]calls{
	"m02-create-deal": { // the tags are written with a call of its own for each, then read
		stageGet: 1, "GET crm/settings/currency": 1, "GET crm/opportunity/customfield/definitions": 1, "GET people/{guid}": 2,
		"POST crm/opportunity": 1, onePost: 1, "POST crm/opportunity/{id}/tag": 1, tagsGet: 2,
	},
	"m03-move-deal":       {oneGet: 1, "PUT crm/opportunity/{id}/stage/{number}": 1},
	"m04-change-due-date": {oneGet: 1, "PUT crm/opportunity/{id}": 1},
	"m05-edit-deal":       {stageGet: 1, "GET crm/opportunity/customfield/definitions": 1, oneGet: 1, "PUT crm/opportunity/{id}": 1},
	"m06-set-field": {
		"GET crm/opportunity/customfield/definitions": 1, oneGet: 2, onePost: 1, "POST crm/opportunity/{id}/customfield/{fieldid}": 1,
	},
	"m07-change-tags": { // a batch for each of the two fields
		onePost: 2, "POST crm/opportunity/{id}/tag": 2, "DELETE crm/opportunity/{id}/tag": 1, tagsGet: 2, oneGet: 2,
	},
	"m08-add-note":    {"GET crm/history/category": 1, "GET people/{guid}": 1, "POST crm/history": 1},
	"m09-delete-note": {"DELETE crm/history/{id}": 1},
	"m10-create-task": {"GET crm/task/category": 1, "GET people/{guid}": 1, oneGet: 1, "POST crm/task": 1},
	"m11-close-task":  {"PUT crm/task/{id}/close": 1},
	"m14-share-deal": {
		"GET people/{guid}": 1, oneGet: 2, "PUT crm/opportunity/{id}/access": 1, onePost: 1, "POST crm/opportunity/{id}/contact/{contactid}": 1,
	},
}

// TestDocumentedMutations runs each file by what it has for an example.
func TestDocumentedMutations(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../docs/mutations/*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	left := maps.Clone(documented)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".graphql")
		want, ok := left[name]
		delete(left, name)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !ok {
				t.Error("it is not in the table")
			}
			document, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			a := newAPI(t)
			got := a.ask(t, string(document), nil)
			if strings.Contains(got, `"errors"`) || strings.Count(got, `"userErrors":[]`) != strings.Count(string(document), "userErrors") {
				t.Errorf("%s", got)
			}
			if diff := cmp.Diff(want, withItems(a)); diff != "" {
				t.Errorf("portal calls (-want +got):\n%s", diff)
			}
		})
	}
	for _, name := range slices.Sorted(maps.Keys(left)) {
		t.Errorf("%s has no file", name)
	}
}

// withItems are the calls that the portal got, and the items of its batches.
func withItems(a *api) calls {
	got := a.portal.Calls()
	for item, n := range a.portal.Items() {
		got[item] += n
	}
	return got
}
