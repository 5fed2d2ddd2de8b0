package testhttp

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"sync"
	"testing"

	"onlyoffice-graphql/upstream/demo"
)

// CannedPortal says what another portal says, at next to no cost: it asks that
// one the first time only, speaks bare HTTP/1.1, and makes nothing on the heap.
// So what is measured beside it is the cost of our own code.
type CannedPortal struct {
	portal   http.Handler
	listener net.Listener
	serving  sync.WaitGroup
	mu       sync.RWMutex
	answers  map[string][]byte // by the request's first line and body
	open     map[net.Conn]bool
}

// NewCannedPortal returns a portal that says what the other says, until the test ends.
func NewCannedPortal(t testing.TB, portal http.Handler) *CannedPortal {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &CannedPortal{portal: portal, listener: listener, answers: map[string][]byte{}, open: map[net.Conn]bool{}}
	p.serving.Go(p.accept)
	t.Cleanup(p.close)
	return p
}

// URL returns the address of the portal.
func (p *CannedPortal) URL() *url.URL {
	return &url.URL{Scheme: "http", Host: p.listener.Addr().String()}
}

func (p *CannedPortal) accept() {
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

func (p *CannedPortal) close() {
	_ = p.listener.Close()
	p.mu.Lock()
	for connection := range p.open {
		_ = connection.Close()
	}
	p.mu.Unlock()
	p.serving.Wait()
}

// converse answers what one connection asks, until it is closed.
func (p *CannedPortal) converse(connection net.Conn) {
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
func (p *CannedPortal) learn(line, body []byte) []byte {
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
