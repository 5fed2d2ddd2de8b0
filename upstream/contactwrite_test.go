package upstream

import (
	"errors"
	"slices"
	"strings"
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

func TestUpdatePerson(t *testing.T) {
	t.Parallel()
	warm := []string{`"industry":"",`, `"industry":"","contactStatus":{"title":"Warm","id":52},`}
	before := said{getPerson, "", 0, person(t, append(warm, "Chief Fleet Officer", "Fleet Director")...)}
	types := said{"GET crm/contact/type", "", 0, noTypes}
	put := said{putPerson, "person_update.request.json", 0, "writes/person_update.response.json"} // which is how she was
	status := said{"PUT crm/contact/2001/status", "contactStatusid=52", 0, "writes/contact_status.response.json"}
	after := said{getPerson, "", 0, person(t, warm...)}
	update := func(c *Caller) (*ContactDetails, error) {
		return c.UpdateContact(t.Context(), ContactChanges{ID: 2001, JobTitle: Set("Chief Fleet Officer")}, nil)
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
	noStatus.status, noStatus.answer = 404, "error_notfound.json"
	d, err = written(t, scripted(t, before, types, put, noStatus, said{getPerson, "", 0, person(t)}), update)
	if KindOf(err) != KindNotFound || outcomeOf(err) != Unknown || d == nil {
		t.Errorf("a status that is gone: got %v, %v, %s", d, err, outcomeOf(err))
	}

	// Of the types that some contact has, one is hers.
	used := `{"status":0,"response":[{"id":1,"title":"Client","relativeItemsCount":3},{"id":2,"title":"Supplier"}]}`
	const list = "GET crm/contact/filter?contactType=1&count=1000&fromDate=2023-11-05T00%3A00%3A00&sortBy=created&sortOrder=ascending&toDate=2023-11-07T00%3A00%3A59"
	client := scripted(t, before, said{"GET crm/contact/type", "", 0, used}, said{list, "", 0, `{"status":0,"response":[{"id":2000},{"id":2001}]}`})
	var kept UserErrors
	if _, err = written(t, client, update); !errors.As(err, &kept) || kept[0].Field[0] != "contactTypeId" {
		t.Errorf("with a type: got %v", err)
	}
	// Who names it lets it go, and the rest that would be lost.
	calls := []said{
		{getPerson, "", 0, person(t, `"industry":""`, `"industry":"Transport"`, `"currency":null,"canEdit":true,"canDelete":false,"id":2001`, `"currency":{"abbreviation":"EUR"},"canEdit":true,"id":2001`)},
		{"GET crm/contact/type", "", 0, used},
		{list, "", 0, `{"status":0,"response":[{"id":2001}]}`},
		{putPerson, "person_update.request.json", 0, "writes/person_update.response.json"},
		{getPerson, "", 0, person(t)},
	}
	all := ContactChanges{ID: 2001, Industry: Clear[string](), Currency: Clear[string](), TypeID: Clear[int]()}
	clearing := func(c *Caller) (*ContactDetails, error) { return c.UpdateContact(t.Context(), all, nil) }
	if d, err = written(t, scripted(t, calls...), clearing); err != nil || *d.Industry != "" || d.Currency != nil {
		t.Errorf("got %+v, %v", d, err)
	}
	// Where there is nothing to let go nothing is sent.
	if _, err = written(t, scripted(t, said{getPerson, "", 0, person(t)}, types), clearing); err != nil {
		t.Error(err)
	}
}

// TestManagers makes a contact private, and changes who manages it.
func TestManagers(t *testing.T) {
	t.Parallel()
	self := said{"GET people/@self", "", 0, `{"status":0,"response":{"id":"` + bjorn.ID + `"}}`}
	types := said{"GET crm/contact/type", "", 0, noTypes}
	const about = "firstName=Ingrid&lastName=Hallberg&jobTitle=Chief+Fleet+Officer&companyId=1001&about=Prefers+phone+before+noon.&shareType=0"
	private := person(t, `"isPrivate":false,"isShared":true,"shareType":2`, `"isPrivate":true,"accessList":[{"id":"`+anna.ID+`"},{"id":"`+bjorn.ID+`"}],"shareType":0`)
	put := said{putPerson, about + "&managerList[]=" + anna.ID + "&managerList[]=" + bjorn.ID, 0, "writes/person_update.response.json"}
	hide := ContactChanges{ID: 2001, ShareType: Set(ShareNone), ManagerIDs: Set([]string{anna.ID})}
	update := func(c *Caller) (*ContactDetails, error) { return c.UpdateContact(t.Context(), hide, nil) }
	late := strings.Replace(private, `{"id":"`+anna.ID+`"},`, "", 1)
	d, err := written(t, scripted(t, said{getPerson, "", 0, person(t)}, self, types, put, said{getPerson, "", 0, late}, said{getPerson, "", 0, private}), update)
	if err != nil || len(d.AccessList) != 2 {
		t.Errorf("got %+v, %v", d, err)
	}
	if _, err = written(t, scripted(t, said{getPerson, "", 0, private}, self), update); err != nil { // as it is
		t.Error(err)
	}
	// The caller may change it, so of one that not everybody may they are a manager.
	hide.ManagerIDs = Change[[]string]{}
	put.form = about
	if _, err = written(t, scripted(t, said{getPerson, "", 0, person(t)}, types, put, said{getPerson, "", 0, private}), update); err != nil {
		t.Error(err)
	}
	var mistakes UserErrors
	everybody := said{getPerson, "", 0, person(t, `"shareType":2`, `"shareType":1`)}
	if _, err = written(t, scripted(t, everybody, types), update); !errors.As(err, &mistakes) || mistakes[0].Field[0] != "managerIds" || mistakes[0].Code != CodeRequired {
		t.Errorf("of nobody: got %v", err)
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
		"as she is":                   {nil, ContactChanges{ID: 2001, JobTitle: Set("Chief Fleet Officer")}, ""},
		"an industry":                 {[]string{`"industry":""`, `"industry":"Transport"`}, title, "industry"},
		"a currency":                  {[]string{`"canEdit":true,"canDelete":false,"id":2001`, `"currency":{"abbreviation":"EUR"},"canEdit":true,"id":2001`}, title, "currency"},
		"no last name":                {[]string{`"lastName":"Hallberg"`, `"lastName":""`}, title, "lastName"},
		"a company":                   {[]string{`"isCompany":false`, `"isCompany":true`}, title, "id"},
		"a blank name":                {nil, ContactChanges{ID: 2001, FirstName: Clear[string]()}, "firstName"},
		"as she is, with an industry": {[]string{`"industry":""`, `"industry":"Transport"`}, ContactChanges{ID: 2001, JobTitle: Set("Chief Fleet Officer")}, ""},
		"the type, with an industry":  {[]string{`"industry":""`, `"industry":"Transport"`}, ContactChanges{ID: 2001, TypeID: Clear[int]()}, "industry"},
		"an industry set":             {nil, ContactChanges{ID: 2001, Industry: Set("Transport")}, "industry"},
		"a currency set":              {nil, ContactChanges{ID: 2001, Currency: Set("EUR")}, "currency"},
		"a type set":                  {nil, ContactChanges{ID: 2001, TypeID: Set(1)}, "contactTypeId"},
		"a company as seen elsewhere": {[]string{`"isCompany":false`, `"isCompany":true`}, ContactChanges{ID: 2001, IfRevision: "another"}, "id"},
		"unlike it was":               {nil, ContactChanges{ID: 2001, IfRevision: "another"}, "conflict"},
		"a long full name":            {nil, ContactChanges{ID: 2001, LastName: Set(long(250))}, "lastName"},
	} {
		calls := []said{{getPerson, "", 0, person(t, test.edit...)}}
		if test.in.FirstName.Given() || strings.HasSuffix(name, " set") {
			calls = nil
		}
		if slices.Contains([]string{"an industry", "a currency", "no last name", "the type, with an industry", "a long full name"}, name) {
			calls = append(calls, said{"GET crm/contact/type", "", 0, noTypes}) // which may be lost, too
		}
		_, err := written(t, scripted(t, calls...), func(c *Caller) (*ContactDetails, error) { return c.UpdateContact(t.Context(), test.in, nil) })
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
	set := func(status int, seen string) func(c *Caller) (*ContactDetails, error) {
		return func(c *Caller) (*ContactDetails, error) {
			return c.SetContactStatus(t.Context(), StatusChange{2001, seen, status}, nil)
		}
	}
	get, warm := said{getPerson, "", 0, person(t)}, said{getPerson, "", 0, "writes/person_update.response.json"}
	hot := said{"PUT crm/contact/2001/status", "contact_status.request.json", 0, "writes/contact_status.response.json"}
	d, err := written(t, scripted(t, get, hot), set(53, ""))
	if err != nil || d.ContactStatus.ID != 53 {
		t.Errorf("got %+v, %v", d, err)
	}
	cleared := said{"PUT crm/contact/2001/status", "contactStatusid=0", 0, "writes/person_update_then_get.response.json"}
	if _, err = written(t, scripted(t, warm, cleared), set(0, "")); err != nil {
		t.Error(err)
	}
	for _, as := range []struct {
		said
		status int
	}{{get, 0}, {warm, 52}} { // as it is
		if _, err = written(t, scripted(t, as.said), set(as.status, "")); err != nil {
			t.Error(err)
		}
	}
	var conflict *ConflictError
	if _, err = written(t, scripted(t, warm), set(53, "another")); !errors.As(err, &conflict) {
		t.Errorf("got %v", err)
	}
	hot.answer = "writes/person_update.response.json"
	var other *NotAsWrittenError
	if _, err = written(t, scripted(t, get, hot), set(53, "")); !errors.As(err, &other) {
		t.Errorf("got %v", err)
	}
}

func TestDeleteContact(t *testing.T) {
	t.Parallel()
	client := scripted(t, said{getPerson, "", 0, person(t)}, said{"DELETE crm/contact/2001", "", 0, "writes/person_update.response.json"})
	seen := decoded[*ContactDetails](t, "writes/person_update_then_get.response.json").Revision()
	if _, err := written(t, client, func(c *Caller) (any, error) { return nil, c.DeleteContact(t.Context(), 2001, seen) }); err != nil {
		t.Error(err)
	}
	gone := scripted(t, said{getPerson, "", 0, person(t)}, said{"DELETE crm/contact/2001", "", 404, "error_notfound.json"})
	if _, err := written(t, gone, func(c *Caller) (any, error) { return nil, c.DeleteContact(t.Context(), 2001, "") }); KindOf(err) != KindNotFound || outcomeOf(err) != NotDone {
		t.Errorf("got %v", err)
	}
}
