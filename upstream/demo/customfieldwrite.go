package demo

import (
	"slices"
	"strings"
)

// setFieldValue checks nothing: neither the caller's rights nor that there is such
// an entity, nor that the field belongs to its kind. The value shows up wherever
// the field and the id are read together.
func setFieldValue(through string) func(*call) (answer, error) {
	return func(c *call) (answer, error) {
		b := c.binder()
		id, fieldID := b.path(c.digits), b.path(c.second)
		value, sent := b.text("fieldValue")
		if b.err != nil {
			return answer{}, b.err
		}
		f := c.store.field(fieldID)
		if f == nil || !sent {
			return answer{}, errNull
		}
		switch {
		case f.owner == "":
			if o := c.store.opportunity(id); o != nil {
				o.fields = c.putValue(o.fields, fieldValue{f, value, elsewhere(through, "opportunity")})
			}
		default:
			if x := c.store.byContactID[id]; x != nil {
				x.fields = c.putValue(x.fields, fieldValue{f, value, elsewhere(through, x.contract())})
			}
		}
		if c.interrupted() {
			return answer{}, errNull
		}
		e := c.encoder()
		e.fieldValue(id, f, value)
		return one(e.buf), nil
	}
}

// elsewhere is the entity type that a row is kept under, empty for its own.
func elsewhere(through, own string) string {
	if through == own {
		return ""
	}
	return through
}

// putValue replaces what was written through the same entity type, and only that.
// The old row goes first; nothing but blanks leaves it at that.
func (c *call) putValue(list []fieldValue, v fieldValue) []fieldValue {
	list = slices.DeleteFunc(slices.Clone(list), func(old fieldValue) bool { return old.field == v.field && old.through == v.through })
	v.value = longText(strings.TrimSpace(v.value))
	if v.value == "" || v.field.kind == headingField || c.interrupted() {
		return list
	}
	return append(list, v)
}

// field finds a definition of any kind.
func (s *store) field(id int) *field {
	for _, f := range slices.Concat(s.fields, s.contactFields) {
		if f.id == id {
			return f
		}
	}
	return nil
}

// setOpportunityFields skips unknown fields and empty values; one blank clears.
func (c *call) setOpportunityFields(o *opportunity, list []keyed) {
	for _, k := range list {
		if f := c.store.field(k.key); f != nil && f.owner == "" && k.value != "" {
			o.fields = c.putValue(o.fields, fieldValue{field: f, value: k.value})
		}
	}
}
