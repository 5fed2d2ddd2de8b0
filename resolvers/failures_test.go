package resolvers_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

// deepFields are one of each kind of field that costs a further portal call: the route that is
// made to fail, for one id where the route has one, the query, and the path of
// what must be lost. Each query asks for the same of a second object, which
// must stay.
var deepFields = []struct {
	name, route string
	id          int
	batched     bool // the query's look-ups fit into one batch
	query, path string
}{
	{"opportunity.tags", "crm/opportunity/tag/{id}", 3105, true, `{ opportunitiesByIds(ids: [3105, 3106]) { id tags } }`, `opportunitiesByIds.0.tags`},
	{"opportunity.files", "crm/opportunity/{id}/files", 3105, true, `{ opportunitiesByIds(ids: [3105, 3106]) { id files { id } } }`, `opportunitiesByIds.0.files`},
	{"opportunity.tasks", "crm/task/filter", 0, false, `{ opportunity(id: 3105) { id tasks { nodes { id } } } }`, `opportunity.tasks`},
	{"opportunity.history", "crm/history/filter", 0, false, `{ opportunity(id: 3105) { id history { nodes { id } } } }`, `opportunity.history`},
	{"contact.about", "crm/contact/{id}", 2001, true, `{ opportunitiesByIds(ids: [3105, 3101]) { id contact { id about } } }`, `opportunitiesByIds.0.contact.about`},
	{"contact.tags", "crm/contact/tag/{id}", 2001, true, `{ opportunitiesByIds(ids: [3105, 3101]) { id contact { id tags } } }`, `opportunitiesByIds.0.contact.tags`},
	{"company.persons", "crm/contact/company/{id}/person", 1001, false, `{ a: contact(id: 1001) { ... on Company { id persons { id } } } b: contact(id: 1002) { ... on Company { id persons { id } } } }`, `a.persons`},
	{"contact.company.about", "crm/contact/{id}", 1001, false, `{ opportunity(id: 3105) { id contact { id ... on Person { jobTitle company { displayName about } } } } }`, `opportunity.contact.company.about`},
	{"contact.createBy.email", "people/{guid}", 0, false, `{ contact(id: 2001) { about createBy { displayName email } } }`, `contact.createBy.email`},
	{"task.opportunity.tags", "crm/opportunity/tag/{id}", 3101, false, `{ tasks(first: 1, filter: {opportunity: 3101}) { totalCount nodes { title opportunity { id tags } } } }`, `tasks.nodes.0.opportunity.tags`},
	{"node.tags", "crm/opportunity/tag/{id}", 3101, false, `{ node(nodeId: "T3Bwb3J0dW5pdHk6MzEwMQ") { ... on Opportunity { id tags files { id } } } }`, `node.tags`},
	{"employee.email", "people/{guid}", 0, false, `{ opportunity(id: 3105) { id responsible { displayName email } } }`, `opportunity.responsible.email`},
	{"stage.sortOrder", "crm/opportunity/stage", 0, false, `{ opportunity(id: 3105) { id stage { title sortOrder } } }`, `opportunity.stage.sortOrder`},
	{"stage.opportunities", "crm/opportunity/filter", 0, false, `{ opportunity(id: 3105) { id stage { title opportunities { totalCount } } } }`, `opportunity.stage.opportunities`},
}

var deepFaults = []struct {
	kind    demo.FaultKind
	code    string
	inBatch bool // makes sense for an item of a batch alone
}{
	{demo.ServerError, "UPSTREAM_ERROR", false},
	{demo.HTMLPage, "UPSTREAM_BAD_RESPONSE", false},
	{demo.Truncated, "UPSTREAM_BAD_RESPONSE", false},
	{demo.WrongShape, "UPSTREAM_BAD_RESPONSE", false},
	{demo.Hang, "UPSTREAM_TIMEOUT", false},
	{demo.ServerError, "UPSTREAM_ERROR", true},
	{demo.Truncated, "UPSTREAM_BAD_RESPONSE", true},
	{demo.BatchNullItem, "UPSTREAM_BAD_RESPONSE", true},
	{demo.BatchDoubled, "", true}, // the items are asked for one by one then
}

