package resolvers_test

import (
	"encoding/json"
	"strings"
	"testing"

	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"

	"github.com/google/go-cmp/cmp"
)

const contactGet = "GET crm/contact/{id}"

// wholeContact is all that a write could spoil.
const wholeContact = `__typename id nodeId displayName isPrivate isShared shareType currency { abbreviation } accessList { id } canEdit about industry created
	createBy { id } contactStatus { id title color sortOrder } tags addresses { street city } commonData { id infoType category categoryName data isPrimary } email phone
	customFields { id fieldId label fieldValue } revision
	... on Contact { ... on Person { firstName lastName jobTitle company { id displayName } } ... on Company { companyName personsCount } }`

// TestContactAfterwards has the payload of each mutation of a contact show what a read
// right after it shows.
func TestContactAfterwards(t *testing.T) {
	t.Parallel()
	for _, mutation := range []string{
		`createPerson(input: {firstName: " A ", lastName: "B"}) { contact: person { WHOLE } }`,
		`createPerson(input: {firstName: "A", lastName: "B", companyId: 1001, about: " c ", managerIds: [` + mei + `], tags: ["x"],
			customFields: [{fieldId: 83, value: " Growth"}], commonData: [{infoType: EMAIL, category: OTHER, data: " a@b.example "}]}) { contact: person { WHOLE } }`,
		`createCompany(input: {companyName: " A", personIds: [2003], shareType: READ}) { contact: company { WHOLE } }`,
		`updatePerson(input: {id: 2003, firstName: " Pri ", about: null, companyId: 1002, shareType: NONE, managerIds: [` + mei + `]}) { contact: person { WHOLE } }`,
		`updatePerson(input: {id: 2001, jobTitle: null, industry: null, currency: null, contactTypeId: null}) { contact: person { WHOLE } }`,
		`updateCompany(input: {id: 1001, about: "x", industry: null, currency: null, contactTypeId: null, customFields: [{fieldId: 81, value: null}]}) { contact: company { WHOLE } }`,
		`setContactStatus(input: {id: 1001, contactStatusId: 51}) { contact { WHOLE } }`,
		`addContactInfo(input: {contactId: 1001, infoType: LINKED_IN, category: WORK, data: " https://a.example "}) { contact { WHOLE } }`,
		`updateContactInfo(input: {contactId: 2001, id: 512, data: "b@b.example", isPrimary: true}) { contact { WHOLE } }`,
		`deleteContactInfo(input: {contactId: 2001, id: 511}) { contact { WHOLE } }`,
	} {
		t.Run(mutation[:strings.Index(mutation, "(")], func(t *testing.T) {
			t.Parallel()
			a := newAPI(t)
			read := func(query string) map[string]any {
				t.Helper()
				var answer struct {
					Data   map[string]map[string]any
					Errors []any
				}
				if err := json.Unmarshal([]byte(a.ask(t, query, nil)), &answer); err != nil || len(answer.Errors) > 0 {
					t.Fatalf("%+v, %v", answer, err)
				}
				if payload, ok := answer.Data["m"]; ok {
					return payload["contact"].(map[string]any)
				}
				return answer.Data["contact"]
			}
			got := read(`mutation { m: ` + strings.Replace(mutation, "WHOLE", wholeContact, 1) + ` }`)
			after := read(`{ contact(id: ` + got["id"].(string) + `) { ` + wholeContact + ` } }`)
			if diff := cmp.Diff(after, got); diff != "" || len(got) < 20 {
				t.Errorf("(-read +answered):\n%s", diff)
			}
		})
	}
}

