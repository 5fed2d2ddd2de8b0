package upstream

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
)

// breakerWindow is the time over which failures are counted.
const breakerWindow = 10 * time.Second

// outcome is what a call says about its portal.
type outcome int

const (
	unproven outcome = iota // nothing: the call was given up
	sound                   // the portal answers, whatever it says
	failed                  // 5xx, a timeout, or no connection
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
	case errors.As(err, &e) && (e.Status >= http.StatusInternalServerError || e.Kind == KindTimeout || e.Kind == KindUnavailable):
		return failed
	default:
		return sound
	}
}

// breaker keeps calls from a portal that fails. It drives failsafe-go's circuit
// breaker by hand instead of through an executor, which costs more for each
// call and has no outcome for calls that prove nothing.
type breaker struct {
	warn func(msg string, args ...any)
	open time.Duration

	mu      sync.Mutex // held around every change of the circuit
	circuit circuitbreaker.CircuitBreaker[any]
	term    int // grows with each change of state
}

func newBreaker(o Options) *breaker {
	b := &breaker{warn: o.Warn, open: orDefault(o.BreakerOpen, 5*time.Second)}
	b.circuit = circuitbreaker.NewBuilder[any]().
		WithFailureRateThreshold(0.5, uint(orDefault(o.BreakerCalls, 20)), breakerWindow).
		WithDelay(b.open).
		WithSuccessThreshold(1). // one probe decides
		OnStateChanged(func(circuitbreaker.StateChangedEvent) { b.term++ }).
		Build()
	return b
}

// refuse returns the error of a call that need not be tried, nor wait for a
// slot, because the circuit is open; nil when it may.
func (b *breaker) refuse(op string) error {
	if wait := b.circuit.RemainingDelay(); wait > 0 {
		return refusal(op, wait)
	}
	return nil
}

// enter lets a call through and returns the term that it belongs to, or the
// error that it ends with. Each call that was let through must leave.
func (b *breaker) enter(op string) (term int, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.circuit.TryAcquirePermit() {
		// Without a remaining delay the one probe is on its way.
		wait := b.circuit.RemainingDelay()
		if wait == 0 {
			wait = min(b.open, time.Second)
		}
		return 0, refusal(op, wait)
	}
	return b.term, nil
}

// leave records what became of a call. A call from before the last change of
// state says nothing about the portal as it is now: the timeouts of the calls
// that opened the circuit still come in when the probe has closed it.
func (b *breaker) leave(term int, o outcome) {
	b.mu.Lock()
	before := b.circuit.State()
	if term == b.term {
		switch o {
		case sound:
			b.circuit.RecordSuccess()
		case failed:
			b.circuit.RecordFailure()
		case unproven:
			if before == circuitbreaker.HalfOpenState {
				// The probe proved nothing, so the next call is one. There is
				// no other way to give a permit back without a result.
				b.circuit.Open()
				b.circuit.HalfOpen()
			}
		}
	}
	after := b.circuit.State()
	b.mu.Unlock()
	switch {
	case before == circuitbreaker.ClosedState && after == circuitbreaker.OpenState:
		b.warn("the portal keeps failing; it is left alone for a while", "for", b.open)
	case before == circuitbreaker.HalfOpenState && after == circuitbreaker.ClosedState:
		b.warn("the portal answers again")
	}
}

func refusal(op string, wait time.Duration) error {
	return &Error{Op: op, Kind: KindUnavailable, RetryAfter: wait, Err: errCircuitOpen}
}
