package resolvers_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/internal/request"
	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/resolvers"
	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

// TestRevision writes with the revision that was read, which is then another one.
func TestRevision(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	const move = `mutation($seen: String) { moveOpportunity(input: {id: 3102, stageId: 12, ifRevision: $seen}) { opportunity { stage { id } } userErrors { code } } }`
	alone := a.ask(t, `{ opportunity(id: 3102) { revision } }`, nil) // with as little else as the portal is asked for
	_, seen, _ := strings.Cut(alone, `"revision":"`)
	seen, _, _ = strings.Cut(seen, `"`)
	a.expect(t, move, map[string]any{"seen": seen}, `{"data": {"moveOpportunity": {"opportunity": {"stage": {"id": "12"}}, "userErrors": []}}}`)
	a.expect(t, move, map[string]any{"seen": seen}, `{"data": {"moveOpportunity": {"opportunity": {"stage": {"id": "12"}}, "userErrors": [{"code": "CONFLICT"}]}}}`)
}

// failedWrite is a write that the portal fails at.
type failedWrite struct {
	mutation string
	fault    demo.Fault
	want     string           // part of the answer
	outcome  upstream.Outcome // in the log
	stored   bool
}

// check makes the write, and looks in the answer to a query for what it stores.
func (f failedWrite) check(t *testing.T, query, stored string) {
	t.Helper()
	a, heard := hears(t, resolvers.Options{Writes: resolvers.WritesOwn})
	a.portal.Inject(f.fault)
	got := locations.ReplaceAllString(a.ask(t, `mutation { m: `+f.mutation+` }`, nil), "")
	if !strings.Contains(got, f.want) {
		t.Errorf("got %s", got)
	}
	if unknown := f.outcome == upstream.Unknown; unknown != strings.Contains(got, "may have been made") {
		t.Errorf("said %s", got)
	}
	if all := heard(); len(all) != 1 || all[0].Outcome != f.outcome {
		t.Errorf("told %+v", all)
	}
	a.portal.ClearFaults()
	if is := strings.Contains(a.ask(t, query, nil), stored); is != f.stored {
		t.Errorf("stored: %t", is)
	}
}

// TestOutcomes has the portal fail before a write, in its place, and after it.
func TestOutcomes(t *testing.T) {
	t.Parallel()
	const update, tag = `updateOpportunity(input: {id: 3102, title: "Scanners"}) { opportunity { title } }`, `createOpportunity(input: {title: "A", stageId: 11, responsibleId: ` + anna + `, bidCurrency: "EUR", tags: ["renewal"]}) { opportunity { title } }`
	for name, test := range map[string]failedWrite{
		"the read fails":    {update, demo.Fault{Kind: demo.BadGateway, Route: "crm/opportunity/{id}", Verb: "GET"}, `"code":"UPSTREAM_ERROR","outcome":"NOT_DONE","requestId":"test","retryable":true`, upstream.NotDone, false},
		"a dictionary":      {tag, demo.Fault{Kind: demo.BadGateway, Route: "crm/opportunity/stage"}, `"code":"UPSTREAM_ERROR","outcome":"NOT_DONE","requestId":"test","retryable":true`, upstream.NotDone, false},
		"no dictionary":     {tag, demo.Fault{Kind: demo.HTMLPage, Route: "crm/settings/currency"}, `"code":"UPSTREAM_BAD_RESPONSE","outcome":"NOT_DONE","requestId":"test","retryable":false`, upstream.NotDone, false},
		"before the write":  {update, demo.Fault{Kind: demo.BadGateway, Route: "crm/opportunity/{id}", Verb: "PUT"}, `"code":"UPSTREAM_ERROR","outcome":"UNKNOWN","requestId":"test","retryable":false`, upstream.Unknown, false},
		"after the write":   {update, demo.Fault{Kind: demo.Reset, Route: "crm/opportunity/{id}", Verb: "PUT", When: demo.After}, `"code":"UPSTREAM_UNAVAILABLE","outcome":"UNKNOWN","requestId":"test","retryable":false`, upstream.Unknown, true},
		"a part of a write": {tag, demo.Fault{Kind: demo.BadGateway, Route: "crm/opportunity/{id}/tag"}, `"outcome":"UNKNOWN","requestId":"test","retryable":false}}],"data":{"m":{"opportunity":{"title":"A"}}}`, upstream.Unknown, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.check(t, `{ opportunity(id: 3102) { title } }`, `"Scanners"`)
		})
	}
}

