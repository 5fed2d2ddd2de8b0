package upstream

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"path"
	"strings"
	"sync"
	"testing"
	"time"
)

// wire is a portal on TCP that answers by hand.
type wire struct {
	address string
	mu      sync.Mutex
	conns   []*wireConn
}

// wireConn is one connection to it, seen from the portal's side.
type wireConn struct {
	net.Conn
	in *bufio.Reader
	n  int // 0 of the first
}

// newWire lets serve speak on each connection, which is closed afterwards.
func newWire(t testing.TB, serve func(c *wireConn)) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{address: "http://" + listener.Addr().String()}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			w.mu.Lock()
			c := &wireConn{conn, bufio.NewReader(conn), len(w.conns)}
			w.conns = append(w.conns, c)
			w.mu.Unlock()
			running.Go(func() {
				defer func() { _ = c.Close() }()
				serve(c)
			})
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		w.mu.Lock()
		for _, c := range w.conns {
			_ = c.Close()
		}
		w.mu.Unlock()
		running.Wait()
	})
	return w
}

// connections is how many have been made.
func (w *wire) connections() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.conns)
}

// request reads the next request; nil at the end of the connection.
func (c *wireConn) request() *http.Request {
	r, err := http.ReadRequest(c.in)
	if err != nil || r.ParseForm() != nil {
		return nil
	}
	return r
}

func (c *wireConn) say(text string) { _, _ = io.WriteString(c, text) }

// wellBehaved answers everything, as a portal should, until the connection ends.
func (c *wireConn) wellBehaved() {
	for r := c.request(); r != nil; r = c.request() {
		c.say(properAnswer(r))
	}
}

// thing is an opportunity in its envelope.
func thing(id, title string) string {
	return fmt.Sprintf(`{"status":0,"response":{"id":%s,"title":%q}}`, id, title)
}

// properAnswer is the answer to whoever asked: the titles of all that it holds
// are the caller's credential.
func properAnswer(r *http.Request) string {
	one := func(target string) string {
		return thing(strings.TrimSuffix(path.Base(target), ".json"), r.Header.Get("Authorization"))
	}
	if r.Method == http.MethodGet {
		return sized(one(r.URL.Path))
	}
	var items []batchItem
	_ = json.Unmarshal([]byte(r.FormValue("batch")), &items)
	results := make([]map[string]any, len(items))
	for i, it := range items {
		results[i] = map[string]any{"name": it.Name, "status": 200, "data": one(it.RelativeURL)}
	}
	text, _ := json.Marshal(map[string]any{"status": 0, "response": results})
	return sized(string(text))
}

// sized is a whole answer with this body.
func sized(body string) string { return ok(length(len(body)), body) }

// wireClient is a client of the portal that repeats nothing.
func wireClient(t testing.TB, address string, change ...func(*Options)) *Client {
	t.Helper()
	change = append([]func(*Options){noRetries, func(o *Options) { o.BreakerCalls, o.RequestCalls = 1e6, 1 }}, change...)
	return newClientOf(t, address, change...)
}

// idle waits until no call is in flight, and returns how many connections are
// open then.
func (p *pools) idle(t *testing.T) (open int) {
	t.Helper()
	eventually(t, "no call is in flight", func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		open = p.open
		for _, c := range p.kept.Values() {
			if c.calls > 0 {
				return false
			}
		}
		return true
	})
	return open
}

// getsOwn reads these ids as somebody, and fails unless exactly what is theirs comes.
func getsOwn(t *testing.T, c *Client, who string, ids ...int) {
	t.Helper()
	caller := c.For(Credentials{Authorization: who})
	defer caller.Close()
	for i, r := range caller.Opportunities(t.Context(), nil, ids, nil) {
		if r.Err != nil {
			t.Errorf("%s, %d: %v", who, ids[i], r.Err)
		} else if r.Value.ID != ids[i] || r.Value.Title != who {
			t.Errorf("%s asked for %d and got %d of %s", who, ids[i], r.Value.ID, r.Value.Title)
		}
	}
	if caller.Calls() != 1 {
		t.Errorf("%d calls were counted", caller.Calls())
	}
}

// wantConnections fails unless so many have been made.
func wantConnections(t *testing.T, w *wire, want int) {
	t.Helper()
	if n := w.connections(); n != want {
		t.Errorf("%d connections, want %d", n, want)
	}
}

// eventually waits for something that the system sees to.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 2000 {
		if is() {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatalf("never: %s", what)
}

// soon waits for what the portal sees.
func soon(t *testing.T, what string, seen <-chan bool) {
	t.Helper()
	select {
	case <-seen:
	case <-time.After(5 * time.Second):
		t.Fatalf("never: %s", what)
	}
}
