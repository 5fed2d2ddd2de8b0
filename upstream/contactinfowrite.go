package upstream

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// infoForm returns an info as the portal takes it: without its type, the category
// would be ignored.
func infoForm(info *ContactInfo) string {
	f := &form{}
	f.add("infoType", infoTypeNames[info.InfoType])
	f.add("category", infoCategoryNames[categoriesOf(info.InfoType)[info.Category]])
	f.add("data", info.Data)
	f.truth("isPrimary", info.IsPrimary)
	return f.String()
}

// added returns the step that adds an info to a contact.
func (in *NewContactInfo) added(contact int, isPrimary bool) step {
	info := ContactInfo{
		InfoType: in.InfoType, Category: slices.Index(categoriesOf(in.InfoType), in.Category),
		Data: strings.TrimSpace(in.Data), IsPrimary: isPrimary,
	}
	return step{method: http.MethodPost, route: withID("crm/contact/{id}/data", contact), form: infoForm(&info)}
}

func infoRoute(contact, id int) route {
	return withID("crm/contact/{id}/data/{other}", contact, strconv.Itoa(id))
}

// hasCategory reports whether the portal's number of the category is one that the type has.
func (i *ContactInfo) hasCategory() bool {
	return i.Category >= 0 && i.Category < len(categoriesOf(i.InfoType))
}

// demotions are the steps after which no info of a type is primary, but for one: the
// portal would have two.
func demotions(d *ContactDetails, t ContactInfoType, but int) []step {
	var steps []step
	for _, info := range d.CommonData {
		if info.InfoType == t && info.IsPrimary && info.ID != but && info.hasCategory() {
			info.IsPrimary = false
			steps = append(steps, step{method: http.MethodPut, route: infoRoute(d.ID, info.ID), form: infoForm(&info)})
		}
	}
	return steps
}

func (d *ContactDetails) hasPrimary(t ContactInfoType) bool {
	return slices.ContainsFunc(d.CommonData, func(info ContactInfo) bool { return info.InfoType == t && info.IsPrimary })
}

// info returns a contact's info; nil where it has none of that id.
func (d *ContactDetails) info(id int) *ContactInfo {
	if n := slices.IndexFunc(d.CommonData, func(info ContactInfo) bool { return info.ID == id }); n >= 0 {
		return &d.CommonData[n]
	}
	return nil
}

// AddContactInfo adds a way to reach a contact (POST api/2.0/crm/contact/{id}/data), and
// returns the contact as it then is, and the info. A contact that comes beside an error
// was changed, in part or not as it was sent.
func (c *Caller) AddContactInfo(ctx context.Context, contact int, in NewContactInfo) (*ContactDetails, *ContactInfo, error) {
	checked := checking(nil)
	checked.id(contact, "contactId")
	checked.info(&in)
	isPrimary := false
	d, id, err := c.changeInfos(ctx, contact, checked.found, func(before *ContactDetails) ([]step, error) {
		isPrimary = in.IsPrimary.over(!before.hasPrimary(in.InfoType))
		var steps []step
		if isPrimary {
			steps = demotions(before, in.InfoType, 0)
		}
		return append(steps, in.added(contact, isPrimary)), nil
	})
	switch {
	case d == nil && KindOf(err) == KindNotFound: // it was there a moment ago
		return nil, nil, refuse(CodeNotFound, noContact, "contactId")
	case d == nil || err != nil:
		return d, nil, err
	}
	info := d.info(id)
	var made comparison
	made.check("data", true, info != nil && info.Data == strings.TrimSpace(in.Data))
	made.check("isPrimary", true, info == nil || info.IsPrimary == isPrimary)
	return d, info, made.orNil()
}

// UpdateContactInfo changes a way to reach a contact (PUT
// api/2.0/crm/contact/{id}/data/{info}), and returns the same as AddContactInfo.
func (c *Caller) UpdateContactInfo(ctx context.Context, in ContactInfoChanges) (*ContactDetails, *ContactInfo, error) {
	var sent ContactInfo
	d, _, err := c.changeInfos(ctx, in.ContactID, in.Check(), func(before *ContactDetails) ([]step, error) {
		was := before.info(in.ID)
		if was == nil { // the portal would move it here from another contact
			return nil, noInfo
		}
		var err error
		if sent, err = in.merge(*was); err != nil || sent == *was {
			return nil, err
		}
		var steps []step
		if sent.IsPrimary && !was.IsPrimary {
			steps = demotions(before, sent.InfoType, sent.ID)
		}
		return append(steps, step{method: http.MethodPut, route: infoRoute(before.ID, sent.ID), form: infoForm(&sent)}), nil
	})
	if d == nil {
		return nil, nil, err
	}
	info := d.info(in.ID)
	if err != nil {
		return d, info, err
	}
	var made comparison
	made.check("category", in.Category.Given(), info != nil && info.Category == sent.Category)
	made.check("data", in.Data.Given(), info != nil && info.Data == sent.Data)
	made.check("isPrimary", in.IsPrimary.Given(), info != nil && info.IsPrimary == sent.IsPrimary)
	return d, info, made.orNil()
}

// DeleteContactInfo deletes a way to reach a contact (DELETE
// api/2.0/crm/contact/{id}/data/{info}), and returns the contact as it then is.
func (c *Caller) DeleteContactInfo(ctx context.Context, contact, id int) (*ContactDetails, error) {
	checked := checking(nil)
	checked.id(contact, "contactId")
	checked.id(id, "id")
	d, _, err := c.changeInfos(ctx, contact, checked.found, func(before *ContactDetails) ([]step, error) {
		if before.info(id) == nil { // the portal would delete that of another contact
			return nil, noInfo
		}
		return []step{{method: http.MethodDelete, route: infoRoute(contact, id)}}, nil
	})
	return d, err
}

var noInfo = refuse(CodeNotFound, "The contact has no such info.", "id")

// changeInfos reads a contact, makes the steps that follow from it, and reads it again.
// It returns the id of the info that the last step was about, too. A contact that comes
// beside an error was changed by some of the steps.
func (c *Caller) changeInfos(ctx context.Context, id int, mistakes UserErrors, plan func(d *ContactDetails) ([]step, error)) (*ContactDetails, int, error) {
	before, unlock, err := c.holdContact(ctx, mistakes, id, "")
	switch {
	case KindOf(err) == KindNotFound:
		return nil, 0, refuse(CodeNotFound, noContact, "contactId")
	case err != nil:
		return nil, 0, err
	}
	defer unlock()
	steps, err := plan(before)
	if err != nil {
		return nil, 0, err
	}
	if len(steps) == 0 {
		return before, 0, nil
	}
	answers := make([]Result[*ContactInfo], len(steps))
	for i := range steps {
		steps[i].end = ending(&answers[i], decode[*ContactInfo])
	}
	c.writeAll(ctx, steps)
	after, end := lasting(ctx)
	defer end()
	each := make([]error, len(answers))
	for i, answer := range answers {
		each[i] = answer.Err
	}
	failed := together(each, cmp.Or(each...))
	if !slices.Contains(each, nil) {
		return nil, 0, failed
	}
	d, err := c.contactAfter(after, id)
	if failed != nil || err != nil {
		return d, 0, cmp.Or(failed, err)
	}
	if last := answers[len(answers)-1].Value; last != nil {
		return d, last.ID, nil
	}
	return d, 0, nil
}
