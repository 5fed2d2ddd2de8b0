package upstream

import (
	"context"
	"strings"
)

// Task is something to be done by somebody, often about an opportunity.
type Task struct {
	CreateBy    *Employee      `json:"createBy,omitempty"`
	Created     DateTime       `json:"created"`
	Contact     *EmailContact  `json:"contact,omitempty"`
	Title       string         `json:"title"`
	Description *string        `json:"description,omitempty"`
	DeadLine    DateTime       `json:"deadLine"`
	AlertValue  int            `json:"alertValue,omitempty"` // minutes before the deadline
	Responsible *Employee      `json:"responsible,omitempty"`
	IsClosed    bool           `json:"isClosed,omitempty"`
	Category    *ListItem      `json:"category,omitempty"`
	Entity      *EntityPointer `json:"entity,omitempty"`
	CanEdit     bool           `json:"canEdit,omitempty"`
	ID          int            `json:"id"`
}

// EmailContact is a contact with its primary e-mail address.
type EmailContact struct {
	Email *ContactInfo `json:"email,omitempty"`
	ContactBase
}

// EntityPointer names the thing that a task or an event is about.
type EntityPointer struct {
	EntityType  string `json:"entityType"` // "contact", "opportunity" or "case"
	EntityID    int    `json:"entityId"`
	EntityTitle string `json:"entityTitle"`
}

// checkEntity returns an error where a row of a list of what is about one
// opportunity is about something else. The rows about a contact cannot be told
// like that: they may be about an opportunity as well, and those of a company
// about its persons.
func (c *Caller) checkEntity(op string, asked EntityRef, got *EntityPointer) error {
	if asked.Type != "opportunity" || got == nil || got.EntityID == 0 {
		return nil
	}
	if got.EntityID != asked.ID || got.EntityType != "" && !strings.EqualFold(got.EntityType, asked.Type) {
		return c.wrongEntity(op, asked, EntityRef{got.EntityType, got.EntityID})
	}
	return nil
}

// CheckedID returns the portal's number, or an error where it was left out.
func (t *Task) CheckedID() (int, error) { return checkID("task", t.ID) }

// TaskContact returns the contact that the task is about, or nil.
func (t *Task) TaskContact() Contact {
	if t.Contact == nil {
		return nil
	}
	return t.Contact.contact()
}

// ListTasks returns one page for each query, in order (GET api/2.0/crm/task/filter).
// Its sort keys are "id", the only one that is stable, "title", "category",
// "deadline", "contact" and "contactmanager"; open tasks always come before closed
// ones.
func (c *Caller) ListTasks(ctx context.Context, seat *Seat, queries []Query[TaskCriteria]) []Result[Page[*Task]] {
	const template = "crm/task/filter"
	results := getEach(ctx, c, seat, queries, listed[TaskCriteria](template), decodePage[*Task])
	for i, query := range queries {
		for _, t := range results[i].Value.Items {
			if err := c.checkEntity(template, query.Criteria.Entity, t.Entity); err != nil {
				results[i] = Result[Page[*Task]]{Err: err}
				break
			}
		}
	}
	return results
}

// TaskCategories returns the categories of tasks (GET api/2.0/crm/task/category).
func (c *Caller) TaskCategories(ctx context.Context, seat *Seat) ([]*ListItem, error) {
	return c.listItems(ctx, seat, "crm/task/category")
}
