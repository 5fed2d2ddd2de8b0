package upstream

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"onlyoffice-graphql/upstream/demo"
)

const admin, creator, stranger = "anna.lindqvist", "mark.oconnell", "mei.tanaka"

// facts break those who write to the portal without knowing them. Each is tried with the
// demo portal, which has it as the real one does.
var facts = []struct {
	name string
	acts []act
}{
	{"1 an update replaces sixteen values", []act{
		{admin, update(OpportunityChanges{ID: 3101, Title: Set("Fleet")}), "", "opportunity 3101 title", 1},
	}},
	{"2 who updates something private joins its readers, and an empty list publishes it", []act{
		{"sofia.almeida", update(OpportunityChanges{ID: 3101, Title: Set("Fleet")}), "", "opportunity 3101 accessListIds; opportunity 3101 title", 1},
		{admin, has("opportunity 3101", "accessListIds", "0d9c1f7e-52a8-4b0d-9d1b-7f0e34c5a801\n"+anna.ID+"\n"+bjorn.ID), "", "", 0},
		{admin, update(OpportunityChanges{ID: 3102, IsPrivate: Set(true)}), "", "opportunity 3102 accessListIds; opportunity 3102 isPrivate", 1},
		{admin, func(ctx context.Context, _ *world, c *Caller) error {
			_, err := c.SetOpportunityAccess(ctx, AccessChange{ID: 3103, IsPrivate: true}, nil)
			return err
		}, "", "opportunity 3103 accessListIds; opportunity 3103 isPrivate", 1},
	}},
	{"3 members that were read and sent back would drop those that are hidden", []act{
		{admin, addMembers(3105, 1002), "", "opportunity 3105 memberIds", 1},
		{stranger, update(OpportunityChanges{ID: 3105, Title: Set("App")}), "", "opportunity 3105 title", 1},
	}},
	{"4 an opportunity of a hidden contact cannot be replaced", []act{
		{admin, update(OpportunityChanges{ID: 3105, ContactID: Set(1002)}), "", "opportunity 3105 contactId", 1},
		{stranger, update(OpportunityChanges{ID: 3105, Title: Set("App")}), "CANNOT_KEEP contactId", "", 0},
		{stranger, move(3105, 16), "", "opportunity 3105 stageId; opportunity 3105 successProbability", 1},
		{stranger, tag(3105, "pilot"), "", "", 1},
	}},
	{"5 the stage route sets the probability, and the close date at each repeat; an update neither", []act{
		{admin, move(3101, 15), "", "", 0},
		{admin, move(3101, 18), "", "opportunity 3101 actualCloseDate; opportunity 3101 stageId; opportunity 3101 successProbability", 1},
		{admin, move(3101, 18), "", "", 0},
		{creator, update(OpportunityChanges{ID: 3102, StageID: Set(18)}), "", "opportunity 3102 actualCloseDate; opportunity 3102 stageId; opportunity 3102 successProbability", 1},
	}},
	{"6 nothing tells of a write that came between", []act{
		{admin, func(ctx context.Context, _ *world, c *Caller) error {
			seen := c.Opportunities(ctx, nil, []int{3102}, nil)[0].Value.Revision()
			if _, err := c.MoveOpportunity(ctx, StageChange{3102, 12, seen}); err != nil {
				return err
			}
			_, err := c.UpdateOpportunity(ctx, OpportunityChanges{ID: 3102, IfRevision: seen, Title: Set("A")}, nil)
			return err
		}, "CONFLICT", "opportunity 3102 stageId; opportunity 3102 successProbability", 1},
	}},
	{"7 what was lost may have been created", []act{
		{admin, func(ctx context.Context, w *world, c *Caller) error {
			defer w.Inject(demo.Fault{Kind: demo.Reset, When: demo.After, Verb: http.MethodPost})()
			_, err := c.CreateOpportunity(ctx, NewOpportunity{Title: "A", ResponsibleID: anna.ID, StageID: 14, BidCurrency: "EUR"}, theStages)
			return err
		}, "unavailable UNKNOWN", "+opportunity 3453", 1},
	}},
	{"8 an unknown employee to notify fails a note that is stored", []act{
		{admin, note(NewNote{OpportunityID: 3103, CategoryID: 41, Content: "A", NotifyIDs: []string{noEmployee}}, &Dictionaries{Employees: map[string]bool{noEmployee: false}}), "NOT_FOUND notifyIds.0", "", 0},
		{admin, note(NewNote{OpportunityID: 3103, CategoryID: 41, Content: "A", NotifyIDs: []string{noEmployee}}, nil), "NOT_AS_WRITTEN notifyIds", "+event 1261", 1},
		{admin, func(ctx context.Context, _ *world, c *Caller) error { // the portal would notify before it hides
			_, err := c.CreateOpportunity(ctx, NewOpportunity{Title: "A", ResponsibleID: anna.ID, StageID: 14, BidCurrency: "EUR", IsPrivate: true, AccessListIDs: []string{noEmployee}}, theStages)
			return err
		}, "", "+opportunity 3453", 1},
		{admin, has("opportunity 3453", "isPrivate", "true"), "", "", 0},
	}},
	{"9 an update of a task that is gone creates another", []act{
		{admin, updateTask(TaskChanges{ID: 999999, Title: Set("A")}), "not found NOT_DONE", "", 0},
		{admin, func(ctx context.Context, w *world, c *Caller) error {
			w.meddle = func(r *http.Request) {
				if r.Method == http.MethodPut {
					w.meddle = nil
					gone := httptest.NewRequestWithContext(ctx, http.MethodDelete, "/api/2.0/crm/task/604.json", nil)
					gone.Header.Set("Authorization", demo.Token)
					w.ServeHTTP(httptest.NewRecorder(), gone)
				}
			}
			_, err := c.UpdateTask(ctx, TaskChanges{ID: 604, Title: Set("A")}, nil)
			return err
		}, "not found NOT_DONE", "-task 604", 3}, // somebody's DELETE, the PUT, and the DELETE of its twin
	}},
	{"10 what is missing or hidden is another status on each route", []act{
		{admin, func(ctx context.Context, _ *world, c *Caller) error { _, err := c.CloseTask(ctx, 999999); return err }, "not found NOT_DONE", "", 1},
		{stranger, note(NewNote{OpportunityID: 3101, CategoryID: 41, Content: "A"}, nil), "NOT_FOUND opportunityId", "", 1},
		{stranger, updatePerson(ContactChanges{ID: 1002, JobTitle: Set("A")}), "not found NOT_DONE", "", 0},
		{stranger, update(OpportunityChanges{ID: 3101, Title: Set("A")}), "not found NOT_DONE", "", 0},
	}},
	{"11 tasks take any opportunity, contact, employee and category", []act{
		{stranger, createTask(3101, 1002, nil), "NOT_FOUND opportunityId; NOT_FOUND contactId", "", 0},
		{admin, createTask(999999, 0, nil), "NOT_FOUND opportunityId", "", 0},
		{admin, createTask(0, 0, &Dictionaries{Employees: map[string]bool{anna.ID: false}, TaskCategories: []*ListItem{}}), "NOT_FOUND responsibleId; NOT_FOUND categoryId", "", 0},
	}},
	{"12 the custom-field route checks nothing", []act{
		{stranger, setFields(3101, FieldValue{74, ptr("DACH")}), "not found NOT_DONE", "", 0},
		{admin, setFields(999999, FieldValue{74, ptr("DACH")}), "not found NOT_DONE", "", 0},
		{admin, setFields(3101, FieldValue{74, nil}), "", "opportunity 3101 customFields 74", 1},
	}},
	{"13 values, tags and names are trimmed, and echoed untrimmed", []act{
		{admin, setFields(3101, FieldValue{72, ptr(" x ")}), "", "opportunity 3101 customFields 72", 1},
		{admin, func(ctx context.Context, w *world, c *Caller) error {
			tags, err := c.AddTags(ctx, TagOpportunity, 3103, []string{" Renewal "})
			if err != nil || tags[0] != "renewal" {
				return fmt.Errorf("tags %q: %w", tags, err)
			}
			return w.is("opportunity 3101", "customFields 72", "x")
		}, "", "opportunity 3103 tags", 1},
		{admin, createPerson(NewContact{FirstName: " Signe ", LastName: "Aaberg "}, "Signe Aaberg"), "", "+contact 2101", 1},
	}},
	{"14 an empty value in an update does nothing, and one blank clears", []act{
		{admin, update(OpportunityChanges{ID: 3101, CustomFields: []FieldValue{{74, nil}, {72, ptr("")}}}), "", "opportunity 3101 customFields 72; opportunity 3101 customFields 74", 1},
	}},
	{"15 an update of a contact answers with the old one, and wipes what it has no name for", []act{
		{admin, func(ctx context.Context, w *world, c *Caller) error {
			id := w.contactWith(func(r demo.Row) bool {
				return r["companyName"] == "" && r["industry"] == "" && r["currency"] == "" && r["contactTypeId"] == "0" && r["contactStatusId"] != "0"
			})
			status := w.before[fmt.Sprint("contact ", id)]["contactStatusId"]
			d, err := c.UpdatePerson(ctx, ContactChanges{ID: id, JobTitle: Set("Chief of facts")}, nil)
			if err != nil || *d.JobTitle != "Chief of facts" || fmt.Sprint(d.ContactStatus.ID) != status || w.changes() != fmt.Sprint("contact ", id, " jobTitle") {
				return fmt.Errorf("got %+v, %w; changed %s", d, err, w.changes())
			}
			_, err = c.UpdatePerson(ctx, ContactChanges{ID: id, JobTitle: Set(w.before[fmt.Sprint("contact ", id)]["jobTitle"])}, nil)
			return err
		}, "", "", 4},
		{admin, func(ctx context.Context, _ *world, c *Caller) error {
			_, err := c.UpdateCompany(ctx, ContactChanges{ID: 1001, About: Set("A")}, nil)
			return err
		}, "CANNOT_KEEP industry; CANNOT_KEEP currency; CANNOT_KEEP contactTypeId", "", 0},
	}},
	{"16 an update of a company as a person blanks its name", []act{
		{admin, updatePerson(ContactChanges{ID: 1001, JobTitle: Set("A")}), "INVALID id", "", 0},
	}},
	{"17 a contact that is not shared is hidden from who entered it", []act{
		{stranger, createPerson(NewContact{FirstName: "A", LastName: "B", ShareType: Set(ShareNone)}, "A B"), "", "+contact 2101", 1},
		{stranger, func(ctx context.Context, _ *world, c *Caller) error { return c.Contacts(ctx, nil, []int{2101})[0].Err }, "", "", 0},
	}},
	{"18 ways to reach a contact move to another one, and two of them are primary", []act{
		{admin, func(ctx context.Context, w *world, c *Caller) error {
			d, _, err := c.AddContactInfo(ctx, 2001, NewContactInfo{InfoType: InfoEmail, Category: InfoWork, Data: "new@nordfrakt.example", IsPrimary: Set(true)})
			primaries := 0
			for _, info := range d.CommonData {
				if info.InfoType == InfoEmail && info.IsPrimary {
					primaries++
				}
			}
			if primaries != 1 {
				return fmt.Errorf("%d are primary, %w", primaries, err)
			}
			_, _, err = c.UpdateContactInfo(ctx, ContactInfoChanges{ContactID: 2002, ID: d.CommonData[0].ID, Data: Set("moved")})
			return err
		}, "NOT_FOUND id", "*", 2},
		{admin, func(ctx context.Context, _ *world, c *Caller) error {
			info := c.Contacts(ctx, nil, []int{2001})[0].Value.CommonData[0].ID
			_, err := c.DeleteContactInfo(ctx, 2002, info)
			return err
		}, "NOT_FOUND id", "", 0},
		{admin, func(ctx context.Context, _ *world, c *Caller) error {
			_, _, err := c.AddContactInfo(ctx, 2001, NewContactInfo{InfoType: InfoEmail, Category: 9, Data: "a"}) // a name that none is called by
			return err
		}, "INVALID category", "", 0},
	}},
	{"19 routes that change many things at once publish, or delete, what was not meant", []act{
		{admin, func(context.Context, *world, *Caller) error {
			return callsNone("filter/access", "crm/contact/access", "contact/group")
		}, "", "", 0},
	}},
	{"20 null for a list is refused, and null for a text clears it", []act{
		{admin, func(ctx context.Context, w *world, c *Caller) error {
			in := OpportunityChanges{ID: 3101, Description: Clear[string](), AccessListIDs: Clear[[]string]()}
			if _, err := c.UpdateOpportunity(ctx, in, nil); err != nil || len(w.forms) != 1 || !strings.HasPrefix(w.forms[0], "application/x-www-form-urlencoded") {
				return fmt.Errorf("%v: %w", w.forms, err)
			}
			return w.is("opportunity 3101", "accessListIds", anna.ID) // who is in charge
		}, "", "opportunity 3101 accessListIds; opportunity 3101 description", 1},
	}},
	{"21 JSON loses decimals, and rewrites what looks like a date", []act{
		{admin, update(OpportunityChanges{
			ID: 3101, BidValue: Set(dec("12345678901234567.891")), ExpectedCloseDate: Set(date("2026-04-30T10:00:00.120Z")), CustomFields: []FieldValue{{72, ptr("2026-04-30T00:00:00+02:00")}},
		}), "", "opportunity 3101 bidValue; opportunity 3101 customFields 72; opportunity 3101 expectedCloseDate", 1},
		{admin, has("opportunity 3101", "bidValue", "12345678901234567.891000000"), "", "", 0},
		{admin, has("opportunity 3101", "customFields 72", "2026-04-30T00:00:00+02:00"), "", "", 0},
		{admin, has("opportunity 3101", "expectedCloseDate", "2026-04-30T10:00:00Z"), "", "", 0},
	}},
	{"22 long titles are cut, and so is what follows an emoji", []act{
		{admin, update(OpportunityChanges{ID: 3101, Title: Set(long(256)), Description: Set("a 🚛 b")}), "TOO_LONG title; UNSUPPORTED_CHARACTER description", "", 0},
		{admin, update(OpportunityChanges{ID: 3191, Title: Set("A")}), "CANNOT_KEEP description", "", 0},
	}},
	{"23 what is deleted takes other things along", []act{
		{admin, func(ctx context.Context, w *world, c *Caller) error {
			in := NewNote{OpportunityID: 3103, CategoryID: 41, Content: "A", FileIDs: []int{w.fileBy(mark.ID, true), w.fileBy(mark.ID, false)}}
			return note(in, nil)(ctx, w, c)
		}, "", "+event 1261", 1},
		{creator, func(ctx context.Context, w *world, c *Caller) error { // may delete it, but not the second document
			err := c.DeleteHistoryEvent(ctx, 1261)
			if !strings.Contains(w.changes(), "event 1261 fileIds") {
				return fmt.Errorf("the first document is there, %w", err)
			}
			return err
		}, "forbidden UNKNOWN", "*", 1},
		{admin, func(ctx context.Context, _ *world, c *Caller) error { return c.DeleteOpportunity(ctx, 3102, "another") }, "CONFLICT", "", 0},
	}},
	{"24 a batch has no transaction, and one malformed item hides what became of the others", []act{
		{admin, addMembers(3103, 1003, 999999, 1004), "NOT_FOUND contactIds.1", "opportunity 3103 memberIds", 3},
		{admin, func(ctx context.Context, w *world, c *Caller) error {
			defer w.Inject(demo.Fault{Kind: demo.BatchDoubled, When: demo.After})()
			return addMembers(3103, 1005, 1006)(ctx, w, c)
		}, "", "opportunity 3103 memberIds", 2}, // which is read again
	}},
}

func TestFacts(t *testing.T) {
	t.Parallel()
	for _, fact := range facts {
		t.Run(fact.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for i := range fact.acts {
				fact.acts[i].run(t, w)
			}
		})
	}
}

// callsNone returns an error where the source names a route.
func callsNone(routes ...string) error {
	files, err := filepath.Glob("*.go")
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for _, route := range routes {
			if !strings.HasSuffix(file, "_test.go") && strings.Contains(string(text), route) {
				return fmt.Errorf("%s names %s", file, route)
			}
		}
	}
	return nil
}
