package upstream

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sentWrite is a write as the portal saw it, by itself or in a batch.
type sentWrite struct {
	route string // its verb and path, with "{}" for each number
	body  string
}

var (
	numbers     = regexp.MustCompile(`/\d+`)
	routeSuffix = regexp.MustCompile(`\.json(\?.*)?$`)
)

// sentWrites returns the writes of a request, whose body stays to be read.
func sentWrites(r *http.Request) []sentWrite {
	data, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(data))
	write := func(method, target, body string) sentWrite {
		path := routeSuffix.ReplaceAllString(strings.TrimPrefix(target, apiRoot), "")
		return sentWrite{method + " " + numbers.ReplaceAllString(path, "/{}"), body}
	}
	form, err := url.ParseQuery(string(data))
	if list := form.Get("batch"); err == nil && list != "" {
		var items []batchItem
		_ = json.Unmarshal([]byte(list), &items)
		var writes []sentWrite
		for _, it := range items {
			if it.Method != "" && it.Method != http.MethodGet {
				writes = append(writes, write(it.Method, it.RelativeURL, it.Body))
			}
		}
		return writes
	}
	return []sentWrite{write(r.Method, r.URL.RequestURI(), string(data))}
}

// routesOfWrites are all that the client changes something by.
var routesOfWrites = []string{
	"DELETE crm/contact/{}", "DELETE crm/contact/{}/data/{}", "DELETE crm/contact/{}/tag", "DELETE crm/history/{}",
	"DELETE crm/opportunity/{}", "DELETE crm/opportunity/{}/contact/{}", "DELETE crm/opportunity/{}/tag", "DELETE crm/task/{}",
	"POST crm/company/{}/customfield/{}", "POST crm/contact/company", "POST crm/contact/person", "POST crm/contact/{}/data",
	"POST crm/contact/{}/tag", "POST crm/history", "POST crm/opportunity", "POST crm/opportunity/{}/contact/{}",
	"POST crm/opportunity/{}/customfield/{}", "POST crm/opportunity/{}/tag", "POST crm/person/{}/customfield/{}", "POST crm/task",
	"PUT crm/contact/company/{}", "PUT crm/contact/person/{}", "PUT crm/contact/{}/data/{}", "PUT crm/contact/{}/status",
	"PUT crm/opportunity/{}", "PUT crm/opportunity/{}/access", "PUT crm/opportunity/{}/stage/{}",
	"PUT crm/task/{}", "PUT crm/task/{}/close", "PUT crm/task/{}/reopen",
}

// methodsThatRead are those of a caller that change nothing in the CRM; all others are in
// everyWrite.
var methodsThatRead = strings.Fields(`
	AtPortal CanSortByID CannotSortByID Calls Changes Close ContactStatuses ContactTags ContactTypes Contacts Currencies
	CustomFieldDefinitions Digest DoubtSortByID Emails Employees Files Group HistoryCategories IsKnown ListContacts
	ListEmployees ListHistory ListOpportunities ListTasks Missing Note Observe Opportunities OpportunityTags Persons
	Self SelfOf SignIn SignedIn Stages Tags TagsOfContacts Task TaskCategories
`)

// writing is a method of a caller that changes something.
type writing struct {
	method string
	do     func() error
}

