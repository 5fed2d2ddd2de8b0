package demo

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

type activityRow struct {
	ID       int
	IsClosed bool
	Deadline string `json:"deadLine"`
	Created  string
	Content  string
	Category struct {
		ID    int
		Title string
	}
	Entity *struct {
		EntityType string
		EntityID   int
	}
	Contact *contactRow
	Files   []struct {
		ID            any
		ContentLength string
	}
	CanEdit bool
}

func activity(t *testing.T, p *Portal, path, token string) ([]activityRow, envelope) {
	t.Helper()
	var rows []activityRow
	e := open(t, get(t, p, path, as(token)), &rows)
	return rows, e
}

func TestTasks(t *testing.T) {
	t.Parallel()
	p := New()
	rows, e := activity(t, p, "crm/task/filter", Token)
	if e.Count != taskRows || *e.Total != taskRows {
		t.Errorf("%+v", e)
	}
	openFirst := slices.IsSortedFunc(rows, func(a, b activityRow) int {
		if n := number(a.IsClosed) - number(b.IsClosed); n != 0 {
			return n
		}
		return strings.Compare(a.Deadline, b.Deadline)
	})
	if !openFirst {
		t.Error("not open first, then by deadline")
	}
	for query, keep := range map[string]func(activityRow) bool{
		"isClosed=true":                        func(r activityRow) bool { return r.IsClosed },
		"isClosed=false&sortBy=id":             func(r activityRow) bool { return !r.IsClosed },
		"categoryid=21":                        func(r activityRow) bool { return r.Category.Title == "Phone call" },
		"entityType=opportunity&entityid=3101": func(r activityRow) bool { return r.Entity.EntityID == 3101 },
		"entityType=contact&entityid=1001":     func(r activityRow) bool { return r.Contact.ID == 1001 },
		"fromDate=2026-01-01":                  func(r activityRow) bool { return r.Deadline >= "2026-01-01" },
	} {
		rows, e := activity(t, p, "crm/task/filter?"+query, Token)
		if len(rows) == 0 || len(rows) == taskRows || *e.Total != len(rows) || slices.ContainsFunc(rows, func(r activityRow) bool { return !keep(r) }) {
			t.Errorf("%s: %d rows", query, len(rows))
		}
	}
	if rows[0].Contact != nil && rows[0].Contact.Email == nil && p.store.byContactID[rows[0].Contact.ID].email() != nil {
		t.Error("a task's contact lacks the e-mail")
	}
	if got := get(t, p, "crm/task/filter?entityType=planet"); got.status != 400 {
		t.Errorf("bad type: %d", got.status)
	}
	for _, key := range []string{"title", "category", "contact", "contactmanager", "none"} {
		rows, e := activity(t, p, "crm/task/filter?startIndex=1&sortOrder=descending&sortBy="+key, Token)
		closedLast := slices.IsSortedFunc(rows, func(a, b activityRow) int { return number(a.IsClosed) - number(b.IsClosed) })
		if !closedLast || (*e.Total > taskRows) != (key == "none") {
			t.Errorf("%s: %v, total %d", key, closedLast, *e.Total)
		}
	}
	if got := get(t, p, "crm/task/category").body; !strings.Contains(got, `"title":"Expression of gratitude"`) {
		t.Errorf("categories %s", got)
	}
}

func TestTaskAccess(t *testing.T) {
	t.Parallel()
	p := New()
	bjorn := p.store.employee("bjorn.ostlund")
	i := slices.IndexFunc(p.store.tasks, func(x *task) bool {
		o := p.store.opportunity(x.opportunity)
		return o != nil && !bjorn.sees(o) && x.createBy != bjorn && x.responsible != bjorn
	})
	hidden := fmt.Sprintf("crm/task/%d", p.store.tasks[i].id)
	if got := get(t, p, hidden, as(tokenPrefix+bjorn.userName)); got.status != 403 || !strings.Contains(got.body, `"message":"Access Denied"`) {
		t.Errorf("hidden: %d %s", got.status, got.body)
	}
	if got := get(t, p, hidden); got.status != 200 || !strings.Contains(got.body, `"canEdit":true,"id":`) {
		t.Errorf("admin: %d %s", got.status, got.body)
	}
	if got := get(t, p, "crm/task/5"); got.status != 404 {
		t.Errorf("unknown: %d", got.status)
	}
	if rows, _ := activity(t, p, "crm/task/filter", tokenPrefix+bjorn.userName); slices.ContainsFunc(rows, func(r activityRow) bool { return r.ID == p.store.tasks[i].id }) {
		t.Error("a hidden task is listed")
	}
	own := &task{id: 9001, createBy: bjorn, responsible: bjorn, category: p.store.taskCategories[0], contact: p.store.byContactID[1002]}
	p.store.tasks = append(p.store.tasks, own)
	got := get(t, p, "crm/task/9001", as(tokenPrefix+bjorn.userName)).body
	if !strings.Contains(got, `"displayName":"Hollis & Wren LLP","isCompany":true,"accessList":[],"isPrivate":true`) {
		t.Errorf("a hidden contact is not stripped: %s", got)
	}
}

