package upstream

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"onlyoffice-graphql/upstream/demo"
)

// TestOddDates reads what older portals and proxies write.
func TestOddDates(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"2015-03-02T09:15:07.0000000-04:-30"`:           "2015-03-02T09:15:07-04:30",
		`"2015-03-02T09:15:07.0000000-03:-30"`:           "2015-03-02T09:15:07-03:30",
		`"2021-06-01T08:00:00.0000000\u002B02:00"`:       "2021-06-01T08:00:00+02:00",
		`"2021-06-01T08:00:00.0000000\u002b02:00"`:       "2021-06-01T08:00:00+02:00",
		`"2021\u002d06-01T08\u003A00:00.0000000-04:-30"`: "2021-06-01T08:00:00-04:30",
		`"2021-06-01T08:00:00.0000000+05:-30"`:           "",
		`"2021-06-01T08:00:00.0000000-04:--30"`:          "",
		`":-30"`:                                         "",
		`"\u002B"`:                                       "",
		`"\u00"`:                                         "",
		`"2021-06-01T08\"`:                               "",
		`"2021-06-01:-30"`:                               "",
		`"-04:-30"`:                                      "",
		`"2021\\06-04:-30"`:                              "",
	} {
		var date DateTime
		err := date.UnmarshalJSON([]byte(text))
		if (err == nil) != (want != "") {
			t.Errorf("%s: %v", text, err)
		} else if got := date.Format(time.RFC3339); err == nil && got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}

// TestCodings reads bodies that are wrapped in codings that were not asked for, or says
// in which.
func TestCodings(t *testing.T) {
	t.Parallel()
	const document = `{"status":0,"response":{"id":1}}`
	var zipped strings.Builder
	zipper := gzip.NewWriter(&zipped)
	_, _ = io.WriteString(zipper, document)
	_ = zipper.Close()
	for name, test := range map[string]struct{ coding, body, reason string }{
		"x-gzip":              {"x-gzip", zipped.String(), ""},
		"X-GZIP":              {"X-GZIP", zipped.String(), ""},
		"identity":            {"identity", document, ""},
		"byte order mark":     {"", "\ufeff" + document, ""},
		"two of them":         {"", "\ufeff\ufeff" + document, "not JSON"},
		"br":                  {"br", "\x0b\x0a\x80", `in the coding "br", which was not asked for`},
		"deflate":             {"deflate", "\x78\x9c\x01", `in the coding "deflate", which was not asked for`},
		"gzip twice":          {"gzip, gzip", zipped.String(), `in the coding "gzip, gzip", which was not asked for`},
		"br that is not true": {"br", document, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				if test.coding != "" {
					w.Header().Set("Content-Encoding", test.coding)
				}
				_, _ = io.WriteString(w, test.body)
			})
			_, err := one(t.Context(), client, token, 1)
			if (err == nil) != (test.reason == "") || err != nil && (KindOf(err) != KindBadAnswer || !strings.Contains(err.Error(), test.reason)) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestBeyondWaiting connects where waiting mends nothing.
func TestBeyondWaiting(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	for name, client := range map[string]*Client{
		"certificate": newClientOf(t, server.URL),
		"name": newClientOf(t, "http://portal.example", func(o *Options) {
			o.Dial = func(context.Context, string, string) (net.Conn, error) {
				return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "portal.example", IsNotFound: true}}
			}
		}),
	} {
		_, err := one(t.Context(), client, token, 1)
		var e *Error
		if !errors.As(err, &e) || e.Kind != KindUnavailable || e.Retryable() || e.UntrustedCertificate() != (name == "certificate") || e.UnknownHost() != (name == "name") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestVersions asks portals for what they can sort by.
func TestVersions(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]struct{ byID, toAll bool }{
		"12.7.0": {true, true}, "12.7": {true, true}, "13.0.1": {true, true}, "12.6.9": {false, true}, "11.0": {false, true}, "8.9.1": {false, false},
	} {
		portal := demo.New()
		t.Cleanup(func() { _ = portal.Close() })
		client := newTestClient(t, portal.ServeHTTP)
		if err := portal.SetVersion(version); err != nil {
			t.Fatal(err)
		}
		caller := client.For(demoToken)
		if client.Version() != "" {
			t.Errorf("%s is known before it was told", version)
		}
		client.LearnVersion(t.Context())
		client.LearnVersion(t.Context())
		if (client.Version() == version) != want.toAll {
			t.Errorf("%s without a credential: version %q", version, client.Version())
		}
		if byID, known := client.knowledge.get(); known != want.toAll || known && byID != want.byID {
			t.Errorf("%s without a credential: %v %v", version, byID, known)
		}
		trusted, err := caller.DoubtSortByID(t.Context(), func() (bool, error) { t.Error("was asked"); return false, nil })
		if trusted != want.byID || err != nil || caller.CannotSortByID() == want.byID || client.Version() != version {
			t.Errorf("%s: %v, %v, version %q", version, trusted, err, client.Version())
		}
		caller.Close()
	}
	for _, text := range []string{"", "x", "0.1", "-1", "."} {
		if _, err := (buildVersion{CommunityServer: text}).sortsByID(); KindOf(err) != KindBadAnswer {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestVersionText keeps nothing of a version that is not safe to print, and keeps
// the last version that the portal gave when it gives none any more.
func TestVersionText(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string]string{
		"12.7.0": "12.7.0", "12.7.0.1234-rc1": "12.7.0.1234-rc1", "12.7.0 (build 5)": "12.7.0", "12.7\n\x1b[2Jowned": "12.7", "12.<b>": "12.",
		"12." + strings.Repeat("1", 100): "12." + strings.Repeat("1", longestVersion-3), "12.7\u00e9": "12.7",
	} {
		k := newKnowledge()
		if _, err := (buildVersion{CommunityServer: sent}).learn(k); err != nil || k.version != want {
			t.Errorf("%q is kept as %q, want %q: %v", sent, k.version, want, err)
		}
		if _, err := (buildVersion{}).learn(k); err == nil || k.version != want {
			t.Errorf("after silence %q is kept as %q", sent, k.version)
		}
	}
}

// TestSilentVersion has clients with little time ask a portal that never tells its
// version: the first waits for a while, the next do not.
func TestSilentVersion(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(context.Context) (context.Context, context.CancelFunc){
		"goes away": context.WithCancel,
		"has a deadline": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Second)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				portal, client := bubbleDemo(t)
				portal.Inject(demo.Fault{Kind: demo.Hang, Route: versionRoute})
				caller := client.For(demoToken)
				defer caller.Close()
				start := time.Now()
				for range 3 {
					ctx, cancel := end(t.Context())
					time.AfterFunc(time.Second, cancel)
					if has, err := caller.DoubtSortByID(ctx, func() (bool, error) { return false, nil }); !has || err != nil {
						t.Errorf("%v, %v", has, err)
					}
				}
				if waited := time.Since(start); waited != versionPatience {
					t.Errorf("waited for %v", waited)
				}
			})
		})
	}
}

// TestKnowledgeEnds finds out again after a while, and asks a portal that does
// not tell its version rarely.
func TestKnowledgeEnds(t *testing.T) {
	t.Parallel()
	k := newKnowledge()
	if _, known := k.get(); known || !k.asks() || !k.due() || k.due() {
		t.Error("at first")
	}
	k.silent()
	if k.set(false); k.asks() {
		t.Error("asks again at once")
	}
	k.until = time.Now()
	k.silentBy, k.dueAt = k.until, k.until
	if _, known := k.get(); known || !k.asks() || !k.due() {
		t.Error("knows for ever")
	}
}
