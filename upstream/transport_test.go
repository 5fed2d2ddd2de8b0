package upstream

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSent shows all that a portal is sent.
func TestSent(t *testing.T) {
	t.Parallel()
	type received struct {
		Target, Host, Body string
		Header             http.Header
		Encoding           []string
	}
	var got received
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = received{r.Method + " " + r.RequestURI + " " + r.Proto, r.Host, string(body), r.Header, r.TransferEncoding}
	}))
	t.Cleanup(server.Close)
	batch := url.Values{"batch": {`[{"Name":"(name)","RelativeUrl":"/api/2.0/a.json"},{"Name":"(name)","RelativeUrl":"/api/2.0/a.json"}]`}}.Encode()
	calls := map[string]struct {
		ask          func(c *Caller)
		method       string
		target, body string
	}{
		"GET": {func(c *Caller) { c.Opportunities(t.Context(), nil, []int{3101}, nil) }, "GET", "crm/opportunity/3101.json", ""},
		"GET with a query": {func(c *Caller) {
			query := Query[OpportunityCriteria]{OpportunityCriteria{Text: "50% + Ωmega & co? #1/2"}, Window{Count: 1, SortBy: "id"}}
			c.ListOpportunities(t.Context(), nil, []Query[OpportunityCriteria]{query}, nil)
		}, "GET", "crm/opportunity/filter.json?count=1&filterValue%5B%5D=50%25+%2B+%CE%A9mega+%26+co%3F+%231%2F2&sortBy=id&sortOrder=ascending", ""},
		"batch": {func(c *Caller) {
			_ = (&slot{caller: c}).readBatch(t.Context(), []item{{route: route{template: "a"}}, {route: route{template: "a"}}})
		}, "POST", "batch.json", batch},
	}
	addresses := map[string][2]string{ // host and path as they are sent
		"http://portal.example":                          {"portal.example", ""},
		"http://portal.example:80/":                      {"portal.example:80", ""},
		"http://[::1]:8080/a%2Fb/%7Ec/d%20e//f":          {"[::1]:8080", "/a%2Fb/%7Ec/d%20e//f"},
		"http://portal.example/\u043e\u0444\u0438\u0441": {"portal.example", "/%D0%BE%D1%84%D0%B8%D1%81"},
	}
	credentials := map[string]Credentials{
		"header": {Authorization: "raw token"}, "cookie": {Cookie: `"quoted, +/="`},
		"both": {Authorization: "Bearer \tΩ\xff", Cookie: "a"}, "a comma": {Cookie: "a,b c"},
	}
	for address, parts := range addresses {
		for call, test := range calls {
			for name, who := range credentials {
				client := wireClient(t, address)
				client.pools.model.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
					return new(net.Dialer).DialContext(ctx, "tcp", server.Listener.Addr().String())
				}
				got = received{}
				caller := client.For(who)
				test.ask(caller)
				body := strings.ReplaceAll(test.body, url.QueryEscape("(name)"), caller.nameOf("/api/2.0/a.json"))
				want := received{
					test.method + " " + parts[1] + "/api/2.0/" + test.target + " HTTP/1.1", parts[0], body,
					http.Header{"User-Agent": {"onlyoffice-graphql"}, "Accept-Encoding": {"gzip"}},
					nil,
				}
				if body != "" {
					want.Header["Content-Type"] = []string{formType}
					want.Header["Content-Length"] = []string{strconv.Itoa(len(body))}
				}
				if who.Authorization != "" {
					want.Header["Authorization"] = []string{who.Authorization}
				}
				if who.Cookie != "" {
					want.Header["Cookie"] = []string{"asc_auth_key=" + who.Cookie}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s, %s, %s: (-want +got)\n%s", address, call, name, diff)
				}
				client.Close()
			}
		}
	}
}

