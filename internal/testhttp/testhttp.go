// Package testhttp has what tests of HTTP share: it asks handlers, connects to servers
// and waits for what should happen soon.
package testhttp

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Headers of requests.
const (
	SendsJSON    = "Content-Type: application/json"
	WantsGraphQL = "Accept: application/graphql-response+json"
	Browser      = "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"
)

// Patience is how long a test waits for what should happen at once. A busy machine with
// the race detector takes its time.
const Patience = 30 * time.Second

// AtOnce lets that many tests of a package run at a time, whose tests wait more than they
// work, unless -parallel says how many. It is for TestMain.
func AtOnce(tests int) {
	flag.Parse()
	if parallel := flag.Lookup("test.parallel"); parallel.Value.String() == parallel.DefValue {
		_ = parallel.Value.Set(strconv.Itoa(tests))
	}
}

// Eventually asks until the answer is yes: often at first, and less often the longer it
// takes, as each question costs those who answer.
func Eventually(t testing.TB, what string, yes func() bool) {
	t.Helper()
	start := time.Now()
	for !yes() {
		waited := time.Since(start)
		if waited > Patience {
			t.Fatalf("waited in vain until %s", what)
		}
		time.Sleep(min(max(2*time.Millisecond, waited/50), 100*time.Millisecond))
	}
}

// Output keeps what was written to it. It is safe for concurrent use.
type Output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write keeps p.
func (o *Output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

// String returns what was written so far.
func (o *Output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// Ask sends a request; headers are "Name: value".
func Ask(handler http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(context.Background(), method, target, strings.NewReader(body))
	if body == "" {
		r.Body, r.ContentLength = http.NoBody, 0
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

// NewServer serves the handler until the test ends.
func NewServer(t testing.TB, handler http.Handler) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

// Dial connects to the server, for requests that no client would send.
func Dial(t testing.TB, server *httptest.Server) net.Conn {
	t.Helper()
	connection, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	return connection
}

// ReadAll returns everything that comes.
func ReadAll(t testing.TB, r io.Reader) string {
	t.Helper()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Numbered returns format for each number below n.
func Numbered(n int, format string) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, format, i)
	}
	return text.String()
}

// BodyOf returns the body of a request for that document.
func BodyOf(document string) string {
	text, err := json.Marshal(map[string]string{"query": document})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// CodeIn returns the code of the answer's first error; "" when it has none.
func CodeIn(t testing.TB, w *httptest.ResponseRecorder) string {
	t.Helper()
	var answer struct {
		Errors []struct{ Extensions struct{ Code string } }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	if len(answer.Errors) == 0 {
		return ""
	}
	return answer.Errors[0].Extensions.Code
}

// Heap returns the bytes in use, garbage apart.
func Heap() int64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC() // what finalizers and pools held on to
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

// HashOf returns the name of a persisted document.
func HashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// PersistedExtension is the member extensions of a request for that document.
func PersistedExtension(hash string) string {
	return `{"persistedQuery":{"version":1,"sha256Hash":"` + hash + `"}}`
}
