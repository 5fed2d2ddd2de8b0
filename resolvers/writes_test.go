package resolvers_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/internal/request"
	"onlyoffice-graphql/resolvers"
	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

// wholeOpportunity is all that a write could spoil.
const wholeOpportunity = `id title description createBy { id } created responsible { id } contact { id } members { id } bidType bidValue
	bidCurrency { abbreviation } perPeriodValue stage { id } successProbability actualCloseDate expectedCloseDate isPrivate
	accessList { id } customFields { fieldId fieldValue } tags tasks { totalCount } history { nodes { id } }`

// TestPartialUpdate names one value, by a literal, by variables that leave others out,
// and by null: all others stay as they are.
func TestPartialUpdate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		document  string
		variables map[string]any
		changed   map[string]any
	}{
		"literal": {
			`mutation { updateOpportunity(input: {id: 3101, bidValue: "0.5"}) { userErrors { code } } }`,
			nil,
			map[string]any{"bidValue": "0.5"},
		},
		"variables that are left out": {
			`mutation($title: String, $description: String, $list: [ID!], $day: DateTime) {
				updateOpportunity(input: {id: 3101, title: $title, description: $description, accessListIds: $list, expectedCloseDate: $day}) { userErrors { code } }
			}`,
			map[string]any{"title": "Fleet"},
			map[string]any{"title": "Fleet"},
		},
		"an input as a variable": {
			`mutation($input: UpdateOpportunityInput!) { updateOpportunity(input: $input) { userErrors { code } } }`,
			map[string]any{"input": map[string]any{"id": "3101", "description": nil}},
			map[string]any{"description": ""},
		},
		"nothing": {`mutation { updateOpportunity(input: {id: 3101}) { userErrors { code } } }`, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAPI(t)
			read := func() map[string]any {
				var answer struct {
					Data struct{ Opportunity map[string]any }
				}
				if err := json.Unmarshal([]byte(a.ask(t, `{ opportunity(id: 3101) { `+wholeOpportunity+` } }`, nil)), &answer); err != nil {
					t.Fatal(err)
				}
				return answer.Data.Opportunity
			}
			want := read()
			maps.Copy(want, test.changed)
			a.expect(t, test.document, test.variables, `{"data": {"updateOpportunity": {"userErrors": []}}}`)
			if diff := cmp.Diff(want, read()); diff != "" || len(want) < 20 {
				t.Errorf("all (-want +got):\n%s", diff)
			}
		})
	}
}

// TestMutationsInOrder has two fields change one thing: the second sees what the first
// has done, and so does what is looked up below it, in whichever way plain data is written.
func TestMutationsInOrder(t *testing.T) {
	t.Parallel()
	for _, selections := range []string{"", "none", "kept"} {
		a := newAPI(t)
		a.selections = selections
		a.expect(t, inOrder, nil, wantInOrder)
	}
}

const (
	inOrder = `mutation {
		first: addTags(input: {entity: OPPORTUNITY, id: 3103, tags: ["one"]}) { opportunity { title tags } }
		bad: moveOpportunity(input: {id: 3103, stageId: 999}) { userErrors { field code } }
		second: updateOpportunity(input: {id: 3103, bidCurrency: "EUR", title: "Lead"}) { opportunity { title tags } }
		third: removeTags(input: {entity: OPPORTUNITY, id: 3103, tags: ["one"]}) { opportunity { title tags } }
	}`
	wantInOrder = `{"data": {
		"first": {"opportunity": {"title": "Untitled lead", "tags": ["one"]}},
		"bad": {"userErrors": [{"field": ["stageId"], "code": "NOT_FOUND"}]},
		"second": {"opportunity": {"title": "Lead", "tags": ["one"]}},
		"third": {"opportunity": {"title": "Lead", "tags": []}}
	}}`
)

// TestReportOfWrites tells the portal calls of a mutation with their methods.
func TestReportOfWrites(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	got := a.askForReport(t, `mutation { updateTask(input: {id: 604, title: "A"}) { task { id } } addTags(input: {entity: CONTACT, id: 2001, tags: ["a"]}) { tags } }`,
		http.Header{"Authorization": {demo.Token}, resolvers.ReportHeader: {"1"}}, nil)
	for _, want := range []string{
		`{"route":"GET crm/task/{id}","status":200,`, `"reasons":["a mutation reads what it changes or depends on"]`,
		`{"route":"PUT crm/task/{id}","status":200,`, `"reasons":["a mutation changes something"]`, `{"route":"POST batch","items":{"crm/contact/tag/{id}":1,"crm/contact/{id}/tag":1}`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in %s", want, got)
		}
	}
}

// hears is an API with other options, and what it tells of writes.
func hears(t *testing.T, options resolvers.Options, change ...func(*upstream.Options)) (a *api, heard func() []request.Write) {
	t.Helper()
	var mu sync.Mutex
	var all []request.Write
	options.Wrote = func(w request.Write) {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, w)
	}
	portal := demo.New()
	return apiWith(t, portal, portal, options, change...), func() []request.Write {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(all)
	}
}

// TestWhoMayWrite has every mode, with a credential of the caller's own, with the
// fallback alone, and with none.
func TestWhoMayWrite(t *testing.T) {
	t.Parallel()
	fallback := upstream.Credentials{Authorization: demo.Token}
	for name, test := range map[string]struct {
		mode     resolvers.WriteMode
		fallback upstream.Credentials
		token    string
		want     string // part of the answer
	}{
		"off, own":      {resolvers.WritesOff, upstream.Credentials{}, demo.Token, `mutations are switched off. Its operator can let them be, with --writes (WRITES).`},
		"own, own":      {resolvers.WritesOwn, fallback, demo.Token, `{"data":`},
		"own, fallback": {resolvers.WritesOwn, fallback, "", `Send the portal's token in the Authorization header, or let the operator set --writes (WRITES) to on.`},
		"own, none":     {resolvers.WritesOwn, upstream.Credentials{}, "", `"code":"UNAUTHENTICATED"`},
		"on, fallback":  {resolvers.WritesOn, fallback, "", `{"data":`},
		"on, none":      {resolvers.WritesOn, upstream.Credentials{}, "", `"code":"UNAUTHENTICATED"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, heard := hears(t, resolvers.Options{Writes: test.mode, Fallback: test.fallback})
			a.token = test.token
			got := a.ask(t, `mutation { closeTask(input: {id: 628}) { task { id } } }`, nil)
			written := strings.HasPrefix(test.want, `{`)
			if !strings.Contains(got, test.want) || written == strings.Contains(got, `"outcome":"NOT_DONE"`) || written != (a.portal.Calls()["PUT crm/task/{id}/close"] == 1) {
				t.Errorf("got %s", got)
			}
			outcome := upstream.NotDone
			if written {
				outcome = upstream.Done
			}
			if diff := cmp.Diff([]request.Write{{RequestID: "test", Mutation: "closeTask", ID: 628, Outcome: outcome}}, heard()); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
		})
	}
}
