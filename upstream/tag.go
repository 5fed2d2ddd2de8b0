package upstream

import "context"

// Tag is a word that opportunities or contacts are marked with. Tags have no id: the
// title is the tag.
type Tag struct {
	Title              string `json:"title"`
	RelativeItemsCount int    `json:"relativeItemsCount,omitempty"` // opportunities or contacts that bear it
}

// Tags returns all tags of opportunities with their counts
// (GET api/2.0/crm/opportunity/tag).
func (c *Caller) Tags(ctx context.Context, seat *Seat) ([]*Tag, error) {
	return getWith(ctx, c, seat, route{template: "crm/opportunity/tag"}, decode[[]*Tag])
}

// TagsOfContacts returns all tags of contacts with their counts
// (GET api/2.0/crm/contact/tag).
func (c *Caller) TagsOfContacts(ctx context.Context, seat *Seat) ([]*Tag, error) {
	return getWith(ctx, c, seat, route{template: "crm/contact/tag"}, decode[[]*Tag])
}
