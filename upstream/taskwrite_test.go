package upstream

import (
	"errors"
	"strings"
	"testing"
)

const (
	getTask611 = "GET crm/task/611"
	putTask611 = "PUT crm/task/611"
)

func TestCreateTask(t *testing.T) {
	t.Parallel()
	create := func(c *Caller) (*Task, error) { return createIngridsCall(t.Context(), c) }
	deal, contact := said{getFull, "", 0, "opportunity_full.json"}, said{"GET crm/contact/2001", "", 0, "writes/person_update_then_get.response.json"}
	task, err := written(t, scripted(t, deal, contact, said{"POST crm/task", "task_create.request.json", 201, "writes/task_create.response.json"}), create)
	if err != nil || task.ID != 611 || *task.Description != "" || gql(task.Created) != `"2024-09-02T09:02:44Z"` || task.Category.ItemsCount() != nil {
		t.Errorf("got %+v, %v", task, err)
	}
	var mistakes UserErrors
	hidden := scripted(t, said{getFull, "", 404, "error_notfound.json"}, said{"GET crm/contact/2001", "", 404, "error_notfound.json"})
	if _, err = written(t, hidden, create); !errors.As(err, &mistakes) || len(mistakes) != 2 || mistakes[1].Field[0] != "contactId" {
		t.Errorf("about what is hidden: got %v", err)
	}
	_, err = written(t, scripted(t, deal, contact, said{"POST crm/task", "task_create.request.json", 404, "writes/error_category_unknown.response.json"}), create)
	if !errors.As(err, &mistakes) || mistakes[0].Field[0] != "categoryId" {
		t.Errorf("of no category: got %v", err)
	}
	_, err = written(t, scripted(t, said{getFull, "", 502, "<html>"}, contact), create)
	if KindOf(err) != KindServer || outcomeOf(err) != NotDone {
		t.Errorf("a portal that is away: got %v, %s", err, outcomeOf(err))
	}
}

