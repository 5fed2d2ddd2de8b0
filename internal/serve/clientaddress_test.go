package serve

import (
	"net"
	"net/http"
	"net/netip"
	"testing"
)

// peer is the connection of an address.
type peer struct {
	net.Conn
	address net.Addr
}

func (p peer) RemoteAddr() net.Addr { return p.address }

func TestClientAddress(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		remote    string
		forwarded []string
		want      string // what it counts for; "" for none
		logged    string // as which address it is logged
	}{
		"a client":                    {"192.0.2.1:5000", nil, "192.0.2.1", "192.0.2.1"},
		"a client's own word":         {"192.0.2.1:5000", []string{"198.51.100.9"}, "192.0.2.1", "192.0.2.1"},
		"a network":                   {"[2001:db8:1:2:3::4]:5000", nil, "2001:db8:1:2::", "2001:db8:1:2:3::4"},
		"this machine":                {"127.0.0.1:5000", nil, "", "127.0.0.1"},
		"a proxy of this machine":     {"127.0.0.1:5000", []string{"198.51.100.9"}, "198.51.100.9", "198.51.100.9"},
		"a proxy":                     {"10.1.2.3:5000", []string{"198.51.100.9"}, "198.51.100.9", "198.51.100.9"},
		"a proxy that says nothing":   {"10.1.2.3:5000", nil, "", "10.1.2.3"},
		"behind a client's own word":  {"10.1.2.3:5000", []string{"203.0.113.5, 198.51.100.9"}, "198.51.100.9", "198.51.100.9"},
		"in two headers":              {"10.1.2.3:5000", []string{"203.0.113.5", "198.51.100.9"}, "198.51.100.9", "198.51.100.9"},
		"two proxies":                 {"10.1.2.3:5000", []string{"203.0.113.5, 198.51.100.9, 10.9.9.9"}, "198.51.100.9", "198.51.100.9"},
		"with a port":                 {"10.1.2.3:5000", []string{"198.51.100.9:4711"}, "198.51.100.9", "198.51.100.9"},
		"a network behind a proxy":    {"10.1.2.3:5000", []string{"2001:db8:1:2:3::4"}, "2001:db8:1:2::", "2001:db8:1:2:3::4"},
		"no address":                  {"10.1.2.3:5000", []string{"198.51.100.9, unknown"}, "", "10.1.2.3"},
		"a mapped address":            {"10.1.2.3:5000", []string{"::ffff:198.51.100.9"}, "198.51.100.9", "198.51.100.9"},
		"nothing but known proxies":   {"10.1.2.3:5000", []string{"10.4.4.4"}, "", "10.4.4.4"},
		"half of what was said":       {"10.1.2.3:5000", []string{"unknown, 10.9.9.9"}, "", "10.9.9.9"},
		"a proxy that is not known":   {"11.1.2.3:5000", []string{"198.51.100.9"}, "11.1.2.3", "11.1.2.3"},
		"a client that names a proxy": {"192.0.2.1:5000", []string{"10.1.2.3"}, "192.0.2.1", "192.0.2.1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			connections := NewConnections(10)
			connections.Shared = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
			remote := net.TCPAddrFromAddrPort(netip.MustParseAddrPort(tt.remote))
			ctx := WithConnection(t.Context(), connections.admit(peer{address: remote}))
			header := http.Header{"X-Forwarded-For": tt.forwarded}
			client, got := Client(ctx, header)
			if got.IsValid() != (tt.want != "") || got.IsValid() && got.String() != tt.want {
				t.Errorf("got %v", got)
			}
			if client.String() != tt.logged {
				t.Errorf("logged as %v", client)
			}
		})
	}
	if client, counted := Client(t.Context(), nil); client.IsValid() || counted.IsValid() {
		t.Errorf("without a connection: %v, %v", client, counted)
	}
}
