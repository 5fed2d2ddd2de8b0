package demo

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestFaultsOfWrites tells what is written when a fault strikes before, in the
// middle of and after a write.
func TestFaultsOfWrites(t *testing.T) {
	t.Parallel()
	const private = minimal + "&isPrivate=true&accessList[]=" + bjornID + "&members[]=2001"
	for name, tt := range map[string]struct {
		request, body string
		read          string
		says          map[Moment]string
	}{
		"opportunity": {"POST crm/opportunity", private, "crm/opportunity/filter?sortBy=id&sortOrder=descending&count=1", map[Moment]string{
			Before: `!"title":"New"`, During: `"members":[],"title":"New"`, After: `"isPrivate":true`,
		}},
		"opportunity update": {"PUT crm/opportunity/3103", private, "crm/opportunity/3103", map[Moment]string{
			Before: `"title":"Untitled lead"`, During: `"members":[],"title":"New"`, After: `"isPrivate":true`,
		}},
		"stage": {"PUT crm/opportunity/3103/stage/18", "stageid=18", "crm/opportunity/3103", map[Moment]string{
			Before: `"id":11}`, During: `"id":18}`, After: `"id":18}`,
		}},
		"custom field": {"POST crm/opportunity/3101/customfield/74", "fieldValue=DACH", "crm/opportunity/3101", map[Moment]string{
			Before: `"fieldValue":"Nordics"`, During: `"label":"Scope","fieldValue":"340 units in two waves.\u000aWave 1: Gothenburg.\u000aWave 2: Malmö.","fieldType":1,"position":2,"mask":"{\"rows\":2,\"cols\":40}","id":73},{"entityId":3101,"label":"NDA signed"`,
			After: `"fieldValue":"DACH"`,
		}},
		"tag": {"POST crm/opportunity/3103/tag", "tagName=brand+new", "crm/opportunity/tag", map[Moment]string{
			Before: `!"brand new"`, During: `{"title":"brand new"}`, After: `{"title":"brand new","relativeItemsCount":1}`,
		}},
		"contact": {"PUT crm/contact/person/2002", "firstName=A&lastName=B&managerList[]=" + bjornID, "crm/contact/2002", map[Moment]string{
			Before: `"firstName":"Tom`, During: `"firstName":"A"`, After: bjornID,
		}},
		"note": {"POST crm/history", "contactId=2002&categoryId=41&content=unheard", "crm/history/filter?filterValue=unheard", map[Moment]string{
			Before: `"response":[]`, During: `"content":"unheard"`, After: `"content":"unheard"`,
		}},
	} {
		for when, want := range tt.says {
			p := New()
			p.Inject(Fault{Kind: BadGateway, When: when, Verb: strings.Fields(tt.request)[0]})
			verb, path, _ := strings.Cut(tt.request, " ")
			if got := write(t, p, verb, path, tt.body); got.status != 502 {
				t.Errorf("%s, %s: %d %s", name, when, got.status, got.body)
			}
			tell(t, p, []step{{"GET " + tt.read, "", 200, says(want)}})
		}
	}
}

// A hung client goes away, and only what strikes afterwards has written.
func TestHangAroundWrites(t *testing.T) {
	t.Parallel()
	for when, want := range map[Moment]string{Before: `"title":"Untitled lead"`, After: `"title":"New"`} {
		p := New()
		server := httptest.NewServer(p)
		p.Inject(Fault{Kind: Hang, When: when, Route: "crm/opportunity/{id}", ID: 3103, Verb: http.MethodPut})
		ctx, cancel := context.WithCancel(t.Context())
		sent := make(chan error, 1)
		go func() {
			r, _ := http.NewRequestWithContext(ctx, http.MethodPut, server.URL+"/api/2.0/crm/opportunity/3103", strings.NewReader(minimal))
			r.Header.Set("Authorization", Token)
			r.Header.Set("Content-Type", formType)
			answer, err := server.Client().Do(r)
			if err == nil {
				answer.Body.Close()
			}
			sent <- err
		}()
		for p.faults.forms()[0].Hits == 0 || when == After && !strings.Contains(get(t, p, "crm/opportunity/3103").body, want) {
			time.Sleep(time.Millisecond)
		}
		cancel()
		if err := <-sent; err == nil {
			t.Errorf("%s: an answer", when)
		}
		server.Close()
		if got := get(t, p, "crm/opportunity/3103"); !strings.Contains(got.body, want) {
			t.Errorf("%s: %s", when, got.body)
		}
	}
}

