package upstream

import (
	"context"
	"strconv"
)

// CustomFieldDefinition is a user-defined field itself, apart from any value.
type CustomFieldDefinition struct {
	RelativeItemsCount int             `json:"relativeItemsCount"` // opportunities or contacts that have a value
	Label              string          `json:"label"`
	FieldType          CustomFieldType `json:"fieldType"`
	Position           int             `json:"position"`
	Mask               *string         `json:"mask"`
	ID                 int             `json:"id"`
}

// CheckedID returns the portal's number, or an error where it was left out.
func (d *CustomFieldDefinition) CheckedID() (int, error) {
	return checkID("customFieldDefinition", d.ID)
}

// Options returns the choices of a select box in their order.
func (d *CustomFieldDefinition) Options() []string {
	return (&CustomField{FieldType: d.FieldType, Mask: d.Mask}).Options()
}

// heading returns the heading row that this definition puts among the values
// of an opportunity or contact.
func (d *CustomFieldDefinition) heading(kind string, id int) CustomField {
	empty := ""
	return CustomField{
		Label: d.Label, FieldValue: &empty, FieldType: d.FieldType, Position: d.Position, Mask: d.Mask, ID: d.ID,
		owner: kind + ":" + strconv.Itoa(id),
	}
}

// CustomFieldDefinitions returns the user-defined fields of each entity:
// "opportunity", "contact", "person" or "company", headings included
// (GET api/2.0/crm/{entity}/customfield/definitions).
func (c *Caller) CustomFieldDefinitions(ctx context.Context, seat *Seat, entities []string) []Result[[]*CustomFieldDefinition] {
	routes := make([]route, len(entities))
	for i, entity := range entities {
		routes[i] = route{template: "crm/{entity}/customfield/definitions", path: "crm/" + entity + "/customfield/definitions"}
	}
	return getReferences[[]*CustomFieldDefinition](ctx, c, seat, routes)
}
