package demo

import (
	"slices"
	"strings"
)

// contactInput is the bound form of the parameters of a new or changed contact;
// those of the other kind stay empty.
type contactInput struct {
	company              bool
	firstName, lastName  string
	hasFirst, hasLast    bool
	name                 string
	named                bool
	jobTitle, about      string
	hasJobTitle, hasText bool
	employer             int
	persons              []int
	share                int
	managers             []string
	fields               []keyed
}

func (c *call) bindContact(company bool) (id int, in contactInput, err error) {
	b := c.binder()
	in.company = company
	if c.digits != "" {
		id = b.path(c.digits)
	}
	if company {
		in.name, in.named = b.text("companyName")
		in.persons = b.numbers("personList")
	} else {
		in.firstName, in.hasFirst = b.text("firstName")
		in.lastName, in.hasLast = b.text("lastName")
		in.jobTitle, in.hasJobTitle = b.text("jobTitle")
		in.employer = b.number("companyId")
	}
	in.about, in.hasText = b.text("about")
	in.share, _ = b.enum("shareType", "None", "ReadWrite", "Read")
	in.managers = b.guids("managerList")
	in.fields = b.pairs("customFieldList")
	return id, in, b.err
}

// fill writes the row from what was sent alone. The portal knows no parameters for
// the status, the type, the industry and the currency, and so empties them.
func (in contactInput) fill(x *contact) {
	if in.company {
		x.name = titleOf(strings.TrimSpace(in.name))
	} else {
		x.firstName, x.lastName = titleOf(strings.TrimSpace(in.firstName)), titleOf(strings.TrimSpace(in.lastName))
		x.jobTitle = titleOf(in.jobTitle)
	}
	x.about, x.share = longText(in.about), in.share
	x.status, x.kind, x.industry, x.currency = nil, nil, "", nil
}

// employ moves a person to a company, or to none.
func (x *contact) employ(company *contact) {
	if x.employer != nil {
		x.employer.persons--
	}
	if x.employer = company; company != nil {
		company.persons++
	}
}

func createPerson(c *call) (answer, error) {
	_, in, err := c.bindContact(false)
	if err != nil {
		return answer{}, err
	}
	company := c.store.byContactID[in.employer]
	switch {
	case in.employer > 0 && (company == nil || !c.viewer.seesContact(company)):
		return answer{}, errNotFound
	case !in.hasFirst || !in.hasLast:
		return answer{}, errNull
	case strings.TrimSpace(in.firstName) == "":
		return answer{}, errRange
	}
	return c.insertContact(in, func(x *contact) {
		if company != nil {
			x.employ(company)
		}
	})
}

func createCompany(c *call) (answer, error) {
	_, in, err := c.bindContact(true)
	if err != nil {
		return answer{}, err
	}
	if strings.TrimSpace(in.name) == "" {
		return answer{}, errRange
	}
	return c.insertContact(in, func(company *contact) {
		for _, id := range in.persons {
			if x := c.store.byContactID[id]; x != nil && !x.company && c.viewer.seesContact(x) {
				x.employ(company)
			}
		}
	})
}

// insertContact does not let the creator in: without a share or a place among the
// managers, the contact is hidden from the very caller.
func (c *call) insertContact(in contactInput, link func(*contact)) (answer, error) {
	s := c.store
	if err := s.grow(); err != nil {
		return answer{}, err
	}
	now := s.now()
	s.last.contact++
	x := &contact{id: s.last.contact, company: in.company, createBy: c.viewer, created: stored(now)}
	in.fill(x)
	s.contacts = append(s.contacts, x)
	s.byContactID[x.id] = x
	if c.interrupted() {
		return answer{}, errNull
	}
	link(x)
	x.managers = s.employeesByID(in.managers)
	for _, k := range in.fields {
		if k.value == "" {
			continue
		}
		f := s.field(k.key)
		if f == nil {
			return answer{}, errNull // and what ran before stays
		}
		if f.describes(x) {
			x.fields = c.putValue(x.fields, fieldValue{field: f, value: k.value})
		}
	}
	echo := *x
	echo.created, echo.about, echo.noAbout = now, in.about, !in.hasText
	if in.company {
		echo.name = in.name
	} else {
		echo.firstName, echo.lastName, echo.jobTitle, echo.noTitle = in.firstName, in.lastName, in.jobTitle, !in.hasJobTitle
	}
	return c.oneContact(&echo), nil
}

