package serve

import (
	order "container/list"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// How long clients are waited for once the program is to end: those that have
// not sent their request yet, and those that do not read their answer.
const (
	DrainReading = 3 * time.Second
	DrainWriting = 5 * time.Second
)

// Connections are those of one listener, with bounds on their number. One that
// comes on top of them takes the place of the one that has been idle longest;
// where none is idle it is closed at once: to let it queue would keep out
// all clients for as long as one client holds the others.
type Connections struct {
	most           int
	MostPerAddress int            // 0: as many as there may be at all
	Shared         []netip.Prefix // whose connections are those of many clients

	mu        sync.Mutex
	open      map[*connection]bool
	addresses map[netip.Addr]int
	idle      order.List // of *connection, longest first
	draining  bool
}

// NewConnections returns room for at most that many.
func NewConnections(most int) *Connections {
	return &Connections{most: most, open: make(map[*connection]bool), addresses: make(map[netip.Addr]int)}
}

// On returns a listener that accepts within the bounds.
func (c *Connections) On(listener net.Listener) net.Listener { return boundedListener{listener, c} }

type boundedListener struct {
	net.Listener
	connections *Connections
}

// Accept waits for a connection that there is room for.
func (l boundedListener) Accept() (net.Conn, error) {
	for {
		accepted, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if admitted := l.connections.admit(accepted); admitted != nil {
			return admitted, nil
		}
		_ = accepted.Close()
	}
}

// admit returns the connection as one of these, or nil if there is no room.
func (c *Connections) admit(accepted net.Conn) *connection {
	c.mu.Lock()
	defer c.mu.Unlock()
	client := addressOf(accepted)
	address := c.counted(client)
	if address.IsValid() && c.MostPerAddress > 0 && c.addresses[address] >= c.MostPerAddress && !c.makeRoom(address) ||
		len(c.open) >= c.most && !c.makeRoom(netip.Addr{}) {
		return nil
	}
	admitted := &connection{Conn: accepted, of: c, client: client, address: address, draining: c.draining}
	admitted.place = c.idle.PushBack(admitted) // until its first request
	c.open[admitted] = true
	c.addresses[address]++
	return admitted
}

// makeRoom closes the connection that has been idle longest, of that address if
// it is one, and reports whether there was any.
func (c *Connections) makeRoom(address netip.Addr) bool {
	for place := c.idle.Front(); place != nil; place = place.Next() {
		if idle := place.Value.(*connection); !address.IsValid() || idle.address == address {
			c.forget(idle)
			_ = idle.Conn.Close()
			return true
		}
	}
	return false
}

// forget takes a connection out, once.
func (c *Connections) forget(gone *connection) {
	if !c.open[gone] {
		return
	}
	delete(c.open, gone)
	c.setIdle(gone, false)
	if c.addresses[gone.address]--; c.addresses[gone.address] == 0 {
		delete(c.addresses, gone.address)
	}
}

func (c *Connections) setIdle(of *connection, idle bool) {
	switch {
	case !idle && of.place != nil:
		c.idle.Remove(of.place)
		of.place = nil
	case idle && of.place == nil && c.open[of]:
		of.place = c.idle.PushBack(of)
	}
}

// Watch follows the state of each connection; it is the server's ConnState hook.
func (c *Connections) Watch(of net.Conn, state http.ConnState) {
	if state == http.StateIdle {
		of.(*connection).rest()
	}
	if state == http.StateActive || state == http.StateIdle {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.setIdle(of.(*connection), state == http.StateIdle)
	}
}

// Drain shortens the time that clients are waited for, from now on.
func (c *Connections) Drain() {
	c.mu.Lock()
	c.draining = true
	open := slices.Collect(maps.Keys(c.open))
	c.mu.Unlock()
	for _, connection := range open {
		connection.drain()
	}
}

// counted returns the address that a client counts for: one with IPv6 has as many
// addresses as it likes below its network. It is not valid where connections are those
// of many clients.
func (c *Connections) counted(client netip.Addr) netip.Addr {
	switch {
	case c.isShared(client):
		return netip.Addr{}
	case client.Is6():
		return netip.PrefixFrom(client, 64).Masked().Addr()
	default:
		return client
	}
}

// isShared reports whether connections from an address are those of many clients: from
// this machine, where a proxy may run, and from the proxies that are known.
func (c *Connections) isShared(address netip.Addr) bool {
	return address.IsLoopback() || slices.ContainsFunc(c.Shared, func(network netip.Prefix) bool { return network.Contains(address) })
}

// addressOf returns the address of the other end; it is not valid where that has none.
func addressOf(accepted net.Conn) netip.Addr {
	remote, isTCP := accepted.RemoteAddr().(*net.TCPAddr)
	if !isTCP {
		return netip.Addr{}
	}
	return remote.AddrPort().Addr().Unmap().WithZone("")
}

// Files beside those of clients: of the program itself, of the admin listener,
// and for each portal call that may be in flight, with those that are kept.
const (
	programFiles     = 32
	AdminConnections = 64
	filesPerCall     = 5
)

// WithinFiles returns how many connections of clients there may be: as many as
// are wanted, or fewer where the program may not have that many files open beside
// those of the portal's calls.
func WithinFiles(wanted, portalCalls, files int, isDemo bool, logger *slog.Logger) int {
	if files == 0 {
		return wanted
	}
	others := programFiles + AdminConnections + filesPerCall*portalCalls
	if isDemo { // which has the other ends
		others += filesPerCall * portalCalls
	}
	most := max(files-others, files/4)
	if most >= wanted {
		return wanted
	}
	logger.Warn("the limit of open files leaves room for fewer connections than --max-connections", "connections", most, "files", files)
	return most
}
