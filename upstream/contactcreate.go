package upstream

import (
	"cmp"
	"context"
	"slices"
	"strconv"
)

// CreateContact creates a person (POST api/2.0/crm/contact/person) or a company (POST
// api/2.0/crm/contact/company), adds the ways to reach them, and tags them. A contact that
// comes beside an error was created, and what the error is about was not done.
func (c *Caller) CreateContact(ctx context.Context, in NewContact, with *Dictionaries) (*ContactDetails, error) {
	if err := in.Check(with).orNil(); err != nil {
		return nil, err
	}
	if err := c.there(ctx, in.Named()); err != nil {
		return nil, err
	}
	v := in.values()
	if v.shareType != ShareReadWrite {
		// The portal hides a private contact from its creator, and lets them change no other,
		// unless they are among its managers.
		self, err := c.Self(ctx, forWrite)
		if err != nil {
			return nil, notDone(err)
		}
		v.managers = including(v.managers, self.ID)
	}
	template := "crm/contact/person"
	if in.IsCompany {
		template = "crm/contact/company"
	}
	f := v.form(in.IsCompany, true)
	f.values(in.CustomFields)
	d, err := post(ctx, c, route{template: template}, f, created[*ContactDetails])
	switch {
	case KindOf(err) == KindNotFound && in.CompanyID != 0: // it was there a moment ago
		return nil, refuse(CodeNotFound, noCompany, "companyId")
	case err != nil:
		return nil, err
	}
	if d, err = c.adoptedContact(d, nil, d.ID); err != nil {
		return nil, err
	}
	after, end := lasting(ctx)
	defer end()
	if v.shareType == ShareNone {
		d = c.withManagers(after, d, v.managers)
	}
	return c.furnish(after, d, &in)
}

// furnish adds to a new contact what the portal does not take with it.
func (c *Caller) furnish(ctx context.Context, d *ContactDetails, in *NewContact) (*ContactDetails, error) {
	var missed UserErrors
	var lost error
	if len(in.Infos) > 0 {
		steps := make([]step, len(in.Infos))
		for i := range in.Infos {
			steps[i] = in.Infos[i].added(d.ID, in.isPrimary(i))
		}
		again, each, err := changeAndRead(ctx, c, steps, decode[struct{}], withID(contactRoute, d.ID), decode[*ContactDetails])
		if again, err = c.adoptedContact(again, err, d.ID); err != nil {
			lost, d.isPartial = err, true
		} else if d, missed = again, in.missedInfos(again.CommonData); len(missed) > 0 {
			lost = together(each, cmp.Or(each...))
		}
	}
	d.Tags = []string{}
	if len(in.Tags) > 0 {
		var untagged UserErrors
		var err error
		d.Tags, err = c.AddTags(ctx, TagContact, d.ID, in.Tags)
		untagged, err = apart(err)
		missed, lost = append(missed, untagged...), cmp.Or(lost, err)
	}
	return d, missed.and(lost)
}

// missedInfos returns which infos a new contact is there without.
func (in *NewContact) missedInfos(there []ContactInfo) (missed UserErrors) {
	there = slices.Clone(there)
	for i := range in.Infos {
		want := in.Infos[i].info(in.isPrimary(i))
		n := slices.IndexFunc(there, func(info ContactInfo) bool {
			want.ID, want.CategoryName = info.ID, info.CategoryName
			return info == want
		})
		if n < 0 {
			missed = append(missed, refuse(CodeNotAsWritten, "The contact is there without this.", "commonData", strconv.Itoa(i))...)
		} else {
			there = slices.Delete(there, n, n+1) // each stands for one of the input
		}
	}
	return missed
}

// isPrimary reports whether an info is to be the primary one of its type: the one that
// says so, or else the first that does not say that it is not.
func (in *NewContact) isPrimary(n int) bool {
	if in.Infos[n].IsPrimary.Given() {
		return in.Infos[n].IsPrimary.over(false)
	}
	for i := range in.Infos {
		other := &in.Infos[i]
		if other.InfoType == in.Infos[n].InfoType && (other.IsPrimary.over(false) || i < n && !other.IsPrimary.Given()) {
			return false
		}
	}
	return true
}
