package upstream

import (
	"strings"
)

// NewContact is a person or a company to be created. The zero value of a field means
// none; what the other kind has is left out.
type NewContact struct {
	FirstName, LastName string // of a person; both must be there
	JobTitle            string
	CompanyID           int
	CompanyName         string // of a company; must be there
	PersonIDs           []int  // who work there
	About               string
	ShareType           Change[ShareType] // left out: everybody may change it, or only the managers where some are named
	ManagerIDs          []string          // who may change it; the caller is one, too, where not everybody may
	CustomFields        []FieldValue
	Infos               []NewContactInfo
	Tags                []string
}

// Check returns all mistakes of the input, as that of NewOpportunity.
func (in *NewContact) Check(isCompany bool, with *Dictionaries) UserErrors {
	c := checking(with)
	if isCompany {
		c.line(in.CompanyName, "companyName")
		c.ids(in.PersonIDs, "personIds")
		distinct(c, in.PersonIDs, self, "personIds")
	} else {
		c.name(in.FirstName, in.LastName)
		c.text(in.JobTitle, maxLine, 0, "jobTitle")
		if in.CompanyID != 0 {
			c.id(in.CompanyID, "companyId")
		}
	}
	c.text(in.About, 0, maxText, "about")
	if n, ok := in.ShareType.Value(); ok {
		c.enum(shareTypes, int(n), "shareType")
	}
	c.employees(in.ManagerIDs, "managerIds")
	distinct(c, in.ManagerIDs, strings.ToLower, "managerIds")
	c.fields(in.CustomFields, "customFields")
	c.infos(in.Infos, "commonData")
	c.tags(in.Tags)
	return c.found
}

// name checks a person's names, which the portal joins into one of maxLine. It never
// takes a change of a person without a last name.
func (c *check) name(first, last string) {
	before := len(c.found)
	c.line(first, "firstName")
	c.line(last, "lastName")
	if len(c.found) == before && len([]rune(first))+3+len([]rune(last)) > maxLine {
		c.fail(CodeTooLong, "The portal keeps at most 252 characters of both names together.", "lastName")
	}
}

// EmployeeIDs returns the employees that the input names, to be looked up.
func (in *NewContact) EmployeeIDs() []string { return lookedUp(in.ManagerIDs) }

// Named returns the objects that the input names.
func (in *NewContact) Named(bool) []Named {
	return append(namedEach(NamedWorker, in.PersonIDs, "personIds"), Named{NamedCompany, in.CompanyID, []string{"companyId"}})
}

// Fields returns the values of custom fields in the input.
func (in *NewContact) Fields() []FieldValue { return in.CustomFields }

// shareType returns who may see and change the new contact.
func (in *NewContact) shareType() ShareType {
	if in.ShareType.Given() {
		return in.ShareType.over(ShareNone)
	}
	if len(in.ManagerIDs) > 0 {
		return ShareNone
	}
	return ShareReadWrite
}

func (in *NewContact) form(isCompany bool, share ShareType, managers []string) *form {
	f := &form{}
	if isCompany {
		f.add("companyName", strings.TrimSpace(in.CompanyName))
		f.numbers("personList", in.PersonIDs)
	} else {
		f.add("firstName", strings.TrimSpace(in.FirstName))
		f.add("lastName", strings.TrimSpace(in.LastName)) // without it the portal fails
		f.given("jobTitle", in.JobTitle)
		f.nonZero("companyId", in.CompanyID)
	}
	f.given("about", in.About)
	f.number("shareType", int(share))
	f.texts("managerList", managers)
	var fields []FieldValue
	for _, v := range in.CustomFields {
		if v.text() != "" {
			fields = append(fields, v)
		}
	}
	f.values(fields)
	return f
}

// ContactChanges are what is to become of a person or company. What is left out stays
// as it is; what the other kind has cannot be named. What the portal empties with every
// change, and cannot set, is to be cleared by name.
type ContactChanges struct {
	ID           int
	IfRevision   string // what the caller saw; "" is anything
	FirstName    Change[string]
	LastName     Change[string]
	JobTitle     Change[string]
	CompanyID    Change[int]
	CompanyName  Change[string]
	About        Change[string]
	ShareType    Change[ShareType]
	ManagerIDs   Change[[]string] // all of them; the caller is one, too, where not everybody may change it
	Industry     Change[string]
	Currency     Change[string]
	TypeID       Change[int]
	CustomFields []FieldValue
}

// Check returns all mistakes of the input, as that of NewOpportunity.
func (in *ContactChanges) Check(isCompany bool, with *Dictionaries) UserErrors {
	c := checking(with)
	c.id(in.ID, "id")
	if isCompany {
		c.newLine(in.CompanyName, "companyName")
	} else {
		c.newLine(in.FirstName, "firstName")
		c.newLine(in.LastName, "lastName")
		c.newText(in.JobTitle, maxLine, 0, "jobTitle")
		if id, ok := in.CompanyID.Value(); ok {
			c.id(id, "companyId")
		}
	}
	c.newText(in.About, 0, maxText, "about")
	if n, ok := kept(c, in.ShareType, "shareType"); ok {
		c.enum(shareTypes, int(n), "shareType")
	}
	if list, ok := kept(c, in.ManagerIDs, "managerIds"); ok {
		c.employees(list, "managerIds")
		distinct(c, list, strings.ToLower, "managerIds")
		if len(list) == 0 {
			c.fail(CodeRequired, "The portal takes no empty list of managers.", "managerIds")
		}
	}
	onlyCleared(c, in.Industry, "industry")
	onlyCleared(c, in.Currency, "currency")
	onlyCleared(c, in.TypeID, "contactTypeId")
	c.fields(in.CustomFields, "customFields")
	return c.found
}

// onlyCleared checks that a value is not set which the portal only empties.
func onlyCleared[T any](c *check, value Change[T], field string) {
	if _, isSet := value.Value(); isSet {
		c.fail(CodeInvalid, "The portal has no way to set this: it must be null, or left out.", field)
	}
}

// EmployeeIDs returns the employees that the input names, to be looked up.
func (in *ContactChanges) EmployeeIDs() []string {
	list, _ := in.ManagerIDs.Value()
	return lookedUp(list)
}

// Named returns the objects that the input names.
func (in *ContactChanges) Named(isCompany bool) []Named {
	kind := NamedPerson
	if isCompany {
		kind = NamedCompany
	}
	return append(in.employer(), Named{kind, in.ID, []string{"id"}})
}

// employer returns the company that a person is to work for.
func (in *ContactChanges) employer() []Named {
	id, _ := in.CompanyID.Value()
	return []Named{{NamedCompany, id, []string{"companyId"}}}
}

// Fields returns the values of custom fields in the input.
func (in *ContactChanges) Fields() []FieldValue { return in.CustomFields }

// StatusChange says which status a contact is to have.
type StatusChange struct {
	ID         int
	IfRevision string // what the caller saw; "" is anything
	StatusID   int    // 0 is none
}

// Check returns all mistakes of the input, as that of NewOpportunity.
func (in *StatusChange) Check(with *Dictionaries) UserErrors {
	c := checking(with)
	c.id(in.ID, "id")
	if in.StatusID != 0 {
		c.item(c.with.ContactStatuses, in.StatusID, "contactStatusId")
	}
	return c.found
}

// Named returns the objects that the input names.
func (in *StatusChange) Named() []Named { return []Named{{NamedContact, in.ID, []string{"id"}}} }
