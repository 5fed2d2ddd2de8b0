package upstream

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestFraming shows where an answer ends, what becomes of it, and whether its
// connection is used again.
func TestFraming(t *testing.T) {
	t.Parallel()
	good := thing("3101", "anna")
	kept := "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n"
	packed, packing := zipped(good), "Content-Encoding: gzip\r\n"
	chunks := fmt.Sprintf("%x\r\n%s\r\n%x;extension=1\r\n%s\r\n0\r\n", 9, good[:9], len(good)-9, good[9:])
	const chunked, signedOut = "Transfer-Encoding: chunked", "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"
	tests := map[string]struct {
		answer string
		end    bool // the portal ends the connection
		kind   Kind
		again  bool // the connection is used again
	}{
		"as it should be":            {answer: sized(good), again: true},
		"longer than its length":     {answer: ok(length(len(good)), good+"…")},
		"shorter, and waiting":       {answer: ok(length(len(good)+1), good), kind: KindTimeout},
		"shorter, and the end":       {answer: ok(length(len(good)+1), good), end: true, kind: KindBadAnswer},
		"cut by its length":          {answer: ok(length(len(good)-1), good), kind: KindBadAnswer},
		"equal lengths":              {answer: ok(length(len(good))+"\r\n"+length(len(good)), good), again: true},
		"different lengths":          {answer: ok(length(len(good))+"\r\n"+length(5), good), kind: KindUnavailable},
		"a negative length":          {answer: ok(length(-1), good), kind: KindUnavailable},
		"a signed length":            {answer: ok("Content-Length: +5", good), kind: KindUnavailable},
		"Connection: close":          {answer: ok("Connection: close\r\n"+length(len(good)), good)},
		"Connection: x, Close":       {answer: ok("Connection: x, Close\r\n"+length(len(good)), good)},
		"HTTP/1.0":                   {answer: "HTTP/1.0 200 OK\r\n" + length(len(good)) + "\r\n\r\n" + good},
		"HTTP/1.0, kept":             {answer: kept + length(len(good)) + "\r\n\r\n" + good, again: true},
		"HTTP/1.0, until the end":    {answer: kept + "\r\n" + good, end: true},
		"chunked":                    {answer: ok(chunked, chunks+"\r\n"), again: true},
		"chunked, trailers":          {answer: ok(chunked+"\r\nTrailer: X-Sum", chunks+"X-Sum: 1\r\nX-More: 2\r\n\r\n"), again: true},
		"chunked, and more":          {answer: ok(chunked, chunks+"\r\n…")},
		"chunked, no last line":      {answer: ok(chunked, chunks), kind: KindTimeout},
		"chunked, no last chunk":     {answer: ok(chunked, "5\r\n{\"sta\r\n"), end: true, kind: KindBadAnswer},
		"chunked, broken trailers":   {answer: ok(chunked, chunks+"no trailer\r\n\r\n"), kind: KindBadAnswer},
		"chunked, endless trailers":  {answer: ok(chunked, chunks+strings.Repeat("X: 1\r\n", 10<<10)), kind: KindBadAnswer},
		"chunked twice":              {answer: ok("Transfer-Encoding: chunked, chunked", chunks+"\r\n"), kind: KindUnavailable},
		"another transfer encoding":  {answer: ok("Transfer-Encoding: gzip", good), kind: KindUnavailable},
		"no length, until the end":   {answer: ok("Server: x", good), end: true},
		"no length, and waiting":     {answer: ok("Server: x", good), kind: KindTimeout},
		"204":                        {answer: "HTTP/1.1 204 No Content\r\n\r\n", kind: KindBadAnswer, again: true},
		"204 with a body":            {answer: "HTTP/1.1 204 No Content\r\n" + length(len(good)) + "\r\n\r\n" + good, kind: KindBadAnswer},
		"304":                        {answer: "HTTP/1.1 304 Not Modified\r\n" + length(len(good)) + "\r\n\r\n", kind: KindBadAnswer, again: true},
		"401 without a body":         {answer: signedOut, kind: KindUnauthenticated},
		"401 without a body, gzip":   {answer: strings.Replace(signedOut, "\r\n", "\r\n"+packing, 1), kind: KindUnauthenticated},
		"a page instead":             {answer: sized("<html>"), kind: KindBadAnswer, again: true},
		"more than the limit":        {answer: sized(good + strings.Repeat(" ", 1<<16)), kind: KindBadAnswer},
		"as much as the limit":       {answer: sized(good + strings.Repeat(" ", 1<<16-len(good))), again: true},
		"gzip":                       {answer: ok(packing+length(len(packed)), packed), again: true},
		"gzip, chunked":              {answer: ok(packing+chunked, fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(packed), packed)), again: true},
		"gzip, and more in its body": {answer: ok(packing+length(len(packed)+3), packed+"abc"), kind: KindBadAnswer, again: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			portal := newWire(t, func(c *wireConn) {
				if c.n == 0 {
					_ = c.request()
					c.say(test.answer)
					if test.end {
						return
					}
				}
				c.wellBehaved()
			})
			client := wireClient(t, portal.address, func(o *Options) {
				o.BodyLimit = 1 << 16
				if test.kind == KindTimeout {
					o.CallTimeout = 50 * time.Millisecond
				}
			})
			o, err := one(t.Context(), client, Credentials{Authorization: "anna"}, 3101)
			if KindOf(err) != test.kind || (err == nil) != (test.kind == KindUnknown) {
				t.Errorf("got %v", err)
			}
			if err == nil && (o.ID != 3101 || o.Title != "anna") {
				t.Errorf("got %+v", o)
			}
			client.callTimeout = 10 * time.Second
			if !test.again {
				eventually(t, "the connection is given up", func() bool { return client.pools.idle(t) == 0 })
			}
			getsOwn(t, client, "anna", 3102)
			want := 2
			if test.again {
				want = 1
			}
			wantConnections(t, portal, want)
		})
	}
}

