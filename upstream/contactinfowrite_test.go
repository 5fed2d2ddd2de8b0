package upstream

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// infoWritten runs one write of a contact info, and returns what it returns without the
// contact.
func infoWritten(t *testing.T, client *Client, run func(c *Caller) (*ContactDetails, *ContactInfo, error)) (*ContactInfo, error) {
	t.Helper()
	return written(t, client, func(c *Caller) (*ContactInfo, error) {
		d, info, err := run(c)
		if err == nil && d == nil {
			t.Error("there is no contact")
		}
		return info, err
	})
}

const putInfo, postInfo = "PUT crm/contact/2001/data/513", "POST crm/contact/2001/data"

func TestAddContactInfo(t *testing.T) {
	t.Parallel()
	const mail = `"isPrimary":true}],"customFields"` // the end of her e-mail address
	get := said{getPerson, "", 0, person(t)}
	secondary := said{getPerson, "", 0, person(t, mail, `"isPrimary":false}],"customFields"`)}
	added := `"isPrimary":false},{"id":531,"infoType":1,"category":1,"data":"signe.aaberg@nordfrakt.example","isPrimary":true}],"customFields"`
	after := said{getPerson, "", 0, person(t, mail, added)}
	another := NewContactInfo{InfoType: InfoEmail, Category: InfoWork, Data: " signe.aaberg@nordfrakt.example"}
	add := func(c *Caller) (*ContactDetails, *ContactInfo, error) {
		return c.AddContactInfo(t.Context(), 2001, another)
	}

	// There is no primary one, so it is.
	post := said{postInfo, "contactdata_create.request.json", 201, "writes/contactdata_create.response.json"}
	if info, err := infoWritten(t, scripted(t, secondary, post, after), add); err != nil || info == nil || info.ID != 531 {
		t.Errorf("got %+v, %v", info, err)
	}
	post.form = "infoType=Email&category=Work&data=signe.aaberg@nordfrakt.example&isPrimary=false"
	seen := said{getPerson, "", 0, strings.Replace(after.answer, `example","isPrimary":true}],"customFields"`, `example","isPrimary":false}],"customFields"`, 1)}
	if info, err := infoWritten(t, scripted(t, get, post, seen), add); err != nil || info == nil || info.IsPrimary {
		t.Errorf("got %+v, %v", info, err)
	}
	// It takes the place of the one that is.
	another.IsPrimary = Set(true)
	const demoted = "PUT crm/contact/2001/data/511 infoType=Email&category=Work&data=ingrid.hallberg%40nordfrakt.example&isPrimary=false\n" +
		"POST crm/contact/2001/data infoType=Email&category=Work&data=signe.aaberg%40nordfrakt.example&isPrimary=true"
	both := said{"POST batch", demoted, 201, results(t, 200, "writes/contactdata_create.response.json", 201, "writes/contactdata_create.response.json")}
	if info, err := infoWritten(t, scripted(t, get, both, after), add); err != nil || info == nil || !info.IsPrimary {
		t.Errorf("got %+v, %v", info, err)
	}
	if info, err := infoWritten(t, scripted(t, get, both, get), add); fmt.Sprint(err) != "data: The contact is there without this. isPrimary: Primary of this type now: 511." || info != nil {
		t.Errorf("not there: got %+v, %v", info, err)
	}
	two := said{getPerson, "", 0, person(t, mail, strings.Replace(added, "false", "true", 1))}
	if info, err := infoWritten(t, scripted(t, get, both, two), add); fmt.Sprint(err) != "isPrimary: Primary of this type now: 511, 531." || info == nil {
		t.Errorf("two: got %+v, %v", info, err)
	}
	// The second of two is refused: the contact is not as it was.
	part := both
	part.answer = results(t, 200, "writes/contactdata_create.response.json", 400, "error_badrequest.json")
	d, err := written(t, scripted(t, get, part, secondary), func(c *Caller) (*ContactDetails, error) {
		d, _, err := add(c)
		return d, err
	})
	if KindOf(err) != KindInvalid || outcomeOf(err) != Unknown || d == nil || d.hasPrimary(InfoEmail) || !strings.Contains(err.Error(), "isPrimary: None of this type is primary now.") {
		t.Errorf("in part: got %+v, %v, %s", d, err, outcomeOf(err))
	}
	refused := both
	refused.answer = results(t, 404, "error_notfound.json", 404, "error_notfound.json")
	var mistakes UserErrors
	if _, err := infoWritten(t, scripted(t, get, refused), add); !errors.As(err, &mistakes) || mistakes[0].Field[0] != "contactId" {
		t.Errorf("refused: got %v", err)
	}
	both.status, both.answer = 502, "<html>"
	if info, err := infoWritten(t, scripted(t, get, both, after), add); err != nil || info == nil || !info.IsPrimary {
		t.Errorf("done, and the answer lost: got %+v, %v", info, err)
	}
	if _, err := infoWritten(t, scripted(t, get, both, get), add); KindOf(err) != KindServer || outcomeOf(err) != Unknown {
		t.Errorf("lost: got %v, %s", err, outcomeOf(err))
	}
	if _, err := infoWritten(t, scripted(t, get, both, said{getPerson, "", 502, "<html>"}), add); KindOf(err) != KindServer || outcomeOf(err) != Unknown {
		t.Errorf("lost, and not known: got %v, %s", err, outcomeOf(err))
	}
}

