package upstream

import (
	"fmt"
	"io"
	"slices"
)

// The portal sends enums as integers. A number that this version does not know
// is kept, answered as UNKNOWN and reported once (see Options.Warn).

// unknownEnum is the GraphQL name of every number that is not in a table below.
const unknownEnum = "UNKNOWN"

// BidType says what a bid's value is per.
type BidType int

// The portal's bid types (its BidType).
const (
	FixedBid BidType = iota
	PerHour
	PerDay
	PerWeek
	PerMonth
	PerYear
)

var bidTypes = []string{"FIXED_BID", "PER_HOUR", "PER_DAY", "PER_WEEK", "PER_MONTH", "PER_YEAR"}

// MarshalGQL writes the enum's name.
func (v BidType) MarshalGQL(w io.Writer) { _, _ = w.Write(v.AppendGQL(nil)) }

// AppendGQL appends the enum's name.
func (v BidType) AppendGQL(b []byte) []byte { return appendEnum(b, bidTypes, int(v)) }

// UnmarshalGQL reads the enum's name.
func (v *BidType) UnmarshalGQL(name any) error { return readInputEnum(bidTypes, name, v) }

// StageType says whether a stage leaves an opportunity open.
type StageType int

// The portal's stage types (its DealMilestoneStatus).
const (
	StageOpen StageType = iota
	StageClosedAndWon
	StageClosedAndLost
)

var stageTypes = []string{"OPEN", "CLOSED_AND_WON", "CLOSED_AND_LOST"}

// MarshalGQL writes the enum's name.
func (v StageType) MarshalGQL(w io.Writer) { _, _ = w.Write(v.AppendGQL(nil)) }

// AppendGQL appends the enum's name.
func (v StageType) AppendGQL(b []byte) []byte { return appendEnum(b, stageTypes, int(v)) }

// UnmarshalGQL reads the enum's name.
func (v *StageType) UnmarshalGQL(name any) error { return readEnum(stageTypes, name, v) }

// ShareType says what people outside a contact's access list may do with it.
type ShareType int

// The portal's share types (its ShareType).
const (
	ShareNone ShareType = iota
	ShareReadWrite
	ShareRead
)

var shareTypes = []string{"NONE", "READ_WRITE", "READ"}

// MarshalGQL writes the enum's name.
func (v ShareType) MarshalGQL(w io.Writer) { _, _ = w.Write(v.AppendGQL(nil)) }

// AppendGQL appends the enum's name.
func (v ShareType) AppendGQL(b []byte) []byte { return appendEnum(b, shareTypes, int(v)) }

// UnmarshalGQL reads the enum's name.
func (v *ShareType) UnmarshalGQL(name any) error { return readInputEnum(shareTypes, name, v) }

// CustomFieldType says what a custom field holds and how its text is to be read.
type CustomFieldType int

// The portal's custom field types (its CustomFieldType).
const (
	TextField CustomFieldType = iota
	TextArea
	SelectBox
	CheckBox
	Heading
	Date
)

var customFieldTypes = []string{"TEXT_FIELD", "TEXT_AREA", "SELECT_BOX", "CHECK_BOX", "HEADING", "DATE"}

// MarshalGQL writes the enum's name.
func (v CustomFieldType) MarshalGQL(w io.Writer) { _, _ = w.Write(v.AppendGQL(nil)) }

// AppendGQL appends the enum's name.
func (v CustomFieldType) AppendGQL(b []byte) []byte { return appendEnum(b, customFieldTypes, int(v)) }

// UnmarshalGQL reads the enum's name.
func (v *CustomFieldType) UnmarshalGQL(name any) error { return readEnum(customFieldTypes, name, v) }

// ContactInfoType says what kind of address a contact info is.
type ContactInfoType int

// The contact info types that code refers to; the portal's ContactInfoType has more.
const (
	InfoPhone ContactInfoType = iota
	InfoEmail
)

var contactInfoTypes = []string{
	"PHONE", "EMAIL", "WEBSITE", "SKYPE", "TWITTER", "LINKED_IN", "FACEBOOK", "ADDRESS", "LIVE_JOURNAL",
	"MY_SPACE", "GMAIL", "BLOGGER", "YAHOO", "MSN", "ICQ", "JABBER", "AIM", "VK",
}

