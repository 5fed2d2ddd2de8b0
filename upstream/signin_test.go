package upstream

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/upstream/demo"
)

const annasMail = "anna.lindqvist@fennmark.example"

// TestSignIn has the whole exchange: what is sent, and what each answer means.
func TestSignIn(t *testing.T) {
	t.Parallel()
	expires := DateTime{time.Date(2027, 3, 2, 9, 0, 0, 0, time.UTC)}
	const refused = `{"status":1,"statusCode":500,"error":{"message":"User authentication failed: hunter2","hresult":-2146233087,"data":{}}}`
	given := func(response string) string {
		return `{"count":1,"status":0,"statusCode":201,"response":` + response + `}`
	}
	for name, test := range map[string]struct {
		code   string
		status int
		answer string
		want   Session
		kind   Kind
	}{
		"a token":            {"", 201, given(`{"token":"t0","expires":"2027-03-02T09:00:00.0000000Z"}`), Session{Token: "t0", Expires: expires}, 0},
		"with a code":        {"246810", 201, given(`{"token":"t0","expires":"2027-03-02T09:00:00.0000000Z","sms":true,"phoneNoise":"+33**"}`), Session{Token: "t0", Expires: expires, SMS: true, HasPhone: true}, 0},
		"a code by SMS":      {"", 201, given(`{"token":null,"sms":true,"phoneNoise":"+33**"}`), Session{SMS: true, HasPhone: true}, 0},
		"no phone yet":       {"", 201, given(`{"sms":true,"phoneNoise":null}`), Session{SMS: true}, 0},
		"a code of an app":   {"", 201, given(`{"tfa":true}`), Session{App: true}, 0},
		"no app yet":         {"", 201, given(`{"tfa":true,"tfaKey":"JBSWY3DPEHPK3PXP"}`), Session{App: true, SetsUp: true}, 0},
		"nothing":            {"", 201, given(`{"token":null}`), Session{}, KindBadAnswer},
		"a wrong password":   {"", 500, refused, Session{}, KindUnauthenticated},
		"a wrong code":       {"000000", 500, refused, Session{}, KindUnauthenticated},
		"401":                {"", 401, "Unauthorized", Session{}, KindUnauthenticated},
		"an address":         {"", 403, "", Session{}, KindForbidden},
		"too many":           {"", 429, refused, Session{}, KindRateLimited},
		"not paid":           {"", 402, refused, Session{}, KindServer},
		"a page":             {"", 500, "<html>hunter2</html>", Session{}, KindServer},
		"the sign-in page":   {"", 200, `<html><input type="password" value="hunter2">`, Session{}, KindBadAnswer},
		"something else":     {"", 201, given(`["hunter2"]`), Session{}, KindBadAnswer},
		"a gateway, no word": {"", 502, "hunter2", Session{}, KindServer},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := "/api/2.0/authentication.json userName=a%2Bb%40example.com&password=hunter2"
			if test.code != "" {
				want = "/api/2.0/authentication/" + test.code + ".json userName=a%2Bb%40example.com&password=hunter2"
			}
			var mu sync.Mutex
			var asked []string
			client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
				form, _ := io.ReadAll(r.Body)
				mu.Lock()
				asked = append(asked, r.URL.RequestURI()+" "+string(form))
				mu.Unlock()
				if r.Header.Get("Authorization") != "" || r.Header.Get("Cookie") != "" {
					t.Error("a credential is shown")
				}
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(test.status)
				_, _ = w.Write([]byte(test.answer))
			})
			caller := client.For(token)
			defer caller.Close()
			got, err := caller.SignIn(t.Context(), NewSession{UserName: "a+b@example.com", Password: "hunter2", Code: test.code})
			if diff := cmp.Diff(test.want, got); diff != "" || KindOf(err) != test.kind {
				t.Errorf("%v\n%s", err, diff)
			}
			if diff := cmp.Diff([]string{want}, asked); diff != "" || caller.Calls() != 1 {
				t.Errorf("%d calls, (-want +got):\n%s", caller.Calls(), diff)
			}
			if text := fmt.Sprintf("%v %+v %#v", err, err, err); strings.Contains(text, "hunter2") || strings.Contains(text, "+33") {
				t.Errorf("an error quotes the portal: %s", text)
			}
			if text := fmt.Sprintf("%v %+v %#v %v", got, got, got, NewSession{Password: "hunter2"}); strings.Contains(text, "t0") || strings.Contains(text, "hunter2") {
				t.Errorf("printed as %s", text)
			}
		})
	}
}

