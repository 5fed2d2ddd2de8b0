package upstream

import (
	"context"
	"io"
	"net"
	"net/http"
	"slices"
	"testing"
	"time"
)

func TestPing(t *testing.T) {
	t.Parallel()
	for status, good := range map[int]bool{200: true, 401: true, 403: true, 404: false, 500: false} {
		var observed []string
		client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/api/2.0/people/@self.json" || r.Header.Get("Authorization") != "" {
				t.Errorf("asked for %s as %q", r.URL, r.Header.Get("Authorization"))
			}
			w.WriteHeader(status)
			_, _ = io.WriteString(w, `{"status":0,"response":{}}`)
		}, func(o *Options) { o.Observe = func(_ context.Context, c Call) { observed = append(observed, c.Route) } })
		if err := client.Ping(t.Context()); (err == nil) != good {
			t.Errorf("%d: %v", status, err)
		}
		if !slices.Equal(observed, []string{"ping"}) {
			t.Errorf("observed %q", observed)
		}
	}
}

// The portal's own error document says that it lives, and so does that it is asked
// too often.
func TestPingOfATroubledPortal(t *testing.T) {
	t.Parallel()
	for status, body := range map[int]string{500: `{"status":1,"statusCode":500,"error":{"message":"Object reference not set"}}`, 429: ""} {
		client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		})
		if err := client.Ping(t.Context()); err != nil {
			t.Errorf("%d: %v", status, err)
		}
	}
}

func TestNoConnection(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	client := newClientOf(t, "http://"+address, func(o *Options) { o.RetryDelay = time.Microsecond })
	_, err = one(t.Context(), client, token, 1)
	if KindOf(err) != KindUnavailable {
		t.Errorf("lookup: %v", err)
	}
	if err := client.Ping(t.Context()); KindOf(err) != KindUnavailable {
		t.Errorf("ping: %v", err)
	}
}

func TestDeadlines(t *testing.T) {
	t.Parallel()
	hang := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	hangOnce := func() (handler http.HandlerFunc, asked chan bool) { // asked is closed once the call has come
		asked = make(chan bool)
		return func(w http.ResponseWriter, r *http.Request) {
			close(asked)
			hang(w, r)
		}, asked
	}

	t.Run("of the call", func(t *testing.T) {
		t.Parallel()
		client := newTestClient(t, hang, func(o *Options) { o.CallTimeout = 20 * time.Millisecond })
		if _, err := one(t.Context(), client, token, 1); KindOf(err) != KindTimeout {
			t.Errorf("got %v", err)
		}
	})
	t.Run("of the operation", func(t *testing.T) {
		t.Parallel()
		client := newTestClient(t, hang)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if _, err := one(ctx, client, token, 1); KindOf(err) != KindTimeout {
			t.Errorf("got %v", err)
		}
	})
	t.Run("caller gone", func(t *testing.T) {
		t.Parallel()
		hang, asked := hangOnce()
		client := newTestClient(t, hang)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			<-asked
			cancel()
		}()
		if _, err := one(ctx, client, token, 1); KindOf(err) != KindCanceled {
			t.Errorf("got %v", err)
		}
	})
	t.Run("waiting for a slot", func(t *testing.T) {
		t.Parallel()
		hang, asked := hangOnce()
		client := newTestClient(t, hang, func(o *Options) { o.PortalCalls = 1 })
		holder, cancelHolder := context.WithCancel(t.Context())
		done := make(chan error)
		go func() {
			_, err := one(holder, client, token, 1)
			done <- err
		}()
		<-asked
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if _, err := one(ctx, client, token, 2); KindOf(err) != KindUnavailable {
			t.Errorf("got %v", err)
		}
		cancelHolder()
		if err := <-done; KindOf(err) != KindCanceled {
			t.Errorf("holder: %v", err)
		}
	})
}
