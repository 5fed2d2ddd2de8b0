package upstream

import (
	"context"
	"encoding/json"
	"strconv"
)

// CustomField is the value of a user-defined field on one opportunity or
// contact. A heading (FieldType Heading) groups the fields that follow it by
// position and has no value.
type CustomField struct {
	EntityID   int             `json:"entityId"` // the opportunity or contact; 0 on headings
	Label      string          `json:"label"`
	FieldValue *string         `json:"fieldValue"`
	FieldType  CustomFieldType `json:"fieldType"`
	Position   int             `json:"position"`
	Mask       *string         `json:"mask"` // JSON text: a size, or the choices of a select box
	ID         int             `json:"id"`   // the definition's id, the same on every opportunity

	owner string // "opportunity:3101"; whose value this is
}

// own says whose values fields are.
func own(fields []CustomField, kind string, id int) {
	owner := kind + ":" + strconv.Itoa(id)
	for i := range fields {
		fields[i].owner = owner
	}
}

// CheckedID returns the definition's id, or an error where the portal left it out.
func (f *CustomField) CheckedID() (int, error) { return checkID("customField", f.ID) }

// ValueID returns an id that no other value shares: the owner joined with the
// definition.
func (f *CustomField) ValueID() (string, error) {
	id, err := f.CheckedID()
	if err != nil {
		return "", err
	}
	return f.owner + ":" + strconv.Itoa(id), nil
}

// Options returns the choices of a select box in their order, and nothing for
// other types or a mask that is not a list.
func (f *CustomField) Options() []string {
	if f.FieldType != SelectBox || f.Mask == nil {
		return nil
	}
	var options []string
	if json.Unmarshal([]byte(*f.Mask), &options) != nil {
		return nil
	}
	return options
}

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

// Heading returns the heading row that this definition puts among the values
// of an opportunity or contact.
func (d *CustomFieldDefinition) Heading(kind string, id int) CustomField {
	empty := ""
	return CustomField{
		Label: d.Label, FieldValue: &empty, FieldType: d.FieldType, Position: d.Position, Mask: d.Mask, ID: d.ID,
		owner: kind + ":" + strconv.Itoa(id),
	}
}

// CustomFieldDefinitions returns the user-defined fields of "opportunity",
// "contact", "person" or "company", headings included
// (GET api/2.0/crm/{entity}/customfield/definitions).
func (c *Caller) CustomFieldDefinitions(ctx context.Context, entity string) ([]CustomFieldDefinition, error) {
	r := route{template: "crm/{entity}/customfield/definitions", path: "crm/" + entity + "/customfield/definitions"}
	return get(ctx, c, r, decode[[]CustomFieldDefinition])
}
