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
