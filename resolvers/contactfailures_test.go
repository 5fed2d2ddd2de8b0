package resolvers_test

import (
	"testing"

	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

// TestContactOutcomes has the portal fail before a write of a contact, in its place, in
// its midst and after it.
func TestContactOutcomes(t *testing.T) {
	t.Parallel()
	const (
		update = `updatePerson(input: {id: 2003, jobTitle: "Buyer"}) { person { jobTitle contactStatus { id } } }`
		create = `createPerson(input: {firstName: "A", lastName: "Buyer", commonData: [{infoType: PHONE, category: WORK, data: "1"}]}) { person { displayName commonData { data } } }`
		add    = `addContactInfo(input: {contactId: 2001, infoType: PHONE, category: WORK, data: "Buyer", isPrimary: true}) { contact { phone } contactInfo { id } }`
		person = "crm/contact/person/{id}"
		info   = "crm/contact/{id}/data/{infoid}"
		ended  = `"code":"UPSTREAM_ERROR","outcome":"NOT_DONE","requestId":"test","retryable":true`
		lost   = `"outcome":"UNKNOWN","requestId":"test","retryable":false`
	)
	for name, test := range map[string]failedWrite{
		"the read fails":     {update, demo.Fault{Kind: demo.BadGateway, Route: "crm/contact/{id}"}, ended, upstream.NotDone, false},
		"no types":           {update, demo.Fault{Kind: demo.BadGateway, Route: "crm/contact/type"}, ended, upstream.NotDone, false},
		"before the write":   {update, demo.Fault{Kind: demo.BadGateway, Route: person, Verb: "PUT"}, lost, upstream.Unknown, false},
		"after the write":    {update, demo.Fault{Kind: demo.Reset, Route: person, Verb: "PUT", When: demo.After}, lost, upstream.Unknown, true},
		"no status again":    {update, demo.Fault{Kind: demo.BadGateway, Route: "crm/contact/{id}/status", Verb: "PUT"}, lost + `}}],"data":{"m":{"person":{"jobTitle":"Buyer","contactStatus":null}}}`, upstream.Unknown, true},
		"a new one":          {create, demo.Fault{Kind: demo.BadGateway, Route: "crm/contact/person", Verb: "POST"}, lost, upstream.Unknown, false},
		"a part of a new":    {create, demo.Fault{Kind: demo.BadGateway, Route: "crm/contact/{id}/data", Verb: "POST"}, lost + `}}],"data":{"m":{"person":{"displayName":"A Buyer","commonData":[]}}}`, upstream.Unknown, true},
		"the first of two":   {add, demo.Fault{Kind: demo.BadGateway, Route: info, Verb: "PUT"}, lost, upstream.Unknown, true},
		"the second of two":  {add, demo.Fault{Kind: demo.BadGateway, Route: "crm/contact/{id}/data", Verb: "POST"}, lost + `}}],"data":{"m":{"contact":{"phone":"+46 70 555 01 77"},"contactInfo":null}}`, upstream.Unknown, false},
		"deleted, by chance": {`deleteContact(input: {id: 2003}) { deletedId }`, demo.Fault{Kind: demo.Reset, Route: "crm/contact/{id}", Verb: "DELETE", When: demo.After}, lost, upstream.Unknown, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.check(t, `{ contacts(first: 100) { nodes { displayName commonData { data } ... on Person { jobTitle } } } contact(id: 2003) { id } last: contact(id: 2101) { displayName } }`, `Buyer"`)
		})
	}
}

// TestForbiddenContact has a caller write what they only read, what is hidden from them,
// and what they have entered for others to read.
func TestForbiddenContact(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.token = a.portal.TokenOf(restrictedEmployee)
	for _, field := range []string{`updatePerson(input: {id: 2001, jobTitle: "A"}) { person { id } }`, `setContactStatus(input: {id: 2001, contactStatusId: null}) { contact { id } }`, `deleteContact(input: {id: 2001}) { deletedId }`} {
		a.expect(t, `mutation { m: `+field+` }`, nil, `{"errors": [{"message": "The portal does not let this caller change this. Ask a portal administrator for access.", "path": ["m"],
			"extensions": {"code": "FORBIDDEN", "outcome": "NOT_DONE", "requestId": "test", "retryable": false}}], "data": {"m": null}}`)
	}
	for _, field := range []string{`updateCompany(input: {id: 1002, about: "A"})`, `setContactStatus(input: {id: 1002, contactStatusId: null})`, `deleteContact(input: {id: 1002})`} {
		a.expect(t, `mutation { m: `+field+` { userErrors { field code } } }`, nil, `{"data": {"m": {"userErrors": [{"field": ["id"], "code": "NOT_FOUND"}]}}}`)
	}
	a.expectCalls(t, calls{contactGet: 6})
	for _, share := range []string{"NONE", "READ", "READ_WRITE"} {
		a.expect(t, `mutation { m: createCompany(input: {companyName: "A", shareType: `+share+`, commonData: [{infoType: EMAIL, category: WORK, data: "a"}]}) { company { canEdit shareType email } userErrors { field code } } }`, nil,
			`{"data": {"m": {"company": {"canEdit": true, "shareType": "`+share+`", "email": "a"}, "userErrors": []}}}`)
	}
}
