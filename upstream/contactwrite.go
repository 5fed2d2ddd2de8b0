package upstream

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"
)

const contactRoute = "crm/contact/{id}"

func contactLock(id int) string { return string(TagContact) + " " + strconv.Itoa(id) }

// kind is what the portal calls the contact in routes.
func (d *ContactDetails) kind() string {
	if d.IsCompany {
		return "company"
	}
	return "person"
}

// holdContact locks a contact and reads it in full, to be written.
func (c *Caller) holdContact(ctx context.Context, mistakes UserErrors, id int, seen string) (*ContactDetails, func(), error) {
	return hold(ctx, c, mistakes, contactRoute, contactLock(id), func() (*ContactDetails, error) { return c.readContactForWrite(ctx, id, seen) })
}

// readContactForWrite reads a contact to be written.
func (c *Caller) readContactForWrite(ctx context.Context, id int, seen string) (*ContactDetails, error) {
	r := c.Contacts(ctx, nil, []int{id})[0]
	switch {
	case r.Err != nil:
		return nil, notDone(r.Err)
	case !r.Value.CanEdit:
		return nil, mayNotEdit(contactRoute)
	default:
		return unchanged(r.Value, seen)
	}
}

// adoptedContact finishes a contact that a write was answered with.
func (c *Caller) adoptedContact(d *ContactDetails, err error, id int) (*ContactDetails, error) {
	if err == nil {
		err = request{}.withOutcome(c.adoptDetails(d, id))
	}
	if err != nil {
		return nil, err
	}
	d.Created = d.Created.rounded()
	if d.About == nil {
		d.About = new(string)
	}
	return d, nil
}

// CreatePerson creates a person (POST api/2.0/crm/contact/person).
func (c *Caller) CreatePerson(ctx context.Context, in NewContact, with *Dictionaries) (*ContactDetails, error) {
	return c.createContact(ctx, "crm/contact/person", false, in, with)
}

// CreateCompany creates a company (POST api/2.0/crm/contact/company).
func (c *Caller) CreateCompany(ctx context.Context, in NewContact, with *Dictionaries) (*ContactDetails, error) {
	return c.createContact(ctx, "crm/contact/company", true, in, with)
}

func (c *Caller) createContact(ctx context.Context, template string, isCompany bool, in NewContact, with *Dictionaries) (*ContactDetails, error) {
	if err := in.Check(isCompany, with).orNil(); err != nil {
		return nil, err
	}
	share, managers := in.shareType(), in.ManagerIDs
	if share == ShareNone {
		// The portal hides a private contact from its creator, unless that is a manager of it.
		self, err := c.Self(ctx, nil)
		if err != nil {
			return nil, notDone(err)
		}
		managers = including(managers, self.ID)
	}
	d, err := post(ctx, c, route{template: template}, in.form(isCompany, share, managers), created[*ContactDetails])
	if KindOf(err) == KindNotFound {
		return nil, refuse(CodeNotFound, "The portal has no such company, or hides it from this caller.", "companyId")
	}
	if err != nil {
		return nil, err
	}
	return c.adoptedContact(d, nil, d.ID)
}

// UpdatePerson changes what was named of a person and keeps all else (PUT
// api/2.0/crm/contact/person/{id}). The portal's PUT replaces all at once, and empties
// what it has no parameter for: the status is set again, and where an industry, a
// currency or a type would be lost nothing is sent. A contact that comes beside an error
// was written.
func (c *Caller) UpdatePerson(ctx context.Context, in ContactChanges, with *Dictionaries) (*ContactDetails, error) {
	return c.updateContact(ctx, false, in, with)
}

// UpdateCompany does so for a company.
func (c *Caller) UpdateCompany(ctx context.Context, in ContactChanges, with *Dictionaries) (*ContactDetails, error) {
	return c.updateContact(ctx, true, in, with)
}

func (c *Caller) updateContact(ctx context.Context, isCompany bool, in ContactChanges, with *Dictionaries) (*ContactDetails, error) {
	before, unlock, err := c.holdContact(ctx, in.Check(isCompany, with), in.ID, in.IfRevision)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if before.IsCompany != isCompany { // the portal would blank its names
		return nil, refuse(CodeInvalid, "This contact is a "+before.kind()+".", "id")
	}
	sent, err := in.merge(before)
	if err != nil {
		return nil, err
	}
	f := sent.form(isCompany)
	fields := changedFields(in.CustomFields, before.CustomFields)
	if was := before.values(); f.String() == was.form(isCompany).String() && len(fields) == 0 {
		return before, nil
	}
	if err := c.keepsType(ctx, before); err != nil {
		return nil, err
	}
	if id, ok := in.CompanyID.Value(); ok && id != before.values().companyID {
		if err := c.seenCompany(ctx, id); err != nil {
			return nil, err
		}
	}
	f.values(fields)
	return c.putContact(ctx, &in, before, f, &sent)
}

