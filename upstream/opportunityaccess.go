package upstream

import (
	"context"
	"slices"
	"strings"
)

// AccessChange says who is to see an opportunity. Only its creator and administrators
// may change that.
type AccessChange struct {
	ID            int
	IsPrivate     bool
	AccessListIDs []string // of a private one: all of the list; the responsible and the caller are on it, too
}

// Check returns all mistakes of the input, as that of NewOpportunity.
func (in *AccessChange) Check(with *Dictionaries) UserErrors {
	c := checking(with)
	c.id(in.ID, "id")
	c.access(in.IsPrivate, in.AccessListIDs)
	return c.found
}

// EmployeeIDs returns the employees that the input names, to be looked up.
func (in *AccessChange) EmployeeIDs() []string { return lookedUp(in.AccessListIDs) }

// Named returns the objects that the input names.
func (in *AccessChange) Named() []Named { return []Named{{NamedOpportunity, in.ID, []string{"id"}}} }

// SetOpportunityAccess replaces who may see an opportunity (PUT
// api/2.0/crm/opportunity/{id}/access). The portal would publish a private one without
// a list, and hide one from its responsible, so that one is added.
func (c *Caller) SetOpportunityAccess(ctx context.Context, in AccessChange, with *Dictionaries) (*Opportunity, error) {
	if err := in.Check(with).orNil(); err != nil {
		return nil, err
	}
	unlock, err := c.client.objects.lock(ctx, opportunityRoute, lockOf(lockOpportunity, in.ID))
	if err != nil {
		return nil, err
	}
	defer unlock()
	list := in.AccessListIDs
	var before *Opportunity
	if in.IsPrivate {
		if before, err = c.readForWrite(ctx, in.ID, ""); err != nil {
			return nil, err
		}
		if list == nil && before.IsPrivate { // left out, so it stays
			if before.hasRemovedReaders() {
				return nil, cannotKeep("accessListIds", lostReaders)
			}
			list = before.values().accessList
		}
		if before.Responsible != nil && before.Responsible.ID != "" && !before.Responsible.IsRemoved() {
			list = including(list, before.Responsible.ID)
		}
		switch {
		case len(list) == 0:
			return nil, refuse(CodeRequired, "A private opportunity needs somebody who sees it.", "accessListIds")
		case before.hasAccess(true, list):
			return before, nil
		}
	}
	o, err := c.putAccess(ctx, in.ID, in.IsPrivate, list)
	if err != nil {
		return nil, err
	}
	after, end := lasting(ctx)
	defer end()
	o, _ = c.settleAccess(after, o, before, in.IsPrivate, list)
	return o, nil
}

func (c *Caller) putAccess(ctx context.Context, id int, isPrivate bool, list []string) (*Opportunity, error) {
	f := &form{}
	f.truth("isPrivate", isPrivate)
	if isPrivate {
		f.texts("accessList", list)
	}
	o, err := put(ctx, c, withID("crm/opportunity/{id}/access", id), f, decode[*Opportunity])
	return c.adopted(o, err, id)
}

const lostReaders = "Somebody on the list was removed from the portal, or is a group. Name a list."

// hasRemovedReaders reports whether the portal does not say of all on the list who they are.
func (o *Opportunity) hasRemovedReaders() bool {
	return slices.ContainsFunc(o.AccessList, func(e Employee) bool { return e.ID == "" || e.IsRemoved() })
}

// hasAccess reports whether exactly the list may see the opportunity.
func (o *Opportunity) hasAccess(isPrivate bool, list []string) bool {
	if !isPrivate || !o.IsPrivate {
		return isPrivate == o.IsPrivate
	}
	return len(o.othersThan(list)) == 0 && len(o.AccessList) == len(list)
}

// othersThan returns who sees the opportunity without being on the list.
func (o *Opportunity) othersThan(list []string) (others []string) {
	for i := range o.AccessList {
		if id := o.AccessList[i].ID; !isOn(list, id) {
			others = append(others, id)
		}
	}
	return others
}

// isOn reports whether an employee is on a list.
func isOn(list []string, id string) bool {
	return slices.ContainsFunc(list, func(other string) bool { return strings.EqualFold(other, id) })
}

// joined returns the list that was sent, with the caller where the portal has added them.
// One more who was not there before can only be them; of one who was, the portal may not
// have taken the list at all, so it is asked who the caller is.
func (c *Caller) joined(ctx context.Context, o, before *Opportunity, list []string) []string {
	others := o.othersThan(list)
	if len(others) != 1 {
		return list
	}
	if before == nil || isOn(before.values().accessList, others[0]) {
		if self, err := c.Self(ctx, forWrite); err != nil || !strings.EqualFold(self.ID, others[0]) {
			return list
		}
	}
	return including(list, others[0])
}

// settleAccess returns the opportunity with the access that it was given, and who that is
// with the caller. A portal of several processes hears of rights a little later, so its
// answers may show the old ones: then they are read again, and filled in from what was sent
// if that is still so.
func (c *Caller) settleAccess(ctx context.Context, o, before *Opportunity, isPrivate bool, list []string) (*Opportunity, []string) {
	if joined := c.joined(ctx, o, before, list); o.hasAccess(isPrivate, joined) {
		return o, joined
	}
	if again := c.Opportunities(ctx, forWrite, []int{o.ID}, nil)[0]; again.Err == nil {
		o = again.Value
		if joined := c.joined(ctx, o, before, list); o.hasAccess(isPrivate, joined) {
			return o, joined
		}
	}
	seen := slices.Clone(o.AccessList)
	for _, from := range []*Opportunity{o, before} {
		if from == nil {
			continue
		}
		seen = append(seen, from.AccessList...)
		for _, e := range []*Employee{from.Responsible, from.CreateBy} {
			if e != nil {
				seen = append(seen, *e)
			}
		}
	}
	o.IsPrivate, o.AccessList = isPrivate, []Employee{}
	if !isPrivate {
		return o, nil
	}
	if self, err := c.Self(ctx, forWrite); err == nil {
		seen = append(seen, self.Employee)
		list = including(list, self.ID)
	}
	o.AccessList = c.employeesOf(ctx, list, seen)
	return o, o.values().accessList
}

// employeesOf returns the employees of a list: those that were seen, and the others looked
// up together. One whom the portal does not tell of is left out.
func (c *Caller) employeesOf(ctx context.Context, list []string, seen []Employee) []Employee {
	var unseen []string
	for _, id := range list {
		if !slices.ContainsFunc(seen, func(e Employee) bool { return strings.EqualFold(e.ID, id) }) {
			unseen = append(unseen, id)
		}
	}
	for _, e := range c.Employees(ctx, forWrite, unseen) {
		if e.Err == nil {
			seen = append(seen, e.Value.Employee)
		}
	}
	employees := make([]Employee, 0, len(list))
	for _, id := range list {
		if n := slices.IndexFunc(seen, func(e Employee) bool { return strings.EqualFold(e.ID, id) }); n >= 0 {
			employees = append(employees, seen[n])
		}
	}
	return employees
}
