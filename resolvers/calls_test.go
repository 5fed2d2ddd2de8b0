package resolvers_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

// firstID starts a run of more than 100 opportunities without a gap.
const firstID = 3163

// aliases asks for the ids from firstID on, round and round, under so many aliases.
func aliases(fields, ids int) string {
	var query strings.Builder
	query.WriteString("{")
	for i := range fields {
		fmt.Fprintf(&query, " a%d: opportunity(id: %d) { id }", i, firstID+i%ids)
	}
	return query.String() + " }"
}

func aliasesAnswer(fields, ids int) string {
	var answer strings.Builder
	for i := range fields {
		fmt.Fprintf(&answer, `,"a%d":{"id":"%d"}`, i, firstID+i%ids)
	}
	return `{"data":{` + answer.String()[1:] + `}}`
}

func byIDs(ids int) string {
	var list []string
	for i := range ids {
		list = append(list, fmt.Sprint(firstID+i))
	}
	return "{ opportunitiesByIds(ids: [" + strings.Join(list, ",") + "]) { id } }"
}

func byIDsAnswer(ids int) string {
	var list []string
	for i := range ids {
		list = append(list, fmt.Sprintf(`{"id":"%d"}`, firstID+i))
	}
	return `{"data":{"opportunitiesByIds":[` + strings.Join(list, ",") + `]}}`
}

// everything is every documented field of an opportunity.
const everything = `
	id title description created actualCloseDate expectedCloseDate
	createBy { ...E } responsible { ...E } accessList { ...E }
	contact { ...C } members { ...C }
	bidType bidValue bidCurrency { ...M } perPeriodValue totalValue
	stage { id nodeId title description color successProbability stageType }
	successProbability isPrivate canEdit nodeId
	customFields(headings: true) { id fieldId entityId label fieldValue fieldType position mask options }`

// everythingInLists leaves the headings out, which lists do not have.
var everythingInLists = strings.ReplaceAll(everything, "(headings: true)", "")

// cards is a board whose cards say much.
const cards = `{ opportunities(first: 100) { nodes { id tags
	contact { email ... on Person { company { displayName } } ... on Company { companyName } }
	history(first: 3) { nodes { plainText } } } } }`

const fragments = `
	fragment E on Employee { id nodeId displayName title avatarSmall profileUrl }
	fragment M on Currency { title symbol abbreviation cultureName isConvertable isBasic }
	fragment C on Contact {
		__typename id nodeId displayName smallFotoUrl mediumFotoUrl isCompany isPrivate isShared shareType
		currency { ...M } accessList { ...E } canEdit canDelete
	}`

