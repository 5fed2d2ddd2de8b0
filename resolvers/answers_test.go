package resolvers_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

var update = flag.Bool("update", false, "write the answers in testdata, and the table of mutations, instead of comparing with them")

// expectFile compares the answer to a query with a file, and returns what that holds.
func (a *api) expectFile(t *testing.T, query, file string) string {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(indent(t, a.ask(t, query, nil))+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		a.portal.ResetCalls()
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	a.expect(t, query, nil, string(want))
	return string(want)
}

// TestWholeAnswers compares complete answers with testdata, byte for byte but
// for white space.
func TestWholeAnswers(t *testing.T) {
	t.Parallel()
	for name, id := range map[string]int{"full": 3101, "minimal": 3103, "private": 3104, "unicode": 3190} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAPI(t)
			query := fmt.Sprintf("{ opportunity(id: %d) {%s} }%s", id, everything, fragments)
			a.expectFile(t, query, "testdata/opportunity_"+name+".json")
			a.expectCalls(t, map[string]int{oneGet: 1})
		})
	}
}

// refusal is an answer without data whose only error is at path.
func refusal(path, code, message string, retryable bool) string {
	field := strings.Trim(strings.SplitN(path, ",", 2)[0], `"`)
	return fmt.Sprintf(`{"errors":[{"message":%q,"path":[%s],"extensions":{"code":%q,"requestId":"test","retryable":%v}}],"data":{%q:null}}`,
		message, path, code, retryable, field)
}

func TestBadIDs(t *testing.T) {
	t.Parallel()
	for _, id := range []any{"", "0", 0, -1, "-1", "+1", "abc", "31 01", " 3101", "3101.0", 3101.5, "2147483648", "99999999999999999999", "３１０１", true} {
		t.Run(fmt.Sprint(id), func(t *testing.T) {
			t.Parallel()
			a := newAPI(t)
			query := `query($id: ID!) { opportunity(id: $id) { id } }`
			answer := a.ask(t, query, map[string]any{"id": id})
			for _, want := range []string{`"code":"`, `"data":`} {
				if id == 3101.5 || id == true { // refused before the field is reached
					continue
				}
				if !strings.Contains(answer, want) {
					t.Errorf("no %s in %s", want, answer)
				}
			}
			if !strings.Contains(answer, `"errors"`) || strings.Contains(answer, "strconv") {
				t.Errorf("answer %s", answer)
			}
			a.expectCalls(t, map[string]int{})
		})
	}
	a := newAPI(t)
	const sentence = " is not an id of the portal; ids are whole numbers from 1 to 2147483647."
	a.expect(t, `{ opportunity(id: "abc") { id } }`, nil, refusal(`"opportunity"`, "BAD_USER_INPUT", `id: "abc"`+sentence, false))
	a.expect(t, `{ opportunitiesByIds(ids: [3101, 0]) { id } }`, nil,
		`{"errors":[{"message":"ids[1]: \"0\"`+sentence+`","path":["opportunitiesByIds",1],"extensions":{"code":"BAD_USER_INPUT","requestId":"test","retryable":false}}],"data":{"opportunitiesByIds":[{"id":"3101"},null]}}`)
	a.expectCalls(t, map[string]int{"GET crm/opportunity/{id}": 1}) // of the good one
	a.expect(t, `{ opportunitiesByIds(ids: []) { id } }`, nil, `{"data":{"opportunitiesByIds":[]}}`)
	a.expectCalls(t, map[string]int{"GET crm/opportunity/{id}": 1})
}

func TestMissingOpportunityIsNull(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.expect(t, `{ opportunity(id: 999999) { id } }`, nil, `{"data":{"opportunity":null}}`)
	a.expect(t, `{ opportunitiesByIds(ids: [3101, 999999, 3103]) { title } }`, nil,
		`{"data":{"opportunitiesByIds":[{"title":"Fleet telematics rollout"},null,{"title":"Untitled lead"}]}}`)
}

func TestHiddenOpportunityIsNull(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	const query = `{ opportunity(id: 3104) { isPrivate } }`
	a.expect(t, query, nil, `{"data":{"opportunity":{"isPrivate":true}}}`)
	a.token = a.portal.TokenOf(restrictedEmployee)
	a.expect(t, query, nil, `{"data":{"opportunity":null}}`)
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	const query = `{ opportunity(id: 3101) { title } }`
	unknown := refusal(`"opportunity"`, "UNAUTHENTICATED", "The portal does not know this caller. Send a valid portal token in the Authorization header, or the portal's asc_auth_key cookie.", false)

	a := newAPI(t)
	a.token = ""
	a.expect(t, query, nil, unknown)
	a.expectCalls(t, map[string]int{})
	a.expect(t, `{ __typename }`, nil, `{"data":{"__typename":"Query"}}`)

	a.token = "wrong"
	a.expect(t, query, nil, unknown)
	a.expectCalls(t, map[string]int{oneGet: 1})

	a.token = "Bearer " + demo.Token
	a.expect(t, query, nil, `{"data":{"opportunity":{"title":"Fleet telematics rollout"}}}`)
}

