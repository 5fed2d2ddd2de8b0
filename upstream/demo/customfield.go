package demo

import "slices"

// listDefinitions serves the definitions of one kind of entity. Persons and
// companies also have the fields that all contacts share.
func listDefinitions(kind string) func(*call) (answer, error) {
	return func(c *call) (answer, error) {
		var rows []string
		for _, f := range slices.Concat(c.store.fields, c.store.contactFields) {
			shared := f.owner == "contact" && (kind == "person" || kind == "company")
			if f.owner == kind || shared {
				rows = append(rows, c.definition(f))
			}
		}
		return c.plainList(rows), nil
	}
}

// definition is a custom field without an entity: id -1 and a blank for a value.
func (c *call) definition(f *field) string {
	uses := 0
	for _, o := range c.store.opportunities {
		uses += valuesOf(o.fields, f)
	}
	for _, x := range c.store.contacts {
		uses += valuesOf(x.fields, f)
	}
	e := c.encoder()
	e.open("", '{')
	e.number("relativeItemsCount", uses)
	e.number("entityId", -1)
	e.text("label", f.label)
	e.text("fieldValue", " ")
	e.number("fieldType", f.kind)
	e.number("position", f.position)
	e.text("mask", f.mask)
	e.number("id", f.id)
	e.close('}')
	return string(e.buf)
}

func valuesOf(values []fieldValue, f *field) (n int) {
	for _, v := range values {
		n += number(v.field == f)
	}
	return n
}

// listOpportunityFields checks no access at all, and takes id 0 for all of the
// portal's opportunities.
func listOpportunityFields(c *call) (answer, error) {
	id, err := parseInt32(c.digits)
	if err != nil {
		return answer{}, err
	}
	var rows []string
	add := func(entity int, f *field, value string) {
		e := c.encoder()
		e.fieldValue(entity, f, value)
		rows = append(rows, string(e.buf))
	}
	for _, f := range c.store.fields {
		if f.kind == headingField {
			add(0, f, "")
		}
		for _, o := range c.store.opportunities {
			if id != 0 && o.id != id {
				continue
			}
			for _, v := range o.fields {
				if v.field == f {
					add(o.id, f, v.value)
				}
			}
		}
	}
	return c.plainList(rows), nil
}

func listCurrencies(c *call) (answer, error) {
	var rows []string
	for _, known := range currencies {
		e := c.encoder()
		e.currency("", known)
		rows = append(rows, string(e.buf))
	}
	return c.plainList(rows), nil
}
