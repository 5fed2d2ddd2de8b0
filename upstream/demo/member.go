package demo

import (
	"cmp"
	"slices"
)

// setMembers replaces the members by those that the caller may see, and so drops
// those that the caller could not even name.
func (c *call) setMembers(o *opportunity, ids []int) {
	o.members = nil
	for _, id := range ids {
		if x := c.store.byContactID[id]; x != nil && c.viewer.seesContact(x) {
			o.addMember(x)
		}
	}
}

func (o *opportunity) addMember(x *contact) {
	if !slices.Contains(o.members, x) {
		o.members = append(slices.Clip(o.members), x)
		slices.SortFunc(o.members, func(a, b *contact) int { return cmp.Compare(a.id, b.id) })
	}
}

// memberCall finds the opportunity and the contact of a path.
func (c *call) memberCall() (o *opportunity, x *contact, err error) {
	b := c.binder()
	id, contactID := b.path(c.digits), b.path(c.second)
	if b.err != nil {
		return nil, nil, b.err
	}
	if id <= 0 || contactID <= 0 {
		return nil, nil, errRange
	}
	o, x = c.store.opportunity(id), c.store.byContactID[contactID]
	if o == nil || !c.viewer.sees(o) || x == nil || !c.viewer.seesContact(x) {
		return nil, nil, errNotFound
	}
	return o, x, nil
}

func addMember(c *call) (answer, error) {
	o, x, err := c.memberCall()
	if err != nil {
		return answer{}, err
	}
	o.addMember(x)
	return c.oneContact(x), nil
}

// removeMember also takes the primary contact out, which stays the primary one.
func removeMember(c *call) (answer, error) {
	o, x, err := c.memberCall()
	if err != nil {
		return answer{}, err
	}
	o.members = without(slices.Clone(o.members), x)
	return c.oneContact(x), nil
}
