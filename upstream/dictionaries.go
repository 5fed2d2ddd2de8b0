package upstream

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Dictionaries are what inputs are checked against. What is nil was not read, and
// nothing is checked against it.
type Dictionaries struct {
	Stages            []*Stage
	Currencies        []*Currency
	Fields            []*CustomFieldDefinition // of the kind of thing that is written
	TaskCategories    []*ListItem
	HistoryCategories []*ListItem
	ContactStatuses   []*ListItem
	Employees         map[string]bool // ids in lower case that were asked for, and whether there is such an employee
}

// stage checks the id of a stage.
func (c *check) stage(id int, field string) {
	if !isListed(c.with.Stages, id) {
		c.fail(CodeNotFound, oneOfStages(c.with.Stages), field)
		return
	}
	c.id(id, field)
}

// oneOfStages is the sentence that names the stages.
func oneOfStages(stages []*Stage) string {
	return mustBe(texts(stages, func(s *Stage) string { return fmt.Sprintf("%d (%s)", s.ID, s.Title) }))
}

// currency checks a currency's abbreviation.
func (c *check) currency(abbreviation, field string) {
	if len(abbreviation) != 3 {
		c.fail(CodeInvalid, `A currency is given by its abbreviation, such as "EUR".`, field)
		return
	}
	if c.with.Currencies != nil && !slices.ContainsFunc(c.with.Currencies, func(k *Currency) bool {
		return strings.EqualFold(k.Abbreviation, abbreviation)
	}) {
		c.fail(CodeNotFound, mustBe(texts(c.with.Currencies, func(k *Currency) string { return k.Abbreviation })), field)
	}
}

// item checks the id of an entry of a dictionary.
func (c *check) item(items []*ListItem, id int, field string) {
	if !isListed(items, id) {
		c.fail(CodeNotFound, mustBe(texts(items, func(i *ListItem) string { return fmt.Sprintf("%d (%s)", i.ID, i.Title) })), field)
		return
	}
	c.id(id, field)
}

// FieldValue is the value that a custom field is to have: a check box "true" or
// "false", a select box the text of an option, a date the day as "2024-10-04".
type FieldValue struct {
	FieldID int
	Value   *string // nil clears the field, as a blank text does
}

// text returns the value as it is stored: without blanks around it, "" for none.
func (v FieldValue) text() string {
	if v.Value == nil {
		return ""
	}
	return strings.TrimSpace(*v.Value)
}

// fields checks the values of custom fields, which the portal does not.
func (c *check) fields(values []FieldValue, list string) {
	if !c.list(len(values), maxList, list) {
		return
	}
	distinct(c, values, func(v FieldValue) int { return v.FieldID }, list)
	for i, v := range values {
		at := func(member string) []string { return []string{list, strconv.Itoa(i), member} }
		n := slices.IndexFunc(c.with.Fields, func(d *CustomFieldDefinition) bool { return d.ID == v.FieldID })
		switch {
		case v.FieldID <= 0:
			c.id(v.FieldID, at("fieldId")...)
		case c.with.Fields != nil && n < 0:
			c.fail(CodeNotFound, "There is no such custom field.", at("fieldId")...)
		case n >= 0 && c.with.Fields[n].FieldType == Heading:
			c.fail(CodeInvalid, "A heading has no value.", at("fieldId")...)
		case v.text() == "" || !c.text(v.text(), 0, maxText, at("value")...) || n < 0:
		default:
			c.fits(c.with.Fields[n], v.text(), at("value")...)
		}
	}
}

// fits checks a value against its field's definition.
func (c *check) fits(d *CustomFieldDefinition, text string, field ...string) {
	switch d.FieldType {
	case CheckBox:
		if text != "true" && text != "false" {
			c.fail(CodeInvalid, `A check box is "true" or "false".`, field...)
		}
	case SelectBox:
		if !slices.Contains(d.Options(), text) {
			c.fail(CodeNotFound, mustBe(texts(d.Options(), strconv.Quote)), field...)
		}
	case Date:
		switch day := (&CustomField{FieldType: Date, FieldValue: &text}).DateValue(); {
		case day == nil || !isDayAlone.MatchString(text):
			c.fail(CodeInvalid, `This must be a day such as "2024-10-04".`, field...)
		case *day < strconv.Itoa(firstYear):
			c.fail(CodeOutOfRange, yearOutOfRange, field...)
		}
	}
}

// isDayAlone matches a day with no more than midnight: in the portal's time zone an instant
// may be another day than the one that is written.
var isDayAlone = regexp.MustCompile(`^[-/.\d \x{a0}]+([T \x{a0}]00?:00(:00(\.0+)?)?)?$`)

// texts returns what a sentence calls each of a list.
func texts[T any](list []T, text func(T) string) []string {
	all := make([]string, len(list))
	for i, v := range list {
		all[i] = text(v)
	}
	return all
}
