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

// info returns it as the portal stores it.
func (in *NewContactInfo) info(isPrimary bool) ContactInfo {
	return ContactInfo{
		InfoType: in.InfoType, Category: slices.Index(categoriesOf(in.InfoType), in.Category),
		Data: strings.TrimSpace(in.Data), IsPrimary: isPrimary,
	}
}

// added returns the step that adds an info to a contact.
func (in *NewContactInfo) added(contact int, isPrimary bool) step {
	info := in.info(isPrimary)
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
	checked.info(&in)
	isPrimary := false
	made, err := c.changeInfos(ctx, contact, checked.found, func(before *ContactDetails) ([]step, error) {
		if len(checked.found) > 0 {
			return nil, nil // no step can be made of it
		}
		isPrimary = in.IsPrimary.over(!before.hasPrimary(in.InfoType))
		var steps []step
		if isPrimary {
			steps = demotions(before, in.InfoType, 0)
		}
		return append(steps, in.added(contact, isPrimary)), nil
	})
	switch {
	case KindOf(err) == KindNotFound: // it was there a moment ago
		return nil, nil, refuse(CodeNotFound, noContact, "contactId")
	case err != nil:
		return nil, nil, err
	}
	n := slices.IndexFunc(made.now.CommonData, func(info ContactInfo) bool {
		return info.InfoType == in.InfoType && info.Data == strings.TrimSpace(in.Data) && made.before.info(info.ID) == nil
	})
	if n < 0 {
		made.miss("data", "The contact is there without this.")
		if isPrimary {
			made.checkPrimary(in.InfoType, 0)
		}
		return made.now, nil, made.err()
	}
	info := &made.now.CommonData[n]
	switch {
	case isPrimary:
		made.checkPrimary(in.InfoType, info.ID)
	case info.IsPrimary:
		made.miss("isPrimary", hasSomethingElse)
	}
	return made.now, info, made.err()
}

// UpdateContactInfo changes a way to reach a contact (PUT
// api/2.0/crm/contact/{id}/data/{info}), and returns the same as AddContactInfo.
func (c *Caller) UpdateContactInfo(ctx context.Context, in ContactInfoChanges) (*ContactDetails, *ContactInfo, error) {
	var sent ContactInfo
	made, err := c.changeInfos(ctx, in.ContactID, in.Check(), func(before *ContactDetails) ([]step, error) {
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
	if err != nil {
		return nil, nil, err
	}
	info := made.now.info(in.ID)
	if info == nil {
		made.miss("id", "The contact no longer has this.")
		return made.now, nil, made.err()
	}
	if in.Category.Given() && info.Category != sent.Category {
		made.miss("category", hasSomethingElse)
	}
	if in.Data.Given() && info.Data != sent.Data {
		made.miss("data", hasSomethingElse)
	}
	switch {
	case !in.IsPrimary.Given():
	case sent.IsPrimary && !made.before.info(in.ID).IsPrimary:
		made.checkPrimary(sent.InfoType, in.ID)
	case info.IsPrimary != sent.IsPrimary:
		made.miss("isPrimary", hasSomethingElse)
	}
	return made.now, info, made.err()
}

// DeleteContactInfo deletes a way to reach a contact (DELETE
// api/2.0/crm/contact/{id}/data/{info}), and returns the contact as it then is.
func (c *Caller) DeleteContactInfo(ctx context.Context, contact, id int) (*ContactDetails, error) {
	checked := checking(nil)
	checked.id(id, "id")
	made, err := c.changeInfos(ctx, contact, checked.found, func(before *ContactDetails) ([]step, error) {
		if before.info(id) == nil { // the portal would delete that of another contact
			return nil, noInfo
		}
		return []step{{method: http.MethodDelete, route: infoRoute(contact, id)}}, nil
	})
	if err != nil {
		return nil, err
	}
	if made.now.info(id) != nil {
		made.miss("id", "The contact still has this.")
	}
	return made.now, made.err()
}

const hasSomethingElse = "The portal has something else."

var noInfo = refuse(CodeNotFound, "The contact has no such info.", "id")

// infosChange is what came of a change of the ways to reach a contact.
type infosChange struct {
	before, now *ContactDetails
	missed      UserErrors
	lost        error // the first error of a step, where another may be done
}

func (i *infosChange) miss(field, message string) {
	i.missed = append(i.missed, refuse(CodeNotAsWritten, message, field)...)
}

// checkPrimary finds that a type has not the one primary info that it was to have: 0 where
// that is not there at all.
func (i *infosChange) checkPrimary(t ContactInfoType, id int) {
	var primary []string
	for _, info := range i.now.CommonData {
		if info.InfoType == t && info.IsPrimary {
			primary = append(primary, strconv.Itoa(info.ID))
		}
	}
	switch {
	case len(primary) == 1 && primary[0] == strconv.Itoa(id):
	case len(primary) == 0:
		i.miss("isPrimary", "None of this type is primary now.")
	default:
		i.miss("isPrimary", "Primary of this type now: "+strings.Join(primary, ", ")+".")
	}
}

// err returns what did not come about, nil where all did: an answer that was lost is no
// loss then.
func (i *infosChange) err() error {
	if len(i.missed) == 0 {
		return nil
	}
	return i.missed.and(i.lost)
}

// changeInfos reads a contact, makes the steps that follow from it, and reads it again.
// Its error means that none is done, or that what there is now is not known.
//
// plan is asked beside mistakes, too, for what else is wrong with the input.
func (c *Caller) changeInfos(ctx context.Context, id int, mistakes UserErrors, plan func(d *ContactDetails) ([]step, error)) (*infosChange, error) {
	checked := checking(nil)
	if checked.id(id, "contactId"); len(checked.found) > 0 {
		return nil, append(checked.found, mistakes...)
	}
	before, unlock, err := c.holdContact(ctx, nil, id, "")
	switch {
	case KindOf(err) == KindNotFound:
		return nil, append(mistakes, refuse(CodeNotFound, noContact, "contactId")...)
	case err != nil:
		return nil, cmp.Or(mistakes.orNil(), err)
	}
	defer unlock()
	steps, err := plan(before)
	if found, other := apart(err); other == nil {
		err = mistakes.With(found).orNil()
	}
	if err != nil {
		return nil, err
	}
	if len(steps) == 0 {
		return &infosChange{before: before, now: before}, nil
	}
	answers := make([]Result[struct{}], len(steps))
	for i := range steps {
		steps[i].end = ending(&answers[i], decode[struct{}])
	}
	c.writeAll(ctx, steps)
	each := make([]error, len(answers))
	for i, answer := range answers {
		each[i] = answer.Err
	}
	lost := together(each, cmp.Or(each...))
	if !slices.ContainsFunc(each, mayBeDone) {
		return nil, lost
	}
	after, end := lasting(ctx)
	defer end()
	now, err := c.contactAfter(after, id)
	if err != nil {
		return nil, cmp.Or(lost, err)
	}
	return &infosChange{before: before, now: now, lost: lost}, nil
}