func TestHistory(t *testing.T) {
	t.Parallel()
	p := New()
	rows, e := activity(t, p, "crm/history/filter", Token)
	if e.Count != eventRows || e.Total != nil {
		t.Errorf("%+v", e)
	}
	newestFirst := func(a, b activityRow) int { return strings.Compare(b.Created, a.Created) }
	var mails, files, textIDs, loose int
	for _, r := range rows {
		if r.Category.ID == mailCategory {
			mails++
			var mail struct {
				From    string
				Subject string
			}
			if err := json.Unmarshal([]byte(r.Content), &mail); err != nil || mail.From == "" || mail.Subject == "" {
				t.Errorf("mail %d: %v %s", r.ID, err, r.Content)
			}
		}
		for _, f := range r.Files {
			files++
			if _, text := f.ID.(string); text {
				textIDs++
			}
		}
		loose += number(r.Entity == nil)
	}
	if !slices.IsSortedFunc(rows, newestFirst) || mails < 20 || files < 20 || textIDs == 0 || loose < 50 {
		t.Errorf("%d mails, %d files, %d of them outside, %d without an entity", mails, files, textIDs, loose)
	}
	if _, e := activity(t, p, "crm/history/filter?count=3", Token); *e.Total != 4 || e.NextIndex != 4 {
		t.Errorf("page: %+v", e)
	}
	if rows, _ := activity(t, p, "crm/history/filter?sortBy=date", Token); !slices.IsSortedFunc(rows, newestFirst) {
		t.Error("an unknown key changes the order")
	}
	if body := get(t, p, "crm/history/category").body; !strings.Contains(body, `"imagePath":null,"title":"Site visit","description":"Added by hand, no icon","color":"","sortOrder":4,"id":45}`) {
		t.Errorf("categories: %s", body)
	}
	company, _ := activity(t, p, "crm/history/filter?entityType=contact&entityId=1001", Token)
	if !slices.ContainsFunc(company, func(r activityRow) bool { return r.Contact.ID == 2001 || r.Contact.ID == 2002 }) {
		t.Error("the events of a company lack those of its persons")
	}
	for query, status := range map[string]int{
		"entityType=opportunity": 404, "entityId=3101": 400, "entityType=opportunity&entityId=3101": 200,
		"entityType=opportunity&entityId=9": 404, "entityType=case&entityId=1": 404, "entityType=x&entityId=1": 400,
		"categoryId=41&fromDate=2025-01-01&toDate=2025-12-31&filterValue=called": 200,
	} {
		if got := get(t, p, "crm/history/filter?"+query); got.status != status {
			t.Errorf("%s: %d", query, got.status)
		}
	}
}

func TestHistoryLeaksWhatItsViewerMayNotSee(t *testing.T) {
	t.Parallel()
	p := New()
	mark := p.TokenOf("mark.oconnell@fennmark.example")
	about, _ := activity(t, p, "crm/history/filter?entityType=opportunity&entityId=3101", Token)
	if len(about) == 0 || about[0].Entity.EntityID != 3101 {
		t.Fatalf("%+v", about)
	}
	if got := get(t, p, "crm/history/filter?entityType=opportunity&entityId=3101", as(mark)); got.status != 404 {
		t.Errorf("scoped: %d", got.status)
	}
	rows, _ := activity(t, p, "crm/history/filter", mark)
	i := slices.IndexFunc(rows, func(r activityRow) bool { return r.ID == about[0].ID })
	if i < 0 || rows[i].Entity != nil || rows[i].Content != about[0].Content {
		t.Errorf("unscoped: %+v", rows[i])
	}
	if body := get(t, p, "crm/opportunity/3101/files", as(mark)).body; !strings.Contains(body, `"fileExst":`) {
		t.Errorf("files are not checked on a portal: %s", body)
	}
}