// TestPartialFailure makes the call behind each deep field fail in each way: it
// must cost that field, at its path, with the right code, and nothing else.
func TestPartialFailure(t *testing.T) {
	t.Parallel()
	for _, field := range deepFields {
		well := newAPI(t).ask(t, field.query, nil)
		for _, fault := range deepFaults {
			if fault.inBatch && !field.batched {
				continue
			}
			t.Run(fmt.Sprintf("%s/%s/batch=%v", field.name, fault.kind, fault.inBatch), func(t *testing.T) {
				t.Parallel()
				a := newAPI(t, func(o *upstream.Options) {
					o.Retries = -1
					if fault.kind == demo.Hang {
						o.CallTimeout = callTimeout
					}
					if fault.inBatch {
						o.RequestCalls = 1
					}
				})
				a.portal.Inject(demo.Fault{Kind: fault.kind, Route: field.route, ID: field.id})
				got := parse(t, a.ask(t, field.query, nil))
				want := parse(t, well)
				if fault.code != "" {
					lose(t, want["data"], strings.Split(field.path, "."))
				}
				if gotData, wantData := text(t, got["data"]), text(t, want["data"]); gotData != wantData {
					t.Errorf("data\n%s\nwant\n%s", gotData, wantData)
				}
				errs, _ := got["errors"].([]any)
				if fault.code == "" {
					if len(errs) != 0 {
						t.Errorf("errors %s", text(t, errs))
					}
					return
				}
				if len(errs) != 1 {
					t.Fatalf("%d errors, want 1: %s", len(errs), text(t, errs))
				}
				e := errs[0].(map[string]any)
				path := strings.NewReplacer("[", "", "]", "", `"`, "", ",", ".").Replace(text(t, e["path"]))
				if code := e["extensions"].(map[string]any)["code"]; path != field.path || code != fault.code {
					t.Errorf("error %v at %s, want %s at %s", code, path, fault.code, field.path)
				}
			})
		}
	}
}

// rootCalls are the root fields that take a portal call, with its route.
var rootCalls = map[string]struct{ route, selected string }{
	"opportunities":          {"crm/opportunity/filter", "(first: 2) { nodes { id } }"},
	"contacts":               {"crm/contact/filter", "(first: 2) { nodes { id } }"},
	"tasks":                  {"crm/task/filter", "(first: 2) { nodes { id } }"},
	"history":                {"crm/history/filter", "(first: 2) { nodes { id } }"},
	"stages":                 {"crm/opportunity/stage", "{ id }"},
	"customFieldDefinitions": {"crm/opportunity/customfield/definitions", "{ id }"},
	"opportunityTags":        {"crm/opportunity/tag", "{ title }"},
	"currencies":             {"crm/settings/currency", "{ abbreviation }"},
	"stage":                  {"crm/opportunity/stage", "(id: 14) { id }"},
	"contactTags":            {"crm/contact/tag", "{ title }"},
	"contactStatuses":        {"crm/contact/status", "{ id }"},
	"contactTypes":           {"crm/contact/type", "{ id }"},
	"taskCategories":         {"crm/task/category", "{ id }"},
	"historyCategories":      {"crm/history/category", "{ id }"},
	"employees":              {"people/filter", "{ id }"},
	"viewer":                 {"people/@self", "{ id }"},
}

// TestRootFieldsFailAlone has the call of one root field fail beside an opportunity
// and another list: it costs that field alone.
func TestRootFieldsFailAlone(t *testing.T) {
	t.Parallel()
	for _, field := range servedSchema.Query.Fields {
		if _, known := rootCalls[field.Name]; !known && field.Directives.ForName("cost") != nil {
			t.Errorf("%s has no case here", field.Name)
		}
	}
	for name, field := range rootCalls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			other := "currencies { title }"
			if name == "currencies" {
				other = "taskCategories { title }"
			}
			query := "{ opportunity(id: 3101) { id title } lost: " + name + field.selected + " " + other + " }"
			a := newAPI(t, func(o *upstream.Options) { o.Retries = -1 })
			want := parse(t, a.ask(t, query, nil))
			if want["errors"] != nil || want["data"].(map[string]any)["lost"] == nil {
				t.Fatalf("%s", text(t, want))
			}
			want["data"].(map[string]any)["lost"] = nil
			a.portal.Inject(demo.Fault{Kind: demo.ServerError, Route: field.route})
			got := parse(t, a.ask(t, query, nil))
			if gotData, wantData := text(t, got["data"]), text(t, want["data"]); gotData != wantData {
				t.Errorf("data\n%s\nwant\n%s", gotData, wantData)
			}
			errs, _ := got["errors"].([]any)
			if len(errs) != 1 || text(t, errs[0].(map[string]any)["path"]) != `["lost"]` {
				t.Errorf("errors %s", text(t, got["errors"]))
			}
		})
	}
}

func parse(t *testing.T, answer string) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(answer), &v); err != nil {
		t.Fatalf("%v: %s", err, answer)
	}
	return v
}

func text(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// lose sets what is at path to null.
func lose(t *testing.T, v any, path []string) {
	t.Helper()
	switch v := v.(type) {
	case []any:
		var i int
		if _, err := fmt.Sscan(path[0], &i); err != nil {
			t.Fatal(err)
		}
		lose(t, v[i], path[1:])
	case map[string]any:
		if _, ok := v[path[0]]; !ok {
			t.Fatalf("nothing at %v in %v", path, v)
		}
		if len(path) == 1 {
			v[path[0]] = nil
			return
		}
		lose(t, v[path[0]], path[1:])
	default:
		t.Fatalf("nothing at %v", path)
	}
}
