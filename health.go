package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"onlyoffice-graphql/upstream"
)

// Readiness is asked often and by everybody, so the portal is asked at most
// once in pingEvery, and not waited for longer than pingTimeout.
const (
	pingEvery   = time.Second
	pingTimeout = 3 * time.Second
)

// health answers the probes of an orchestrator.
type health struct {
	ping       func(context.Context) error
	isLogStuck func() bool // nil: it never is
	logger     *slog.Logger
	stopping   atomic.Bool

	mu    sync.Mutex
	asked time.Time
	err   error
}

func newHealth(client *upstream.Client, logger *slog.Logger) *health {
	return &health{logger: logger, ping: func(ctx context.Context) error {
		err := client.Ping(ctx)
		if err == nil {
			client.LearnVersion(ctx)
		}
		return err
	}}
}

// stop makes the program not ready, so that no new work is sent to it.
func (h *health) stop() { h.stopping.Store(true) }

// alive says that the process runs.
func (h *health) alive(w http.ResponseWriter, _ *http.Request) { plainText(w, http.StatusOK, "alive") }

// ready says whether queries can be answered, and why not. The detail of a
// failure is for the log only.
func (h *health) ready(w http.ResponseWriter, _ *http.Request) {
	if h.stopping.Load() {
		plainText(w, http.StatusServiceUnavailable, "shutting down")
		return
	}
	if h.isLogStuck != nil && h.isLogStuck() {
		plainText(w, http.StatusServiceUnavailable, "the log is stuck: nobody reads it")
		return
	}
	if err := h.portal(); err != nil {
		plainText(w, http.StatusServiceUnavailable, fmt.Sprintf("the portal does not answer: %s", upstream.KindOf(err)))
		return
	}
	plainText(w, http.StatusOK, "ready")
}

// portal returns why the portal does not answer, or nil.
func (h *health) portal() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if time.Since(h.asked) < pingEvery {
		return h.err
	}
	was := h.err
	h.err = h.look(context.Background())
	h.asked = time.Now()
	switch {
	case h.err != nil && was == nil:
		h.logger.Warn("the portal does not answer", "error", h.err)
	case h.err == nil && was != nil:
		h.logger.Info("the portal answers again")
	}
	return h.err
}

// look asks the portal once whether it answers, and for its version.
func (h *health) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	return h.ping(ctx)
}

func plainText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n")
}
