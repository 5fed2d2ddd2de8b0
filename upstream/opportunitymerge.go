package upstream

import (
	"slices"
	"strings"
	"time"
)

// opportunityValues are what the portal's PUT replaces of an opportunity, all at once:
// what is left out is emptied, and published. Members are none of them: a list of
// those that the caller sees would drop the others.
type opportunityValues struct {
	title, description string
	stageID, contactID int
	responsibleID      string
	bidType            BidType
	bidValue           Decimal
	bidCurrency        string
	perPeriodValue     int
	successProbability int
	actualCloseDate    DateTime
	expectedCloseDate  DateTime
	isPrivate          bool
	accessList         []string
	memberIDs          []int // of a new one
}

// values returns what there is.
func (o *Opportunity) values() opportunityValues {
	v := opportunityValues{
		title: o.Title, description: o.Description,
		bidType: o.BidType, bidValue: o.BidValue, perPeriodValue: o.PerPeriodValue,
		successProbability: o.SuccessProbability, actualCloseDate: o.ActualCloseDate, expectedCloseDate: o.ExpectedCloseDate,
		isPrivate: o.IsPrivate,
	}
	if o.Stage != nil {
		v.stageID = o.Stage.ID
	}
	if o.Contact != nil {
		v.contactID = o.Contact.ID
	}
	if o.Responsible != nil {
		v.responsibleID = o.Responsible.ID
	}
	if o.BidCurrency != nil {
		v.bidCurrency = o.BidCurrency.Abbreviation
	}
	for i := range o.AccessList {
		v.accessList = append(v.accessList, o.AccessList[i].ID)
	}
	return v
}

// form returns the values as the portal takes them.
func (v *opportunityValues) form(isNew bool) *form {
	f := &form{isNew: isNew}
	f.givenNumber("contactid", v.contactID)
	f.add("title", v.title)
	f.givenText("description", v.description)
	f.add("responsibleid", v.responsibleID)
	f.givenNumber("bidType", int(v.bidType))
	f.given("bidValue", v.bidValue.sent(), !v.bidValue.IsZero())
	f.add("bidCurrencyAbbr", v.bidCurrency)
	f.givenNumber("perPeriodValue", v.perPeriodValue)
	f.number("stageid", v.stageID)
	f.number("successProbability", v.successProbability)
	f.numbers("members", v.memberIDs)
	f.date("actualCloseDate", v.actualCloseDate)
	f.date("expectedCloseDate", v.expectedCloseDate)
	f.givenTruth("isPrivate", v.isPrivate)
	if v.isPrivate {
		f.texts("accessList", v.accessList)
	}
	return f
}

// merge returns what becomes of an opportunity, or why what was not named cannot be
// kept. stage is the one that it moves to, nil where it stays.
func (in *OpportunityChanges) merge(o *Opportunity, stage *Stage) (opportunityValues, error) {
	v := o.values()
	if lost := in.keeps(o, &v); len(lost) > 0 {
		return v, lost
	}
	if stage != nil {
		v.stageID, v.successProbability, v.actualCloseDate = stage.ID, stage.SuccessProbability, stage.closeDate()
	}
	v.title = in.Title.over(v.title)
	v.description = in.Description.over(v.description)
	v.responsibleID = in.ResponsibleID.over(v.responsibleID)
	v.contactID = in.ContactID.over(v.contactID)
	v.bidType = in.BidType.over(v.bidType)
	if value := in.BidValue.over(v.bidValue); !value.Equal(v.bidValue.Decimal) { // of one number the text as it is
		v.bidValue = value
	}
	v.bidCurrency = in.BidCurrency.over(v.bidCurrency)
	v.perPeriodValue = in.PerPeriodValue.over(v.perPeriodValue)
	v.successProbability = in.SuccessProbability.over(v.successProbability)
	v.actualCloseDate = in.ActualCloseDate.over(v.actualCloseDate)
	v.expectedCloseDate = in.ExpectedCloseDate.over(v.expectedCloseDate)
	v.isPrivate = in.IsPrivate.over(v.isPrivate)
	v.accessList = in.AccessListIDs.over(v.accessList)
	if in.AccessListIDs.Given() && len(v.accessList) > 0 && !v.isPrivate {
		return v, refuse(CodeInvalid, "Only what is private has an access list.", "accessListIds")
	}
	if v.isPrivate && (in.namesAccess() || in.ResponsibleID.Given()) {
		v.accessList = including(v.accessList, v.responsibleID)
	}
	return v, nil
}

