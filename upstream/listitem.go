package upstream

import "context"

// ListItem is an entry of one of the portal's dictionaries: a contact status,
// a contact type, a category of tasks or of history events.
type ListItem struct {
	ImagePath          *string `json:"imagePath,omitempty"`
	Title              string  `json:"title"`
	Description        *string `json:"description,omitempty"`
	Color              *string `json:"color,omitempty"`
	SortOrder          int     `json:"sortOrder,omitempty"`
	RelativeItemsCount int     `json:"relativeItemsCount,omitempty"` // only in the dictionary itself
	ID                 int     `json:"id"`

	counted bool // it is an entry of the dictionary itself, where 0 is left out
}

// CheckedID returns the portal's number, or an error where it was left out.
func (i *ListItem) CheckedID() (int, error) { return checkID("listItem", i.ID) }

// ItemsCount returns how many things are of the item; nil where only the dictionary
// would tell.
func (i *ListItem) ItemsCount() *int {
	if !i.counted {
		return nil
	}
	return &i.RelativeItemsCount
}

// listItems reads a dictionary. What is kept of it is shared between requests, so it is copied.
func (c *Caller) listItems(ctx context.Context, seat *Seat, template string) ([]*ListItem, error) {
	kept, err := getReference[[]*ListItem](ctx, c, seat, route{template: template})
	if err != nil {
		return nil, err
	}
	items := make([]*ListItem, len(kept))
	for i, item := range kept {
		if item != nil {
			counted := *item
			counted.counted = true
			items[i] = &counted
		}
	}
	return items, nil
}

// ContactStatuses returns the contact statuses with their counts (GET
// api/2.0/crm/contact/status).
func (c *Caller) ContactStatuses(ctx context.Context, seat *Seat) ([]*ListItem, error) {
	return c.listItems(ctx, seat, "crm/contact/status")
}

// ContactTypes returns the contact types with their counts (GET
// api/2.0/crm/contact/type).
func (c *Caller) ContactTypes(ctx context.Context, seat *Seat) ([]*ListItem, error) {
	return c.listItems(ctx, seat, "crm/contact/type")
}
