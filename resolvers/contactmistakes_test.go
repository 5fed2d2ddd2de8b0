package resolvers_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestContactMistakes answers inputs that their writer can mend.
func TestContactMistakes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		mutation string
		want     string
		calls    calls
	}{
		"a new person": {
			`createPerson(input: {firstName: " ", lastName: "` + strings.Repeat("a", 256) + `", companyId: "x", managerIds: ["x"], customFields: [{fieldId: 83}], tags: ["a\n"], commonData: [
				{infoType: ADDRESS, category: HOME, data: "a"}, {infoType: EMAIL, category: MOBILE, data: " "}, {infoType: PHONE, category: FAX, data: "1", isPrimary: true}, {infoType: PHONE, category: FAX, data: "2", isPrimary: true}]})
				{ person { id } userErrors { field code } }`,
			`{"person": null, "userErrors": [
				{"field": ["customFields", "0", "value"], "code": "REQUIRED"}, {"field": ["firstName"], "code": "REQUIRED"}, {"field": ["lastName"], "code": "TOO_LONG"},
				{"field": ["companyId"], "code": "INVALID"}, {"field": ["managerIds", "0"], "code": "INVALID"},
				{"field": ["commonData", "0", "infoType"], "code": "INVALID"}, {"field": ["commonData", "1", "category"], "code": "INVALID"}, {"field": ["commonData", "1", "data"], "code": "REQUIRED"},
				{"field": ["commonData", "3", "isPrimary"], "code": "DUPLICATE"}, {"field": ["tags", "0"], "code": "INVALID"}]}`,
			calls{"GET crm/person/customfield/definitions": 1},
		},
		"against the portal": {
			`createPerson(input: {firstName: "A", lastName: "B", managerIds: ["00000000-0000-4000-8000-000000000000"], customFields: [{fieldId: 81, value: "a"}, {fieldId: 83, value: "a"}]}) { person { id } userErrors { field code message } }`,
			`{"person": null, "userErrors": [
				{"field": ["managerIds", "0"], "code": "NOT_FOUND", "message": "The portal has no such employee."},
				{"field": ["customFields", "0", "fieldId"], "code": "NOT_FOUND", "message": "There is no such custom field."},
				{"field": ["customFields", "1", "value"], "code": "NOT_FOUND", "message": "This must be one of \"Strategic\", \"Growth\", \"Long tail\"."}]}`,
			calls{"GET people/{guid}": 1, "GET crm/person/customfield/definitions": 1},
		},
		"no company": {
			`createPerson(input: {firstName: "A", lastName: "B", companyId: 2001}) { person { id } userErrors { field code } }`,
			`{"person": null, "userErrors": [{"field": ["companyId"], "code": "NOT_FOUND"}]}`,
			calls{contactGet: 1},
		},
		"persons who cannot be of a new company": {
			`createCompany(input: {companyName: "A", personIds: [2003, 2001, 1001, 999999]}) { company { id } userErrors { field code } }`,
			`{"company": null, "userErrors": [{"field": ["personIds", "1"], "code": "INVALID"}, {"field": ["personIds", "2"], "code": "NOT_FOUND"}, {"field": ["personIds", "3"], "code": "NOT_FOUND"}]}`,
			calls{contactGet: 4},
		},
		"changes": {
			`updatePerson(input: {id: "x", firstName: null, lastName: " ", companyId: "x", shareType: null, managerIds: [], industry: "a", currency: "EUR", contactTypeId: 61}) { person { id } userErrors { field code } }`,
			`{"person": null, "userErrors": [{"field": ["id"], "code": "INVALID"}, {"field": ["firstName"], "code": "REQUIRED"}, {"field": ["lastName"], "code": "REQUIRED"},
				{"field": ["companyId"], "code": "INVALID"}, {"field": ["shareType"], "code": "REQUIRED"}, {"field": ["managerIds"], "code": "REQUIRED"},
				{"field": ["industry"], "code": "INVALID"}, {"field": ["currency"], "code": "INVALID"}, {"field": ["contactTypeId"], "code": "INVALID"}]}`,
			calls{},
		},
		"a company as a person": {
			`updatePerson(input: {id: 1001, ifRevision: "AAAAAAAAAAAAAAAA", jobTitle: "A"}) { person { id } userErrors { field code message } }`,
			`{"person": null, "userErrors": [{"field": ["id"], "code": "INVALID", "message": "This contact is a company, which updateCompany changes."}]}`,
			calls{contactGet: 1},
		},
		"a person as a company": {
			`updateCompany(input: {id: 2001, companyName: "A"}) { company { id } userErrors { field code message } }`,
			`{"company": null, "userErrors": [{"field": ["id"], "code": "INVALID", "message": "This contact is a person, whom updatePerson changes."}]}`,
			calls{contactGet: 1},
		},
		"what cannot be kept": {
			`updatePerson(input: {id: 2001, jobTitle: "A"}) { person { id } userErrors { field code message } }`,
			`{"person": null, "userErrors": [{"field": ["industry"], "code": "CANNOT_KEEP",
				"message": "The portal empties it with every change of a contact, and has no way to set it again. Give null to let it go."}, {"field": ["currency"], "code": "CANNOT_KEEP",
				"message": "The portal empties it with every change of a contact, and has no way to set it again. Give null to let it go."}, {"field": ["contactTypeId"], "code": "CANNOT_KEEP",
				"message": "The portal empties it with every change of a contact, and has no way to set it again. Give null to let it go."}]}`,
			calls{contactGet: 1, "GET crm/contact/type": 1, "GET crm/contact/filter": 3},
		},
		"fields of the other kind": {
			`setCustomFields(input: {entity: COMPANY, id: 2001, customFields: [{fieldId: 83, value: "Growth"}]}) { contact { id } userErrors { field code message } }`,
			`{"contact": null, "userErrors": [{"field": ["entity"], "code": "INVALID", "message": "This contact is a person."}]}`,
			calls{"GET crm/company/customfield/definitions": 1, contactGet: 1},
		},
		"a type that cannot be kept": {
			`updatePerson(input: {id: 2002, jobTitle: "A"}) { person { id } userErrors { field code } }`,
			`{"person": null, "userErrors": [{"field": ["contactTypeId"], "code": "CANNOT_KEEP"}]}`,
			calls{contactGet: 1, "GET crm/contact/type": 1, "GET crm/contact/filter": 3},
		},
		"another revision": {
			`updatePerson(input: {id: 2003, ifRevision: "AAAAAAAAAAAAAAAA", jobTitle: "A"}) { person { lastName } userErrors { field code } }`,
			`{"person": {"lastName": "Raman"}, "userErrors": [{"field": ["ifRevision"], "code": "CONFLICT"}]}`,
			calls{contactGet: 1},
		},
		"another revision of a company": {
			`updateCompany(input: {id: 1001, ifRevision: "", about: "A"}) { company { companyName } userErrors { field code } }`,
			`{"company": {"companyName": "Nordfrakt Logistics AB"}, "userErrors": [{"field": ["ifRevision"], "code": "CONFLICT"}]}`,
			calls{contactGet: 1},
		},
		"another revision to delete": {
			`deleteContact(input: {id: 2003, ifRevision: "AAAAAAAAAAAAAAAA"}) { deletedId userErrors { field code } }`,
			`{"deletedId": null, "userErrors": [{"field": ["ifRevision"], "code": "CONFLICT"}]}`,
			calls{contactGet: 1},
		},
		"a status of another revision": {
			`setContactStatus(input: {id: 2001, contactStatusId: 53, ifRevision: "AAAAAAAAAAAAAAAA"}) { contact { contactStatus { id } } userErrors { field code } }`,
			`{"contact": {"contactStatus": {"id": "52"}}, "userErrors": [{"field": ["ifRevision"], "code": "CONFLICT"}]}`,
			calls{"GET crm/contact/status": 1, contactGet: 1},
		},
		"no such status": {
			`setContactStatus(input: {id: 2001, contactStatusId: 99}) { contact { id } userErrors { field code message } }`,
			`{"contact": null, "userErrors": [{"field": ["contactStatusId"], "code": "NOT_FOUND", "message": "This must be one of 51 (Cold), 52 (Warm), 53 (Hot)."}]}`,
			calls{"GET crm/contact/status": 1, contactGet: 1},
		},
		"a status that is left out": {
			`setContactStatus(input: {id: 2001}) { contact { id } userErrors { field code } }`,
			`{"contact": null, "userErrors": [{"field": ["contactStatusId"], "code": "REQUIRED"}]}`,
			calls{contactGet: 1},
		},
		"a contact that is not there": {
			`deleteContact(input: {id: 999999}) { deletedId userErrors { field code } }`,
			`{"deletedId": null, "userErrors": [{"field": ["id"], "code": "NOT_FOUND"}]}`,
			calls{contactGet: 1},
		},
		"an opportunity that is not there": {
			`deleteOpportunity(input: {id: 999999}) { deletedId userErrors { field code } }`,
			`{"deletedId": null, "userErrors": [{"field": ["id"], "code": "NOT_FOUND"}]}`,
			calls{oneGet: 1},
		},
		"an info of a contact that is not there": {
			`addContactInfo(input: {contactId: 999999, infoType: EMAIL, category: WORK, data: "a"}) { contact { id } contactInfo { id } userErrors { field code } }`,
			`{"contact": null, "contactInfo": null, "userErrors": [{"field": ["contactId"], "code": "NOT_FOUND"}]}`,
			calls{contactGet: 1},
		},
		"an info of another contact": {
			`deleteContactInfo(input: {contactId: 2003, id: 511}) { contact { id } deletedId userErrors { field code } }`,
			`{"contact": null, "deletedId": null, "userErrors": [{"field": ["id"], "code": "NOT_FOUND"}]}`,
			calls{contactGet: 1},
		},
		"infos with several mistakes": {
			`updateContactInfo(input: {contactId: 2001, id: 511, category: DIRECT, data: ""}) { contactInfo { id } userErrors { field code } }`,
			`{"contactInfo": null, "userErrors": [{"field": ["data"], "code": "REQUIRED"}, {"field": ["category"], "code": "INVALID"}]}`,
			calls{contactGet: 1},
		},
		"a blank info of another contact": {
			`updateContactInfo(input: {contactId: 2003, id: 511, data: ""}) { contactInfo { id } userErrors { field code } }`,
			`{"contactInfo": null, "userErrors": [{"field": ["data"], "code": "REQUIRED"}, {"field": ["id"], "code": "NOT_FOUND"}]}`,
			calls{contactGet: 1},
		},
		"a blank info of no contact": {
			`updateContactInfo(input: {contactId: 999999, id: 511, data: ""}) { contactInfo { id } userErrors { field code } }`,
			`{"contactInfo": null, "userErrors": [{"field": ["data"], "code": "REQUIRED"}, {"field": ["contactId"], "code": "NOT_FOUND"}]}`,
			calls{contactGet: 1},
		},
		"managers who are not named, and a type that is lost": {
			`updatePerson(input: {id: 2002, shareType: READ}) { person { id } userErrors { field code } }`,
			`{"person": null, "userErrors": [{"field": ["managerIds"], "code": "REQUIRED"}, {"field": ["contactTypeId"], "code": "CANNOT_KEEP"}]}`,
			calls{contactGet: 1, "GET crm/contact/type": 1, "GET crm/contact/filter": 3},
		},
		"blank tags": {
			`createPerson(input: {firstName: "A", lastName: "B", tags: [" ", ""]}) { person { id } userErrors { field code } }`,
			`{"person": null, "userErrors": [{"field": ["tags", "0"], "code": "REQUIRED"}, {"field": ["tags", "1"], "code": "REQUIRED"}]}`,
			calls{},
		},
		"a new info with a category of phones alone": {
			`addContactInfo(input: {contactId: 2001, infoType: EMAIL, category: DIRECT, data: " ", isPrimary: true}) { contactInfo { id } userErrors { field code } }`,
			`{"contactInfo": null, "userErrors": [{"field": ["category"], "code": "INVALID"}, {"field": ["data"], "code": "REQUIRED"}]}`,
			calls{contactGet: 1},
		},
		"a category of phones alone": {
			`updateContactInfo(input: {contactId: 2001, id: 511, category: DIRECT}) { contactInfo { id } userErrors { field code message } }`,
			`{"contactInfo": null, "userErrors": [{"field": ["category"], "code": "INVALID", "message": "This must be one of HOME, WORK, OTHER."}]}`,
			calls{contactGet: 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAPI(t)
			a.expect(t, `mutation { m: `+test.mutation+` }`, nil, `{"data": {"m": `+test.want+`}}`)
			got := a.portal.Calls()
			for item, n := range a.portal.Items() {
				got[item] += n
			}
			if diff := cmp.Diff(test.calls, got); diff != "" {
				t.Errorf("portal calls (-want +got):\n%s", diff)
			}
		})
	}
}
