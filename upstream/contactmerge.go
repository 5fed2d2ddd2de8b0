package upstream

import (
	"slices"
	"strings"
)

// contactValues are what the portal's PUT replaces of a contact, all at once.
type contactValues struct {
	firstName, lastName, jobTitle, companyName, about string
	companyID                                         int
	shareType                                         ShareType
	managers                                          []string // nil: as they are
	personIDs                                         []int    // of a new company
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
func (v *contactValues) form(isCompany, isNew bool) *form {
	f := &form{isNew: isNew}
	if isCompany {
		f.add("companyName", v.companyName)
		f.numbers("personList", v.personIDs)
	} else {
		f.add("firstName", v.firstName)
		f.add("lastName", v.lastName)
		f.givenText("jobTitle", v.jobTitle)
		f.givenNumber("companyId", v.companyID)
	}
	f.givenText("about", v.about)
	f.number("shareType", int(v.shareType))
	f.texts("managerList", v.managers)
	return f
}

// emptied says why a value cannot be kept which the portal's PUT has no parameter for.
const emptied = "The portal empties it with every change of a contact, and has no way to set it again. Give null to let it go."

func (d *ContactDetails) hasIndustry() bool { return d.Industry != nil && *d.Industry != "" }

// empties reports whether the changes are to empty something that is there, but for the
// type, which the portal does not show.
func (in *ContactChanges) empties(d *ContactDetails) bool {
	return in.Industry.Cleared() && d.hasIndustry() || in.Currency.Cleared() && d.Currency != nil
}

// merge returns what becomes of a contact, and what of that the portal would not take.
func (in *ContactChanges) merge(d *ContactDetails) (contactValues, UserErrors) {
	v := d.values()
	v.firstName = strings.TrimSpace(in.FirstName.over(v.firstName))
	v.lastName = strings.TrimSpace(in.LastName.over(v.lastName))
	v.jobTitle = in.JobTitle.over(v.jobTitle)
	v.companyID = in.CompanyID.over(v.companyID)
	v.companyName = strings.TrimSpace(in.CompanyName.over(v.companyName))
	v.about = in.About.over(v.about)
	v.shareType = in.ShareType.over(v.shareType)
	v.managers = in.ManagerIDs.over(nil)
	c := checking(nil)
	if !d.IsCompany && (in.FirstName.Given() || in.LastName.Given()) && v.firstName != "" && v.lastName != "" {
		c.name(v.firstName, v.lastName)
	}
	if d.ShareType == ShareReadWrite && v.shareType != ShareReadWrite && !in.ManagerIDs.Given() {
		c.fail(CodeRequired, "Only administrators could change it then. Name who is to manage it.", "managerIds")
	}
	return v, c.found
}

// keeps returns the values that were not named and cannot be sent as they are.
func (in *ContactChanges) keeps(d *ContactDetails, v *contactValues) UserErrors {
	c := checking(nil)
	if d.hasIndustry() && !in.Industry.Given() {
		c.cannotKeep("industry", emptied)
	}
	if d.Currency != nil && !in.Currency.Given() {
		c.cannotKeep("currency", emptied)
	}
	if d.Company != nil && d.Company.ID == 0 && !in.CompanyID.Given() {
		c.cannotKeep("companyId", "The portal does not say which company it is.")
	}
	names := []keptText{{"firstName", v.firstName, maxLine, 0, in.FirstName.Given()}, {"lastName", v.lastName, maxLine, 0, in.LastName.Given()}}
	if d.IsCompany {
		names = []keptText{{"companyName", v.companyName, maxLine, 0, in.CompanyName.Given()}}
	}
	for _, name := range names {
		if name.value == "" {
			c.cannotKeep(name.field, isEmpty)
		}
	}
	c.keepTexts(names...)
	c.keepTexts(
		keptText{"jobTitle", v.jobTitle, maxLine, 0, in.JobTitle.Given()},
		keptText{"about", v.about, 0, maxText, in.About.Given()},
	)
	return c.found
}

// compare returns an error where what was named is not as it was sent.
func (in *ContactChanges) compare(sent *contactValues, d *ContactDetails) error {
	got := d.values()
	var c comparison
	c.check("firstName", in.FirstName.Given(), got.firstName == sent.firstName)
	c.check("lastName", in.LastName.Given(), got.lastName == sent.lastName)
	c.check("jobTitle", in.JobTitle.Given(), got.jobTitle == sent.jobTitle)
	c.check("companyId", in.CompanyID.Given(), got.companyID == sent.companyID)
	c.check("companyName", in.CompanyName.Given(), got.companyName == sent.companyName)
	c.check("about", in.About.Given(), got.about == sent.about)
	c.check("shareType", in.ShareType.Given(), got.shareType == sent.shareType)
	c.check("industry", in.Industry.Given(), !d.hasIndustry())
	c.check("currency", in.Currency.Given(), d.Currency == nil)
	c.check("customFields", true, areStored(in.CustomFields, d.CustomFields))
	return c.orNil()
}

// hasManagers reports whether these are all who manage a private contact.
func (d *ContactDetails) hasManagers(list []string) bool {
	for i := range d.AccessList {
		if !slices.ContainsFunc(list, func(id string) bool { return strings.EqualFold(id, d.AccessList[i].ID) }) {
			return false
		}
	}
	return d.IsPrivate && len(d.AccessList) == len(list)
}
