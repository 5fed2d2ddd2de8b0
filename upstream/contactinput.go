package upstream

import "strings"

// NewContact is a person or a company to be created. The zero value of a field means
// none; what the other kind has is left out.
type NewContact struct {
	FirstName, LastName string // of a person; the first must be there
	JobTitle            string
	CompanyID           int
	CompanyName         string // of a company; must be there
	PersonIDs           []int  // who work there
	About               string
	ShareType           Change[ShareType] // left out: everybody may change it, or only the managers where some are named
	ManagerIDs          []string          // who may change it; the caller is one of a private contact, too
	CustomFields        []FieldValue
}

// Check returns all mistakes of the input, as that of NewOpportunity.
func (in *NewContact) Check(isCompany bool, with *Dictionaries) UserErrors {
	c := checking(with)
	if isCompany {
		c.line(in.CompanyName, "companyName")
		c.ids(in.PersonIDs, "personIds")
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
	c.fields(in.CustomFields, "customFields")
	return c.found
}

// name checks a person's names, which the portal joins into one of maxLine. It never
// takes a change of a person without a last name.
func (c *check) name(first, last string) {
	c.line(first, "firstName")
	c.line(last, "lastName")
	if first != "" && last != "" && len([]rune(first))+3+len([]rune(last)) > maxLine {
		c.fail(CodeTooLong, "The portal keeps at most 252 characters of both names together.", "lastName")
	}
}

// EmployeeIDs returns the employees that the input names, to be looked up.
func (in *NewContact) EmployeeIDs() []string { return in.ManagerIDs }

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
		if in.CompanyID != 0 {
			f.number("companyId", in.CompanyID)
		}
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
// as it is; what the other kind has cannot be named.
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
	ManagerIDs   Change[[]string]
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
		if len(list) == 0 {
			c.fail(CodeRequired, "The portal takes no empty list of managers.", "managerIds")
		}
	}
	c.fields(in.CustomFields, "customFields")
	return c.found
}

// EmployeeIDs returns the employees that the input names, to be looked up.
func (in *ContactChanges) EmployeeIDs() []string {
	list, _ := in.ManagerIDs.Value()
	return list
}

// contactValues are what the portal's PUT replaces of a contact, all at once.
type contactValues struct {
	firstName, lastName, jobTitle, companyName, about string
	companyID                                         int
	shareType                                         ShareType
	managers                                          []string // nil: as they are
}

// values returns what there is.
func (d *ContactDetails) values() contactValues {
	text := func(t *string) string {
		if t == nil {
			return ""
		}
		return *t
	}
	v := contactValues{
		firstName: text(d.FirstName), lastName: text(d.LastName), jobTitle: text(d.JobTitle),
		companyName: text(d.CompanyName), about: text(d.About), shareType: d.ShareType,
	}
	if d.Company != nil {
		v.companyID = d.Company.ID
	}
	return v
}

// form returns the values as the portal takes them.
func (v *contactValues) form(isCompany bool) *form {
	f := &form{}
	if isCompany {
		f.add("companyName", v.companyName)
	} else {
		f.add("firstName", v.firstName)
		f.add("lastName", v.lastName)
		f.add("jobTitle", v.jobTitle)
		f.number("companyId", v.companyID)
	}
	f.add("about", v.about)
	f.number("shareType", int(v.shareType))
	f.texts("managerList", v.managers)
	return f
}

// merge returns what becomes of a contact, or why what was not named cannot be kept.
func (in *ContactChanges) merge(d *ContactDetails) (contactValues, error) {
	v := d.values()
	switch {
	case d.Industry != nil && *d.Industry != "":
		return v, cannotKeep("industry", "The portal would empty it, and has no way to set it again.")
	case d.Currency != nil:
		return v, cannotKeep("currency", "The portal would empty it, and has no way to set it again.")
	case d.Company != nil && d.Company.ID == 0 && !in.CompanyID.Given():
		return v, cannotKeep("companyId", "The portal does not say which company it is.")
	}
	if err := keepTexts(
		keptText{"firstName", v.firstName, maxLine, 0, in.FirstName.Given()},
		keptText{"lastName", v.lastName, maxLine, 0, in.LastName.Given()},
		keptText{"jobTitle", v.jobTitle, maxLine, 0, in.JobTitle.Given()},
		keptText{"companyName", v.companyName, maxLine, 0, in.CompanyName.Given()},
		keptText{"about", v.about, 0, maxText, in.About.Given()},
	); err != nil {
		return v, err
	}
	v.firstName = strings.TrimSpace(in.FirstName.over(v.firstName))
	v.lastName = strings.TrimSpace(in.LastName.over(v.lastName))
	v.jobTitle = in.JobTitle.over(v.jobTitle)
	v.companyID = in.CompanyID.over(v.companyID)
	v.companyName = strings.TrimSpace(in.CompanyName.over(v.companyName))
	v.about = in.About.over(v.about)
	v.shareType = in.ShareType.over(v.shareType)
	v.managers = in.ManagerIDs.over(nil)
	switch {
	case d.IsCompany && v.companyName == "":
		return v, cannotKeep("companyName", "It is empty, which the portal does not take.")
	case !d.IsCompany && v.firstName == "":
		return v, cannotKeep("firstName", "It is empty, which the portal does not take.")
	case !d.IsCompany && v.lastName == "":
		return v, cannotKeep("lastName", "It is empty, which the portal does not take.")
	}
	c := checking(nil)
	if !d.IsCompany && (in.FirstName.Given() || in.LastName.Given()) {
		c.name(v.firstName, v.lastName)
	}
	return v, c.found.orNil()
}
