package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"testing"

	"onlyoffice-graphql/internal/config"
	"onlyoffice-graphql/internal/observe"
	"onlyoffice-graphql/internal/serve"
	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

// newCannedAPI returns everything that the public listener serves, over a canned
// portal. It logs as the program does, to nowhere.
func newCannedAPI(t testing.TB, portal http.Handler) http.Handler {
	t.Helper()
	settings, err := config.Parse(nil, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	logger, metrics := slog.New(slog.NewJSONHandler(io.Discard, nil)), observe.NewMetrics()
	address := testhttp.NewCannedPortal(t, portal).URL()
	client := upstream.New(upstream.Options{URL: address, Observe: func(_ context.Context, call upstream.Call) { metrics.PortalCall(call) }})
	t.Cleanup(client.Close)
	p := program{settings: settings, logger: logger, metrics: metrics, portal: address, client: client, health: serve.NewHealth(client.Ping, logger)}
	return p.publicHandler()
}

// repeated is one request that is sent again and again, with no more cost than
// a server's.
type repeated struct {
	api    http.Handler
	ctx    context.Context
	url    *url.URL
	body   []byte
	header http.Header
	answer cannedAnswer
}

func newRepeated(t testing.TB, api http.Handler, query string) *repeated {
	t.Helper()
	return &repeated{
		api: api, ctx: t.Context(), url: &url.URL{Path: "/graphql"}, body: []byte(testhttp.BodyOf(query)),
		header: http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json"}, "Authorization": {demo.Token}},
		answer: cannedAnswer{header: http.Header{}},
	}
}

func (q *repeated) send() {
	q.answer.reset()
	request := http.Request{
		Method: http.MethodPost, URL: q.url, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Host: "127.0.0.1",
		Header: q.header, ContentLength: int64(len(q.body)), Body: io.NopCloser(bytes.NewReader(q.body)),
	}
	q.api.ServeHTTP(&q.answer, request.WithContext(q.ctx))
}

// cannedAnswer keeps the last answer, in memory that is used again.
type cannedAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *cannedAnswer) reset() {
	clear(a.header)
	a.status = 0
	a.body.Reset()
}

func (a *cannedAnswer) Header() http.Header         { return a.header }
func (a *cannedAnswer) WriteHeader(status int)      { a.status = status }
func (a *cannedAnswer) Write(p []byte) (int, error) { return a.body.Write(p) }
