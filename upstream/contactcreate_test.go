package upstream

import (
	"errors"
	"strings"
	"testing"
)

func TestCreateContacts(t *testing.T) {
	t.Parallel()
	signe := NewContact{FirstName: "Signe ", LastName: "Aaberg", JobTitle: "Buyer", CompanyID: 1001}
	company := said{"GET crm/contact/1001", "", 0, "contact_company.json"}
	d, err := written(t, scripted(t, company, said{"POST crm/contact/person", "person_create.request.json", 201, "writes/person_create.response.json"}), func(c *Caller) (*ContactDetails, error) {
		return c.CreateContact(t.Context(), signe, nil)
	})
	if err != nil || d.ID != 2010 || *d.About != "" || gql(d.Created) != `"2024-09-02T09:30:13Z"` {
		t.Errorf("got %+v, %v", d, err)
	}
	// A private one would be hidden from its creator.
	self := said{"GET people/@self", "", 0, `{"status":0,"response":{"id":"` + bjorn.ID + `"}}`}
	free := said{"GET crm/contact/2010", "", 0, `{"status":0,"response":{"id":2010}}`}
	private := NewContact{IsCompany: true, CompanyName: "Aaberg", PersonIDs: []int{2010}, ManagerIDs: []string{anna.ID}, CustomFields: []FieldValue{{81, ptr(" x ")}, {82, nil}}}
	create := func(c *Caller) (*ContactDetails, error) { return c.CreateContact(t.Context(), private, nil) }
	made := said{"POST crm/contact/company", "companyName=Aaberg&personList[]=2010&shareType=0&managerList[]=" + anna.ID + "&managerList[]=" + bjorn.ID + "&customFieldList[0][key]=81&customFieldList[0][value]=x", 201, "writes/person_create.response.json"}
	// The rights have not come round when the answer was made.
	again := said{"GET crm/contact/2010", "", 0, `{"status":0,"response":{"id":2010,"isPrivate":true,"accessList":[{"id":"` + anna.ID + `"},{"id":"` + bjorn.ID + `"}]}}`}
	if d, err := written(t, scripted(t, free, self, made, again), create); err != nil || len(d.AccessList) != 2 {
		t.Errorf("got %+v, %v", d, err)
	}
	made.status, made.answer = 404, "error_notfound.json" // which no field of a company is about
	if _, err = written(t, scripted(t, free, self, made), create); KindOf(err) != KindNotFound || outcomeOf(err) != NotDone {
		t.Errorf("got %v", err)
	}
	var mistakes UserErrors
	_, err = written(t, scripted(t, company, said{"POST crm/contact/person", "person_create.request.json", 404, "error_notfound.json"}), func(c *Caller) (*ContactDetails, error) {
		return c.CreateContact(t.Context(), signe, nil)
	})
	if !errors.As(err, &mistakes) || mistakes[0].Field[0] != "companyId" {
		t.Errorf("at no company: got %v", err)
	}
}

