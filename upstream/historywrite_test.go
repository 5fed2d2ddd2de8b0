package upstream

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestCreateNote(t *testing.T) {
	t.Parallel()
	in := twelveScanners
	create := func(c *Caller) (*HistoryEvent, error) { return c.CreateNote(t.Context(), in, nil) }
	post := said{"POST crm/history", "history_create.request.json", 201, "writes/history_create.response.json"}
	e, err := written(t, scripted(t, post), create)
	if err != nil || e.ID != 711 || e.Content != in.Content || e.Entity.EntityID != 3101 {
		t.Errorf("got %+v, %v", e, err)
	}

	// The portal has stored the note, and then not known whom to notify.
	mailed := said{"POST crm/history", "history_create.request.json", 400, "writes/error_notify_unknown_user.response.json"}
	deal := said{getFull, "", 0, "opportunity_full.json"}
	const list = "GET crm/history/filter?categoryId=41&count=20&entityId=3101&entityType=opportunity&sortBy=id&sortOrder=descending"
	stored := edited(t, "writes/history_create.response.json", `"response":{`, `"response":[{`, `"id":711}}`, `"id":711}]}`)
	var differs *NotAsWrittenError
	e, err = written(t, scripted(t, mailed, deal, said{list, "", 0, stored}), create)
	if !errors.As(err, &differs) || differs.Fields[0] != "notifyIds" || e == nil || e.ID != 711 {
		t.Errorf("stored: got %+v, %v", e, err)
	}
	other := strings.Replace(stored, "09:15:00", "09:15:01", 1)
	e, err = written(t, scripted(t, mailed, deal, said{list, "", 0, other}), create)
	if KindOf(err) != KindInvalid || outcomeOf(err) != NotDone || e != nil {
		t.Errorf("not stored: got %+v, %v", e, err)
	}
	_, err = written(t, scripted(t, mailed, deal, said{list, "", 502, "<html>"}), create)
	if KindOf(err) != KindInvalid || outcomeOf(err) != Unknown {
		t.Errorf("stored or not: got %v, %s", err, outcomeOf(err))
	}

	var mistakes UserErrors
	hidden := said{getFull, "", 404, "error_notfound.json"}
	_, err = written(t, scripted(t, mailed, hidden), create)
	if !errors.As(err, &mistakes) || mistakes[0].Field[0] != "opportunityId" || mistakes[0].Code != CodeNotFound {
		t.Errorf("about what is hidden: got %v", err)
	}
}

// TestCreateNoteNow gives each note a time, by which it can be found. The portal links
// documents that it does not have without a word.
func TestCreateNoteNow(t *testing.T) {
	t.Parallel()
	in := NewNote{ContactID: 2001, CategoryID: 41, Content: "x", FileIDs: []int{7, 8}}
	f := in.form()
	if f.String() != "contactId=2001&categoryId=41&content=x&fileId%5B%5D=7&fileId%5B%5D=8" {
		t.Errorf("got %s", f)
	}
	var created string
	answer := body(t, "writes/history_create.response.json")
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		created = r.PostFormValue("created")
		_, _ = io.WriteString(w, answer)
	})
	before := now()
	e, err := written(t, client, func(c *Caller) (*HistoryEvent, error) { return c.CreateNote(t.Context(), in, nil) })
	var mistakes UserErrors
	if !errors.As(err, &mistakes) || len(mistakes) != 2 || mistakes[1].Field[1] != "1" || mistakes[1].Code != CodeNotAsWritten || e == nil {
		t.Errorf("got %v, %v", e, err)
	}
	if at, err := time.Parse("2006-01-02T15:04:05Z", created); err != nil || at.Before(before.Time) || at.After(now().Time) {
		t.Errorf("created %q", created)
	}
}

func TestDeleteHistoryEvent(t *testing.T) {
	t.Parallel()
	remove := func(status int, answer string) error {
		_, err := written(t, scripted(t, said{"DELETE crm/history/711", "", status, answer}), func(c *Caller) (any, error) {
			return nil, c.DeleteHistoryEvent(t.Context(), 711)
		})
		return err
	}
	if err := remove(0, "writes/history_delete.response.json"); err != nil {
		t.Error(err)
	}
	// It may be gone all the same when the portal fails behind it.
	for status, want := range map[int]Outcome{400: Unknown, 403: Unknown, 404: NotDone, 500: Unknown} {
		answer := map[int]string{400: "error_badrequest.json", 403: "error_forbidden.json", 404: "error_notfound.json", 500: "error_server.json"}[status]
		if err := remove(status, answer); outcomeOf(err) != want {
			t.Errorf("%d: got %v, %s", status, err, outcomeOf(err))
		}
	}
}
