package upstream

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestConnectionsAreUsedAgain(t *testing.T) {
	t.Parallel()
	t.Run("one after the other", func(t *testing.T) {
		t.Parallel()
		portal := newWire(t, (*wireConn).wellBehaved)
		client := wireClient(t, portal.address)
		for i := range 50 {
			getsOwn(t, client, "anna", 1+i)
			getsOwn(t, client, "anna", 1+i, 2+i)
		}
		wantConnections(t, portal, 1)
	})
	t.Run("by eight", func(t *testing.T) {
		t.Parallel()
		portal := newWire(t, (*wireConn).wellBehaved)
		client := wireClient(t, portal.address)
		var callers sync.WaitGroup
		for i := range 8 {
			callers.Go(func() {
				for n := range 125 {
					getsOwn(t, client, fmt.Sprint("caller ", i), 1000*i+n+1)
				}
			})
		}
		callers.Wait()
		if n := portal.connections(); n > 8 {
			t.Errorf("%d connections of 8 callers", n)
		}
	})
}

// TestClosedWhileIdle has a portal that ends connections which are kept. The
// next call goes well on another, and neither it nor anybody's count of retries
// notices.
func TestClosedWhileIdle(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		end  func(c *wireConn) // the first connection, after one good answer
		seen bool              // before the next call
	}{
		"seen before the call": {func(*wireConn) {}, true},
		"reset":                {func(c *wireConn) { _ = c.Conn.(*net.TCPConn).SetLinger(0) }, true},
		"seen at reading":      {func(c *wireConn) { _ = c.request() }, false},
	}
	for name, test := range tests {
		for method, ids := range map[string][]int{"GET": {1}, "batch": {1, 2, 3}} {
			t.Run(name+"/"+method, func(t *testing.T) {
				t.Parallel()
				portal := newWire(t, func(c *wireConn) {
					if c.n > 0 {
						c.wellBehaved()
						return
					}
					c.say(properAnswer(c.request()))
					test.end(c)
				})
				var attempts []int
				client := wireClient(t, portal.address, func(o *Options) {
					o.Observe = func(_ context.Context, c Call) { attempts = append(attempts, c.Attempt) }
				})
				getsOwn(t, client, "anna", 7)
				if test.seen {
					eventually(t, "the end arrived", func() bool { return client.pools.idle(t) == 0 })
				}
				getsOwn(t, client, "anna", ids...)
				wantConnections(t, portal, 2)
				if !slices.Equal(attempts, []int{1, 1}) {
					t.Errorf("attempts %v", attempts)
				}
			})
		}
	}
}

// TestLostConnections has several kept connections that end when they are used.
// A call goes through all of them if it must.
func TestLostConnections(t *testing.T) {
	t.Parallel()
	const kept = 4
	var asked sync.WaitGroup
	asked.Add(kept)
	portal := newWire(t, func(c *wireConn) {
		if c.n >= kept {
			c.wellBehaved()
			return
		}
		r := c.request()
		asked.Done()
		asked.Wait()
		c.say(properAnswer(r))
		_ = c.request()
	})
	client := wireClient(t, portal.address)
	var calls sync.WaitGroup
	for i := range kept {
		calls.Go(func() { getsOwn(t, client, "anna", 1+i) })
	}
	calls.Wait()
	getsOwn(t, client, "anna", 7)
	wantConnections(t, portal, kept+1)
}

// TestLostCallsAreNotRepeated shows what is a failure all the same: an answer
// that has begun, and a connection that was new.
func TestLostCallsAreNotRepeated(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before int    // good answers on the connection
		say    string // then, before its end
	}{
		"a new connection": {},
		"half a header":    {before: 1, say: "HTTP/1.1 200 OK\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			portal := newWire(t, func(c *wireConn) {
				for range test.before {
					c.say(properAnswer(c.request()))
				}
				_ = c.request()
				c.say(test.say)
			})
			client := wireClient(t, portal.address)
			for range test.before {
				getsOwn(t, client, "anna", 7)
			}
			if _, err := one(t.Context(), client, Credentials{Authorization: "anna"}, 3101); KindOf(err) != KindUnavailable || !(request{}).retryable(err) {
				t.Errorf("got %v", err)
			}
			wantConnections(t, portal, 1)
		})
	}
}

// TestIdleConnectionsEnd lets time pass without a call.
func TestIdleConnectionsEnd(t *testing.T) {
	t.Parallel()
	// kept returns a client in front of a portal that holds each call for a
	// second, and when each of its connections ended.
	kept := func(t *testing.T) (client *Client, ended func() []time.Duration) {
		start := time.Now()
		var ends []time.Duration
		var mu sync.Mutex
		client = New(Options{URL: &url.URL{Scheme: "http", Host: "portal.example"}, Retries: -1})
		t.Cleanup(client.Close)
		client.pools.model.DialContext = func(context.Context, string, string) (net.Conn, error) {
			near, far := net.Pipe()
			go func() {
				c := &wireConn{Conn: far, in: bufio.NewReader(far)}
				for r := c.request(); r != nil; r = c.request() {
					time.Sleep(time.Second)
					c.say(properAnswer(r))
				}
				mu.Lock()
				defer mu.Unlock()
				ends = append(ends, time.Since(start))
			}()
			return near, nil
		}
		return client, func() []time.Duration {
			synctest.Wait()
			mu.Lock()
			defer mu.Unlock()
			return slices.Clone(ends)
		}
	}
	both := func(t *testing.T, client *Client) {
		var calls sync.WaitGroup
		for i := range 2 {
			calls.Go(func() {
				time.Sleep(time.Duration(i) * time.Second / 2)
				getsOwn(t, client, "anna", 1+i)
			})
		}
		calls.Wait()
	}
	want := func(t *testing.T, client *Client, ended func() []time.Duration, want ...time.Duration) {
		t.Helper()
		if got := ended(); !slices.Equal(got, want) {
			t.Errorf("connections ended after %v, want %v", got, want)
		}
		if n := client.pools.idle(t); n != 0 {
			t.Errorf("%d connections are kept", n)
		}
	}
	t.Run("each in its time", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			client, ended := kept(t)
			both(t, client)
			time.Sleep(idleTimeout - time.Second)
			if n := ended(); len(n) != 0 {
				t.Errorf("connections ended after %v", n)
			}
			time.Sleep(time.Hour)
			want(t, client, ended, idleTimeout+time.Second, idleTimeout+1500*time.Millisecond)
		})
	})
	t.Run("when the client is closed", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			client, ended := kept(t)
			both(t, client)
			client.Close()
			want(t, client, ended, 1500*time.Millisecond, 1500*time.Millisecond)
		})
	})
	t.Run("when the client is closed during a call", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			client, ended := kept(t)
			time.AfterFunc(time.Second/2, client.Close)
			getsOwn(t, client, "anna", 1)
			want(t, client, ended, time.Second)
			getsOwn(t, client, "anna", 1) // it may be used again
			getsOwn(t, client, "anna", 1)
			time.Sleep(time.Hour)
			want(t, client, ended, time.Second, 3*time.Second+idleTimeout)
		})
	})
}

// TestNoTimeToDial has a call end while it waits for a connection.
func TestNoTimeToDial(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := New(Options{URL: &url.URL{Scheme: "http", Host: "portal.example"}, CallTimeout: 2 * time.Second})
		defer client.Close()
		client.pools.model.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: ctx.Err()}
		}
		start := time.Now()
		_, err := one(t.Context(), client, token, 3101)
		if took := time.Since(start); KindOf(err) != KindTimeout || took != 2*time.Second || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("after %v: %v", took, err)
		}
	})
}
