package upstream

// addRequest counts a request in, and returns the queue that it waits in, and whether the
// portal has taken its credential before.
func (f *fairSemaphore) addRequest(h holder) (q *queue, isKnown bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	q = f.unverified
	if _, isKnown = f.known.Get(h); isKnown {
		q = f.queueOf(h)
	}
	q.requests++
	return q, isKnown
}

// queueOf returns the queue of a known caller.
func (f *fairSemaphore) queueOf(h holder) *queue {
	q, ok := f.queues[h]
	if !ok {
		q = &queue{}
		f.queues[h] = q
	}
	return q
}

// markKnown remembers a credential that the portal has taken: from here on it has a queue
// of its own.
func (f *fairSemaphore) markKnown(c *Caller) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.known.Add(c.holder, struct{}{})
	if c.queue.Load() == f.unverified && !c.closed {
		f.unverified.requests--
		q := f.queueOf(c.holder)
		q.requests++
		c.queue.Store(q)
	}
}

// removeRequest counts a request out. It may be called more than once.
func (f *fairSemaphore) removeRequest(c *Caller) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if c.closed {
		return
	}
	c.closed = true
	q := c.queue.Load()
	if q.requests--; q.requests == 0 && q == f.queues[c.holder] {
		delete(f.queues, c.holder)
	}
}

// share returns how many slots a request may have at most, so that all callers, and then
// all requests of one, have as many.
func (f *fairSemaphore) share(of *queue) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	callers := len(f.queues)
	if f.unverified.requests > 0 {
		callers++
	}
	return f.size / max(1, callers) / max(1, of.requests)
}

// requests returns how many requests are under way.
func (f *fairSemaphore) requests() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := f.unverified.requests
	for _, q := range f.queues {
		all += q.requests
	}
	return all
}
