package upstream

import (
	"context"
	"fmt"
	"testing"
)

// ofTask and ofContact return what a write returns in a few words.
func ofTask(do func(ctx context.Context, c *Caller) (*Task, error)) func(ctx context.Context, c *Caller) (string, error) {
	return func(ctx context.Context, c *Caller) (string, error) {
		task, err := do(ctx, c)
		if task == nil {
			return "", err
		}
		return fmt.Sprintf("%d %s, closed %t, created %s, %q", task.ID, task.Title, task.IsClosed, gql(task.Created), *task.Description), err
	}
}

func ofContact(do func(ctx context.Context, c *Caller) (*ContactDetails, error)) func(ctx context.Context, c *Caller) (string, error) {
	return func(ctx context.Context, c *Caller) (string, error) {
		d, err := do(ctx, c)
		if d == nil {
			return "", err
		}
		status := 0
		if d.ContactStatus != nil {
			status = d.ContactStatus.ID
		}
		return fmt.Sprintf("%d %s %s, %s, %q, status %d, created %s", d.ID, *d.FirstName, *d.LastName, *d.JobTitle, *d.About, status, gql(d.Created)), err
	}
}

var (
	ingridsCall = NewTask{
		Title: "Call Ingrid about wave 2", DeadLine: date("2024-09-10T17:00:00+02:00"), ResponsibleID: anna.ID, CategoryID: 31,
		ContactID: 2001, OpportunityID: 3101, AlertValue: 15, Notify: true,
	}
	twelveScanners = NewNote{
		OpportunityID: 3101, CategoryID: 41, Content: "<p>Agreed on 12 scanners.<br/>Björn sends the quote.</p>",
		Created: date("2024-09-02T09:15:00Z"), NotifyIDs: []string{anna.ID},
	}
	readIngrid = said{getPerson, "", 0, "writes/person_update_then_get.response.json"}
)

func createIngridsCall(ctx context.Context, c *Caller) (*Task, error) {
	return c.CreateTask(ctx, ingridsCall, nil)
}

func noteScanners(ctx context.Context, c *Caller) (string, error) {
	e, err := c.CreateNote(ctx, twelveScanners, nil)
	if e == nil {
		return "", err
	}
	return fmt.Sprintf("%d %s, created %s, about %d", e.ID, e.Content, gql(e.Created), e.Entity.EntityID), err
}

const isNote = `711 <p>Agreed on 12 scanners.<br/>Björn sends the quote.</p>, created "2024-09-02T09:15:00Z", about 3101`

