package demo

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

type contactRow struct {
	ID          int
	DisplayName string
	IsCompany   bool
	Tags        []string
	Email       *struct{ Data string }
	Status      *struct{ ID int }  `json:"contactStatus"`
	Fields      []struct{ ID int } `json:"customFields"`
}

func contacts(t *testing.T, p *Portal, path, token string) ([]contactRow, envelope) {
	t.Helper()
	var rows []contactRow
	e := open(t, get(t, p, path, as(token)), &rows)
	return rows, e
}

func TestContactFilter(t *testing.T) {
	t.Parallel()
	p := New()
	for query, keep := range map[string]func(c *contact) bool{
		"":                        func(*contact) bool { return true },
		"contactListView=company": func(c *contact) bool { return c.company },
		"contactListView=2":       func(c *contact) bool { return !c.company },
		"contactStage=53":         func(c *contact) bool { return c.status != nil && c.status.id == 53 },
		"contactType=1":           func(*contact) bool { return false },
		"isShared=false":          func(c *contact) bool { return c.share == 0 },
		"tags[]=haulage&tags[]=key+account": func(c *contact) bool {
			return slices.Contains(c.tags, "Haulage") && slices.Contains(c.tags, "Key account")
		},
		"fromDate=2024-03-01": func(c *contact) bool { return !c.created.Before(born(2024, 3, 1)) },
		"toDate=2024-03-01":   func(c *contact) bool { return c.created.Before(born(2024, 3, 2)) },
		"filterValue=NORDFRAKT": func(c *contact) bool {
			return c.id == 1001 || slices.ContainsFunc(c.infos, func(i contactInfo) bool { return strings.Contains(i.data, "nordfrakt") })
		},
		"responsibleid=" + p.store.employee("mark.oconnell").id: func(c *contact) bool {
			return slices.Contains(c.managers, p.store.employee("mark.oconnell"))
		},
	} {
		want := 0
		for _, c := range p.store.contacts {
			want += number(keep(c))
		}
		rows, e := contacts(t, p, "crm/contact/filter?sortBy=id&"+query, Token)
		bad := slices.ContainsFunc(rows, func(r contactRow) bool { return !keep(p.store.byContactID[r.ID]) })
		if len(rows) != want || bad || *e.Total != want {
			t.Errorf("%s: %d rows, total %d, want %d; wrong ones: %v", query, len(rows), *e.Total, want, bad)
		}
	}
	rows, _ := contacts(t, p, "crm/contact/filter?contactListView=WithOpportunity", Token)
	if len(rows) < 50 || len(rows) >= len(p.store.contacts) {
		t.Errorf("%d contacts with an opportunity", len(rows))
	}
	if got := get(t, p, "crm/contact/filter?contactListView=9"); got.status != 400 {
		t.Errorf("bad view: %d", got.status)
	}
}

func TestContactOrderAndPages(t *testing.T) {
	t.Parallel()
	p := New()
	newest := func(a, b contactRow) int {
		return p.store.byContactID[b.ID].created.Compare(p.store.byContactID[a.ID].created)
	}
	rows, e := contacts(t, p, "crm/contact/filter?count=20&startIndex=3", Token)
	if !slices.IsSortedFunc(rows, newest) || e.NextIndex != 24 || *e.Total != len(p.store.contacts) {
		t.Errorf("%v %+v", rows, e)
	}
	rows, _ = contacts(t, p, "crm/contact/filter?sortBy=displayName&sortOrder=descending", Token)
	if !slices.IsSortedFunc(rows, func(a, b contactRow) int { return compareFold(b.DisplayName, a.DisplayName) }) {
		t.Error("not by name")
	}
	rows, e = contacts(t, p, "crm/contact/filter?sortBy=id&count=70&type=person", Token)
	if e.Count != 8 || *e.Total != len(p.store.contacts) || rows[0].IsCompany {
		t.Errorf("persons of the first page: %+v", e)
	}
	_, e = contacts(t, p, "crm/contact/filter?sortBy=shoeSize&startIndex=5&count=3", Token)
	if *e.Total != len(p.store.contacts)+5 {
		t.Errorf("unknown sort key: %d", *e.Total)
	}
}

func TestContactFormsAndSharedFields(t *testing.T) {
	t.Parallel()
	p := New()
	i := slices.IndexFunc(p.store.contacts, func(c *contact) bool {
		return c.employer != nil && len(sharedFields(c.fields)) == 1 && len(c.fields) == 1
	})
	c := p.store.contacts[i]
	rows, _ := contacts(t, p, fmt.Sprintf("crm/contact/company/%d/person", c.employer.id), Token)
	i = slices.IndexFunc(rows, func(r contactRow) bool { return r.ID == c.id })
	if i < 0 || len(rows[i].Fields) != 2 || rows[i].Fields[0] != rows[i].Fields[1] {
		t.Errorf("%d in a list of persons: %+v", c.id, rows)
	}
	rows, _ = contacts(t, p, "crm/contact/filter?sortBy=id", Token)
	i = slices.IndexFunc(rows, func(r contactRow) bool { return r.ID == c.id })
	if len(rows[i].Fields) != 1 {
		t.Errorf("%d in a mixed list: %+v", c.id, rows[i])
	}
	if body := get(t, p, "crm/contact/filter?contactListView=1&tags=key+account&sortBy=id").body; !strings.Contains(body, `"tags":["Haulage","Key account"],`) {
		t.Error("no tags in a list")
	}
}

func TestContactLookUps(t *testing.T) {
	t.Parallel()
	p := New()
	rows, e := contacts(t, p, "crm/contact/mail?contactids[]=2001&contactids[]=1002&contactids[]=2001&contactids[]=77", Token)
	if e.Count != 2 || rows[0].ID != 1002 || rows[0].Email != nil || rows[1].Email.Data != "ingrid.hallberg@nordfrakt.example" {
		t.Errorf("mail: %+v", rows)
	}
	bjorn := p.TokenOf("bjorn.ostlund@fennmark.example")
	if rows, _ := contacts(t, p, "crm/contact/mail?contactids=2001&contactids=1002", bjorn); len(rows) != 1 {
		t.Errorf("mail of a hidden contact: %+v", rows)
	}
	for path, status := range map[string]int{
		"crm/contact/mail": 400, "crm/contact/mail?contactids=1,2": 400, "crm/contact/tag/0": 400, "crm/contact/4/tag": 404,
		"crm/contact/company/9/person": 404,
	} {
		if got := get(t, p, path); got.status != status {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	const tags = `{"count":2,"status":0,"statusCode":200,"response":["Haulage","Key account"]}`
	if a, b := get(t, p, "crm/contact/tag/1001").body, get(t, p, "crm/contact/1001/tag").body; a != tags || b != tags {
		t.Errorf("tags %s %s", a, b)
	}
	if body := get(t, p, "crm/contact/tag").body; !strings.Contains(body, `{"title":"Former customer"}`) {
		t.Errorf("tags %s", body)
	}
	if body := get(t, p, "crm/contact/status").body; !strings.Contains(body, `"title":"Hot","description":"","color":"#df7895","sortOrder":3,"id":53}`) {
		t.Errorf("statuses %s", body)
	}
	persons, _ := contacts(t, p, "crm/contact/company/1001/person", Token)
	if len(persons) != 2 || persons[0].ID != 2001 {
		t.Errorf("persons %+v", persons)
	}
}
