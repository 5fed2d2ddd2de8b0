package upstream

// Contact is a *Person or a *Company.
type Contact interface {
	Node
	// Base returns what is embedded of the contact.
	Base() *ContactBase
}

// ContactBase is what every answer that embeds a contact carries of it.
// Persons and companies come mixed; IsCompany tells them apart.
type ContactBase struct {
	SmallFotoURL  *string    `json:"smallFotoUrl,omitempty"`  // portal-relative; answers with the photo's address, not with an image
	MediumFotoURL *string    `json:"mediumFotoUrl,omitempty"` // as SmallFotoURL
	DisplayName   string     `json:"displayName"`
	IsCompany     bool       `json:"isCompany"`
	AccessList    []Employee `json:"accessList,omitempty"` // managers; only sent for private contacts
	IsPrivate     bool       `json:"isPrivate"`
	IsShared      bool       `json:"isShared"`
	ShareType     ShareType  `json:"shareType"`
	Currency      *Currency  `json:"currency"`
	CanEdit       bool       `json:"canEdit"`   // of the calling user
	CanDelete     bool       `json:"canDelete"` // of the calling user
	ID            int        `json:"id"`

	tasks *contactTasks // nil but in lists of contacts
}

// contactTasks is what lists of contacts say of a contact's tasks.
type contactTasks struct {
	count int
	late  *bool
}

// Person is a contact who is a human being.
type Person ContactBase

// Company is a contact that is an organisation.
type Company ContactBase

// Base returns what is embedded of the person.
func (p *Person) Base() *ContactBase { return (*ContactBase)(p) }

// Base returns what is embedded of the company.
func (c *Company) Base() *ContactBase { return (*ContactBase)(c) }

// TaskCount returns how many open tasks there are about the person, nil where it
// did not come with a list.
func (p *Person) TaskCount() *int { return p.Base().taskCount() }

// TaskCount returns how many open tasks there are about the company, nil where it
// did not come with a list.
func (c *Company) TaskCount() *int { return c.Base().taskCount() }

// HaveLateTasks reports whether one of them is overdue, nil where that is not known.
func (p *Person) HaveLateTasks() *bool { return p.Base().haveLateTasks() }

// HaveLateTasks reports whether one of them is overdue, nil where that is not known.
func (c *Company) HaveLateTasks() *bool { return c.Base().haveLateTasks() }

func (b *ContactBase) taskCount() *int {
	if b.tasks == nil {
		return nil
	}
	return &b.tasks.count
}

func (b *ContactBase) haveLateTasks() *bool {
	if b.tasks == nil {
		return nil
	}
	return b.tasks.late
}

// CheckedID returns the portal's number, or an error where it was left out.
func (b *ContactBase) CheckedID() (int, error) { return checkID("contact", b.ID) }

// CheckedID returns the portal's number, or an error where it was left out.
func (p *Person) CheckedID() (int, error) { return p.Base().CheckedID() }

// CheckedID returns the portal's number, or an error where it was left out.
func (c *Company) CheckedID() (int, error) { return c.Base().CheckedID() }

// NodeID returns the contact's global id.
func (p *Person) NodeID() (string, error) {
	id, err := p.CheckedID()
	return numberNodeID(NodeContact, id, err)
}

// NodeID returns the contact's global id.
func (c *Company) NodeID() (string, error) {
	id, err := c.CheckedID()
	return numberNodeID(NodeContact, id, err)
}

// contact returns the base as the person or company that it is, without copying it.
func (b *ContactBase) contact() Contact {
	if b.IsCompany {
		return (*Company)(b)
	}
	return (*Person)(b)
}
