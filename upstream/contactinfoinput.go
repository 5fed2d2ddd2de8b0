package upstream

import (
	"slices"
	"strconv"
	"strings"
)

// What the portal calls types and categories of contact infos: it takes a category in
// this very spelling only.
var (
	infoTypeNames = []string{
		"Phone", "Email", "Website", "Skype", "Twitter", "LinkedIn", "Facebook", "Address", "LiveJournal",
		"MySpace", "GMail", "Blogger", "Yahoo", "MSN", "ICQ", "Jabber", "AIM", "VK",
	}
	infoCategoryNames = []string{"Home", "Work", "Mobile", "Fax", "Direct", "Other"}
)

// The categories that types have, in the order of their numbers.
var (
	infoCategories  = []ContactInfoCategory{InfoHome, InfoWork, InfoOther}
	phoneCategories = []ContactInfoCategory{InfoHome, InfoWork, InfoMobile, InfoFax, InfoDirect, InfoOther}
)

// infoAddress is a postal address, which has routes of its own.
const infoAddress ContactInfoType = 7

func categoriesOf(t ContactInfoType) []ContactInfoCategory {
	if t == InfoPhone {
		return phoneCategories
	}
	return infoCategories
}

func (t ContactInfoType) isWritable() bool {
	return known(contactInfoTypes, int(t)) && t != infoAddress
}

// NewContactInfo is a way to reach a contact that is to be added.
type NewContactInfo struct {
	InfoType  ContactInfoType // but for postal addresses
	Category  ContactInfoCategory
	Data      string       // must be there
	IsPrimary Change[bool] // in place of the one of that type that is; left out: where there is none yet
}

// info checks a way to reach a contact; at is the path of its members.
func (c *check) info(in *NewContactInfo, at ...string) {
	path := func(member string) []string { return append(slices.Clone(at), member) }
	if !in.InfoType.isWritable() {
		c.fail(CodeInvalid, mustBe(slices.Delete(slices.Clone(contactInfoTypes), int(infoAddress), int(infoAddress)+1)), path("infoType")...)
	} else {
		c.category(in.InfoType, in.Category, path("category")...)
	}
	c.infoData(in.Data, path("data")...)
}

// category checks that a type has the category.
func (c *check) category(t ContactInfoType, category ContactInfoCategory, field ...string) {
	if fitting := categoriesOf(t); !slices.Contains(fitting, category) {
		c.fail(CodeInvalid, mustBe(texts(fitting, func(k ContactInfoCategory) string { return contactInfoCategories[k] })), field...)
	}
}

func (c *check) infoData(data string, field ...string) {
	if strings.TrimSpace(data) == "" {
		c.fail(CodeRequired, "This must not be empty.", field...)
		return
	}
	c.text(data, 0, maxText, field...)
}

// infos checks those of a new contact, of which one of each type is primary.
func (c *check) infos(list []NewContactInfo, field string) {
	if !c.list(len(list), maxInfos, field) {
		return
	}
	primary := map[ContactInfoType]bool{}
	for i := range list {
		in := &list[i]
		c.info(in, field, strconv.Itoa(i))
		if in.IsPrimary.over(false) {
			if primary[in.InfoType] {
				c.fail(CodeDuplicate, "Another one of this type is primary.", field, strconv.Itoa(i), "isPrimary")
			}
			primary[in.InfoType] = true
		}
	}
}

// ContactInfoChanges are what is to become of a way to reach a contact. What is left out
// stays as it is.
type ContactInfoChanges struct {
	ContactID int
	ID        int
	Category  Change[ContactInfoCategory]
	Data      Change[string]
	IsPrimary Change[bool]
}

// Check returns the mistakes that show without the contact.
func (in *ContactInfoChanges) Check() UserErrors {
	c := checking(nil)
	c.id(in.ID, "id")
	kept(c, in.Category, "category")
	if data, ok := in.Data.Value(); ok || in.Data.Cleared() {
		c.infoData(data, "data")
	}
	return c.found
}

// merge returns what becomes of an info, or why it cannot be written.
func (in *ContactInfoChanges) merge(was ContactInfo) (ContactInfo, error) {
	info := was
	if !was.InfoType.isWritable() {
		return info, refuse(CodeInvalid, "This is a postal address or of a type that is not known, which cannot be changed.", "id")
	}
	c := checking(nil)
	if category, ok := in.Category.Value(); ok {
		c.category(was.InfoType, category, "category")
		info.Category = slices.Index(categoriesOf(was.InfoType), category)
	} else if !was.hasCategory() {
		c.cannotKeep("category", "It is none that is known. Name another one.")
	}
	if c.keepTexts(keptText{"data", was.Data, 0, maxText, in.Data.Given()}); len(c.found) > 0 {
		return info, c.found
	}
	if in.Data.Given() {
		info.Data = strings.TrimSpace(in.Data.over(""))
	}
	info.IsPrimary = in.IsPrimary.over(was.IsPrimary)
	return info, nil
}
