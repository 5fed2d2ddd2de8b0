package resolvers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"

	"onlyoffice-graphql/internal/request"
	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/resolvers"
	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

// bubble is the resolvers over a demo portal within a synctest bubble, where time passes
// as soon as all wait for it.
type bubble struct {
	portal  *demo.Portal
	handler http.Handler

	mu     sync.Mutex
	writes []request.Write
}

// bubbleClient returns a client of the portal that the handler is, within a bubble.
func bubbleClient(t *testing.T, handler http.Handler, change ...func(*upstream.Options)) *upstream.Client {
	t.Helper()
	network := testhttp.NewPipes()
	server := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = server.Serve(network) }()
	options := upstream.Options{URL: &url.URL{Scheme: "http", Host: "portal.example"}, Dial: network.Dial}
	for _, c := range change {
		c(&options)
	}
	client := upstream.New(options)
	t.Cleanup(func() {
		client.Close()
		_ = network.Close()
		_ = server.Close()
		synctest.Wait()
	})
	return client
}

func newBubble(t *testing.T, change ...func(*upstream.Options)) *bubble {
	t.Helper()
	b := &bubble{portal: demo.New()}
	client := bubbleClient(t, withoutCompression(b.portal), change...)
	t.Cleanup(func() { _ = b.portal.Close() })
	b.handler = newHandler(resolvers.New(client, resolvers.Options{Writes: resolvers.WritesOwn, Wrote: func(w request.Write) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.writes = append(b.writes, w)
	}}))
	return b
}

// outcomes returns what the log heard of the writes since it was last asked.
func (b *bubble) outcomes() (all []upstream.Outcome) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, w := range b.writes {
		all = append(all, w.Outcome)
	}
	b.writes = nil
	return all
}

// ask returns the whole answer, but for locations.
func (b *bubble) ask(ctx context.Context, token, query string) string {
	body, _ := json.Marshal(map[string]any{"query": query})
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", token)
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	return locations.ReplaceAllString(w.Body.String(), "")
}
