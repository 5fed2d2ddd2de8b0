package upstream

import "encoding/json"

// HistoryEvent is something that happened around a contact, an opportunity or
// a case: a note, a call, an e-mail.
type HistoryEvent struct {
	CreateBy *Employee      `json:"createBy,omitempty"`
	Created  DateTime       `json:"created"`
	Content  string         `json:"content"` // HTML, or the JSON text of an e-mail
	Category *ListItem      `json:"category,omitempty"`
	Contact  *ContactBase   `json:"contact,omitempty"`
	Entity   *EntityPointer `json:"entity"`
	CanEdit  bool           `json:"canEdit,omitempty"`
	Files    []File         `json:"files"`
	ID       int            `json:"id"`
}

// File is a document attached to an event.
type File struct {
	ID                FileID   `json:"id"`
	Title             string   `json:"title"`
	PureContentLength int64    `json:"pureContentLength,omitempty"` // bytes; the member contentLength is a localised text
	ViewURL           string   `json:"viewUrl,omitempty"`
	WebURL            string   `json:"webUrl,omitempty"`
	Created           DateTime `json:"created"`
}

// FileID is a number for the portal's own files and a text for those of
// connected storages; it is kept as text.
type FileID string

// UnmarshalJSON reads a number or a text.
func (id *FileID) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, (*string)(id))
	}
	var n json.Number
	if err := json.Unmarshal(data, &n); err != nil {
		return err
	}
	*id = FileID(n)
	return nil
}
