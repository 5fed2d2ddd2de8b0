package overhttp

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"onlyoffice-graphql/internal/memory"
	"onlyoffice-graphql/internal/testhttp"
)

// Bodies of every size, in one piece or many, are read as they were sent, and what
// it took is given back.
func TestBodiesAreRead(t *testing.T) {
	t.Parallel()
	const limit = 300_000
	b := bodies{limit, memory.New(BodiesMemory, limit)}
	for _, size := range []int{0, 1, 4095, 4096, 4097, SmallBody - 1, SmallBody, SmallBody + 1, SmallBody + bodyStep, 200_000, limit - 1, limit, limit + 1} {
		sent := bytes.Repeat([]byte("0123456789"), size/10+1)[:size]
		for name, r := range map[string]*http.Request{
			"at once":    httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", bytes.NewReader(sent)),
			"in parts":   httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", iotest.HalfReader(bytes.NewReader(sent))),
			"unexpected": httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", iotest.DataErrReader(bytes.NewReader(sent))),
		} {
			body, taken, refused := b.read(httptest.NewRecorder(), r)
			switch {
			case size > limit:
				if refused == nil || refused.status != http.StatusRequestEntityTooLarge {
					t.Errorf("%d bytes %s: %v", size, name, refused)
				}
			case refused != nil || !bytes.Equal(body, sent):
				t.Errorf("%d bytes %s: read %d, %v", size, name, len(body), refused)
			case cap(body) > size+bodyStep+1 && cap(body) > SmallBody+1:
				t.Errorf("%d bytes %s took %d", size, name, cap(body))
			case int(b.memory.Taken()) != max(cap(body)-SmallBody-1, 0):
				t.Errorf("%d bytes %s took %d, and %d were counted", size, name, cap(body), b.memory.Taken())
			}
			b.memory.Give(taken)
			if left := b.memory.Taken(); left != 0 {
				t.Fatalf("%d bytes %s: %d are not given back", size, name, left)
			}
		}
	}
}

// Bodies of which only half was sent take no more than their budget. Meanwhile
// small bodies are read, large ones are refused with Retry-After, and when there is room
// again they are read too.
func TestHalfSentBodies(t *testing.T) {
	t.Parallel()
	const size, clients = 200_000, 30
	api := newTestAPI(t, nil)
	budget := memory.New(1<<20, size)
	api.transport.bodies.memory = budget
	server := testhttp.NewServer(t, api)
	var connections []net.Conn
	for range clients {
		connection := testhttp.Dial(t, server)
		fmt.Fprintf(connection, "POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", size, strings.Repeat(" ", size-10))
		connections = append(connections, connection)
	}
	large := `{"query":"{__typename}"}` + strings.Repeat(" ", 100_000)
	var refused *httptest.ResponseRecorder
	testhttp.Eventually(t, "there is no room", func() bool {
		refused = post(api, large)
		return refused.Code != http.StatusOK
	})
	if refused.Code != http.StatusServiceUnavailable || refused.Header().Get("Retry-After") != "1" || testhttp.CodeIn(t, refused) != "RATE_LIMITED" {
		t.Errorf("a large body: %d %v %s", refused.Code, refused.Header(), refused.Body)
	}
	if taken := budget.Taken(); taken < 1<<19 || taken > 1<<20 {
		t.Errorf("%d bytes are taken", taken)
	}
	for range 20 {
		if got := post(api, `{"query":"{__typename}"}`+strings.Repeat(" ", 15_000)); got.Code != http.StatusOK {
			t.Errorf("a small body: %d %s", got.Code, got.Body)
		}
	}
	for _, connection := range connections {
		_ = connection.Close()
	}
	testhttp.Eventually(t, "all is given back", func() bool { return budget.Taken() == 0 })
	if got := post(api, large); got.Code != http.StatusOK {
		t.Errorf("a large body afterwards: %d %s", got.Code, got.Body)
	}
}
