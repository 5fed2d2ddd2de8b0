package demo

import (
	"slices"
	"strings"
	"time"
)

// store is everything that the portal knows. Only writes change it, one at a
// time.
type store struct {
	employees     []*employee
	stages        []*stage
	fields        []*field // of opportunities, in order of position
	contactFields []*field
	contacts      []*contact
	opportunities []*opportunity // by ascending id
	tags          []string       // every opportunity tag, also unused ones
	contactTags   []string
	tasks         []*task
	events        []*event
	byContactID   map[int]*contact
	lastID        int // highest opportunity id ever given away
	last          lastIDs
	writes        int // how many times the clock was asked, see now
	room          int // how many rows there may be, see grow

	statusList, typeList, taskCategories, eventCategories []*dictionaryRow
}

type employee struct {
	id, userName, firstName, lastName string
	title, department, email, photo   string
	location, phone, sex, culture     string
	born                              time.Time
	admin                             bool   // sees and edits everything in the CRM
	crmOnly                           bool   // administrator of the CRM, not of the portal
	gone                              bool   // removed: shown as an unknown profile
	disabled                          bool   // cannot sign in, but keeps the name
	factor                            factor // beside the password
	short                             string // the short form as JSON, which never changes
}

type currency struct {
	title, symbol, code, culture string
	convertable, basic           bool
}

type stage struct {
	id                        int
	title, description, color string
	probability, kind         int
	sort                      int // shared by several stages, so no total order
}

// field is the definition of a custom field; kind is the portal's fieldType.
type field struct {
	id, kind, position int
	label, mask        string
	owner              string // contact, company or person; empty for opportunities
}

// lastIDs are the highest ids that were given away to everything else.
type lastIDs struct{ contact, info, task, event int }

type fieldValue struct {
	field *field
	value string
	// through is the entity type under which it was written, when that is not the
	// entity's own: such a row lives beside the proper one.
	through string
}

type address struct {
	street, city, state, zip, country string
	category                          int
	categoryName                      string
	primary                           bool
}

// contactInfo is a row of contact data: kind 0 is a phone, 1 an e-mail.
type contactInfo struct {
	id, kind, category int
	data, categoryName string
	primary            bool
}

type contact struct {
	id                  int
	company             bool
	name                string // of a company
	firstName, lastName string // of a person
	jobTitle            string
	employer            *contact
	about, industry     string
	status              *dictionaryRow
	kind                *dictionaryRow // what it is to the business; no answer says it, only the filter
	share               int            // 0 private, 1 everybody edits, 2 everybody reads
	managers            []*employee
	currency            *currency
	createBy            *employee
	created             time.Time
	addresses           []address
	infos               []contactInfo
	fields              []fieldValue
	tags                []string
	persons             int
	locked              bool // in use elsewhere, so nobody can delete it
	noTitle, noAbout    bool // never sent: an echo leaves it out, and no row has it
}

type opportunity struct {
	id                    int
	title, description    string
	createBy, responsible *employee
	created               time.Time
	contact               *contact
	members               []*contact
	bidType               int
	bid                   string // nine decimals, empty for zero
	currency              *currency
	periods               int
	stage                 *stage
	probability           int
	actualClose, expected time.Time
	private               bool
	access                []*employee
	fields                []fieldValue
	tags                  []string
	undescribed           bool // no description was sent: an echo leaves it out, and no row has it
}

// dictionaryRow is a row of one of the portal's small dictionaries.
type dictionaryRow struct {
	id                        int
	title, description, color string
	sort                      int
	image                     string
	noImage                   bool // the image is null, not merely empty
}

type task struct {
	id                    int
	createBy, responsible *employee
	created, deadline     time.Time
	contact               *contact
	title, description    string
	alert                 int
	closed                bool
	category              *dictionaryRow
	opportunity           int
}

type event struct {
	id          int
	createBy    *employee
	created     time.Time
	content     string
	category    *dictionaryRow
	contact     *contact
	opportunity int
	files       []*file
}

type file struct {
	id            int
	title         string
	size, version int
	thirdParty    bool // kept outside the portal, under an id that is a text
	by            *employee
	created       time.Time
}

func (s *store) opportunity(id int) *opportunity {
	i, found := slices.BinarySearchFunc(s.opportunities, id, func(o *opportunity, id int) int { return o.id - id })
	if !found {
		return nil
	}
	return s.opportunities[i]
}

func (s *store) employee(userName string) *employee {
	for _, u := range s.employees {
		if u.userName == userName {
			return u
		}
	}
	return nil
}

func (s *store) employeeByEmail(email string) *employee { return employeeByEmail(s.employees, email) }

func employeeByEmail(list []*employee, email string) *employee {
	for _, u := range list {
		if strings.EqualFold(u.email, email) && !u.gone && !u.disabled {
			return u
		}
	}
	return nil
}

func (s *store) stage(id int) *stage {
	for _, st := range s.stages {
		if st.id == id {
			return st
		}
	}
	return nil
}

// sees tells whether an opportunity is visible: being creator or responsible
// does not open a private one.
func (u *employee) sees(o *opportunity) bool {
	return u.admin || !o.private || slices.Contains(o.access, u)
}

func (u *employee) seesContact(c *contact) bool {
	return u.admin || c.share != 0 || slices.Contains(c.managers, u)
}

func (u *employee) edits(c *contact) bool {
	return u.admin || c.share == 1 || slices.Contains(c.managers, u)
}

func (c *contact) displayName() string {
	if c.company {
		return c.name
	}
	return strings.TrimSpace(c.firstName + " " + c.lastName)
}

// email is the primary e-mail, or the first one.
func (c *contact) email() *contactInfo {
	var first *contactInfo
	for i := range c.infos {
		if info := &c.infos[i]; info.kind == 1 {
			if info.primary {
				return info
			}
			if first == nil {
				first = info
			}
		}
	}
	return first
}
