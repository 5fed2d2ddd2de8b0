package upstream

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"onlyoffice-graphql/upstream/demo"
)

const admin, creator, stranger = "anna.lindqvist", "mark.oconnell", "mei.tanaka"

// fact is one that breaks those who write to the portal without knowing it. It is tried
// with the demo portal, which has it as the real one does.
type fact struct {
	name string
	acts []act
}

// facts are all of them, of which more are in moreFacts.
var facts = []fact{
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
		{admin, lostCreate(demo.Fault{Kind: demo.Reset, When: demo.After}), "unavailable UNKNOWN", "+opportunity 3453", 1},
		{admin, lostCreate(demo.Fault{Kind: demo.ServerError, When: demo.After}), "server error UNKNOWN", "+opportunity 3454", 1},
		{admin, lostCreate(demo.Fault{Kind: demo.ServerError, When: demo.Before}), "server error UNKNOWN", "", 1}, // which is the same to who asks
		{admin, lostCreate(demo.Fault{Kind: demo.Hang, When: demo.After}), "timeout UNKNOWN", "+opportunity 3455", 1},
		{admin, note(NewNote{OpportunityID: 3103, CategoryID: 41, Content: "A", NotifyIDs: []string{noEmployee}}, nil), "NOT_AS_WRITTEN notifyIds", "+event 1261", 1}, // a 400 that is looked into
		{admin, func(ctx context.Context, w *world, c *Caller) error { // and one that cannot be
			defer w.Inject(demo.Fault{Kind: demo.BadGateway, Route: "crm/history/filter"})()
			return note(NewNote{OpportunityID: 3103, CategoryID: 41, Content: "B", NotifyIDs: []string{noEmployee}}, nil)(ctx, w, c)
		}, "invalid UNKNOWN", "+event 1262", 1},
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
		{admin, lastSent("POST crm/opportunity/{}/customfield/{}", "fieldValue="), "", "", 0}, // an empty value is there all the same
		{admin, setFields(3101, FieldValue{999, ptr("x")}), "NOT_AS_WRITTEN customFields.0.value", "", 1},
		{admin, setFields(3101, FieldValue{82, ptr("05/14/1979")}), "NOT_AS_WRITTEN customFields.0.value", "", 1}, // of persons
		{admin, func(ctx context.Context, _ *world, c *Caller) error { // who knows the definitions sends neither
			with := &Dictionaries{Fields: c.CustomFieldDefinitions(ctx, nil, []string{"opportunity"})[0].Value}
			in := FieldChanges{ID: 3101, Values: []FieldValue{{999, ptr("x")}, {82, ptr("05/14/1979")}, {75, ptr("perhaps")}, {74, ptr("Elsewhere")}}}
			_, err := c.SetOpportunityFields(ctx, in, with)
			return err
		}, "NOT_FOUND customFields.0.fieldId; NOT_FOUND customFields.1.fieldId; INVALID customFields.2.value; NOT_FOUND customFields.3.value", "", 0},
	}},
}

func TestFacts(t *testing.T) {
	t.Parallel()
	all := slices.Concat(facts, moreFacts)
	if len(all) != 24 {
		t.Errorf("%d facts", len(all))
	}
	for i, fact := range all {
		if !strings.HasPrefix(fact.name, strconv.Itoa(i+1)+" ") {
			t.Errorf("%q is fact %d", fact.name, i+1)
		}
		t.Run(fact.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for i := range fact.acts {
				fact.acts[i].run(t, w)
			}
		})
	}
}

// lostCreate creates an opportunity at a portal that spoils the answer, and is given half a
// second where it gives none. It would be asked again if a write could be.
func lostCreate(fault demo.Fault) doing {
	return func(ctx context.Context, w *world, c *Caller) error {
		fault.Verb, fault.Route = http.MethodPost, "crm/opportunity"
		defer w.Inject(fault)()
		if fault.Kind == demo.Hang {
			defer func(limit time.Duration) { w.client.writeTimeout = limit }(w.client.writeTimeout)
			w.client.writeTimeout = 500 * time.Millisecond
		}
		_, err := c.CreateOpportunity(ctx, NewOpportunity{Title: "A", ResponsibleID: anna.ID, StageID: 14, BidCurrency: "EUR"}, theStages)
		return err
	}
}

// lastSent returns an error where the last write was another one.
func lastSent(route, body string) doing {
	return func(_ context.Context, w *world, _ *Caller) error {
		if last := w.sent[len(w.sent)-1]; last != (sentWrite{route, body}) {
			return fmt.Errorf("sent %v", last)
		}
		return nil
	}
}
