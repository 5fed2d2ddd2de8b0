package demo

import (
	"slices"
	"strings"
)

var eventOrders = map[string]func(a, b *event) int{
	"created":  func(a, b *event) int { return a.created.Compare(b.created) },
	"createby": func(a, b *event) int { return strings.Compare(a.createBy.id, b.createBy.id) },
	"category": func(a, b *event) int { return a.category.id - b.category.id },
	"content":  func(a, b *event) int { return compareFold(a.content, b.content) },
	"id":       func(a, b *event) int { return a.id - b.id },
}

// filterHistory is newest first by default. Without an entity it serves the
// events of the whole portal, also those of opportunities hidden from the
// viewer: with their content, and with null where the opportunity would be.
func filterHistory(c *call) (answer, error) {
	matches, err := c.eventFilter()
	if err != nil {
		return answer{}, err
	}
	list := slices.DeleteFunc(slices.Clone(c.store.events), func(v *event) bool { return !matches(v) })
	compare, known := eventOrders[strings.ToLower(c.params.common("sortby"))]
	descending := c.params.descending()
	if !known {
		compare, descending = eventOrders["created"], true
	}
	slices.SortStableFunc(list, directed(compare, descending))
	cut, result := c.page(len(list))
	if len(list)-result.start > c.params.count() {
		result.total, result.hasTotal = c.params.count()+1, true // the row that proves that there are more
	}
	e := c.encoder()
	e.open("", '[')
	for _, v := range list[cut.from:cut.to] {
		e.event(c.store, v)
	}
	e.close(']')
	result.payload = e.buf
	return result, nil
}

func (c *call) eventFilter() (func(*event) bool, error) {
	p := c.params
	kind, id, err := p.entity()
	if err != nil {
		return nil, err
	}
	about, err := c.eventsAbout(kind, id)
	if err != nil {
		return nil, err
	}
	category, err := p.number("categoryid")
	if err != nil {
		return nil, err
	}
	author, err := p.guid("createby")
	if err != nil {
		return nil, err
	}
	entered, err := p.days()
	if err != nil {
		return nil, err
	}
	search := strings.ToLower(p.common("filtervalue"))
	return func(v *event) bool {
		return about(v) &&
			(category == 0 || v.category.id == category) &&
			(author == "" || v.createBy.id == author) &&
			entered.holds(v.created) &&
			containsWords(search, v.content)
	}, nil
}

// eventsAbout needs both the type and the id of an entity, or neither. The
// events of a company are also those of its persons.
func (c *call) eventsAbout(kind string, id int) (func(*event) bool, error) {
	switch {
	case kind == "" && id == 0:
		return func(*event) bool { return true }, nil
	case kind == "":
		return nil, errRange
	case kind == "opportunity":
		if o := c.store.opportunity(id); o != nil && c.viewer.sees(o) {
			return func(v *event) bool { return v.opportunity == id }, nil
		}
	case kind == "contact":
		if found := c.store.byContactID[id]; found != nil && c.viewer.seesContact(found) {
			return func(v *event) bool {
				return v.contact != nil && (v.contact == found || v.contact.employer == found)
			}, nil
		}
	}
	return nil, errNotFound
}

func (e *encoder) event(s *store, v *event) {
	e.open("", '{')
	e.employee("createBy", v.createBy)
	e.date("created", v.created)
	e.text("content", v.content)
	e.categoryOf("category", v.category)
	if v.contact != nil && e.viewer.seesContact(v.contact) {
		e.contactBase("contact", v.contact)
	}
	if o := s.opportunity(v.opportunity); o != nil && e.viewer.sees(o) {
		e.entity("entity", o)
	} else {
		e.raw("entity", "null")
	}
	if e.viewer.admin || v.createBy == e.viewer {
		e.flag("canEdit", true)
	}
	e.open("files", '[')
	for _, f := range v.files {
		e.file(f)
	}
	e.close(']')
	e.number("id", v.id)
	e.close('}')
}
