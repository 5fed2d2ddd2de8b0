package resolvers_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/internal/request"
	"onlyoffice-graphql/resolvers"
	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

const (
	signIn      = `mutation($input: SignInInput!) { signIn(input: $input) { token viewer { userName } retryAfter userErrors { field code } } }`
	withoutCode = "POST authentication"
	withCode    = "POST authentication/{code}"
)

// as returns the input of a demo user.
func as(user, password string, code ...string) map[string]any {
	input := map[string]any{"userName": user + "@fennmark.example", "password": password}
	if len(code) > 0 {
		input["code"] = code[0]
	}
	return map[string]any{"input": input}
}

// refusedSignIn is the answer to a sign-in that failed.
func refusedSignIn(userErrors string) string {
	return `{"data": {"signIn": {"token": null, "viewer": null, "retryAfter": null, "userErrors": [` + userErrors + `]}}}`
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	signedIn := func(user string) string {
		return `{"data": {"signIn": {"token": "demo-` + user + `", "viewer": {"userName": "` + user + `"}, "retryAfter": null, "userErrors": []}}}`
	}
	for name, test := range map[string]struct {
		variables map[string]any
		want      string
		calls     calls
	}{
		"well":             {as("mark.oconnell", "demo"), signedIn("mark.oconnell"), calls{withoutCode: 1, "GET people/@self": 1}},
		"blanks around it": {map[string]any{"input": map[string]any{"userName": " mark.oconnell@fennmark.example ", "password": "demo", "code": " "}}, signedIn("mark.oconnell"), calls{withoutCode: 1, "GET people/@self": 1}},
		"a wrong password": {as("mark.oconnell", "Demo"), refusedSignIn(`{"field": null, "code": "WRONG_CREDENTIALS"}`), calls{withoutCode: 1}},
		"nobody":           {as("nobody", "demo"), refusedSignIn(`{"field": null, "code": "WRONG_CREDENTIALS"}`), calls{withoutCode: 1}},
		"a disabled user":  {as("gareth.pryce", "demo"), refusedSignIn(`{"field": null, "code": "WRONG_CREDENTIALS"}`), calls{withoutCode: 1}},
		"a code by SMS":    {as("pierre.lefevre", "demo"), refusedSignIn(`{"field": ["code"], "code": "CODE_NEEDED"}`), calls{withoutCode: 1}},
		"a code of an app": {as("yael.ben-ami", "demo"), refusedSignIn(`{"field": ["code"], "code": "CODE_NEEDED"}`), calls{withoutCode: 1}},
		"with the code":    {as("yael.ben-ami", "demo", "246 810"), signedIn("yael.ben-ami"), calls{withCode: 1, "GET people/@self": 1}},
		"a wrong code":     {as("yael.ben-ami", "demo", "246811"), refusedSignIn(`{"field": null, "code": "WRONG_CREDENTIALS"}`), calls{withCode: 1}},
		"nothing":          {map[string]any{"input": map[string]any{"userName": " ", "password": ""}}, refusedSignIn(`{"field": ["userName"], "code": "REQUIRED"}, {"field": ["password"], "code": "REQUIRED"}`), calls{}},
		"no code":          {as("yael.ben-ami", "demo", "../people/@self"), refusedSignIn(`{"field": ["code"], "code": "INVALID"}`), calls{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, heard := hears(t, resolvers.Options{SignIn: true}) // and no one may write
			a.token = ""
			a.expect(t, signIn, test.variables, test.want)
			a.expectCalls(t, test.calls)
			outcome := upstream.NotDone
			if strings.Contains(test.want, `"userErrors": []`) {
				outcome = upstream.Done
			}
			if told := heard(); cmp.Diff([]request.Write{{RequestID: "test", Mutation: "signIn", Outcome: outcome}}, told) != "" {
				t.Errorf("told %v", told)
			}
		})
	}
}

// TestSignInThatIsOff asks the portal for nothing.
func TestSignInThatIsOff(t *testing.T) {
	t.Parallel()
	a, _ := hears(t, resolvers.Options{Writes: resolvers.WritesOn})
	a.expect(t, signIn, as("mark.oconnell", "demo"), `{
		"errors": [{"message": "This API signs in no one: signIn is switched off. Its operator can let it be, with --sign-in (SIGN_IN).", "path": ["signIn"],
			"extensions": {"code": "FORBIDDEN", "outcome": "NOT_DONE", "requestId": "test", "retryable": false}}],
		"data": {"signIn": null}
	}`)
	a.expectCalls(t, calls{})
}

