package demo

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

type row struct {
	ID       int
	Title    string
	Stage    struct{ ID, StageType int }
	Contact  *struct{ ID int }
	Private  bool `json:"isPrivate"`
	Expected string
}

func filter(t *testing.T, p *Portal, query string, token string) ([]row, envelope) {
	t.Helper()
	var rows []row
	e := open(t, get(t, p, "crm/opportunity/filter?"+query, as(token)), &rows)
	return rows, e
}

func ids(rows []row) []int {
	var list []int
	for _, r := range rows {
		list = append(list, r.ID)
	}
	return list
}

func TestPagingTotals(t *testing.T) {
	t.Parallel()
	p := New()
	all := len(p.store.opportunities)
	for _, tt := range []struct {
		query                     string
		count, start, next, total int
	}{
		{"sortBy=id", all, 0, 0, all},
		{"sortBy=id&count=2", 2, 0, 3, all},
		{"sortBy=id&count=3&startIndex=2", 3, 2, 6, all},
		{fmt.Sprintf("sortBy=id&count=3&startIndex=%d", all-2), 2, all - 2, 0, all},
		{fmt.Sprintf("sortBy=id&count=3&startIndex=%d", all+20), 0, all + 20, 0, all + 20},
		{"sortBy=id&count=0", 1, 0, 0, all},
		{"sortBy=id&count=5000", all, 0, 0, all},
		{"sortBy=id&count=-5&startIndex=x", all, 0, 0, all},
		{"sortBy=id&count=2,9", 2, 0, 3, all},
		{"tags=nobody+has+this", 0, 0, 0, 0},
		{"sortBy=created&count=3&startIndex=10", 3, 10, 14, all + 10},
	} {
		_, e := filter(t, p, tt.query, Token)
		if e.Count != tt.count || e.StartIndex != tt.start || e.NextIndex != tt.next || e.Total == nil || *e.Total != tt.total {
			t.Errorf("%s: %d %d %d %v, want %+v", tt.query, e.Count, e.StartIndex, e.NextIndex, *e.Total, tt)
		}
	}
	if got := get(t, p, "crm/opportunity/filter?tags=").body; got != `{"total":0,"status":0,"statusCode":200,"response":[]}` {
		t.Errorf("empty tag: %s", got)
	}
	if got := get(t, p, "crm/opportunity/filter.xml?tags=").body; got != `<result><total>0</total><status>0</status><statusCode>200</statusCode></result>` {
		t.Errorf("empty tag: %s", got)
	}
}

