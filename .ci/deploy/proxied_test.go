package deploy

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// proxied is the program behind a proxy: the proxy, the relay between the two, the program.
type proxied struct {
	*front
	relay   *relay
	program *process
	client  *http.Client
}

// through starts the program behind a proxy with these settings.
func (p proxy) through(t *testing.T, settings string) proxied {
	t.Helper()
	portal := newPortal(t, nil)
	program := serve(t, []string{"ONLYOFFICE_URL=" + portal, "ONLYOFFICE_TOKEN=a", "CORS_ORIGINS=https://" + site}, binary(t))
	between := newRelay(t, program.public)
	f := p.start(t, settings, between.address)
	return proxied{f, between, program, f.client("127.0.0.1")}
}

// newPortal serves opportunities of all numbers, as soon as it may answer. That of number
// 1 is large.
func newPortal(t *testing.T, mayAnswer <-chan struct{}) (address string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var id int
		if n, _ := fmt.Sscanf(r.URL.Path, "/api/2.0/crm/opportunity/%d.json", &id); n != 1 {
			http.NotFound(w, r)
			return
		}
		if mayAnswer != nil {
			<-mayAnswer
		}
		description := ""
		if id == 1 {
			description = largeText()
		}
		_, _ = fmt.Fprintf(w, `{"status":0,"statusCode":200,"response":{"id":%d,"title":"Opportunity %[1]d","description":"%s"}}`, id, description)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// largeText returns more than 6 MiB, of which half and more can be saved by compressing.
var largeText = sync.OnceValue(func() string {
	var text strings.Builder
	random := rand.New(rand.NewPCG(1, 2))
	for text.Len() < 6<<20 {
		_, _ = fmt.Fprintf(&text, "opportunity %d ", random.IntN(1_000_000))
	}
	return text.String()
})

// titleOf returns a query for the title of an opportunity, and its answer.
func titleOf(id int) (query, answer string) {
	return fmt.Sprintf(`{"query":"{ opportunity(id: %d) { title } }"}`, id), fmt.Sprintf(`{"data":{"opportunity":{"title":"Opportunity %d"}}}`, id)
}

// relay passes connections on to an address and counts them, and the bytes that come back,
// before the other side has them.
type relay struct {
	address            string
	connections, bytes atomic.Int64
}

func newRelay(t *testing.T, to string) *relay {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	r := &relay{address: listener.Addr().String()}
	go func() {
		for {
			from, err := listener.Accept()
			if err != nil {
				return
			}
			r.connections.Add(1)
			go r.pass(from, to)
		}
	}()
	return r
}

// pass ends when the one that asks has closed, so that it reads an answer to the end that
// came before it had sent all.
func (r *relay) pass(from net.Conn, to string) {
	defer func() { _ = from.Close() }()
	on, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer func() { _ = on.Close() }()
	go func() {
		_, _ = io.Copy(io.MultiWriter(counting{&r.bytes}, from), on)
		_ = from.(*net.TCPConn).CloseWrite()
	}()
	_, _ = io.Copy(on, from)
	_, _ = io.Copy(io.Discard, from)
}

type counting struct{ bytes *atomic.Int64 }

func (c counting) Write(p []byte) (int, error) {
	c.bytes.Add(int64(len(p)))
	return len(p), nil
}
