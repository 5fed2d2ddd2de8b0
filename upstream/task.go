package upstream

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
