package demo

import (
	"encoding/json"
	"slices"
)

// infoTypes are the portal's kinds of contact data, by their numbers.
var infoTypes = []string{
	"Phone", "Email", "Website", "Skype", "Twitter", "LinkedIn", "Facebook", "Address", "LiveJournal", "MySpace", "GMail",
	"Blogger", "Yahoo", "MSN", "ICQ", "Jabber", "AIM", "VK",
}

const (
	phoneInfo   = 0
	twitterInfo = 4
	addressInfo = 7
)

// infoCategories are the categories that a kind knows.
func infoCategories(kind int) []string {
	switch kind {
	case phoneInfo:
		return []string{"Home", "Work", "Mobile", "Fax", "Direct", "Other"}
	case addressInfo:
		return []string{"Home", "Postal", "Office", "Billing", "Other", "Work"}
	default:
		return []string{"Home", "Work", "Other"}
	}
}

type infoInput struct {
	kind, category int
	kindSent       bool
	known          bool // the category has a name that the kind knows
	data           string
	primary        bool
	primarySent    bool
}

func (c *call) bindInfo() (in infoInput, err error) {
	b := c.binder()
	in.kind, in.kindSent = b.enum("infoType", infoTypes...)
	in.data, _ = b.text("data")
	in.primary, in.primarySent = b.flag("isPrimary")
	name, _ := b.text("category") // names count in their exact case, and numbers not at all
	in.category = slices.Index(infoCategories(in.kind), name)
	in.known = in.category >= 0
	return in, b.err
}

// infoContact finds the contact of contact data, which has to be editable to be
// found; for Twitter seeing it is enough.
func (c *call) infoContact(kind int) (*contact, error) {
	x, err := c.contact()
	if err == nil && kind != twitterInfo && !c.viewer.edits(x) {
		err = errNotFound
	}
	return x, err
}

// createContactInfo demotes no other primary row, and looks at no data.
func createContactInfo(c *call) (answer, error) {
	in, err := c.bindInfo()
	if err != nil {
		return answer{}, err
	}
	if in.data == "" {
		return answer{}, errRange
	}
	x, err := c.infoContact(in.kind)
	switch {
	case err != nil:
		return answer{}, err
	case !in.known:
		return answer{}, errRange
	}
	if err := c.store.grow(); err != nil {
		return answer{}, err
	}
	name := infoCategories(in.kind)[in.category]
	if in.kind == addressInfo {
		a := address{category: in.category, categoryName: name, primary: in.primary}
		if err := a.read(in.data); err != nil {
			return answer{}, err
		}
		x.addresses = append(x.addresses, a)
	}
	c.store.last.info++
	info := contactInfo{c.store.last.info, in.kind, in.category, longText(in.data), name, in.primary}
	if in.kind != addressInfo {
		x.infos = append(x.infos, info)
	}
	info.data = in.data
	return c.oneInfo(info), nil
}

// read takes the JSON in which the portal keeps addresses.
func (a *address) read(data string) error {
	var text struct{ Street, City, State, Zip, Country string }
	if err := json.Unmarshal([]byte(data), &text); err != nil {
		return errFormat
	}
	a.street, a.city, a.state, a.zip, a.country = text.Street, text.City, text.State, text.Zip, text.Country
	return nil
}

func (c *call) oneInfo(info contactInfo) answer {
	e := c.encoder()
	e.contactInfo("", info)
	return one(e.buf)
}

// ownerOfInfo finds a row of contact data, whichever contact has it.
func (s *store) ownerOfInfo(id int) (owner *contact, index int) {
	for _, x := range s.contacts {
		if i := slices.IndexFunc(x.infos, func(info contactInfo) bool { return info.id == id }); i >= 0 {
			return x, i
		}
	}
	return nil, 0
}

// updateContactInfo leaves the kind and the primary mark as they are when they
// were not sent, and the category too unless the kind was. A row of another
// contact moves here.
func updateContactInfo(c *call) (answer, error) {
	in, err := c.bindInfo()
	if err != nil {
		return answer{}, err
	}
	b := c.binder()
	id := b.path(c.second)
	if b.err != nil {
		return answer{}, b.err
	}
	if id <= 0 || in.data == "" {
		return answer{}, errRange
	}
	x, err := c.infoContact(phoneInfo)
	if err != nil {
		return answer{}, err
	}
	owner, i := c.store.ownerOfInfo(id)
	if owner == nil {
		return answer{}, errNull
	}
	info := owner.infos[i]
	if in.kindSent {
		info.kind = in.kind
		if in.known {
			info.category, info.categoryName = in.category, infoCategories(in.kind)[in.category]
		}
	}
	if in.primarySent {
		info.primary = in.primary
	}
	info.data = longText(in.data)
	if owner == x {
		owner.infos = slices.Clone(owner.infos)
		owner.infos[i] = info
	} else {
		owner.infos = slices.Delete(slices.Clone(owner.infos), i, i+1)
		x.infos = append(x.infos, info)
	}
	info.data = in.data
	return c.oneInfo(info), nil
}

func deleteContactInfo(c *call) (answer, error) {
	b := c.binder()
	id := b.path(c.second)
	if b.err != nil {
		return answer{}, b.err
	}
	if _, err := c.infoContact(phoneInfo); err != nil {
		return answer{}, err
	}
	owner, i := c.store.ownerOfInfo(id)
	if owner == nil {
		return answer{}, errNotFound
	}
	info := owner.infos[i]
	owner.infos = slices.Delete(slices.Clone(owner.infos), i, i+1)
	return c.oneInfo(info), nil
}