// TestInterimAnswers shows which answers 1xx are waited through.
func TestInterimAnswers(t *testing.T) {
	t.Parallel()
	const goOn, hints = "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n"
	for name, test := range map[string]struct {
		before string
		kind   Kind
		again  bool
	}{
		"100":                {before: goOn, again: true},
		"100 and 103":        {before: goOn + hints, again: true},
		"103 with a length":  {before: "HTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\n\r\n", again: true},
		"many":               {before: strings.Repeat(hints, 5), again: true},
		"together too long":  {before: strings.Repeat("HTTP/1.1 103 Early Hints\r\nX: "+strings.Repeat("x", 20<<10)+"\r\n\r\n", 4), kind: KindUnavailable},
		"101":                {before: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: a\r\nConnection: upgrade\r\n\r\n", kind: KindBadAnswer},
		"101 without a word": {before: "HTTP/1.1 101 Switching Protocols\r\n\r\n", kind: KindBadAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			portal := newWire(t, func(c *wireConn) {
				if c.n == 0 {
					r := c.request()
					for before := test.before; before != ""; {
						line, rest, _ := strings.Cut(before, "\r\n\r\n")
						c.say(line + "\r\n\r\n")
						before = rest
					}
					if !strings.Contains(test.before, " 101 ") { // which would be bytes nobody asked for
						c.say(properAnswer(r))
					}
				}
				c.wellBehaved()
			})
			client := wireClient(t, portal.address)
			o, err := one(t.Context(), client, Credentials{Authorization: "anna"}, 3101)
			if KindOf(err) != test.kind || (err == nil) != (test.kind == KindUnknown) || err == nil && o.Title != "anna" {
				t.Errorf("got %+v, %v", o, err)
			}
			getsOwn(t, client, "anna", 3102)
			want := 2
			if test.again {
				want = 1
			}
			wantConnections(t, portal, want)
		})
	}
}

// countedConn counts what is read from it.
type countedConn struct {
	net.Conn
	read *atomic.Int64
}

func (c countedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.read.Add(int64(n))
	return n, err
}

// TestLongHeaders shows how much is read before the body of an answer.
func TestLongHeaders(t *testing.T) {
	t.Parallel()
	fill := func(n int) string { return strings.Repeat("x", n) }
	for name, test := range map[string]struct {
		answer  string
		endless string // is said again and again after it
		kind    Kind
	}{
		"long enough":      {answer: ok("X: "+fill(maxHeader-100)+"\r\n"+length(len(thing("3101", "a"))), thing("3101", "a"))},
		"too long":         {answer: ok("X: "+fill(maxHeader), "") + thing("3101", "a"), kind: KindUnavailable},
		"endless line":     {answer: "HTTP/1.1 200 OK\r\nX: ", endless: fill(1000), kind: KindUnavailable},
		"endless lines":    {answer: "HTTP/1.1 200 OK\r\n", endless: "X: 1\r\n", kind: KindUnavailable},
		"endless status":   {answer: "HTTP/1.1 200 ", endless: fill(1000), kind: KindUnavailable},
		"endless protocol": {endless: fill(1000), kind: KindUnavailable},
		"endless 1xx":      {endless: "HTTP/1.1 100 Continue\r\n\r\n", kind: KindUnavailable},
		"empty lines":      {endless: "\r\n", kind: KindUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var read atomic.Int64
				ended := make(chan bool)
				client := New(Options{URL: &url.URL{Scheme: "http", Host: "portal.example"}, Retries: -1})
				defer client.Close()
				client.pools.model.DialContext = func(context.Context, string, string) (net.Conn, error) {
					near, far := net.Pipe()
					go func() {
						defer close(ended)
						defer func() { _ = far.Close() }()
						_, _ = http.ReadRequest(bufio.NewReader(far))
						_, err := io.WriteString(far, test.answer)
						for n := 0; err == nil && test.endless != "" && n < 4<<20; n += len(test.endless) {
							_, err = io.WriteString(far, test.endless)
						}
					}()
					return countedConn{near, &read}, nil
				}
				start := time.Now()
				_, err := one(t.Context(), client, token, 3101)
				if KindOf(err) != test.kind || (err == nil) != (test.kind == KindUnknown) || time.Since(start) != 0 {
					t.Errorf("after %v: %.200v", time.Since(start), err)
				}
				if err != nil && len(err.Error()) > 2*maxHeader {
					t.Errorf("the error has %d bytes", len(err.Error()))
				}
				<-ended
				if n := read.Load(); n > maxHeader+1000 || test.kind != KindUnknown && n > maxHeader {
					t.Errorf("%d bytes were read", n)
				}
			})
		})
	}
}
