package blackbox

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"onlyoffice-graphql/internal/testhttp"
)

// connect opens a connection that the test ends.
func connect(t *testing.T, address string) net.Conn {
	t.Helper()
	connection, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	_ = connection.SetDeadline(time.Now().Add(testhttp.Patience))
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
		connection := connect(t, p.Public)
		if !probes(connection) {
			t.Fatal("a connection that fits is not answered")
		}
		taken = append(taken, connection)
	}
	if !probes(connect(t, p.Public)) {
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
	if got := testhttp.Fetch(t, p.Admin, "/healthz"); got.Status != http.StatusOK {
		t.Errorf("the admin listener: %d", got.Status)
	}
}

// It is the one that has been idle longest.
// Where all are worked on, the new one is closed at once, and one that ends
// makes room again.
func TestConnectionsTooMany(t *testing.T) {
	t.Parallel()
	portal, address := newGate(t)
	p := start(t, "--portal-url="+address, "--portal-token=a", "--max-connections=2")
	const request = "GET /graphql?query={viewer{id}} HTTP/1.1\r\nHost: localhost\r\n\r\n"
	var taken []net.Conn
	for range 2 {
		connection := connect(t, p.Public)
		_, _ = io.WriteString(connection, request)
		taken = append(taken, connection)
	}
	testhttp.Eventually(t, "both are worked on", func() bool { return portal.waiting.Load() == 2 })
	if !isClosed(connect(t, p.Public)) {
		t.Error("one too many is open")
	}
	if _, err := testhttp.Send(http.MethodGet, "http://"+p.Public+"/healthz", ""); err == nil {
		t.Error("one too many is answered")
	}
	_ = taken[0].Close()
	testhttp.Eventually(t, "there is room again", func() bool {
		got, err := testhttp.Send(http.MethodGet, "http://"+p.Public+"/healthz", "")
		return err == nil && got.Status == http.StatusOK
	})
	close(portal.open)
	if n, _ := taken[1].Read(make([]byte, 1)); n != 1 {
		t.Error("what was worked on is not answered")
	}
}

// from is a connection of a remote client.
// One address holds no more than its share of the connections, but for proxies.
// Within its share, too, an address loses the connection that is idle longest,
// and no other does; what closes gives its place back, once.
// The limit of open files bounds connections where it is lower.
