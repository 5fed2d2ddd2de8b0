package upstream

import (
	"math"
	"strings"
)

// NewOpportunity is an opportunity to be created. The zero value of a field means none.
type NewOpportunity struct {
	Title              string // must be there
	StageID            int    // must be there
	ResponsibleID      string // must be there
	BidCurrency        string // abbreviation; must be there
	Description        string
	ContactID          int
	MemberIDs          []int
	BidType            BidType
	BidValue           Decimal
	PerPeriodValue     int
	SuccessProbability Change[int]      // left out: the stage's
	ActualCloseDate    Change[DateTime] // left out: now in a closed stage
	ExpectedCloseDate  DateTime
	IsPrivate          bool
	AccessListIDs      []string // of a private one; the responsible and the caller are on it, too
	CustomFields       []FieldValue
	Tags               []string
}

// Check returns all mistakes of the input: without dictionaries those that can be
// seen without the portal.
func (in *NewOpportunity) Check(with *Dictionaries) UserErrors {
	c := checking(with)
	c.line(in.Title, "title")
	c.stage(in.StageID, "stageId")
	c.employee(in.ResponsibleID, "responsibleId")
	if in.BidCurrency == "" {
		c.fail(CodeRequired, "The portal needs a currency.", "bidCurrency")
	} else {
		c.currency(in.BidCurrency, "bidCurrency")
	}
	c.text(in.Description, 0, maxText, "description")
	if in.ContactID != 0 {
		c.id(in.ContactID, "contactId")
	}
	c.ids(in.MemberIDs, "memberIds")
	distinct(c, in.MemberIDs, self, "memberIds")
	c.enum(bidTypes, int(in.BidType), "bidType")
	c.amount(in.BidValue, "bidValue")
	c.within(in.PerPeriodValue, 0, math.MaxInt32, "perPeriodValue")
	if percent, ok := in.SuccessProbability.Value(); ok {
		c.within(percent, 0, 100, "successProbability")
	}
	c.newDate(in.ActualCloseDate, "actualCloseDate")
	if !in.ExpectedCloseDate.IsZero() {
		c.date(in.ExpectedCloseDate, "expectedCloseDate")
	}
	c.access(in.IsPrivate, in.AccessListIDs)
	c.fields(in.CustomFields, "customFields")
	c.tags(in.Tags)
	return c.found
}

// EmployeeIDs returns the employees that the input names, to be looked up.
func (in *NewOpportunity) EmployeeIDs() []string {
	return append([]string{in.ResponsibleID}, lookedUp(in.AccessListIDs)...)
}

// Named returns the objects that the input names.
func (in *NewOpportunity) Named() []Named {
	return append(namedEach(NamedContact, in.MemberIDs, "memberIds"), in.customer()...)
}

func (in *NewOpportunity) customer() []Named {
	return []Named{{NamedContact, in.ContactID, []string{"contactId"}}}
}

// access checks a list of those who may see a private thing. Of one that is not private
// the portal would drop it.
func (c *check) access(isPrivate bool, list []string) {
	if !isPrivate && len(list) > 0 {
		c.fail(CodeInvalid, "Only what is private has an access list.", "accessListIds")
	}
	c.employees(list, "accessListIds")
	distinct(c, list, strings.ToLower, "accessListIds")
}

// OpportunityChanges are what is to become of an opportunity. What is left out stays
// as it is.
type OpportunityChanges struct {
	ID                 int
	IfRevision         string // what the caller saw; "" is anything
	Title              Change[string]
	Description        Change[string]
	StageID            Change[int]
	ResponsibleID      Change[string]
	ContactID          Change[int]
	BidType            Change[BidType]
	BidValue           Change[Decimal]
	BidCurrency        Change[string]
	PerPeriodValue     Change[int]
	SuccessProbability Change[int]      // left out with another stage: that stage's
	ActualCloseDate    Change[DateTime] // left out with another stage: now in a closed one, none in an open one
	ExpectedCloseDate  Change[DateTime]
	IsPrivate          Change[bool]
	AccessListIDs      Change[[]string]
	CustomFields       []FieldValue // others stay as they are
}

// Check returns all mistakes of the input, as that of NewOpportunity.
func (in *OpportunityChanges) Check(with *Dictionaries) UserErrors {
	c := checking(with)
	c.id(in.ID, "id")
	c.newLine(in.Title, "title")
	c.newText(in.Description, 0, maxText, "description")
	if id, ok := kept(c, in.StageID, "stageId"); ok {
		c.stage(id, "stageId")
	}
	if id, ok := kept(c, in.ResponsibleID, "responsibleId"); ok {
		c.employee(id, "responsibleId")
	}
	if id, ok := in.ContactID.Value(); ok {
		c.id(id, "contactId")
	}
	if n, ok := in.BidType.Value(); ok {
		c.enum(bidTypes, int(n), "bidType")
	}
	if d, ok := in.BidValue.Value(); ok {
		c.amount(d, "bidValue")
	}
	if abbreviation, ok := kept(c, in.BidCurrency, "bidCurrency"); ok {
		c.currency(abbreviation, "bidCurrency")
	}
	if n, ok := in.PerPeriodValue.Value(); ok {
		c.within(n, 0, math.MaxInt32, "perPeriodValue")
	}
	if percent, ok := in.SuccessProbability.Value(); ok {
		c.within(percent, 0, 100, "successProbability")
	}
	c.newDate(in.ActualCloseDate, "actualCloseDate")
	c.newDate(in.ExpectedCloseDate, "expectedCloseDate")
	if list, ok := in.AccessListIDs.Value(); ok {
		isPrivate, given := in.IsPrivate.Value()
		c.access(isPrivate || !given && !in.IsPrivate.Cleared(), list)
	}
	c.fields(in.CustomFields, "customFields")
	return c.found
}

// EmployeeIDs returns the employees that the input names, to be looked up.
func (in *OpportunityChanges) EmployeeIDs() []string {
	var ids []string
	if id, ok := in.ResponsibleID.Value(); ok {
		ids = append(ids, id)
	}
	list, _ := in.AccessListIDs.Value()
	return append(ids, lookedUp(list)...)
}

// Named returns the objects that the input names.
func (in *OpportunityChanges) Named() []Named {
	return append([]Named{{NamedOpportunity, in.ID, []string{"id"}}}, in.customer()...)
}

func (in *OpportunityChanges) customer() []Named {
	contact, _ := in.ContactID.Value()
	return []Named{{NamedContact, contact, []string{"contactId"}}}
}

// StageChange says which stage an opportunity is to have.
type StageChange struct {
	ID, StageID int
	IfRevision  string // what the caller saw; "" is anything
}

// Check returns all mistakes of the input, as that of NewOpportunity.
func (in *StageChange) Check(with *Dictionaries) UserErrors {
	c := checking(with)
	c.id(in.ID, "id")
	c.stage(in.StageID, "stageId")
	return c.found
}

// EmployeeIDs returns none.
func (in *StageChange) EmployeeIDs() []string { return nil }

// Named returns the objects that the input names.
func (in *StageChange) Named() []Named { return []Named{{NamedOpportunity, in.ID, []string{"id"}}} }