// everyWrite has each of them called, in an order in which they can be.
func everyWrite(ctx context.Context, w *world, c *Caller) []writing {
	var person, company, task, event, opportunity, info int
	return []writing{
		{"CreateOpportunity", func() error {
			o, err := c.CreateOpportunity(ctx, NewOpportunity{Title: "A", ResponsibleID: anna.ID, StageID: 14, BidCurrency: "EUR", Tags: []string{"b"}}, theStages)
			if err == nil {
				opportunity = o.ID
			}
			return err
		}},
		{"UpdateOpportunity", func() error { return update(OpportunityChanges{ID: opportunity, Title: Set("B")})(ctx, w, c) }},
		{"MoveOpportunity", func() error { return move(opportunity, 18)(ctx, w, c) }},
		{"SetOpportunityAccess", func() error {
			_, err := c.SetOpportunityAccess(ctx, AccessChange{ID: opportunity, IsPrivate: true}, nil)
			return err
		}},
		{"AddOpportunityMembers", func() error { return addMembers(opportunity, 1003)(ctx, w, c) }},
		{"RemoveOpportunityMembers", func() error {
			_, err := c.RemoveOpportunityMembers(ctx, opportunity, []int{1003})
			return err
		}},
		{"SetOpportunityFields", func() error { return setFields(opportunity, FieldValue{72, ptr("x")})(ctx, w, c) }},
		{"AddTags", func() error { return tag(opportunity, "c")(ctx, w, c) }},
		{"RemoveTags", func() error { _, err := c.RemoveTags(ctx, TagOpportunity, opportunity, []string{"c"}); return err }},
		{"CreateTask", func() error {
			made, err := c.CreateTask(ctx, NewTask{Title: "A", ResponsibleID: anna.ID, CategoryID: 21, DeadLine: midnight(2026, 3, 1), OpportunityID: opportunity}, nil)
			if err == nil {
				task = made.ID
			}
			return err
		}},
		{"UpdateTask", func() error { return updateTask(TaskChanges{ID: task, Title: Set("B")})(ctx, w, c) }},
		{"CloseTask", func() error { _, err := c.CloseTask(ctx, task); return err }},
		{"ReopenTask", func() error { _, err := c.ReopenTask(ctx, task); return err }},
		{"DeleteTask", func() error { return c.DeleteTask(ctx, task) }},
		{"CreateNote", func() error {
			made, err := c.CreateNote(ctx, NewNote{OpportunityID: opportunity, CategoryID: 41, Content: "A"}, nil)
			if err == nil {
				event = made.ID
			}
			return err
		}},
		{"DeleteHistoryEvent", func() error { return c.DeleteHistoryEvent(ctx, event) }},
		{"DeleteOpportunity", func() error { return c.DeleteOpportunity(ctx, opportunity, "") }},
		{"CreateContact", func() error {
			made, err := c.CreateContact(ctx, NewContact{FirstName: "A", LastName: "B"}, nil)
			if err == nil {
				person = made.ID
			}
			return err
		}},
		{"CreateContact", func() error {
			made, err := c.CreateContact(ctx, NewContact{IsCompany: true, CompanyName: "A", PersonIDs: []int{person}}, nil)
			if err == nil {
				company = made.ID
			}
			return err
		}},
		{"SetContactStatus", func() error { _, err := c.SetContactStatus(ctx, StatusChange{person, "", 52}, nil); return err }},
		{"UpdateContact", func() error { return updatePerson(ContactChanges{ID: person, JobTitle: Set("A")})(ctx, w, c) }},
		{"UpdateContact", func() error {
			_, err := c.UpdateContact(ctx, ContactChanges{IsCompany: true, ID: company, About: Set("A")}, nil)
			return err
		}},
		{"SetContactFields", func() error {
			_, err := c.SetContactFields(ctx, FieldChanges{ID: person, Values: []FieldValue{{83, ptr("Growth")}}}, nil)
			if err == nil {
				_, err = c.SetContactFields(ctx, FieldChanges{ID: company, Values: []FieldValue{{83, ptr("Growth")}}}, nil)
			}
			return err
		}},
		{"AddTags", func() error { _, err := c.AddTags(ctx, TagContact, person, []string{"a"}); return err }},
		{"RemoveTags", func() error { _, err := c.RemoveTags(ctx, TagContact, person, []string{"a"}); return err }},
		{"AddContactInfo", func() error {
			_, made, err := c.AddContactInfo(ctx, person, NewContactInfo{InfoType: InfoEmail, Category: InfoWork, Data: "a@nordfrakt.example"})
			if err == nil {
				info = made.ID
			}
			return err
		}},
		{"UpdateContactInfo", func() error {
			_, _, err := c.UpdateContactInfo(ctx, ContactInfoChanges{ContactID: person, ID: info, Data: Set("b@nordfrakt.example")})
			return err
		}},
		{"DeleteContactInfo", func() error { _, err := c.DeleteContactInfo(ctx, person, info); return err }},
		{"DeleteContact", func() error { return c.DeleteContact(ctx, person, "") }},
	}
}

// never returns an act that writes in every way there is, and an error where that uses one
// of the routes, or says of none which thing it changes.
func never(routes ...string) doing {
	return func(ctx context.Context, w *world, c *Caller) error {
		for _, write := range everyWrite(ctx, w, c) {
			if err := write.do(); err != nil {
				return fmt.Errorf("%s: %w", write.method, err)
			}
		}
		for _, sent := range w.sent {
			if slices.Contains(routes, sent.route) || !strings.HasPrefix(sent.route, "POST ") && !strings.Contains(sent.route, "{}") {
				return fmt.Errorf("it was sent: %s", sent.route)
			}
		}
		return nil
	}
}

// TestRoutesOfWrites calls every method that changes something, by every route of it.
func TestRoutesOfWrites(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.before = w.Rows()
	caller := w.client.For(Credentials{Authorization: w.TokenOf(admin + "@fennmark.example")})
	defer caller.Close()
	known := slices.Clone(methodsThatRead)
	for _, write := range everyWrite(t.Context(), w, caller) {
		known = append(known, write.method)
		if err := write.do(); err != nil {
			t.Errorf("%s: %v", write.method, err)
		}
	}
	for method := range reflect.TypeFor[*Caller]().Methods() {
		if !slices.Contains(known, method.Name) {
			t.Errorf("%s is called by no test of what is sent", method.Name)
		}
	}
	var routes []string
	for _, sent := range w.sent {
		routes = append(routes, sent.route)
	}
	slices.Sort(routes)
	if diff := cmp.Diff(routesOfWrites, slices.Compact(routes)); diff != "" {
		t.Errorf("routes (-want +got):\n%s", diff)
	}
}
