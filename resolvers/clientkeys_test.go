package resolvers_test

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

const (
	oneCreate = "POST crm/opportunity"
	lead      = `stageId: 11, responsibleId: ` + anna + `, bidCurrency: "EUR"`
)

// firstCalls are those of a create whose input is checked, and so is a repeat's that is
// made because the first came to nothing.
func firstCalls() calls {
	return calls{stageGet: 1, "GET crm/settings/currency": 1, "GET people/{guid}": 1, oneCreate: 1}
}

// enter enters an opportunity.
func enter(members string) string {
	return `mutation { createOpportunity(input: {` + members + `}) { opportunity { id title } userErrors { field code } } }`
}

// TestClientKeyRepeated answers a repeat with what the first has entered, as it is now,
// in one read. What makes a repeat is the key, the mutation, the caller and the day.
func TestClientKeyRepeated(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		first, again string
		meanwhile    string // happens between
		want         string // what the second answers
		calls        calls  // of the second
	}{
		"an opportunity": {
			enter(`clientKey: "k", title: "Lead", ` + lead), enter(`clientKey: "k", title: "Lead", ` + lead),
			`mutation { updateOpportunity(input: {id: 3453, title: "Renamed"}) { opportunity { id } } }`,
			`{"data":{"createOpportunity":{"opportunity":{"id":"3453","title":"Renamed"},"userErrors":[]}}}`,
			calls{oneGet: 1},
		},
		"its members in another order, and by another name": {
			enter(`clientKey: "k", title: "Lead", ` + lead), `mutation { createOpportunity(input: {` + lead + `, title: "Lead", clientKey: "k"}) { opportunity { title } } }`,
			"", `{"data":{"createOpportunity":{"opportunity":{"title":"Lead"}}}}`,
			calls{oneGet: 1},
		},
		"its ids as text, and null": {
			enter(`clientKey: "k", title: "Lead", bidValue: 5, ` + lead), enter(`clientKey: "k", title: "Lead", bidValue: "5", contactId: null, stageId: "11", responsibleId: ` + anna + `, bidCurrency: "EUR"`),
			"", `{"data":{"createOpportunity":{"opportunity":{"id":"3453","title":"Lead"},"userErrors":[]}}}`,
			calls{oneGet: 1},
		},
		"another bid": {
			enter(`clientKey: "k", title: "Lead", bidValue: 5, ` + lead), enter(`clientKey: "k", title: "Lead", bidValue: 6, ` + lead),
			"", `{"data":{"createOpportunity":{"opportunity":null,"userErrors":[{"field":["clientKey"],"code":"INVALID"}]}}}`,
			calls{},
		},
		"a task": {
			`mutation { createTask(input: {clientKey: "k", title: "Call", responsibleId: ` + anna + `, categoryId: 21, deadLine: "2026-03-01"}) { task { id } } }`,
			`mutation { createTask(input: {clientKey: "k", title: "Call", responsibleId: ` + anna + `, categoryId: 21, deadLine: "2026-03-01"}) { task { title isClosed } userErrors { code } } }`,
			"", `{"data":{"createTask":{"task":{"title":"Call","isClosed":false},"userErrors":[]}}}`,
			calls{"GET crm/task/{id}": 1},
		},
		"a person": {
			`mutation { createPerson(input: {clientKey: "k", firstName: "Signe", lastName: "Aaberg"}) { person { id } } }`,
			`mutation { createPerson(input: {clientKey: "k", firstName: "Signe", lastName: "Aaberg"}) { person { displayName isShared } userErrors { code } } }`,
			"", `{"data":{"createPerson":{"person":{"displayName":"Signe Aaberg","isShared":true},"userErrors":[]}}}`,
			calls{"GET crm/contact/{id}": 1},
		},
		"a company": {
			`mutation { createCompany(input: {clientKey: "k", companyName: "Aaberg"}) { company { id } } }`,
			`mutation { createCompany(input: {clientKey: "k", companyName: "Aaberg"}) { company { displayName } userErrors { code } } }`,
			"", `{"data":{"createCompany":{"company":{"displayName":"Aaberg"},"userErrors":[]}}}`,
			calls{"GET crm/contact/{id}": 1},
		},
		"a note": {
			`mutation { createNote(input: {clientKey: "k", opportunityId: 3103, categoryId: 41, content: "Called."}) { historyEvent { id } } }`,
			`mutation { createNote(input: {clientKey: "k", opportunityId: 3103, categoryId: 41, content: "Called."}) { historyEvent { content } userErrors { code } } }`,
			`mutation { createNote(input: {opportunityId: 3103, categoryId: 41, content: "Called again."}) { historyEvent { id } } }`,
			`{"data":{"createNote":{"historyEvent":{"content":"Called."},"userErrors":[]}}}`,
			calls{historyGet: 1},
		},
		"what is gone": {
			enter(`clientKey: "k", title: "Lead", ` + lead), enter(`clientKey: "k", title: "Lead", ` + lead),
			`mutation { deleteOpportunity(input: {id: 3453}) { deletedId } }`,
			`{"data":{"createOpportunity":{"opportunity":null,"userErrors":[{"field":["clientKey"],"code":"NOT_FOUND"}]}}}`,
			calls{oneGet: 1},
		},
		"a note that is gone": {
			`mutation { createNote(input: {clientKey: "k", opportunityId: 3103, categoryId: 41, content: "Called."}) { historyEvent { id } } }`,
			`mutation { createNote(input: {clientKey: "k", opportunityId: 3103, categoryId: 41, content: "Called."}) { historyEvent { content } userErrors { field code } } }`,
			`mutation { deleteHistoryEvent(input: {id: 1261}) { deletedId } }`,
			`{"data":{"createNote":{"historyEvent":null,"userErrors":[{"field":["clientKey"],"code":"NOT_FOUND"}]}}}`,
			calls{historyGet: 1},
		},
		"another input": {
			enter(`clientKey: "k", title: "Lead", ` + lead), enter(`clientKey: "k", title: "Another", ` + lead),
			"", `{"data":{"createOpportunity":{"opportunity":null,"userErrors":[{"field":["clientKey"],"code":"INVALID"}]}}}`,
			calls{},
		},
		"an empty key": {
			enter(`clientKey: "k", title: "Lead", ` + lead), enter(`clientKey: "", title: "", ` + lead),
			"", `{"data":{"createOpportunity":{"opportunity":null,"userErrors":[{"field":["clientKey"],"code":"INVALID"},{"field":["title"],"code":"REQUIRED"}]}}}`,
			calls{stageGet: 1, "GET crm/settings/currency": 1, "GET people/{guid}": 1},
		},
		"another key": {
			enter(`clientKey: "k", title: "Lead", ` + lead), enter(`clientKey: "l", title: "Lead", ` + lead),
			"", `{"data":{"createOpportunity":{"opportunity":{"id":"3454","title":"Lead"},"userErrors":[]}}}`, firstCalls(),
		},
		"no key": {
			enter(`title: "Lead", ` + lead), enter(`clientKey: null, title: "Lead", ` + lead),
			"", `{"data":{"createOpportunity":{"opportunity":{"id":"3454","title":"Lead"},"userErrors":[]}}}`, firstCalls(),
		},
		"another mutation": {
			`mutation { createNote(input: {clientKey: "k", opportunityId: 3103, categoryId: 41, content: "Called."}) { historyEvent { id } } }`, enter(`clientKey: "k", title: "Lead", ` + lead),
			"", `{"data":{"createOpportunity":{"opportunity":{"id":"3453","title":"Lead"},"userErrors":[]}}}`, firstCalls(),
		},
		"a first with mistakes": {
			enter(`clientKey: "k", title: "", ` + lead), enter(`clientKey: "k", title: "Lead", ` + lead),
			"", `{"data":{"createOpportunity":{"opportunity":{"id":"3453","title":"Lead"},"userErrors":[]}}}`, firstCalls(),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := newBubble(t)
				b.ask(t.Context(), demo.Token, test.first)
				if test.meanwhile != "" {
					if got := b.ask(t.Context(), demo.Token, test.meanwhile); strings.Contains(got, "errors") {
						t.Fatal(got)
					}
				}
				b.portal.ResetCalls()
				b.outcomes()
				if got := b.ask(t.Context(), demo.Token, test.again); got != test.want {
					t.Errorf("got %s\nwant %s", got, test.want)
				}
				if diff := cmp.Diff(test.calls, b.portal.Calls()); diff != "" {
					t.Errorf("portal calls (-want +got):\n%s", diff)
				}
				want := upstream.Repeated
				if test.calls[oneCreate] > 0 {
					want = upstream.Done
				} else if strings.Contains(test.want, `"code":`) {
					want = upstream.NotDone
				}
				if diff := cmp.Diff([]upstream.Outcome{want}, b.outcomes()); diff != "" {
					t.Errorf("told (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestClientKeyOfAnotherCaller is another key, and so is the same a day later.
func TestClientKeyOfAnotherCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		create := enter(`clientKey: "k", title: "Lead", ` + lead)
		made := func(token string) bool {
			before := b.portal.Calls()[oneCreate]
			b.ask(t.Context(), token, create)
			return b.portal.Calls()[oneCreate] > before
		}
		if !made(demo.Token) || made(demo.Token) || !made(b.portal.TokenOf(restrictedEmployee)) || made(b.portal.TokenOf(restrictedEmployee)) {
			t.Error("callers are not told apart")
		}
		time.Sleep(24*time.Hour - time.Second)
		if made(demo.Token) {
			t.Error("forgotten within a day")
		}
		time.Sleep(time.Second)
		if !made(demo.Token) || made(demo.Token) {
			t.Error("remembered for more than a day, or not again")
		}
	})
}

// TestClientKeyTogether has a repeat come while the first is under way: it waits, however
// many there are.
func TestClientKeyTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		b.portal.Inject(demo.Fault{Kind: demo.Delay, Route: "crm/opportunity", Verb: "POST", Delay: 5 * time.Second})
		start := time.Now()
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				got := b.ask(t.Context(), demo.Token, enter(`clientKey: "k", title: "Lead", `+lead))
				if got != `{"data":{"createOpportunity":{"opportunity":{"id":"3453","title":"Lead"},"userErrors":[]}}}` {
					t.Errorf("got %s", got)
				}
			})
		}
		all.Wait()
		want := firstCalls()
		want[oneGet] = 19
		if diff := cmp.Diff(want, b.portal.Calls()); diff != "" || time.Since(start) != 5*time.Second {
			t.Errorf("after %v, portal calls (-want +got):\n%s", time.Since(start), diff)
		}
	})
}
