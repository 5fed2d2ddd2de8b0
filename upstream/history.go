package upstream

import (
	"context"
	"io"
	"strconv"

	"onlyoffice-graphql/upstream/scan"
)

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
	PureContentLength FileSize `json:"pureContentLength,omitempty"` // bytes; the member contentLength is a localised text
	ViewURL           string   `json:"viewUrl,omitempty"`
	WebURL            string   `json:"webUrl,omitempty"`
	Created           DateTime `json:"created"`
}

// CheckedID returns the id as text, or an error where the portal left it out.
func (f *File) CheckedID() (string, error) {
	if f.ID == "" {
		return "", &Error{Op: "file", Kind: KindBadAnswer, Err: errMissingID}
	}
	return string(f.ID), nil
}

// FileSize is a number of bytes, which may take more than 32 bits.
type FileSize int64

// maxFileSize is how far whole numbers are exact in a Float, which clients read sizes as.
const maxFileSize = 1 << 53

// ScanJSON reads a whole number, or null.
func (size *FileSize) ScanJSON(r *scan.Reader) {
	if n, ok := r.Integer(maxFileSize); ok {
		*size = FileSize(n)
	}
}

// MarshalGQL writes the number with all its digits.
func (size FileSize) MarshalGQL(w io.Writer) { _, _ = w.Write(size.AppendGQL(make([]byte, 0, 20))) }

// AppendGQL appends what MarshalGQL writes.
func (size FileSize) AppendGQL(b []byte) []byte { return strconv.AppendInt(b, int64(size), 10) }

// UnmarshalGQL refuses: no argument is a size.
func (size *FileSize) UnmarshalGQL(any) error { return unreadable("a size cannot be given.") }

// FileID is a number for the portal's own files and a text for those of
// connected storages; it is kept as text.
type FileID string

// ScanJSON reads a number or a text; null is neither.
func (id *FileID) ScanJSON(r *scan.Reader) {
	*id = ""
	r.TextOrNumber((*string)(id))
}

// CheckedID returns the portal's number, or an error where it was left out.
func (e *HistoryEvent) CheckedID() (int, error) { return checkID("historyEvent", e.ID) }

// EventContact returns the contact that the event is about, or nil.
func (e *HistoryEvent) EventContact() Contact {
	if e.Contact == nil {
		return nil
	}
	return e.Contact.contact()
}

const historyList = "crm/history/filter"

// ListHistory returns one page for each query, in order (GET
// api/2.0/crm/history/filter). Its sort keys are "created", "createby", "category",
// "content" and "id". The portal's total is of no use here.
func (c *Caller) ListHistory(ctx context.Context, seat *Seat, queries []Query[HistoryCriteria]) []Result[Page[*HistoryEvent]] {
	results := getEach(ctx, c, seat, queries, listed[HistoryCriteria](historyList), decodePage[*HistoryEvent])
	for i, query := range queries {
		for _, e := range results[i].Value.Items {
			if err := c.checkEntity(historyList, query.Criteria.Entity, e.Entity); err != nil {
				results[i] = Result[Page[*HistoryEvent]]{Err: err}
				break
			}
		}
	}
	return results
}

// Files returns the documents attached to each opportunity
// (GET api/2.0/crm/opportunity/{id}/files). The portal does not check access
// here: ask only for opportunities that the caller has been shown.
func (c *Caller) Files(ctx context.Context, seat *Seat, opportunities []int) []Result[[]*File] {
	return getEach(ctx, c, seat, opportunities, numbered("crm/opportunity/{id}/files"), decode[[]*File])
}

// HistoryCategories returns the categories of events (GET api/2.0/crm/history/category).
func (c *Caller) HistoryCategories(ctx context.Context, seat *Seat) ([]*ListItem, error) {
	return c.listItems(ctx, seat, "crm/history/category")
}
