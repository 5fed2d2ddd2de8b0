package demo

import (
	"maps"
	"sync"
)

// counters count the calls that reach the portal, answered or not.
type counters struct {
	mu          sync.Mutex
	calls       map[string]int
	items       map[string]int
	inFlight    int
	maxInFlight int
}

// enter counts a call and returns what to do when it has been handled.
func (c *counters) enter(name string) func() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.calls == nil {
		c.calls = map[string]int{}
	}
	c.calls[name]++
	c.inFlight++
	c.maxInFlight = max(c.maxInFlight, c.inFlight)
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.inFlight--
	}
}

func (c *counters) item(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.items == nil {
		c.items = map[string]int{}
	}
	c.items[name]++
}

// Calls returns how many HTTP calls the portal has seen since ResetCalls, by
// verb and route template, such as "GET crm/opportunity/{id}" or "POST batch".
// Calls without a valid sign-in count; calls of the control pages do not.
func (p *Portal) Calls() map[string]int {
	p.counters.mu.Lock()
	defer p.counters.mu.Unlock()
	return cloneCounts(p.counters.calls)
}

// Items returns how many requests arrived inside batches since ResetCalls, by
// the same templates as Calls.
func (p *Portal) Items() map[string]int {
	p.counters.mu.Lock()
	defer p.counters.mu.Unlock()
	return cloneCounts(p.counters.items)
}

// MaxInFlight returns the highest number of HTTP calls that were handled at once
// since ResetCalls.
func (p *Portal) MaxInFlight() int {
	p.counters.mu.Lock()
	defer p.counters.mu.Unlock()
	return p.counters.maxInFlight
}

// ResetCalls sets every counter to zero; MaxInFlight starts again from the calls
// that are being handled.
func (p *Portal) ResetCalls() {
	p.counters.mu.Lock()
	defer p.counters.mu.Unlock()
	p.counters.calls, p.counters.items = nil, nil
	p.counters.maxInFlight = p.counters.inFlight
}

func cloneCounts(counts map[string]int) map[string]int {
	if counts == nil {
		return map[string]int{}
	}
	return maps.Clone(counts)
}
