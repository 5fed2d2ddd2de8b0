package resolvers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/resolvers"
	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

// TestAttemptsInOneOperation counts aliases, and holds up no other login.
func TestAttemptsInOneOperation(t *testing.T) {
	t.Parallel()
	a, _ := hears(t, resolvers.Options{SignIn: true})
	var all strings.Builder
	for i := range 10 {
		fmt.Fprintf(&all, "a%d: signIn(input: $input) { retryAfter userErrors { code message } } ", i)
	}
	got := a.ask(t, `mutation($input: SignInInput!) { `+all.String()+`}`, as("mark.oconnell", "guess"))
	if strings.Count(got, "WRONG_CREDENTIALS") != 4 || strings.Count(got, `{"retryAfter":75,"userErrors":[{"code":"TRY_LATER","message":"There were too many attempts to sign in. Try again in 75 s."}]}`) != 6 {
		t.Errorf("got %s", got)
	}
	a.expect(t, signIn, as("MARK.OCONNELL", "demo"), `{"data": {"signIn": {"token": null, "viewer": null, "retryAfter": 75, "userErrors": [{"field": null, "code": "TRY_LATER"}]}}}`)
	a.expectCalls(t, calls{withoutCode: 4})
	for range 8 {
		if got := a.ask(t, signIn, as("anna.lindqvist", "demo")); !strings.Contains(got, `"token":"demo-anna.lindqvist"`) {
			t.Errorf("another: %s", got)
		}
	}
}

// TestAttemptsOfOneAddress counts those of all logins, and of no other address.
func TestAttemptsOfOneAddress(t *testing.T) {
	t.Parallel()
	a, _ := hears(t, resolvers.Options{SignIn: true})
	a.address = "192.0.2.1"
	for i := range 25 {
		got := a.ask(t, signIn, as(fmt.Sprintf("user%d", i), "guess"))
		if later := strings.Contains(got, `"retryAfter":15,"userErrors":[{"field":null,"code":"TRY_LATER"}]`); later != (i >= 20) {
			t.Errorf("%d: %s", i, got)
		}
	}
	a.expectCalls(t, calls{withoutCode: 20})
	a.address = "192.0.2.2"
	if got := a.ask(t, signIn, as("mark.oconnell", "demo")); !strings.Contains(got, `"token":"demo-mark.oconnell"`) {
		t.Errorf("another address: %s", got)
	}
}

// TestAttemptsWithoutAPortal do not count where the portal says nothing of the password:
// where it cannot be reached, fails, or its answer is lost.
func TestAttemptsWithoutAPortal(t *testing.T) {
	t.Parallel()
	var isDown atomic.Bool
	isDown.Store(true)
	a := newAPI(t, func(o *upstream.Options) {
		o.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			if isDown.Load() {
				return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
			}
			return (&net.Dialer{}).DialContext(ctx, network, address)
		}
	})
	for range 8 {
		if got := a.ask(t, signIn, as("mark.oconnell", "demo")); !strings.Contains(got, `"code":"UPSTREAM_UNAVAILABLE","outcome":"NOT_DONE"`) {
			t.Errorf("got %s", got)
		}
	}
	isDown.Store(false)
	if got := a.ask(t, signIn, as("mark.oconnell", "demo")); !strings.Contains(got, `"token":"demo-mark.oconnell"`) {
		t.Errorf("got %s", got)
	}
	a.portal.Inject(demo.Fault{Kind: demo.Reset, Route: "authentication"})
	for range 4 {
		if got := a.ask(t, signIn, as("mark.oconnell", "demo")); !strings.Contains(got, "UPSTREAM_UNAVAILABLE") {
			t.Errorf("got %s", got)
		}
	}
	a.portal.ClearFaults()
	if got := a.ask(t, signIn, as("mark.oconnell", "demo")); !strings.Contains(got, `"token":"demo-mark.oconnell"`) {
		t.Errorf("got %s", got)
	}
}

// TestAttemptsOfClientsThatLeave count: their passwords were tried all the same.
func TestAttemptsOfClientsThatLeave(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.portal.Inject(demo.Fault{Kind: demo.Delay, Route: "authentication", Delay: 300 * time.Millisecond})
	body, err := json.Marshal(map[string]any{"query": signIn, "variables": as("mark.oconnell", "wrong")})
	if err != nil {
		t.Fatal(err)
	}
	server := testhttp.NewServer(t, a.handler)
	for i := range 4 {
		ctx, leave := context.WithCancel(t.Context())
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		go func() {
			for a.portal.Calls()[withoutCode] <= i && t.Context().Err() == nil {
				time.Sleep(time.Millisecond)
			}
			leave()
		}()
		if resp, err := http.DefaultClient.Do(req); err == nil {
			_ = resp.Body.Close()
			t.Error("an answer came")
		}
	}
	time.Sleep(600 * time.Millisecond) // until the portal has answered
	if got := a.ask(t, signIn, as("mark.oconnell", "demo")); !strings.Contains(got, "TRY_LATER") {
		t.Errorf("got %s", got)
	}
}

// TestAttemptsAreForgiven to who signs in: asking for a code counts only until it is given.
func TestAttemptsAreForgiven(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	input := as("yael.ben-ami", "demo")
	withCode := as("yael.ben-ami", "demo", "246810")
	for range 5 {
		if got := a.ask(t, signIn, input); !strings.Contains(got, "CODE_NEEDED") {
			t.Errorf("got %s", got)
		}
		if got := a.ask(t, signIn, withCode); !strings.Contains(got, `"token":"demo-yael.ben-ami"`) {
			t.Errorf("got %s", got)
		}
	}
}