// TestControlCharacters has credentials that would end their line. Nothing is
// sent, and nothing told of them.
func TestControlCharacters(t *testing.T) {
	t.Parallel()
	var requests, connections atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	c := wireClient(t, server.URL)
	for _, text := range []string{"\r", "\n", "\r\nX-Admin: 1", "\r\n\r\nGET / HTTP/1.1\r\n\r\n", "\x00", "\x1f", "\x7f"} {
		for _, who := range []Credentials{
			{Authorization: "secret" + text},
			{Authorization: text + "secret"},
			{Cookie: "secret" + text + "secret"},
			{Authorization: "secret", Cookie: "secret" + text},
		} {
			for _, ids := range [][]int{{3101}, {3101, 3102}} {
				for _, r := range c.For(who).Opportunities(t.Context(), nil, ids, nil) {
					var e *Error
					if !errors.As(r.Err, &e) || e.Kind != KindUnavailable || (request{}).retryable(r.Err) {
						t.Errorf("%q: got %v", text, r.Err)
					} else if strings.Contains(r.Err.Error(), "secret") || strings.Contains(r.Err.Error(), "X-Admin") {
						t.Errorf("%q: the error tells too much: %v", text, r.Err)
					}
				}
			}
		}
	}
	if requests.Load() != 0 || connections.Load() != 0 {
		t.Errorf("%d connections and %d requests", connections.Load(), requests.Load())
	}
}

// TestRoutesStayInTheirLine has routes that would end theirs, if they were sent
// as they are.
func TestRoutesStayInTheirLine(t *testing.T) {
	t.Parallel()
	var targets []string
	client := newTestClient(t, func(_ http.ResponseWriter, r *http.Request) { targets = append(targets, r.RequestURI) }, noRetries)
	caller := client.For(token)
	for _, template := range []string{"a\r\nX: 1", "a\x00b", "a%zz"} {
		_, err := get(t.Context(), caller, route{template: template}, decode[struct{}])
		if KindOf(err) != KindUnavailable || (request{}).retryable(err) || !errors.Is(err, errNotSendable) {
			t.Errorf("%q: %v", template, err)
		}
	}
	for _, template := range []string{"a HTTP/1.1", "ä"} {
		_, _ = get(t.Context(), caller, route{template: template}, decode[struct{}])
	}
	if want := []string{"/portal/api/2.0/a%20HTTP/1.1.json", "/portal/api/2.0/%C3%A4.json"}; !slices.Equal(targets, want) {
		t.Errorf("got %q, want %q", targets, want)
	}
}

// TestGzip reads compressed answers.
func TestGzip(t *testing.T) {
	t.Parallel()
	const limit = 1 << 16
	good := body(t, "opportunity_full.json")
	padded := func(n int) string { return zipped(good + strings.Repeat(" ", n-len(good))) }
	damaged := []byte(zipped(good))
	damaged[len(damaged)-7]++ // of the checksum
	for name, test := range map[string]struct {
		status int
		body   string
		kind   Kind
		err    error
		bytes  int
	}{
		"small":              {body: zipped(good), bytes: len(good)},
		"two members":        {body: zipped(good[:99]) + zipped(good[99:]), bytes: len(good)},
		"uncompressed":       {body: zippedAs(good, gzip.NoCompression), bytes: len(good)},
		"up to the limit":    {body: padded(limit), bytes: limit},
		"beyond the limit":   {body: padded(limit + 1), kind: KindBadAnswer, err: errTooLarge, bytes: limit + 1},
		"far beyond":         {body: padded(16 << 20), kind: KindBadAnswer, err: errTooLarge, bytes: limit + 1},
		"a wrong sum":        {body: string(damaged), kind: KindBadAnswer, err: errBrokeOff, bytes: len(good)},
		"cut":                {body: zipped(good)[:len(zipped(good))-9], kind: KindBadAnswer, err: errBrokeOff, bytes: -1},
		"cut in its header":  {body: zipped(good)[:5], kind: KindBadAnswer, err: errBrokeOff},
		"not gzip":           {body: good, kind: KindBadAnswer, err: errBrokeOff},
		"of nothing":         {body: zipped(""), kind: KindBadAnswer},
		"no body":            {kind: KindBadAnswer},
		"no body, signed in": {status: 401, kind: KindUnauthenticated},
		"no body, elsewhere": {status: 302, kind: KindBadAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, chunked := range []bool{false, true} {
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("Accept-Encoding") != "gzip" {
						t.Errorf("Accept-Encoding %q", r.Header["Accept-Encoding"])
					}
					w.Header().Set("Content-Encoding", "GZip")
					if !chunked {
						w.Header().Set("Content-Length", lengthOf(test.body))
					}
					w.WriteHeader(max(200, test.status))
					if chunked {
						_ = http.NewResponseController(w).Flush()
					}
					_, _ = io.WriteString(w, test.body)
				}))
				t.Cleanup(server.Close)
				var calls []Call
				c := wireClient(t, server.URL, func(o *Options) {
					o.BodyLimit = limit
					o.Observe = func(_ context.Context, c Call) { calls = append(calls, c) }
				})
				o, err := one(t.Context(), c, token, 3101)
				if KindOf(err) != test.kind || (err == nil) != (test.kind == KindUnknown) ||
					test.err != nil && !errors.Is(err, test.err) {
					t.Errorf("got %v", err)
				}
				if err == nil && o.Title != "Fleet telematics rollout" {
					t.Errorf("title %q", o.Title)
				}
				if len(calls) != 1 || test.bytes >= 0 && calls[0].Bytes != test.bytes || calls[0].Status != max(200, test.status) {
					t.Errorf("calls %+v, want one of %d bytes", calls, test.bytes)
				}
			}
		})
	}
}