var sampledOthers = map[string]sampled{
	"task_create": {
		calling(readFull, readIngrid, said{"POST crm/task", "task_create.request.json", 201, "writes/task_create.response.json"}),
		ofTask(createIngridsCall), `611 Call Ingrid about wave 2, closed false, created "2024-09-02T09:02:44Z", ""`, "",
	},
	"task_close": {
		calling(said{putTask611 + "/close", "", 0, "writes/task_close.response.json"}),
		ofTask(func(ctx context.Context, c *Caller) (*Task, error) { return c.CloseTask(ctx, 611) }), `611 Call Ingrid about wave 2, closed true, created "2024-09-02T09:02:44Z", ""`, "",
	},
	"task_update_of_deleted": {
		func(t *testing.T) []said {
			t.Helper()
			const twin = "writes/task_update_of_deleted.response.json"
			return []said{
				{getTask611, "", 0, edited(t, "writes/task_close.response.json", `"isClosed":true,`, ``)},
				{putTask611, "task_update_of_deleted.request.json", 0, twin},
				{getTask611, "", 404, "error_notfound.json"},
				{"DELETE crm/task/612", "", 0, twin},
			}
		}, ofTask(func(ctx context.Context, c *Caller) (*Task, error) {
			return c.UpdateTask(ctx, TaskChanges{ID: 611, Title: Set("Call Ingrid about wave 2 prices")}, nil)
		}), "", "not found NOT_DONE",
	},
	"history_create": {
		calling(said{"POST crm/history", "history_create.request.json", 201, "writes/history_create.response.json"}),
		noteScanners, isNote, "",
	},
	"history_delete": {
		calling(said{"DELETE crm/history/711", "", 0, "writes/history_delete.response.json"}),
		func(ctx context.Context, c *Caller) (string, error) { return "", c.DeleteHistoryEvent(ctx, 711) }, "", "",
	},
	"person_create": {
		calling(said{"GET crm/contact/1001", "", 0, "contact_company.json"}, said{"POST crm/contact/person", "person_create.request.json", 201, "writes/person_create.response.json"}),
		ofContact(func(ctx context.Context, c *Caller) (*ContactDetails, error) {
			return c.CreateContact(ctx, NewContact{FirstName: "Signe ", LastName: "Aaberg", JobTitle: "Buyer", CompanyID: 1001}, nil)
		}), `2010 Signe Aaberg, Buyer, "", status 0, created "2024-09-02T09:30:13Z"`, "",
	},
	"person_update": {
		func(t *testing.T) []said {
			t.Helper()
			return []said{
				{getPerson, "", 0, person(t, "Chief Fleet Officer", "Fleet Director")},
				{"GET crm/contact/type", "", 0, noTypes},
				{putPerson, "person_update.request.json", 0, "writes/person_update.response.json"},
				readIngrid,
			}
		}, ofContact(func(ctx context.Context, c *Caller) (*ContactDetails, error) {
			return c.UpdateContact(ctx, ContactChanges{ID: 2001, JobTitle: Set("Chief Fleet Officer")}, nil)
		}), `2001 Ingrid Hallberg, Chief Fleet Officer, "Prefers phone before noon.", status 0, created "2023-11-06T08:20:11Z"`, "",
	},
	"contact_status": {
		calling(readIngrid, said{"PUT crm/contact/2001/status", "contact_status.request.json", 0, "writes/contact_status.response.json"}),
		ofContact(func(ctx context.Context, c *Caller) (*ContactDetails, error) {
			return c.SetContactStatus(ctx, StatusChange{2001, "", 53}, nil)
		}), `2001 Ingrid Hallberg, Fleet Director, "Prefers phone before noon.", status 53, created "2023-11-06T08:20:11Z"`, "",
	},
	"contactdata_create": {
		func(t *testing.T) []said {
			t.Helper()
			const empty = `"commonData":[]`
			return []said{
				{"GET crm/contact/2010", "", 0, "writes/person_create.response.json"},
				{"POST crm/contact/2010/data", "contactdata_create.request.json", 201, "writes/contactdata_create.response.json"},
				{"GET crm/contact/2010", "", 0, edited(t, "writes/person_create.response.json", empty, `"commonData":[{"id":531,"infoType":1,"category":1,"data":"signe.aaberg@nordfrakt.example","isPrimary":true}]`)},
			}
		}, func(ctx context.Context, c *Caller) (string, error) {
			_, info, err := c.AddContactInfo(ctx, 2010, NewContactInfo{InfoType: InfoEmail, Category: InfoWork, Data: "signe.aaberg@nordfrakt.example"})
			if info == nil {
				return "", err
			}
			return fmt.Sprintf("%d %s, primary %t", info.ID, info.Data, info.IsPrimary), err
		}, "531 signe.aaberg@nordfrakt.example, primary true", "",
	},
}

