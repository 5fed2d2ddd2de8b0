package demo

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestDefinitions(t *testing.T) {
	t.Parallel()
	p := New()
	type definition struct {
		EntityID   int
		ID         int
		FieldType  int
		FieldValue string
	}
	for path, want := range map[string][]int{
		"opportunity": {71, 72, 73, 74, 75, 76, 77, 78, 79}, "contact": {83}, "company": {81, 83}, "person": {82, 83},
	} {
		var list []definition
		open(t, get(t, p, "crm/"+path+"/customfield/definitions"), &list)
		var got []int
		for _, d := range list {
			got = append(got, d.ID)
			if d.EntityID != -1 || d.FieldValue != " " {
				t.Errorf("%s: %+v", path, d)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
}

func TestFieldValues(t *testing.T) {
	t.Parallel()
	p := New()
	body := get(t, p, "crm/opportunity/3101/customfield").body
	whole := golden(t, "opportunity_3101.json")
	from, to := strings.Index(whole, `"customFields":[`)+len(`"customFields":`), strings.LastIndex(whole, `,"id":3101`)
	if want := `{"count":6,"status":0,"statusCode":200,"response":` + whole[from:to] + `}`; body != want {
		t.Errorf("got\n%s\nwant\n%s", body, want)
	}
	if got := get(t, p, "crm/opportunity/3101/customfield", as(p.TokenOf("mark.oconnell@fennmark.example"))).body; got != body {
		t.Error("no access is checked on a portal")
	}
	if e := open(t, get(t, p, "crm/opportunity/0/customfield"), nil); e.Count < 500 {
		t.Errorf("id 0 gives %d values", e.Count)
	}
}

func TestOpportunitiesOfContact(t *testing.T) {
	t.Parallel()
	p := New()
	var rows []row
	open(t, get(t, p, "crm/opportunity/bycontact/2001"), &rows)
	byTitle := slices.IsSortedFunc(rows, func(a, b row) int { return compareFold(a.Title, b.Title) })
	if len(rows) < 3 || !byTitle || !slices.Contains(ids(rows), 3101) || !slices.Contains(ids(rows), 3106) {
		t.Errorf("%v", ids(rows))
	}
	for id, want := range map[int]string{77: `"response":[]}`, 0: `"statusCode":400`} {
		if got := get(t, p, fmt.Sprintf("crm/opportunity/bycontact/%d", id)).body; !strings.Contains(got, want) {
			t.Errorf("%d: %s", id, got)
		}
	}
	if open(t, get(t, p, "crm/opportunity/bycontact/2001", as(p.TokenOf("mark.oconnell@fennmark.example"))), &rows); len(rows) != 0 {
		t.Errorf("one is hidden, so all are: %v", ids(rows))
	}
}

func TestPeople(t *testing.T) {
	t.Parallel()
	p := New()
	for query, want := range map[string]int{
		"people": 14, "people/filter": 14, "people/filter?employeeStatus=all": 15, "people/filter?employeeStatus=2": 1,
		"people/filter?isAdministrator=true": 2, "people/filter?filterValue=ÖSTLUND": 1, "people/filter?count=3": 3,
	} {
		var list []struct{ ID, DisplayName string }
		e := open(t, get(t, p, query), &list)
		if len(list) != want || e.Total == nil || query == "people/filter?count=3" && *e.Total != 14 {
			t.Errorf("%s: %d, total %v", query, len(list), e.Total)
		}
	}
	for path, status := range map[string]int{
		"people/93580c54-1132-4d6b-bf2d-da0bfaaa1a28": 200, "people/mark.oconnell.json": 200, "people/gareth.pryce": 200,
		"people/4a515a15-d4d6-4b8e-828e-e0586f18f3a3": 404, "people/nobody": 404, "people/filter?employeeStatus=3": 400,
	} {
		if got := get(t, p, path); got.status != status {
			t.Errorf("%s: %d", path, got.status)
		}
	}
}

func TestCurrencies(t *testing.T) {
	t.Parallel()
	body := get(t, New(), "crm/settings/currency").body
	if !strings.HasPrefix(body, `{"count":74,`) || !strings.Contains(body, `{"title":"Euro","symbol":"€","abbreviation":"EUR","cultureName":"EU","isConvertable":true,"isBasic":true}`) {
		t.Error(body)
	}
}

// TestContactTypes counts as many contacts of each type as the filter finds.
func TestContactTypes(t *testing.T) {
	t.Parallel()
	p := New()
	var types []struct{ ID, RelativeItemsCount int }
	open(t, get(t, p, "crm/contact/type"), &types)
	for _, kind := range types {
		var rows []row
		open(t, get(t, p, fmt.Sprintf("crm/contact/filter?contactType=%d&count=1000", kind.ID)), &rows)
		if len(rows) != kind.RelativeItemsCount || kind.ID != 64 && len(rows) == 0 {
			t.Errorf("type %d: %d rows, not %d", kind.ID, len(rows), kind.RelativeItemsCount)
		}
	}
	if len(types) != 4 {
		t.Errorf("%d types", len(types))
	}
}
