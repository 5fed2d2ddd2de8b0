package upstream

import (
	"context"
	"net/url"
	"slices"
	"strconv"
)

// ContactDetails is a contact in full, as only the contact endpoints send it.
// Which members are filled depends on IsCompany, and tags come in lists only.
type ContactDetails struct {
	FirstName    *string       `json:"firstName,omitempty"`
	LastName     *string       `json:"lastName,omitempty"`
	JobTitle     *string       `json:"title,omitempty"`
	Company      *ContactBase  `json:"company,omitempty"` // a person's employer
	CompanyName  *string       `json:"companyName,omitempty"`
	Persons      []ContactBase `json:"persons,omitempty"` // documented; no endpoint fills it
	PersonsCount int           `json:"personsCount,omitempty"`

	Addresses     []Address     `json:"addresses,omitempty"`
	CreateBy      *Employee     `json:"createBy,omitempty"`
	Created       DateTime      `json:"created"`
	About         *string       `json:"about,omitempty"`
	Industry      *string       `json:"industry,omitempty"`
	ContactStatus *ListItem     `json:"contactStatus,omitempty"`
	ContactType   *ListItem     `json:"contactType,omitempty"` // documented; no endpoint fills it
	CommonData    []ContactInfo `json:"commonData,omitempty"`
	CustomFields  []CustomField `json:"customFields,omitempty"`
	Tags          []string      `json:"tags,omitempty"`
	TaskCount     int           `json:"taskCount,omitempty"`
	HaveLateTasks *bool         `json:"haveLateTasks,omitempty"`

	isPartial bool // see IsPartial

	ContactBase
}

// IsPartial reports whether something was added to the contact that it does not show, as it
// could not be read again.
func (d *ContactDetails) IsPartial() bool { return d.isPartial }

// Contacts returns each contact in full (GET api/2.0/crm/contact/{id}). One
// that is missing or hidden is a KindNotFound error of its own.
func (c *Caller) Contacts(ctx context.Context, seat *Seat, ids []int) []Result[*ContactDetails] {
	const template = "crm/contact/{id}"
	results := getEach(ctx, c, seat, ids, numbered(template), decode[*ContactDetails])
	for i, id := range ids {
		d := results[i].Value
		if results[i].Err != nil {
			continue
		}
		err := c.checkOwner(template, d.CustomFields, id)
		if d.TaskCount > 0 { // as some portals say here as well
			d.adoptTasks()
		}
		if err == nil {
			err = c.adoptDetails(d, id)
		}
		if err != nil {
			results[i] = Result[*ContactDetails]{Err: err}
		}
	}
	return results
}

// adoptDetails finishes what decoding cannot know: that it is the contact that was
// asked for, and whose values its custom fields are. Headings, which only the
// single answer has, and fields that some lists repeat are dropped.
func (c *Caller) adoptDetails(d *ContactDetails, id int) error {
	if d.ID != 0 && d.ID != id {
		return c.wrongEntity("crm/contact/{id}", id, d.ID)
	}
	d.ID = id
	seen := make(map[int]bool, len(d.CustomFields))
	d.CustomFields = slices.DeleteFunc(d.CustomFields, func(f CustomField) bool {
		repeated := f.ID != 0 && seen[f.ID]
		seen[f.ID] = true
		return repeated || f.IsHeading()
	})
	own(d.CustomFields, "contact", id)
	return nil
}

// adoptTasks keeps what only lists say; there a count of 0 is left out.
func (d *ContactDetails) adoptTasks() {
	d.tasks = &contactTasks{d.TaskCount, d.HaveLateTasks}
}

// IsFull reports whether this is a contact in full and not only what answers embed
// of one: all that are in full say when they were entered.
func (d *ContactDetails) IsFull() bool { return !d.Created.IsZero() }

// Typed returns the contact as a *Person or a *Company.
func (d *ContactDetails) Typed() Contact { return d.ContactBase.contact() }

