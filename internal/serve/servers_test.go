package serve

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

// A bug outside of any operation costs its connection, and is in the log.
func TestBugsAreLogged(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	servers := NewServers(slog.New(slog.NewJSONHandler(&log, nil)), Timeouts{})
	address, err := servers.Listen("127.0.0.1:0", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("a bug") }), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := http.Get("http://" + address); err == nil {
		text, _ := io.ReadAll(got.Body)
		_ = got.Body.Close()
		t.Errorf("answered %d %s", got.StatusCode, text)
	}
	servers.Close()
	if !strings.Contains(log.String(), `"level":"WARN"`) || !strings.Contains(log.String(), "a bug") {
		t.Errorf("logged %s", log.String())
	}
}
