package upstream

import (
	"context"
	"encoding/json"
	"html"
	"net/url"
)

// Employee is a user of the portal in the short form that every answer embeds.
// A removed user arrives as a stand-in whose name says so.
type Employee struct {
	ID          string  `json:"id"`              // a GUID
	DisplayName string  `json:"displayName"`     // sent HTML-encoded ("O&#39;Connell"), kept decoded
	Title       *string `json:"title,omitempty"` // job title; nil when none is set
	AvatarSmall *string `json:"avatarSmall"`
	ProfileURL  *string `json:"profileUrl"`
}

// UnmarshalJSON reads an employee and decodes the name, once.
func (e *Employee) UnmarshalJSON(data []byte) error {
	type wire Employee
	if err := json.Unmarshal(data, (*wire)(e)); err != nil {
		return err
	}
	e.DisplayName = html.UnescapeString(e.DisplayName)
	return nil
}

// MarshalJSON writes the employee as the portal does, the name encoded again.
func (e Employee) MarshalJSON() ([]byte, error) {
	type wire Employee
	e.DisplayName = html.EscapeString(e.DisplayName)
	return json.Marshal(wire(e))
}

// NodeID returns the employee's global id.
func (e *Employee) NodeID() (string, error) {
	id, err := e.CheckedID()
	return nodeID(NodeEmployee, id), err
}

// CheckedID returns the GUID, or an error where the portal left it out.
func (e *Employee) CheckedID() (string, error) {
	if e.ID == "" {
		return "", &Error{Op: "employee", Kind: KindBadAnswer, Err: errMissingID}
	}
	return e.ID, nil
}

// EmployeeDetails is an employee in the longer form of the people endpoints.
type EmployeeDetails struct {
	UserName string `json:"userName"`
	Email    string `json:"email"`
	IsAdmin  bool   `json:"isAdmin"` // of the whole portal

	Employee
}

// UnmarshalJSON reads both parts: the embedded one has a reader of its own.
func (d *EmployeeDetails) UnmarshalJSON(data []byte) error {
	var own struct {
		UserName string `json:"userName"`
		Email    string `json:"email"`
		IsAdmin  bool   `json:"isAdmin"`
	}
	if err := json.Unmarshal(data, &own); err != nil {
		return err
	}
	d.UserName, d.Email, d.IsAdmin = own.UserName, own.Email, own.IsAdmin
	return json.Unmarshal(data, &d.Employee)
}

// Self returns the calling user (GET api/2.0/people/@self).
func (c *Caller) Self(ctx context.Context) (*EmployeeDetails, error) {
	return get(ctx, c, route{template: "people/@self"}, decode[*EmployeeDetails])
}

// Employees returns each employee in the longer form (GET api/2.0/people/{id}).
// One that was removed is a KindNotFound error of its own.
func (c *Caller) Employees(ctx context.Context, ids []string) []Result[*EmployeeDetails] {
	return getEach(ctx, c, ids, func(id string) route {
		return route{template: "people/{id}", path: "people/" + url.PathEscape(id)}
	}, decode[*EmployeeDetails])
}

// ListEmployees returns the active employees by last name, at most 1000
// (GET api/2.0/people/filter).
func (c *Caller) ListEmployees(ctx context.Context) ([]*EmployeeDetails, error) {
	q := url.Values{"employeeStatus": {"1"}, "sortBy": {"lastname"}, "sortOrder": {"ascending"}, "count": {"1000"}}
	return get(ctx, c, route{template: "people/filter", query: q.Encode()}, decode[[]*EmployeeDetails])
}
