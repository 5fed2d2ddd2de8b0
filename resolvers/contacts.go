package resolvers

import (
	"context"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/resolvers/paging"
	"onlyoffice-graphql/upstream"
)

// numbered is what has a number that the portal may have left out.
type numbered interface {
	CheckedID() (int, error)
}

var contactOrders = map[graph.ContactOrderField]string{
	graph.ContactOrderFieldID:          "id",
	graph.ContactOrderFieldDisplayName: "displayname",
	graph.ContactOrderFieldFirstName:   "firstname",
	graph.ContactOrderFieldLastName:    "lastname",
	graph.ContactOrderFieldCreated:     "created",
}

// contactList returns the list of the contacts that meet the filter.
func (r *execution) contactList(filter *graph.ContactFilter, orderBy *graph.ContactOrder, arguments pageArguments) (*contactList, error) {
	if err := r.caller.SignedIn(); err != nil {
		return nil, err
	}
	order := graph.ContactOrder{Field: graph.ContactOrderFieldID, Direction: graph.OrderDirectionAsc}
	if orderBy != nil {
		order = *orderBy
	}
	criteria, nothing, err := contactCriteria(filter)
	if err != nil {
		return nil, err
	}
	lists := []upstream.ContactCriteria{criteria}
	if nothing {
		lists = nil
	}
	l, err := newList[*upstream.ContactDetails](arguments, lists, "contacts", criteria, order)
	if err != nil {
		return nil, err
	}
	l.Totals, l.Disjoint, l.Descending, l.SortBy = true, true, order.Direction == graph.OrderDirectionDesc, contactOrders[order.Field]
	l.byID, l.byName = order.Field == graph.ContactOrderFieldID, "displayname"
	return shared(r, l), nil
}

// readContactPages reads the lists, whose contacts come in full and with their
// tags, so their fields need no further calls.
func readContactPages(r *execution, seat *upstream.Seat, lists []*contactList) []upstream.Result[*graph.ContactConnection] {
	pages := readLists(r, seat, lists, func(seat *upstream.Seat, queries []upstream.Query[upstream.ContactCriteria]) []upstream.Result[upstream.Page[*upstream.ContactDetails]] {
		return r.caller.ListContacts(r.ctx, seat, queries)
	})
	full, tags := contacts.of(r), contactTags.of(r)
	return connections(pages, func(p paging.Page[*upstream.ContactDetails]) *graph.ContactConnection {
		c := &graph.ContactConnection{PageInfo: pageInfo(p), TotalCount: p.Total, Nodes: make([]upstream.Contact, len(p.Rows)), Edges: make([]*graph.ContactEdge, len(p.Rows))}
		for i, d := range p.Rows {
			c.Nodes[i] = d.Typed()
			c.Edges[i] = &graph.ContactEdge{Cursor: p.Cursors[i], Node: c.Nodes[i]}
			if d.ID != 0 {
				full.prime(d.ID, d)
				tags.prime(d.ID, orEmpty(d.Tags))
			}
		}
		return c
	})
}

// contactByID returns one contact, which is read in full, or nil when the portal
// has none or hides it.
func contactByID(ctx context.Context, id int) (upstream.Contact, error) {
	details, err := orNull(contacts.load(ctx, id))
	if details == nil {
		return nil, err
	}
	return details.Typed(), nil
}

// loadOf returns what l has for the number of obj.
func loadOf[V any](ctx context.Context, l *loader[int, V], obj numbered) (V, error) {
	id, err := obj.CheckedID()
	if err != nil {
		var zero V
		return zero, err
	}
	return l.load(ctx, id)
}

// detail returns what pick takes from the contact in full.
func detail[V any](ctx context.Context, contact numbered, pick func(*upstream.ContactDetails) V) (V, error) {
	details, err := loadOf(ctx, contacts, contact)
	if err != nil {
		var zero V
		return zero, err
	}
	return pick(details), nil
}

func revisionOf(d *upstream.ContactDetails) *string {
	revision := d.Revision()
	return &revision
}

// emailOf returns a contact's primary address: from the contact in full where
// that is wanted anyway, or else from the call that serves many contacts.
func emailOf(ctx context.Context, contact numbered) (*string, error) {
	id, err := contact.CheckedID()
	if err != nil {
		return nil, err
	}
	r := executionOf(ctx)
	if !emails.of(r).knows(id) && contacts.of(r).knows(id) {
		return detail(ctx, contact, func(d *upstream.ContactDetails) *string { return data(d.Primary(upstream.InfoEmail)) })
	}
	info, err := emails.load(ctx, id)
	return data(info), err
}

// personsOf returns the persons of a company.
func personsOf(ctx context.Context, company *upstream.Company) ([]*upstream.Person, error) {
	details, err := loadOf(ctx, persons, company)
	if err != nil {
		return nil, err
	}
	return personsIn(details), nil
}

// personsIn returns the persons among contacts.
func personsIn(contacts []*upstream.ContactDetails) []*upstream.Person {
	people := make([]*upstream.Person, 0, len(contacts))
	for _, d := range contacts {
		if p, ok := d.Typed().(*upstream.Person); ok {
			people = append(people, p)
		}
	}
	return people
}

func data(info *upstream.ContactInfo) *string {
	if info == nil {
		return nil
	}
	return &info.Data
}

// orEmpty makes an absent list an empty one: null would mean unknown.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// pointers returns the addresses of the elements of list.
func pointers[T any](list []T) []*T {
	result := make([]*T, len(list))
	for i := range list {
		result[i] = &list[i]
	}
	return result
}
