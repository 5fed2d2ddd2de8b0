package upstream

import (
	"context"
	"fmt"
	"slices"
	"time"
)

const contactRoute = "crm/contact/{id}"

// kind is what the portal calls the contact in routes.
func (d *ContactDetails) kind() string {
	if d.IsCompany {
		return "company"
	}
	return "person"
}

// holdContact locks a contact and reads it in full, to be written.
func (c *Caller) holdContact(ctx context.Context, mistakes UserErrors, id int, seen string) (*ContactDetails, func(), error) {
	return hold(ctx, c, mistakes, contactRoute, lockOf(lockContact, id), func() (*ContactDetails, error) {
		return editable(c.Contacts(ctx, forWrite, []int{id})[0], contactRoute, seen)
	})
}

func (d *ContactDetails) mayEdit() bool { return d.CanEdit }

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
	if d.JobTitle == nil && !d.IsCompany {
		d.JobTitle = new(string)
	}
	return d, nil
}

// UpdateContact changes what was named of a person (PUT api/2.0/crm/contact/person/{id}) or
// a company (PUT api/2.0/crm/contact/company/{id}) and keeps all else. The portal's PUT
// replaces all at once, and empties what it has no parameter for: the status is set
// again, and where an industry, a currency or a type would be lost nothing is sent. A
// contact that comes beside an error was written.
func (c *Caller) UpdateContact(ctx context.Context, in ContactChanges, with *Dictionaries) (*ContactDetails, error) {
	before, unlock, err := c.holdContact(ctx, in.Check(with), in.ID, "")
	if err != nil {
		return nil, err
	}
	defer unlock()
	if before.IsCompany != in.IsCompany { // the portal would blank its names
		return nil, refuse(CodeInvalid, before.otherKind(), "id")
	}
	if _, err = unchanged(before, in.IfRevision); err != nil {
		return nil, err
	}
	sent, mistakes := in.merge(before)
	if len(mistakes) == 0 {
		if err = c.settleManagers(ctx, &sent, before); err != nil {
			return nil, err
		}
	}
	f := sent.form(in.IsCompany, false)
	fields := changedFields(in.CustomFields, before.CustomFields)
	was := before.values()
	changes := len(mistakes) > 0 || f.String() != was.form(in.IsCompany, false).String() || len(fields) > 0 || in.empties(before)
	if !changes && !in.TypeID.Given() {
		return before, nil
	}
	mistakes = append(mistakes, in.keeps(before, &sent)...)
	isTyped, err := c.hasType(ctx, before)
	if isTyped && !in.TypeID.Given() {
		mistakes = append(mistakes, cannotKeep("contactTypeId", emptied)...)
	}
	switch {
	case len(mistakes) > 0:
		return nil, c.withMissing(ctx, mistakes, in.employer())
	case err != nil:
		return nil, err
	case !isTyped && !changes:
		return before, nil
	}
	if id, ok := in.CompanyID.Value(); ok && id != was.companyID {
		if err := c.there(ctx, in.employer()); err != nil {
			return nil, err
		}
	}
	f.values(fields)
	return c.putContact(ctx, &in, before, f, &sent)
}

// restoreStatus sets the status again that a change has emptied. It has its own time, as a
// change that was begun late must not lose the status.
func (c *Caller) restoreStatus(ctx context.Context, id, status int) error {
	own, end := context.WithTimeout(context.WithoutCancel(ctx), c.client.writeTimeout)
	defer end()
	_, err := c.putStatus(own, id, status)
	return err
}

// otherKind says which kind of contact it is, and what changes that.
func (d *ContactDetails) otherKind() string {
	if d.IsCompany {
		return "This contact is a company, which updateCompany changes."
	}
	return "This contact is a person, whom updatePerson changes."
}

// settleManagers adds the caller to the managers of a contact that not everybody may
// change, who could not even set its status again, and leaves the list out where it is
// what there is.
func (c *Caller) settleManagers(ctx context.Context, sent *contactValues, before *ContactDetails) error {
	if len(sent.managers) == 0 || sent.shareType == ShareReadWrite {
		return nil
	}
	self, err := c.Self(ctx, forWrite)
	if err != nil {
		return notDone(err)
	}
	if sent.managers = including(sent.managers, self.ID); before.hasManagers(sent.managers) {
		sent.managers = nil
	}
	return nil
}

