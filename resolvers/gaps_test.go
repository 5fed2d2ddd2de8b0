package resolvers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/resolvers"
	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

// TestIDsAreCanonical takes each id in one spelling, wherever ids are taken.
func TestIDsAreCanonical(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	for _, query := range []string{
		`query($id: ID!) { it: opportunity(id: $id) { id } }`,
		`query($id: ID!) { it: opportunitiesByIds(ids: [$id]) { id } }`,
		`query($id: ID!) { it: contact(id: $id) { id } }`,
		`query($id: ID!) { it: stage(id: $id) { id } }`,
		`query($id: ID!) { it: opportunities(filter: {stages: [$id]}) { totalCount } }`,
		`query($id: ID!) { it: opportunities(filter: {contact: $id}) { totalCount } }`,
		`query($id: ID!) { it: contacts(filter: {status: $id}) { totalCount } }`,
		`query($id: ID!) { it: contacts(filter: {type: $id}) { totalCount } }`,
		`query($id: ID!) { it: tasks(filter: {category: $id}) { totalCount } }`,
		`query($id: ID!) { it: tasks(filter: {opportunity: $id}) { totalCount } }`,
		`query($id: ID!) { it: tasks(filter: {contact: $id}) { totalCount } }`,
		`query($id: ID!) { it: history(filter: {category: $id}) { totalCount } }`,
		`query($id: ID!) { it: history(filter: {opportunity: $id}) { totalCount } }`,
	} {
		for _, id := range []string{"01234", "+1234", " 1234", "1234 ", "1234.0", "1_234", "0x4d2", "00", "-01234", "-+1234", "- 1234", "１２３４", ""} {
			answer := a.ask(t, query, map[string]any{"id": id})
			if strings.Count(answer, `"code":"BAD_USER_INPUT"`) != 1 {
				t.Errorf("%s with %q: %s", query, id, answer)
			}
		}
	}
	a.expectCalls(t, map[string]int{})
}

// TestPortal asks where the portal is, with a credential and without: no call is made.
func TestPortal(t *testing.T) {
	t.Parallel()
	client := upstream.New(upstream.Options{URL: &url.URL{Scheme: "https", Host: "crm.example.com"}})
	t.Cleanup(client.Close)
	a := &api{handler: newHandler(resolvers.New(client, resolvers.Options{Portal: upstream.Portal{URL: "https://crm.example.com/office"}}))}
	a.expect(t, `{ portal { url version } stages { id } }`, nil, `{"errors":[{"message":"The portal does not know this caller. Send a valid portal token in the Authorization header, or the portal's asc_auth_key cookie.","path":["stages"],"extensions":{"code":"UNAUTHENTICATED","requestId":"test","retryable":false}}],"data":{"portal":{"url":"https://crm.example.com/office","version":null},"stages":null}}`)
}

// TestPortalVersion asks for the version that another request, or a probe, learned.
func TestPortalVersion(t *testing.T) {
	t.Parallel()
	portal := demo.New()
	t.Cleanup(func() { _ = portal.Close() })
	server := httptest.NewServer(portal)
	t.Cleanup(server.Close)
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	for version, want := range map[string]string{"12.7.0": `"12.7.0"`, "11.5.1": `"11.5.1"`, "8.9.1": `null`} {
		if err := portal.SetVersion(version); err != nil {
			t.Fatal(err)
		}
		client := upstream.New(upstream.Options{URL: address})
		t.Cleanup(client.Close)
		client.LearnVersion(t.Context())
		a := &api{handler: newHandler(resolvers.New(client, resolvers.Options{}))}
		portal.ResetCalls()
		a.expect(t, `{ portal { version } }`, nil, `{"data":{"portal":{"version":`+want+`}}}`)
		if calls := portal.Calls(); len(calls) > 0 {
			t.Errorf("%s: it cost %v", version, calls)
		}
	}
}

// TestContactTypes filters by each type that the portal lists: as many contacts as
// it counts.
func TestContactTypes(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	for list, filter := range map[string]string{"contactTypes": "type", "contactStatuses": "status"} {
		answer := parse(t, a.ask(t, "{ all: "+list+" { id title sortOrder relativeItemsCount } }", nil))
		all, _ := answer["data"].(map[string]any)["all"].([]any)
		if len(all) < 3 {
			t.Fatalf("%s: %s", list, text(t, answer))
		}
		for _, item := range all {
			item := item.(map[string]any)
			got := parse(t, a.ask(t, fmt.Sprintf("{ contacts(filter: {%s: %v}) { totalCount } }", filter, item["id"]), nil))
			want := fmt.Sprintf(`{"contacts":{"totalCount":%v}}`, item["relativeItemsCount"])
			if text(t, got["data"]) != want {
				t.Errorf("%s %v: %s, not %s", list, item, text(t, got), want)
			}
		}
	}
}

// TestCountsOfCategories has the counts in the lists alone.
func TestCountsOfCategories(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	answer := a.ask(t, `{ taskCategories { relativeItemsCount } historyCategories { relativeItemsCount } }`, nil)
	if strings.Contains(answer, "null") || !strings.Contains(answer, `"relativeItemsCount":0`) && !strings.Contains(answer, `"relativeItemsCount":1`) {
		t.Error(answer)
	}
	a.expect(t, `{ tasks(first: 1) { nodes { category { relativeItemsCount } } } }`, nil, `{"data":{"tasks":{"nodes":[{"category":{"relativeItemsCount":null}}]}}}`)
}

