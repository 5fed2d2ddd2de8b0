package serve

import (
	order "container/list"
	"context"
	"net"
	"net/netip"
	"sync"
	"time"
)

// connection is one of Connections. Its deadlines are those that the server
// sets, or sooner once the program is to end.
type connection struct {
	net.Conn
	of      *Connections
	client  netip.Addr     // at the other end
	address netip.Addr     // that it counts for
	place   *order.Element // among the idle; nil while a request is worked on

	mu       sync.Mutex
	reading  time.Time // until when something is waited for; zero for without end
	draining bool
	began    time.Time // when the first byte of the request was read; zero between requests
}

// Read notes when the first byte of a request comes.
func (c *connection) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.mu.Lock()
		if c.began.IsZero() {
			c.began = time.Now()
		}
		c.mu.Unlock()
	}
	return n, err
}

// rest ends the request: what is read from now on is of the next.
func (c *connection) rest() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.began = time.Time{}
}

// connectionKey is what the context of a request has its connection under.
type connectionKey struct{}

// WithConnection is the server's ConnContext hook.
func WithConnection(ctx context.Context, of net.Conn) context.Context {
	return context.WithValue(ctx, connectionKey{}, of)
}

// RequestBegan returns when the first byte of the request of ctx was read. It is
// now for a request that has no connection of ours, and for one that came
// together with the request before it.
func RequestBegan(ctx context.Context) time.Time {
	if of, ok := ctx.Value(connectionKey{}).(*connection); ok {
		of.mu.Lock()
		defer of.mu.Unlock()
		if !of.began.IsZero() {
			return of.began
		}
	}
	return time.Now()
}

// Close makes room for another connection.
func (c *connection) Close() error {
	c.of.mu.Lock()
	c.of.forget(c)
	c.of.mu.Unlock()
	return c.Conn.Close()
}

// CloseWrite lets the client read to the end before the connection closes.
func (c *connection) CloseWrite() error {
	half, ok := c.Conn.(interface{ CloseWrite() error })
	if !ok {
		return nil
	}
	return half.CloseWrite()
}

// SetReadDeadline sets until when the client may send. Without a deadline
// nothing is waited for but that the client hangs up, which is no reason to end.
func (c *connection) SetReadDeadline(until time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reading = until
	if c.draining && !until.IsZero() {
		until = sooner(until, time.Now().Add(DrainReading))
	}
	return c.Conn.SetReadDeadline(until)
}

// SetWriteDeadline sets until when the client may read.
func (c *connection) SetWriteDeadline(until time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.draining {
		until = sooner(until, time.Now().Add(DrainWriting))
	}
	return c.Conn.SetWriteDeadline(until)
}

// drain lets a client that is sending or reading now go on for a moment. An
// answer that comes later gets a deadline of its own.
func (c *connection) drain() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.draining = true
	if !c.reading.IsZero() {
		_ = c.Conn.SetReadDeadline(sooner(c.reading, time.Now().Add(DrainReading)))
	}
	_ = c.Conn.SetWriteDeadline(time.Now().Add(DrainWriting))
}

// sooner returns the earlier of two deadlines; zero is none.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}
