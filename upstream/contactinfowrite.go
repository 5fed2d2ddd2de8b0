package upstream

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// What the portal calls types and categories of contact infos: it takes a category in
// this very spelling only.
var (
	infoTypeNames = []string{
		"Phone", "Email", "Website", "Skype", "Twitter", "LinkedIn", "Facebook", "Address", "LiveJournal",
		"MySpace", "GMail", "Blogger", "Yahoo", "MSN", "ICQ", "Jabber", "AIM", "VK",
	}
	infoCategories  = []string{"Home", "Work", "Other"}
	phoneCategories = []string{"Home", "Work", "Mobile", "Fax", "Direct", "Other"}
)

// infoAddress is a postal address, which has routes of its own.
const infoAddress ContactInfoType = 7

// categoriesOf returns the names of a type's categories.
func categoriesOf(t ContactInfoType) []string {
	if t == InfoPhone {
		return phoneCategories
	}
	return infoCategories
}

// NewContactInfo is a way to reach a contact that is to be added.
type NewContactInfo struct {
	ContactID int
	InfoType  ContactInfoType // but for postal addresses
	Category  int             // 0 home, 1 work, 2 other; of a phone 2 mobile, 3 fax, 4 direct, 5 other
	Data      string          // must be there
	IsPrimary bool            // in place of the one of that type that is
}

// Check returns all mistakes of the input.
func (in *NewContactInfo) Check() UserErrors {
	c := checking(nil)
	c.id(in.ContactID, "contactId")
	c.info(in.InfoType, in.Category, in.Data)
	return c.found
}

func (c *check) info(t ContactInfoType, category int, data string) {
	if !known(contactInfoTypes, int(t)) || t == infoAddress {
		c.fail(CodeInvalid, "This is no type that can be written.", "infoType")
	}
	if !known(categoriesOf(t), category) {
		c.fail(CodeInvalid, "There is no such category for this type.", "category")
	}
	if strings.TrimSpace(data) == "" {
		c.fail(CodeRequired, "This must not be empty.", "data")
		return
	}
	c.text(data, 0, maxText, "data")
}

// ContactInfoChanges are what is to become of a way to reach a contact. What is left out
// stays as it is.
type ContactInfoChanges struct {
	ContactID int
	ID        int
	Category  Change[int]
	Data      Change[string]
	IsPrimary Change[bool]
}

// infoForm returns an info as the portal takes it: without its type, the category
// would be ignored.
func infoForm(info *ContactInfo) string {
	f := &form{}
	f.add("infoType", infoTypeNames[info.InfoType])
	f.add("category", categoriesOf(info.InfoType)[info.Category])
	f.add("data", info.Data)
	f.truth("isPrimary", info.IsPrimary)
	return f.String()
}

// demotions are the steps after which no info of a type is primary, but for one: the
// portal would have two.
func demotions(d *ContactDetails, t ContactInfoType, but int) []step {
	var steps []step
	for _, info := range d.CommonData {
		if info.InfoType == t && info.IsPrimary && info.ID != but && known(categoriesOf(t), info.Category) {
			info.IsPrimary = false
			steps = append(steps, step{method: http.MethodPut, route: infoRoute(d.ID, info.ID), form: infoForm(&info)})
		}
	}
	return steps
}

func infoRoute(contact, id int) route {
	return withID("crm/contact/{id}/data/{other}", contact, strconv.Itoa(id))
}

// AddContactInfo adds a way to reach a contact (POST api/2.0/crm/contact/{id}/data), and
// returns the contact as it then is.
func (c *Caller) AddContactInfo(ctx context.Context, in NewContactInfo) (*ContactDetails, error) {
	return c.changeInfos(ctx, in.ContactID, in.Check(), func(d *ContactDetails) ([]step, UserErrors) {
		info := ContactInfo{InfoType: in.InfoType, Category: in.Category, Data: in.Data, IsPrimary: in.IsPrimary}
		var steps []step
		if in.IsPrimary {
			steps = demotions(d, in.InfoType, 0)
		}
		return append(steps, step{method: http.MethodPost, route: withID("crm/contact/{id}/data", d.ID), form: infoForm(&info)}), nil
	})
}

// UpdateContactInfo changes a way to reach a contact (PUT
// api/2.0/crm/contact/{id}/data/{info}), and returns the contact as it then is.
func (c *Caller) UpdateContactInfo(ctx context.Context, in ContactInfoChanges) (*ContactDetails, error) {
	checked := checking(nil)
	checked.id(in.ContactID, "contactId")
	checked.id(in.ID, "id")
	return c.changeInfos(ctx, in.ContactID, checked.found, func(d *ContactDetails) ([]step, UserErrors) {
		n := slices.IndexFunc(d.CommonData, func(info ContactInfo) bool { return info.ID == in.ID })
		if n < 0 { // the portal would move it here from another contact
			return nil, refuse(CodeNotFound, "The contact has no such info.", "id")
		}
		was := d.CommonData[n]
		info := was
		info.Category = in.Category.over(was.Category)
		info.Data = in.Data.over(was.Data)
		info.IsPrimary = in.IsPrimary.over(was.IsPrimary)
		checked := checking(nil)
		checked.info(info.InfoType, info.Category, info.Data)
		if info == was || checked.found != nil {
			return nil, checked.found
		}
		var steps []step
		if info.IsPrimary && !was.IsPrimary {
			steps = demotions(d, info.InfoType, info.ID)
		}
		return append(steps, step{method: http.MethodPut, route: infoRoute(d.ID, info.ID), form: infoForm(&info)}), nil
	})
}

// DeleteContactInfo deletes a way to reach a contact (DELETE
// api/2.0/crm/contact/{id}/data/{info}), and returns the contact as it then is.
func (c *Caller) DeleteContactInfo(ctx context.Context, contact, id int) (*ContactDetails, error) {
	checked := checking(nil)
	checked.id(contact, "contactId")
	checked.id(id, "id")
	return c.changeInfos(ctx, contact, checked.found, func(d *ContactDetails) ([]step, UserErrors) {
		if !slices.ContainsFunc(d.CommonData, func(info ContactInfo) bool { return info.ID == id }) {
			return nil, refuse(CodeNotFound, "The contact has no such info.", "id")
		}
		return []step{{method: http.MethodDelete, route: infoRoute(contact, id)}}, nil
	})
}

// changeInfos reads a contact, makes the steps that follow from it, and reads it again.
func (c *Caller) changeInfos(ctx context.Context, id int, mistakes UserErrors, plan func(d *ContactDetails) ([]step, UserErrors)) (*ContactDetails, error) {
	before, unlock, err := c.holdContact(ctx, mistakes, id, "")
	if err != nil {
		return nil, err
	}
	defer unlock()
	steps, mistakes := plan(before)
	if err := mistakes.orNil(); err != nil {
		return nil, err
	}
	if len(steps) == 0 {
		return before, nil
	}
	answers := make([]Result[struct{}], len(steps))
	each := make([]error, len(steps))
	for i := range steps {
		steps[i].end = ending(&answers[i], decode[struct{}])
	}
	c.writeAll(ctx, steps)
	for i := range answers {
		each[i] = answers[i].Err
	}
	if err := cmp.Or(each...); err != nil {
		return nil, together(each, err)
	}
	after, end := lasting(ctx)
	defer end()
	return c.contactAfter(after, id)
}
