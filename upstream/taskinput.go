package upstream

import (
	"math"
	"strings"
)

// NewTask is a task to be created. The zero value of a field means none.
type NewTask struct {
	Title         string   // must be there
	ResponsibleID string   // must be there
	CategoryID    int      // must be there
	DeadLine      DateTime // must be there
	Description   string
	OpportunityID int
	ContactID     int
	AlertValue    int  // minutes before the deadline
	Notify        bool // the responsible, by e-mail
}

// Check returns all mistakes of the input, as that of NewOpportunity.
func (in *NewTask) Check(with *Dictionaries) UserErrors {
	c := checking(with)
	c.line(in.Title, "title")
	c.employee(in.ResponsibleID, "responsibleId")
	c.item(c.with.TaskCategories, in.CategoryID, "categoryId")
	if in.DeadLine.IsZero() {
		c.fail(CodeRequired, "A task has a deadline.", "deadLine")
	} else {
		c.date(in.DeadLine, "deadLine")
	}
	c.text(in.Description, 0, maxText, "description")
	if in.OpportunityID != 0 {
		c.id(in.OpportunityID, "opportunityId")
	}
	if in.ContactID != 0 {
		c.id(in.ContactID, "contactId")
	}
	c.within(in.AlertValue, 0, math.MaxInt32, "alertValue")
	return c.found
}

// EmployeeIDs returns the employees that the input names, to be looked up.
func (in *NewTask) EmployeeIDs() []string { return []string{in.ResponsibleID} }

// Named returns the objects that the input names.
func (in *NewTask) Named() []Named { return about(in.OpportunityID, in.ContactID) }

// about returns what a task or a note is about; 0 is nothing.
func about(opportunity, contact int) []Named {
	return []Named{{NamedOpportunity, opportunity, []string{"opportunityId"}}, {NamedContact, contact, []string{"contactId"}}}
}

// TaskChanges are what is to become of a task. What is left out stays as it is.
type TaskChanges struct {
	ID            int
	IfRevision    string // what the caller saw; "" is anything
	Title         Change[string]
	ResponsibleID Change[string]
	CategoryID    Change[int]
	DeadLine      Change[DateTime]
	Description   Change[string]
	OpportunityID Change[int]
	ContactID     Change[int]
	AlertValue    Change[int]
}

// Check returns all mistakes of the input, as that of NewOpportunity.
func (in *TaskChanges) Check(with *Dictionaries) UserErrors {
	c := checking(with)
	c.id(in.ID, "id")
	c.newLine(in.Title, "title")
	if id, ok := kept(c, in.ResponsibleID, "responsibleId"); ok {
		c.employee(id, "responsibleId")
	}
	if id, ok := kept(c, in.CategoryID, "categoryId"); ok {
		c.item(c.with.TaskCategories, id, "categoryId")
	}
	if t, ok := kept(c, in.DeadLine, "deadLine"); ok {
		c.date(t, "deadLine")
	}
	c.newText(in.Description, 0, maxText, "description")
	if id, ok := in.OpportunityID.Value(); ok {
		c.id(id, "opportunityId")
	}
	if id, ok := in.ContactID.Value(); ok {
		c.id(id, "contactId")
	}
	if n, ok := in.AlertValue.Value(); ok {
		c.within(n, 0, math.MaxInt32, "alertValue")
	}
	return c.found
}

// EmployeeIDs returns the employees that the input names, to be looked up.
func (in *TaskChanges) EmployeeIDs() []string {
	if id, ok := in.ResponsibleID.Value(); ok {
		return []string{id}
	}
	return nil
}

// Named returns the objects that the input names.
func (in *TaskChanges) Named() []Named {
	return append(in.about(), Named{NamedTask, in.ID, []string{"id"}})
}

// about returns what the task is to be about.
func (in *TaskChanges) about() []Named {
	opportunity, _ := in.OpportunityID.Value()
	contact, _ := in.ContactID.Value()
	return about(opportunity, contact)
}

// taskValues are what the portal's PUT replaces of a task, all at once.
type taskValues struct {
	title, description, responsibleID string
	deadLine                          DateTime
	categoryID, contactID             int
	entityType                        string
	entityID                          int
	alertValue                        int
}

func (in *NewTask) values() taskValues {
	v := taskValues{
		title: in.Title, description: in.Description, responsibleID: in.ResponsibleID, deadLine: in.DeadLine,
		categoryID: in.CategoryID, contactID: in.ContactID, alertValue: in.AlertValue,
	}
	v.about(in.OpportunityID)
	return v
}

