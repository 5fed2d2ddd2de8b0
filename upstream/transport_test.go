package upstream

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// asGeneral makes the client speak to its portal through net/http.
func asGeneral(t testing.TB, c *Client, address string) *general {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	g := newTransport(Options{URL: &url.URL{Scheme: "https", Host: u.Host}}, 64).(*general)
	g.portal.Scheme = u.Scheme
	c.transport = g
	return g
}

// overBoth runs test with a client of each transport to the server.
func overBoth(t *testing.T, server *httptest.Server, test func(t *testing.T, c *Client), change ...func(*Options)) {
	t.Helper()
	for _, name := range []string{"direct", "general"} {
		t.Run(name, func(t *testing.T) {
			client, _ := directClient(t, server.URL+"/portal", change...)
			if name == "general" {
				asGeneral(t, client, server.URL)
			}
			test(t, client)
		})
	}
}

func TestNewTransport(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]struct {
		direct        bool
		host, address string
	}{
		"http://portal.example":         {true, "portal.example", "portal.example:80"},
		"http://portal.example:8080/x":  {true, "portal.example:8080", "portal.example:8080"},
		"http://127.0.0.1":              {true, "127.0.0.1", "127.0.0.1:80"},
		"http://[::1]":                  {true, "[::1]", "[::1]:80"},
		"http://[::1]:8080":             {true, "[::1]:8080", "[::1]:8080"},
		"http://portal.example:":        {},
		"http://[fe80::1%25eth0]:8080":  {},
		"http://пример.example":         {},
		"https://portal.example":        {},
		"https://portal.example:80":     {},
		"unix://portal.example":         {},
		"http://portal%20here.example/": {},
	} {
		u, err := url.Parse(address)
		if err != nil {
			u = &url.URL{Scheme: "http", Host: "portal here.example"}
		}
		d, isDirect := newTransport(Options{URL: u}, 3).(*direct)
		switch {
		case isDirect != (want.direct && canLook):
			t.Errorf("%s: direct is %v", address, isDirect)
		case isDirect && (d.host != want.host || d.address != want.address || d.keep != 3):
			t.Errorf("%s: host %s, address %s, keep %d", address, d.host, d.address, d.keep)
		}
	}
}

// TestTransportsAgree compares what a portal is sent through each transport.
func TestTransportsAgree(t *testing.T) {
	t.Parallel()
	type received struct {
		Method, Target, Proto, Host, Body string
		Header                            http.Header
		Length                            int64
		Encoding                          []string
		Close                             bool
	}
	var got []received
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, received{
			r.Method, r.RequestURI, r.Proto, r.Host, string(body), r.Header, r.ContentLength, r.TransferEncoding, r.Close,
		})
	}))
	t.Cleanup(server.Close)
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", server.Listener.Addr().String())
	}
	calls := map[string]func(c *Caller){
		"GET": func(c *Caller) { c.Opportunities(t.Context(), nil, []int{3101}, 0) },
		"GET with a query": func(c *Caller) {
			title := "50% + Ωmega & co? #1/2"
			c.ListOpportunities(t.Context(), nil, []Query[OpportunityCriteria]{{OpportunityCriteria{Text: title}, Window{Count: 1, SortBy: "id"}}}, 0)
		},
		"batch":       func(c *Caller) { _ = (&slot{caller: c}).readBatch(t.Context(), make([]item, 3)) },
		"large batch": func(c *Caller) { _ = (&slot{caller: c}).readBatch(t.Context(), make([]item, 1000)) },
	}
	credentials := map[string]Credentials{
		"nobody": {}, "header": {Authorization: "raw token"}, "cookie": {Cookie: `"quoted, +/="`},
		"both":    {Authorization: "Bearer \tΩ\xff", Cookie: "a"},
		"spaces":  {Authorization: "  a  "},
		"a comma": {Cookie: "a,b c"},
	}
	addresses := []string{"http://portal.example", "http://portal.example:80/", "http://[::1]:8080/a%2Fb/%7Ec/d%20e//f"}
	for _, address := range addresses {
		for call, ask := range calls {
			for name, who := range credentials {
				direct, d := directClient(t, address)
				d.dial = dial
				general := newClientOf(t, address, noRetries, func(o *Options) { o.RequestCalls = 1 })
				asGeneral(t, general, address).http.DialContext = dial
				got = nil
				for _, client := range []*Client{direct, general} {
					ask(&Caller{client: client, credentials: who, slots: client.For(who).slots})
					client.Close()
				}
				if len(got) != 2 && !(who.IsZero() && strings.HasPrefix(call, "GET") && len(got) == 0) {
					t.Errorf("%s, %s, %s: %d requests", address, call, name, len(got))
				} else if len(got) == 2 && !cmp.Equal(got[0], got[1]) {
					t.Errorf("%s, %s, %s: (-direct +general)\n%s", address, call, name, cmp.Diff(got[0], got[1]))
				}
			}
		}
	}
}

// TestGeneralAsksAgain is TestClosedWhileIdle for net/http, which repeats a POST
// only where it is told that it may.
func TestGeneralAsksAgain(t *testing.T) {
	t.Parallel()
	for method, ids := range map[string][]int{"GET": {1}, "batch": {1, 2, 3}} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			portal := newWire(t, func(c *wireConn) {
				if c.n > 0 {
					c.wellBehaved()
					return
				}
				c.say(properAnswer(c.request()))
				_ = c.request()
			})
			client, _ := directClient(t, portal.address)
			asGeneral(t, client, portal.address)
			getsOwn(t, client, "anna", 7)
			getsOwn(t, client, "mark", ids...)
			wantConnections(t, portal, 2)
			client.Close()
		})
	}
}

