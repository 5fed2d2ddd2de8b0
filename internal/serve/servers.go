// Package serve runs the program's listeners: how many connections they have, how
// long these are waited for, and how they end.
package serve

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Timeouts are how long clients are waited for.
type Timeouts struct {
	ReadHeader time.Duration // for the header of a request
	Idle       time.Duration // between requests
	Leave      time.Duration // for connections to be used once more, when the program is to end
	Drain      time.Duration // for running operations, when the program is to end
}

// NewServers returns a group without any server.
func NewServers(logger *slog.Logger, timeouts Timeouts) *Servers {
	return &Servers{logger: logger, timeouts: timeouts, servers: make(map[string]*http.Server), errs: make(chan error, 1)}
}

// Servers owns the HTTP servers and their goroutines.
type Servers struct {
	logger   *slog.Logger
	timeouts Timeouts
	servers  map[string]*http.Server // by the address that each listens on
	serving  sync.WaitGroup
	errs     chan error
	leaving  atomic.Bool
}

// Listen serves handler on address and returns the address that it got. The
// connections are kept within their bounds, unless they are nil.
func (s *Servers) Listen(address string, handler http.Handler, connections *Connections) (string, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return "", err
	}
	server := &http.Server{
		Handler:           s.leavingSoon(handler),
		ReadHeaderTimeout: s.timeouts.ReadHeader,
		IdleTimeout:       s.timeouts.Idle,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.logger.Handler(), slog.LevelWarn), // bugs, and no more file descriptors
	}
	s.servers[listener.Addr().String()] = server
	if connections != nil {
		listener, server.ConnState, server.ConnContext = connections.On(listener), connections.Watch, WithConnection
	}
	s.serving.Go(func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			select {
			case s.errs <- err:
			default: // one failure is enough to stop
			}
		}
	})
	return listener.Addr().String(), nil
}

// leavingSoon closes each connection after its next answer once the program is to end: one
// that is closed while it is idle may just then be sent a request, which is lost.
func (s *Servers) leavingSoon(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.leaving.Load() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// Leave still takes requests for a while, each as the last of its connection.
func (s *Servers) Leave() {
	s.leaving.Store(true)
	time.Sleep(s.timeouts.Leave)
}

// Failed receives the error of a server that stopped by itself.
func (s *Servers) Failed() <-chan error { return s.errs }

// Drain closes the listener on address and waits until everything that it took
// in is answered. The other servers run on: the demo portal, which the answers
// still need, and the admin listener, whose probe says what is going on.
func (s *Servers) Drain(address string) error {
	ctx, cancel := context.WithTimeout(context.Background(), s.timeouts.Drain)
	defer cancel()
	if err := s.servers[address].Shutdown(ctx); err != nil {
		return fmt.Errorf("operations that ran on after --drain-timeout (%v) were cut off: %w", s.timeouts.Drain, err)
	}
	return nil
}

// Close ends the servers that still run and waits for the serving goroutines.
func (s *Servers) Close() {
	for _, server := range s.servers {
		_ = server.Close()
	}
	s.serving.Wait()
}
