package demo

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// snapshot is what reads answer about all that can be written: the first and the
// last rows of the long lists, and every count.
func snapshot(t *testing.T, p *Portal, rows int) string {
	t.Helper()
	var all strings.Builder
	for _, path := range []string{
		"crm/opportunity/stage", "crm/opportunity/tag", "crm/opportunity/tag/3106", "crm/contact/tag", "crm/contact/2001/tag",
		"crm/contact/status", "crm/contact/type", "crm/task/category", "crm/history/category", "crm/opportunity/customfield/definitions",
		"crm/person/customfield/definitions", "people", "crm/contact/2001", "crm/contact/2002", "crm/contact/2003",
	} {
		all.WriteString(get(t, p, path).body)
	}
	for _, list := range []string{"opportunity", "contact", "task", "history"} {
		for _, order := range []string{"ascending", "descending"} {
			all.WriteString(get(t, p, fmt.Sprintf("crm/%s/filter?sortBy=id&sortOrder=%s&count=%d", list, order, rows)).body)
		}
	}
	return all.String()
}

var everyWrite = []step{
	{"POST crm/opportunity", minimal + "&customFieldList[0][key]=72&customFieldList[0][value]=x", 201, nil},
	{"PUT crm/opportunity/3101", minimal, 200, nil},
	{"PUT crm/opportunity/3102/stage/18", "stageid=18", 200, nil},
	{"PUT crm/opportunity/3104/access", "isPrivate=false", 200, nil},
	{"DELETE crm/opportunity/3105", "", 200, nil},
	{"POST crm/opportunity/3106/contact/2003", "", 201, nil},
	{"DELETE crm/opportunity/3106/contact/2001", "", 200, nil},
	{"POST crm/opportunity/3106/customfield/72", "fieldValue=x", 201, nil},
	{"POST crm/opportunity/tag", "tagName=dictionary", 201, nil},
	{"POST crm/contact/tag", "tagName=dictionary", 201, nil},
	{"POST crm/opportunity/3106/tag", "tagName=own", 201, nil},
	{"POST crm/contact/2001/tag", "tagName=own", 201, nil},
	{"DELETE crm/contact/2001/tag", "tagName=Decision+maker", 200, nil},
	{"POST crm/task", "title=T&deadline=2026-04-30&categoryId=21", 201, nil},
	{"PUT crm/task/601", "title=T&deadline=2026-04-30&categoryId=22", 200, nil},
	{"PUT crm/task/602/close", "", 200, nil},
	{"DELETE crm/task/603", "", 200, nil},
	{"POST crm/history", "contactId=1001&categoryId=42&content=x", 201, nil},
	{"DELETE crm/history/701", "", 200, nil},
	{"POST crm/contact/person", "firstName=A&lastName=B&companyId=1001", 201, nil},
	{"PUT crm/contact/person/2001", "firstName=A&lastName=B", 200, nil},
	{"POST crm/contact/company", "companyName=C", 201, nil},
	{"PUT crm/contact/company/1001", "companyName=C", 200, nil},
	{"DELETE crm/contact/2003", "", 200, nil},
	{"PUT crm/contact/2002/status", "contactStatusid=53", 200, nil},
	{"POST crm/contact/2002/data", "data=1&category=Work", 201, nil},
	{"PUT crm/contact/2001/data/511", "data=1", 200, nil},
	{"DELETE crm/contact/2001/data/513", "", 200, nil},
}

// Every route writes, a reset undoes all of it, and the same writes lead to the
// same portal again.
func TestRestore(t *testing.T) {
	t.Parallel()
	p := New()
	const few, every = 7, 1000
	start, whole := snapshot(t, p, few), snapshot(t, p, every)
	for _, s := range everyWrite {
		p.Restore()
		tell(t, p, []step{s})
		if snapshot(t, p, few) == start {
			t.Errorf("%s has written nothing", s.request)
		}
	}
	p.Restore()
	tell(t, p, everyWrite)
	written := snapshot(t, p, every)
	if got := ask(t, p, http.MethodPost, "/demo/reset"); got.status != 204 || len(p.Calls()) != 0 {
		t.Errorf("%d, calls %v", got.status, p.Calls())
	}
	if snapshot(t, p, every) != whole || snapshot(t, New(), every) != whole {
		t.Error("a reset leaves something behind")
	}
	tell(t, p, everyWrite)
	if snapshot(t, p, every) != written {
		t.Error("the same writes make another portal")
	}
	if got := ask(t, p, http.MethodPost, "/demo/reset", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }); got.status != 403 || snapshot(t, p, every) != written {
		t.Errorf("another site resets: %d", got.status)
	}
}

