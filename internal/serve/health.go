package serve

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

// Health answers the probes of an orchestrator. It is safe for concurrent use.
type Health struct {
	IsLogStuck func() bool // nil: it never is

	ping     func(context.Context) error
	logger   *slog.Logger
	stopping atomic.Bool

	mu    sync.Mutex
	asked time.Time
	err   error
}

// NewHealth returns the health of a program whose portal is there when ping returns
// nil.
func NewHealth(ping func(context.Context) error, logger *slog.Logger) *Health {
	return &Health{ping: ping, logger: logger}
}

// Stop makes the program not ready, so that no new work is sent to it.
func (h *Health) Stop() { h.stopping.Store(true) }

// Handle adds the probes to mux: `/healthz`, whether the process runs, and `/readyz`,
// whether it can answer queries. `/readyz?portal=ignore` leaves the portal out, for
// orchestrators that would take all replicas away at once while the portal is down.
func (h *Health) Handle(mux *http.ServeMux) {
	mux.HandleFunc("GET /healthz", h.alive)
	mux.HandleFunc("GET /readyz", h.ready)
}

// isAlive is what a program that runs answers.
const isAlive = "alive"

// alive says that the process runs.
func (h *Health) alive(w http.ResponseWriter, _ *http.Request) { PlainText(w, http.StatusOK, isAlive) }

// ready says whether queries can be answered, and why not. The detail of a
// failure is for the log only.
func (h *Health) ready(w http.ResponseWriter, r *http.Request) {
	portal, isGiven := r.URL.Query()["portal"]
	if isGiven && (len(portal) != 1 || portal[0] != "ignore") {
		PlainText(w, http.StatusBadRequest, "portal can be ignore, or be left out")
		return
	}
	if h.stopping.Load() {
		PlainText(w, http.StatusServiceUnavailable, "shutting down")
		return
	}
	if h.IsLogStuck != nil && h.IsLogStuck() {
		PlainText(w, http.StatusServiceUnavailable, "the log is stuck: its reader takes no lines")
		return
	}
	if isGiven {
		PlainText(w, http.StatusOK, "ready; the portal was not asked")
		return
	}
	if err := h.portal(); err != nil {
		PlainText(w, http.StatusServiceUnavailable, fmt.Sprintf("the portal does not answer: %s", upstream.KindOf(err)))
		return
	}
	PlainText(w, http.StatusOK, "ready")
}

// portal returns why the portal does not answer, or nil.
func (h *Health) portal() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if time.Since(h.asked) < pingEvery {
		return h.err
	}
	was := h.err
	h.err = h.Look(context.Background())
	h.asked = time.Now()
	switch {
	case h.err != nil && was == nil:
		h.logger.Warn("the portal does not answer", "error", h.err)
	case h.err == nil && was != nil:
		h.logger.Info("the portal answers again")
	}
	return h.err
}

// Look asks the portal once whether it answers.
func (h *Health) Look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	return h.ping(ctx)
}

// PlainText answers with one line of text, which is not to be stored.
func PlainText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n")
}