// TestTasksOfContacts counts the open tasks of those who come in a list.
func TestTasksOfContacts(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	answer := parse(t, a.ask(t, `{ contacts(first: 100) { nodes { id taskCount haveLateTasks } } }`, nil))
	busy, late := 0, 0
	for _, node := range objectWith(answer["data"], "nodes")["nodes"].([]any) {
		node := node.(map[string]any)
		count, known := node["taskCount"].(float64)
		isLate, knownToo := node["haveLateTasks"].(bool)
		if !known || !knownToo {
			t.Fatalf("%v", node)
		}
		if count == 0 {
			continue
		}
		busy++
		if isLate {
			late++
		}
		got := text(t, parse(t, a.ask(t, fmt.Sprintf("{ tasks(first: 100, filter: {contact: %v, isClosed: false}) { nodes { id } } }", node["id"]), nil))["data"])
		if open := strings.Count(got, `"id"`); open < int(count) { // of a company, its persons' too
			t.Errorf("%v: %d open tasks", node, open)
		}
	}
	if busy == 0 || late == 0 {
		t.Errorf("%d have tasks, %d late ones", busy, late)
	}
}

// sends is a portal that answers everything with one body.
func sends(body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(body))
	})
}

// TestNumbersBeyond32Bits has every number that the schema calls Int be too large
// for one: it costs the field whose call brought it. Sizes may be large.
func TestNumbersBeyond32Bits(t *testing.T) {
	t.Parallel()
	envelope := func(response string) string { return `{"status":0,"total":1,"response":` + response + `}` }
	for name, test := range map[string]struct{ query, body, lost string }{
		"perPeriodValue":     {`{ it: opportunity(id: 7) { perPeriodValue } }`, envelope(`{"id":7,"perPeriodValue":BIG}`), "it"},
		"successProbability": {`{ it: opportunities { nodes { successProbability } } }`, envelope(`[{"id":7,"successProbability":BIG}]`), "it"},
		"totalCount":         {`{ it: opportunities { totalCount nodes { id } } }`, `{"status":0,"total":BIG,"response":[{"id":7}]}`, "it"},
		"relativeItemsCount": {`{ it: opportunityTags { title relativeItemsCount } }`, envelope(`[{"title":"a","relativeItemsCount":BIG}]`), "it"},
		"sortOrder":          {`{ it: taskCategories { sortOrder } }`, envelope(`[{"id":1,"sortOrder":BIG}]`), "it"},
		"position":           {`{ it: customFieldDefinitions { position } }`, envelope(`[{"id":1,"position":BIG}]`), "it"},
		"alertValue":         {`{ it: tasks { nodes { alertValue } } }`, envelope(`[{"id":1,"alertValue":BIG}]`), "it"},
		"taskCount":          {`{ it: contacts { nodes { taskCount } } }`, envelope(`[{"id":1,"taskCount":BIG}]`), "it"},
		"personsCount":       {`{ it: contact(id: 1) { ... on Company { personsCount } } }`, envelope(`{"id":1,"isCompany":true,"personsCount":BIG}`), "it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, big := range []string{"2147483648", "5326545745", "-2147483649", "99999999999999999999"} {
				a := serveAPI(t, newAPI(t).portal, sends(strings.ReplaceAll(test.body, "BIG", big)))
				answer := parse(t, a.ask(t, test.query, nil))
				errs, _ := answer["errors"].([]any)
				if len(errs) != 1 || !strings.Contains(text(t, errs), `"code":"UPSTREAM_BAD_RESPONSE"`) || text(t, answer["data"]) != `{"it":null}` {
					t.Errorf("%s: %s", big, text(t, answer))
				}
			}
			a := serveAPI(t, newAPI(t).portal, sends(strings.ReplaceAll(test.body, "BIG", "2147483647")))
			if answer := a.ask(t, test.query, nil); strings.Contains(answer, "errors") || name != "totalCount" && !strings.Contains(answer, "2147483647") {
				t.Errorf("the largest: %s", answer)
			}
		})
	}
}

// TestOnlySizesAreFloats shows that no other number goes beyond an Int.
func TestOnlySizesAreFloats(t *testing.T) {
	t.Parallel()
	for _, definition := range graph.NewExecutableSchema(graph.Config{}).Schema().Types {
		for _, field := range definition.Fields {
			if definition.IsLeafType() || definition.BuiltIn || field.Type.Name() != "Float" {
				continue
			}
			if definition.Name != "File" || field.Name != "pureContentLength" {
				t.Errorf("%s.%s is a Float", definition.Name, field.Name)
			}
		}
	}
}

func TestFileSizes(t *testing.T) {
	t.Parallel()
	size := func(n string) string {
		portal := newAPI(t).portal
		files := sends(`{"status":0,"response":[{"id":1,"title":"a","pureContentLength":` + n + `}]}`)
		a := serveAPI(t, portal, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Path, "/files") {
				files.ServeHTTP(w, r)
				return
			}
			portal.ServeHTTP(w, r)
		}))
		a.selections = "none"
		slow := a.ask(t, `{ opportunity(id: 3101) { files { pureContentLength } } }`, nil)
		a.selections = ""
		if diff := cmp.Diff(slow, a.ask(t, `{ opportunity(id: 3101) { files { pureContentLength } } }`, nil)); diff != "" {
			t.Errorf("with compiled selections and without:\n%s", diff)
		}
		return slow
	}
	for _, n := range []string{"0", "188621", "2147483648", "5326545745", "9007199254740992"} {
		if got, want := size(n), `{"data":{"opportunity":{"files":[{"pureContentLength":`+n+`}]}}}`; got != want {
			t.Errorf("%s, not %s", got, want)
		}
	}
	for _, n := range []string{"9007199254740993", "1e3", "1.5"} {
		if got := size(n); !strings.Contains(got, "UPSTREAM_BAD_RESPONSE") || !strings.Contains(got, `"files":null`) {
			t.Errorf("%s: %s", n, got)
		}
	}
}
