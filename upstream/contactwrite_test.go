package upstream

import (
	"errors"
	"testing"
)

const (
	getPerson = "GET crm/contact/2001"
	putPerson = "PUT crm/contact/person/2001"
	noTypes   = `{"status":0,"response":[{"id":1,"title":"Client"}]}`
)

// person is a contact of whom nothing is lost when it is written: no industry, no
// currency.
func person(t *testing.T, pairs ...string) string {
	t.Helper()
	return edited(t, "writes/person_update_then_get.response.json", pairs...)
}

func TestCreateContacts(t *testing.T) {
	t.Parallel()
	signe := NewContact{FirstName: "Signe ", LastName: "Aaberg", JobTitle: "Buyer", CompanyID: 1001}
	d, err := written(t, scripted(t, said{"POST crm/contact/person", "person_create.request.json", 201, "writes/person_create.response.json"}), func(c *Caller) (*ContactDetails, error) {
		return c.CreatePerson(t.Context(), signe, nil)
	})
	if err != nil || d.ID != 2010 || *d.About != "" || gql(d.Created) != `"2024-09-02T09:30:13Z"` {
		t.Errorf("got %+v, %v", d, err)
	}
	// A private one would be hidden from its creator.
	self := said{"GET people/@self", "", 0, `{"status":0,"response":{"id":"` + bjorn.ID + `"}}`}
	private := NewContact{CompanyName: "Aaberg", PersonIDs: []int{2010}, ManagerIDs: []string{anna.ID}, CustomFields: []FieldValue{{81, ptr(" x ")}, {82, nil}}}
	_, err = written(t, scripted(t, self, said{"POST crm/contact/company", "companyName=Aaberg&personList[]=2010&managerList[]=" + anna.ID + "&managerList[]=" + bjorn.ID + "&customFieldList[0][key]=81&customFieldList[0][value]=x", 201, "writes/person_create.response.json"}), func(c *Caller) (*ContactDetails, error) {
		return c.CreateCompany(t.Context(), private, nil)
	})
	if err != nil {
		t.Error(err)
	}
	var mistakes UserErrors
	_, err = written(t, scripted(t, said{"POST crm/contact/person", "person_create.request.json", 404, "error_notfound.json"}), func(c *Caller) (*ContactDetails, error) {
		return c.CreatePerson(t.Context(), signe, nil)
	})
	if !errors.As(err, &mistakes) || mistakes[0].Field[0] != "companyId" {
		t.Errorf("at no company: got %v", err)
	}
}