func TestPagesCoverEverything(t *testing.T) {
	t.Parallel()
	p := New()
	var seen []int
	for start := 0; ; start += 50 {
		rows, e := filter(t, p, fmt.Sprintf("sortBy=id&count=50&startIndex=%d", start), Token)
		seen = append(seen, ids(rows)...)
		if e.Count < 50 {
			break
		}
	}
	if len(seen) != len(p.store.opportunities) || !slices.IsSorted(seen) {
		t.Errorf("%d ids, sorted %v", len(seen), slices.IsSorted(seen))
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	p := New()
	anna := p.store.employee(demoUser).id
	for _, tt := range []struct {
		query string
		keep  func(o *opportunity) bool
	}{
		{"responsibleid=" + anna, func(o *opportunity) bool { return o.responsible.id == anna }},
		{"RESPONSIBLEID=" + strings.ToUpper(anna), func(o *opportunity) bool { return o.responsible.id == anna }},
		{"opportunityStagesid=16", func(o *opportunity) bool { return o.stage.id == 16 }},
		{"stageType=0", func(o *opportunity) bool { return o.stage.kind == 0 }},
		{"stageType=closedandwon", func(o *opportunity) bool { return o.stage.kind == 1 }},
		{"tags[]=renewal&tags[]=+HIGH+priority+", func(o *opportunity) bool {
			return slices.Contains(o.tags, "renewal") && slices.Contains(o.tags, "High Priority")
		}},
		{"tags[0]=renewal", func(o *opportunity) bool { return slices.Contains(o.tags, "renewal") }},
		{"contactid=1001", func(o *opportunity) bool { return o.contact != nil && o.contact.id == 1001 }},
		{"contactid=2001&contactAlsoIsParticipant=true", func(o *opportunity) bool {
			return slices.ContainsFunc(o.members, func(c *contact) bool { return c.id == 2001 }) ||
				len(o.members) == 0 && o.contact != nil && o.contact.id == 2001
		}},
		{"contactAlsoIsParticipant=true", func(*opportunity) bool { return false }},
		{"fromDate=2025-01-01", func(*opportunity) bool { return false }},
		{"fromDate=2025-01-01&stageType=0", func(o *opportunity) bool { return o.stage.kind == 0 }},
		{"fromDate=2025-01-01&toDate=2025-06-30T00:00:00.000Z", func(o *opportunity) bool {
			return !o.closeDate().Before(born(2025, 1, 1)) && !o.closeDate().After(born(2025, 6, 30))
		}},
		{"fromDate=2025-01-01&toDate=2025-06-30&tags=nobody+has+this", func(o *opportunity) bool {
			return !o.closeDate().Before(born(2025, 1, 1)) && !o.closeDate().After(born(2025, 6, 30))
		}},
		{"filterValue=telematics+ROLLOUT", func(o *opportunity) bool {
			title := strings.ToLower(o.title)
			return strings.Contains(title, "telematics") && strings.Contains(title, "rollout")
		}},
		{"filterValue=PO-2024/0117", func(o *opportunity) bool { return o.id == 3101 }},
		{"filterValue=Warehouse+scanners,+phase+2", func(o *opportunity) bool {
			return strings.Contains(strings.ToLower(o.title), "warehouse") && strings.Contains(strings.ToLower(o.title), "scanners")
		}},
		{"filterValue[]=Warehouse+scanners,+phase+2", func(o *opportunity) bool { return o.id == 3102 }},
	} {
		var want []int
		for _, o := range p.store.opportunities {
			if tt.keep(o) {
				want = append(want, o.id)
			}
		}
		rows, _ := filter(t, p, tt.query+"&sortBy=id", Token)
		if !slices.Equal(ids(rows), want) {
			t.Errorf("%s: %v, want %v", tt.query, ids(rows), want)
		}
	}
	for _, query := range []string{"stageType=9", "contactid=x", "contactAlsoIsParticipant=1", "fromDate=2025-01-01T00:00:00.12Z", "opportunityStagesid=99999999999"} {
		if got := get(t, p, "crm/opportunity/filter?"+query); got.status != 400 {
			t.Errorf("%s: %d", query, got.status)
		}
	}
}

func TestOrders(t *testing.T) {
	t.Parallel()
	p := New()
	p.store.opportunities = p.store.opportunities[:120] // enough of each kind, and read at a third of the cost
	for query, compare := range map[string]func(a, b *opportunity) int{
		"":                         func(a, b *opportunity) int { return a.stage.sort - b.stage.sort },
		"sortBy=id&sortOrder=desc": func(a, b *opportunity) int { return a.id - b.id },
		"sortBy=Id":                func(a, b *opportunity) int { return a.id - b.id },
		"sortBy=id,x":              func(a, b *opportunity) int { return a.id - b.id },
		"sortBy=title": func(a, b *opportunity) int {
			return strings.Compare(strings.ToLower(a.title), strings.ToLower(b.title))
		},
		"sortBy=bidvalue":                   func(a, b *opportunity) int { return compareBids(a.bid, b.bid) },
		"sortBy=responsible":                func(a, b *opportunity) int { return strings.Compare(a.responsible.id, b.responsible.id) },
		"sortBy=dateandtime":                func(a, b *opportunity) int { return a.closeDate().Compare(b.closeDate()) },
		"sortBy=stage&sortOrder=descending": func(a, b *opportunity) int { return b.stage.sort - a.stage.sort },
		"sortBy=created":                    func(a, b *opportunity) int { return a.created.Compare(b.created) },
		"sortBy=date_created":               func(a, b *opportunity) int { return a.stage.sort - b.stage.sort },
	} {
		rows, e := filter(t, p, query, Token)
		sorted := slices.IsSortedFunc(rows, func(a, b row) int { return compare(p.store.opportunity(a.ID), p.store.opportunity(b.ID)) })
		if !sorted || e.Count != len(p.store.opportunities) {
			t.Errorf("%q: sorted %v, %d rows", query, sorted, e.Count)
		}
	}
	for _, key := range []string{
		"actualCloseDate", "expectedCloseDate", "successProbability", "bidType", "perPeriodValue", "description", "isPrivate",
		"stage.title", "stage.id", "responsible.displayName",
	} {
		up, _ := filter(t, p, "sortBy="+key, Token)
		down, _ := filter(t, p, "sortOrder=descending&sortBy="+key, Token)
		if len(up) != len(p.store.opportunities) || len(down) != len(up) || slices.Equal(ids(up), ids(down)) {
			t.Errorf("%s: %d up, %d down", key, len(up), len(down))
		}
	}
	rows, _ := filter(t, p, "sortBy=contact.displayName", Token)
	if slices.ContainsFunc(rows, func(r row) bool { return r.Contact == nil }) || len(rows) == 0 {
		t.Error("rows without the member are still there")
	}
	if got := get(t, p, "crm/opportunity/filter?sortBy=contact"); got.status != 500 {
		t.Errorf("sort by an object: %d", got.status)
	}
}

func TestTextSearchCanBeOff(t *testing.T) {
	t.Parallel()
	p := New()
	p.SetTextSearch(false)
	if rows, _ := filter(t, p, "filterValue=telematics", Token); len(rows) != 0 {
		t.Errorf("found %d", len(rows))
	}
	if rows, _ := filter(t, p, "filterValue=telematics&fromDate=2024-01-01&toDate=2026-01-01", Token); len(rows) == 0 {
		t.Error("between two dates an empty search is forgotten")
	}
}

func TestVisibility(t *testing.T) {
	t.Parallel()
	p := New()
	mark, bjorn := p.TokenOf("Mark.OConnell@fennmark.example"), p.TokenOf("bjorn.ostlund@fennmark.example")
	if mark == "" || bjorn == "" || p.TokenOf("gareth.pryce@fennmark.example") != "" || p.TokenOf("nobody@fennmark.example") != "" {
		t.Fatal("tokens")
	}
	for _, tt := range []struct {
		token string
		id    int
		want  int
	}{
		{Token, 3101, 200},
		{bjorn, 3101, 200}, // on the access list
		{mark, 3101, 404},  // created it, which is not enough
		{mark, 3104, 200},
		{bjorn, 3104, 404},
		{bjorn, 3103, 200},
	} {
		if got := get(t, p, fmt.Sprintf("crm/opportunity/%d", tt.id), as(tt.token)); got.status != tt.want {
			t.Errorf("%s %d: %d, want %d", tt.token, tt.id, got.status, tt.want)
		}
	}
	for _, path := range []string{"crm/opportunity/tag/3104", "crm/opportunity/3104/contact", "crm/contact/1002"} {
		if got := get(t, p, path, as(bjorn)); got.status != 404 {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	everything, _ := filter(t, p, "sortBy=id", Token)
	rows, e := filter(t, p, "sortBy=id", mark)
	if len(rows) >= len(everything) || *e.Total != len(rows) || !slices.Contains(ids(rows), 3104) || slices.Contains(ids(rows), 3101) {
		t.Errorf("mark sees %d of %d, total %d", len(rows), len(everything), *e.Total)
	}
	// Without a limit, one hidden opportunity hides them all.
	if rows, _ = filter(t, p, "sortBy=created", mark); len(rows) != 0 {
		t.Errorf("unlimited: %d", len(rows))
	}
	if rows, _ = filter(t, p, "sortBy=created&tags=pilot&contactid=2001", mark); len(rows) != 1 {
		t.Errorf("unlimited without a hidden one: %d", len(rows))
	}
}

func TestListFormDiffersFromSingleForm(t *testing.T) {
	t.Parallel()
	p := New()
	list := get(t, p, "crm/opportunity/filter?sortBy=id&count=5").body
	single := get(t, p, "crm/opportunity/3102").body
	if strings.Contains(list, `"fieldType":4`) || strings.Contains(list, `"accessList":[]`) {
		t.Error("a list carries headings or empty access lists")
	}
	if !strings.Contains(single, `"fieldType":4`) || !strings.Contains(single, `"accessList":[],"canEdit":true`) {
		t.Error("a single opportunity lacks headings or its access list")
	}
	contact := func(body string) bool { return strings.Contains(body, `"contact":{`) }
	hidden := p.store.opportunity(3102)
	hidden.contact.share, hidden.contact.managers = 0, nil
	bjorn := as(p.TokenOf("bjorn.ostlund@fennmark.example"))
	if !contact(get(t, p, "crm/opportunity/3102", bjorn).body) || contact(get(t, p, "crm/opportunity/filter?contactid=2003", bjorn).body) {
		t.Error("a hidden contact belongs into the single form only")
	}
}

func TestChangingData(t *testing.T) {
	t.Parallel()
	p := New()
	id := p.AddOpportunity("Brand new")
	if id != lastOpportunity+1 {
		t.Errorf("id %d", id)
	}
	rows, _ := filter(t, p, "sortBy=id&sortOrder=descending&count=1", Token)
	if rows[0].ID != id || rows[0].Title != "Brand new" || rows[0].Stage.ID != 11 || rows[0].Private {
		t.Errorf("row %+v", rows[0])
	}
	if !p.RemoveOpportunity(id) || p.RemoveOpportunity(id) {
		t.Error("removal")
	}
	if got := get(t, p, fmt.Sprintf("crm/opportunity/%d", id)); got.status != 404 {
		t.Errorf("removed: %d", got.status)
	}
	if next := p.AddOpportunity("Again"); next != id+1 {
		t.Errorf("id %d was given away twice", next)
	}
}
