package upstream

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
)

const (
	breakerWindow = 10 * time.Second // over which failures are counted
	mostCircuits  = 100              // routes with a circuit of their own; there are fewer
	manyRoutes    = 3                // that fail together say that the portal is away
)

// outcome is what a call says about its route and its portal.
type outcome int

const (
	unproven    outcome = iota // nothing: the call was given up
	sound                      // the portal answers, errors of its own included
	failed                     // a gateway's 5xx, a time-out, or a connection that broke
	unreachable                // no connection at all
)

// judge returns the outcome of a call that was made for ctx.
func judge(ctx context.Context, err error) outcome {
	var e *Error
	switch {
	case err == nil:
		return sound
	case ctx.Err() != nil:
		// The caller went away, or the operation's time was up: it may have
		// left this call no time to speak of.
		return unproven
	case errors.Is(err, errNoRoom):
		return unproven
	case !errors.As(err, &e), e.fromPortal, e.Kind == KindRateLimited:
		// The portal's own error document says that it lives, and that one
		// request was too much for it.
		return sound
	case e.Status == 0 && notConnected(e.Err):
		return unreachable
	case isGateway(e.Status), e.Kind == KindTimeout, e.Kind == KindUnavailable:
		return failed
	default:
		return sound
	}
}

// isGateway reports whether a status is of a proxy that speaks for a portal that
// does not answer.
func isGateway(status int) bool {
	return status == http.StatusBadGateway || status == http.StatusServiceUnavailable || status == http.StatusGatewayTimeout
}

// notConnected reports whether err is of a connection that did not come about.
func notConnected(err error) bool {
	var op *net.OpError
	var certificate *tls.CertificateVerificationError
	return errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect") || errors.As(err, &certificate)
}

// breaker keeps calls from what fails: from a route, or from the whole portal
// where that cannot be reached or several routes say that it is away.
type breaker struct {
	warn  func(msg string, args ...any)
	open  time.Duration
	calls int

	portal *circuit
	heard  atomic.Int64 // when the portal last gave a sound answer; Unix nanoseconds

	mu     sync.Mutex // guards the field below
	routes map[string]*circuit
}

func newBreaker(o Options) *breaker {
	b := &breaker{
		warn: o.Warn, open: orDefault(o.BreakerOpen, 5*time.Second), calls: orDefault(o.BreakerCalls, 20),
		routes: map[string]*circuit{},
	}
	b.portal = b.newCircuit("")
	return b
}

// route returns the circuit of a route template. More of them than there are
// routes share one.
func (b *breaker) route(op string) *circuit {
	b.mu.Lock()
	defer b.mu.Unlock()
	c, ok := b.routes[op]
	if !ok && len(b.routes) >= mostCircuits {
		op = "other"
		c, ok = b.routes[op]
	}
	if !ok {
		c = b.newCircuit(op)
		b.routes[op] = c
	}
	return c
}

// refuse returns the error of a call that need not be tried, nor wait for a
// slot, because a circuit is open; nil when it may.
func (b *breaker) refuse(op string) error {
	if wait := max(b.portal.circuit.RemainingDelay(), b.route(op).circuit.RemainingDelay()); wait > 0 {
		return refusal(op, wait)
	}
	return nil
}

// pass is what a call was let through with.
type pass struct {
	route                 *circuit
	routeTerm, portalTerm int
}

// enter lets a call through, or returns the error that it ends with. Each call
// that was let through must leave.
func (b *breaker) enter(op string) (pass, error) {
	p := pass{route: b.route(op)}
	var wait time.Duration
	if p.routeTerm, wait = p.route.enter(); wait > 0 {
		return p, refusal(op, wait)
	}
	if p.portalTerm, wait = b.portal.enter(); wait > 0 {
		p.route.leave(p.routeTerm, unproven)
		return p, refusal(op, wait)
	}
	return p, nil
}

// leave records what became of a call: alone, or with the others of its page.
func (b *breaker) leave(p pass, o outcome, page *tally) {
	ofRoute, ofPortal := o, o
	switch o {
	case sound:
		b.heard.Store(time.Now().UnixNano())
	case unreachable:
		ofRoute, ofPortal = unproven, failed
	case failed:
		ofPortal = b.portal.reached()
	}
	p.route.see(ofRoute)
	page.leave(b, p.route, p.routeTerm, ofRoute)
	page.leave(b, b.portal, p.portalTerm, ofPortal)
}

// record gives a circuit an outcome, and sees to what follows from it.
func (b *breaker) record(c *circuit, term int, o outcome) {
	before, after := c.leave(term, o)
	const closed, open = circuitbreaker.ClosedState, circuitbreaker.OpenState
	whole := c == b.portal
	switch {
	case before == closed && after == open && whole:
		b.warn("the portal cannot be reached; it is left alone for a while", "for", b.open)
	case before == closed && after == open:
		b.warn("the portal keeps failing at a route; that is left alone for a while", "route", c.name, "for", b.open)
	case before == circuitbreaker.HalfOpenState && after == closed && whole:
		b.warn("the portal answers again")
	case before == circuitbreaker.HalfOpenState && after == closed:
		b.warn("the portal answers at a route again", "route", c.name)
	}
	if !whole && before != open && after == open && b.isAway() && b.portal.trip() {
		b.warn("the portal keeps failing at several routes; it is left alone for a while", "for", b.open)
	}
}

