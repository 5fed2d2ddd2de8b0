package upstream

import (
	"io"
	"log"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"

	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/upstream/demo"
)

// bubbleClient serves handler to a client inside a synctest bubble, where ten
// seconds take no time. The bubble fails when a goroutine outlives the test.
func bubbleClient(t *testing.T, handler http.Handler, change ...func(*Options)) *Client {
	t.Helper()
	network := testhttp.NewPipes()
	server := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = server.Serve(network) }()
	options := Options{URL: &url.URL{Scheme: "http", Host: "portal.example"}, Dial: network.Dial}
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
