package resolvers

import (
	"context"
	"errors"

	"github.com/99designs/gqlgen/graphql"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/upstream"
)

// onOpportunities is the kind of custom fields that opportunities have.
var onOpportunities = graph.CustomFieldEntityOpportunity

// fieldsIn returns the kind of the custom fields where there are values of any.
func fieldsIn(entity graph.CustomFieldEntity, values []upstream.FieldValue) *graph.CustomFieldEntity {
	if len(values) == 0 {
		return nil
	}
	return &entity
}

func createOpportunity(in graph.CreateOpportunityInput) func(w *writing) (*upstream.Opportunity, error) {
	return func(w *writing) (*upstream.Opportunity, error) {
		values, mistakes := fieldValues(in.CustomFields)
		texts := &scalars{mistakes}
		o := upstream.NewOpportunity{
			Title: in.Title, StageID: number(in.StageID), ResponsibleID: in.ResponsibleID,
			BidCurrency: orNone(in.BidCurrency), Description: orNone(in.Description),
			ContactID: numberOr0(in.ContactID), MemberIDs: numbers(in.MemberIds),
			BidType: orNone(in.BidType), BidValue: readOrNone[upstream.Decimal](texts, in.BidValue, "bidValue"), PerPeriodValue: orNone(in.PerPeriodValue),
			SuccessProbability: given(in.SuccessProbability), ActualCloseDate: readGiven[upstream.DateTime](texts, in.ActualCloseDate, "actualCloseDate"),
			ExpectedCloseDate: readOrNone[upstream.DateTime](texts, in.ExpectedCloseDate, "expectedCloseDate"), IsPrivate: orNone(in.IsPrivate), AccessListIDs: in.AccessListIds,
			CustomFields: values, Tags: in.Tags,
		}
		with, err := w.checked(&o, needs{stages: true, currencies: true, fields: fieldsIn(onOpportunities, values)}, texts.mistakes)
		if err != nil {
			return nil, err
		}
		made, err := w.caller.CreateOpportunity(w.ctx, o, with)
		return made, w.orHidden(err, o.ContactID)
	}
}

// enteredOpportunity reads one that was created before.
func enteredOpportunity(w *writing, id int) (*upstream.Opportunity, error) {
	return opportunities.load(w.ctx, id)
}

// orHidden returns the portal's refusal of an opportunity, or that its customer is not
// there or hidden: the portal says that of no argument in particular.
func (w *writing) orHidden(err error, contact int) error {
	var portal *upstream.Error
	if contact == 0 || !errors.As(err, &portal) || portal.Outcome != upstream.NotDone ||
		portal.Kind != upstream.KindInvalid && portal.Kind != upstream.KindForbidden {
		return err
	}
	if _, missing := contacts.load(w.ctx, contact); upstream.KindOf(missing) != upstream.KindNotFound {
		return err
	}
	return upstream.UserErrors{{Field: []string{"contactId"}, Code: upstream.CodeNotFound, Message: upstream.NotThere}}
}

func updateOpportunity(in graph.UpdateOpportunityInput) func(w *writing) (*upstream.Opportunity, error) {
	return func(w *writing) (*upstream.Opportunity, error) {
		values, mistakes := fieldValues(in.CustomFields)
		texts := &scalars{mistakes}
		o := upstream.OpportunityChanges{
			ID: number(in.ID), IfRevision: seenRevision(in.IfRevision),
			Title: upstream.ChangeTo(in.Title.ValueOK()), Description: upstream.ChangeTo(in.Description.ValueOK()),
			StageID: numberChange(in.StageID), ResponsibleID: upstream.ChangeTo(in.ResponsibleID.ValueOK()),
			ContactID: numberChange(in.ContactID),
			BidType:   upstream.ChangeTo(in.BidType.ValueOK()), BidValue: changed[upstream.Decimal](texts, in.BidValue, "bidValue"),
			BidCurrency: upstream.ChangeTo(in.BidCurrency.ValueOK()), PerPeriodValue: upstream.ChangeTo(in.PerPeriodValue.ValueOK()),
			SuccessProbability: upstream.ChangeTo(in.SuccessProbability.ValueOK()),
			ActualCloseDate:    changed[upstream.DateTime](texts, in.ActualCloseDate, "actualCloseDate"),
			ExpectedCloseDate:  changed[upstream.DateTime](texts, in.ExpectedCloseDate, "expectedCloseDate"),
			IsPrivate:          upstream.ChangeTo(in.IsPrivate.ValueOK()), AccessListIDs: listChange(in.AccessListIds),
			CustomFields: values,
		}
		with, err := w.checked(&o, needs{stages: o.StageID.Given(), currencies: o.BidCurrency.Given(), fields: fieldsIn(onOpportunities, values)}, texts.mistakes)
		if err != nil {
			return nil, err
		}
		updated, err := w.caller.UpdateOpportunity(w.ctx, o, with)
		contact, _ := o.ContactID.Value()
		return updated, w.orHidden(err, contact)
	}
}

