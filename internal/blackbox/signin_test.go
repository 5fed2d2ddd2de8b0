package blackbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/upstream/demo"
)

// What stands nowhere but in the request and, the token, in the payload.
const (
	secretPassword = "hunter2-Secret"
	secretCode     = "8675309"
	secretToken    = "token-of-the-secret-session"
)

// indiscreet is a portal that repeats all that it is sent wherever it can, and knows one
// person. Of everything else it is the demo.
func indiscreet(t *testing.T) string {
	t.Helper()
	portal := demo.New()
	t.Cleanup(func() { _ = portal.Close() })
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == secretToken {
			r.Header.Set("Authorization", demo.Token)
		}
		if !strings.Contains(r.URL.Path, "/authentication") {
			portal.ServeHTTP(w, r)
			return
		}
		_ = r.ParseForm()
		if r.URL.RawQuery != "" || strings.Contains(r.URL.Path, secretPassword) {
			t.Errorf("asked for %s", r.URL)
		}
		said := fmt.Sprintf("%v %s", r.PostForm, r.URL)
		w.Header().Set("X-Said", said)
		switch r.PostForm.Get("userName") {
		case "page":
			w.Header().Set("Content-Type", said)
			w.WriteHeader(http.StatusBadGateway)
			fmt.Fprintf(w, "<html>%s</html>", said)
		case "redirect":
			w.Header().Set("Location", "/"+url.PathEscape(said))
			w.WriteHeader(http.StatusFound)
		case "date":
			fmt.Fprintf(w, `{"status":0,"response":{"token":%q,"expires":%q}}`, secretToken, r.PostForm.Get("password"))
		case "somebody":
			w.WriteHeader(http.StatusCreated)
			fmt.Fprintf(w, `{"status":0,"response":{"token":%q,"expires":"2027-03-02T09:00:00.0000000Z"}}`, secretToken)
		default:
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusInternalServerError)
			fmt.Fprintf(w, `{"status":1,"statusCode":500,"error":{"message":%q,"hresult":0,"data":{}}}`, said)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// TestSecretsOfSignIn has every way to sign in, and looks for what is secret in all that
// the program says and keeps.
func TestSecretsOfSignIn(t *testing.T) {
	t.Parallel()
	p := start(t, "--portal-url="+indiscreet(t), "--sign-in", "--writes=off", "--upstream-report=on", "--log-level=debug", "--log-format=json")
	const document = `mutation SignIn($input: SignInInput!) { signIn(input: $input) { token expires viewer { displayName } retryAfter userErrors { field message code } } }`
	inline := `mutation { signIn(input: {userName: "somebody", password: "` + secretPassword + `", code: "` + secretCode + `"}) { token } }`
	body := func(query string, input map[string]any, hash string) string {
		request := map[string]any{"query": query, "variables": map[string]any{"input": input}}
		if hash != "" {
			request["extensions"] = map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": hash}, "upstream": true}
		}
		text, err := json.Marshal(request)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	as := func(user string) map[string]any {
		return map[string]any{"userName": user, "password": secretPassword, "code": secretCode}
	}
	var answers []testhttp.Response
	ask := func(want, body string, headers ...string) {
		t.Helper()
		got := p.query(t, body, append(headers, "X-Upstream-Report: 1")...)
		if !strings.Contains(got.Body, want) || got.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("got %s %v, want %s", got.Body, got.Header, want)
		}
		got.Body = strings.Replace(got.Body, `"token":"`+secretToken+`"`, "", 1)
		answers = append(answers, got)
	}
	ask(`"token":"`+secretToken+`"`, body(document, as("somebody"), ""))
	ask(`"displayName":"Anna Lindqvist"`, body(document, as("somebody"), testhttp.HashOf(document)))
	ask(`"WRONG_CREDENTIALS"`, body(document, as("other"), ""))
	ask(`"reasons":["the portal has to take a user name and password"]`, body(document, as("somebody"), ""))
	ask(`"UPSTREAM_ERROR"`, body(document, as("page"), ""))
	ask(`"UPSTREAM_BAD_RESPONSE"`, body(document, as("redirect"), ""))
	ask(`"UPSTREAM_BAD_RESPONSE"`, body(document, as("date"), ""))
	for range 6 {
		ask(`"userErrors":[{`, body(document, as("yet another"), ""))
	}
	ask(`"TRY_LATER"`, body(document, as("yet another"), ""))
	ask(`"INVALID"`, body(document, map[string]any{"userName": "somebody", "password": secretPassword, "code": secretCode + "/"}, ""))
	ask(`"GRAPHQL_VALIDATION_FAILED"`, body(document, map[string]any{"userName": "somebody", "password": []string{secretPassword}}, ""))
	ask(`"GRAPHQL_VALIDATION_FAILED"`, body(document, map[string]any{"userName": "somebody", secretPassword: secretPassword}, ""))
	ask(`"BAD_USER_INPUT"`, body(document, map[string]any{"userName": "somebody", "password": strings.Repeat(secretPassword, 100)}, ""))
	ask(`"GRAPHQL_VALIDATION_FAILED"`, body(inline, nil, ""))
	ask(`"GRAPHQL_VALIDATION_FAILED"`, body(inline, nil, testhttp.HashOf(inline)))
	unclosed := strings.TrimSuffix(inline, "}")
	ask(`"GRAPHQL_PARSE_FAILED"`, body(unclosed, nil, ""))
	ask(`"PERSISTED_QUERY_NOT_FOUND"`, `{"extensions":`+testhttp.PersistedExtension(testhttp.HashOf(inline))+`}`)
	answers = append(answers, testhttp.MustSend(t, http.MethodGet, "http://"+p.Public+"/graphql?query="+url.QueryEscape(inline), ""))
	answers = append(answers, testhttp.MustSend(t, http.MethodGet, "http://"+p.Public+"/graphql?query="+url.QueryEscape(document)+"&variables="+url.QueryEscape(`{"input":{"userName":"somebody","password":"`+secretPassword+`"}}`), ""))
	if last := answers[len(answers)-1]; last.Status != http.StatusMethodNotAllowed {
		t.Errorf("a GET is answered with %d %s", last.Status, last.Body)
	}

	said := map[string]string{"the log": p.log(), "the terminal": p.stdout.String(), "metrics": testhttp.Fetch(t, p.Admin, "/metrics").Body}
	for i, answer := range answers {
		said[fmt.Sprintf("answer %d", i)] = fmt.Sprint(answer.Header) + answer.Body
	}
	for where, text := range said {
		for _, secret := range []string{secretPassword, secretCode, secretToken, "X-Said"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s has %s:\n%s", where, secret, text)
			}
		}
	}
	for _, text := range []string{inline, unclosed} {
		if strings.Contains(said["the log"], shortHash(text)) {
			t.Errorf("a hash of the password can be tried: %s", text)
		}
	}
	if !strings.Contains(said["metrics"], `route="authentication/{code}"`) || len(p.logged(t, 15, "write")) != 15 || !strings.Contains(said["the log"], shortHash(document)) {
		t.Errorf("%d attempts are logged:\n%s", len(p.logged(t, 15, "write")), said["the log"])
	}
}

