package upstream

import (
	"context"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// watched is a portal that knows who came by which connection.
type watched struct {
	*httptest.Server
	mu     sync.Mutex
	owner  map[net.Conn]string
	dials  int
	open   int
	most   int // open at a time
	shared int // requests of one caller by the connection of another
}

type connKey struct{}

// newWatched answers each request with answer, after it has noted the caller.
func newWatched(t testing.TB, start func(*httptest.Server), answer http.HandlerFunc) *watched {
	t.Helper()
	w := &watched{owner: map[net.Conn]string{}}
	w.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		conn, who := r.Context().Value(connKey{}).(net.Conn), r.Header.Get("Authorization")+r.Header.Get("Cookie")
		w.mu.Lock()
		if owner, known := w.owner[conn]; known && owner != who {
			w.shared++
		}
		w.owner[conn] = who
		w.mu.Unlock()
		answer(rw, r)
	}))
	w.Config.ErrorLog = log.New(io.Discard, "", 0)
	w.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context { return context.WithValue(ctx, connKey{}, c) }
	w.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		w.mu.Lock()
		defer w.mu.Unlock()
		switch state {
		case http.StateNew:
			w.dials++
			w.open++
			w.most = max(w.most, w.open)
		case http.StateClosed:
			w.open--
		}
	}
	start(w.Server)
	t.Cleanup(w.Close)
	return w
}

func (w *watched) seen() (dials, open, most, shared int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dials, w.open, w.most, w.shared
}

// asked answers with the opportunity that was asked for.
func asked(w http.ResponseWriter, r *http.Request) {
	_, name, _ := strings.Cut(r.URL.Path, "crm/opportunity/")
	_, _ = io.WriteString(w, thing(strings.TrimSuffix(name, ".json"), r.Header.Get("Authorization")))
}

// TestCallersShareNoConnection has many callers at once, more than there are
// pools for, and some who go away: each connection is one caller's.
func TestCallersShareNoConnection(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		start func(*httptest.Server)
		http2 bool
	}{
		"HTTP": {start: (*httptest.Server).Start},
		"TLS":  {start: (*httptest.Server).StartTLS},
		"HTTP/2": {func(s *httptest.Server) {
			s.EnableHTTP2 = true
			s.StartTLS()
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			portal := newWatched(t, test.start, asked)
			client := wireClient(t, portal.URL, func(o *Options) { o.PortalCalls, o.RequestCalls, o.HTTP2 = 4, 2, test.http2 })
			if portal.TLS != nil {
				client.pools.model.TLSClientConfig.RootCAs = portal.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
			}
			var callers sync.WaitGroup
			for range 12 {
				callers.Go(func() {
					for range 20 {
						who := Credentials{Authorization: fmt.Sprint("caller ", rand.N(24))}
						if rand.N(2) == 0 {
							who.Cookie = fmt.Sprint(rand.N(2))
						}
						ctx, cancel := context.WithCancel(t.Context())
						if rand.N(10) == 0 {
							time.AfterFunc(rand.N(300*time.Microsecond), cancel)
						}
						o, err := one(ctx, client, who, 3101)
						if err == nil && o.Title != who.Authorization || err != nil && ctx.Err() == nil {
							t.Errorf("%v: %v, %v", who.Authorization, o, err)
						}
						cancel()
					}
				})
			}
			callers.Wait()
			if _, _, _, shared := portal.seen(); shared > 0 {
				t.Errorf("%d requests came by a connection of another caller", shared)
			}
			client.Close()
			eventually(t, "all connections are closed", func() bool { _, open, _, _ := portal.seen(); return open == 0 })
		})
	}
}

// TestProxiedCallersShareNoConnection has a proxy on the way, which gets the portal's
// own name.
func TestProxiedCallersShareNoConnection(t *testing.T) {
	t.Parallel()
	for scheme, want := range map[string]string{"http": "http://portal.example/api/2.0/crm/opportunity/3101.json", "https": "portal.example:443"} {
		t.Run(scheme, func(t *testing.T) {
			t.Parallel()
			proxy := newWatched(t, (*httptest.Server).Start, func(w http.ResponseWriter, r *http.Request) {
				if r.RequestURI != want || r.Host != strings.TrimPrefix(strings.TrimSuffix(want, "/api/2.0/crm/opportunity/3101.json"), "http://") {
					t.Errorf("asked for %s of %s", r.RequestURI, r.Host)
				}
				if r.Method == http.MethodConnect {
					w.WriteHeader(http.StatusForbidden)
					return
				}
				_, _ = io.WriteString(w, thing("3101", r.Header.Get("Authorization")))
			})
			address, _ := url.Parse(proxy.URL)
			client := wireClient(t, scheme+"://portal.example")
			client.pools.model.Proxy = http.ProxyURL(address)
			for range 3 {
				for _, who := range []string{"anna", "bo"} {
					o, err := one(t.Context(), client, Credentials{Authorization: who}, 3101)
					if (err == nil) != (scheme == "http") || err == nil && o.Title != who {
						t.Errorf("%s: %v, %v", who, o, err)
					}
				}
			}
			if dials, _, _, shared := proxy.seen(); shared > 0 || scheme == "http" && dials != 2 {
				t.Errorf("%d connections, %d requests by another caller's", dials, shared)
			}
		})
	}
}
