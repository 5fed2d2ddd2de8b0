package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"sync"
	"testing"

	"onlyoffice-graphql/internal/config"
	"onlyoffice-graphql/internal/observe"
	"onlyoffice-graphql/internal/serve"
	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

// cannedPortal says what another portal says, at next to no cost: it asks that
// one the first time only, speaks bare HTTP/1.1, and makes nothing on the heap.
// So what is measured beside it is the cost of our own code.
type cannedPortal struct {
	portal   http.Handler
	listener net.Listener
	serving  sync.WaitGroup
	mu       sync.RWMutex
	answers  map[string][]byte // by the request's first line and body
	open     map[net.Conn]bool
}

func newCannedPortal(t testing.TB, portal http.Handler) *cannedPortal {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &cannedPortal{portal: portal, listener: listener, answers: map[string][]byte{}, open: map[net.Conn]bool{}}
	p.serving.Go(p.accept)
	t.Cleanup(p.close)
	return p
}

func (p *cannedPortal) url() *url.URL {
	return &url.URL{Scheme: "http", Host: p.listener.Addr().String()}
}

func (p *cannedPortal) accept() {
	for {
		connection, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		p.open[connection] = true
		p.mu.Unlock()
		p.serving.Go(func() {
			p.converse(connection)
			_ = connection.Close()
			p.mu.Lock()
			delete(p.open, connection)
			p.mu.Unlock()
		})
	}
}

func (p *cannedPortal) close() {
	_ = p.listener.Close()
	p.mu.Lock()
	for connection := range p.open {
		_ = connection.Close()
	}
	p.mu.Unlock()
	p.serving.Wait()
}

// converse answers what one connection asks, until it is closed.
func (p *cannedPortal) converse(connection net.Conn) {
	r := bufio.NewReaderSize(connection, 64<<10)
	var question []byte
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return
		}
		question = append(question[:0], line...)
		length := 0
		for {
			if line, err = r.ReadSlice('\n'); err != nil {
				return
			}
			line = bytes.TrimSpace(line)
			if len(line) == 0 {
				break
			}
			if name, value, _ := bytes.Cut(line, []byte(": ")); bytes.EqualFold(name, []byte("Content-Length")) {
				length, _ = strconv.Atoi(string(value))
			}
		}
		start := len(question)
		for range length {
			question = append(question, 0)
		}
		if _, err := io.ReadFull(r, question[start:]); err != nil {
			return
		}
		p.mu.RLock()
		answer := p.answers[string(question)]
		p.mu.RUnlock()
		if answer == nil {
			answer = p.learn(question[:start], question[start:])
		}
		if _, err := connection.Write(answer); err != nil {
			return
		}
	}
}

// learn asks the portal that this one speaks for.
func (p *cannedPortal) learn(line, body []byte) []byte {
	key := string(line) + string(body)
	words := bytes.Fields(line)
	request := httptest.NewRequestWithContext(context.Background(), string(words[0]), string(words[1]), bytes.NewReader(body))
	request.Header.Set("Authorization", demo.Token)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	recorder := httptest.NewRecorder()
	p.portal.ServeHTTP(recorder, request)
	answer := fmt.Appendf(nil, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s",
		recorder.Code, http.StatusText(recorder.Code), recorder.Header().Get("Content-Type"), recorder.Body.Len(), recorder.Body)
	p.mu.Lock()
	p.answers[key] = answer
	p.mu.Unlock()
	return answer
}

// newCannedAPI returns everything that the public listener serves, over a canned
// portal. It logs as the program does, to nowhere.
func newCannedAPI(t testing.TB, portal http.Handler) http.Handler {
	t.Helper()
	settings, err := config.Parse(nil, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	logger, metrics := slog.New(slog.NewJSONHandler(io.Discard, nil)), observe.NewMetrics()
	address := newCannedPortal(t, portal).url()
	client := upstream.New(upstream.Options{URL: address, Observe: metrics.PortalCall})
	t.Cleanup(client.Close)
	return publicHandler(settings, address, client, serve.NewHealth(client.Ping, logger), logger, metrics)
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
