package demo

import (
	"slices"
	"sync"
)

// firstStore is what each portal begins with. It is built once, as that takes longer than
// all else in New, and never changes: portals write to copies of it.
var firstStore = sync.OnceValue(func() *store { return newStore(newEmployees()) })

// copy returns a store of its own rows. Both share what no write changes: employees,
// definitions, dictionaries and files, and the lists within rows, in whose place writes
// put new ones.
func (s *store) copy() *store {
	c := *s
	c.tags, c.contactTags = slices.Clip(s.tags), slices.Clip(s.contactTags)
	c.byContactID = make(map[int]*contact, len(s.contacts))
	c.contacts = copyRows(s.contacts, func(x *contact) {
		x.addresses, x.infos, x.fields, x.tags = slices.Clip(x.addresses), slices.Clip(x.infos), slices.Clip(x.fields), slices.Clip(x.tags)
		x.managers = slices.Clip(x.managers)
		c.byContactID[x.id] = x
	})
	same := func(x *contact) *contact {
		if x == nil {
			return nil
		}
		return c.byContactID[x.id]
	}
	for _, x := range c.contacts {
		x.employer = same(x.employer)
	}
	c.opportunities = copyRows(s.opportunities, func(o *opportunity) {
		o.contact = same(o.contact)
		o.members = slices.Clone(o.members)
		for i, x := range o.members {
			o.members[i] = same(x)
		}
		o.access, o.fields, o.tags = slices.Clip(o.access), slices.Clip(o.fields), slices.Clip(o.tags)
	})
	c.tasks = copyRows(s.tasks, func(t *task) { t.contact = same(t.contact) })
	c.events = copyRows(s.events, func(v *event) { v.contact, v.files = same(v.contact), slices.Clip(v.files) })
	return &c
}

// copyRows returns copies that adjust has been called with.
func copyRows[T any](rows []*T, adjust func(*T)) []*T {
	values, list := make([]T, len(rows)), make([]*T, len(rows))
	for i, row := range rows {
		list[i] = &values[i]
		values[i] = *row
		adjust(list[i])
	}
	return list
}
