package serve

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"onlyoffice-graphql/internal/testhttp"
)

func TestHealthcheck(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	NewHealth(func(context.Context) error { t.Error("the portal was asked"); return nil }, slog.New(slog.DiscardHandler)).Handle(mux)
	port := func(handler http.Handler) string {
		_, port, err := net.SplitHostPort(strings.TrimPrefix(testhttp.NewServer(t, handler).URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		return port
	}
	alive := port(mux)
	another := port(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { PlainText(w, http.StatusOK, "hello") }))
	failing := port(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { PlainText(w, http.StatusInternalServerError, isAlive) }))
	closed := httptest.NewServer(nil)
	closed.Close()
	for address, want := range map[string]string{
		"127.0.0.1:" + alive:                         "",
		"0.0.0.0:" + alive:                           "",
		":" + alive:                                  "",
		"127.0.0.1:" + another:                       "answers HTTP 200, and is not this program or not well",
		"127.0.0.1:" + failing:                       "answers HTTP 500, and is not this program or not well",
		strings.TrimPrefix(closed.URL, "http://"):    "connection refused",
		"a host that no address can have:" + another: "invalid character",
	} {
		err := Healthcheck(t.Context(), address)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", address, err, want)
		}
	}
}

// A program that takes connections and answers none is not waited for.
func TestHealthcheckHasADeadline(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	began := time.Now()
	if err := Healthcheck(t.Context(), listener.Addr().String()); err == nil || !strings.Contains(err.Error(), "deadline") {
		t.Errorf("got %v", err)
	}
	if took := time.Since(began); took > healthcheckTimeout+testhttp.Patience {
		t.Errorf("it took %v", took)
	}
}
