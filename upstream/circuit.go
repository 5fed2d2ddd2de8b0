package upstream

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
)

// circuit is that of a route, or of the whole portal. It drives failsafe-go's
// circuit breaker by hand instead of through an executor, which costs more for
// each call and has no verdict for calls that prove nothing.
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
func (c *circuit) leave(term int, v verdict) (before, after circuitbreaker.State) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before = c.circuit.State()
	if term == c.term {
		switch v {
		case healthy:
			c.circuit.RecordSuccess()
		case failing:
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

func (c *circuit) isClosed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.circuit.IsClosed()
}

// see keeps since when every call failed.
func (c *circuit) see(v verdict) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case v == healthy:
		c.failing = time.Time{}
	case v == failing && c.failing.IsZero():
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
func (c *circuit) reached() verdict {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case !c.circuit.IsHalfOpen():
		return inconclusive
	case c.tripped:
		return failing
	default:
		return healthy
	}
}

// CircuitState is whether calls are let through to where a circuit leads.
type CircuitState string

// The states of a circuit.
const (
	CircuitClosed   CircuitState = "closed"    // all are
	CircuitOpen     CircuitState = "open"      // none is
	CircuitHalfOpen CircuitState = "half_open" // one is, and decides about the others
)

// WholePortal stands for a route in the Circuit of the portal as a whole.
const WholePortal = "all"

// Circuit is the state of a circuit breaker.
type Circuit struct {
	Route string // template, of those that were called so far, or WholePortal
	State CircuitState
}

// Circuits returns the states of all circuit breakers. Their number is bounded by that of
// the route templates.
func (c *Client) Circuits() []Circuit {
	b := c.breaker
	b.mu.Lock()
	routes := slices.Collect(maps.Values(b.routes))
	b.mu.Unlock()
	found := []Circuit{{Route: WholePortal, State: b.portal.state()}}
	for _, route := range routes {
		found = append(found, Circuit{Route: route.name, State: route.state()})
	}
	return found
}

// state returns what the next call meets: an open circuit whose time is up is half open,
// though nothing has changed it yet.
func (c *circuit) state() CircuitState {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch state := c.circuit.State(); {
	case state == circuitbreaker.ClosedState:
		return CircuitClosed
	case state == circuitbreaker.OpenState && c.circuit.RemainingDelay() > 0:
		return CircuitOpen
	default:
		return CircuitHalfOpen
	}
}