// ListContacts returns one page for each query, in order, of contacts in full
// and with their tags (GET api/2.0/crm/contact/filter). Its sort keys are "id", the
// only one that is stable, "displayname", "firstname", "lastname", "contacttype",
// "created" and "history".
func (c *Caller) ListContacts(ctx context.Context, seat *Seat, queries []Query[ContactCriteria]) []Result[Page[*ContactDetails]] {
	results := getEach(ctx, c, seat, queries, listed[ContactCriteria]("crm/contact/filter"), decodePage[*ContactDetails])
	for i := range results {
		for _, d := range results[i].Value.Items {
			d.adoptTasks()
			if err := c.adoptDetails(d, d.ID); err != nil {
				results[i] = Result[Page[*ContactDetails]]{Err: err}
				break
			}
		}
	}
	return results
}

// ContactTags returns the tags of each contact (GET api/2.0/crm/contact/tag/{id}).
func (c *Caller) ContactTags(ctx context.Context, seat *Seat, ids []int) []Result[[]string] {
	return getEach(ctx, c, seat, ids, numbered("crm/contact/tag/{id}"), decode[[]string])
}

// Persons returns the persons of each company (GET api/2.0/crm/contact/company/{id}/person).
func (c *Caller) Persons(ctx context.Context, seat *Seat, companies []int) []Result[[]*ContactDetails] {
	const template = "crm/contact/company/{id}/person"
	results := getEach(ctx, c, seat, companies, numbered(template), decode[[]*ContactDetails])
	for i, company := range companies {
		for _, d := range results[i].Value {
			var err error
			switch {
			case d.IsCompany:
				err = c.wrongEntity(template, "a person", "a company")
			case d.Company != nil && d.Company.ID != 0 && d.Company.ID != company:
				err = c.wrongEntity(template, company, d.Company.ID)
			default:
				d.adoptTasks()
				err = c.adoptDetails(d, d.ID)
			}
			if err != nil {
				results[i] = Result[[]*ContactDetails]{Err: err}
				break
			}
		}
	}
	return results
}

// maxEmails keeps the address of a contact/mail call below 2 kB.
const maxEmails = 100

// Emails returns the primary e-mail address of each contact, nil for one that
// has none (GET api/2.0/crm/contact/mail, the portal's one read of many ids).
// The portal leaves out those that are missing or hidden: KindNotFound.
func (c *Caller) Emails(ctx context.Context, seat *Seat, ids []int) []Result[*ContactInfo] {
	const template = "crm/contact/mail"
	parts := slices.Collect(slices.Chunk(ids, maxEmails))
	answers := getEach(ctx, c, seat, parts, func(part []int) route {
		q := url.Values{}
		for _, id := range part {
			q.Add("contactids[]", strconv.Itoa(id))
		}
		return route{template: template, query: q.Encode()}
	}, decode[[]EmailContact])
	results := make([]Result[*ContactInfo], 0, len(ids))
	for i, part := range parts {
		found := make(map[int]*ContactInfo, len(part))
		for _, contact := range answers[i].Value {
			if contact.ID != 0 && !slices.Contains(part, contact.ID) {
				answers[i].Err = c.wrongEntity(template, part, contact.ID)
			}
			found[contact.ID] = contact.Email
		}
		for _, id := range part {
			email, ok := found[id]
			result := Result[*ContactInfo]{Value: email}
			switch {
			case answers[i].Err != nil:
				result = Result[*ContactInfo]{Err: answers[i].Err}
			case !ok:
				result.Err = &Error{Op: template, Kind: KindNotFound}
			}
			results = append(results, result)
		}
	}
	return results
}

// Primary returns the primary contact info of a type, the first where none is
// marked, or nil.
func (d *ContactDetails) Primary(infoType ContactInfoType) *ContactInfo {
	var first *ContactInfo
	for i := range d.CommonData {
		info := &d.CommonData[i]
		if info.InfoType != infoType {
			continue
		}
		if info.IsPrimary {
			return info
		}
		if first == nil {
			first = info
		}
	}
	return first
}
