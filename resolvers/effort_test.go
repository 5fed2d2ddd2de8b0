package resolvers_test

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"onlyoffice-graphql/upstream"
)

// TestTotalCalls asks for more than an operation's calls can give: what was read
// stays, and the rest says what is the matter.
func TestTotalCalls(t *testing.T) {
	t.Parallel()
	a := newAPI(t, limit(1), func(o *upstream.Options) { o.TotalCalls = 3 })
	answer := a.ask(t, `{ opportunities(first: 100) { nodes { id tags } } }`, nil)
	a.expectCalls(t, calls{listGet: 1, onePost: 2})
	const refusal = `"extensions":{"actual":4,"code":"COST_LIMIT_EXCEEDED","limit":3,"requestId":"test","retryable":false}`
	if got := strings.Count(answer, `"tags":null`); got != 50 || !strings.Contains(answer, refusal) || strings.Count(answer, `"id":`) != 100 {
		t.Errorf("%d tags are missing: %.600s", got, answer)
	}
	a.portal.ResetCalls()
	if answer := a.ask(t, `{ opportunities(first: 50) { nodes { id tags } } }`, nil); strings.Contains(answer, "errors") {
		t.Errorf("just as many calls as may be: %.300s", answer)
	}
}

// TestTotalBytes shows that an operation stops reading when it has read enough:
// what was read before stays.
func TestTotalBytes(t *testing.T) {
	t.Parallel()
	a := newAPI(t, limit(1), func(o *upstream.Options) { o.TotalBytes = 40_000 })
	answer := a.ask(t, `{ opportunity(id: 3101) { title history(first: 100) { nodes { content } } stage { opportunities(first: 50) { nodes { description members { displayName } } } } } }`, nil)
	if !strings.Contains(answer, `"title":"Fleet telematics rollout"`) || !strings.Contains(answer, `"code":"COST_LIMIT_EXCEEDED","limit":40000,`) {
		t.Errorf("answer %.600s", answer)
	}
}

// TestForgedCursor sends cursors with made-up offsets: they cost no more
// than one that was made here, and answer or are refused.
func TestForgedCursor(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	const query = `query($after: String) { opportunities(first: 2, after: $after, filter: {stages: [11, 12, 13, 14, 15, 16, 17, 18, 19]}) { nodes { id } pageInfo { endCursor } } }`
	page := parse(t, a.ask(t, query, nil))["data"].(map[string]any)["opportunities"].(map[string]any)
	made, err := base64.RawURLEncoding.DecodeString(page["pageInfo"].(map[string]any)["endCursor"].(string))
	if err != nil {
		t.Fatal(err)
	}
	for _, offset := range []uint64{0, 300, 1 << 20, 1 << 30, 1 << 40} {
		forged := binary.AppendUvarint(made[:5:5], 1<<30) // after an id that is beyond all
		for range 9 {
			forged = binary.AppendUvarint(forged, offset)
		}
		a.portal.ResetCalls()
		answer := a.ask(t, query, map[string]any{"after": base64.RawURLEncoding.EncodeToString(forged)})
		if got := a.portal.Calls()[listGet]; got > 9+15 {
			t.Errorf("offsets of %d: %d calls", offset, got)
		}
		if offset > 1<<20 != strings.Contains(answer, "INVALID_CURSOR") {
			t.Errorf("offsets of %d: %s", offset, answer)
		}
	}
}

// TestEqualQuestions asks several fields the same: the portal is asked once.
func TestEqualQuestions(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	var query strings.Builder
	for i := range 7 { // within other dates each
		fmt.Fprintf(&query, ` a%d: opportunities(first: 1, filter: {tags: ["renewal"], closeDate: {from: "2024-0%d-01", to: "2025-06-30"}}) { totalCount }`, i, i+1)
	}
	if answer := a.ask(t, "{"+query.String()+" }", nil); strings.Contains(answer, "errors") {
		t.Error(answer)
	}
	a.expectCalls(t, calls{listGet: 1 + 7})
	a.portal.ResetCalls()
	a.ask(t, `{ a: opportunities(first: 2) { nodes { id } } b: opportunities(first: 2) { nodes { title } } c: opportunities(first: 2, filter: {}) { nodes { stage { opportunities(first: 1) { totalCount } } } } }`, nil)
	if got := a.portal.Calls()[listGet]; got != 3 { // one, and one for each of two stages
		t.Errorf("%d calls", got)
	}
}

// TestSignedOutArguments shows that nothing is done with the arguments of a caller
// without a credential.
func TestSignedOutArguments(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.token = ""
	for _, query := range []string{
		`{ opportunities(filter: {stages: ["x"]}) { totalCount } }`, `{ contacts(filter: {status: "x"}) { totalCount } }`,
		`{ tasks(filter: {category: "x"}) { totalCount } }`, `{ history(filter: {createBy: "x"}) { totalCount } }`,
	} {
		if answer := a.ask(t, query, nil); !strings.Contains(answer, `"UNAUTHENTICATED"`) {
			t.Errorf("%s: %s", query, answer)
		}
	}
}