func TestUpdateContactInfo(t *testing.T) {
	t.Parallel()
	get := said{getPerson, "", 0, person(t)}
	in := ContactInfoChanges{ContactID: 2001, ID: 513, Data: Set("1")}
	update := func(c *Caller) (*ContactDetails, *ContactInfo, error) { return c.UpdateContactInfo(t.Context(), in) }
	const mobile = `"infoType":0,"category":2,"data":"+46 70 555 01 77"`
	put := said{putInfo, "infoType=Phone&category=Mobile&data=1&isPrimary=true", 0, "writes/contactdata_create.response.json"}
	if info, err := infoWritten(t, scripted(t, get, put, said{getPerson, "", 0, person(t, mobile, `"infoType":0,"category":2,"data":"1"`)}), update); err != nil || info == nil || info.Data != "1" {
		t.Errorf("got %+v, %v", info, err)
	}
	in = ContactInfoChanges{ContactID: 2001, ID: 513, Category: Set(InfoOther), IsPrimary: Clear[bool]()}
	put.form = "infoType=Phone&category=Other&data=%2B46+70+555+01+77&isPrimary=false"
	var mistakes UserErrors
	if _, err := infoWritten(t, scripted(t, get, put, get), update); !errors.As(err, &mistakes) || len(mistakes) != 2 || mistakes[0].Code != CodeNotAsWritten {
		t.Errorf("got %v", err)
	}
	in = ContactInfoChanges{ContactID: 2001, ID: 513, Category: Set(InfoMobile)} // as it is
	if info, err := infoWritten(t, scripted(t, get), update); err != nil || info == nil {
		t.Errorf("got %+v, %v", info, err)
	}
	for name, test := range map[string]struct {
		edit  string // of the phone number
		in    ContactInfoChanges
		field string
		code  UserErrorCode
	}{
		"of another contact":     {mobile, ContactInfoChanges{ContactID: 2001, ID: 1, Data: Set("1")}, "id", CodeNotFound},
		"of another type":        {`"infoType":1,"category":2,"data":"a"`, ContactInfoChanges{ContactID: 2001, ID: 513, Category: Set(InfoFax)}, "category", CodeInvalid},
		"an address":             {`"infoType":7,"category":2,"data":"{}"`, ContactInfoChanges{ContactID: 2001, ID: 513, Data: Set("1")}, "id", CodeInvalid},
		"a type from nowhere":    {`"infoType":99,"category":2,"data":"a"`, ContactInfoChanges{ContactID: 2001, ID: 513, Data: Set("1")}, "id", CodeInvalid},
		"a category from there":  {`"infoType":1,"category":3,"data":"a"`, ContactInfoChanges{ContactID: 2001, ID: 513, Data: Set("1")}, "category", CodeCannotKeep},
		"a number that is blank": {"", ContactInfoChanges{ContactID: 2001, ID: 513, Data: Set(" ")}, "data", CodeRequired},
		"no number":              {"", ContactInfoChanges{ContactID: 2001, ID: 513, Data: Clear[string]()}, "data", CodeRequired},
		"no category":            {"", ContactInfoChanges{ContactID: 2001, ID: 513, Category: Clear[ContactInfoCategory]()}, "category", CodeRequired},
	} {
		calls := []said{get}
		if test.edit != "" {
			calls = []said{{getPerson, "", 0, person(t, mobile, test.edit)}}
		}
		in = test.in
		_, err := infoWritten(t, scripted(t, calls...), update)
		var mistakes UserErrors
		if !errors.As(err, &mistakes) {
			t.Errorf("%s: got %v", name, err)
			continue
		}
		if mistakes[0].Field[0] != test.field || mistakes[0].Code != test.code {
			t.Errorf("%s: got %+v", name, mistakes)
		}
	}
}

