package upstream

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"onlyoffice-graphql/upstream/demo"
	"onlyoffice-graphql/upstream/scan"
)

// raw answers each request with these bytes and then ends the connection, with
// a reset where the network has one.
func raw(calls *atomic.Int32, answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		_, _ = io.WriteString(conn, answer)
		if tcp, ok := conn.(*net.TCPConn); ok && strings.HasSuffix(answer, "…") {
			_ = tcp.SetLinger(0)
		}
		_ = conn.Close()
	}
}

func ok(header, body string) string {
	return "HTTP/1.1 200 OK\r\n" + header + "\r\n\r\n" + body
}

func length(n int) string { return fmt.Sprintf("Content-Length: %d", n) }

func zipped(text string) string {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = io.WriteString(z, text)
	_ = z.Close()
	return out.String()
}

// TestBodies shows what becomes of bodies that are not what they should be, and
// how often they are asked for.
func TestBodies(t *testing.T) {
	t.Parallel()
	good := body(t, "opportunity_full.json")
	packed := zipped(good)
	tests := map[string]struct {
		answer string
		kind   Kind
		calls  int32
	}{
		"as it should be":        {ok(length(len(good)), good), KindUnknown, 1},
		"until the end":          {ok("Connection: close", good), KindUnknown, 1},
		"no answer":              {"", KindUnavailable, 3},
		"half a header":          {"HTTP/1.1 200 OK\r\nContent-Type: app", KindUnavailable, 3},
		"not HTTP":               {"220 mail.example ESMTP\r\n", KindUnavailable, 1},
		"endless header":         {"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 11<<20) + "\r\n\r\n", KindUnavailable, 1},
		"no header, but long":    {"HTTP/1.1 200 OK\r\n" + strings.Repeat("x", 1<<20) + "\r\n\r\n", KindUnavailable, 1},
		"no status, but long":    {"HTTP/1.1 " + strings.Repeat("x", 1<<20) + "\r\n\r\n", KindUnavailable, 1},
		"length too long":        {ok(length(len(good)+1), good), KindBadAnswer, 3},
		"length too short":       {ok(length(len(good)-9), good), KindBadAnswer, 1},
		"length no number":       {ok("Content-Length: many", good), KindUnavailable, 1},
		"reset in the body":      {ok(length(len(good)), good[:99]+"…"), KindBadAnswer, 3},
		"broken chunk":           {ok("Transfer-Encoding: chunked", "5\r\n{\"sta\r\nzz"), KindBadAnswer, 3},
		"gzip":                   {ok("Content-Encoding: gzip\r\n"+length(len(packed)), packed), KindUnknown, 1},
		"gzip cut":               {ok("Content-Encoding: gzip\r\n"+length(99), packed[:99]), KindBadAnswer, 3},
		"gzip in name only":      {ok("Content-Encoding: gzip\r\n"+length(len(good)), good), KindBadAnswer, 3},
		"an unknown encoding":    {ok("Content-Encoding: br\r\n"+length(4), "\x8b\x01\x80\x03"), KindBadAnswer, 1},
		"too many entries":       {ok("Content-Encoding: gzip", zipped(`{"status":0,"response":{"id":3101,"accessList":`+many("{}", scan.MaxEntries+1)+"}}")), KindBadAnswer, 1},
		"as many as may be":      {ok("Content-Encoding: gzip", zipped(`{"status":0,"response":{"id":3101,"accessList":`+many(`{"id":"4bd35b6c-7a4e-4d6a-9c0a-2f5a4d9a7e11"}`, scan.MaxEntries)+"}}")), KindUnknown, 1},
		"HTML":                   {ok("Content-Type: application/json", "<html></html>"), KindBadAnswer, 1},
		"a list for a thing":     {ok("", `{"status":0,"response":[{"id":3101}]}`), KindBadAnswer, 1},
		"a text for a number":    {ok("", `{"status":0,"response":{"id":"3101"}}`), KindBadAnswer, 1},
		"a number for an object": {ok("", `{"status":0,"response":{"stage":1,"id":3101}}`), KindBadAnswer, 1},
		"deep nesting":           {ok("", `{"status":0,"response":`+strings.Repeat("[", 1<<20)), KindBadAnswer, 1},
		"deep nesting, unread":   {ok("", `{"x":`+strings.Repeat(`{"a":`, 1<<18)+"1"+strings.Repeat("}", 1<<18)+`,"response":{"id":3101}}`), KindBadAnswer, 1},
		"a long number":          {ok("", `{"status":0,"response":{"bidValue":`+strings.Repeat("9", 1<<20)+`,"id":3101}}`), KindBadAnswer, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls atomic.Int32
			client := newTestClient(t, raw(&calls, test.answer), func(o *Options) { o.RetryDelay = 100 * time.Microsecond })
			o, err := one(t.Context(), client, token, 3101)
			if KindOf(err) != test.kind || (o != nil && o.ID == 3101) != (err == nil) {
				t.Errorf("got %v, %v", o, err)
			}
			if calls.Load() != test.calls {
				t.Errorf("%d calls, want %d (%v)", calls.Load(), test.calls, err)
			}
			if err != nil && strings.Contains(err.Error(), "127.0.0.1") {
				t.Errorf("the error holds an address: %v", err)
			}
			if err != nil && len(err.Error()) > 100<<10 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
		})
	}
}

