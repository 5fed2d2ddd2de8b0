package serve

import (
	"net"
	"net/url"
	"strings"
)

// SameAddress reports whether only one listener can have both addresses, each
// host:port.
func SameAddress(a, b string) bool {
	hostA, portA, errA := net.SplitHostPort(a)
	hostB, portB, errB := net.SplitHostPort(b)
	if errA != nil || errB != nil || portA != portB || portA == "0" {
		return false
	}
	return hostA == hostB || isEverywhere(hostA) || isEverywhere(hostB)
}

// isEverywhere reports whether host stands for every address of this machine.
func isEverywhere(host string) bool {
	ip := net.ParseIP(host)
	return host == "" || ip != nil && ip.IsUnspecified()
}

// IsLoopback reports whether host is this machine.
func IsLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// IsLoopbackAddress reports whether address, host:port, is of this machine alone.
func IsLoopbackAddress(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return err == nil && IsLoopback(host)
}

// Reachable turns an address that is listened on into one that can be opened.
func Reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err == nil && isEverywhere(host) {
		return "localhost:" + port
	}
	return address
}

// IsOrigin reports whether text is a whole origin, spelt as browsers spell it:
// origins are compared as they are, so no other one would ever be let in.
func IsOrigin(text string) bool {
	u, err := url.Parse(text)
	if err != nil || text != u.Scheme+"://"+u.Host || u.Hostname() == "" {
		return false
	}
	unusual := func(c rune) bool { return c == '*' || c > '~' || 'A' <= c && c <= 'Z' }
	switch u.Scheme {
	case "http":
		return u.Port() != "80" && !strings.ContainsFunc(text, unusual)
	case "https":
		return u.Port() != "443" && !strings.ContainsFunc(text, unusual)
	case "", "file", "data", "about", "javascript", "blob", "ftp", "ws", "wss":
		return false // opaque origins, or schemes that any page can have
	default: // of apps and extensions: capacitor://localhost, tauri://localhost, chrome-extension://…
		return u.Port() == "" && !strings.ContainsFunc(text, unusual)
	}
}