// about sets the opportunity; 0 is none.
func (v *taskValues) about(opportunity int) {
	if v.entityType, v.entityID = "opportunity", opportunity; opportunity == 0 {
		v.entityType = ""
	}
}

// values returns what there is.
func (t *Task) values() taskValues {
	v := taskValues{title: t.Title, deadLine: t.DeadLine, alertValue: t.AlertValue}
	if t.Description != nil {
		v.description = *t.Description
	}
	if t.Responsible != nil {
		v.responsibleID = t.Responsible.ID
	}
	if t.Category != nil {
		v.categoryID = t.Category.ID
	}
	if t.Contact != nil {
		v.contactID = t.Contact.ID
	}
	if t.Entity != nil {
		v.entityType, v.entityID = t.Entity.EntityType, t.Entity.EntityID
	}
	return v
}

// form returns the values as the portal takes them.
func (v *taskValues) form(isNew bool) *form {
	f := &form{isNew: isNew}
	f.add("title", v.title)
	f.date("deadline", v.deadLine)
	f.add("responsibleId", v.responsibleID)
	f.number("categoryId", v.categoryID)
	f.givenText("description", v.description)
	f.givenNumber("contactId", v.contactID)
	if v.entityID != 0 {
		f.add("entityType", strings.ToLower(v.entityType))
		f.number("entityId", v.entityID)
	}
	f.givenNumber("alertValue", v.alertValue)
	return f
}

// merge returns what becomes of a task, or why what was not named cannot be kept.
func (in *TaskChanges) merge(t *Task) (taskValues, UserErrors) {
	v := t.values()
	if lost := in.keeps(t, &v); len(lost) > 0 {
		return v, lost
	}
	v.title = in.Title.over(v.title)
	v.description = in.Description.over(v.description)
	v.responsibleID = in.ResponsibleID.over(v.responsibleID)
	v.deadLine = in.DeadLine.over(v.deadLine)
	v.categoryID = in.CategoryID.over(v.categoryID)
	v.contactID = in.ContactID.over(v.contactID)
	v.alertValue = in.AlertValue.over(v.alertValue)
	if in.OpportunityID.Given() {
		v.about(in.OpportunityID.over(0))
	}
	return v, nil
}

// keeps returns the values that were not named and cannot be sent as they are.
func (in *TaskChanges) keeps(t *Task, v *taskValues) UserErrors {
	c := checking(nil)
	switch {
	case in.ResponsibleID.Given():
	case v.responsibleID == "":
		c.cannotKeep("responsibleId", "The portal does not say who it is.")
	case t.Responsible.IsRemoved():
		c.cannotKeep("responsibleId", wasRemoved)
	}
	if v.title == "" && !in.Title.Given() {
		c.cannotKeep("title", isEmpty)
	}
	if v.categoryID == 0 && !in.CategoryID.Given() {
		c.cannotKeep("categoryId", "The portal does not say which category it is.")
	}
	if v.deadLine.IsZero() && !in.DeadLine.Given() {
		c.cannotKeep("deadLine", "There is none, which the portal does not take.")
	}
	if t.Contact != nil && v.contactID == 0 && !in.ContactID.Given() {
		c.cannotKeep("contactId", "The portal does not say which contact it is.")
	}
	if t.Entity != nil && v.entityID == 0 && !in.OpportunityID.Given() {
		c.cannotKeep("opportunityId", "The portal does not say which one it is.")
	}
	c.keepTexts(
		keptText{"title", v.title, maxLine, 0, in.Title.Given()},
		keptText{"description", v.description, 0, maxText, in.Description.Given()},
	)
	return c.found
}

// compare returns an error where what was named is not as it was sent.
func (in *TaskChanges) compare(sent *taskValues, t *Task) error {
	got := t.values()
	var c comparison
	c.check("title", in.Title.Given(), got.title == sent.title)
	c.check("responsibleId", in.ResponsibleID.Given(), strings.EqualFold(got.responsibleID, sent.responsibleID))
	c.check("categoryId", in.CategoryID.Given(), got.categoryID == sent.categoryID)
	c.check("deadLine", in.DeadLine.Given(), sent.deadLine.isStored(got.deadLine))
	c.check("description", in.Description.Given(), got.description == sent.description)
	c.check("opportunityId", in.OpportunityID.Given(), got.entityID == sent.entityID)
	c.check("contactId", in.ContactID.Given(), got.contactID == sent.contactID)
	c.check("alertValue", in.AlertValue.Given(), got.alertValue == sent.alertValue)
	return c.orNil()
}
