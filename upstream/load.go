package upstream

import (
	"sync"
	"time"
)

// Load is how busy a Client is at one moment.
type Load struct {
	InFlight int // calls on their way, from asking to the last byte of the answer
	Waiting  int // calls, or groups of them, that wait for a slot of the portal
	Slots    int // of the portal
	Callers  int // made by Client.For, and not closed yet

	BodyBytes  int64 // of answers above 256 KiB that are being read or decoded
	BodyBudget int64 // that these may have together
}

// Load returns how busy the client is. It costs what reading a few numbers does.
func (c *Client) Load() Load {
	return Load{
		InFlight: int(c.inFlight.Load()), Waiting: c.slots.waiting(), Slots: c.slots.size, Callers: c.slots.requests(),
		BodyBytes: c.bodies.taken.Load(), BodyBudget: c.bodies.budget,
	}
}

// stopwatch measures how long at least one call of a request was in flight: what calls
// share counts once. It is safe for concurrent use.
type stopwatch struct {
	mu       sync.Mutex
	inFlight int
	since    time.Time // when the first of those in flight began
	total    time.Duration
}

func (s *stopwatch) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inFlight == 0 {
		s.since = time.Now()
	}
	s.inFlight++
}

func (s *stopwatch) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inFlight--; s.inFlight == 0 {
		s.total += time.Since(s.since)
	}
}

func (s *stopwatch) read() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inFlight > 0 {
		return s.total + time.Since(s.since)
	}
	return s.total
}

// begin counts a call in flight, and returns the connections that it may use.
func (c *Caller) begin() *pool {
	c.client.inFlight.Add(1)
	c.atPortal.begin()
	return c.client.pools.take(c.holder)
}

// end counts a call in flight no longer: its answer has been read, or there is none.
func (c *Caller) end(connections *pool) {
	c.client.pools.give(connections)
	c.atPortal.end()
	c.client.inFlight.Add(-1)
}

// AtPortal returns for how long so far at least one of the caller's calls was in flight,
// from asking to the last byte of the answer. Waiting for a slot and before a retry is no
// part of it, nor is decoding.
func (c *Caller) AtPortal() time.Duration { return c.atPortal.read() }
