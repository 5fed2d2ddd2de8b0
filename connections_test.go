package main

import (
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"onlyoffice-graphql/internal/config"
)

// connect opens a connection that the test ends.
func connect(t *testing.T, address string) net.Conn {
	t.Helper()
	connection, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	_ = connection.SetDeadline(time.Now().Add(patience))
	return connection
}

// probes sends a request and reports whether it is answered.
func probes(connection net.Conn) bool {
	_, _ = io.WriteString(connection, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
	answer := make([]byte, 4096)
	n, _ := connection.Read(answer)
	return strings.HasPrefix(string(answer[:n]), "HTTP/1.1 200 ")
}

// isClosed reports whether the server has closed the connection.
func isClosed(connection net.Conn) bool {
	n, err := connection.Read(make([]byte, 1))
	return n == 0 && err != nil && !errors.Is(err, os.ErrDeadlineExceeded)
}

// Where there is room for no more, a connection that is idle gives way to a new one.
func TestIdleConnectionsGiveWay(t *testing.T) {
	t.Parallel()
	p := start(t, "--max-connections=3")
	var taken []net.Conn
	for range 3 {
		connection := connect(t, p.public)
		if !probes(connection) {
			t.Fatal("a connection that fits is not answered")
		}
		taken = append(taken, connection)
	}
	if !probes(connect(t, p.public)) {
		t.Error("the new connection is not answered")
	}
	kept := 0
	for _, connection := range taken {
		if probes(connection) {
			kept++
		}
	}
	if kept != 2 {
		t.Errorf("%d of 3 idle connections are kept", kept)
	}
	if got := fetch(t, p.admin, "/healthz"); got.status != http.StatusOK {
		t.Errorf("the admin listener: %d", got.status)
	}
}

// It is the one that has been idle longest.
func TestLongestIdleGivesWay(t *testing.T) {
	t.Parallel()
	c := newConnections(3)
	var taken [3]*from
	var admitted [3]*connection
	for i := range taken {
		taken[i] = &from{address: "127.0.0.1:1"}
		admitted[i] = c.admit(taken[i])
	}
	c.watch(admitted[0], http.StateActive)
	c.watch(admitted[1], http.StateActive)
	c.watch(admitted[0], http.StateIdle) // a moment ago, unlike the last, which never asked
	if c.admit(&from{address: "127.0.0.1:1"}) == nil || taken[0].closed || taken[1].closed || !taken[2].closed {
		t.Errorf("closed: %t %t %t", taken[0].closed, taken[1].closed, taken[2].closed)
	}
	if c.admit(&from{address: "127.0.0.1:1"}) == nil || !taken[0].closed || taken[1].closed {
		t.Errorf("then closed: %t %t", taken[0].closed, taken[1].closed)
	}
}

// Where all are worked on, the new one is closed at once, and one that ends
// makes room again.
func TestConnectionsTooMany(t *testing.T) {
	t.Parallel()
	portal, address := newGate(t)
	p := start(t, "--portal-url="+address, "--portal-token=a", "--max-connections=2")
	const request = "GET /graphql?query={viewer{id}} HTTP/1.1\r\nHost: localhost\r\n\r\n"
	var taken []net.Conn
	for range 2 {
		connection := connect(t, p.public)
		_, _ = io.WriteString(connection, request)
		taken = append(taken, connection)
	}
	eventually(t, "both are worked on", func() bool { return portal.waiting.Load() == 2 })
	if !isClosed(connect(t, p.public)) {
		t.Error("one too many is open")
	}
	if _, err := send(http.MethodGet, "http://"+p.public+"/healthz", ""); err == nil {
		t.Error("one too many is answered")
	}
	_ = taken[0].Close()
	eventually(t, "there is room again", func() bool {
		got, err := send(http.MethodGet, "http://"+p.public+"/healthz", "")
		return err == nil && got.status == http.StatusOK
	})
	close(portal.open)
	if n, _ := taken[1].Read(make([]byte, 1)); n != 1 {
		t.Error("what was worked on is not answered")
	}
}

// from is a connection of a remote client.
type from struct {
	net.Conn
	address string
	closed  bool
}

func (f *from) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(f.address))
}