// TestCalls holds what queries cost at the portal, exactly.
func TestCalls(t *testing.T) {
	t.Parallel()
	get := func(n int) map[string]int { return map[string]int{oneGet: n} }
	batch := func(n int) map[string]int { return map[string]int{onePost: n} }
	tests := []struct {
		name   string
		limit  int
		query  string
		answer string // "" where only the calls matter
		calls  map[string]int
		items  int // asked for within batches
	}{
		{"one, every documented field", 24, `{ opportunity(id: 3101) {` + everything + `} }` + fragments, "", get(1), 0},
		{"one, with the place of its stage", 24, `{ opportunity(id: 3101) { stage { sortOrder } } }`, "", map[string]int{oneGet: 1, stageGet: 1}, 0},
		{"20 with the places of their stages", 24, strings.ReplaceAll(aliases(20, 20), "{ id }", "{ stage { sortOrder } }"), "", map[string]int{oneGet: 20, stageGet: 1}, 0},
		{"50 aliases of one id", 24, aliases(50, 1), aliasesAnswer(50, 1), get(1), 0},
		{"50 aliases of one id, limit 1", 1, aliases(50, 1), aliasesAnswer(50, 1), get(1), 0},
		{"50 aliases of 20 ids", 24, aliases(50, 20), aliasesAnswer(50, 20), get(20), 0},
		{"50 aliases of 20 ids, limit 1", 1, aliases(50, 20), aliasesAnswer(50, 20), batch(1), 20},
		{"50 aliases of 20 ids, limit 8", 8, aliases(50, 20), aliasesAnswer(50, 20), batch(8), 20},
		{"20 ids in one field, limit 1", 1, byIDs(20), byIDsAnswer(20), batch(1), 20},
		{"26 ids, limit 1", 1, byIDs(26), byIDsAnswer(26), batch(2), 26},
		{"100 ids", 24, byIDs(100), byIDsAnswer(100), batch(24), 100},
		{"100 ids, limit 1", 1, byIDs(100), byIDsAnswer(100), batch(4), 100},
		{"24 ids and one more", 24, byIDs(25), byIDsAnswer(25), map[string]int{oneGet: 23, onePost: 1}, 2},
		{
			"the same ids by alias and in a list, limit 1", 1, `{ opportunity(id: 3105) { id } opportunitiesByIds(ids: [3105, 3106, 3105]) { id } }`,
			`{"data":{"opportunity":{"id":"3105"},"opportunitiesByIds":[{"id":"3105"},{"id":"3106"},{"id":"3105"}]}}`, batch(1), 2,
		},
		{"100 opportunities with every documented field", 24, `{ opportunities(first: 100) { nodes {` + everythingInLists + `} } }` + fragments, "", map[string]int{listGet: 1}, 0},
		{"100 opportunities with tags", 24, `{ opportunities(first: 100) { nodes { tags } } }`, "", map[string]int{listGet: 1, onePost: 24}, 0},
		{"100 opportunities with tags, limit 1", 1, `{ opportunities(first: 100) { edges { node { tags } } nodes { tags } } }`, "", map[string]int{listGet: 1, onePost: 4}, 0},
		{"100 opportunities with tags, e-mail, company and history", 24, cards, "", map[string]int{listGet: 1, onePost: 24}, 0},
		{"100 opportunities with tags, e-mail, company and history, limit 1", 1, cards, "", map[string]int{listGet: 1, onePost: 11}, 0},
		{"25 opportunities with contact details", 24, `{ opportunities(filter: {contact: 1001}) { nodes { contact { about } members { about } } } }`, "", map[string]int{listGet: 1, "GET crm/contact/{id}": 3}, 0},
		{"25 opportunities with e-mail addresses alone", 24, `{ opportunities { nodes { contact { email } members { email } } } }`, "", map[string]int{listGet: 1, "GET crm/contact/mail": 1}, 0},
		{"contacts with all their details", 24, `{ contacts(first: 100) { nodes { about email phone tags ... on Person { firstName company { displayName } } } } }`, "", map[string]int{"GET crm/contact/filter": 1}, 0},
		{"employees in full", 24, `{ a: opportunity(id: 3105) { responsible { email isAdmin } createBy { userName } } b: opportunity(id: 3101) { responsible { email } } }`, "", map[string]int{oneGet: 2, "GET people/{guid}": 2}, 0},
		{"what tasks are about, limit 1", 1, `{ tasks(first: 20) { nodes { opportunity { title } } } }`, "", map[string]int{"GET crm/task/filter": 1, onePost: 1}, 14},
		{"tasks with the e-mail addresses of contacts", 24, `{ tasks(first: 100) { nodes { title contact { displayName email } } } }`, "", map[string]int{"GET crm/task/filter": 1}, 0},
		{"tasks with contacts and their companies", 24, `{ tasks(first: 100) { nodes { contact { about ... on Person { company { about } } } } } }`, "", map[string]int{"GET crm/task/filter": 1, onePost: 24, "GET crm/contact/{id}": 9}, 0},
		{"tasks with contacts and their companies, limit 1", 1, `{ tasks(first: 100) { nodes { contact { about ... on Person { company { about } } } } } }`, "", map[string]int{"GET crm/task/filter": 1, onePost: 4}, 0},
		{"dictionaries asked for twice", 24, `{ a: stages { id } b: stages { title } opportunity(id: 3105) { stage { sortOrder relativeItemsCount } } }`, "", map[string]int{stageGet: 1, oneGet: 1}, 0},
		{
			"one stage beside all of them", 24, `{ stage(id: 14) { id title relativeItemsCount } again: stage(id: 14) { id } none: stage(id: 999) { id } stages { sortOrder } }`,
			"",
			map[string]int{stageGet: 1},
			0,
		},
		{"a stage that is not there", 24, `{ stage(id: 999) { id relativeItemsCount opportunities { totalCount } } }`, `{"data":{"stage":null}}`, map[string]int{stageGet: 1}, 0},
		{"the opportunities of one stage", 24, `{ stage(id: 14) { opportunities(first: 2) { nodes { title } } } }`, "", map[string]int{stageGet: 1, listGet: 1}, 0},
		{"the portal", 24, `{ portal { url version } }`, "", map[string]int{}, 0},
		{
			"what contacts are", 24, `{ contactStatuses { id title relativeItemsCount } again: contactStatuses { id } contactTypes { id title relativeItemsCount } contactTags { title relativeItemsCount } }`,
			"",
			map[string]int{"GET crm/contact/status": 1, "GET crm/contact/type": 1, "GET crm/contact/tag": 1},
			0,
		},
		{"the tasks of contacts", 24, `{ contacts(first: 100) { nodes { taskCount haveLateTasks } } }`, "", map[string]int{"GET crm/contact/filter": 1}, 0},
		{"the tasks of embedded contacts", 24, `{ opportunity(id: 3101) { contact { taskCount haveLateTasks } } }`, `{"data":{"opportunity":{"contact":{"taskCount":null,"haveLateTasks":null}}}}`, get(1), 0},
		{
			"filters that match nothing", 96, `{ opportunities(filter: {tags: []}) { totalCount nodes { id } } contacts(filter: {tags: []}) { totalCount nodes { id } }
			a: opportunities(filter: {stages: []}, orderBy: {field: TITLE}) { totalCount nodes { id } } b: contacts(filter: {tags: []}, orderBy: {field: DISPLAY_NAME}) { totalCount nodes { id } } }`,
			`{"data":{"opportunities":{"totalCount":0,"nodes":[]},"contacts":{"totalCount":0,"nodes":[]},"a":{"totalCount":0,"nodes":[]},"b":{"totalCount":0,"nodes":[]}}}`,
			map[string]int{},
			0,
		},
		{"headings in a list", 24, `{ opportunities(first: 100) { nodes { customFields(headings: true) { label } } } }`, "", map[string]int{listGet: 1, "GET crm/opportunity/customfield/definitions": 1}, 0},
		{"skipped fields", 24, `{ a: opportunity(id: 3105) @skip(if: true) { id } b: opportunity(id: 3106) { id } }`, `{"data":{"b":{"id":"3106"}}}`, get(1), 0},
		{"introspection", 24, `{ __typename }`, `{"data":{"__typename":"Query"}}`, map[string]int{}, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := newAPI(t, limit(test.limit))
			if test.answer == "" {
				if answer := a.ask(t, test.query, nil); strings.Contains(answer, `"errors"`) {
					t.Errorf("answer: %s", answer)
				}
			} else {
				a.expect(t, test.query, nil, test.answer)
			}
			a.expectCalls(t, test.calls)
			if got := a.portal.Items()[oneGet]; got != test.items {
				t.Errorf("%d items in batches, want %d", got, test.items)
			}
			if in := a.portal.MaxInFlight(); in > test.limit {
				t.Errorf("%d calls in flight, more than %d", in, test.limit)
			}
		})
	}
}

