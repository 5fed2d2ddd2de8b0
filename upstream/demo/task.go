package demo

import (
	"slices"
	"strings"
)

// openTasks counts the open tasks of a contact, and tells whether one is late on
// the day of the demo.
func (s *store) openTasks(c *contact) (open int, late bool) {
	for _, t := range s.tasks {
		if t.contact == c && !t.closed {
			open++
			late = late || !t.deadline.IsZero() && t.deadline.Before(today)
		}
	}
	return open, late
}

// seesTask opens a task to whoever made it or has to do it, and otherwise with
// its contact or its opportunity.
func (c *call) seesTask(t *task) bool {
	u := c.viewer
	if u.admin || t.responsible == u || t.createBy == u {
		return true
	}
	if t.contact != nil && !u.seesContact(t.contact) {
		return false
	}
	o := c.store.opportunity(t.opportunity)
	return o == nil || u.sees(o)
}

func getTask(c *call) (answer, error) {
	id, err := c.id()
	if err != nil {
		return answer{}, err
	}
	i := slices.IndexFunc(c.store.tasks, func(t *task) bool { return t.id == id })
	if i < 0 {
		return answer{}, errNotFound
	}
	if t := c.store.tasks[i]; !c.seesTask(t) {
		return answer{}, errForbidden // unlike opportunities, which are not found
	}
	e := c.encoder()
	e.task(c.store, c.store.tasks[i], taskForm{})
	return one(e.buf), nil
}

var taskOrders = map[string]func(a, b *task) int{
	"title":          func(a, b *task) int { return compareFold(a.title, b.title) },
	"category":       func(a, b *task) int { return a.category.sort - b.category.sort },
	"deadline":       func(a, b *task) int { return a.deadline.Compare(b.deadline) },
	"contact":        func(a, b *task) int { return compareFold(a.contactName(), b.contactName()) },
	"contactmanager": func(a, b *task) int { return strings.Compare(a.responsible.id, b.responsible.id) },
	"id":             func(a, b *task) int { return a.id - b.id },
}

func (t *task) contactName() string {
	if t.contact == nil {
		return ""
	}
	return t.contact.displayName()
}

func filterTasks(c *call) (answer, error) {
	matches, err := c.taskFilter()
	if err != nil {
		return answer{}, err
	}
	list := slices.DeleteFunc(slices.Clone(c.store.tasks), func(t *task) bool { return !matches(t) || !c.seesTask(t) })
	sortBy := strings.ToLower(c.params.common("sortby"))
	compare, known := taskOrders[sortBy]
	if !known {
		compare, known = taskOrders["deadline"], sortBy == ""
	}
	order := directed(compare, c.params.descending())
	slices.SortStableFunc(list, func(a, b *task) int { // open ones first, whatever the order
		if a.closed != b.closed {
			return number(a.closed) - number(b.closed)
		}
		return order(a, b)
	})
	cut, result := c.page(len(list))
	result.loadedTotal(len(list), known)
	e := c.encoder()
	e.open("", '[')
	for _, t := range list[cut.from:cut.to] {
		e.task(c.store, t, taskForm{})
	}
	e.close(']')
	result.payload = e.buf
	return result, nil
}

func (c *call) taskFilter() (func(*task) bool, error) {
	p := c.params
	responsible, err := p.guid("responsibleid")
	if err != nil {
		return nil, err
	}
	category, err := p.number("categoryid")
	if err != nil {
		return nil, err
	}
	closed, err := p.flag("isclosed")
	if err != nil {
		return nil, err
	}
	due, err := p.period()
	if err != nil {
		return nil, err
	}
	kind, id, err := p.entity()
	if err != nil {
		return nil, err
	}
	search := strings.ToLower(p.common("filtervalue"))
	return func(t *task) bool {
		return (responsible == "" || t.responsible.id == responsible) &&
			(category == 0 || t.category.id == category) &&
			(closed == nil || t.closed == *closed) &&
			due.holds(t.deadline) &&
			(id == 0 || kind == "opportunity" && t.opportunity == id || kind == "contact" && t.contact != nil && t.contact.id == id) &&
			containsWords(search, t.title, t.description)
	}, nil
}

// taskForm says how the reply to a write differs from a read: it counts what has
// the category, and leaves out what was not sent.
type taskForm struct {
	written, undescribed bool
}

func (e *encoder) task(s *store, t *task, form taskForm) {
	e.open("", '{')
	e.employee("createBy", t.createBy)
	e.date("created", t.created)
	if t.contact != nil {
		e.taskContact(t.contact)
	}
	e.text("title", t.title)
	if !form.undescribed {
		e.text("description", t.description)
	}
	e.date("deadLine", t.deadline)
	e.nonZero("alertValue", t.alert)
	e.employee("responsible", t.responsible)
	if t.closed {
		e.flag("isClosed", true)
	}
	if form.written {
		e.countedCategory("category", t.category, s.taskCategoryUses()[t.category])
	} else {
		e.categoryOf("category", t.category)
	}
	if o := s.opportunity(t.opportunity); o != nil && e.viewer.sees(o) {
		e.entity("entity", o)
	}
	if e.viewer.admin || t.createBy == e.viewer || t.responsible == e.viewer {
		e.flag("canEdit", true)
	}
	e.number("id", t.id)
	e.close('}')
}

// taskContact carries the e-mail; a contact that the viewer may not see comes
// without that, without its currency and without its access list.
func (e *encoder) taskContact(c *contact) {
	if !e.viewer.seesContact(c) {
		bare := *c
		bare.currency, bare.infos, bare.managers = nil, nil, nil
		c = &bare
	}
	e.open("contact", '{')
	if email := c.email(); email != nil {
		e.contactInfo("email", *email)
	}
	e.contactMembers(c, e.viewer.edits(c))
	e.nestedID(c.id)
}

func (e *encoder) entity(name string, o *opportunity) {
	e.open(name, '{')
	e.text("entityType", "opportunity")
	e.number("entityId", o.id)
	e.text("entityTitle", o.title)
	e.close('}')
}