// TestSignInSetting has the whole program answer signIn, or not.
func TestSignInSetting(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		demo  bool
		flags []string
		code  string
	}{
		"demo portal":      {true, nil, ""},
		"demo portal, off": {true, []string{"--sign-in=off"}, "FORBIDDEN"},
		"a portal":         {false, nil, "FORBIDDEN"},
		"a portal, on":     {false, []string{"--sign-in"}, ""},
		"no writes":        {false, []string{"--sign-in", "--writes=off"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := test.flags
			if !test.demo {
				args = append(args, "--portal-url="+newPortal(t).url)
			}
			p := start(t, args...)
			got := p.query(t, `{"query":"mutation($input: SignInInput!) { signIn(input: $input) { token } }","variables":{"input":{"userName":"mark.oconnell@fennmark.example","password":"demo"}}}`)
			if got.Code(t) != test.code || (test.code == "") != strings.Contains(got.Body, `"token":"demo-mark.oconnell"`) {
				t.Errorf("got %s", got.Body)
			}
		})
	}
}

// TestSignInByAddress counts the attempts that one client makes behind a proxy.
func TestSignInByAddress(t *testing.T) {
	t.Parallel()
	p := start(t)
	try := func(user, client string) string {
		return p.query(t, `{"query":"mutation($input: SignInInput!) { signIn(input: $input) { token userErrors { code } } }","variables":{"input":{"userName":"`+user+`","password":"x"}}}`, "X-Forwarded-For: 203.0.113.1, "+client).Body
	}
	for i := range 22 {
		if got := try(fmt.Sprintf("user%d", i), "192.0.2.1"); strings.Contains(got, "TRY_LATER") != (i >= 20) {
			t.Errorf("%d: %s", i, got)
		}
	}
	if got := try("user21", "192.0.2.2"); !strings.Contains(got, "WRONG_CREDENTIALS") {
		t.Errorf("another client: %s", got)
	}
}
