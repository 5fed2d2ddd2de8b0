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

// verdict is what a call says about its route and its portal.
type verdict int

const (
	inconclusive verdict = iota // nothing: the call was given up
	healthy                     // the portal answers, errors of its own included
	failing                     // a gateway's 5xx, a time-out, or a connection that broke
	unreachable                 // no connection at all
)

// judge returns the verdict of a call that was made for ctx.
func judge(ctx context.Context, err error) verdict {
	var e *Error
	switch {
	case err == nil:
		return healthy
	case ctx.Err() != nil:
		// The caller went away, or the operation's time was up: it may have
		// left this call no time to speak of.
		return inconclusive
	case errors.Is(err, errNoRoom):
		return inconclusive
	case !errors.As(err, &e), e.fromPortal, e.Kind == KindRateLimited:
		// The portal's own error document says that it lives, and that one
		// request was too much for it.
		return healthy
	case e.Status == 0 && notConnected(e.Err):
		return unreachable
	case isGateway(e.Status), e.Kind == KindTimeout, e.Kind == KindUnavailable:
		return failing
	default:
		return healthy
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
	heard  atomic.Int64 // when the portal last gave a good answer; Unix nanoseconds

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
		p.route.leave(p.routeTerm, inconclusive)
		return p, refusal(op, wait)
	}
	return p, nil
}

// leave records what became of a call: alone, or with the others of its page.
func (b *breaker) leave(p pass, v verdict, page *tally) {
	ofRoute, ofPortal := v, v
	switch v {
	case healthy:
		b.heard.Store(time.Now().UnixNano())
	case unreachable:
		ofRoute, ofPortal = inconclusive, failing
	case failing:
		ofPortal = b.portal.reached()
	}
	p.route.see(ofRoute)
	page.leave(b, p.route, p.routeTerm, ofRoute)
	page.leave(b, b.portal, p.portalTerm, ofPortal)
}

// record gives a circuit a verdict, and sees to what follows from it.
func (b *breaker) record(c *circuit, term int, v verdict) {
	before, after := c.leave(term, v)
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

// heardLately reports whether the portal gave a good answer in the time before a
// call of the given length.
func (b *breaker) heardLately(length time.Duration) bool {
	return time.Since(time.Unix(0, b.heard.Load())) < length+breakerWindow
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

func refusal(op string, wait time.Duration) error {
	return &Error{Op: op, Kind: KindUnavailable, LeftAlone: true, RetryAfter: wait, Err: errCircuitOpen}
}