func (in *OpportunityChanges) namesAccess() bool {
	return in.IsPrivate.Given() || in.AccessListIDs.Given()
}

// keeps returns the values that were not named and cannot be sent as they are.
func (in *OpportunityChanges) keeps(o *Opportunity, v *opportunityValues) UserErrors {
	c := checking(nil)
	if v.title == "" && !in.Title.Given() {
		c.cannotKeep("title", isEmpty)
	}
	if v.stageID == 0 && !in.StageID.Given() {
		c.cannotKeep("stageId", "The portal does not say which stage it is.")
	}
	switch {
	case in.ResponsibleID.Given():
	case v.responsibleID == "":
		c.cannotKeep("responsibleId", "The portal does not say who it is.")
	case o.Responsible.IsRemoved():
		c.cannotKeep("responsibleId", wasRemoved)
	}
	if v.bidCurrency == "" && !in.BidCurrency.Given() {
		c.cannotKeep("bidCurrency", "It is none that the portal knows. Name another one.")
	}
	switch {
	case o.Contact == nil || in.ContactID.Given():
	case o.Contact.ID == 0:
		c.cannotKeep("contactId", "The portal does not say which contact it is.")
	case o.Contact.isHidden():
		c.cannotKeep("contactId", "The contact is hidden from this caller, and the portal takes no change that keeps it. Name another one, or none.")
	}
	switch {
	case !in.IsPrivate.over(o.IsPrivate) || in.AccessListIDs.Given():
	case o.IsPrivate && len(v.accessList) == 0 && !in.IsPrivate.Given():
		c.cannotKeep("accessListIds", "The portal does not say who is on the list, and would publish the opportunity.")
	case o.hasRemovedReaders():
		c.cannotKeep("accessListIds", lostReaders)
	}
	c.keepTexts(
		keptText{"title", v.title, maxLine, 0, in.Title.Given()},
		keptText{"description", v.description, 0, maxText, in.Description.Given()},
	)
	return c.found
}

// closeDate is what the portal sets when an opportunity comes to the stage.
func (s *Stage) closeDate() DateTime {
	if s.StageType == StageOpen {
		return DateTime{}
	}
	return now()
}

// now returns this second.
func now() DateTime { return DateTime{time.Now().UTC().Truncate(time.Second)} }

// including returns a list of employees with one more, who counts once.
func including(list []string, id string) []string {
	if isOn(list, id) {
		return list
	}
	return append(slices.Clone(list), id)
}

// compare returns an error where what was named is not as it was sent.
func (in *OpportunityChanges) compare(sent *opportunityValues, o *Opportunity) error {
	got := o.values()
	var c comparison
	c.check("title", in.Title.Given(), got.title == sent.title)
	c.check("description", in.Description.Given(), got.description == sent.description)
	c.check("stageId", in.StageID.Given(), got.stageID == sent.stageID)
	c.check("responsibleId", in.ResponsibleID.Given(), strings.EqualFold(got.responsibleID, sent.responsibleID))
	c.check("contactId", in.ContactID.Given(), got.contactID == sent.contactID)
	c.check("bidType", in.BidType.Given(), got.bidType == sent.bidType)
	c.check("bidValue", in.BidValue.Given(), got.bidValue.Equal(sent.bidValue.Decimal))
	c.check("bidCurrency", in.BidCurrency.Given(), strings.EqualFold(got.bidCurrency, sent.bidCurrency))
	c.check("perPeriodValue", in.PerPeriodValue.Given(), got.perPeriodValue == sent.perPeriodValue)
	c.check("successProbability", in.SuccessProbability.Given(), got.successProbability == sent.successProbability)
	c.check("actualCloseDate", in.ActualCloseDate.Given(), sent.actualCloseDate.isStored(got.actualCloseDate))
	c.check("expectedCloseDate", in.ExpectedCloseDate.Given(), sent.expectedCloseDate.isStored(got.expectedCloseDate))
	c.check("isPrivate", in.IsPrivate.Given(), got.isPrivate == sent.isPrivate)
	c.check("accessListIds", in.AccessListIDs.Given(), o.hasAccess(sent.isPrivate, sent.accessList))
	c.check("customFields", true, areStored(in.CustomFields, o.CustomFields))
	return c.orNil()
}
