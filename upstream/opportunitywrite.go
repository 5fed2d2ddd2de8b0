package upstream

import (
	"context"
	"slices"
	"strconv"
)

const opportunityRoute = "crm/opportunity/{id}"

// CreateOpportunity creates an opportunity (POST api/2.0/crm/opportunity) and tags it.
// An opportunity that comes beside an error was created, and what the error is about was
// not done.
func (c *Caller) CreateOpportunity(ctx context.Context, in NewOpportunity, with *Dictionaries) (*Opportunity, error) {
	if err := in.Check(with).orNil(); err != nil {
		return nil, err
	}
	stage, err := c.stageFor(ctx, in.StageID, with)
	if err != nil {
		return nil, err
	}
	if err := c.there(ctx, namedEach(NamedContact, in.MemberIDs, "memberIds")); err != nil {
		return nil, c.withMissing(ctx, err, in.customer())
	}
	v := in.values(stage)
	f := v.form(true)
	f.values(in.CustomFields)
	o, err := post(ctx, c, route{template: "crm/opportunity"}, f, created[*Opportunity])
	if err != nil {
		return nil, err
	}
	if o, err = c.adopted(o, nil, o.ID); err != nil {
		return nil, err
	}
	after, end := lasting(ctx)
	defer end()
	if v.isPrivate {
		if o.CreateBy != nil && o.CreateBy.ID != "" {
			v.accessList = including(v.accessList, o.CreateBy.ID) // whom the portal adds
		}
		o, _ = c.settleAccess(after, o, nil, true, v.accessList)
	}
	o.tags = []string{}
	if len(in.Tags) > 0 {
		o.tags, err = c.AddTags(after, TagOpportunity, o.ID, in.Tags)
	}
	without := lacking(in.MemberIDs, func(id int) bool {
		return slices.ContainsFunc(o.Members, func(m ContactBase) bool { return m.ID == id || m.ID == 0 }) // that a portal may leave out
	}, "memberIds", "The opportunity is there without this contact: there is none, or it is hidden from this caller.")
	untagged, err := apart(err)
	return o, append(without, untagged...).and(withOutcome(err, Unknown))
}

// stageFor returns a stage, from the dictionary where that was read.
func (c *Caller) stageFor(ctx context.Context, id int, with *Dictionaries) (*Stage, error) {
	var stages []*Stage
	if with != nil {
		stages = with.Stages
	}
	if stages == nil {
		var err error
		if stages, err = c.Stages(ctx, forWrite); err != nil {
			return nil, notDone(err)
		}
	}
	if n := slices.IndexFunc(stages, func(s *Stage) bool { return s.ID == id }); n >= 0 {
		return stages[n], nil
	}
	return nil, refuse(CodeNotFound, oneOfStages(stages), "stageId")
}

// values returns what is to be sent, with what follows from the stage.
func (in *NewOpportunity) values(stage *Stage) opportunityValues {
	v := opportunityValues{
		title: in.Title, description: in.Description, stageID: in.StageID, contactID: in.ContactID, responsibleID: in.ResponsibleID,
		bidType: in.BidType, bidValue: in.BidValue, bidCurrency: in.BidCurrency, perPeriodValue: in.PerPeriodValue,
		successProbability: in.SuccessProbability.over(stage.SuccessProbability),
		actualCloseDate:    in.ActualCloseDate.over(stage.closeDate()), expectedCloseDate: in.ExpectedCloseDate,
		isPrivate: in.IsPrivate, memberIDs: in.MemberIDs,
	}
	if v.isPrivate {
		v.accessList = including(in.AccessListIDs, in.ResponsibleID)
	}
	return v
}

// adopted finishes an opportunity that a write was answered with.
func (c *Caller) adopted(o *Opportunity, err error, id int) (*Opportunity, error) {
	if err == nil {
		err = request{}.withOutcome(c.adopt(o, id))
	}
	if err != nil {
		return nil, err
	}
	o.Created, o.ActualCloseDate = o.Created.rounded(), o.ActualCloseDate.rounded()
	return o, nil
}

// readForWrite reads an opportunity whole, to be written.
func (c *Caller) readForWrite(ctx context.Context, id int, seen string) (*Opportunity, error) {
	return editable(c.Opportunities(ctx, forWrite, []int{id}, nil)[0], opportunityRoute, seen)
}

func (o *Opportunity) mayEdit() bool { return o.CanEdit }

// holdOpportunity locks an opportunity and reads it whole, to be written.
func (c *Caller) holdOpportunity(ctx context.Context, mistakes UserErrors, id int, seen string) (*Opportunity, func(), error) {
	return hold(ctx, c, mistakes, opportunityRoute, lockOf(lockOpportunity, id), func() (*Opportunity, error) { return c.readForWrite(ctx, id, seen) })
}