// TestSignInShowsNoOtherCredential has somebody with a token sign somebody else in: the
// payload is about the latter, and what follows in the operation is asked as before.
func TestSignInShowsNoOtherCredential(t *testing.T) {
	t.Parallel()
	portal := demo.New()
	var mu sync.Mutex
	var shown []string
	a := serveAPI(t, portal, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		shown = append(shown, r.Header.Get("Authorization"))
		mu.Unlock()
		portal.ServeHTTP(w, r)
	}))
	got := a.ask(t, `mutation($input: SignInInput!) { signIn(input: $input) { viewer { id userName } } closeTask(input: {id: 628}) { task { id } } }`, as("mark.oconnell", "demo"))
	if !strings.Contains(got, `"userName":"mark.oconnell"`) || !strings.Contains(got, `"closeTask":{"task":{"id":"628"}}`) {
		t.Errorf("got %s", got)
	}
	mu.Lock()
	defer mu.Unlock()
	if diff := cmp.Diff([]string{"", "demo-mark.oconnell", demo.Token}, shown); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
}

// TestSignInViewer shows who was signed in as the portal shows them to themselves, and not
// as it has shown them to the caller before.
func TestSignInViewer(t *testing.T) {
	t.Parallel()
	portal := demo.New()
	a := serveAPI(t, portal, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "people/93580c54") {
			w = &hiding{w}
		}
		portal.ServeHTTP(w, r)
	}))
	got := a.ask(t, `mutation($input: SignInInput!) {
		createTask(input: {title: "Call", responsibleId: "93580c54-1132-4d6b-bf2d-da0bfaaa1a28", categoryId: 21, deadLine: "2026-03-01"}) { task { responsible { email } } }
		signIn(input: $input) { viewer { email } }
	}`, as("mark.oconnell", "demo"))
	if want := `{"data":{"createTask":{"task":{"responsible":{"email":"????.????????@fennmark.example"}}},"signIn":{"viewer":{"email":"mark.oconnell@fennmark.example"}}}}`; got != want {
		t.Errorf("got %s", got)
	}
}

// hiding is a portal that does not show Mark's address to everybody.
type hiding struct{ http.ResponseWriter }

func (h *hiding) Write(b []byte) (int, error) {
	_, err := h.ResponseWriter.Write([]byte(strings.ReplaceAll(string(b), "mark.oconnell@", "????.????????@")))
	return len(b), err
}

// TestSignInFailures has the portal fail in other ways than by refusing.
func TestSignInFailures(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault demo.Fault
		want  string // part of the answer
	}{
		"a gateway":      {demo.Fault{Kind: demo.BadGateway, Route: "authentication"}, `"extensions":{"code":"UPSTREAM_ERROR","outcome":"NOT_DONE","requestId":"test","retryable":true}}],"data":{"signIn":null}}`},
		"a page":         {demo.Fault{Kind: demo.HTMLPage, Route: "authentication"}, `"extensions":{"code":"UPSTREAM_BAD_RESPONSE","outcome":"NOT_DONE","requestId":"test","retryable":false}}],"data":{"signIn":null}}`},
		"no answer":      {demo.Fault{Kind: demo.Reset, Route: "authentication"}, `"extensions":{"code":"UPSTREAM_UNAVAILABLE","outcome":"NOT_DONE","requestId":"test","retryable":true}}],"data":{"signIn":null}}`},
		"too many there": {demo.Fault{Kind: demo.RateLimited, Route: "authentication"}, `"code":"TRY_LATER"`},
		"who it is":      {demo.Fault{Kind: demo.BadGateway, Route: "people/@self"}, `"path":["signIn","viewer"],"extensions":{"code":"UPSTREAM_ERROR","outcome":"DONE","requestId":"test","retryable":false}}],"data":{"signIn":{"token":"demo-mark.oconnell","viewer":null,"retryAfter":null,"userErrors":[]}}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAPI(t, func(o *upstream.Options) { o.Retries = -1 })
			a.portal.Inject(test.fault)
			if got := locations.ReplaceAllString(a.ask(t, signIn, as("mark.oconnell", "demo")), ""); !strings.Contains(got, test.want) {
				t.Errorf("got %s", got)
			}
		})
	}
}