// putContact sends the changes, sets the status again and reads what then is there, as
// the portal answers with the contact as it was.
func (c *Caller) putContact(ctx context.Context, in *ContactChanges, before *ContactDetails, f *form, sent *contactValues) (*ContactDetails, error) {
	_, err := put(ctx, c, withID("crm/contact/{kind}/{id}", in.ID).with("{kind}", before.kind()), f, decode[struct{}])
	var e *Error
	if errors.As(err, &e) && e.Outcome == NotDone {
		return nil, err
	}
	after, end := lasting(ctx)
	defer end()
	var lost error
	if before.ContactStatus != nil { // also where it may have been done
		_, lost = c.putStatus(after, in.ID, before.ContactStatus.ID)
	}
	if err != nil {
		return nil, err
	}
	d, err := c.contactAfter(after, in.ID)
	switch {
	case err != nil:
		return nil, err
	case lost != nil:
		return d, lost
	default:
		return d, in.compare(sent, d)
	}
}

// contactAfter reads a contact that was written.
func (c *Caller) contactAfter(ctx context.Context, id int) (*ContactDetails, error) {
	r := c.Contacts(ctx, nil, []int{id})[0]
	return c.adoptedContact(r.Value, withOutcome(r.Err, Unknown), id)
}

// dayOf returns the day of an instant, which has the portal's offset.
func dayOf(t time.Time) Day { return Day(t.Format(time.DateOnly)) }

// keepsType returns an error where a contact has a type: the portal does not say which,
// and would empty it.
func (c *Caller) keepsType(ctx context.Context, d *ContactDetails) error {
	types, err := c.ContactTypes(ctx, nil)
	if err != nil {
		return notDone(err)
	}
	// Contacts of a type are found by when they were created, in an order that every
	// version of the portal knows.
	const around, most = 24 * time.Hour, 1000
	var queries []Query[ContactCriteria]
	for _, t := range types {
		if t.RelativeItemsCount > 0 {
			criteria := ContactCriteria{Type: t.ID, From: dayOf(d.Created.Add(-around)), To: dayOf(d.Created.Add(around))}
			queries = append(queries, Query[ContactCriteria]{criteria, Window{Count: most, SortBy: "created"}})
		}
	}
	for _, page := range c.ListContacts(ctx, nil, queries) {
		if page.Err != nil {
			return notDone(page.Err)
		}
		items := page.Value.Items
		if len(items) >= most || slices.ContainsFunc(items, func(other *ContactDetails) bool { return other.ID == d.ID }) {
			return cannotKeep("contactType", "The portal would empty it, and has no way to set it again.")
		}
	}
	return nil
}

// seenCompany returns the mistake of naming a company that is none: the portal does not
// check.
func (c *Caller) seenCompany(ctx context.Context, id int) error {
	r := c.Contacts(ctx, nil, []int{id})[0]
	switch {
	case KindOf(r.Err) == KindNotFound, r.Err == nil && !r.Value.IsCompany:
		return refuse(CodeNotFound, "The portal has no such company, or hides it from this caller.", "companyId")
	default:
		return notDone(r.Err)
	}
}

// compare returns an error where what was named is not as it was sent.
func (in *ContactChanges) compare(sent *contactValues, d *ContactDetails) error {
	got := d.values()
	var c comparison
	c.check("firstName", in.FirstName.Given(), got.firstName == sent.firstName)
	c.check("lastName", in.LastName.Given(), got.lastName == sent.lastName)
	c.check("jobTitle", in.JobTitle.Given(), got.jobTitle == sent.jobTitle)
	c.check("companyId", in.CompanyID.Given(), got.companyID == sent.companyID)
	c.check("companyName", in.CompanyName.Given(), got.companyName == sent.companyName)
	c.check("about", in.About.Given(), got.about == sent.about)
	c.check("shareType", in.ShareType.Given(), got.shareType == sent.shareType)
	c.check("customFields", true, areStored(in.CustomFields, d.CustomFields))
	return c.orNil()
}

// SetContactStatus sets a contact's status (PUT api/2.0/crm/contact/{id}/status); 0
// clears it.
func (c *Caller) SetContactStatus(ctx context.Context, id, status int, with *Dictionaries) (*ContactDetails, error) {
	in := checking(with)
	in.id(id, "id")
	if status != 0 {
		in.item(in.with.ContactStatuses, status, "contactStatusId")
	}
	if err := in.found.orNil(); err != nil {
		return nil, err
	}
	unlock, err := c.client.objects.lock(ctx, contactRoute, contactLock(id))
	if err != nil {
		return nil, err
	}
	defer unlock()
	d, err := c.putStatus(ctx, id, status)
	return c.adoptedContact(d, err, id)
}

func (c *Caller) putStatus(ctx context.Context, id, status int) (*ContactDetails, error) {
	f := &form{}
	f.number("contactStatusid", status)
	return put(ctx, c, withID("crm/contact/{id}/status", id), f, decode[*ContactDetails])
}

// DeleteContact deletes a contact with its tasks, also those about opportunities, its
// events and their files (DELETE api/2.0/crm/contact/{id}). It must be as the caller saw
// it.
func (c *Caller) DeleteContact(ctx context.Context, id int, seen string) error {
	in := checking(nil)
	in.id(id, "id")
	_, unlock, err := c.holdContact(ctx, in.found, id, seen)
	if err != nil {
		return err
	}
	defer unlock()
	_, err = del(ctx, c, withID(contactRoute, id), decode[struct{}])
	return err
}
