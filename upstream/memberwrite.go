package upstream

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
)

// AddOpportunityMembers lets contacts take part in an opportunity (POST
// api/2.0/crm/opportunity/{id}/contact/{contact}, together in one batch). Those that do
// already are no mistake. An opportunity that comes beside an error has the others.
func (c *Caller) AddOpportunityMembers(ctx context.Context, id int, contacts []int) (*Opportunity, error) {
	return c.changeMembers(ctx, http.MethodPost, id, contacts)
}

// RemoveOpportunityMembers ends that (DELETE). Those that do not take part are no mistake.
func (c *Caller) RemoveOpportunityMembers(ctx context.Context, id int, contacts []int) (*Opportunity, error) {
	return c.changeMembers(ctx, http.MethodDelete, id, contacts)
}

func (c *Caller) changeMembers(ctx context.Context, method string, id int, contacts []int) (*Opportunity, error) {
	in := checking(nil)
	in.id(id, "id")
	in.ids(contacts, "contactIds")
	distinct(in, contacts, self, "contactIds")
	if len(contacts) == 0 {
		in.fail(CodeRequired, "Name at least one contact.", "contactIds")
	}
	named := append(namedEach(NamedContact, contacts, "contactIds"), Named{NamedOpportunity, id, []string{"id"}})
	if err := c.withMissing(ctx, in.found.orNil(), named); err != nil {
		return nil, err
	}
	unlock, err := c.client.objects.lock(ctx, opportunityRoute, lockOf(lockOpportunity, id))
	if err != nil {
		return nil, err
	}
	defer unlock()
	steps := make([]step, len(contacts))
	for i, contact := range contacts {
		steps[i] = step{method: method, route: withID("crm/opportunity/{id}/contact/{other}", id, strconv.Itoa(contact))}
	}
	o, each, err := changeAndRead(ctx, c, steps, decode[struct{}], withID(opportunityRoute, id), decode[*Opportunity])
	if o, err = c.adopted(o, err, id); err != nil {
		return nil, err
	}
	// The opportunity is there, so what was not found are the contacts.
	var missing UserErrors
	var lost error
	isPart := slices.ContainsFunc(each, mayBeDone)
	for i, err := range each {
		switch {
		case KindOf(err) == KindNotFound:
			missing = append(missing, refuse(CodeNotFound, noContact, "contactIds", strconv.Itoa(i))...)
		case !isPart || o.hidesMembers():
			lost = cmp.Or(lost, err)
		case err != nil && o.hasMember(contacts[i]) != (method == http.MethodPost):
			missing = append(missing, refuse(CodeNotAsWritten, "This was not done.", "contactIds", strconv.Itoa(i))...)
			lost = cmp.Or(lost, err)
		}
	}
	return o, missing.and(together(each, lost))
}

// hidesMembers reports whether the portal left out which contacts take part: some lose
// nested ids.
func (o *Opportunity) hidesMembers() bool {
	return slices.ContainsFunc(o.Members, func(m ContactBase) bool { return m.ID == 0 })
}

// hasMember reports whether a contact takes part, as far as the caller sees.
func (o *Opportunity) hasMember(contact int) bool {
	return slices.ContainsFunc(o.Members, func(m ContactBase) bool { return m.ID == contact })
}