// TestEmployable has people work where they cannot: nothing is sent.
func TestEmployable(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		answer string
		field  string
		code   UserErrorCode
	}{
		"a person as a company": {0, `{"status":0,"response":{"id":5}}`, "companyId", CodeNotFound},
		"no company":            {404, "error_notfound.json", "companyId", CodeNotFound},
		"a company as a person": {0, `{"status":0,"response":{"id":5,"isCompany":true}}`, "personIds", CodeNotFound},
		"no person":             {404, "error_notfound.json", "personIds", CodeNotFound},
		"of another company":    {0, `{"status":0,"response":{"id":5,"company":{"id":1001,"isCompany":true}}}`, "personIds", CodeInvalid},
	} {
		client := scripted(t, said{"GET crm/contact/5", "", test.status, test.answer})
		_, err := written(t, client, func(c *Caller) (*ContactDetails, error) {
			if test.field == "companyId" {
				return c.CreateContact(t.Context(), NewContact{FirstName: "A", LastName: "B", CompanyID: 5}, nil)
			}
			return c.CreateContact(t.Context(), NewContact{IsCompany: true, CompanyName: "A", PersonIDs: []int{5}}, nil)
		})
		var mistakes UserErrors
		if !errors.As(err, &mistakes) || mistakes[0].Field[0] != test.field || mistakes[0].Code != test.code {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestFurnish adds infos and tags to a new contact, and fails in their midst: the contact
// is there.
func TestFurnish(t *testing.T) {
	t.Parallel()
	in := NewContact{FirstName: "Signe", LastName: "Aaberg", Tags: []string{"buyer"}, Infos: []NewContactInfo{
		{InfoType: InfoPhone, Category: InfoOther, Data: " 1 "},
		{InfoType: InfoEmail, Category: InfoOther, Data: "a@nordfrakt.example", IsPrimary: Set(false)},
		{InfoType: InfoEmail, Category: InfoWork, Data: "b@nordfrakt.example"},
	}}
	create := func(c *Caller) (*ContactDetails, error) { return c.CreateContact(t.Context(), in, nil) }
	made := said{"POST crm/contact/person", "firstName=Signe&lastName=Aaberg&shareType=1", 201, "writes/person_create.response.json"}
	const infos = "POST crm/contact/2010/data infoType=Phone&category=Other&data=1&isPrimary=true\n" +
		"POST crm/contact/2010/data infoType=Email&category=Other&data=a%40nordfrakt.example&isPrimary=false\n" +
		"POST crm/contact/2010/data infoType=Email&category=Work&data=b%40nordfrakt.example&isPrimary=true\nGET crm/contact/2010"
	whole := edited(t, "writes/person_create.response.json", `"commonData":[]`, `"commonData":[{"id":1,"infoType":0,"category":5,"data":"1","isPrimary":true},{"id":2,"infoType":1,"category":2,"data":"a@nordfrakt.example"},{"id":3,"infoType":1,"category":1,"data":"b@nordfrakt.example","isPrimary":true}]`)
	added := said{"POST batch", infos, 201, results(t, 201, "writes/contactdata_create.response.json", 201, "writes/contactdata_create.response.json", 201, "writes/contactdata_create.response.json", 200, whole)}
	tagged := said{"POST batch", "POST crm/contact/2010/tag tagName=buyer\nGET crm/contact/tag/2010", 201, results(t, 201, `{"status":0,"response":"buyer"}`, 200, `{"status":0,"response":["buyer"]}`)}
	d, err := written(t, scripted(t, made, added, tagged), create)
	if err != nil || len(d.CommonData) != 3 {
		t.Errorf("got %+v, %v", d, err)
	}
	part := strings.Replace(whole, `{"id":2,"infoType":1,"category":2,"data":"a@nordfrakt.example"},`, "", 1)
	added.answer = results(t, 201, "writes/contactdata_create.response.json", 400, "error_badrequest.json", 201, "writes/contactdata_create.response.json", 200, part)
	d, err = written(t, scripted(t, made, added, tagged), create)
	if missed, _ := apart(err); KindOf(err) != KindInvalid || d == nil || len(d.CommonData) != 2 || len(missed) != 1 || strings.Join(missed[0].Field, ".") != "commonData.1" {
		t.Errorf("one of three: got %+v, %v", d, err)
	}
	// What is lost with the answer of a batch is read by itself: all of it was done, or a part.
	added.status, added.answer, tagged.status, tagged.answer = 502, "<html>", 502, "<html>"
	readInfos, readTags := said{"GET crm/contact/2010", "", 0, whole}, said{"GET crm/contact/tag/2010", "", 0, `{"status":0,"response":["buyer"]}`}
	if d, err = written(t, scripted(t, made, added, readInfos, tagged, readTags), create); err != nil || len(d.CommonData) != 3 || len(d.Tags) != 1 {
		t.Errorf("done, then lost: got %+v, %v", d, err)
	}
	readInfos.answer, readTags.answer = part, `{"status":0,"response":[]}`
	d, err = written(t, scripted(t, made, added, readInfos, tagged, readTags), create)
	if missed, _ := apart(err); KindOf(err) != KindServer || outcomeOf(err) != Unknown || len(d.CommonData) != 2 || len(missed) != 2 || strings.Join(missed[1].Field, ".") != "tags.0" {
		t.Errorf("lost: got %+v, %v", d, err)
	}
}

// TestMissedInfos has each info of a contact stand for one of the input.
func TestMissedInfos(t *testing.T) {
	t.Parallel()
	in := NewContact{Infos: []NewContactInfo{
		{InfoType: InfoPhone, Category: InfoWork, Data: "1"}, {InfoType: InfoPhone, Category: InfoMobile, Data: "1", IsPrimary: Set(true)}, {InfoType: InfoPhone, Category: InfoWork, Data: "1"},
	}}
	work, mobile := ContactInfo{ID: 1, Category: 1, Data: "1"}, ContactInfo{ID: 2, Category: 2, Data: "1", IsPrimary: true}
	for want, there := range map[string][]ContactInfo{
		"":                          {mobile, work, work},
		"commonData.2":              {work, mobile},
		"commonData.0 commonData.2": {mobile},
		"commonData.1 commonData.2": {work},
	} {
		var missed []string
		for _, e := range in.missedInfos(there) {
			missed = append(missed, strings.Join(e.Field, "."))
		}
		if got := strings.Join(missed, " "); got != want {
			t.Errorf("with %v: missed %q, want %q", there, got, want)
		}
	}
}