// TestBothGiveUp leaves calls that wait, over both transports; TestGivenUp has
// more of the direct one.
func TestBothGiveUp(t *testing.T) {
	t.Parallel()
	ended, asked := make(chan bool, 1), make(chan bool, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/2.json") {
			_, _ = io.WriteString(w, "{")
			_ = http.NewResponseController(w).Flush()
		}
		asked <- true
		<-r.Context().Done()
		ended <- true
	}))
	t.Cleanup(server.Close)
	overBoth(t, server, func(t *testing.T, c *Client) {
		for _, id := range []int{1, 2} {
			if _, err := one(t.Context(), c, token, id); KindOf(err) != KindTimeout {
				t.Errorf("%d, deadline: %v", id, err)
			}
			soon(t, "the call", asked)
			soon(t, "its end", ended)
			ctx, cancel := context.WithCancel(t.Context())
			c.callTimeout = time.Minute
			go func() {
				<-asked
				cancel()
			}()
			if _, err := one(ctx, c, token, id); KindOf(err) != KindCanceled {
				t.Errorf("%d, canceled: %v", id, err)
			}
			soon(t, "its end", ended)
			c.callTimeout = 50 * time.Millisecond
		}
	}, func(o *Options) { o.CallTimeout = 50 * time.Millisecond })
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
	overBoth(t, server, func(t *testing.T, c *Client) {
		for _, text := range []string{"\r", "\n", "\r\nX-Admin: 1", "\r\n\r\nGET / HTTP/1.1\r\n\r\n", "\x00", "\x1f", "\x7f"} {
			for _, who := range []Credentials{
				{Authorization: "secret" + text},
				{Authorization: text + "secret"},
				{Cookie: "secret" + text + "secret"},
				{Authorization: "secret", Cookie: "secret" + text},
			} {
				for _, ids := range [][]int{{3101}, {3101, 3102}} {
					for _, r := range c.For(who).Opportunities(t.Context(), nil, ids, 0) {
						var e *Error
						if !errors.As(r.Err, &e) || e.Kind != KindUnavailable || retryable(r.Err) {
							t.Errorf("%q: got %v", text, r.Err)
						} else if strings.Contains(r.Err.Error(), "secret") || strings.Contains(r.Err.Error(), "X-Admin") {
							t.Errorf("%q: the error tells too much: %v", text, r.Err)
						}
					}
				}
			}
		}
	})
	if requests.Load() != 0 || connections.Load() != 0 {
		t.Errorf("%d connections and %d requests", connections.Load(), requests.Load())
	}
}

// TestControlCharactersInRoutes are refused by the direct transport itself;
// net/http escapes what can be escaped.
func TestControlCharactersInRoutes(t *testing.T) {
	t.Parallel()
	client, d := directClient(t, "http://portal.example")
	d.dial = func(context.Context, string, string) (net.Conn, error) {
		t.Error("a connection was made")
		return nil, io.EOF
	}
	for _, template := range []string{"a\r\nX: 1", "a\x00b", "a HTTP/1.1", "ä"} {
		caller := client.For(token)
		if _, err := get(t.Context(), caller, route{template: template}, decode[struct{}]); KindOf(err) != KindUnavailable || retryable(err) {
			t.Errorf("%q: %v", template, err)
		}
	}
}

// TestGzip reads compressed answers through both transports.
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
				overBoth(t, server, func(t *testing.T, c *Client) {
					calls = nil
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
				}, func(o *Options) {
					o.BodyLimit = limit
					o.Observe = func(c Call) { calls = append(calls, c) }
				})
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

// TestTLS speaks to a portal that has a certificate, known or not.
func TestTLS(t *testing.T) {
	t.Parallel()
	for _, http2 := range []bool{false, true} {
		var mu sync.Mutex
		var got []string
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			got = append(got, r.Method+" "+r.Proto+" "+r.URL.Path+" "+r.Header.Get("Authorization"))
			_, _ = io.WriteString(w, body(t, "opportunity_full.json"))
		}))
		server.EnableHTTP2 = http2
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.StartTLS()
		t.Cleanup(server.Close)
		var attempts []int
		client := newClientOf(t, server.URL, func(o *Options) {
			o.RetryDelay, o.Observe = 1, func(c Call) { attempts = append(attempts, c.Attempt) }
		})
		if _, isGeneral := client.transport.(*general); !isGeneral {
			t.Fatalf("the transport to %s is %T", server.URL, client.transport)
		}
		_, err := one(t.Context(), client, token, 3101)
		if KindOf(err) != KindUnavailable || strings.Contains(err.Error(), "127.0.0.1:") || strings.Contains(err.Error(), "secret") {
			t.Errorf("unknown certificate: %v", err)
		}
		if !slices.Equal(attempts, []int{1}) || len(got) != 0 {
			t.Errorf("unknown certificate: attempts %v, requests %q", attempts, got)
		}
		client.Close()

		client = newClientOf(t, server.URL)
		client.transport.(*general).http.TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig
		if o, err := one(t.Context(), client, token, 3101); err != nil || o.Title != "Fleet telematics rollout" {
			t.Errorf("known certificate: %+v, %v", o, err)
		}
		proto := "HTTP/1.1"
		if http2 {
			proto = "HTTP/2.0"
		}
		if want := []string{"GET " + proto + " /api/2.0/crm/opportunity/3101.json secret-token"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
