package upstream

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"

	"onlyoffice-graphql/upstream/demo"
)

// pipes is a network of its own for one server. Nothing in it waits for the
// outside, so that the time of a bubble can pass.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Addr() net.Addr { return &net.IPAddr{} }

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case p.conns <- far:
		return near, nil
	case <-p.closed:
		return nil, &net.OpError{Op: "dial", Net: "pipe", Err: net.ErrClosed}
	}
}

// bubbleClient serves handler to a client inside a synctest bubble, where ten
// seconds take no time. The bubble fails when a goroutine outlives the test.
func bubbleClient(t *testing.T, handler http.Handler, change ...func(*Options)) *Client {
	t.Helper()
	network := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = server.Serve(network) }()
	options := Options{URL: &url.URL{Scheme: "http", Host: "portal.example"}, Dial: network.dial}
	for _, c := range change {
		c(&options)
	}
	client := New(options)
	t.Cleanup(func() {
		client.Close()
		_ = server.Close()
		synctest.Wait()
	})
	return client
}

// bubbleDemo is bubbleClient in front of the demo portal.
func bubbleDemo(t *testing.T, change ...func(*Options)) (*demo.Portal, *Client) {
	t.Helper()
	portal := demo.New()
	client := bubbleClient(t, portal, change...)
	t.Cleanup(func() { _ = portal.Close() })
	return portal, client
}

var demoToken = Credentials{Authorization: demo.Token}
