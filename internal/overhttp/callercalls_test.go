package overhttp

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/resolvers"
	"onlyoffice-graphql/upstream"
)

// countingPortal is a portal within a synctest bubble that takes all credentials but those
// that begin with "made-up".
type countingPortal struct {
	mu    sync.Mutex
	calls int
}

func (p *countingPortal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.calls++
	p.mu.Unlock()
	if strings.HasPrefix(r.Header.Get("Authorization"), "made-up") {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"status":0,"response":{"id":%s}}`, strings.TrimSuffix(path.Base(r.URL.Path), ".json"))
}

// counted returns how many calls there were since it was last asked.
func (p *countingPortal) counted() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	calls := p.calls
	p.calls = 0
	return calls
}

// newCountedAPI returns an API that callers may make that many portal calls through a minute,
// within a bubble. The header Address says where a request comes from.
func newCountedAPI(t *testing.T, callerCalls int) (*testAPI, *countingPortal) {
	t.Helper()
	portal, network := &countingPortal{}, testhttp.NewPipes()
	server := &http.Server{Handler: portal}
	go func() { _ = server.Serve(network) }()
	client := upstream.New(upstream.Options{URL: &url.URL{Scheme: "http", Host: "portal.example"}, Dial: network.Dial})
	t.Cleanup(func() {
		client.Close()
		_ = server.Close()
		synctest.Wait()
	})
	api := &testAPI{}
	api.serve(client, resolvers.Options{SignIn: true, CallerCalls: callerCalls}, usualLimits())
	return api, portal
}

// making asks for something that takes that many portal calls, up to 24, which one request
// makes at a time.
func (api *testAPI) making(calls int, headers ...string) *httptest.ResponseRecorder {
	var fields strings.Builder
	for i := range calls {
		fmt.Fprintf(&fields, " a%d: opportunity(id: %d) { id }", i, i+1)
	}
	return post(api, `{"query":"{ __typename`+fields.String()+` }"}`, headers...)
}

const anna, mark = "Authorization: anna", "Authorization: mark"

// wantBalance fails unless an answer has that status, and tells what is left of ten.
func wantBalance(t *testing.T, got *httptest.ResponseRecorder, status int, balance string) {
	t.Helper()
	if policy := got.Header().Get("RateLimit-Policy"); got.Code != status || got.Header().Get("RateLimit") != balance || policy != `"caller";q=10;w=60` {
		t.Errorf("got %d, %q, %q, want %d, %q: %.200s", got.Code, policy, got.Header().Get("RateLimit"), status, balance, got.Body)
	}
}

// TestCallerCalls counts to ten: what is left, who is refused, and for how long.
func TestCallerCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api, portal := newCountedAPI(t, 10)
		wantBalance(t, api.making(0, anna), 200, `"caller";r=10;t=0`)
		wantBalance(t, api.making(1, anna), 200, `"caller";r=9;t=6`)
		wantBalance(t, api.making(8, anna), 200, `"caller";r=1;t=54`)
		wantBalance(t, api.making(1, anna), 200, `"caller";r=0;t=6`)
		refused := api.making(1, anna)
		wantBalance(t, refused, 429, `"caller";r=0;t=6`)
		const want = `{"errors":[{"message":"This caller has no portal calls left, of which it has 10 a minute. Wait 6 s, then ask again.","extensions":{"code":"RATE_LIMITED","requestId":"r1","retryAfter":6,"retryable":true}}]}`
		if got := refused.Body.String(); got != want || refused.Header().Get("Retry-After") != "6" {
			t.Errorf("got %s, Retry-After %s", got, refused.Header().Get("Retry-After"))
		}
		if calls := portal.counted(); calls != 10 {
			t.Errorf("%d portal calls", calls)
		}
		wantBalance(t, api.making(1, mark), 200, `"caller";r=9;t=6`) // another caller
		time.Sleep(6*time.Second - 1)
		wantBalance(t, api.making(1, anna), 429, `"caller";r=0;t=1`)
		time.Sleep(time.Nanosecond)
		wantBalance(t, api.making(1, anna), 200, `"caller";r=0;t=6`)
		time.Sleep(time.Minute)
		wantBalance(t, api.making(0, anna), 200, `"caller";r=10;t=0`)
	})
}

// TestCallerCallsOfBigOperations are a debt, and Retry-After tells when it is paid.
func TestCallerCallsOfBigOperations(t *testing.T) {
	t.Parallel()
	for calls, wait := range map[int]string{10: "6", 11: "12", 20: "66", 24: "90"} {
		t.Run(wait, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				api, portal := newCountedAPI(t, 10)
				wantBalance(t, api.making(calls, anna), 200, `"caller";r=0;t=`+wait)
				refused := api.making(0, anna) // before its document is looked at
				if wantBalance(t, refused, 429, `"caller";r=0;t=`+wait); refused.Header().Get("Retry-After") != wait {
					t.Errorf("Retry-After %s", refused.Header().Get("Retry-After"))
				}
				if n := portal.counted(); n != calls {
					t.Errorf("%d portal calls", n)
				}
				seconds, _ := strconv.Atoi(wait)
				time.Sleep(time.Duration(seconds)*time.Second - 1)
				wantBalance(t, api.making(1, anna), 429, `"caller";r=0;t=1`)
				time.Sleep(time.Nanosecond)
				wantBalance(t, api.making(1, anna), 200, `"caller";r=0;t=6`)
			})
		})
	}
}

// TestCallerCallsOfMadeUpCredentials are those of their address, and take nothing of a
// caller whom the portal knows, wherever that one is.
func TestCallerCallsOfMadeUpCredentials(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const here, there = "Address: 192.0.2.1", "Address: 192.0.2.2"
		api, portal := newCountedAPI(t, 10)
		wantBalance(t, api.making(3, anna, here), 200, `"caller";r=7;t=18`)
		portal.counted()
		let := 0
		for i := range 100 {
			if api.making(1, fmt.Sprintf("Authorization: made-up %d", i), here).Code == 200 {
				let++
			}
		}
		if calls := portal.counted(); let != 10 || calls != 10 {
			t.Errorf("%d made-up credentials made %d calls", let, calls)
		}
		wantBalance(t, api.making(1, anna, here), 200, `"caller";r=6;t=24`)
		wantBalance(t, api.making(1, mark, here), 429, `"caller";r=0;t=6`) // the portal has not taken its credential yet
		wantBalance(t, api.making(1, mark, there), 200, `"caller";r=9;t=6`)
		wantBalance(t, api.making(1, mark, here), 200, `"caller";r=8;t=12`)
		wantBalance(t, api.making(1, "Authorization: made-up"), 200, `"caller";r=9;t=6`) // of no known address
	})
}

// TestCallerCallsOfRefusedRequests stand in the header of refusals, too.
func TestCallerCallsOfRefusedRequests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api, _ := newCountedAPI(t, 10)
		wantBalance(t, post(api, `{"query":"{"}`, anna), 400, `"caller";r=10;t=0`)
		wantBalance(t, testhttp.Ask(api, http.MethodDelete, "/graphql", "", anna), 405, `"caller";r=10;t=0`)
	})
}

// TestCallerCallsWithoutLimit are not counted, and have no header fields.
func TestCallerCallsWithoutLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api, portal := newCountedAPI(t, 0)
		for range 3 {
			got := api.making(24, anna)
			for _, name := range []string{"RateLimit", "RateLimit-Policy", "Retry-After"} {
				if got.Code != 200 || got.Header().Get(name) != "" {
					t.Errorf("got %d, %s: %s", got.Code, name, got.Header().Get(name))
				}
			}
		}
		if calls := portal.counted(); calls != 72 {
			t.Errorf("%d portal calls", calls)
		}
	})
}

// TestCallerCallsAreExposed to pages of other origins.
func TestCallerCallsAreExposed(t *testing.T) {
	t.Parallel()
	handler := CrossOrigin([]string{"https://app.example.com"}, slog.New(slog.DiscardHandler))(http.NotFoundHandler())
	got := testhttp.Ask(handler, http.MethodGet, "/graphql", "", byAnApp).Header().Get("Access-Control-Expose-Headers")
	if want := "X-Request-Id, Retry-After, Ratelimit-Policy, Ratelimit"; got != want {
		t.Errorf("exposes %s", got)
	}
}

// TestCallerCallsOfSignIns are those of the address, as long as there is no credential.
func TestCallerCallsOfSignIns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api, portal := newCountedAPI(t, 10)
		const signIn = `{"query":"mutation($input: SignInInput!) { signIn(input: $input) { token } }","variables":{"input":{"userName":"anna@example.com","password":"a"}}}`
		const here = "Address: 192.0.2.1"
		wantBalance(t, post(api, signIn, here), 200, `"caller";r=9;t=6`)
		wantBalance(t, post(api, signIn, here), 200, `"caller";r=8;t=12`)
		wantBalance(t, api.making(1, here), 200, `"caller";r=8;t=12`) // for which the portal is not asked
		wantBalance(t, api.making(0, "Address: 192.0.2.2"), 200, `"caller";r=10;t=0`)
		if calls := portal.counted(); calls != 2 {
			t.Errorf("%d portal calls", calls)
		}
	})
}
