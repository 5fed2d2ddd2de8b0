package overhttp

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"onlyoffice-graphql/internal/serve"
	"onlyoffice-graphql/internal/testhttp"
)

// A client that only begins to send a request takes no place from others.
func TestSlowSendersTakeNoPlace(t *testing.T) {
	t.Parallel()
	api := newTestAPI(t, func(l *limits) { l.Requests = 1 })
	server := testhttp.NewServer(t, api)
	for range 5 {
		_, _ = testhttp.Dial(t, server).Write([]byte("POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"))
	}
	for range 20 {
		if got := post(api, `{"query":"{__typename}"}`); got.Code != http.StatusOK {
			t.Errorf("got %d %s", got.Code, got.Body)
		}
	}
}

// deadlined notes until when an answer may be written.
type deadlined struct {
	*httptest.ResponseRecorder
	until time.Time
}

func (d *deadlined) SetWriteDeadline(until time.Time) error {
	d.until = until
	return nil
}

// The time to read an answer is counted from when there is one.
func TestTimeToRead(t *testing.T) {
	t.Parallel()
	const timeout = time.Hour
	w := &deadlined{ResponseRecorder: httptest.NewRecorder()}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/graphql?query={__typename}", nil)
	serve.LimitClient(timeout, newTestAPI(t, func(l *limits) { l.Timeout = timeout })).ServeHTTP(w, r)
	if left := time.Until(w.until); w.Code != http.StatusOK || left > timeout || left < timeout-time.Minute {
		t.Errorf("answered %d, and waits %v", w.Code, left)
	}
}
