package resolvers_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Employees of the demo portal.
const (
	anna  = `"4bd35b6c-7a4e-4d6a-9c0a-2f5a4d9a7e11"`
	bjorn = `"c7f1d2aa-0b64-4e0e-8f35-6d1f0c2b9e77"`
	mei   = `"28ac4d10-3e6f-4a71-b5c9-1d2e8f40c203"`
)

// mutation is one of them, with its whole answer and its portal calls.
type mutation struct {
	name, input, selection string
	want                   string
	calls                  calls
	items                  calls  // of the batch among them
	about                  string // what of the table in docs/using.md this is a line of; "-" for none
}

// mutations are all there are.
var mutations = []mutation{
	{
		"signIn", `userName: "mark.oconnell@fennmark.example", password: "demo"`, `token expires retryAfter viewer { displayName userName email isAdmin }`,
		`{"token": "demo-mark.oconnell", "expires": "2027-03-02T09:00:00Z", "retryAfter": null,
		 "viewer": {"displayName": "Mark O'Connell", "userName": "mark.oconnell", "email": "mark.oconnell@fennmark.example", "isAdmin": false}, "userErrors": []}`,
		calls{"POST authentication": 1, "GET people/@self": 1},
		nil, "with the viewer in the answer",
	},
	{
		"createOpportunity",
		`title: "Yard sensors", stageId: 11, responsibleId: ` + anna + `, bidCurrency: "EUR", bidValue: "1500.25", contactId: 1001, memberIds: [2001],
		 expectedCloseDate: "2026-03-01", tags: ["renewal", "yard"], customFields: [{fieldId: 74, value: "DACH"}]`,
		`opportunity { title stage { id } successProbability bidValue members { id } expectedCloseDate customFields { fieldId fieldValue } }`,
		`{"opportunity": {"title": "Yard sensors", "stage": {"id": "11"}, "successProbability": 1, "bidValue": "1500.25", "members": [{"id": "1001"}, {"id": "2001"}],
		 "expectedCloseDate": "2026-03-01T00:00:00Z", "customFields": [{"fieldId": "74", "fieldValue": "DACH"}]}, "userErrors": []}`,
		calls{
			stageGet: 1, "GET crm/settings/currency": 1, "GET crm/opportunity/customfield/definitions": 1, "GET people/{guid}": 1,
			"GET crm/contact/{id}": 1, "POST crm/opportunity": 1, onePost: 1,
		},
		calls{"POST crm/opportunity/{id}/tag": 2, tagsGet: 1},
		"with an employee, a member, fields and two tags",
	},
	{
		"updateOpportunity", `id: 3101, title: "Fleet telematics", actualCloseDate: null`, `opportunity { id title actualCloseDate }`,
		`{"opportunity": {"id": "3101", "title": "Fleet telematics", "actualCloseDate": null}, "userErrors": []}`,
		calls{oneGet: 1, "PUT crm/opportunity/{id}": 1},
		nil, "",
	},
	{
		"moveOpportunity", `id: 3101, stageId: 18`, `opportunity { stage { id } successProbability tags members { id email } }`,
		`{"opportunity": {"stage": {"id": "18"}, "successProbability": 100, "tags": ["renewal", "Q3/2024", "\"strategic\" \u003cEU\u003e"],
		 "members": [{"id": "2001", "email": "ingrid.hallberg@nordfrakt.example"}, {"id": "2002", "email": null}]}, "userErrors": []}`,
		calls{oneGet: 1, "PUT crm/opportunity/{id}/stage/{number}": 1, tagsGet: 1, "GET crm/contact/mail": 1},
		nil, "-", // with what is asked for beside
	},
	{
		"moveOpportunity", `id: 3101, stageId: 14`, `opportunity { stage { id } actualCloseDate }`,
		`{"opportunity": {"stage": {"id": "14"}, "actualCloseDate": null}, "userErrors": []}`,
		calls{oneGet: 1, "PUT crm/opportunity/{id}/stage/{number}": 1},
		nil, "",
	},
	{
		"moveOpportunity", `id: 3101, stageId: 15`, `opportunity { actualCloseDate }`, // where it is
		`{"opportunity": {"actualCloseDate": "2024-08-21T14:30:00Z"}, "userErrors": []}`,
		calls{oneGet: 1},
		nil, "to where it is",
	},
	{
		"deleteOpportunity", `id: 3102`, `deletedId deletedNodeId`,
		`{"deletedId": "3102", "deletedNodeId": "` + nodeID("Opportunity:3102") + `", "userErrors": []}`,
		calls{oneGet: 1, "DELETE crm/opportunity/{id}": 1},
		nil, "",
	},
	{
		"addOpportunityMembers", `id: 3101, contactIds: [1003, 1004]`, `opportunity { members { id } }`,
		`{"opportunity": {"members": [{"id": "1003"}, {"id": "1004"}, {"id": "2001"}, {"id": "2002"}]}, "userErrors": []}`,
		calls{onePost: 1},
		calls{"POST crm/opportunity/{id}/contact/{contactid}": 2, oneGet: 1},
		"two",
	},
	{
		"removeOpportunityMembers", `id: 3101, contactIds: [2001]`, `opportunity { members { id } }`,
		`{"opportunity": {"members": [{"id": "2002"}]}, "userErrors": []}`,
		calls{onePost: 1},
		calls{"DELETE crm/opportunity/{id}/contact/{contactid}": 1, oneGet: 1},
		"one",
	},
	{
		"setOpportunityAccess", `id: 3103, isPrivate: true, accessListIds: [` + mei + `]`, `opportunity { isPrivate accessList { id } }`,
		`{"opportunity": {"isPrivate": true, "accessList": [{"id": ` + mei + `}, {"id": ` + bjorn + `}, {"id": ` + anna + `}]}, "userErrors": []}`,
		calls{oneGet: 1, "GET people/{guid}": 1, "PUT crm/opportunity/{id}/access": 1},
		nil, "private, with one employee",
	},
	{
		"setOpportunityAccess", `id: 3101, isPrivate: false`, `opportunity { isPrivate accessList { id } }`,
		`{"opportunity": {"isPrivate": false, "accessList": []}, "userErrors": []}`,
		calls{"PUT crm/opportunity/{id}/access": 1},
		nil, "public",
	},
	{
		"setCustomFields", `entity: OPPORTUNITY, id: 3101, customFields: [{fieldId: 72, value: null}, {fieldId: 74, value: "DACH"}]`, `opportunity { customFields { fieldId fieldValue } } contact { id }`,
		`{"opportunity": {"customFields": [{"fieldId": "73", "fieldValue": "340 units in two waves.\nWave 1: Gothenburg.\nWave 2: Malmö."}, {"fieldId": "74", "fieldValue": "DACH"},
		 {"fieldId": "75", "fieldValue": "true"}, {"fieldId": "76", "fieldValue": "09/02/2024"}]}, "contact": null, "userErrors": []}`,
		calls{"GET crm/opportunity/customfield/definitions": 1, oneGet: 1, onePost: 1},
		calls{"POST crm/opportunity/{id}/customfield/{fieldid}": 2, oneGet: 1},
		"two, of an opportunity",
	},
	{
		"setCustomFields", `entity: PERSON, id: 2001, customFields: [{fieldId: 83, value: "Growth"}]`, `contact { id customFields { fieldId fieldValue } }`,
		`{"contact": {"id": "2001", "customFields": [{"fieldId": "82", "fieldValue": "05/14/1979"}, {"fieldId": "83", "fieldValue": "Growth"}]}, "userErrors": []}`,
		calls{"GET crm/person/customfield/definitions": 1, "GET crm/contact/{id}": 1, onePost: 1},
		calls{"POST crm/person/{id}/customfield/{fieldid}": 1, "GET crm/contact/{id}": 1},
		"one, of a person",
	},
	{
		"addTags", `entity: OPPORTUNITY, id: 3103, tags: ["renewal", "yard"]`, `tags opportunity { id title tags }`,
		`{"tags": ["renewal", "yard"], "opportunity": {"id": "3103", "title": "Untitled lead", "tags": ["renewal", "yard"]}, "userErrors": []}`,
		calls{onePost: 1, oneGet: 1},
		calls{"POST crm/opportunity/{id}/tag": 2, tagsGet: 1},
		"two, with the opportunity in the answer",
	},
	{
		"removeTags", `entity: CONTACT, id: 2001, tags: ["Decision maker"]`, `tags`,
		`{"tags": [], "userErrors": []}`,
		calls{onePost: 1},
		calls{"DELETE crm/contact/{id}/tag": 1, "GET crm/contact/tag/{id}": 1},
		"one, of a contact",
	},
	{
		"createPerson",
		`firstName: "Signe", lastName: " Aaberg", jobTitle: "Buyer", companyId: 1001, customFields: [{fieldId: 83, value: "Growth"}], tags: ["buyer"],
		 commonData: [{infoType: EMAIL, category: WORK, data: "signe.aaberg@nordfrakt.example"}, {infoType: PHONE, category: MOBILE, data: "+46 70 555 01 99"}]`,
		`person { id displayName jobTitle company { id personsCount } shareType email phone customFields { fieldId fieldValue } tags }`,
		`{"person": {"id": "2101", "displayName": "Signe Aaberg", "jobTitle": "Buyer", "company": {"id": "1001", "personsCount": 3}, "shareType": "READ_WRITE",
		 "email": "signe.aaberg@nordfrakt.example", "phone": "+46 70 555 01 99", "customFields": [{"fieldId": "83", "fieldValue": "Growth"}], "tags": ["buyer"]}, "userErrors": []}`,
		calls{
			"GET crm/person/customfield/definitions": 1, "GET crm/contact/{id}": 2, "POST crm/contact/person": 1, onePost: 2,
		},
		calls{"POST crm/contact/{id}/data": 2, "GET crm/contact/{id}": 1, "POST crm/contact/{id}/tag": 1, "GET crm/contact/tag/{id}": 1},
		"with a company, a field, two ways to reach them and a tag",
	},
	{
		"createCompany", `companyName: "Aaberg", personIds: [2003], shareType: NONE`, `company { companyName personsCount isPrivate accessList { id } canEdit tags }`,
		`{"company": {"companyName": "Aaberg", "personsCount": 1, "isPrivate": true, "accessList": [{"id": ` + anna + `}], "canEdit": true, "tags": []}, "userErrors": []}`,
		calls{"GET crm/contact/{id}": 1, "GET people/@self": 1, "POST crm/contact/company": 1},
		nil, "private, with one person",
	},
	{
		"updatePerson", `id: 2003, jobTitle: "Head of Fleet", companyId: 1001`, `person { jobTitle lastName company { id } contactStatus { id } }`,
		`{"person": {"jobTitle": "Head of Fleet", "lastName": "Raman", "company": {"id": "1001"}, "contactStatus": {"id": "52"}}, "userErrors": []}`,
		calls{"GET crm/contact/{id}": 3, "GET crm/contact/type": 1, "GET crm/contact/filter": 3, "PUT crm/contact/person/{id}": 1, "PUT crm/contact/{id}/status": 1},
		nil, "another company",
	},
	{
		"updatePerson", `id: 2001, jobTitle: "Fleet Director"`, `person { jobTitle }`, // as it is, so nothing has to be kept
		`{"person": {"jobTitle": "Fleet Director"}, "userErrors": []}`,
		calls{"GET crm/contact/{id}": 1},
		nil, "-",
	},
	{
		"updateCompany", `id: 1002, companyName: "Hollis, Wren", managerIds: [` + mei + `], contactTypeId: null`, `company { displayName isPrivate accessList { id } }`,
		`{"company": {"displayName": "Hollis, Wren", "isPrivate": true, "accessList": [{"id": ` + mei + `}, {"id": ` + anna + `}]}, "userErrors": []}`,
		calls{"GET people/{guid}": 1, "GET crm/contact/{id}": 2, "GET people/@self": 1, "GET crm/contact/type": 1, "GET crm/contact/filter": 3, "PUT crm/contact/company/{id}": 1},
		nil, "another name, managers, and the type let go",
	},
	{
		"setContactStatus", `id: 2001, contactStatusId: 53`, `contact { contactStatus { id title } industry currency { abbreviation } }`,
		`{"contact": {"contactStatus": {"id": "53", "title": "Hot"}, "industry": "Transport \u0026 logistics", "currency": {"abbreviation": "EUR"}}, "userErrors": []}`,
		calls{"GET crm/contact/status": 1, "GET crm/contact/{id}": 1, "PUT crm/contact/{id}/status": 1},
		nil, "another",
	},
	{
		"setContactStatus", `id: 2002, contactStatusId: null`, `contact { contactStatus { id } }`, // which it has
		`{"contact": {"contactStatus": null}, "userErrors": []}`,
		calls{"GET crm/contact/{id}": 1},
		nil, "none, where there is none",
	},
	{
		"addContactInfo", `contactId: 2001, infoType: PHONE, category: WORK, data: "+46 31 555 01 00", isPrimary: true`, `contactInfo { data categoryName isPrimary } contact { phone commonData { id isPrimary } }`,
		`{"contactInfo": {"data": "+46 31 555 01 00", "categoryName": "Work", "isPrimary": true}, "contact": {"phone": "+46 31 555 01 00", "commonData": [{"id": "511", "isPrimary": true},
		 {"id": "512", "isPrimary": false}, {"id": "513", "isPrimary": false}, {"id": "514", "isPrimary": false}, {"id": "864", "isPrimary": true}]}, "userErrors": []}`,
		calls{"GET crm/contact/{id}": 2, onePost: 1},
		calls{"PUT crm/contact/{id}/data/{infoid}": 1, "POST crm/contact/{id}/data": 1},
		"in place of the primary one",
	},
	{
		"updateContactInfo", `contactId: 2001, id: 512, category: OTHER`, `contactInfo { id data category isPrimary } contact { id }`,
		`{"contactInfo": {"id": "512", "data": "ingrid@hallberg.example", "category": 2, "isPrimary": false}, "contact": {"id": "2001"}, "userErrors": []}`,
		calls{"GET crm/contact/{id}": 2, "PUT crm/contact/{id}/data/{infoid}": 1},
		nil, "",
	},
	{
		"updateContactInfo", `contactId: 2001, id: 512, category: HOME, isPrimary: null`, `contactInfo { id }`, // as it is
		`{"contactInfo": {"id": "512"}, "userErrors": []}`,
		calls{"GET crm/contact/{id}": 1},
		nil, "-",
	},
	{
		"deleteContactInfo", `contactId: 2001, id: 512`, `deletedId contact { commonData { id } }`,
		`{"deletedId": "512", "contact": {"commonData": [{"id": "511"}, {"id": "513"}, {"id": "514"}]}, "userErrors": []}`,
		calls{"GET crm/contact/{id}": 2, "DELETE crm/contact/{id}/data/{infoid}": 1},
		nil, "",
	},
	{
		"deleteContact", `id: 2003`, `deletedId deletedNodeId`,
		`{"deletedId": "2003", "deletedNodeId": "` + nodeID("Contact:2003") + `", "userErrors": []}`,
		calls{"GET crm/contact/{id}": 1, "DELETE crm/contact/{id}": 1},
		nil, "",
	},
	{
		"createTask", `title: "Call", responsibleId: ` + anna + `, categoryId: 21, deadLine: "2026-03-01", opportunityId: 3103`, `task { title deadLine category { id } }`,
		`{"task": {"title": "Call", "deadLine": "2026-03-01T00:00:00Z", "category": {"id": "21"}}, "userErrors": []}`,
		calls{"GET crm/task/category": 1, "GET people/{guid}": 1, oneGet: 1, "POST crm/task": 1},
		nil, "about an opportunity",
	},
	{
		"updateTask", `id: 604, title: "Confirm the day"`, `task { id title entity { entityId } }`,
		`{"task": {"id": "604", "title": "Confirm the day", "entity": {"entityId": "3107"}}, "userErrors": []}`,
		calls{"GET crm/task/{id}": 1, "PUT crm/task/{id}": 1},
		nil, "",
	},
	{
		"closeTask", `id: 628`, `task { id isClosed }`,
		`{"task": {"id": "628", "isClosed": true}, "userErrors": []}`,
		calls{"PUT crm/task/{id}/close": 1},
		nil, "",
	},
	{
		"reopenTask", `id: 628`, `task { id isClosed }`,
		`{"task": {"id": "628", "isClosed": false}, "userErrors": []}`,
		calls{"PUT crm/task/{id}/reopen": 1},
		nil, "",
	},
	{
		"deleteTask", `id: 628`, `deletedId`,
		`{"deletedId": "628", "userErrors": []}`,
		calls{"DELETE crm/task/{id}": 1},
		nil, "",
	},
	{
		"createNote", `opportunityId: 3103, categoryId: 41, content: "They <b>called</b>."`, `historyEvent { content plainText entity { entityId } opportunity { title } }`,
		`{"historyEvent": {"content": "They \u003cb\u003ecalled\u003c/b\u003e.", "plainText": "They called.", "entity": {"entityId": "3103"}, "opportunity": {"title": "Untitled lead"}}, "userErrors": []}`,
		calls{"GET crm/history/category": 1, "POST crm/history": 1, oneGet: 1},
		nil, "with the title of its opportunity in the answer",
	},
	{
		"deleteHistoryEvent", `id: 1259`, `deletedId`,
		`{"deletedId": "1259", "userErrors": []}`,
		calls{"DELETE crm/history/{id}": 1},
		nil, "",
	},
}

func (m *mutation) document() string {
	return `mutation { m: ` + m.name + `(input: {` + m.input + `}) { ` + m.selection + ` userErrors { field code } } }`
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
			a.expect(t, m.document(), nil, `{"data": {"m": `+m.want+`}}`)
			a.expectCalls(t, m.calls)
			if diff := cmp.Diff(m.items, a.portal.Items(), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("items of batches (-want +got):\n%s", diff)
			}
		})
	}
	for _, name := range slices.Sorted(maps.Keys(left)) {
		t.Errorf("%s is in no test", name)
	}
}
