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
	"strconv"
	"syscall"
	"time"
)

// readSize holds most answers about one thing, so that one read of the network gets
// them.
const readSize = 16 << 10

// maxInformational is how many answers 1xx may come before the one that counts.
const maxInformational = 5

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
