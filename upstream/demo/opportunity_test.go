package demo

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestStages(t *testing.T) {
	t.Parallel()
	p := New()
	var stages, fixture []map[string]any
	got := get(t, p, "crm/opportunity/stage")
	open(t, got, &stages)
	open(t, reply{body: golden(t, "stages.json")}, &fixture)
	sum := 0
	for i, st := range stages {
		if n, ok := st["relativeItemsCount"].(float64); ok {
			sum += int(n)
		}
		delete(st, "relativeItemsCount")
		delete(fixture[i], "relativeItemsCount")
		if !maps.EqualFunc(st, fixture[i], func(a, b any) bool { return a == b }) {
			t.Errorf("stage %v, want %v", st, fixture[i])
		}
	}
	if sum != len(p.store.opportunities) {
		t.Errorf("the stages count %d opportunities", sum)
	}
	if e := open(t, got, nil); e.Count != 9 || e.Total != nil {
		t.Errorf("count %d, total %v", e.Count, e.Total)
	}
	if e := open(t, get(t, p, "crm/opportunity/stage?count=4&startIndex=2"), nil); e.Count != 4 || *e.Total != 9 || e.NextIndex != 7 {
		t.Errorf("page of stages: %+v", e)
	}
	if got := get(t, p, "crm/opportunity/stage/15"); !strings.Contains(got.body, `"title":"Qualified prospect"`) {
		t.Error(got.body)
	}
	if got := get(t, p, "crm/opportunity/stage/10"); got.status != 404 {
		t.Errorf("unknown stage: %d", got.status)
	}
}

func TestTags(t *testing.T) {
	t.Parallel()
	p := New()
	const want = `{"count":3,"status":0,"statusCode":200,"response":["renewal","Q3\/2024","\"strategic\" <EU>"]}`
	for _, path := range []string{"crm/opportunity/tag/3101", "crm/opportunity/3101/tag.json"} {
		if got := get(t, p, path); got.body != want {
			t.Errorf("%s: %s", path, got.body)
		}
	}
	var tags []struct {
		Title string
		Uses  int `json:"relativeItemsCount"`
	}
	got := get(t, p, "crm/opportunity/tag")
	open(t, got, &tags)
	if len(tags) != len(opportunityTags) || !strings.HasPrefix(tags[0].Title, `"strategic"`) {
		t.Errorf("tags %v", tags)
	}
	if !strings.Contains(got.body, `{"title":"zzz test"}`) {
		t.Error("an unused tag has a count")
	}
}

func TestMembersAndContact(t *testing.T) {
	t.Parallel()
	p := New()
	var members []struct {
		ID      int
		Tags    []string
		CanEdit bool
		Company struct{ ID int }
	}
	open(t, get(t, p, "crm/opportunity/3101/contact"), &members)
	if len(members) != 2 || members[0].ID != 2001 || members[1].ID != 2002 || members[0].Company.ID != 1001 || members[0].Tags[0] != "Decision maker" {
		t.Errorf("members %+v", members)
	}
	open(t, get(t, p, "crm/opportunity/3105/contact"), &members)
	if len(members) != 1 || members[0].CanEdit {
		t.Errorf("the primary contact is editable: %+v", members)
	}
	person := get(t, p, "crm/contact/2001").body
	for _, part := range []string{
		`"firstName":"Ingrid","lastName":"Hallberg","company":{"smallFotoUrl":`, `"title":"Fleet Director","addresses":[{"street":"Kungsgatan 41, 3 tr"`,
		`"categoryName":"Home","isPrimary":true}],"createBy":`, `"contactStatus":{"title":"Warm","description":"","color":"#ffd267","sortOrder":2,"id":52}`,
		`"haveLateTasks":false,"smallFotoUrl":`, `"canEdit":true,"canDelete":false,"id":2001}}`,
	} {
		if !strings.Contains(person, part) {
			t.Errorf("2001 lacks %s: %s", part, person)
		}
	}
	company := get(t, p, "crm/contact/1001").body
	if !strings.Contains(company, `{"companyName":"Nordfrakt Logistics AB","personsCount":2,"addresses":[`) || strings.Contains(company, `"tags"`) {
		t.Errorf("1001: %s", company)
	}
}

func BenchmarkFilter(b *testing.B) {
	p := New()
	r := httptest.NewRequest(http.MethodGet, "/api/2.0/crm/opportunity/filter?count=100&sortBy=id", http.NoBody)
	r.Header.Set("Authorization", Token)
	for b.Loop() {
		w := httptest.NewRecorder()
		p.ServeHTTP(w, r)
		if w.Code != http.StatusOK || w.Body.Len() < 100_000 {
			b.Fatal(w.Code, w.Body.Len())
		}
	}
}
