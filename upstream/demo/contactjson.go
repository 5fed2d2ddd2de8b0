package demo

import (
	"slices"
	"strconv"
)

// contactBase is the form in which other objects carry a contact.
func (e *encoder) contactBase(name string, c *contact) {
	e.open(name, '{')
	e.contactMembers(c, e.viewer.edits(c))
	e.nestedID(c.id)
}

// contactMembers writes what every form of a contact has, short of its id.
func (e *encoder) contactMembers(c *contact, canEdit bool) {
	photo := "/Products/CRM/HttpHandlers/filehandler.ashx?action=contactphotoulr&cid=" + strconv.Itoa(c.id)
	if c.company {
		photo += "&isc=True&ps="
	} else {
		photo += "&isc=False&ps="
	}
	e.text("smallFotoUrl", photo+"1")
	e.text("mediumFotoUrl", photo+"2")
	e.text("displayName", c.displayName())
	e.flag("isCompany", c.company)
	if c.share == 0 {
		e.employees("accessList", c.managers)
	}
	e.flag("isPrivate", c.share == 0)
	e.flag("isShared", c.share != 0)
	e.number("shareType", c.share)
	e.currency("currency", c.currency)
	e.flag("canEdit", canEdit)
	e.flag("canDelete", canEdit && !c.locked)
}

func (e *encoder) currency(name string, c *currency) {
	if c == nil {
		e.raw(name, "null")
		return
	}
	e.open(name, '{')
	e.text("title", c.title)
	e.text("symbol", c.symbol)
	e.text("abbreviation", c.code)
	e.text("cultureName", c.culture)
	e.flag("isConvertable", c.convertable)
	e.flag("isBasic", c.basic)
	e.close('}')
}

// contactForm says which of its three full forms a contact takes.
type contactForm struct {
	list        bool // with tags and the number of tasks
	primary     bool // of the opportunity it is listed for: never editable
	doubleField bool // shared custom fields come twice
}

// contact is the full form.
func (e *encoder) contact(s *store, c *contact, form contactForm) {
	e.open("", '{')
	if c.company {
		e.set("companyName", c.name)
		e.nonZero("personsCount", c.persons)
	} else {
		e.set("firstName", c.firstName)
		e.set("lastName", c.lastName)
		if c.employer != nil {
			e.contactBase("company", c.employer)
		}
		if !c.noTitle {
			e.text("title", c.jobTitle)
		}
	}
	e.addresses(c.addresses)
	e.employee("createBy", c.createBy)
	e.date("created", c.created)
	if !c.noAbout {
		e.text("about", c.about)
	}
	e.text("industry", c.industry)
	if c.status != nil {
		e.dictionaryRow("contactStatus", c.status)
	}
	e.open("commonData", '[')
	for _, info := range c.infos {
		e.contactInfo("", info)
	}
	e.close(']')
	e.open("customFields", '[')
	e.fieldValues(c.id, c.fields)
	if form.doubleField {
		e.fieldValues(c.id, sharedFields(c.fields))
	}
	e.close(']')
	open, late := s.openTasks(c)
	if form.list {
		if len(c.tags) > 0 {
			e.texts("tags", c.tags)
		}
		e.nonZero("taskCount", open)
	}
	e.flag("haveLateTasks", form.list && late)
	e.contactMembers(c, e.viewer.edits(c) && !form.primary)
	e.number("id", c.id)
	e.close('}')
}

func sharedFields(values []fieldValue) []fieldValue {
	return slices.DeleteFunc(slices.Clone(values), func(v fieldValue) bool { return v.field.owner != "contact" })
}

func (e *encoder) texts(name string, list []string) {
	e.open(name, '[')
	for _, text := range list {
		e.text("", text)
	}
	e.close(']')
}

func (e *encoder) addresses(list []address) {
	if len(list) == 0 {
		return
	}
	e.open("addresses", '[')
	for _, a := range list {
		e.open("", '{')
		e.text("street", a.street)
		e.text("city", a.city)
		e.text("state", a.state)
		e.text("zip", a.zip)
		e.text("country", a.country)
		e.nonZero("category", a.category)
		e.text("categoryName", a.categoryName)
		if a.primary {
			e.flag("isPrimary", true)
		}
		e.close('}')
	}
	e.close(']')
}

func (e *encoder) contactInfo(name string, info contactInfo) {
	e.open(name, '{')
	e.number("id", info.id)
	e.number("infoType", info.kind)
	e.number("category", info.category)
	e.text("data", info.data)
	e.text("categoryName", info.categoryName)
	e.flag("isPrimary", info.primary)
	e.close('}')
}

func (e *encoder) fieldValues(entity int, values []fieldValue) {
	for _, v := range values {
		e.fieldValue(entity, v.field, v.value)
	}
}

func (e *encoder) fieldValue(entity int, f *field, value string) {
	e.open("", '{')
	e.number("entityId", entity)
	e.text("label", f.label)
	e.text("fieldValue", value)
	e.number("fieldType", f.kind)
	e.number("position", f.position)
	e.text("mask", f.mask)
	e.nestedID(f.id)
}

// dictionaryRow is the short form of a dictionary row, as a contact's status has it.
func (e *encoder) dictionaryRow(name string, item *dictionaryRow) {
	e.open(name, '{')
	e.dictionaryMembers(item)
	e.number("id", item.id)
	e.close('}')
}

func (e *encoder) dictionaryMembers(item *dictionaryRow) {
	e.text("title", item.title)
	e.text("description", item.description)
	e.text("color", item.color)
	e.nonZero("sortOrder", item.sort)
}