func TestDeleteContactInfo(t *testing.T) {
	t.Parallel()
	get := said{getPerson, "", 0, person(t)}
	remove := func(contact, id int) func(c *Caller) (*ContactDetails, error) {
		return func(c *Caller) (*ContactDetails, error) { return c.DeleteContactInfo(t.Context(), contact, id) }
	}
	without := said{getPerson, "", 0, person(t, `{"id":513,`, `{"id":514,`)}
	deleted := said{"DELETE crm/contact/2001/data/513", "", 0, "writes/contactdata_create.response.json"}
	if _, err := written(t, scripted(t, get, deleted, without), remove(2001, 513)); err != nil {
		t.Error(err)
	}
	if _, err := written(t, scripted(t, get, deleted, get), remove(2001, 513)); fmt.Sprint(err) != "id: The contact still has this." {
		t.Errorf("still there: got %v", err)
	}
	var mistakes UserErrors
	if _, err := written(t, scripted(t, get), remove(2001, 1)); !errors.As(err, &mistakes) || mistakes[0].Code != CodeNotFound || mistakes[0].Field[0] != "id" {
		t.Errorf("of another contact: got %v", err)
	}
	if _, err := written(t, scripted(t, said{getPerson, "", 404, "error_notfound.json"}), remove(2001, 513)); !errors.As(err, &mistakes) || mistakes[0].Field[0] != "contactId" {
		t.Errorf("of no contact: got %v", err)
	}
	deleted.status, deleted.answer = 404, "error_notfound.json"
	if _, err := written(t, scripted(t, get, deleted), remove(2001, 513)); KindOf(err) != KindNotFound || outcomeOf(err) != NotDone {
		t.Errorf("deleted meanwhile: got %v", err)
	}
}

// TestInfoMistakes has the sentences name what fits.
func TestInfoMistakes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		in   NewContactInfo
		want string
	}{
		{NewContactInfo{InfoType: InfoPhone, Category: InfoFax, Data: "1"}, ""},
		{NewContactInfo{InfoType: InfoEmail, Category: InfoOther, Data: "a"}, ""},
		{NewContactInfo{InfoType: InfoEmail, Category: InfoFax, Data: "a"}, "category: This must be one of HOME, WORK, OTHER."},
		{NewContactInfo{InfoType: InfoPhone, Category: 9, Data: "a"}, "category: This must be one of HOME, WORK, MOBILE, FAX, DIRECT, OTHER."},
		{NewContactInfo{InfoType: infoAddress, Data: "{}"}, "infoType: This must be one of PHONE, EMAIL, WEBSITE, SKYPE, TWITTER, LINKED_IN, FACEBOOK, LIVE_JOURNAL, MY_SPACE, GMAIL, BLOGGER, YAHOO, MSN, ICQ, JABBER, AIM, VK."},
		{NewContactInfo{InfoType: InfoEmail, Data: " "}, "data: This must not be empty."},
	} {
		c := checking(nil)
		c.info(&test.in)
		if got := c.found.Error(); got != test.want {
			t.Errorf("%+v: got %q, want %q", test.in, got, test.want)
		}
	}
	list := []NewContactInfo{
		{InfoType: InfoEmail, Data: "a", IsPrimary: Set(true)}, {InfoType: InfoPhone, Data: "1", IsPrimary: Set(true)}, {InfoType: InfoEmail, Data: "b", IsPrimary: Set(true)},
	}
	c := checking(nil)
	c.infos(list, "commonData")
	if got := c.found.Error(); got != "commonData.2.isPrimary: Another one of this type is primary." {
		t.Errorf("got %s", got)
	}
}