func (f *from) Close() error {
	f.closed = true
	return nil
}

// One address holds no more than its share of the connections, but for proxies.
func TestConnectionsPerAddress(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		addresses []string
		fit       int
	}{
		"one client":             {[]string{"192.0.2.1:1", "192.0.2.1:2", "192.0.2.1:3"}, 2},
		"as IPv6":                {[]string{"192.0.2.1:1", "[::ffff:192.0.2.1]:2", "192.0.2.1:3"}, 2},
		"a network of IPv6":      {[]string{"[2001:db8::1]:1", "[2001:db8::2]:1", "[2001:db8::ffff:0:0:1]:1"}, 2},
		"networks of IPv6":       {[]string{"[2001:db8::1]:1", "[2001:db8::2]:1", "[2001:db8:0:1::1]:1"}, 3},
		"several":                {[]string{"192.0.2.1:1", "192.0.2.1:2", "192.0.2.2:1"}, 3},
		"this machine":           {[]string{"127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"}, 3},
		"this machine by IPv6":   {[]string{"[::1]:1", "[::1]:2", "[::1]:3"}, 3},
		"a proxy":                {[]string{"10.1.2.3:1", "10.1.2.3:2", "10.1.2.3:3"}, 3},
		"a proxy, seen from :::": {[]string{"[::ffff:10.1.2.3]:1", "[::ffff:10.1.2.3]:2", "[::ffff:10.1.2.3]:3"}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newConnections(100)
			c.mostPerAddress, c.shared = 2, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
			fit := 0
			for _, address := range test.addresses {
				if admitted := c.admit(&from{address: address}); admitted != nil {
					c.watch(admitted, http.StateActive)
					fit++
				}
			}
			if fit != test.fit {
				t.Errorf("%d fit, want %d", fit, test.fit)
			}
		})
	}
}

// Within its share, too, an address loses the connection that is idle longest,
// and no other does; what closes gives its place back, once.
func TestConnectionsOfAnAddressGiveWay(t *testing.T) {
	t.Parallel()
	c := newConnections(4)
	c.mostPerAddress = 2
	neighbour, first, second, third := &from{address: "192.0.2.9:1"}, &from{address: "192.0.2.1:1"}, &from{address: "192.0.2.1:2"}, &from{address: "192.0.2.1:3"}
	for _, connection := range []*from{neighbour, first, second, third} {
		if c.admit(connection) == nil {
			t.Errorf("%s does not fit", connection.address)
		}
	}
	if neighbour.closed || !first.closed || second.closed || third.closed {
		t.Errorf("closed: neighbour %t, first %t, second %t, third %t", neighbour.closed, first.closed, second.closed, third.closed)
	}
	for connection := range c.open {
		_ = connection.Close()
		_ = connection.Close()
		c.watch(connection, http.StateIdle) // the server may be late
	}
	if len(c.open) != 0 || len(c.addresses) != 0 || c.idle.Len() != 0 {
		t.Errorf("%d connections, %d addresses and %d idle are left", len(c.open), len(c.addresses), c.idle.Len())
	}
}

// The limit of open files bounds connections where it is lower.
func TestConnectionsWithinFiles(t *testing.T) {
	t.Parallel()
	settings := config.Config{Server: config.ServerLimits{Connections: 4096}, Portal: config.PortalLimits{PortalCalls: 64}}
	for _, test := range []struct {
		files  int
		isDemo bool
		want   int
	}{
		{0, false, 4096}, // not known
		{1 << 20, false, 4096},
		{1024, false, 608},
		{1024, true, 288},
		{64, false, 16},
	} {
		var log output
		got := withinFiles(settings, test.files, test.isDemo, slog.New(slog.NewTextHandler(&log, nil)))
		if got != test.want || strings.Contains(log.String(), "fewer connections") != (got < 4096) {
			t.Errorf("of %d files: %d connections, want %d; logged %s", test.files, got, test.want, log.String())
		}
	}
}
