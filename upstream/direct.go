package upstream

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// readSize holds most answers about one thing, so that one read of the network gets
// them.
const readSize = 16 << 10

// maxInformational is how many answers 1xx may come before the one that counts.
const maxInformational = 5

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
	if !isTarget(r.target) || !isLine(who.Authorization) || !isLine(who.Cookie) {
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

// isLine reports whether text may be a part of a line of HTTP.
func isLine(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' && text[i] != '\t' || text[i] == 0x7f {
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

// connection is one connection to the portal, for one call at a time.
type connection struct {
	net.Conn
	owner  *direct
	in     *bufio.Reader
	out    *bufio.Writer
	left   int64           // bytes that may be read before the body
	broken error           // what ended the reading, if anything did
	since  time.Time       // when it became idle
	raw    syscall.RawConn // nil of a connection that is not the system's
}

// Read reads from the network, within the bound of what comes before a body.
func (c *connection) Read(p []byte) (n int, err error) {
	if c.left <= 0 {
		err = errLongHeader
	} else {
		n, err = c.Conn.Read(p[:min(int64(len(p)), c.left)])
		c.left -= int64(n)
		err = withoutAddresses(err)
	}
	if c.broken = err; err == io.EOF {
		c.broken = io.ErrUnexpectedEOF
	}
	return n, err
}

// reason returns why an answer could not be read. Where net/http gets half a
// line, it takes that for a line, and says nothing of a deadline that has passed.
func (c *connection) reason(err error) error {
	if err != nil && c.broken != nil {
		return c.broken
	}
	return err
}

var errLongHeader = fmt.Errorf("more than %d bytes before the body of an answer", maxHeader)

// quiet reports whether nothing has come since the last answer: neither the end
// of the connection, nor bytes that the next caller would take for an answer.
func (c *connection) quiet() bool {
	if c.raw == nil {
		return true
	}
	silent := false
	err := c.raw.Control(func(fd uintptr) { silent = nothingToRead(fd) })
	return err == nil && silent
}

// exchange sends a request and reads the header of the answer. The connection is
// closed after an error, and otherwise when the answer's body is.
func (c *connection) exchange(ctx context.Context, deadline time.Time, r request, who Credentials) (*http.Response, error) {
	_ = c.SetDeadline(deadline) // cannot fail on a connection that is open
	unwatch := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	resp, err := c.ask(r, who)
	if err != nil {
		unwatch()
		_ = c.Close()
		return nil, err
	}
	last := resp.Close || resp.StatusCode == http.StatusSwitchingProtocols
	resp.Body = &answerBody{ReadCloser: resp.Body, connection: c, unwatch: unwatch, last: last}
	return resp, nil
}

func (c *connection) ask(r request, who Credentials) (*http.Response, error) {
	c.left = maxHeader
	err := c.write(r, who)
	if err == nil {
		_, err = c.in.Peek(1)
	}
	if err != nil {
		return nil, unansweredError{err}
	}
	resp, err := http.ReadResponse(c.in, nil)
	for n := 0; err == nil && isInformational(resp.StatusCode); n++ {
		if n == maxInformational {
			return nil, errors.New("too many answers 1xx")
		}
		resp, err = http.ReadResponse(c.in, nil)
	}
	c.left = math.MaxInt64
	return resp, c.reason(err)
}

// write sends the request, as section 3 of RFC 9112 has it.
func (c *connection) write(r request, who Credentials) error {
	line := func(parts ...string) {
		for _, part := range parts {
			_, _ = c.out.WriteString(part) // Flush returns the error
		}
		_, _ = c.out.WriteString("\r\n")
	}
	line(r.method, " ", r.target, " HTTP/1.1")
	line("Host: ", c.owner.host)
	r.headers(who, func(name, value string) { line(name, ": ", value) })
	if r.form != "" {
		line("Content-Length: ", strconv.Itoa(len(r.form)))
	}
	line()
	_, _ = c.out.WriteString(r.form)
	return withoutAddresses(c.out.Flush())
}

// withoutAddresses returns the usual error of a time-out.
func withoutAddresses(err error) error {
	if isTimeout(err) {
		return context.DeadlineExceeded
	}
	return err
}

// isInformational reports whether another answer follows the one with this status.
func isInformational(status int) bool {
	return status >= 100 && status < 200 && status != http.StatusSwitchingProtocols
}

// unansweredError is of a connection on which nothing of an answer has come.
type unansweredError struct{ error }

// Unwrap returns what went wrong on the connection.
func (e unansweredError) Unwrap() error { return e.error }

// answerBody is a body that gives its connection back when it has been read to
// its end.
type answerBody struct {
	io.ReadCloser // of net/http, which finds the end; it is not closed, since that reads on
	connection    *connection
	unwatch       func() bool
	last          bool // no other answer follows on the connection
	ended         bool
}

// Read reads on.
func (b *answerBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != io.EOF {
		return n, b.connection.reason(err)
	}
	b.ended = true
	return n, err
}

// Close must be called once.
func (b *answerBody) Close() error {
	if b.unwatch() && b.ended && !b.last && b.connection.in.Buffered() == 0 {
		b.connection.owner.put(b.connection)
		return nil
	}
	return b.connection.Close()
}