// putContact sends the changes, sets the status again and reads what then is there, as
// the portal answers with the contact as it was.
func (c *Caller) putContact(ctx context.Context, in *ContactChanges, before *ContactDetails, f *form, sent *contactValues) (*ContactDetails, error) {
	_, err := put(ctx, c, withID("crm/contact/{kind}/{id}", in.ID).with("{kind}", before.kind()), f, decode[struct{}])
	if knownOutcome(err) == NotDone {
		return nil, err
	}
	after, end := lasting(ctx)
	defer end()
	var lost error
	if before.ContactStatus != nil { // also where it may have been done
		lost = c.restoreStatus(ctx, in.ID, before.ContactStatus.ID)
	}
	if err != nil {
		return nil, err
	}
	d, err := c.contactAfter(after, in.ID)
	if err == nil && sent.shareType == ShareNone {
		d = c.withManagers(after, d, sent.managers)
	}
	switch {
	case err != nil:
		return nil, err
	case lost != nil:
		// All else is done.
		gone := refuse(CodeNotAsWritten, fmt.Sprintf("The portal empties the status with every change, and it could not be set again: set it to %d by setContactStatus.", before.ContactStatus.ID))
		return d, gone.and(withOutcome(lost, Unknown))
	default:
		return d, in.compare(sent, d)
	}
}

// contactAfter reads a contact that was written.
func (c *Caller) contactAfter(ctx context.Context, id int) (*ContactDetails, error) {
	r := c.Contacts(ctx, forWrite, []int{id})[0]
	return c.adoptedContact(r.Value, withOutcome(r.Err, Unknown), id)
}

// withManagers returns a private contact with the managers that it was given. A portal of
// several processes hears of rights a little later, so where an answer shows the old ones
// it is read again.
func (c *Caller) withManagers(ctx context.Context, d *ContactDetails, managers []string) *ContactDetails {
	if len(managers) == 0 || d.hasManagers(managers) {
		return d
	}
	if again, err := c.contactAfter(ctx, d.ID); err == nil {
		return again
	}
	return d
}

// dayOf returns the day of an instant, which has the portal's offset.
func dayOf(t time.Time) Day { return Day(t.Format(time.DateOnly)) }

// hasType reports whether a contact has a type, which most portals do not show.
func (c *Caller) hasType(ctx context.Context, d *ContactDetails) (bool, error) {
	if d.ContactType != nil {
		return true, nil
	}
	types, err := getWith(ctx, c, forWrite, route{template: "crm/contact/type"}, decode[[]ListItem]) // none that is kept from before
	if err != nil {
		return false, notDone(err)
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
	for _, page := range c.ListContacts(ctx, forWrite, queries) {
		if page.Err != nil {
			return false, notDone(page.Err)
		}
		items := page.Value.Items
		if len(items) >= most || slices.ContainsFunc(items, func(other *ContactDetails) bool { return other.ID == d.ID }) {
			return true, nil
		}
	}
	return false, nil
}

// SetContactStatus sets a contact's status (PUT api/2.0/crm/contact/{id}/status); 0
// clears it. Where it has that already nothing is sent. The contact must be as the caller
// saw it.
func (c *Caller) SetContactStatus(ctx context.Context, in StatusChange, with *Dictionaries) (*ContactDetails, error) {
	before, unlock, err := c.holdContact(ctx, in.Check(with), in.ID, in.IfRevision)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if before.statusID() == in.StatusID {
		return before, nil
	}
	d, err := c.putStatus(ctx, in.ID, in.StatusID)
	if d, err = c.adoptedContact(d, err, in.ID); err != nil {
		return nil, err
	}
	var made comparison
	made.check("contactStatusId", true, d.statusID() == in.StatusID)
	return d, made.orNil()
}

func (d *ContactDetails) statusID() int {
	if d.ContactStatus == nil {
		return 0
	}
	return d.ContactStatus.ID
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