// isAway reports whether several routes have failed lately, and nothing else
// has been heard of the portal since.
func (b *breaker) isAway() bool {
	heard, now := time.Unix(0, b.heard.Load()), time.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	away := 0
	for _, c := range b.routes {
		if c.failsSince(heard, now.Add(-breakerWindow)) {
			away++
		}
	}
	return away >= manyRoutes
}

// circuit is that of a route, or of the whole portal. It drives failsafe-go's
// circuit breaker by hand instead of through an executor, which costs more for
// each call and has no outcome for calls that prove nothing.
type circuit struct {
	name string // template of the route; "" for the portal
	open time.Duration

	mu      sync.Mutex // held around every change of the circuit
	circuit circuitbreaker.CircuitBreaker[any]
	term    int       // grows with each change of state
	opened  time.Time // when it last was
	failing time.Time // since when every call failed; zero while the last went well
	tripped bool      // by several routes, and not by calls of its own
}

func (b *breaker) newCircuit(name string) *circuit {
	c := &circuit{name: name, open: b.open}
	c.circuit = circuitbreaker.NewBuilder[any]().
		WithFailureRateThreshold(0.5, uint(b.calls), breakerWindow).
		WithDelay(b.open).
		WithSuccessThreshold(1). // one probe decides
		OnStateChanged(func(e circuitbreaker.StateChangedEvent) {
			c.term++
			if e.NewState == circuitbreaker.OpenState {
				c.opened = time.Now()
			}
		}).
		Build()
	return c
}

// enter returns the term that a call belongs to, or how long none is let through.
func (c *circuit) enter() (term int, wait time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.circuit.TryAcquirePermit() {
		// Without a remaining delay the one probe is on its way.
		if wait = c.circuit.RemainingDelay(); wait == 0 {
			wait = min(c.open, time.Second)
		}
	}
	return c.term, wait
}

// leave records what became of a call, and returns the states before and after.
// A call from before the last change of state says nothing about the portal as
// it is now: the time-outs of the calls that opened the circuit still come in
// when the probe has closed it.
func (c *circuit) leave(term int, o outcome) (before, after circuitbreaker.State) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before = c.circuit.State()
	if term == c.term {
		switch o {
		case sound:
			c.circuit.RecordSuccess()
		case failed:
			c.circuit.RecordFailure()
		default:
			if before == circuitbreaker.HalfOpenState {
				// The probe proved nothing, so the next call is one. There is
				// no other way to give a permit back without a result.
				c.circuit.Open()
				c.circuit.HalfOpen()
			}
		}
	}
	return before, c.circuit.State()
}

// see keeps since when every call failed.
func (c *circuit) see(o outcome) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case o == sound:
		c.failing = time.Time{}
	case o == failed && c.failing.IsZero():
		c.failing = time.Now()
	}
}

// failsSince reports whether the circuit opened after the time window began,
// because of calls that failed after heard.
func (c *circuit) failsSince(heard, window time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.circuit.IsClosed() && c.opened.After(window) && c.failing.After(heard)
}

// trip opens the circuit of the portal because routes of it fail, and reports
// whether it was closed.
func (c *circuit) trip() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.circuit.IsClosed() {
		return false
	}
	c.circuit.Open()
	c.tripped = true
	return true
}

// reached returns what a call that failed beyond its connection says of the
// portal: nothing while all is well, and as a probe what was to be found out.
func (c *circuit) reached() outcome {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case !c.circuit.IsHalfOpen():
		return unproven
	case c.tripped:
		return failed
	default:
		return sound
	}
}

// tally counts the calls of one page, so that each circuit gets one outcome of
// them all: a page with many look-ups is not many callers. A nil tally is that of
// a single call.
type tally struct {
	mu     sync.Mutex
	counts map[*circuit]*count
}

type count struct{ term, sound, failed int }

// leave counts an outcome, or records it where it is that of a probe.
func (t *tally) leave(b *breaker, c *circuit, term int, o outcome) {
	if t == nil || !c.circuit.IsClosed() {
		b.record(c, term, o)
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	n := t.counts[c]
	if n == nil {
		n = &count{term: term}
		if t.counts == nil {
			t.counts = map[*circuit]*count{}
		}
		t.counts[c] = n
	}
	switch o {
	case sound:
		n.sound++
	case failed:
		n.failed++
	}
}

// settle records what was counted.
func (t *tally) settle(b *breaker) {
	for c, n := range t.counts {
		switch {
		case n.sound+n.failed == 0:
		case n.failed >= n.sound:
			b.record(c, n.term, failed)
		default:
			b.record(c, n.term, sound)
		}
	}
}

func refusal(op string, wait time.Duration) error {
	return &Error{Op: op, Kind: KindUnavailable, LeftAlone: true, RetryAfter: wait, Err: errCircuitOpen}
}
