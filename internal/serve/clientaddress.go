package serve

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
)

// Client returns the address that a request came from, as far as it can be trusted:
// that of the connection, or, where that is from this machine or from a known proxy, the
// last address in X-Forwarded-For that is of neither. What stands before that is the
// client's own word. Where a proxy says nothing that can be read, it is the proxy's own.
//
// It also returns the address that the request counts for, as connections do: of IPv6
// the network, and none that is valid where many clients share it, or nothing says it.
func Client(ctx context.Context, header http.Header) (client, counted netip.Addr) {
	of, ok := ctx.Value(connectionKey{}).(*connection)
	if !ok {
		return netip.Addr{}, netip.Addr{}
	}
	client = of.clientOf(header)
	return client, of.of.counted(client)
}

// clientOf returns who sent a request with that header.
func (c *connection) clientOf(header http.Header) netip.Addr {
	client := c.client
	if !c.of.isShared(client) {
		return client
	}
	forwarded := strings.Split(strings.Join(header.Values("X-Forwarded-For"), ","), ",")
	for i := len(forwarded) - 1; i >= 0 && c.of.isShared(client); i-- {
		address, err := netip.ParseAddr(strings.TrimSpace(forwarded[i]))
		if err != nil {
			withPort, err := netip.ParseAddrPort(strings.TrimSpace(forwarded[i])) // as some proxies write it
			if err != nil {
				return client
			}
			address = withPort.Addr()
		}
		client = address.Unmap().WithZone("")
	}
	return client
}