// TestPortalFaults shows what each way to fail looks like to a caller; other
// fields are not touched.
func TestPortalFaults(t *testing.T) {
	t.Parallel()
	const (
		failed  = "The portal failed to answer. If it stays so, tell the operator of this API the request id test."
		unclear = "The portal's answer could not be understood. If it stays so, tell the operator of this API the request id test."
	)
	for kind, want := range map[demo.FaultKind]struct {
		code, message string
		retryable     bool
	}{
		demo.ServerError:    {"UPSTREAM_ERROR", failed, false},
		demo.BadGateway:     {"UPSTREAM_ERROR", failed, true},
		demo.Unavailable503: {"UPSTREAM_ERROR", failed, true},
		demo.RateLimited:    {"RATE_LIMITED", "The portal is asked too often. Wait a little, then ask again.", true},
		demo.Truncated:      {"UPSTREAM_BAD_RESPONSE", unclear, false},
		demo.HTMLPage:       {"UPSTREAM_BAD_RESPONSE", unclear, false},
		demo.WrongShape:     {"UPSTREAM_BAD_RESPONSE", unclear, false},
		demo.SignInPage:     {"UNAUTHENTICATED", "The portal does not know this caller. Send a valid portal token in the Authorization header, or the portal's asc_auth_key cookie.", false},
		demo.Reset:          {"UPSTREAM_UNAVAILABLE", "The portal cannot be reached. Try again later.", true},
		demo.Hang:           {"UPSTREAM_TIMEOUT", "The portal did not answer in time. Try again, or ask for less at once.", true},
	} {
		t.Run(fmt.Sprint(kind), func(t *testing.T) {
			t.Parallel()
			a := newAPI(t, func(o *upstream.Options) {
				if kind == demo.Hang {
					o.CallTimeout = callTimeout
				}
			})
			a.portal.Inject(demo.Fault{Kind: kind, Route: "crm/opportunity/{id}", ID: 3101})
			a.expect(t, `{ ill: opportunity(id: 3101) { id } well: opportunity(id: 3103) { id } }`, nil,
				strings.NewReplacer(`"ill":null`, `"ill":null,"well":{"id":"3103"}`, `"RATE_LIMITED","requestId":"test"`, `"RATE_LIMITED","requestId":"test","retryAfter":1`).
					Replace(refusal(`"ill"`, want.code, want.message, want.retryable)))
		})
	}
}

// TestMissingNestedIDs shows that a portal that has forgotten its ids costs the
// fields that need them.
func TestMissingNestedIDs(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.portal.Inject(demo.Fault{Kind: demo.NoNestedIDs})
	const message = "The portal's answer could not be understood. If it stays so, tell the operator of this API the request id test."
	a.expect(t, `{ opportunity(id: 3101) { id stage { title } contact { displayName } responsible { displayName } } }`, nil,
		`{"data":{"opportunity":{"id":"3101","stage":{"title":"Qualified prospect"},"contact":{"displayName":"Nordfrakt Logistics AB"},"responsible":{"displayName":"Anna Lindqvist"}}}}`)
	a.expect(t, `{ opportunity(id: 3101) { title stage { id } } }`, nil,
		strings.Replace(refusal(`"opportunity","stage","id"`, "UPSTREAM_BAD_RESPONSE", message, false), `"opportunity":null`, `"opportunity":{"title":"Fleet telematics rollout","stage":null}`, 1))
}

func TestStagePlace(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.expect(t, `{ opportunity(id: 3101) { stage { title sortOrder } } }`, nil, `{"data":{"opportunity":{"stage":{"title":"Qualified prospect","sortOrder":5}}}}`)
	a.portal.Inject(demo.Fault{Kind: demo.ServerError, Route: "crm/opportunity/stage"})
	a.expect(t, `{ opportunity(id: 3101) { stage { title sortOrder } } }`, nil,
		strings.Replace(refusal(`"opportunity","stage","sortOrder"`, "UPSTREAM_ERROR", "The portal failed to answer. If it stays so, tell the operator of this API the request id test.", false),
			`"opportunity":null`, `"opportunity":{"stage":{"title":"Qualified prospect","sortOrder":null}}`, 1))
}

// TestHiddenContact shows an opportunity whose contact the caller may not see:
// what is embedded of it is shown, as the portal does, and what lies behind a
// call is refused, field by field.
func TestHiddenContact(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.expect(t, `{ opportunity(id: 3181) { contact { isPrivate } } contact(id: 1045) { isPrivate } }`, nil,
		`{"data":{"opportunity":{"contact":{"isPrivate":true}},"contact":{"isPrivate":true}}}`)
	a.token = a.portal.TokenOf(restrictedEmployee)
	a.expect(t, `{ opportunity(id: 3181) { id contact { displayName about email tags } } contact(id: 1045) { id } }`, nil,
		`{"errors":[`+hidden("about")+`,`+hidden("email")+`,`+hidden("tags")+`],
		"data":{"opportunity":{"id":"3181","contact":{"displayName":"Three Otters Cold Storage Ltd","about":null,"email":null,"tags":null}},"contact":null}}`)
	a.expect(t, `{ opportunities(first: 1, filter: {contact: 1045}) { nodes { id contact { displayName } } } }`, nil, // lists leave it out
		`{"data":{"opportunities":{"nodes":[{"id":"3181","contact":null}]}}}`)
}

func hidden(field string) string {
	return `{"message":"The portal has no such thing, or hides it from this caller.","path":["opportunity","contact","` + field + `"],"extensions":{"code":"FORBIDDEN","requestId":"test","retryable":false}}`
}
