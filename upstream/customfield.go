package upstream

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"onlyoffice-graphql/upstream/scan"
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

// checkOwner returns an error where fields are the values of something else than
// the opportunity or contact of that id. Headings have no owner: 0, or -1.
func (c *Caller) checkOwner(op string, fields []CustomField, id int) error {
	for i := range fields {
		if owner := fields[i].EntityID; owner > 0 && owner != id {
			return c.wrongEntity(op, id, owner)
		}
	}
	return nil
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
	if scan.Read(*f.Mask, &options, scan.Options{}) != nil {
		return nil
	}
	return options
}

// IsHeading reports whether the field is a title above others and has no value.
func (f *CustomField) IsHeading() bool { return f.FieldType == Heading }

// BooleanValue returns the value of a check box, or nil.
func (f *CustomField) BooleanValue() *bool {
	if f.FieldType != CheckBox || f.FieldValue == nil {
		return nil
	}
	var checked bool
	switch strings.ToLower(*f.FieldValue) {
	case "true", "1":
		checked = true
	case "false", "0":
	default:
		return nil
	}
	return &checked
}

// OptionValue returns the chosen option of a select box, or nil when the text
// is no option, as after a change of the options.
func (f *CustomField) OptionValue() *string {
	if f.FieldValue == nil || !slices.Contains(f.Options(), *f.FieldValue) {
		return nil
	}
	return f.FieldValue
}

// numericDate is a date of three numbers, the year first or last. Where dots are
// between them, blanks may follow these, and a dot the last number.
var numericDate = regexp.MustCompile(`^(\d{1,4})([-/]|\.[ \x{a0}]?)(\d{1,2})([-/]|\.[ \x{a0}]?)(\d{1,4})(\.?)(?:[T \x{a0}].*)?$`)

// DateValue returns the day of a date field as yyyy-mm-dd. The portal keeps
// dates as text in the culture of the user who typed them, so it returns nil where
// day and month could be either.
func (f *CustomField) DateValue() *string {
	if f.FieldType != Date || f.FieldValue == nil {
		return nil
	}
	m := numericDate.FindStringSubmatch(*f.FieldValue)
	if m == nil || m[2][0] != m[4][0] || m[6] != "" && m[2][0] != '.' {
		return nil
	}
	a, _ := strconv.Atoi(m[1])
	b, _ := strconv.Atoi(m[3])
	c, _ := strconv.Atoi(m[5])
	var year, month, day int
	switch {
	case len(m[1]) == 4: // year first: month and day follow in every culture
		year, month, day = a, b, c
	case len(m[5]) != 4:
		return nil
	case m[2][0] == '.' || a > 12: // dots are written day first
		year, month, day = c, b, a
	case b > 12 || a == b:
		year, month, day = c, a, b
	default:
		return nil
	}
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if date.Month() != time.Month(month) || date.Day() != day || year == 0 {
		return nil
	}
	text := date.Format(time.DateOnly)
	return &text
}