// TestSignInIsNeverRepeated has the portal refuse connections, close them and be slow.
func TestSignInIsNeverRepeated(t *testing.T) {
	t.Parallel()
	for _, kind := range []demo.FaultKind{demo.Reset, demo.BadGateway, demo.Hang} {
		synctest.Test(t, func(t *testing.T) {
			portal, client := bubbleDemo(t)
			portal.Inject(demo.Fault{Kind: kind, Route: "authentication"})
			caller := client.For(Credentials{})
			defer caller.Close()
			if _, err := caller.SignIn(t.Context(), NewSession{UserName: annasMail, Password: "demo"}); err == nil || outcomeOf(err) != "" {
				t.Errorf("%v: %v", kind, err)
			}
			if diff := cmp.Diff(map[string]int{"POST authentication": 1}, portal.Calls()); diff != "" {
				t.Errorf("%v: portal calls (-want +got):\n%s", kind, diff)
			}
			_ = portal.Close()
		})
	}
}

// TestSignInsShareNoConnection has each attempt come over a connection of its own, which
// is closed: also where one begins before the connection of another is.
func TestSignInsShareNoConnection(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	seen := map[string]bool{}
	var client *Client
	signIn := func() {
		caller := client.For(Credentials{})
		defer caller.Close()
		if _, err := caller.SignIn(t.Context(), NewSession{UserName: annasMail, Password: "demo"}); err != nil {
			t.Error(err)
		}
	}
	var begun atomic.Bool
	client = newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if seen[r.RemoteAddr] {
			t.Error("a connection is used again")
		}
		seen[r.RemoteAddr] = true
		_, _ = w.Write([]byte(`{"status":0,"response":{"token":"t0"}}`))
	}, func(o *Options) {
		o.Observe = func(context.Context, Call) { // when the first has its answer
			if begun.CompareAndSwap(false, true) {
				signIn()
			}
		}
	})
	for range 3 {
		signIn()
	}
	client.pools.mu.Lock()
	defer client.pools.mu.Unlock()
	if kept := client.pools.kept.Len(); kept != 0 || len(seen) != 4 {
		t.Errorf("%d pools are kept, %d connections were made", kept, len(seen))
	}
}

// TestSelfOf asks with the token of the session.
func TestSelfOf(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		portal, client := bubbleDemo(t)
		caller := client.For(Credentials{})
		defer caller.Close()
		session, err := caller.SignIn(t.Context(), NewSession{UserName: "mark.oconnell@fennmark.example", Password: "demo"})
		if err != nil {
			t.Fatal(err)
		}
		self, err := caller.SelfOf(t.Context(), session)
		if err != nil || self.UserName != "mark.oconnell" || caller.Calls() != 2 {
			t.Errorf("%+v %v, %d calls", self, err, caller.Calls())
		}
		if !session.Expires.After(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)) || portal.Calls()["GET people/@self"] != 1 {
			t.Errorf("expires %v, %v", session.Expires, portal.Calls())
		}
	})
}

// TestSelfOfSaysNothing of what a portal answers, which may hold the token.
func TestSelfOfSaysNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := bubbleClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Error(w, `{"status":1,"statusCode":500,"error":{"message":"`+r.Header.Get("Authorization")+`"}}`, http.StatusInternalServerError)
		}))
		caller := client.For(Credentials{})
		defer caller.Close()
		_, err := caller.SelfOf(t.Context(), Session{Token: "new-token"})
		if KindOf(err) != KindServer || strings.Contains(err.Error(), "new-token") {
			t.Errorf("got %v", err)
		}
	})
}