// TestPartialUpdateOfContact names one value: all others stay as they are.
func TestPartialUpdateOfContact(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	read := func() map[string]any {
		var answer struct {
			Data struct{ Contact map[string]any }
		}
		if err := json.Unmarshal([]byte(a.ask(t, `{ contact(id: 2003) { `+wholeContact+` } }`, nil)), &answer); err != nil {
			t.Fatal(err)
		}
		delete(answer.Data.Contact, "revision")
		return answer.Data.Contact
	}
	want := read()
	want["jobTitle"] = "Buyer"
	a.expect(t, `mutation($title: String, $about: String, $company: ID, $list: [ID!]) { updatePerson(input: {id: 2003, jobTitle: $title, about: $about, companyId: $company, managerIds: $list}) { userErrors { code } } }`,
		map[string]any{"title": "Buyer"}, `{"data": {"updatePerson": {"userErrors": []}}}`)
	if diff := cmp.Diff(want, read()); diff != "" || len(want) < 20 {
		t.Errorf("all (-want +got):\n%s", diff)
	}
}

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

// TestContactRevision reads the same revision from a list, alone and below an opportunity,
// and writes with it: then it is another one.
func TestContactRevision(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	seen := map[string]string{}
	var listed struct {
		Data struct {
			Contacts struct {
				Nodes []struct{ ID, Revision string }
			}
		}
	}
	if err := json.Unmarshal([]byte(a.ask(t, `{ contacts(first: 100) { nodes { id revision } } }`, nil)), &listed); err != nil {
		t.Fatal(err)
	}
	for _, c := range listed.Data.Contacts.Nodes {
		a.expect(t, `{ contact(id: `+c.ID+`) { revision } }`, nil, `{"data": {"contact": {"revision": "`+c.Revision+`"}}}`)
		seen[c.ID] = c.Revision
	}
	if len(seen) != 100 {
		t.Errorf("%d contacts", len(seen))
	}
	a.expect(t, `{ opportunity(id: 3101) { members { revision } } }`, nil, `{"data": {"opportunity": {"members": [{"revision": "`+seen["2001"]+`"}, {"revision": "`+seen["2002"]+`"}]}}}`)
	const set = `mutation($seen: String) { setContactStatus(input: {id: 2001, contactStatusId: 51, ifRevision: $seen}) { contact { contactStatus { id } } userErrors { code } } }`
	a.expect(t, set, map[string]any{"seen": seen["2001"]}, `{"data": {"setContactStatus": {"contact": {"contactStatus": {"id": "51"}}, "userErrors": []}}}`)
	a.expect(t, set, map[string]any{"seen": seen["2001"]}, `{"data": {"setContactStatus": {"contact": {"contactStatus": {"id": "51"}}, "userErrors": [{"code": "CONFLICT"}]}}}`)
	const update = `mutation($seen: String) { updatePerson(input: {id: 2003, jobTitle: "A", ifRevision: $seen}) { person { jobTitle } userErrors { code } } }`
	a.expect(t, update, map[string]any{"seen": seen["2003"]}, `{"data": {"updatePerson": {"person": {"jobTitle": "A"}, "userErrors": []}}}`)
	a.expect(t, update, map[string]any{"seen": seen["2003"]}, `{"data": {"updatePerson": {"person": {"jobTitle": "A"}, "userErrors": [{"code": "CONFLICT"}]}}}`)
}

// TestUnknownInfos shows no infos of a new contact that cannot be read again: null, with
// an error, and not an empty list.
func TestUnknownInfos(t *testing.T) {
	t.Parallel()
	a := newAPI(t, func(o *upstream.Options) { o.Retries = -1 })
	a.portal.Inject(demo.Fault{Kind: demo.BadGateway, Verb: "GET", Route: "crm/contact/{id}"})
	got := a.ask(t, `mutation { createPerson(input: {firstName: "A", lastName: "B", commonData: [{infoType: PHONE, category: WORK, data: "1"}]}) { person { displayName commonData { data } } userErrors { code } } }`, nil)
	if !strings.Contains(got, `"person":{"displayName":"A B","commonData":null}`) || !strings.Contains(got, `"outcome":"UNKNOWN"`) || !strings.Contains(got, `"path":["createPerson","person","commonData"]`) {
		t.Errorf("got %s", got)
	}
}
