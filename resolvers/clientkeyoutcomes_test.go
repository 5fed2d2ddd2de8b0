package resolvers_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

// TestClientKeyDeadline has a repeat wait no longer than its own operation may take. The
// first runs to its end.
func TestClientKeyDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		b.portal.Inject(demo.Fault{Kind: demo.Delay, Route: "crm/opportunity", Verb: "POST", Delay: 20 * time.Second})
		create := enter(`clientKey: "k", title: "Lead", ` + lead)
		first := make(chan string)
		go func() { first <- b.ask(t.Context(), demo.Token, create) }()
		synctest.Wait()
		start := time.Now()
		soon, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		const late = `"message":"An earlier attempt with this clientKey is still under way. Send it again with the same key, to hear what came of it.","path":["createOpportunity"],"extensions":{"code":"UPSTREAM_TIMEOUT","outcome":"UNKNOWN","requestId":"test","retryable":false}`
		if got := b.ask(soon, demo.Token, create); !strings.Contains(got, late) || time.Since(start) != 3*time.Second {
			t.Errorf("after %v: %s", time.Since(start), got)
		}
		if got := <-first; !strings.Contains(got, `"id":"3453"`) {
			t.Errorf("the first: %s", got)
		}
		if got := b.ask(t.Context(), demo.Token, create); !strings.Contains(got, `"id":"3453"`) || b.portal.Calls()[oneCreate] != 1 {
			t.Errorf("again: %s %v", got, b.portal.Calls())
		}
		if diff := cmp.Diff([]upstream.Outcome{upstream.Unknown, upstream.Done, upstream.Repeated}, b.outcomes()); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	})
}

// TestClientKeyOfNothing frees a key whose first came to nothing, also for who waits for
// it: that one is the first then.
func TestClientKeyOfNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		b.portal.Inject(demo.Fault{Kind: demo.Delay, Route: "crm/opportunity/stage", Delay: 2 * time.Second, Times: 1})
		b.portal.Inject(demo.Fault{Kind: demo.SignInPage, Route: "crm/opportunity", Verb: "POST", Times: 1}) // a refusal
		create := enter(`clientKey: "k", title: "Lead", ` + lead)
		answers := make(chan string)
		for range 2 {
			go func() { answers <- b.ask(t.Context(), demo.Token, create) }()
		}
		both := <-answers + <-answers
		if strings.Count(both, `"id":"3453"`) != 1 || strings.Count(both, `"outcome":"NOT_DONE"`) != 1 {
			t.Errorf("got %s", both)
		}
		want := calls{stageGet: 2, "GET crm/settings/currency": 2, "GET people/{guid}": 2, oneCreate: 2}
		if diff := cmp.Diff(want, b.portal.Calls()); diff != "" {
			t.Errorf("portal calls (-want +got):\n%s", diff)
		}
		if got := b.ask(t.Context(), demo.Token, create); !strings.Contains(got, `"id":"3453"`) || b.portal.Calls()[oneCreate] != 2 {
			t.Errorf("again: %s", got)
		}
	})
}

// TestClientKeyOfUnknownOutcome keeps a key whose first may have been done, and enters
// nothing.
func TestClientKeyOfUnknownOutcome(t *testing.T) {
	t.Parallel()
	for _, when := range []demo.Moment{demo.Before, demo.After} {
		synctest.Test(t, func(t *testing.T) {
			b := newBubble(t)
			b.portal.Inject(demo.Fault{Kind: demo.BadGateway, Route: "crm/opportunity", Verb: "POST", When: when, Times: 1})
			create := enter(`clientKey: "k", title: "Lead", ` + lead)
			if got := b.ask(t.Context(), demo.Token, create); !strings.Contains(got, `"outcome":"UNKNOWN"`) {
				t.Errorf("the first: %s", got)
			}
			b.portal.ResetCalls()
			const want = `{"errors":[{"message":"An earlier attempt with this clientKey was sent to the portal, and what became of it is not known. Look at what there is before you enter it again, with another key.",` +
				`"path":["createOpportunity"],"extensions":{"code":"UPSTREAM_ERROR","outcome":"UNKNOWN","requestId":"test","retryable":false}}],"data":{"createOpportunity":null}}`
			for range 2 {
				if got := b.ask(t.Context(), demo.Token, create); got != want {
					t.Errorf("again: %s", got)
				}
			}
			if diff := cmp.Diff(calls{}, b.portal.Calls()); diff != "" {
				t.Errorf("portal calls (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]upstream.Outcome{upstream.Unknown, upstream.Unknown, upstream.Unknown}, b.outcomes()); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
		})
	}
}

// TestClientKeyOfAPart says again that a part of the first may be missing.
func TestClientKeyOfAPart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		b.portal.Inject(demo.Fault{Kind: demo.BadGateway, Route: "crm/opportunity/{id}/tag", Times: 1})
		create := enter(`clientKey: "k", title: "Lead", tags: ["renewal"], ` + lead)
		if got := b.ask(t.Context(), demo.Token, create); !strings.Contains(got, `"outcome":"UNKNOWN"`) || !strings.Contains(got, `"id":"3453"`) {
			t.Errorf("the first: %s", got)
		}
		b.portal.ResetCalls()
		got := b.ask(t.Context(), demo.Token, create)
		if !strings.Contains(got, `has entered this, and perhaps not all of it.`) || !strings.Contains(got, `"outcome":"UNKNOWN"`) || !strings.Contains(got, `"data":{"createOpportunity":{"opportunity":{"id":"3453","title":"Lead"},"userErrors":[]}}`) {
			t.Errorf("again: %s", got)
		}
		if diff := cmp.Diff(calls{oneGet: 1}, b.portal.Calls()); diff != "" {
			t.Errorf("portal calls (-want +got):\n%s", diff)
		}
	})
}

// TestClientKeyThatCannotBeRead says that something was entered when it cannot be shown,
// and why it cannot.
func TestClientKeyThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for kind, code := range map[demo.FaultKind]string{demo.ServerError: "UPSTREAM_ERROR", demo.SignInPage: "UNAUTHENTICATED", demo.RateLimited: "RATE_LIMITED"} {
		t.Run(kind.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := newBubble(t)
				create := enter(`clientKey: "k", title: "Lead", ` + lead)
				b.ask(t.Context(), demo.Token, create)
				b.portal.Inject(demo.Fault{Kind: kind, Route: "crm/opportunity/{id}"})
				got := b.ask(t.Context(), demo.Token, create)
				for _, want := range []string{`"code":"` + code + `"`, `"outcome":"DONE"`, `"retryable":false`, "send it again with the same clientKey"} {
					if !strings.Contains(got, want) || strings.Contains(got, "retryAfter") {
						t.Errorf("%s is not in %s", want, got)
					}
				}
				if outcomes := b.outcomes(); outcomes[len(outcomes)-1] != upstream.Repeated {
					t.Errorf("the log has %v", outcomes)
				}
				b.portal.ClearFaults()
				if got := b.ask(t.Context(), demo.Token, create); !strings.Contains(got, `"id":"3453"`) || b.portal.Calls()[oneCreate] != 1 {
					t.Errorf("again: %s", got)
				}
			})
		})
	}
}
