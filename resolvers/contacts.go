package resolvers

import (
	"context"

	"onlyoffice-graphql/upstream"
)

// numbered is what has a number that the portal may have left out.
type numbered interface {
	CheckedID() (int, error)
}

// loadOf returns what l has for the number of obj.
func loadOf[V any](ctx context.Context, l *lookup[int, V], obj numbered) (V, error) {
	id, err := obj.CheckedID()
	if err != nil {
		var zero V
		return zero, err
	}
	return l.load(ctx, id)
}

// detail returns what pick takes from the contact in full.
func detail[V any](ctx context.Context, contact numbered, pick func(*upstream.ContactDetails) V) (V, error) {
	details, err := loadOf(ctx, &requestFrom(ctx).contacts, contact)
	if err != nil {
		var zero V
		return zero, err
	}
	return pick(details), nil
}

// email returns a contact's primary address: from the contact in full where
// that is wanted anyway, or else from the call that serves many contacts.
func (r *request) email(ctx context.Context, contact numbered) (*string, error) {
	id, err := contact.CheckedID()
	if err != nil {
		return nil, err
	}
	if r.contacts.cached(ctx, id) {
		return detail(ctx, contact, func(d *upstream.ContactDetails) *string { return data(d.Primary(upstream.InfoEmail)) })
	}
	info, err := r.emails.load(ctx, id)
	return data(info), err
}

// tagsOf returns a contact's tags: from the contact in full where that has them.
func (r *request) tagsOf(ctx context.Context, contact numbered) ([]string, error) {
	id, err := contact.CheckedID()
	if err != nil {
		return nil, err
	}
	if r.caller.ContactsHaveTags() && r.contacts.cached(ctx, id) {
		if details, err := r.contacts.load(ctx, id); err == nil && details.Tags != nil {
			return details.Tags, nil
		}
	}
	return r.contactTags.load(ctx, id)
}

func data(info *upstream.ContactInfo) *string {
	if info == nil {
		return nil
	}
	return &info.Data
}

// adopt keeps what a list of contacts brought along.
func (r *request) adopt(ctx context.Context, contacts []*upstream.ContactDetails) {
	for _, d := range contacts {
		if d.ID != 0 {
			r.contacts.prime(ctx, d.ID, d)
			r.contactTags.prime(ctx, d.ID, orEmpty(d.Tags))
		}
	}
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