// describes reports whether a field is one of a contact's kind.
func (f *field) describes(x *contact) bool { return f.owner == "contact" || f.owner == x.contract() }

// changedContact finds the contact that a PUT is about: unlike everywhere else, a
// missing one is 400 and a hidden one 403.
func (c *call) changedContact(id int) (*contact, error) {
	x := c.store.byContactID[id]
	switch {
	case x == nil:
		return nil, errRange
	case !c.viewer.edits(x):
		return nil, errForbidden
	}
	return x, nil
}

func updatePerson(c *call) (answer, error) {
	id, in, err := c.bindContact(false)
	if err != nil {
		return answer{}, err
	}
	if id <= 0 || in.firstName == "" || in.lastName == "" {
		return answer{}, errRange
	}
	x, err := c.changedContact(id)
	if err != nil {
		return answer{}, err
	}
	if x.company {
		x.name = "" // the name of a person is no name of a company
		return answer{}, errNull
	}
	old := *x
	x.employ(c.store.byContactID[in.employer]) // comes before the names are looked at
	if strings.TrimSpace(in.firstName) == "" {
		return answer{}, errRange
	}
	return c.overwrite(x, old, in)
}

func updateCompany(c *call) (answer, error) {
	id, in, err := c.bindContact(true)
	if err != nil {
		return answer{}, err
	}
	if id <= 0 {
		return answer{}, errRange
	}
	x, err := c.changedContact(id)
	switch {
	case err != nil:
		return answer{}, err
	case !in.named:
		return answer{}, errNull
	case strings.TrimSpace(in.name) == "":
		return answer{}, errRange
	case !x.company:
		x.firstName, x.lastName = "", ""
		return answer{}, errNull
	}
	return c.overwrite(x, *x, in)
}

// overwrite answers with the contact as it was before, short of its fields.
func (c *call) overwrite(x *contact, old contact, in contactInput) (answer, error) {
	in.fill(x)
	if c.interrupted() {
		return answer{}, errNull
	}
	if len(in.managers) > 0 {
		x.managers = c.store.employeesByID(in.managers)
	}
	for _, k := range in.fields {
		if f := c.store.field(k.key); f != nil && f.describes(x) && k.value != "" {
			x.fields = c.putValue(x.fields, fieldValue{field: f, value: k.value})
		}
	}
	old.fields = x.fields
	return c.oneContact(&old), nil
}

func (c *call) oneContact(x *contact) answer {
	e := c.encoder()
	e.contact(c.store, x, contactForm{})
	return one(e.buf)
}

func setContactStatus(c *call) (answer, error) {
	b := c.binder()
	id, statusID := b.path(c.digits), b.number("contactStatusid")
	if b.err != nil {
		return answer{}, b.err
	}
	if id <= 0 || statusID < 0 {
		return answer{}, errRange
	}
	status := c.store.listItem(statusID)
	x := c.store.byContactID[id]
	switch {
	case statusID > 0 && status == nil, x == nil || !c.viewer.seesContact(x):
		return answer{}, errNotFound
	case !c.viewer.edits(x):
		return answer{}, errForbidden
	}
	x.status = status
	return c.oneContact(x), nil
}

// deleteContact takes along what names the contact, the tasks of opportunities
// too, and leaves opportunities and persons without it.
func deleteContact(c *call) (answer, error) {
	id, err := c.id()
	if err != nil {
		return answer{}, err
	}
	s := c.store
	x := s.byContactID[id]
	switch {
	case x == nil:
		return answer{}, errNotFound
	case !c.viewer.edits(x) || x.locked:
		return answer{}, errForbidden
	}
	gone := c.oneContact(x)
	for _, o := range s.opportunities {
		if o.contact == x {
			o.contact = nil
		}
		o.members = without(slices.Clone(o.members), x)
	}
	for _, other := range s.contacts {
		if other.employer == x {
			other.employer = nil
		}
	}
	x.employ(nil)
	s.tasks = slices.DeleteFunc(s.tasks, func(t *task) bool { return t.contact == x })
	s.events = slices.DeleteFunc(s.events, func(v *event) bool { return v.contact == x })
	s.contacts = without(s.contacts, x)
	delete(s.byContactID, id)
	return gone, nil
}
