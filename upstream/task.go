package upstream

import "context"

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

func (t *Task) member(key string, s *scanner) bool {
	switch key {
	case "createBy":
		pointer(s, &t.CreateBy)
	case "created":
		t.Created.scan(s)
	case "contact":
		pointer(s, &t.Contact)
	case "title":
		s.word(&t.Title)
	case "description":
		pointer(s, &t.Description)
	case "deadLine":
		t.DeadLine.scan(s)
	case "alertValue":
		s.whole(&t.AlertValue)
	case "responsible":
		pointer(s, &t.Responsible)
	case "isClosed":
		s.truth(&t.IsClosed)
	case "category":
		pointer(s, &t.Category)
	case "entity":
		pointer(s, &t.Entity)
	case "canEdit":
		s.truth(&t.CanEdit)
	case "id":
		s.whole(&t.ID)
	default:
		return false
	}
	return true
}

// EmailContact is a contact with its primary e-mail address.
type EmailContact struct {
	Email *ContactInfo `json:"email,omitempty"`
	ContactBase
}

func (c *EmailContact) member(key string, s *scanner) bool {
	switch key {
	case "email":
		pointer(s, &c.Email)
	default:
		return c.ContactBase.member(key, s)
	}
	return true
}

// EntityPointer names the thing that a task or an event is about.
type EntityPointer struct {
	EntityType  string `json:"entityType"` // "contact", "opportunity" or "case"
	EntityID    int    `json:"entityId"`
	EntityTitle string `json:"entityTitle"`
}

func (p *EntityPointer) member(key string, s *scanner) bool {
	switch key {
	case "entityType":
		s.word(&p.EntityType)
	case "entityId":
		s.whole(&p.EntityID)
	case "entityTitle":
		s.word(&p.EntityTitle)
	default:
		return false
	}
	return true
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
	return getEach(ctx, c, seat, queries, listed[TaskCriteria]("crm/task/filter"), decodePage[*Task])
}

// TaskCategories returns the categories of tasks (GET api/2.0/crm/task/category).
func (c *Caller) TaskCategories(ctx context.Context, seat *Seat) ([]*ListItem, error) {
	return getReference[[]*ListItem](ctx, c, seat, route{template: "crm/task/category"})
}
