package upstream

import (
	"context"
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"strings"

	"onlyoffice-graphql/upstream/scan"
)

// Employee is a user of the portal in the short form that every answer embeds.
// A removed user arrives as a stand-in whose name says so.
type Employee struct {
	ID          string  `json:"id"`                             // a GUID
	DisplayName string  `json:"displayName" scan:"scanEncoded"` // sent HTML-encoded ("O&#39;Connell"), kept decoded
	Title       *string `json:"title,omitempty"`                // job title; nil when none is set
	AvatarSmall *string `json:"avatarSmall"`
	ProfileURL  *string `json:"profileUrl"`
}

// scanEncoded reads a text that the portal sends HTML-encoded.
func scanEncoded(r *scan.Reader, into *string) {
	if !r.Null() {
		r.Text(into)
		*into = html.UnescapeString(*into)
	}
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

// removedEmployee is the id of the stand-in that the portal shows for employees
// whose profile was removed, and for users that it does not know.
const removedEmployee = "4a515a15-d4d6-4b8e-828e-e0586f18f3a3"

// IsRemoved reports whether this is the stand-in for an employee whose profile was
// removed: nothing more is known of them.
func (e *Employee) IsRemoved() bool { return strings.EqualFold(e.ID, removedEmployee) }

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

	ListAdminModules []string `json:"listAdminModules,omitempty"` // that one administrates who is not IsAdmin

	Employee
}

// IsAdminOfCRM reports whether nothing of the CRM is hidden from the employee.
func (d *EmployeeDetails) IsAdminOfCRM() bool {
	return d.IsAdmin || slices.Contains(d.ListAdminModules, "crm")
}

// Self returns the calling user (GET api/2.0/people/@self).
func (c *Caller) Self(ctx context.Context, seat *Seat) (*EmployeeDetails, error) {
	return getWith(ctx, c, seat, route{template: "people/@self"}, decode[*EmployeeDetails])
}

// Employees returns each employee in the longer form (GET api/2.0/people/{id}).
// One that was removed is a KindNotFound error of its own.
func (c *Caller) Employees(ctx context.Context, seat *Seat, ids []string) []Result[*EmployeeDetails] {
	const template = "people/{id}"
	results := getEach(ctx, c, seat, ids, func(id string) route {
		return route{template: template, path: "people/" + url.PathEscape(id)}
	}, decode[*EmployeeDetails])
	for i, id := range ids {
		if e := results[i].Value; e != nil && e.ID != "" && !strings.EqualFold(e.ID, id) {
			results[i] = Result[*EmployeeDetails]{Err: c.wrongEntity(template, id, e.ID)}
		}
	}
	return results
}

// ListEmployees returns the active employees by last name, at most 1000
// (GET api/2.0/people/filter).
func (c *Caller) ListEmployees(ctx context.Context, seat *Seat) ([]*EmployeeDetails, error) {
	q := url.Values{"employeeStatus": {"1"}, "sortBy": {"lastname"}, "sortOrder": {"ascending"}, "count": {"1000"}}
	return getWith(ctx, c, seat, route{template: "people/filter", query: q.Encode()}, decode[[]*EmployeeDetails])
}
