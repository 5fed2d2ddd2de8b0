package demo

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

func has(hits []*injected, kind FaultKind) bool {
	return slices.ContainsFunc(hits, func(f *injected) bool { return f.Kind == kind })
}

func (c *call) has(kind FaultKind) bool { return has(c.faults, kind) }

// pause serves the faults that hold a call back, and reports whether anybody
// still waits for the answer.
func (p *Portal) pause(ctx context.Context, hits []*injected) bool {
	for _, f := range hits {
		switch f.Kind {
		case Delay:
			timer := time.NewTimer(f.Delay)
			p.wait(ctx, f, timer.C)
			timer.Stop()
		case Hang:
			p.wait(ctx, f, nil)
		}
	}
	return ctx.Err() == nil
}

func (p *Portal) wait(ctx context.Context, f *injected, due <-chan time.Time) {
	select {
	case <-ctx.Done():
	case <-p.closed:
	case <-f.removed:
	case <-due:
	}
}

// replace answers a call by the fault that stands in for the method, if any.
func (p *Portal) replace(w http.ResponseWriter, r *http.Request, template string, hits []*injected) bool {
	if has(hits, Reset) {
		reset(w)
		return true
	}
	if has(hits, SignInPage) {
		// Below a prefix that was stripped on the way here, the page is there too.
		prefix := strings.TrimSuffix(requestPath(r), r.URL.Path)
		w.Header().Set("Location", prefix+signInPath+"?refererurl=%2f")
		p.send(w, r, document{status: http.StatusFound, contentType: htmlType, body: []byte("<html><body>Object moved</body></html>\r\n")})
		return true
	}
	if has(hits, RateLimited) {
		w.Header().Set("Retry-After", "1")
	}
	if doc, ok := stand(hits); ok {
		p.send(w, r, doc)
		return true
	}
	if template != batchTemplate {
		return false
	}
	for _, f := range hits {
		switch f.Kind {
		case NoBatch:
			p.send(w, r, htmlPage(http.StatusNotFound, "The page you requested could not be found"))
		case BatchGarbage:
			p.send(w, r, document{http.StatusCreated, jsonType, []byte("<<< this is no JSON")})
		case BatchDoubled:
			p.send(w, r, doubled())
		case WrongShape:
			p.send(w, r, textAnswer().document(http.StatusCreated))
		default:
			continue
		}
		return true
	}
	return false
}

func requestPath(r *http.Request) string {
	path, _, _ := strings.Cut(r.RequestURI, "?")
	return path
}

// stand is the document of the first fault that stands in for the method, for
// whole calls and for items of a batch alike.
func stand(hits []*injected) (document, bool) {
	for _, f := range hits {
		switch f.Kind {
		case ServerError:
			return errNull.document(), true
		case BadGateway:
			return htmlPage(http.StatusBadGateway, "502 Bad Gateway"), true
		case Unavailable503:
			return document{status: http.StatusServiceUnavailable}, true
		case RateLimited:
			return htmlPage(http.StatusTooManyRequests, "429 Too Many Requests"), true
		case HTMLPage:
			return htmlPage(http.StatusOK, "Portal"), true
		}
	}
	return document{}, false
}

// textAnswer is an answer of another shape: like every bare text, it counts its
// characters.
func textAnswer() answer {
	const text = "a text where something else was expected"
	return answer{payload: appendQuoted(nil, text), count: len(text)}
}

// deliver sends an answer, whole, cut or drop by drop.
func (p *Portal) deliver(w http.ResponseWriter, r *http.Request, doc document, hits []*injected) {
	body := p.head(w, r, doc)
	if has(hits, Truncated) {
		// The server closes a connection whose body falls short of its length.
		body = body[:len(body)/2]
	}
	if i := slices.IndexFunc(hits, func(f *injected) bool { return f.Kind == SlowBody }); i >= 0 {
		p.drip(w, r, body, hits[i])
		return
	}
	_, _ = w.Write(body)
}

// drip sends one byte per pause, and stops when nobody reads on.
func (p *Portal) drip(w http.ResponseWriter, r *http.Request, body []byte, f *injected) {
	flusher := http.NewResponseController(w)
	for i := range body {
		timer := time.NewTimer(f.Delay)
		p.wait(r.Context(), f, timer.C)
		timer.Stop()
		if r.Context().Err() != nil {
			return
		}
		if _, err := w.Write(body[i : i+1]); err != nil {
			return
		}
		_ = flusher.Flush() // a writer that cannot flush sends it later
	}
}

// reset drops the connection so that the client sees a reset, not an end.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2 and recorders: the next best thing
	}
	if outer, ok := conn.(*tls.Conn); ok {
		conn = outer.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // closing resets instead of finishing
	}
	_ = conn.Close()
}
