package upstream

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptrace"
	"slices"
	"sync/atomic"
	"time"
)

// Outcome is what came of a write, as far as it is known.
type Outcome string

// The outcomes of a write. An Error has one of the last two: it is of a write that failed.
const (
	Done      Outcome = "DONE"      // something was written
	Unchanged Outcome = "UNCHANGED" // all was so already
	Repeated  Outcome = "REPEATED"  // an earlier write with the same client key had done it
	NotDone   Outcome = "NOT_DONE"  // it was not sent, or the portal refused it: nothing has changed
	Unknown   Outcome = "UNKNOWN"   // it was sent, and may have happened
)

// withOutcome returns the failure of a write with what is known of its outcome. What
// was sent may have happened: the portal finishes a write when its caller has gone,
// and some of its own errors come after something was stored.
func (r request) withOutcome(err error) error {
	var e *Error
	switch {
	case !errors.As(err, &e) || e.Outcome != "":
		return err
	case r.isRefused(e):
		return withOutcome(err, NotDone)
	default:
		return withOutcome(err, Unknown)
	}
}

// withOutcome returns a failure with an outcome in place of any that it had.
func withOutcome(err error, outcome Outcome) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	return e.With(outcome)
}

// With returns the error with an outcome in place of any that it had.
func (e *Error) With(outcome Outcome) *Error {
	of := *e
	of.Outcome = outcome
	return &of
}

// knownOutcome returns what an error says of a write; "" where it says nothing.
func knownOutcome(err error) Outcome {
	var e *Error
	if !errors.As(err, &e) {
		return ""
	}
	return e.Outcome
}

// isRefused reports whether an answer says that nothing was done: all of the 300s and
// 400s do, as what lies before the portal's own methods gives them and these check
// before they write.
func (r request) isRefused(e *Error) bool {
	switch {
	case e.Kind == KindUnauthenticated, e.Status == http.StatusTooManyRequests:
		return true
	case e.Status == http.StatusRequestTimeout, slices.Contains(r.late, e.Status):
		return false
	default:
		return e.Status >= 300 && e.Status < 500
	}
}

// notDone returns an error that came before anything was sent.
func notDone(err error) error {
	var e *Error
	if errors.As(err, &e) && e.Outcome != "" {
		return err
	}
	return withOutcome(err, NotDone)
}

// mayBeDone reports whether a write that ended so, nil being well, has changed something or
// may have.
func mayBeDone(err error) bool {
	var e *Error
	return !errors.As(err, &e) || e.Outcome != NotDone
}

// witness sees what is sent of a request.
type witness struct {
	conn   atomic.Pointer[pooledConn]
	before atomic.Int64 // bytes that had been sent over conn
	blind  atomic.Bool  // the connection is none that counts
}

// witnessed returns a context for one request, and its witness.
func witnessed(ctx context.Context) (context.Context, *witness) {
	w := &witness{}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: w.got}), w
}

// got is called with each connection that the request is tried over: net/http takes
// another only when nothing was sent over the one before.
func (w *witness) got(info httptrace.GotConnInfo) {
	conn := info.Conn
	for secured, ok := conn.(*tls.Conn); ok; secured, ok = conn.(*tls.Conn) {
		conn = secured.NetConn()
	}
	counted, ok := conn.(*pooledConn)
	if !ok {
		w.blind.Store(true)
		return
	}
	w.before.Store(counted.sent.Load())
	w.conn.Store(counted)
}

// testify adds to an error without an answer whether anything was sent. Of a read, which
// has no witness, the error stays as it is.
func (w *witness) testify(e *Error) *Error {
	if w == nil {
		return e
	}
	conn := w.conn.Load()
	if w.blind.Load() || conn != nil && conn.sent.Load() != w.before.Load() {
		e.Outcome = Unknown
		return e
	}
	e.Outcome, e.unsent = NotDone, true
	return e
}

// leastForWrite is the time that a write is not begun without: the portal would do
// it, and its outcome would stay unknown.
const leastForWrite = time.Second

// hasNoTime reports whether the operation ends too soon for a write.
func hasNoTime(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) < leastForWrite
}

// lasting returns the context of a write that begins: it has the deadline of ctx, but
// does not end because a client goes away. What must follow on a write has it, too.
func lasting(ctx context.Context) (context.Context, context.CancelFunc) {
	kept := context.WithoutCancel(ctx)
	if deadline, ok := ctx.Deadline(); ok {
		return context.WithDeadline(kept, deadline)
	}
	return kept, func() {}
}
