package upstream

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// NewNote is a history event to be created. The zero value of a field means none; it is
// about an opportunity, a contact or both.
type NewNote struct {
	OpportunityID int
	ContactID     int
	CategoryID    int      // must be there
	Content       string   // HTML; must be there
	Created       DateTime // unset: now
	NotifyIDs     []string // employees, by e-mail
	FileIDs       []int    // documents of the portal that belong to it
}

// Check returns all mistakes of the input, as that of NewOpportunity.
func (in *NewNote) Check(with *Dictionaries) UserErrors {
	c := checking(with)
	if in.OpportunityID == 0 && in.ContactID == 0 {
		c.fail(CodeRequired, "A note is about an opportunity, a contact or both.", "opportunityId")
	}
	if in.OpportunityID != 0 {
		c.id(in.OpportunityID, "opportunityId")
	}
	if in.ContactID != 0 {
		c.id(in.ContactID, "contactId")
	}
	c.item(c.with.HistoryCategories, in.CategoryID, "categoryId")
	if strings.TrimSpace(in.Content) == "" {
		c.fail(CodeRequired, "This must not be empty.", "content")
	} else if utf8.RuneCountInString(in.Content) > maxContent {
		c.text(in.Content, maxContent, 0, "content")
	} else {
		c.text(in.Content, 0, maxText, "content")
	}
	if !in.Created.IsZero() {
		c.date(in.Created, "created")
	}
	c.employees(in.NotifyIDs, "notifyIds")
	distinct(c, in.NotifyIDs, strings.ToLower, "notifyIds")
	c.ids(in.FileIDs, "fileIds")
	distinct(c, in.FileIDs, self, "fileIds")
	return c.found
}

// EmployeeIDs returns the employees that the input names, to be looked up: the portal
// stores the note and then fails where there is no such employee.
func (in *NewNote) EmployeeIDs() []string { return lookedUp(in.NotifyIDs) }

// Named returns the objects that the input names.
func (in *NewNote) Named() []Named { return about(in.OpportunityID, in.ContactID) }

func (in *NewNote) form() *form {
	f := &form{isNew: true}
	if in.OpportunityID != 0 {
		f.add("entityType", "opportunity")
		f.number("entityId", in.OpportunityID)
	}
	f.givenNumber("contactId", in.ContactID)
	f.number("categoryId", in.CategoryID)
	f.add("content", in.Content)
	f.date("created", in.Created)
	f.numbers("fileId", in.FileIDs)
	f.texts("notifyUserList", in.NotifyIDs)
	return f
}

// CreateNote creates a history event (POST api/2.0/crm/history). An event that comes
// beside an error was created.
func (c *Caller) CreateNote(ctx context.Context, in NewNote, with *Dictionaries) (*HistoryEvent, error) {
	if err := in.Check(with).orNil(); err != nil {
		return nil, err
	}
	if in.Created.IsZero() {
		in.Created = now() // by which the note can be found again
	}
	r := c.client.changing(http.MethodPost, route{template: "crm/history"}, in.form().String())
	if len(in.NotifyIDs) > 0 {
		r.late = []int{http.StatusBadRequest}
	}
	e, err := write(ctx, c, r, created[*HistoryEvent])
	if err == nil {
		e.Created = e.Created.rounded()
		return e, e.lacks(in.FileIDs).orNil()
	}
	if KindOf(err) != KindInvalid {
		return nil, err
	}
	// The portal says the same of a hidden opportunity, of a hidden contact, and of a
	// recipient it does not know once it has stored the note.
	after, end := lasting(ctx)
	defer end()
	switch hidden, unknown := c.Missing(after, in.Named()); {
	case unknown != nil:
		return nil, err
	case len(hidden) > 0:
		return nil, hidden
	}
	if r.late == nil {
		return nil, err
	}
	stored, found, lost := c.findNote(after, &in, 20, func(e *HistoryEvent) bool {
		return in.Created.isStored(e.Created) && e.Content == in.Content
	})
	switch {
	case lost != nil:
		return nil, err
	case !found:
		return nil, notDone(&Error{Op: r.op, Kind: KindInvalid, Status: http.StatusBadRequest})
	default:
		return stored, &NotAsWrittenError{[]string{"notifyIds"}}
	}
}

// lacks returns which of the documents do not belong to the event.
func (e *HistoryEvent) lacks(files []int) UserErrors {
	return lacking(files, func(id int) bool {
		return slices.ContainsFunc(e.Files, func(f File) bool { return f.ID == FileID(strconv.Itoa(id)) })
	}, "fileIds", "The event is there without this document: the portal has none of that number, or does not let it belong to this.")
}

// Note returns the event of that id that was created with this input. The portal knows
// no single event, so it is looked for among the last 100 of its kind about the same
// thing; there is a KindNotFound error when it is not one of them.
func (c *Caller) Note(ctx context.Context, in NewNote, id int) (*HistoryEvent, error) {
	e, found, err := c.findNote(ctx, &in, 100, func(e *HistoryEvent) bool { return e.ID == id })
	if !found && err == nil {
		err = &Error{Op: historyList, Kind: KindNotFound, Err: errGone}
	}
	return e, err
}

// findNote looks for a note among the latest about the same thing.
func (c *Caller) findNote(ctx context.Context, in *NewNote, among int, is func(*HistoryEvent) bool) (note *HistoryEvent, found bool, err error) {
	about := EntityRef{"opportunity", in.OpportunityID}
	if in.OpportunityID == 0 {
		about = EntityRef{"contact", in.ContactID}
	}
	query := Query[HistoryCriteria]{
		HistoryCriteria{Entity: about, Category: in.CategoryID},
		Window{Count: among, SortBy: "id", Descending: true},
	}
	page := c.ListHistory(ctx, forWrite, []Query[HistoryCriteria]{query})[0]
	if page.Err != nil {
		return nil, false, page.Err
	}
	if i := slices.IndexFunc(page.Value.Items, is); i >= 0 {
		return page.Value.Items[i], true, nil
	}
	return nil, false, nil
}

// DeleteHistoryEvent deletes a history event and its files (DELETE
// api/2.0/crm/history/{id}). The portal deletes the files first, one by one, so where it
// forbids that some of them may be gone.
func (c *Caller) DeleteHistoryEvent(ctx context.Context, id int) error {
	in := checking(nil)
	in.id(id, "id")
	if err := in.found.orNil(); err != nil {
		return err
	}
	r := c.client.changing(http.MethodDelete, withID("crm/history/{id}", id), "")
	r.late = []int{http.StatusBadRequest, http.StatusForbidden}
	_, err := write(ctx, c, r, decode[struct{}])
	return err
}