// sampledErrors are answers that refuse something. What the portal refuses before it
// writes is not done; what fails in it may be.
var sampledErrors = map[string]sampled{
	"error_stage_unknown of a new one": {
		calling(theMember, said{"POST crm/opportunity", "opportunity_create.request.json", 400, "writes/error_stage_unknown.response.json"}),
		ofOpportunity(pilot), "", "invalid NOT_DONE",
	},
	"error_stage_unknown of a change": {
		calling(readFull, said{putFull, "opportunity_update.request.form", 400, "writes/error_stage_unknown.response.json"}),
		waveTwo(nil), "", "invalid NOT_DONE",
	},
	"error_null_list": {
		calling(readFull, said{putFull, "error_null_list.request.json", 400, "writes/error_null_list.response.json"}),
		waveTwo(nil), "", "invalid NOT_DONE",
	},
	"error_date_unreadable": {
		calling(readFull, said{putFull, "error_date_unreadable.request.json", 400, "writes/error_date_unreadable.response.json"}),
		waveTwo(func(in *OpportunityChanges) {
			var noSeconds DateTime
			if noSeconds.UnmarshalGQL("2026-04-30T00:00") == nil { // which the sample has
				in.ExpectedCloseDate = Set(noSeconds)
				return
			}
			in.ExpectedCloseDate = Set(midnight(2026, 4, 30))
		}), "", "invalid NOT_DONE",
	},
	"error_title_too_long_strict": {
		calling(readFull, said{putFull, "opportunity_update.request.form", 500, "writes/error_title_too_long_strict.response.json"}),
		waveTwo(nil), "", "server error UNKNOWN",
	},
	"error_tag_exists": { // and there it is
		func(t *testing.T) []said {
			t.Helper()
			return []said{{"POST batch", "POST crm/opportunity/3101/tag tag_add.request.json\nGET crm/opportunity/tag/3101", 201, results(t, 400, "writes/error_tag_exists.response.json", 200, `{"status":0,"response":["renewal"]}`)}}
		}, sampledOpportunities["tag_add"].do, "[renewal]", "",
	},
	"error_tag_exists, and it is not there": {
		func(t *testing.T) []said {
			t.Helper()
			return []said{{"POST batch", "POST crm/opportunity/3101/tag tag_add.request.json\nGET crm/opportunity/tag/3101", 201, results(t, 400, "writes/error_tag_exists.response.json", 200, `{"status":0,"response":[]}`)}}
		}, sampledOpportunities["tag_add"].do, "[]", "invalid NOT_DONE",
	},
	"error_category_unknown": {
		calling(readFull, readIngrid, said{"POST crm/task", "task_create.request.json", 404, "writes/error_category_unknown.response.json"}),
		ofTask(createIngridsCall), "", "NOT_FOUND categoryId",
	},
	"error_note_too_long": {
		func(t *testing.T) []said {
			t.Helper()
			return []said{{"POST crm/history", "entityType=opportunity&entityId=3101&categoryId=41&content=x&created=2024-09-02T09:15:00Z", 400, "writes/error_note_too_long.response.json"}, readFull}
		}, func(ctx context.Context, c *Caller) (string, error) { // of a portal that takes less than this client
			in := twelveScanners
			in.Content, in.NotifyIDs = "x", nil
			_, err := c.CreateNote(ctx, in, nil)
			return "", err
		}, "", "invalid NOT_DONE",
	},
	"error_notify_unknown_user": {
		func(t *testing.T) []said {
			t.Helper()
			stored := edited(t, "writes/history_create.response.json", `"response":{`, `"response":[{`, `"id":711}}`, `"id":711}]}`)
			return []said{
				{"POST crm/history", "history_create.request.json", 400, "writes/error_notify_unknown_user.response.json"},
				readFull,
				{"GET crm/history/filter?categoryId=41&count=20&entityId=3101&entityType=opportunity&sortBy=id&sortOrder=descending", "", 0, stored},
			}
		}, noteScanners, isNote, "NOT_AS_WRITTEN notifyIds",
	},
	"error_field_unknown": {
		func(t *testing.T) []said {
			t.Helper()
			return []said{readFull, {"POST batch", "POST crm/opportunity/3101/customfield/999 fieldValue=x\nGET crm/opportunity/3101", 201, results(t, 500, "writes/error_field_unknown.response.json", 200, "opportunity_full.json")}}
		}, func(ctx context.Context, c *Caller) (string, error) {
			_, err := c.SetOpportunityFields(ctx, FieldChanges{ID: 3101, Values: []FieldValue{{999, ptr("x")}}}, nil)
			return "", err
		}, "", "NOT_AS_WRITTEN customFields.0.value",
	},
}
