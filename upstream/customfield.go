package upstream

import (
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