// TestForbiddenWrite has a caller change what is shown and no more.
func TestForbiddenWrite(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.token = a.portal.TokenOf(restrictedEmployee)
	a.expect(t, `mutation { updateTask(input: {id: 606, title: "A"}) { task { id } } deleteTask(input: {id: 606}) { deletedId } }`, nil, `{
		"errors": [
			{"message": "The portal does not let this caller change this. Ask a portal administrator for access.", "path": ["updateTask"],
			 "extensions": {"code": "FORBIDDEN", "outcome": "NOT_DONE", "requestId": "test", "retryable": false}},
			{"message": "The portal does not let this caller change this. Ask a portal administrator for access.", "path": ["deleteTask"],
			 "extensions": {"code": "FORBIDDEN", "outcome": "NOT_DONE", "requestId": "test", "retryable": false}}
		],
		"data": {"updateTask": null, "deleteTask": null}
	}`)
	a.expectCalls(t, calls{"GET crm/task/{id}": 1, "DELETE crm/task/{id}": 1})
}

// TestClientThatGoesAway does not stop a write that has begun, nor is the next begun.
func TestClientThatGoesAway(t *testing.T) {
	t.Parallel()
	a, heard := hears(t, resolvers.Options{Writes: resolvers.WritesOwn})
	a.portal.Inject(demo.Fault{Kind: demo.Delay, Route: "crm/opportunity/{id}", Verb: "PUT", Delay: 200 * time.Millisecond})
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	body := `{"query": "mutation { updateOpportunity(input: {id: 3102, title: \"Scanners\"}) { opportunity { id } } closeTask(input: {id: 628}) { task { id } } }"}`
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, testhttp.NewServer(t, a.handler).URL, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", a.token)
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		if answer, err := http.DefaultClient.Do(r); err == nil {
			_ = answer.Body.Close()
		}
	}()
	until := func(what string, is func() bool) {
		t.Helper()
		for deadline := time.Now().Add(10 * time.Second); !is(); time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal(what)
			}
		}
	}
	until("nothing is written", func() bool { return a.portal.Calls()["PUT crm/opportunity/{id}"] == 1 })
	leave()
	<-gone
	until("the writes do not end", func() bool { return len(heard()) == 2 })
	want := []request.Write{
		{RequestID: "test", Mutation: "updateOpportunity", ID: 3102, Outcome: upstream.Done},
		{RequestID: "test", Mutation: "closeTask", ID: 628, Outcome: upstream.NotDone},
	}
	if diff := cmp.Diff(want, heard()); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	if got := a.ask(t, `{ opportunity(id: 3102) { title } }`, nil); !strings.Contains(got, `"Scanners"`) || a.portal.Calls()["PUT crm/task/{id}/close"] != 0 {
		t.Errorf("got %s", got)
	}
}

// TestNotAsWritten has another write come between: the payload has what is there, and
// says which of the named fields differ.
func TestNotAsWritten(t *testing.T) {
	t.Parallel()
	portal := demo.New()
	a := serveAPI(t, portal, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			portal.ServeHTTP(&edited{w}, r)
			return
		}
		portal.ServeHTTP(w, r)
	}), func(o *upstream.Options) { o.Retries = -1 })
	a.expect(t, `mutation { updateOpportunity(input: {id: 3102, title: "Scanners"}) { opportunity { title } userErrors { field code } } }`, nil,
		`{"data": {"updateOpportunity": {"opportunity": {"title": "scanners"}, "userErrors": [{"field": ["title"], "code": "NOT_AS_WRITTEN"}]}}}`)
}

// edited changes an answer on its way, without its length.
type edited struct{ http.ResponseWriter }

func (e *edited) Write(b []byte) (int, error) {
	_, err := e.ResponseWriter.Write([]byte(strings.ReplaceAll(string(b), "Scanners", "scanners")))
	return len(b), err
}