func TestUpdatePerson(t *testing.T) {
	t.Parallel()
	warm := []string{`"industry":"",`, `"industry":"","contactStatus":{"title":"Warm","id":52},`}
	before := said{getPerson, "", 0, person(t, append(warm, "Chief Fleet Officer", "Fleet Director")...)}
	types := said{"GET crm/contact/type", "", 0, noTypes}
	put := said{putPerson, "person_update.request.json", 0, "writes/person_update.response.json"} // which is how she was
	status := said{"PUT crm/contact/2001/status", "contactStatusid=52", 0, "writes/contact_status.response.json"}
	after := said{getPerson, "", 0, person(t, warm...)}
	update := func(c *Caller) (*ContactDetails, error) {
		return c.UpdatePerson(t.Context(), ContactChanges{ID: 2001, JobTitle: Set("Chief Fleet Officer")}, nil)
	}
	d, err := written(t, scripted(t, before, types, put, status, after), update)
	if err != nil || *d.JobTitle != "Chief Fleet Officer" || d.ContactStatus.ID != 52 {
		t.Errorf("got %+v, %v", d, err)
	}

	lost := said{putPerson, "person_update.request.json", 502, "<html>"} // maybe done: then the status is gone
	_, err = written(t, scripted(t, before, types, lost, status), update)
	if KindOf(err) != KindServer || outcomeOf(err) != Unknown {
		t.Errorf("lost: got %v, %s", err, outcomeOf(err))
	}
	refused := said{putPerson, "person_update.request.json", 403, "error_forbidden.json"}
	if _, err = written(t, scripted(t, before, types, refused), update); KindOf(err) != KindForbidden || outcomeOf(err) != NotDone {
		t.Errorf("refused: got %v, %s", err, outcomeOf(err))
	}
	noStatus := said{"PUT crm/contact/2001/status", "contactStatusid=52", 500, "error_server.json"}
	d, err = written(t, scripted(t, before, types, put, noStatus, said{getPerson, "", 0, person(t)}), update)
	if KindOf(err) != KindServer || d == nil || d.ContactStatus != nil {
		t.Errorf("without her status: got %v, %v", d, err)
	}

	// Of the types that some contact has, one is hers.
	used := `{"status":0,"response":[{"id":1,"title":"Client","relativeItemsCount":3},{"id":2,"title":"Supplier"}]}`
	const list = "GET crm/contact/filter?contactType=1&count=1000&fromDate=2023-11-05T00%3A00%3A00&sortBy=created&sortOrder=ascending&toDate=2023-11-07T00%3A00%3A59"
	client := scripted(t, before, said{"GET crm/contact/type", "", 0, used}, said{list, "", 0, `{"status":0,"response":[{"id":2000},{"id":2001}]}`})
	var kept UserErrors
	if _, err = written(t, client, update); !errors.As(err, &kept) || kept[0].Field[0] != "contactType" {
		t.Errorf("with a type: got %v", err)
	}
}

func TestUpdateContactSendsNothing(t *testing.T) {
	t.Parallel()
	title := ContactChanges{ID: 2001, JobTitle: Set("x")}
	for name, test := range map[string]struct {
		edit  []string
		in    ContactChanges
		field string // that cannot be kept, or is wrong
	}{
		"as she is":        {nil, ContactChanges{ID: 2001, JobTitle: Set("Chief Fleet Officer")}, ""},
		"an industry":      {[]string{`"industry":""`, `"industry":"Transport"`}, title, "industry"},
		"a currency":       {[]string{`"canEdit":true,"canDelete":false,"id":2001`, `"currency":{"abbreviation":"EUR"},"canEdit":true,"id":2001`}, title, "currency"},
		"no last name":     {[]string{`"lastName":"Hallberg"`, `"lastName":""`}, title, "lastName"},
		"a company":        {[]string{`"isCompany":false`, `"isCompany":true`}, title, "id"},
		"a blank name":     {nil, ContactChanges{ID: 2001, FirstName: Clear[string]()}, "firstName"},
		"unlike it was":    {nil, ContactChanges{ID: 2001, IfRevision: "another"}, "conflict"},
		"a long full name": {nil, ContactChanges{ID: 2001, LastName: Set(long(250))}, "lastName"},
	} {
		calls := []said{{getPerson, "", 0, person(t, test.edit...)}}
		if name == "a blank name" {
			calls = nil
		}
		_, err := written(t, scripted(t, calls...), func(c *Caller) (*ContactDetails, error) { return c.UpdatePerson(t.Context(), test.in, nil) })
		got := ""
		var mistakes UserErrors
		var conflict *ConflictError
		switch {
		case errors.As(err, &mistakes):
			got = mistakes[0].Field[0]
		case errors.As(err, &conflict):
			got = "conflict"
		case err != nil:
			got = err.Error()
		}
		if got != test.field {
			t.Errorf("%s: got %q, want %q", name, got, test.field)
		}
	}
}

