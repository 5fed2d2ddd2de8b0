package upstream

import (
	"encoding/json"
	"html"
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
	return nodeID(nodeEmployee, id), err
}

// CheckedID returns the GUID, or an error where the portal left it out.
func (e *Employee) CheckedID() (string, error) {
	if e.ID == "" {
		return "", &Error{Op: "employee", Kind: KindBadAnswer, Err: errMissingID}
	}
	return e.ID, nil
}
