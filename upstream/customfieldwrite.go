package upstream

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// changedFields returns the values that are not what is stored.
func changedFields(values []FieldValue, stored []CustomField) []FieldValue {
	return slices.DeleteFunc(slices.Clone(values), func(v FieldValue) bool { return areStored([]FieldValue{v}, stored) })
}

// areStored reports whether the values are what is stored, each once: two writes at the
// same moment may have left a value twice. Of a portal that leaves out which field a value
// is of, none is known to be.
func areStored(values []FieldValue, stored []CustomField) bool {
	for _, v := range values {
		want, found, others := v.text(), 0, 0
		for i := range stored {
			f := &stored[i]
			if f.ID == 0 {
				return false
			}
			if f.ID != v.FieldID || f.FieldValue == nil || *f.FieldValue == "" {
				continue
			}
			if strings.TrimSpace(*f.FieldValue) == want {
				found++
			} else {
				others++
			}
		}
		if others > 0 || found > 1 || want != "" && found == 0 {
			return false
		}
	}
	return true
}

// FieldChanges are values of custom fields of one opportunity or contact. Others stay
// as they are.
type FieldChanges struct {
	ID     int
	Values []FieldValue
	Kind   string // "opportunity", or what a contact has to be, "person" or "company"; "" for either
}

// Check returns all mistakes of the input, as that of NewOpportunity.
func (in *FieldChanges) Check(with *Dictionaries) UserErrors {
	c := checking(with)
	c.id(in.ID, "id")
	if len(in.Values) == 0 {
		c.fail(CodeRequired, "Name at least one field.", "customFields")
	}
	c.fields(in.Values, "customFields")
	return c.found
}

// EmployeeIDs returns none.
func (in *FieldChanges) EmployeeIDs() []string { return nil }

// Named returns the objects that the input names.
func (in *FieldChanges) Named() []Named {
	kind := NamedContact
	if in.Kind == "opportunity" {
		kind = NamedOpportunity
	}
	return []Named{{kind, in.ID, []string{"id"}}}
}

// SetOpportunityFields sets and clears custom fields of an opportunity (POST
// api/2.0/crm/opportunity/{id}/customfield/{field}, together in one batch). The portal
// checks neither the opportunity nor the caller there, so it is read before.
func (c *Caller) SetOpportunityFields(ctx context.Context, in FieldChanges, with *Dictionaries) (*Opportunity, error) {
	before, unlock, err := c.holdOpportunity(ctx, in.Check(with), in.ID, "")
	if err != nil {
		return nil, err
	}
	defer unlock()
	values := changedFields(in.Values, before.CustomFields)
	if len(values) == 0 {
		return before, nil
	}
	o, lost, err := postFields(ctx, c, "opportunity", in.ID, values, withID(opportunityRoute, in.ID), decode[*Opportunity])
	if o, err = c.adopted(o, err, in.ID); err != nil {
		return nil, err
	}
	return o, in.missed(o.CustomFields, lost)
}

// SetContactFields does so for a person or company.
func (c *Caller) SetContactFields(ctx context.Context, in FieldChanges, with *Dictionaries) (*ContactDetails, error) {
	before, unlock, err := c.holdContact(ctx, in.Check(with), in.ID, "")
	if err != nil {
		return nil, err
	}
	defer unlock()
	if in.Kind != "" && in.Kind != before.kind() { // which the portal does not check
		return nil, refuse(CodeInvalid, "This contact is a "+before.kind()+".", "entity")
	}
	values := changedFields(in.Values, before.CustomFields)
	if len(values) == 0 {
		return before, nil
	}
	// Under "contact" the portal would leave the old value beside the new one.
	d, lost, err := postFields(ctx, c, before.kind(), in.ID, values, withID(contactRoute, in.ID), decode[*ContactDetails])
	if d, err = c.adoptedContact(d, err, in.ID); err != nil {
		return nil, err
	}
	return d, in.missed(d.CustomFields, lost)
}

// missed returns which of the values are not what is stored then, with the error that
// they were lost by.
func (in *FieldChanges) missed(stored []CustomField, lost error) error {
	var missed UserErrors
	for i, v := range in.Values {
		if !areStored([]FieldValue{v}, stored) {
			missed = append(missed, refuse(CodeNotAsWritten, "The portal has another value.", "customFields", strconv.Itoa(i), "value")...)
		}
	}
	if len(missed) == 0 {
		return nil
	}
	return missed.and(lost)
}

// postFields sends each value, and reads what then is there. lost is the first error of
// a value, err that of all of it: the read's, or that of values of which none was sent.
func postFields[T any](ctx context.Context, c *Caller, kind string, id int, values []FieldValue, after route, read reader[T]) (value T, lost, err error) {
	steps := make([]step, len(values))
	for i, v := range values {
		f := &form{}
		f.add("fieldValue", v.text()) // without it the portal fails
		to := withID("crm/{kind}/{id}/customfield/{other}", id, strconv.Itoa(v.FieldID)).with("{kind}", kind)
		steps[i] = step{method: http.MethodPost, route: to, form: f.String()}
	}
	value, each, err := changeAndRead(ctx, c, steps, decode[struct{}], after, read)
	lost = together(each, cmp.Or(each...))
	if !slices.ContainsFunc(each, mayBeDone) {
		err = lost
	}
	return value, lost, err
}
