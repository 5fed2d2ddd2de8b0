package upstream

import (
	"bufio"
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"sync"
	"syscall"
	"time"

	"golang.org/x/net/http/httpguts"
)

// direct is the transport to a portal that is spoken to in HTTP/1.1 without TLS,
// as one next door is.
//
// It writes a request and reads the answer in the goroutine that waits for it.
// http.Transport has two more for each connection, and passing calls to and fro
// takes a tenth of the CPU of a small request. They also watch connections that
// wait for work; here a connection is looked at when there is work for it.
type direct struct {
	host    string // as the portal is called
	address string // host:port
	dial    func(ctx context.Context, network, address string) (net.Conn, error)
	keep    int // idle connections at most

	mu     sync.Mutex    // guards the fields below
	idle   []*connection // in the order in which they became idle
	sweep  *time.Timer   // runs while there are any
	closed bool          // no connection is kept until there is another call
}

// send sends the request once more, on a new connection, if one that was kept
// turns out to be closed: every request is a read.
func (d *direct) send(ctx context.Context, deadline time.Time, r request, who Credentials) (*http.Response, error) {
	if !isTarget(r.target) || !httpguts.ValidHeaderFieldValue(who.Authorization) || !httpguts.ValidHeaderFieldValue(who.Cookie) {
		return nil, errors.New("the route or a credential has characters that cannot be sent")
	}
	if c := d.take(); c != nil {
		resp, err := c.exchange(ctx, deadline, r, who)
		if err == nil || !errors.As(err, new(unansweredError)) || isTimeout(err) {
			return resp, err
		}
	}
	c, err := d.connect(ctx, deadline)
	if err != nil {
		return nil, err
	}
	return c.exchange(ctx, deadline, r, who)
}

// isTarget reports whether text may be the target of a request: no space ends it.
func isTarget(text string) bool {
	for i := range len(text) {
		if text[i] <= ' ' || text[i] >= 0x7f {
			return false
		}
	}
	return true
}

func (d *direct) closeIdle() {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	d.closeIdleSince(time.Time{})
}

// connect returns a new connection.
func (d *direct) connect(ctx context.Context, deadline time.Time) (*connection, error) {
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	conn, err := d.dial(ctx, "tcp", d.address)
	if err != nil {
		return nil, err
	}
	c := &connection{Conn: conn, owner: d}
	c.in, c.out = bufio.NewReaderSize(c, readSize), bufio.NewWriter(conn)
	if system, ok := conn.(syscall.Conn); ok {
		if c.raw, err = system.SyscallConn(); err != nil {
			_ = conn.Close()
			return nil, err
		}
	}
	return c, nil
}

// take returns a connection that was kept, or nil.
func (d *direct) take() *connection {
	for {
		c := d.pop()
		if c == nil || c.quiet() {
			return c
		}
		_ = c.Close()
	}
}

// pop returns the connection that became idle last, which is the least likely to
// be closed by now; nil when there is none.
func (d *direct) pop() *connection {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = false
	last := len(d.idle) - 1
	if last < 0 {
		return nil
	}
	c := d.idle[last]
	d.idle[last] = nil
	d.idle = d.idle[:last]
	return c
}

// put keeps a connection for the next call.
func (d *direct) put(c *connection) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed || len(d.idle) >= d.keep {
		_ = c.Close()
		return
	}
	c.since = time.Now()
	d.idle = append(d.idle, c)
	if d.sweep == nil {
		d.sweepIn(idleTimeout)
	}
}

// closeIdleSince closes the connections that have been idle since then or
// longer, and all of them if it is the zero time.
func (d *direct) closeIdleSince(then time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	old := 0
	for old < len(d.idle) && (then.IsZero() || !d.idle[old].since.After(then)) {
		_ = d.idle[old].Close()
		old++
	}
	d.idle = slices.Delete(d.idle, 0, old)
	if d.sweep != nil {
		d.sweep.Stop()
		d.sweep = nil
	}
	if len(d.idle) > 0 {
		d.sweepIn(time.Until(d.idle[0].since.Add(idleTimeout)))
	}
}

// sweepIn sees to connections that nobody takes any more. d.mu is held.
func (d *direct) sweepIn(wait time.Duration) {
	d.sweep = time.AfterFunc(wait, func() { d.closeIdleSince(time.Now().Add(-idleTimeout)) })
}