func TestContactStatus(t *testing.T) {
	t.Parallel()
	set := func(status int) func(c *Caller) (*ContactDetails, error) {
		return func(c *Caller) (*ContactDetails, error) { return c.SetContactStatus(t.Context(), 2001, status, nil) }
	}
	d, err := written(t, scripted(t, said{"PUT crm/contact/2001/status", "contact_status.request.json", 0, "writes/contact_status.response.json"}), set(53))
	if err != nil || d.ContactStatus.ID != 53 {
		t.Errorf("got %+v, %v", d, err)
	}
	if _, err = written(t, scripted(t, said{"PUT crm/contact/2001/status", "contactStatusid=0", 0, "writes/person_update_then_get.response.json"}), set(0)); err != nil {
		t.Error(err)
	}
}

func TestContactInfos(t *testing.T) {
	t.Parallel()
	get := said{"GET crm/contact/2001", "", 0, person(t)}
	another := NewContactInfo{ContactID: 2001, InfoType: InfoEmail, Category: 1, Data: "signe.aaberg@nordfrakt.example", IsPrimary: true}
	const demoted = "PUT crm/contact/2001/data/511 infoType=Email&category=Work&data=ingrid.hallberg%40nordfrakt.example&isPrimary=false"
	client := scripted(t, get, said{
		"POST batch", demoted + "\nPOST crm/contact/2001/data infoType=Email&category=Work&data=signe.aaberg%40nordfrakt.example&isPrimary=true", 201,
		results(t, 200, "writes/contactdata_create.response.json", 201, "writes/contactdata_create.response.json"),
	}, get)
	if _, err := written(t, client, func(c *Caller) (*ContactDetails, error) { return c.AddContactInfo(t.Context(), another) }); err != nil {
		t.Error(err)
	}
	another.IsPrimary = false
	client = scripted(t, get, said{"POST crm/contact/2001/data", "infoType=Email&category=Work&data=signe.aaberg@nordfrakt.example", 201, "writes/contactdata_create.response.json"}, get)
	if _, err := written(t, client, func(c *Caller) (*ContactDetails, error) { return c.AddContactInfo(t.Context(), another) }); err != nil {
		t.Error(err)
	}
	client = scripted(t, get, said{"PUT crm/contact/2001/data/513", "infoType=Phone&category=Mobile&data=1&isPrimary=true", 0, "writes/contactdata_create.response.json"}, get)
	if _, err := written(t, client, func(c *Caller) (*ContactDetails, error) {
		return c.UpdateContactInfo(t.Context(), ContactInfoChanges{ContactID: 2001, ID: 513, Data: Set("1")})
	}); err != nil {
		t.Error(err)
	}
	client = scripted(t, get, said{"DELETE crm/contact/2001/data/513", "", 0, "writes/contactdata_create.response.json"}, get)
	if _, err := written(t, client, func(c *Caller) (*ContactDetails, error) { return c.DeleteContactInfo(t.Context(), 2001, 513) }); err != nil {
		t.Error(err)
	}
	var mistakes UserErrors // of another contact, whose row would be moved or deleted
	_, err := written(t, scripted(t, get), func(c *Caller) (*ContactDetails, error) { return c.DeleteContactInfo(t.Context(), 2001, 1) })
	if !errors.As(err, &mistakes) || mistakes[0].Code != CodeNotFound {
		t.Errorf("got %v", err)
	}
	for _, category := range []int{2, 3} { // other; of a phone alone, fax
		in := NewContactInfo{ContactID: 2001, InfoType: InfoEmail, Category: category, Data: "x"}
		if found := in.Check(); (found != nil) != (category == 3) {
			t.Errorf("category %d: %v", category, found)
		}
	}
}

func TestDeleteContact(t *testing.T) {
	t.Parallel()
	client := scripted(t, said{getPerson, "", 0, person(t)}, said{"DELETE crm/contact/2001", "", 0, "writes/person_update.response.json"})
	seen := decoded[*ContactDetails](t, "writes/person_update_then_get.response.json").Revision()
	if _, err := written(t, client, func(c *Caller) (any, error) { return nil, c.DeleteContact(t.Context(), 2001, seen) }); err != nil {
		t.Error(err)
	}
}
