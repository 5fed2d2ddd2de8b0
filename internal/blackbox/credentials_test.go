package blackbox

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/upstream/demo"
)

// portalStub is a demo portal that notes what reaches it.
type portalStub struct {
	*demo.Portal
	url string

	mu      sync.Mutex
	headers []http.Header
}

func (p *portalStub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.headers = append(p.headers, r.Header.Clone())
	p.mu.Unlock()
	p.Portal.ServeHTTP(w, r)
}

// take returns the headers of the calls since it was last asked.
func (p *portalStub) take() []http.Header {
	p.mu.Lock()
	defer p.mu.Unlock()
	taken := p.headers
	p.headers = nil
	return taken
}

func newPortal(t *testing.T) *portalStub {
	t.Helper()
	p := &portalStub{Portal: demo.New()}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	t.Cleanup(func() { _ = p.Close() }) // lets go of calls that hang
	p.url = server.URL
	return p
}

// A credential goes to the portal as it came, and nothing else of the caller does.
func TestCredentials(t *testing.T) {
	t.Parallel()
	const unknown = "UNAUTHENTICATED"
	const cookie = "asc_auth_key=" + demo.Token
	tests := map[string]struct {
		headers []string
		want    []http.Header // of the portal's calls, beside User-Agent and Accept-Encoding
		code    string
	}{
		"none":         {nil, nil, unknown},
		"empty":        {[]string{"Authorization: ", "Cookie: asc_auth_key="}, nil, unknown},
		"other cookie": {[]string{"Cookie: session=" + demo.Token}, nil, unknown},
		"token": {
			[]string{"Authorization: " + demo.Token},
			[]http.Header{{"Authorization": {demo.Token}}},
			"",
		},
		"bearer": {
			[]string{"Authorization: Bearer " + demo.Token},
			[]http.Header{{"Authorization": {"Bearer " + demo.Token}}},
			"",
		},
		"as it came, unknown": {
			[]string{`Authorization: bEARER  x="a, b"; c`},
			[]http.Header{{"Authorization": {`bEARER  x="a, b"; c`}}},
			unknown,
		},
		"cookie among others": {
			[]string{"Cookie: theme=dark; " + cookie + "; session=1", "Cookie: more=2"},
			[]http.Header{{"Cookie": {cookie}}},
			"",
		},
		"both, and much else": {
			[]string{
				"Authorization: " + demo.Token, "Cookie: a=b; " + cookie, "X-Api-Key: k", "X-Forwarded-For: 10.1.2.3", "X-Forwarded-Host: evil.example",
				"X-Request-Id: mine", "Forwarded: for=10.1.2.3", "Referer: https://app.example.com/", "Accept-Language: sv", "User-Agent: curl/8",
				"If-None-Match: x", "X-Http-Method-Override: DELETE", "Traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "Proxy-Authorization: Basic abc",
			},
			[]http.Header{{"Authorization": {demo.Token}, "Cookie": {cookie}}},
			"",
		},
	}
	portal := newPortal(t)
	p := start(t, "--portal-url="+portal.url)
	for _, header := range portal.take() { // of the look at the start
		if header.Get("Authorization")+header.Get("Cookie") != "" {
			t.Errorf("at the start the portal got %v", header)
		}
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := p.query(t, oneOpportunity, test.headers...)
			if code := got.Code(t); code != test.code || code == "" && got.Body != withTitle {
				t.Errorf("got %s", got.Body)
			}
			for _, header := range test.want {
				header["User-Agent"] = []string{"onlyoffice-graphql"}
				header["Accept-Encoding"] = []string{"gzip"}
			}
			if diff := cmp.Diff(test.want, portal.take()); diff != "" {
				t.Errorf("the portal got (-want +got):\n%s", diff)
			}
		})
	}
}

// The program's own token is for callers that bring none.
func TestPortalToken(t *testing.T) {
	t.Parallel()
	portal := newPortal(t)
	p := start(t, "--portal-url="+portal.url, "--portal-token="+demo.Token)
	if looked := portal.take(); len(looked) != 2 || looked[0].Get("Authorization")+looked[1].Get("Authorization") != "" {
		t.Errorf("at the start the portal got %v", looked)
	}
	if got := p.query(t, oneOpportunity); got.Body != withTitle {
		t.Errorf("without a credential: %s", got.Body)
	}
	if got := p.query(t, oneOpportunity, "Authorization: wrong").Code(t); got != "UNAUTHENTICATED" {
		t.Errorf("with a credential of its own: %s", got)
	}
	if got := p.query(t, oneOpportunity, "Cookie: asc_auth_key=wrong").Code(t); got != "UNAUTHENTICATED" {
		t.Errorf("with a cookie of its own: %s", got)
	}
	var sent []string
	for _, header := range portal.take() {
		sent = append(sent, header.Get("Authorization")+header.Get("Cookie"))
	}
	if diff := cmp.Diff([]string{demo.Token, "wrong", "asc_auth_key=wrong"}, sent); diff != "" {
		t.Error(diff)
	}
	if output := p.stdout.String() + p.log(); strings.Contains(output, demo.Token) {
		t.Errorf("the token is printed:\n%s", output)
	}
}

func TestPortalTokenWarning(t *testing.T) {
	t.Parallel()
	const warning = "everybody who reaches this address acts as the owner of --portal-token"
	tests := map[string]struct {
		args []string
		want int
	}{
		"everywhere":       {[]string{"--listen=:0", "--portal-token=t"}, 1},
		"no token":         {[]string{"--listen=:0"}, 0},
		"loopback":         {[]string{"--portal-token=t"}, 0},
		"loopback by name": {[]string{"--listen=localhost:0", "--portal-token=t"}, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lines := start(t, test.args...).logged(t, test.want, warning)
			if len(lines) != test.want {
				t.Errorf("warned %d times", len(lines))
			}
			for _, line := range lines {
				if line["level"] != "WARN" || line["listen"] == "" {
					t.Errorf("warned as %v", line)
				}
			}
		})
	}
}
