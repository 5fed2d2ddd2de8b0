package upstream

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"hash"
	"slices"
	"strings"
)

// RevisionMembers are the keys of an opportunity's nested members that its revision
// is made of. A read for the revision skips none of them.
var RevisionMembers = []string{"contact", "responsible", "bidCurrency", "stage", "accessList", "customFields"}

// digest makes a short text of values: equal ones make the same text, and others
// another one.
type digest struct{ sum hash.Hash }

func newDigest(kind string) digest {
	d := digest{sha256.New()}
	d.text(kind)
	return d
}

func (d digest) text(value string) {
	d.number(len(value)) // so that values cannot run into each other
	_, _ = d.sum.Write([]byte(value))
}

func (d digest) optional(value *string) {
	if value == nil {
		value = new(string) // absent is empty
	}
	d.text(*value)
}

func (d digest) number(n int) {
	var bytes [8]byte
	binary.LittleEndian.PutUint64(bytes[:], uint64(n))
	_, _ = d.sum.Write(bytes[:])
}

func (d digest) truth(is bool) {
	n := 0
	if is {
		n = 1
	}
	d.number(n)
}

// date counts as an instant to the second, in any zone.
func (d digest) date(t DateTime) {
	if t.IsZero() {
		d.number(0)
		return
	}
	d.number(int(t.Unix()))
}

func (d digest) employee(e *Employee) {
	if e == nil {
		e = &Employee{}
	}
	d.text(strings.ToLower(e.ID))
}

// accessList counts as a set, and only of what is private: lists leave it out otherwise.
func (d digest) accessList(isPrivate bool, list []Employee) {
	d.truth(isPrivate)
	if !isPrivate {
		return
	}
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = strings.ToLower(list[i].ID)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	d.number(len(ids))
	for _, id := range ids {
		d.text(id)
	}
}

// fields count in any order, and a field without a value as none.
func (d digest) fields(fields []CustomField) {
	type value struct {
		id   int
		text string
	}
	var values []value
	for i := range fields {
		if f := &fields[i]; f.FieldValue != nil && *f.FieldValue != "" && !f.IsHeading() {
			values = append(values, value{f.ID, *f.FieldValue})
		}
	}
	slices.SortFunc(values, func(a, b value) int { return cmp.Or(a.id-b.id, strings.Compare(a.text, b.text)) })
	d.number(len(values))
	for _, v := range values {
		d.number(v.id)
		d.text(v.text)
	}
}

func (d digest) String() string {
	return base64.RawURLEncoding.EncodeToString(d.sum.Sum(nil)[:12])
}

// Revision returns a digest of what a write would replace. It is the same of an
// opportunity from a list and of a single one, but skips none of RevisionMembers.
func (o *Opportunity) Revision() string {
	d := newDigest("opportunity")
	d.text(o.Title)
	d.text(o.Description)
	d.employee(o.Responsible)
	d.number(int(o.BidType))
	d.text(o.BidValue.String())
	d.number(o.PerPeriodValue)
	abbreviation, stage, contact := "", 0, 0
	if o.BidCurrency != nil {
		abbreviation = o.BidCurrency.Abbreviation
	}
	if o.Stage != nil {
		stage = o.Stage.ID
	}
	if o.Contact != nil && !o.Contact.isHidden() {
		contact = o.Contact.ID
	}
	d.text(abbreviation)
	d.number(stage)
	d.number(contact)
	d.number(o.SuccessProbability)
	d.date(o.ActualCloseDate)
	d.date(o.ExpectedCloseDate)
	d.accessList(o.IsPrivate, o.AccessList)
	d.fields(o.CustomFields)
	return d.String()
}

// Revision returns a digest of what a write would replace.
func (t *Task) Revision() string {
	d := newDigest("task")
	d.text(t.Title)
	d.optional(t.Description)
	d.date(t.DeadLine)
	d.number(t.AlertValue)
	d.employee(t.Responsible)
	d.truth(t.IsClosed)
	category, contact := 0, 0
	if t.Category != nil {
		category = t.Category.ID
	}
	if t.Contact != nil {
		contact = t.Contact.ID
	}
	entity := EntityPointer{}
	if t.Entity != nil {
		entity = *t.Entity
	}
	d.number(category)
	d.number(contact)
	d.text(strings.ToLower(entity.EntityType))
	d.number(entity.EntityID)
	return d.String()
}

// Revision returns a digest of what a write would replace. It is that of a contact in
// full, from a list or alone.
func (d *ContactDetails) Revision() string {
	sum := newDigest("contact")
	sum.truth(d.IsCompany)
	for _, text := range []*string{d.FirstName, d.LastName, d.CompanyName, d.JobTitle, d.About, d.Industry} {
		sum.optional(text)
	}
	company, status, currency := 0, 0, ""
	if d.Company != nil && !d.Company.isHidden() {
		company = d.Company.ID
	}
	if d.ContactStatus != nil {
		status = d.ContactStatus.ID
	}
	if d.Currency != nil {
		currency = d.Currency.Abbreviation
	}
	sum.number(company)
	sum.number(status)
	sum.text(currency)
	sum.number(int(d.ShareType))
	sum.accessList(d.IsPrivate, d.AccessList)
	sum.fields(d.CustomFields)
	return sum.String()
}

// isHidden reports whether the caller sees that the contact is there and no more. The
// portal's lists leave such a contact out, and it refuses writes that name it.
func (b *ContactBase) isHidden() bool { return b.IsPrivate && !b.CanEdit }
