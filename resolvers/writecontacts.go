package resolvers

import (
	"context"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/upstream"
)

// writeContact checks an input and writes it by the client's method.
func writeContact[I any, P interface {
	*I
	input
}](in I, fields *graph.CustomFieldEntity, mistakes upstream.UserErrors, write func(*upstream.Caller, context.Context, I, *upstream.Dictionaries) (*upstream.ContactDetails, error)) func(w *writing) (*upstream.ContactDetails, error) {
	return func(w *writing) (*upstream.ContactDetails, error) {
		with, err := w.checked(P(&in), needs{fields: fields}, mistakes)
		if err != nil {
			return nil, err
		}
		return write(w.caller, w.ctx, in, with)
	}
}

func createPerson(in graph.CreatePersonInput) func(w *writing) (*upstream.ContactDetails, error) {
	values, mistakes := fieldValues(in.CustomFields)
	return writeContact(upstream.NewContact{
		FirstName: in.FirstName, LastName: in.LastName, JobTitle: orNone(in.JobTitle), CompanyID: numberOr0(in.CompanyID),
		About: orNone(in.About), ShareType: given(in.ShareType), ManagerIDs: in.ManagerIds, CustomFields: values,
		Infos: newInfos(in.CommonData), Tags: in.Tags,
	}, fieldsIn(graph.CustomFieldEntityPerson, values), mistakes, (*upstream.Caller).CreateContact)
}

func createCompany(in graph.CreateCompanyInput) func(w *writing) (*upstream.ContactDetails, error) {
	values, mistakes := fieldValues(in.CustomFields)
	return writeContact(upstream.NewContact{
		IsCompany: true, CompanyName: in.CompanyName, PersonIDs: numbers(in.PersonIds),
		About: orNone(in.About), ShareType: given(in.ShareType), ManagerIDs: in.ManagerIds, CustomFields: values,
		Infos: newInfos(in.CommonData), Tags: in.Tags,
	}, fieldsIn(graph.CustomFieldEntityCompany, values), mistakes, (*upstream.Caller).CreateContact)
}

// enteredContact reads one that was created before.
func enteredContact(w *writing, id int) (*upstream.ContactDetails, error) {
	return contacts.load(w.ctx, id)
}

func newInfos(list []*graph.ContactInfoInput) []upstream.NewContactInfo {
	infos := make([]upstream.NewContactInfo, len(list))
	for i, in := range list {
		infos[i] = upstream.NewContactInfo{InfoType: in.InfoType, Category: in.Category, Data: in.Data, IsPrimary: given(in.IsPrimary)}
	}
	return infos
}

func updatePerson(in graph.UpdatePersonInput) func(w *writing) (*upstream.ContactDetails, error) {
	values, mistakes := fieldValues(in.CustomFields)
	return writeContact(upstream.ContactChanges{
		ID: number(in.ID), IfRevision: seenRevision(in.IfRevision),
		FirstName: upstream.ChangeTo(in.FirstName.ValueOK()), LastName: upstream.ChangeTo(in.LastName.ValueOK()),
		JobTitle: upstream.ChangeTo(in.JobTitle.ValueOK()), CompanyID: numberChange(in.CompanyID),
		About: upstream.ChangeTo(in.About.ValueOK()), ShareType: upstream.ChangeTo(in.ShareType.ValueOK()), ManagerIDs: listChange(in.ManagerIds),
		Industry: upstream.ChangeTo(in.Industry.ValueOK()), Currency: upstream.ChangeTo(in.Currency.ValueOK()), TypeID: numberChange(in.ContactTypeID),
		CustomFields: values,
	}, fieldsIn(graph.CustomFieldEntityPerson, values), mistakes, (*upstream.Caller).UpdateContact)
}

func updateCompany(in graph.UpdateCompanyInput) func(w *writing) (*upstream.ContactDetails, error) {
	values, mistakes := fieldValues(in.CustomFields)
	return writeContact(upstream.ContactChanges{
		IsCompany: true, ID: number(in.ID), IfRevision: seenRevision(in.IfRevision),
		CompanyName: upstream.ChangeTo(in.CompanyName.ValueOK()),
		About:       upstream.ChangeTo(in.About.ValueOK()), ShareType: upstream.ChangeTo(in.ShareType.ValueOK()), ManagerIDs: listChange(in.ManagerIds),
		Industry: upstream.ChangeTo(in.Industry.ValueOK()), Currency: upstream.ChangeTo(in.Currency.ValueOK()), TypeID: numberChange(in.ContactTypeID),
		CustomFields: values,
	}, fieldsIn(graph.CustomFieldEntityCompany, values), mistakes, (*upstream.Caller).UpdateContact)
}

func setContactStatus(in graph.SetContactStatusInput) func(w *writing) (*upstream.ContactDetails, error) {
	return func(w *writing) (*upstream.ContactDetails, error) {
		status, isGiven := in.ContactStatusID.ValueOK()
		change := upstream.StatusChange{ID: number(in.ID), IfRevision: seenRevision(in.IfRevision), StatusID: numberOr0(status)}
		var mistakes upstream.UserErrors
		if !isGiven {
			mistakes = upstream.UserErrors{{Field: []string{"contactStatusId"}, Code: upstream.CodeRequired, Message: "Give the status, or null for none."}}
		}
		with, err := w.checked(&change, needs{contactStatuses: change.StatusID != 0}, mistakes)
		if err != nil {
			return nil, err
		}
		return w.caller.SetContactStatus(w.ctx, change, with)
	}
}

// infoWritten is a contact after a write of one of its infos, and that; nil where it is
// not there.
type infoWritten struct {
	contact *upstream.ContactDetails
	info    *upstream.ContactInfo
}

func (i *infoWritten) parts() (upstream.Contact, *upstream.ContactInfo) {
	if i == nil {
		return nil, nil
	}
	return typed(i.contact), i.info
}

// writtenInfo is a write of one info; nil where there is no contact to answer with.
func writtenInfo(contact *upstream.ContactDetails, info *upstream.ContactInfo, err error) (*infoWritten, error) {
	if contact == nil {
		return nil, err
	}
	return &infoWritten{contact, info}, err
}

func addContactInfo(in graph.AddContactInfoInput) func(w *writing) (*infoWritten, error) {
	return func(w *writing) (*infoWritten, error) {
		return writtenInfo(w.caller.AddContactInfo(w.ctx, number(in.ContactID), upstream.NewContactInfo{
			InfoType: in.InfoType, Category: in.Category, Data: in.Data, IsPrimary: given(in.IsPrimary),
		}))
	}
}

func updateContactInfo(in graph.UpdateContactInfoInput) func(w *writing) (*infoWritten, error) {
	return func(w *writing) (*infoWritten, error) {
		return writtenInfo(w.caller.UpdateContactInfo(w.ctx, upstream.ContactInfoChanges{
			ContactID: number(in.ContactID), ID: number(in.ID),
			Category: upstream.ChangeTo(in.Category.ValueOK()), Data: upstream.ChangeTo(in.Data.ValueOK()), IsPrimary: upstream.ChangeTo(in.IsPrimary.ValueOK()),
		}))
	}
}

// typed returns a contact as what it is, or no contact.
func typed(d *upstream.ContactDetails) upstream.Contact {
	if d == nil {
		return nil
	}
	return d.Typed()
}

// asPerson and asCompany return a contact of a payload of its kind.
func asPerson(d *upstream.ContactDetails) *upstream.Person {
	p, _ := typed(d).(*upstream.Person)
	return p
}

func asCompany(d *upstream.ContactDetails) *upstream.Company {
	c, _ := typed(d).(*upstream.Company)
	return c
}