// TestCallsWithoutBatch holds the same for a portal that has no batch endpoint:
// the first request finds out, later ones know.
func TestCallsWithoutBatch(t *testing.T) {
	t.Parallel()
	for _, kind := range []demo.FaultKind{demo.NoBatch, demo.BatchGarbage, demo.HTMLPage} {
		t.Run(fmt.Sprint(kind), func(t *testing.T) {
			t.Parallel()
			warnings := make(chan string, 10)
			a := newAPI(t, limit(1), func(o *upstream.Options) {
				o.Warn = func(msg string, _ ...any) { warnings <- msg }
			})
			a.portal.Inject(demo.Fault{Kind: kind, Route: "batch"})
			a.expect(t, aliases(50, 10), nil, aliasesAnswer(50, 10))
			a.expectCalls(t, map[string]int{onePost: 1, oneGet: 10})
			a.portal.ResetCalls()
			a.expect(t, aliases(50, 10), nil, aliasesAnswer(50, 10))
			a.expectCalls(t, map[string]int{oneGet: 10})
			if len(warnings) != 1 {
				t.Errorf("%d warnings, want 1", len(warnings))
			}
		})
	}
}

// TestBrokenBatch shows that a batch that fails for a reason of its own costs
// no answer, and that the endpoint is not given up for it.
func TestBrokenBatch(t *testing.T) {
	t.Parallel()
	for _, kind := range []demo.FaultKind{demo.BatchDoubled, demo.Truncated} {
		t.Run(fmt.Sprint(kind), func(t *testing.T) {
			t.Parallel()
			a := newAPI(t, limit(1))
			a.portal.Inject(demo.Fault{Kind: kind, Route: "batch", Times: 1})
			a.expect(t, byIDs(10), nil, byIDsAnswer(10))
			a.expectCalls(t, map[string]int{onePost: 1, oneGet: 10})
			a.portal.ResetCalls()
			a.expect(t, byIDs(10), nil, byIDsAnswer(10))
			a.expectCalls(t, map[string]int{onePost: 1})
		})
	}
}

// TestBrokenItem shows that one item of a batch fails alone.
func TestBrokenItem(t *testing.T) {
	t.Parallel()
	for kind, code := range map[demo.FaultKind]string{
		demo.ServerError:   "UPSTREAM_ERROR",
		demo.BadGateway:    "UPSTREAM_ERROR",
		demo.Truncated:     "UPSTREAM_BAD_RESPONSE",
		demo.HTMLPage:      "UPSTREAM_BAD_RESPONSE",
		demo.BatchNullItem: "UPSTREAM_BAD_RESPONSE",
		demo.WrongShape:    "UPSTREAM_BAD_RESPONSE",
	} {
		t.Run(fmt.Sprint(kind), func(t *testing.T) {
			t.Parallel()
			a := newAPI(t, limit(1))
			a.portal.Inject(demo.Fault{Kind: kind, Route: "crm/opportunity/{id}", ID: firstID + 1})
			answer := a.ask(t, byIDs(3), nil)
			wantData := `"data":{"opportunitiesByIds":[{"id":"3163"},null,{"id":"3165"}]}`
			if !strings.Contains(answer, wantData) || !strings.Contains(answer, `"path":["opportunitiesByIds",1]`) ||
				strings.Count(answer, `"code"`) != 1 || !strings.Contains(answer, `"code":"`+code+`"`) {
				t.Errorf("want %s and one error %s at index 1, got %s", wantData, code, answer)
			}
			if diff := cmp.Diff(map[string]int{onePost: 1}, a.portal.Calls()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