// MarshalGQL writes the enum's name.
func (v ContactInfoType) MarshalGQL(w io.Writer) { _, _ = w.Write(v.AppendGQL(nil)) }

// AppendGQL appends the enum's name.
func (v ContactInfoType) AppendGQL(b []byte) []byte { return appendEnum(b, contactInfoTypes, int(v)) }

// UnmarshalGQL reads the enum's name.
func (v *ContactInfoType) UnmarshalGQL(name any) error {
	return readInputEnum(contactInfoTypes, name, v)
}

// ContactInfoCategory says where a contact info leads to. The portal numbers them for
// each type of info anew.
type ContactInfoCategory int

// The categories of contact infos. Those between InfoWork and InfoOther are of phones
// alone.
const (
	InfoHome ContactInfoCategory = iota
	InfoWork
	InfoMobile
	InfoFax
	InfoDirect
	InfoOther
)

var contactInfoCategories = []string{"HOME", "WORK", "MOBILE", "FAX", "DIRECT", "OTHER"}

// MarshalGQL writes the enum's name.
func (v ContactInfoCategory) MarshalGQL(w io.Writer) { _, _ = w.Write(v.AppendGQL(nil)) }

// AppendGQL appends the enum's name.
func (v ContactInfoCategory) AppendGQL(b []byte) []byte {
	return appendEnum(b, contactInfoCategories, int(v))
}

// UnmarshalGQL reads the enum's name.
func (v *ContactInfoCategory) UnmarshalGQL(name any) error {
	return readInputEnum(contactInfoCategories, name, v)
}

// ContactKind says which contacts a list holds.
type ContactKind int

// The kinds of contacts (the portal's ContactListViewType).
const (
	AllContacts ContactKind = iota
	OnlyCompanies
	OnlyPersons
	WithOpportunity
)

var contactKinds = []string{"ALL", "COMPANY", "PERSON", "WITH_OPPORTUNITY"}

// MarshalGQL writes the enum's name.
func (v ContactKind) MarshalGQL(w io.Writer) { _, _ = w.Write(v.AppendGQL(nil)) }

// AppendGQL appends the enum's name.
func (v ContactKind) AppendGQL(b []byte) []byte { return appendEnum(b, contactKinds, int(v)) }

// UnmarshalGQL reads the enum's name.
func (v *ContactKind) UnmarshalGQL(name any) error { return readEnum(contactKinds, name, v) }

func known(names []string, n int) bool { return n >= 0 && n < len(names) }

func appendEnum(b []byte, names []string, n int) []byte {
	name := unknownEnum
	if known(names, n) {
		name = names[n]
	}
	return append(append(append(b, '"'), name...), '"')
}

func readEnum[E ~int](names []string, name any, into *E) error {
	text, _ := name.(string)
	n := slices.Index(names, text)
	if n < 0 {
		return unreadable("%.40q is not one of %v", fmt.Sprint(name), names)
	}
	*into = E(n)
	return nil
}

// readInputEnum reads an enum of an input of a mutation. A form may send UNKNOWN back as it
// was read: that becomes a number of no table, which the input's check refuses at its path.
func readInputEnum[E ~int](names []string, name any, into *E) error {
	if name == unknownEnum {
		*into = -1
		return nil
	}
	return readEnum(names, name, into)
}

// eachUnknown reports the enum numbers of the opportunity that no table names.
func (o *Opportunity) eachUnknown(report func(enum string, n int)) {
	check := func(enum string, names []string, n int) {
		if !known(names, n) {
			report(enum, n)
		}
	}
	check("BidType", bidTypes, int(o.BidType))
	if o.Stage != nil {
		check("StageType", stageTypes, int(o.Stage.StageType))
	}
	for i := range o.CustomFields {
		check("CustomFieldType", customFieldTypes, int(o.CustomFields[i].FieldType))
	}
	for i := range o.Members {
		check("ShareType", shareTypes, int(o.Members[i].ShareType))
	}
	if o.Contact != nil {
		check("ShareType", shareTypes, int(o.Contact.ShareType))
	}
}
