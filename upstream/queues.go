package upstream

// enter counts a request in, and returns the queue that it waits in, and whether the portal
// has taken its credential before.
func (t *turns) enter(h holder) (q *queue, isKnown bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	q = t.strangers
	if _, isKnown = t.known.Get(h); isKnown {
		q = t.queueOf(h)
	}
	q.requests++
	return q, isKnown
}

// queueOf returns the queue of a known caller.
func (t *turns) queueOf(h holder) *queue {
	q, ok := t.queues[h]
	if !ok {
		q = &queue{}
		t.queues[h] = q
	}
	return q
}

// markKnown remembers a credential that the portal has taken: it is no stranger's from here on.
func (t *turns) markKnown(c *Caller) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.known.Add(c.holder, struct{}{})
	if c.queue.Load() == t.strangers && !c.closed {
		t.strangers.requests--
		q := t.queueOf(c.holder)
		q.requests++
		c.queue.Store(q)
	}
}

// exit counts a request out. It may be called more than once.
func (t *turns) exit(c *Caller) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if c.closed {
		return
	}
	c.closed = true
	q := c.queue.Load()
	if q.requests--; q.requests == 0 && q == t.queues[c.holder] {
		delete(t.queues, c.holder)
	}
}

// share returns how many slots a request may have at most, so that all callers, and then
// all requests of one, have as many.
func (t *turns) share(of *queue) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	callers := len(t.queues)
	if t.strangers.requests > 0 {
		callers++
	}
	return t.slots / max(1, callers) / max(1, of.requests)
}

// requests returns how many requests are under way.
func (t *turns) requests() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := t.strangers.requests
	for _, q := range t.queues {
		all += q.requests
	}
	return all
}