func TestUpdateTask(t *testing.T) {
	t.Parallel()
	before := edited(t, "writes/task_close.response.json", `"isClosed":true,`, ``)
	get := said{getTask611, "", 0, before}
	in := TaskChanges{ID: 611, Title: Set("Call Ingrid about wave 2 prices")}
	update := func(in TaskChanges) func(c *Caller) (*Task, error) {
		return func(c *Caller) (*Task, error) { return c.UpdateTask(t.Context(), in, nil) }
	}
	after := edited(t, "writes/task_close.response.json", `about wave 2"`, `about wave 2 prices"`)
	task, err := written(t, scripted(t, get, said{putTask611, "task_update_of_deleted.request.json", 0, after}), update(in))
	if err != nil || task.ID != 611 || task.Title != "Call Ingrid about wave 2 prices" {
		t.Errorf("got %+v, %v", task, err)
	}

	// It was deleted in between, and the portal makes another, which is taken back.
	gone := said{"GET crm/task/611", "", 404, "error_notfound.json"}
	client := scripted(t, get, said{putTask611, "task_update_of_deleted.request.json", 0, "writes/task_update_of_deleted.response.json"}, gone,
		said{"DELETE crm/task/612", "", 0, "writes/task_update_of_deleted.response.json"})
	if _, err = written(t, client, update(in)); KindOf(err) != KindNotFound || outcomeOf(err) != NotDone {
		t.Errorf("deleted meanwhile: got %v, %s", err, outcomeOf(err))
	}
	client = scripted(t, get, said{putTask611, "task_update_of_deleted.request.json", 0, "writes/task_update_of_deleted.response.json"}, gone,
		said{"DELETE crm/task/612", "", 502, "<html>"})
	if _, err = written(t, client, update(in)); outcomeOf(err) != Unknown {
		t.Errorf("and another is left: got %v, %s", err, outcomeOf(err))
	}

	// It is there, so the answer is about a task of somebody else, which stays.
	client = scripted(t, get, said{putTask611, "task_update_of_deleted.request.json", 0, "writes/task_update_of_deleted.response.json"}, get)
	if _, err = written(t, client, update(in)); KindOf(err) != KindBadAnswer || outcomeOf(err) != Unknown {
		t.Errorf("another's task: got %v, %s", err, outcomeOf(err))
	}

	all := replaced(t, wantedForm(t, "task_update_of_deleted.request.json"), "+prices", "")
	for name, test := range map[string]struct {
		in        TaskChanges
		was, form string // what is said of it, and what is in its place
		gone      string // in the answer
	}{
		"about nothing":    {TaskChanges{ID: 611, OpportunityID: Clear[int]()}, "&entityType=opportunity&entityId=3101", "", `"entity":{`},
		"about nobody":     {TaskChanges{ID: 611, ContactID: Clear[int]()}, "contactId=2001", "contactId=0", `"contact":{`},
		"without an alert": {TaskChanges{ID: 611, AlertValue: Clear[int]()}, "alertValue=15", "alertValue=0", `"alertValue":15,`},
	} {
		put := said{putTask611, replaced(t, all, test.was, test.form), 0, replaced(t, before, test.gone, strings.Replace(test.gone, `"`, `"no `, 1))}
		if _, err := written(t, scripted(t, get, put), update(test.in)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUpdateTaskSendsNothing(t *testing.T) {
	t.Parallel()
	title := TaskChanges{ID: 611, Title: Set("x")}
	const entity = `"entity":{`
	for name, test := range map[string]struct {
		edit  []string
		in    TaskChanges
		self  string // answer to who the caller is; "" where that does not matter
		field string // that cannot be kept
	}{
		"as it is":               {nil, TaskChanges{ID: 611, Title: Set("Call Ingrid about wave 2")}, "", ""},
		"removed responsible":    {[]string{`"responsible":{"id":"` + anna.ID, `"responsible":{"id":"` + removedEmployee}, title, "", "responsibleId"},
		"maybe about a hidden":   {[]string{entity, `"was":{`}, title, `{"id":"` + bjorn.ID + `"}`, "opportunityId"},
		"of no category":         {[]string{`"category":{`, `"was":{`}, title, "", "categoryId"},
		"a contact without id":   {[]string{`"id":2001}`, `"no":1}`}, title, "", "contactId"},
		"an entity without id":   {[]string{`"entityId":3101,`, ``}, title, "", "opportunityId"},
		"a title with emoji":     {[]string{`Call Ingrid about wave 2`, `Call Ingrid 🎒`}, TaskChanges{ID: 611, AlertValue: Set(15)}, "", "title"},
		"as it is, about a what": {[]string{entity, `"was":{`}, TaskChanges{ID: 611}, "", ""},
	} {
		calls := []said{{getTask611, "", 0, edited(t, "writes/task_close.response.json", test.edit...)}}
		if test.self != "" {
			calls = append(calls, said{"GET people/@self", "", 0, `{"status":0,"response":` + test.self + `}`})
		}
		_, err := written(t, scripted(t, calls...), func(c *Caller) (*Task, error) { return c.UpdateTask(t.Context(), test.in, nil) })
		var kept UserErrors
		if test.field == "" && err != nil || test.field != "" && (!errors.As(err, &kept) || kept[0].Field[0] != test.field) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	readOnly := edited(t, "writes/task_close.response.json", `"canEdit":true,"id":611`, `"id":611`)
	_, err := written(t, scripted(t, said{getTask611, "", 0, readOnly}), func(c *Caller) (*Task, error) { return c.UpdateTask(t.Context(), title, nil) })
	if KindOf(err) != KindForbidden || outcomeOf(err) != NotDone {
		t.Errorf("of somebody else: got %v", err)
	}
	// One that may be about what is hidden is to be about nothing.
	unlinked := edited(t, "writes/task_close.response.json", entity, `"was":{`)
	form := replaced(t, wantedForm(t, "task_update_of_deleted.request.json"), "+prices", "", "&entityType=opportunity&entityId=3101", "")
	client := scripted(t, said{getTask611, "", 0, unlinked}, said{"GET people/@self", "", 0, `{"status":0,"response":{"isAdmin":false}}`},
		said{putTask611, form, 0, unlinked})
	nothing := func(c *Caller) (*Task, error) {
		return c.UpdateTask(t.Context(), TaskChanges{ID: 611, OpportunityID: Clear[int]()}, nil)
	}
	if _, err := written(t, client, nothing); err != nil {
		t.Errorf("about what is hidden: got %v", err)
	}
	client = scripted(t, said{getTask611, "", 0, unlinked}, said{"GET people/@self", "", 0, `{"status":0,"response":{"isAdmin":true}}`})
	if _, err := written(t, client, nothing); err != nil {
		t.Errorf("about nothing already: got %v", err)
	}
	// An administrator sees everything, so there is none that is hidden.
	for _, admin := range []string{`{"isAdmin":true}`, `{"listAdminModules":["crm"]}`} {
		client := scripted(t, said{getTask611, "", 0, edited(t, "writes/task_close.response.json", entity, `"was":{`)},
			said{"GET people/@self", "", 0, `{"status":0,"response":` + admin + `}`},
			said{
				putTask611, "title=x&deadline=2024-09-10T15:00:00Z&responsibleId=" + anna.ID + "&categoryId=31&description=&contactId=2001&alertValue=15", 0,
				edited(t, "writes/task_close.response.json", "Call Ingrid about wave 2", "x"),
			})
		if _, err := written(t, client, func(c *Caller) (*Task, error) { return c.UpdateTask(t.Context(), title, nil) }); err != nil {
			t.Errorf("%s: got %v", admin, err)
		}
	}
}

func TestCloseTask(t *testing.T) {
	t.Parallel()
	open := edited(t, "writes/task_close.response.json", `"isClosed":true,`, ``)
	task, err := written(t, scripted(t, said{putTask611 + "/close", "", 0, "writes/task_close.response.json"}), func(c *Caller) (*Task, error) { return c.CloseTask(t.Context(), 611) })
	if err != nil || !task.IsClosed {
		t.Errorf("got %+v, %v", task, err)
	}
	task, err = written(t, scripted(t, said{putTask611 + "/reopen", "", 0, open}), func(c *Caller) (*Task, error) { return c.ReopenTask(t.Context(), 611) })
	if err != nil || task.IsClosed {
		t.Errorf("got %+v, %v", task, err)
	}
	var differs *NotAsWrittenError
	_, err = written(t, scripted(t, said{putTask611 + "/close", "", 0, open}), func(c *Caller) (*Task, error) { return c.CloseTask(t.Context(), 611) })
	if !errors.As(err, &differs) {
		t.Errorf("still open: got %v", err)
	}
	_, err = written(t, scripted(t, said{"DELETE crm/task/611", "", 0, "writes/task_close.response.json"}), func(c *Caller) (any, error) { return nil, c.DeleteTask(t.Context(), 611) })
	if err != nil {
		t.Error(err)
	}
	_, err = written(t, scripted(t), func(c *Caller) (any, error) { return nil, c.DeleteTask(t.Context(), 0) })
	var mistakes UserErrors
	if !errors.As(err, &mistakes) {
		t.Errorf("got %v", err)
	}
}