// moveOpportunity needs no dictionary. After a refusal the stages are read, so that the
// mistake lists them, and an opportunity that is not there is named beside it.
func moveOpportunity(in graph.MoveOpportunityInput) func(w *writing) (*upstream.Opportunity, error) {
	return func(w *writing) (*upstream.Opportunity, error) {
		move := upstream.StageChange{ID: number(in.ID), StageID: number(in.StageID), IfRevision: seenRevision(in.IfRevision)}
		moved, err := w.caller.MoveOpportunity(w.ctx, move)
		var mistakes upstream.UserErrors
		if !errors.As(err, &mistakes) && !isNotThere(err) {
			return moved, err
		}
		if _, all := w.checked(&move, needs{stages: true}, nil); errors.As(all, &mistakes) {
			return nil, all
		}
		return moved, err
	}
}

func setOpportunityAccess(in graph.SetOpportunityAccessInput) func(w *writing) (*upstream.Opportunity, error) {
	return func(w *writing) (*upstream.Opportunity, error) {
		change := upstream.AccessChange{ID: number(in.ID), IsPrivate: in.IsPrivate, AccessListIDs: in.AccessListIds}
		with, err := w.checked(&change, needs{}, nil)
		if err != nil {
			return nil, err
		}
		return w.caller.SetOpportunityAccess(w.ctx, change, with)
	}
}

// kindOf is the kind of object that has fields of an entity.
var kindOf = map[graph.CustomFieldEntity]string{
	graph.CustomFieldEntityOpportunity: "opportunity", graph.CustomFieldEntityPerson: "person", graph.CustomFieldEntityCompany: "company",
}

// setFields sets custom fields by the client's method for what they are on.
func setFields[T any](in graph.SetCustomFieldsInput, set func(*upstream.Caller, context.Context, upstream.FieldChanges, *upstream.Dictionaries) (*T, error)) func(w *writing) (*T, error) {
	return func(w *writing) (*T, error) {
		values, mistakes := fieldValues(in.CustomFields)
		changes := upstream.FieldChanges{ID: number(in.ID), Values: values, Kind: kindOf[in.Entity]}
		with, err := w.checked(&changes, needs{fields: fieldsIn(in.Entity, values)}, mistakes)
		if err != nil {
			return nil, err
		}
		return set(w.caller, w.ctx, changes, with)
	}
}

// deletion is a write that leaves no object.
func deletion(del func(w *writing) error) func(w *writing) (*struct{}, error) {
	return func(w *writing) (*struct{}, error) {
		if err := del(w); err != nil {
			return nil, err
		}
		return &struct{}{}, nil
	}
}

// deletedNode returns the ids of what a deletion has removed; none where it has not.
func deletedNode(gone *struct{}, id string, node upstream.Node) (deletedID, deletedNodeID *string, err error) {
	if gone == nil {
		return nil, nil, nil
	}
	nodeID, err := node.NodeID()
	if err != nil {
		return nil, nil, err
	}
	return &id, &nodeID, nil
}

// tagging is a write that answers with tags.
func tagging(change func(w *writing) ([]string, error)) func(w *writing) (*[]string, error) {
	return func(w *writing) (*[]string, error) {
		tags, err := change(w)
		if tags == nil && err != nil {
			return nil, err
		}
		if tags == nil {
			tags = []string{}
		}
		return &tags, err
	}
}

// tagged returns what bears the tags now, read only where it is asked for.
func tagged(ctx context.Context, entity upstream.TagEntity, id int, tags []string) (o *upstream.Opportunity, c upstream.Contact) {
	w := &writing{execution: executionOf(ctx), ctx: ctx}
	for _, field := range w.selected() {
		var err error
		at := graphql.WithPathContext(ctx, graphql.NewPathWithField(field.Alias))
		switch {
		case field.Name == "opportunity" && entity == upstream.TagOpportunity && o == nil:
			opportunityTags.of(w.execution).prime(id, tags)
			if o, err = opportunities.load(ctx, id); err == nil {
				w.follow(o)
			}
		case field.Name == "contact" && entity == upstream.TagContact && c == nil:
			contactTags.of(w.execution).prime(id, tags)
			var d *upstream.ContactDetails
			if d, err = contacts.load(ctx, id); err == nil {
				c = d.Typed()
				w.follow(d)
			}
		}
		if err != nil {
			graphql.AddError(at, err)
		}
	}
	return o, c
}