// UpdateOpportunity changes what was named and keeps all else: the portal's PUT replaces
// all at once, so what there is is read before, and sent again (PUT
// api/2.0/crm/opportunity/{id}). An opportunity that comes beside a *NotAsWrittenError
// was written.
func (c *Caller) UpdateOpportunity(ctx context.Context, in OpportunityChanges, with *Dictionaries) (*Opportunity, error) {
	before, unlock, err := c.holdOpportunity(ctx, in.Check(with), in.ID, in.IfRevision)
	if err != nil {
		return nil, err
	}
	defer unlock()
	var stage *Stage
	if id, ok := in.StageID.Value(); ok {
		isThere, err := before.isAt(id)
		if err == nil && !isThere {
			stage, err = c.stageFor(ctx, id, with)
		}
		if err != nil {
			return nil, err
		}
	}
	sent, err := in.merge(before, stage)
	if err != nil {
		return nil, c.withMissing(ctx, err, in.customer())
	}
	f := sent.form(false)
	fields := changedFields(in.CustomFields, before.CustomFields)
	if was := before.values(); f.String() == was.form(false).String() && len(fields) == 0 {
		return before, nil
	}
	f.values(fields)
	o, err := put(ctx, c, withID(opportunityRoute, in.ID), f, decode[*Opportunity])
	if o, err = c.adopted(o, err, in.ID); err != nil {
		return nil, err
	}
	after, end := lasting(ctx)
	defer end()
	if o, err = c.settleUpdate(after, &in, &sent, before, o); err != nil {
		return o, err
	}
	return o, in.compare(&sent, o)
}

// settleUpdate sees to what the portal's PUT leaves out without a word: the access of an
// opportunity of somebody else, and fields that are still there.
func (c *Caller) settleUpdate(ctx context.Context, in *OpportunityChanges, sent *opportunityValues, before, o *Opportunity) (*Opportunity, error) {
	var left []FieldValue
	for _, v := range in.CustomFields {
		if v.text() == "" && !areStored([]FieldValue{v}, o.CustomFields) {
			left = append(left, v)
		}
	}
	if len(left) > 0 {
		again, lost, err := postFields(ctx, c, "opportunity", o.ID, left, withID(opportunityRoute, o.ID), decode[*Opportunity])
		if again, err = c.adopted(again, err, o.ID); err != nil {
			return o, err
		}
		if o = again; lost != nil && !areStored(left, o.CustomFields) {
			return o, lost
		}
	}
	if !in.namesAccess() {
		return o, nil
	}
	if joined := c.joined(ctx, o, before, sent.accessList); o.hasAccess(sent.isPrivate, joined) {
		sent.accessList = joined
		return o, nil
	}
	// The route for access alone says whether the caller may set it.
	switch _, err := c.putAccess(ctx, o.ID, sent.isPrivate, sent.accessList); {
	case KindOf(err) == KindForbidden:
		return o, nil // and the comparison tells
	case err != nil:
		return o, err
	}
	o, sent.accessList = c.settleAccess(ctx, o, before, sent.isPrivate, sent.accessList)
	return o, nil
}

// MoveOpportunity moves an opportunity to a stage (PUT
// api/2.0/crm/opportunity/{id}/stage/{stage}), which sets its probability and its actual
// close date, too. Where it is there already nothing is sent, as that would set the close
// date again.
func (c *Caller) MoveOpportunity(ctx context.Context, in StageChange) (*Opportunity, error) {
	before, unlock, err := c.holdOpportunity(ctx, in.Check(nil), in.ID, in.IfRevision)
	if err != nil {
		return nil, err
	}
	defer unlock()
	switch isThere, err := before.isAt(in.StageID); {
	case err != nil:
		return nil, err
	case isThere:
		return before, nil
	}
	f := &form{}
	f.number("opportunityid", in.ID)
	f.number("stageid", in.StageID)
	o, err := put(ctx, c, withID("crm/opportunity/{id}/stage/{other}", in.ID, strconv.Itoa(in.StageID)), f, decode[*Opportunity])
	if KindOf(err) == KindNotFound {
		return nil, refuse(CodeNotFound, "The portal has no such stage.", "stageId")
	}
	if o, err = c.adopted(o, err, in.ID); err != nil {
		return nil, err
	}
	var made comparison
	made.check("stageId", true, o.Stage != nil && o.Stage.ID == in.StageID)
	return o, made.orNil()
}

// isAt reports whether an opportunity is at a stage. Where the portal leaves that out, it is
// not moved: if it is there, its probability and its close date would be lost.
func (o *Opportunity) isAt(stage int) (bool, error) {
	id := 0
	if o.Stage != nil {
		id = o.Stage.ID
	}
	id, err := checkID(opportunityRoute, id)
	return id == stage, notDone(err)
}

// DeleteOpportunity deletes an opportunity with its tasks, events and their files
// (DELETE api/2.0/crm/opportunity/{id}). It must be as the caller saw it.
func (c *Caller) DeleteOpportunity(ctx context.Context, id int, seen string) error {
	in := checking(nil)
	in.id(id, "id")
	_, unlock, err := c.holdOpportunity(ctx, in.found, id, seen)
	if err != nil {
		return err
	}
	defer unlock()
	_, err = del(ctx, c, withID(opportunityRoute, id), decode[struct{}])
	return err
}