// Totals, counts and searches follow the writes.
func TestReadsFollowWrites(t *testing.T) {
	t.Parallel()
	p := New()
	total := len(p.store.opportunities)
	stage := func(id int) int {
		n := 0
		for _, o := range p.store.opportunities {
			n += number(o.stage.id == id)
		}
		return n
	}
	first, won := stage(11), stage(18)
	tell(t, p, []step{
		{"POST crm/opportunity", strings.Replace(minimal, "stageid=14", "stageid=11", 1) + "&contactid=1002", 201, nil},
		{"GET crm/opportunity/filter?count=1", "", 200, says(fmt.Sprintf(`"total":%d,`, total+1))},
		{"GET crm/opportunity/stage/11", "", 200, says(fmt.Sprintf(`"relativeItemsCount":%d,`, first+1))},
		{"GET crm/opportunity/bycontact/1002", "", 200, says(`"id":3453}`)},
		{"PUT crm/opportunity/3453/stage/18", "stageid=18", 200, nil},
		{"GET crm/opportunity/stage/18", "", 200, says(fmt.Sprintf(`"relativeItemsCount":%d,`, won+1))},
		{"GET crm/opportunity/filter?stageType=ClosedAndWon&sortBy=id&sortOrder=descending&count=1", "", 200, says(`"id":3453`)},
		{"POST crm/opportunity/3453/customfield/72", "fieldValue=findable", 201, nil},
		{"GET crm/opportunity/filter?filterValue=findable", "", 200, says(`"count":1,`, `"id":3453`)},
		{"POST crm/opportunity/3453/tag", "tagName=brand+new", 201, nil},
		{"GET crm/opportunity/filter?tags[]=Brand+New", "", 200, says(`"count":1,`, `"id":3453`)},
		{"POST crm/task", "title=T&deadline=2026-04-30&categoryId=21&entityType=opportunity&entityId=3453", 201, nil},
		{"GET crm/task/filter?entityType=opportunity&entityId=3453", "", 200, says(`"total":1,`, `"id":841`)},
		{"POST crm/history", "entityType=opportunity&entityId=3453&categoryId=42&content=x&created=2026-01-01", 201, nil},
		{"GET crm/history/filter?entityType=opportunity&entityId=3453", "", 200, says(`"id":1261`, `"created":"2026-01-01T00:00:00.0000000Z"`)},
		{"DELETE crm/opportunity/3453", "", 200, nil},
		{"GET crm/opportunity/filter?count=1", "", 200, says(fmt.Sprintf(`"total":%d,`, total))},
		{"GET crm/task/841", "", 404, nil},
		{"GET crm/history/filter?sortBy=id&sortOrder=descending&filterValue=x&categoryId=42", "", 200, says(`!"id":1261`)},
		{"POST crm/opportunity", minimal, 201, says(`"id":3454`)}, // ids are given away once
	})
}

// The portal is full one day, and says so before it writes.
func TestRoomIsBounded(t *testing.T) {
	t.Parallel()
	p := New()
	p.store.room = p.store.rows() + 1
	tell(t, p, []step{
		{"POST crm/opportunity", minimal, 201, nil},
		{"POST crm/opportunity", minimal, 500, says("The table is full")},
		{"POST crm/task", "title=T&deadline=2026-04-30&categoryId=21", 500, nil},
		{"PUT crm/task/99999", "title=T&deadline=2026-04-30&categoryId=21", 500, nil},
		{"POST crm/history", "contactId=1001&categoryId=41&content=x", 500, nil},
		{"POST crm/contact/person", "firstName=A&lastName=B", 500, nil},
		{"POST crm/contact/company", "companyName=A", 500, nil},
		{"POST crm/contact/2002/data", "data=1&category=Work", 500, nil},
		{"POST crm/opportunity/tag", "tagName=x", 500, nil},
		{"POST crm/contact/2002/tag", "tagName=x", 500, nil},
		{"POST crm/opportunity/3103/tag", "tagName=pilot", 201, nil},
		{"DELETE crm/opportunity/3453", "", 200, nil},
		{"POST crm/contact/2002/tag", "tagName=x", 201, nil},
	})
}

// Writers, readers and resets at once: no update is lost, and no id given twice.
func TestConcurrentWrites(t *testing.T) {
	t.Parallel()
	p := New()
	const users, rounds = 6, 12
	ids := make(chan int, users*rounds)
	var all sync.WaitGroup
	for u := range users {
		all.Go(func() {
			for i := range rounds {
				var made struct{ ID int }
				open(t, write(t, p, http.MethodPost, "crm/opportunity", minimal), &made)
				ids <- made.ID
				write(t, p, http.MethodPut, fmt.Sprintf("crm/opportunity/%d/stage/18", made.ID), "stageid=18")
				write(t, p, http.MethodPost, "crm/opportunity/3103/tag", fmt.Sprintf("tagName=%d-%d", u, i))
				write(t, p, http.MethodPost, "crm/opportunity/3103/contact/2001", "")
				write(t, p, http.MethodPost, "crm/contact/2001/data", "data=1&category=Work")
				write(t, p, http.MethodPost, "crm/person/2001/customfield/82", fmt.Sprintf("fieldValue=%d", i))
				write(t, p, http.MethodPut, "crm/task/601/close", "")
			}
		})
		all.Go(func() {
			for range rounds {
				get(t, p, "crm/opportunity/filter?count=50")
				get(t, p, "crm/opportunity/3103")
				get(t, p, "crm/contact/2001")
				get(t, p, "crm/task/filter?count=20")
				batchRows(t, p, `[{"RelativeUrl":"/api/2.0/crm/opportunity/tag/3103"},{"Method":"POST","RelativeUrl":"/api/2.0/crm/contact/2001/tag?tagName=VIP"}]`)
			}
		})
	}
	all.Wait()
	close(ids)
	seen := map[int]bool{}
	for id := range ids {
		seen[id] = true
	}
	if len(seen) != users*rounds || seen[0] {
		t.Errorf("%d opportunities of %d", len(seen), users*rounds)
	}
	if got := len(p.store.opportunity(3103).tags); got != users*rounds {
		t.Errorf("%d tags of %d", got, users*rounds)
	}
	var work sync.WaitGroup
	for range 4 {
		work.Go(func() { p.Restore() })
		work.Go(func() { write(t, p, http.MethodPost, "crm/opportunity", minimal); p.TokenOf("x") })
		work.Go(func() { snapshot(t, p, 20) })
	}
	work.Wait()
}
