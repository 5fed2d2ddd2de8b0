package upstream

import (
	"strings"
	"testing"
)

// TestRevisions changes one thing after the other.
func TestRevisions(t *testing.T) {
	t.Parallel()
	full := body(t, "opportunity_full.json")
	revision := func(t *testing.T, text string) string {
		t.Helper()
		o, err := decode[*Opportunity](answer{status: 200, body: []byte(text)})
		if err != nil {
			t.Fatal(err)
		}
		return o.Revision()
	}
	was := revision(t, full)
	seen := map[string]string{was: "as it was"}
	for _, pair := range [][2]string{
		{`"title":"Fleet telematics rollout"`, `"title":"Fleet"`},
		{`"description":"Two`, `"description":"Three`},
		{`"responsible":{"id":"4bd`, `"responsible":{"id":"4be`},
		{`"bidType":4`, `"bidType":5`},
		{`1234567.890000000`, `1234567.890000001`},
		{`"abbreviation":"EUR","cultureName":"EU","isConvertable":true,"isBasic":true},"perPeriodValue"`, `"abbreviation":"USD"},"perPeriodValue"`},
		{`"perPeriodValue":24`, `"perPeriodValue":25`},
		{`"id":15}`, `"id":16}`},
		{`"id":1001}`, `"id":1002}`},
		{`"successProbability":55`, `"successProbability":56`},
		{`2024-08-21T14:30:00`, `2024-08-21T14:30:01`},
		{`2024-09-30T00:00:00`, `2024-10-01T00:00:00`},
		{`"isPrivate":true,"accessList"`, `"isPrivate":false,"accessList"`},
		{`"accessList":[{"id":"4bd`, `"accessList":[{"id":"4be`},
		{`"fieldValue":"Nordics"`, `"fieldValue":"DACH"`},
		{`"fieldValue":"Nordics"`, `"fieldValue":""`},
	} {
		if !strings.Contains(full, pair[0]) {
			t.Fatalf("no %s", pair[0])
		}
		got := revision(t, strings.Replace(full, pair[0], pair[1], 1))
		if seen[got] != "" {
			t.Errorf("%s makes the same as %s", pair[1], seen[got])
		}
		seen[got] = pair[1]
	}
	for _, pair := range [][2]string{ // which a write does not replace, or which mean the same
		{`"canEdit":true`, `"canEdit":false`},
		{`"label":"Region"`, `"label":"Area"`},
		{`1234567.890000000`, `1234567.89`},
		{`2024-09-30T00:00:00.0000000Z`, `2024-09-30T02:00:00.4000000+02:00`},
		{`"members":[`, `"was":[`},
		{`"id":71}`, `"id":70}`}, // a heading
	} {
		if got := revision(t, strings.Replace(full, pair[0], pair[1], 1)); got != was {
			t.Errorf("%s makes another", pair[1])
		}
	}
}

// TestRevisionsOfLists are those of single things.
func TestRevisionsOfLists(t *testing.T) {
	t.Parallel()
	hidden := &Opportunity{ID: 1, Contact: &ContactBase{ID: 7, IsPrivate: true}, AccessList: []Employee{anna}}
	if listed := (&Opportunity{ID: 1}); hidden.Revision() != listed.Revision() {
		t.Error("what lists leave out makes another")
	}
	worker, alone := ContactDetails{Company: &ContactBase{ID: 7, IsPrivate: true}}, ContactDetails{}
	if worker.Revision() != alone.Revision() {
		t.Error("a company that lists leave out makes another")
	}
	base := Task{Title: "x", Responsible: &anna}
	tasks := []Task{
		base,
		{Title: "x", Responsible: &bjorn},
		{Title: "x", Responsible: &anna, IsClosed: true},
		{Title: "x", Responsible: &anna, Category: &ListItem{ID: 1}},
		{Title: "x", Responsible: &anna, Contact: &EmailContact{ContactBase: ContactBase{ID: 1}}},
		{Title: "x", Responsible: &anna, Entity: &EntityPointer{EntityType: "opportunity", EntityID: 1}},
		{Title: "x", Responsible: &anna, AlertValue: 1},
		{Title: "x", Responsible: &anna, Description: ptr("y")},
		{Title: "x", Responsible: &anna, DeadLine: date("2024-09-30T00:00:00Z")},
	}
	contacts := []ContactDetails{
		{FirstName: ptr("x")},
		{LastName: ptr("x")},
		{JobTitle: ptr("x")},
		{About: ptr("x")},
		{Industry: ptr("x")},
		{CompanyName: ptr("x")},
		{Company: &ContactBase{ID: 1}},
		{ContactStatus: &ListItem{ID: 1}},
		{ContactBase: ContactBase{ShareType: ShareRead}},
		{ContactBase: ContactBase{Currency: &eur}},
		{ContactBase: ContactBase{IsCompany: true}},
		{},
	}
	seen := map[string]bool{}
	for i := range tasks {
		seen[tasks[i].Revision()] = true
	}
	for i := range contacts {
		seen[contacts[i].Revision()] = true
	}
	if len(seen) != len(tasks)+len(contacts) {
		t.Errorf("%d revisions of %d things", len(seen), len(tasks)+len(contacts))
	}
	if same := base; same.Revision() != tasks[0].Revision() {
		t.Error("equal tasks differ")
	}
	if withEmpty := (&Task{Title: "x", Responsible: &anna, Description: ptr("")}); withEmpty.Revision() != base.Revision() {
		t.Error("no description is not an empty one")
	}
}