// TestOddJSON shows what is made of bodies that are JSON, if only just.
func TestOddJSON(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ response, title string }{
		"the last of two equal keys": {`{"title":"a","title":"b","id":3101}`, "b"},
		"keys in another case":       {`{"TITLE":"a","ID":3101}`, "a"},
		"invalid UTF-8":              {"{\"title\":\"a\xff\xc0b\",\"id\":3101}", "a\ufffd\ufffdb"},
		"half a surrogate":           {`{"title":"a\ud800b","id":3101}`, "a\ufffdb"},
		"a NUL":                      {`{"title":"a\u0000b","id":3101}`, "a\x00b"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, err := decode[*Opportunity](answer{op: "test", status: 200, body: []byte(`{"status":0,"response":` + test.response + "}")})
			if err != nil || o.ID != 3101 || o.Title != test.title {
				t.Errorf("got %+v, %v", o, err)
			}
		})
	}
}

// TestBomb reads a small gzip stream that never stops inflating. Only what the
// limit allows may be inflated, and the portal must see the connection end.
func TestBomb(t *testing.T) {
	t.Parallel()
	const limit = 1 << 20
	ended := make(chan bool)
	var read atomic.Int64
	client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed)
		for zeros := make([]byte, 1<<20); ; {
			if _, err := z.Write(zeros); err != nil {
				close(ended)
				return
			}
		}
	}, func(o *Options) {
		o.BodyLimit = limit
		o.Observe = func(_ context.Context, c Call) { read.Store(int64(c.Bytes)) }
	})
	_, err := one(t.Context(), client, token, 3101)
	if KindOf(err) != KindBadAnswer || !errors.Is(err, errTooLarge) {
		t.Errorf("got %v", err)
	}
	if n := read.Load(); n != limit+1 {
		t.Errorf("%d bytes were inflated, with a limit of %d", n, limit)
	}
	<-ended
}

// TestSlowBody gets one byte a second, for ever, until a deadline passes.
func TestSlowBody(t *testing.T) {
	t.Parallel()
	for name, patience := range map[string]time.Duration{"of the call": time.Hour, "of the operation": 3 * time.Second} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := bubbleClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					for tick := time.Tick(time.Second); r.Context().Err() == nil; {
						_, _ = io.WriteString(w, " ")
						_ = http.NewResponseController(w).Flush()
						select {
						case <-tick:
						case <-r.Context().Done():
						}
					}
				}))
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				defer cancel()
				start := time.Now()
				_, err := one(ctx, client, token, 3101)
				if took := time.Since(start); KindOf(err) != KindTimeout || took != min(patience, 10*time.Second) {
					t.Errorf("after %v: %v", took, err)
				}
			})
		})
	}
}

// TestCancel goes away at every stage of a call: the answer comes at once, is
// nobody's failure, and leaves nothing behind.
func TestCancel(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault   demo.Fault
		ids     []int
		dialing bool // the portal does not even take the connection
		waiting bool // for a slot that somebody else holds
		calls   int
	}{
		"for a connection":         {ids: []int{3101}, dialing: true, calls: 1},
		"for an answer":            {fault: demo.Fault{Kind: demo.Hang}, ids: []int{3101}, calls: 1},
		"for a batch":              {fault: demo.Fault{Kind: demo.Hang}, ids: []int{3101, 3102, 3103}, calls: 1},
		"for the rest of a body":   {fault: demo.Fault{Kind: demo.SlowBody, Delay: time.Second}, ids: []int{3101}, calls: 1},
		"for a slot":               {fault: demo.Fault{Kind: demo.Hang}, ids: []int{3101}, waiting: true, calls: 0},
		"for a slot, many":         {fault: demo.Fault{Kind: demo.Hang}, ids: []int{3101, 3102, 3103}, waiting: true, calls: 0},
		"for a retry":              {fault: demo.Fault{Kind: demo.RateLimited}, ids: []int{3101}, calls: 1},
		"for the retry of a batch": {fault: demo.Fault{Kind: demo.RateLimited}, ids: []int{3101, 3102}, calls: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var observed []Kind
				portal, client := bubbleDemo(t, func(o *Options) {
					o.PortalCalls, o.CallTimeout = 1, time.Minute
					o.Observe = func(_ context.Context, c Call) { observed = append(observed, KindOf(c.Err)) }
				})
				portal.Inject(test.fault)
				if test.dialing {
					client.pools.model.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
						<-ctx.Done()
						return nil, ctx.Err()
					}
				}
				if test.waiting {
					if _, err := client.For(demoToken).reserve(t.Context(), 1); err != nil {
						t.Fatal(err)
					}
				}
				const when = 500 * time.Millisecond
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(when, cancel)
				start := time.Now()
				caller := client.For(demoToken)
				for _, r := range caller.Opportunities(ctx, nil, test.ids, nil) {
					if KindOf(r.Err) != KindCanceled {
						t.Errorf("got %v", r.Err)
					}
				}
				if took := time.Since(start); took != when {
					t.Errorf("it took %v longer", took-when)
				}
				if caller.Calls() != test.calls || len(observed) != test.calls {
					t.Errorf("%d calls, observed %v", caller.Calls(), observed)
				}
				if n := client.breaker.failures(); n != 0 {
					t.Errorf("%d failures were counted", n)
				}
			})
		})
	}
}
