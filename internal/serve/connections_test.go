package serve

import (
	"bytes"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
)

func TestLongestIdleGivesWay(t *testing.T) {
	t.Parallel()
	c := NewConnections(3)
	var taken [3]*from
	var admitted [3]*connection
	for i := range taken {
		taken[i] = &from{address: "127.0.0.1:1"}
		admitted[i] = c.admit(taken[i])
	}
	c.Watch(admitted[0], http.StateActive)
	c.Watch(admitted[1], http.StateActive)
	c.Watch(admitted[0], http.StateIdle) // a moment ago, unlike the last, which never asked
	if c.admit(&from{address: "127.0.0.1:1"}) == nil || taken[0].closed || taken[1].closed || !taken[2].closed {
		t.Errorf("closed: %t %t %t", taken[0].closed, taken[1].closed, taken[2].closed)
	}
	if c.admit(&from{address: "127.0.0.1:1"}) == nil || !taken[0].closed || taken[1].closed {
		t.Errorf("then closed: %t %t", taken[0].closed, taken[1].closed)
	}
}

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
			c := NewConnections(100)
			c.MostPerAddress, c.Shared = 2, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
			fit := 0
			for _, address := range test.addresses {
				if admitted := c.admit(&from{address: address}); admitted != nil {
					c.Watch(admitted, http.StateActive)
					fit++
				}
			}
			if fit != test.fit {
				t.Errorf("%d fit, want %d", fit, test.fit)
			}
		})
	}
}

func TestConnectionsOfAnAddressGiveWay(t *testing.T) {
	t.Parallel()
	c := NewConnections(4)
	c.MostPerAddress = 2
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
		c.Watch(connection, http.StateIdle) // the server may be late
	}
	if len(c.open) != 0 || len(c.addresses) != 0 || c.idle.Len() != 0 {
		t.Errorf("%d connections, %d addresses and %d idle are left", len(c.open), len(c.addresses), c.idle.Len())
	}
}

func TestConnectionsWithinFiles(t *testing.T) {
	t.Parallel()
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
		var log bytes.Buffer
		got := WithinFiles(4096, 64, test.files, test.isDemo, slog.New(slog.NewTextHandler(&log, nil)))
		if got != test.want || strings.Contains(log.String(), "fewer connections") != (got < 4096) {
			t.Errorf("of %d files: %d connections, want %d; logged %s", test.files, got, test.want, log.String())
		}
	}
}
