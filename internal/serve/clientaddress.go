package serve

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// ClientAddress returns the address that a request counts for, as connections do: of
// IPv6 the network. Where the connection is from this machine or from a known proxy, it
// is the last address in X-Forwarded-For that is of neither; what stands before that is
// the client's own word. It is not valid where nothing says it.
func ClientAddress(ctx context.Context, header http.Header) netip.Addr {
	of, ok := ctx.Value(connectionKey{}).(*connection)
	if !ok {
		return netip.Addr{}
	}
	if of.address.IsValid() {
		return of.address
	}
	forwarded := strings.Split(strings.Join(header.Values("X-Forwarded-For"), ","), ",")
	for _, text := range slices.Backward(forwarded) {
		address, err := netip.ParseAddr(strings.TrimSpace(text))
		if err != nil {
			withPort, err := netip.ParseAddrPort(strings.TrimSpace(text)) // as some proxies write it
			if err != nil {
				return netip.Addr{}
			}
			address = withPort.Addr()
		}
		if counted := of.of.counted(net.TCPAddrFromAddrPort(netip.AddrPortFrom(address, 0))); counted.IsValid() {
			return counted
		}
	}
	return netip.Addr{}
}
