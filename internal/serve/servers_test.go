package serve

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"
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

// While the program leaves, requests are still answered, each as the last of its
// connection.
func TestLeave(t *testing.T) {
	t.Parallel()
	servers := NewServers(slog.New(slog.DiscardHandler), Timeouts{Leave: 300 * time.Millisecond, Drain: time.Second})
	t.Cleanup(servers.Close)
	address, err := servers.Listen("127.0.0.1:0", http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), nil)
	if err != nil {
		t.Fatal(err)
	}
	closes := func() bool {
		got, err := http.Get("http://" + address)
		if err != nil {
			t.Fatal(err)
		}
		_ = got.Body.Close()
		return got.Close
	}
	if closes() {
		t.Error("a connection is closed before")
	}
	began := time.Now()
	left := make(chan struct{})
	go func() {
		defer close(left)
		servers.Leave()
	}()
	for !servers.leaving.Load() {
		time.Sleep(time.Millisecond)
	}
	for range 3 {
		if !closes() {
			t.Error("a connection is kept")
		}
	}
	<-left
	if waited := time.Since(began); waited < 300*time.Millisecond {
		t.Errorf("it left after %v", waited)
	}
	if err := servers.Drain(address); err != nil {
		t.Error(err)
	}
	if got, err := http.Get("http://" + address); err == nil {
		_ = got.Body.Close()
		t.Error("a connection is taken")
	}
}