// In a batch a fault costs its own item, or hides what all of them did.
func TestFaultsOfWritesInABatch(t *testing.T) {
	t.Parallel()
	const items = `[
		{"RelativeUrl":"/api/2.0/crm/opportunity/3103/tag?tagName=pilot","Method":"POST"},
		{"RelativeUrl":"/api/2.0/crm/opportunity/3103/tag?tagName=rush","Method":"POST"},
		{"RelativeUrl":"/api/2.0/crm/opportunity/3103/tag?tagName=rush","Method":"DELETE"},
		{"RelativeUrl":"/api/2.0/crm/opportunity/3103/tag?tagName=tender","Method":"POST"}]`
	const tagged = "crm/opportunity/{id}/tag"
	for name, tt := range map[string]struct {
		fault  Fault
		status int
		tags   string
		in     string
	}{
		"one item, before":   {Fault{Kind: ServerError, Route: tagged, Times: 1}, 201, `["tender"]`, `"status":500`},
		"one verb, before":   {Fault{Kind: ServerError, Route: tagged, Verb: "DELETE"}, 201, `["pilot","rush","tender"]`, `"status":500`},
		"one verb, after":    {Fault{Kind: ServerError, Route: tagged, Verb: "DELETE", When: After}, 201, `["pilot","tender"]`, `"status":500`},
		"null, after":        {Fault{Kind: BatchNullItem, Route: tagged, Verb: "DELETE", When: After}, 201, `["pilot","tender"]`, "null"},
		"doubled, before":    {Fault{Kind: BatchDoubled, Route: tagged, Verb: "DELETE"}, 500, `["pilot","rush"]`, "Object reference"},
		"doubled, after":     {Fault{Kind: BatchDoubled, Route: tagged, Verb: "DELETE", When: After}, 500, `["pilot"]`, "Object reference"},
		"the batch, before":  {Fault{Kind: BadGateway, Route: batchTemplate}, 502, `[]`, "502"},
		"the batch, after":   {Fault{Kind: BadGateway, Route: batchTemplate, When: After}, 502, `["pilot","tender"]`, "502"},
		"no JSON, after":     {Fault{Kind: BatchGarbage, When: After}, 201, `["pilot","tender"]`, "<<<"},
		"cut off":            {Fault{Kind: Truncated, Route: batchTemplate}, 201, `["pilot","tender"]`, `{"count":4`},
		"a malformed item":   {Fault{}, 500, `["pilot","tender"]`, "Object reference"},
		"nothing goes wrong": {Fault{}, 201, `["pilot","tender"]`, `"status":201`},
	} {
		p := New()
		if tt.fault.Kind != 0 {
			p.Inject(tt.fault)
		}
		sent := items
		if name == "a malformed item" {
			sent = strings.TrimSuffix(items, "]") + `,{"Name":"no address"}]`
		}
		got := write(t, p, http.MethodPost, "batch", "batch="+url.QueryEscape(sent))
		if got.status != tt.status || !strings.Contains(got.body, tt.in) {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
		if got := get(t, p, "crm/opportunity/tag/3103"); !strings.Contains(got.body, tt.tags) {
			t.Errorf("%s: %s, want %s", name, got.body, tt.tags)
		}
	}
}

func TestFaultsOfWritesByRequest(t *testing.T) {
	t.Parallel()
	p := New()
	post := func(body string) reply {
		return ask(t, p, http.MethodPost, "/demo/faults", withBody("application/json", body))
	}
	if got := post(`{"kind":"ServerError","route":"crm/task/{id}/close","verb":"put","when":"After"}`); got.status != 201 ||
		!strings.Contains(got.body, `"verb": "PUT"`) || !strings.Contains(got.body, `"when": "after"`) {
		t.Errorf("%d %s", got.status, got.body)
	}
	for body, hint := range map[string]string{
		`{"kind":"Delay","when":"soon"}`:  "before, during, after",
		`{"kind":"Delay","verb":"PATCH"}`: "GET, POST, PUT, DELETE",
	} {
		if got := post(body); got.status != 400 || !strings.Contains(got.body, hint) {
			t.Errorf("%s: %d %s", body, got.status, got.body)
		}
	}
	tell(t, p, []step{
		{"PUT crm/task/601/close", "", 500, says("Object reference")},
		{"GET crm/task/601", "", 200, says(`"isClosed":true`)},
	})
}
