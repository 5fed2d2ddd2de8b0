package upstream

import (
	"cmp"
	"context"
	"strconv"
)

// NamedKind is what an object has to be that an input names.
type NamedKind int

// The kinds: a contact may be a person or a company, and a worker is a person without a
// company.
const (
	NamedOpportunity NamedKind = iota
	NamedContact
	NamedCompany
	NamedPerson
	NamedWorker
	NamedTask
)

// Named is an object that an input names; an id of 0 is none.
type Named struct {
	Kind  NamedKind
	ID    int
	Field []string // path in the input
}

func (n Named) isContact() bool { return n.Kind != NamedOpportunity && n.Kind != NamedTask }

// NotThere says of an object that it is not there, or hidden.
const NotThere = "The portal has no such thing, or hides it from this caller."

const (
	noContact = "The portal has no such contact, or hides it from this caller."
	noCompany = "The portal has no such company, or hides it from this caller."
	noPerson  = "The portal has no such person, or hides it from this caller."
)

// Missing returns a mistake for each object that is not there, or not of its kind, and an
// error where the portal does not say of all whether they are. Ids that are none are left
// to the input's check.
func (c *Caller) Missing(ctx context.Context, named []Named) (UserErrors, error) {
	opportunities := c.Opportunities(ctx, forWrite, idsOf(named, func(n Named) bool { return n.Kind == NamedOpportunity }), nil)
	contacts := c.Contacts(ctx, forWrite, idsOf(named, Named.isContact))
	found := checking(nil)
	for _, n := range named {
		var err error
		var contact *ContactDetails
		switch {
		case n.ID <= 0:
			continue
		case n.Kind == NamedOpportunity:
			err, opportunities = opportunities[0].Err, opportunities[1:]
		case n.Kind == NamedTask:
			_, err = c.Task(ctx, n.ID)
		default:
			contact, err, contacts = contacts[0].Value, contacts[0].Err, contacts[1:]
		}
		switch KindOf(err) {
		case KindNotFound, KindForbidden:
			found.fail(CodeNotFound, n.Kind.noSuch(), n.Field...)
			continue
		}
		if err != nil {
			return found.found, notDone(err)
		}
		found.kind(n, contact)
	}
	return found.found, nil
}

// namedEach names the objects of a list.
func namedEach(kind NamedKind, ids []int, field string) []Named {
	ids = lookedUp(ids)
	named := make([]Named, len(ids))
	for i, id := range ids {
		named[i] = Named{kind, id, []string{field, strconv.Itoa(i)}}
	}
	return named
}

// lookedUp returns the entries of a list that are looked up: of one that is too long, as many
// as it may have.
func lookedUp[T any](list []T) []T { return list[:min(len(list), maxList)] }

// withMissing returns the mistakes of an input with those in the objects that it names,
// which otherwise the write finds: none without a mistake before. Any other error is as it is.
func (c *Caller) withMissing(ctx context.Context, err error, named []Named) error {
	found, other := apart(err)
	if len(found) == 0 || other != nil {
		return err
	}
	missing, _ := c.Missing(ctx, named)
	return found.With(missing)
}

// there returns what Missing does, as one error.
func (c *Caller) there(ctx context.Context, named []Named) error {
	found, err := c.Missing(ctx, named)
	return cmp.Or(err, found.orNil())
}

// idsOf returns the ids of objects, in their order.
func idsOf(named []Named, wanted func(n Named) bool) (ids []int) {
	for _, n := range named {
		if n.ID > 0 && wanted(n) {
			ids = append(ids, n.ID)
		}
	}
	return ids
}

// kind checks that a contact is of its kind: the portal does not.
func (c *check) kind(n Named, d *ContactDetails) {
	switch {
	case n.Kind == NamedCompany && !d.IsCompany, (n.Kind == NamedPerson || n.Kind == NamedWorker) && d.IsCompany:
		c.fail(CodeNotFound, n.Kind.noSuch(), n.Field...)
	case n.Kind == NamedWorker && d.Company != nil: // whom the portal would count in both
		c.fail(CodeInvalid, "This person works for another company. Change that by updatePerson first.", n.Field...)
	}
}

func (k NamedKind) noSuch() string {
	switch k {
	case NamedContact:
		return noContact
	case NamedCompany:
		return noCompany
	case NamedPerson, NamedWorker:
		return noPerson
	default:
		return NotThere
	}
}