func zippedAs(text string, level int) string {
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, level)
	_, _ = io.WriteString(z, text)
	_ = z.Close()
	return out.String()
}

func lengthOf(text string) string { return strings.TrimPrefix(length(len(text)), "Content-Length: ") }

// TestTLS speaks to a portal that has a certificate, known or not, and knows
// HTTP/2 or not.
func TestTLS(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		wanted, known bool // HTTP/2
		proto         string
	}{
		"HTTP/1.1":            {proto: "HTTP/1.1"},
		"HTTP/2 unwanted":     {known: true, proto: "HTTP/1.1"},
		"HTTP/2 unknown":      {wanted: true, proto: "HTTP/1.1"},
		"HTTP/2 on both ends": {wanted: true, known: true, proto: "HTTP/2.0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			var got []string
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				defer mu.Unlock()
				got = append(got, fmt.Sprint(r.Method, " ", r.Proto, " ", r.URL.Path, " ", r.Header.Get("Authorization"), " ", r.TLS.DidResume))
				_, _ = io.WriteString(w, body(t, "opportunity_full.json"))
			}))
			server.EnableHTTP2 = test.known
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.StartTLS()
			t.Cleanup(server.Close)
			var attempts []int
			client := newClientOf(t, server.URL, func(o *Options) {
				o.HTTP2, o.RetryDelay, o.Observe = test.wanted, 1, func(_ context.Context, c Call) { attempts = append(attempts, c.Attempt) }
			})
			_, err := one(t.Context(), client, token, 3101)
			if KindOf(err) != KindUnavailable || strings.Contains(err.Error(), "127.0.0.1:") || strings.Contains(err.Error(), "secret") {
				t.Errorf("unknown certificate: %v", err)
			}
			if !slices.Equal(attempts, []int{1}) || len(got) != 0 {
				t.Errorf("unknown certificate: attempts %v, requests %q", attempts, got)
			}
			client.Close()

			client.pools.model.TLSClientConfig.RootCAs = server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
			var want []string
			for n, who := range []string{"anna", "anna", "bo"} {
				if o, err := one(t.Context(), client, Credentials{Authorization: who}, 3101); err != nil || o.Title != "Fleet telematics rollout" {
					t.Errorf("known certificate: %+v, %v", o, err)
				}
				want = append(want, fmt.Sprint("GET ", test.proto, " /api/2.0/crm/opportunity/3101.json ", who, " ", n == 2))
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}
