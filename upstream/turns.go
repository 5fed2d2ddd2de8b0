package upstream

import (
	"container/list"
	"context"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// turns are the slots of the portal, one for each call in flight. A free one is taken at
// once. While there are none, callers wait in a queue for each credential, and the queues
// take turns, so that one with a thousand calls to make holds another with a single one
// up for a turn, and not for the thousand. Semaphores of libraries have one queue for all.
// It is safe for concurrent use.
//
// No more wait than each request has slots of its own, and each until its context ends.
type turns struct {
	slots     int
	strangers *queue // of all credentials that the portal has not taken: they can be made up
	signIns   *queue // of all calls that sign in, which need no credential

	mu     sync.Mutex // guards the fields below, and those of each queue
	used   int
	queues map[holder]*queue // of known callers with a request under way
	known  *simplelru.LRU[holder, struct{}]
	round  list.List // of the queues with waiters, the next one first
	last   *queue    // had a turn; it comes after one that began to wait meanwhile
}

// queue holds the waiters of one caller.
type queue struct {
	requests int           // that are under way
	waiters  list.List     // in order
	place    *list.Element // in the round; nil without waiters
}

// waiter is a call, or a group of calls, that waits for a slot.
type waiter struct {
	of      *queue
	place   *list.Element // in the queue; nil once it has the slot
	granted chan struct{} // closed then
}

// keptKnown is how many credentials are remembered as those of callers whom the portal
// knows. One that is forgotten waits as a stranger until it is next answered.
const keptKnown = 10_000

func newTurns(slots int) *turns {
	t := &turns{slots: slots, strangers: &queue{}, signIns: &queue{}, queues: map[holder]*queue{}}
	t.known, _ = simplelru.NewLRU[holder, struct{}](keptKnown, nil) // fails only without a size
	return t
}

// take takes a slot, for which it waits in a queue if it must. Its error is that of ctx.
func (t *turns) take(ctx context.Context, of *queue) error {
	w := t.ask(of)
	if w == nil {
		return nil
	}
	select {
	case <-w.granted:
		return nil
	case <-ctx.Done():
		t.giveUp(w)
		return ctx.Err()
	}
}

// ask takes a free slot and returns nil, or else adds a waiter to the queue.
func (t *turns) ask(of *queue) *waiter {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.used < t.slots {
		t.used++
		return nil
	}
	w := &waiter{of: of, granted: make(chan struct{})}
	w.place = of.waiters.PushBack(w)
	if of.place == nil {
		of.place = t.round.PushBack(of)
	}
	return w
}

// giveUp ends a wait. A slot that was granted meanwhile goes on to the next.
func (t *turns) giveUp(w *waiter) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if w.place == nil {
		t.pass()
	} else {
		t.leave(w)
	}
}

// try takes a slot if one is free, which there is only without waiters.
func (t *turns) try() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	free := t.used < t.slots
	if free {
		t.used++
	}
	return free
}

// give gives a slot back.
func (t *turns) give() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pass()
}

// pass hands a slot to the first of the queue whose turn it is, or else makes it free.
func (t *turns) pass() {
	if first := t.round.Front(); first != nil && first.Value == t.last {
		t.round.MoveToBack(first)
	}
	first := t.round.Front()
	if first == nil {
		t.used--
		return
	}
	t.last = first.Value.(*queue)
	w := t.last.waiters.Front().Value.(*waiter)
	t.leave(w)
	close(w.granted)
}

// leave takes a waiter out of its queue.
func (t *turns) leave(w *waiter) {
	w.of.waiters.Remove(w.place)
	w.place = nil
	if w.of.waiters.Len() == 0 {
		t.round.Remove(w.of.place)
		w.of.place = nil
	}
}

// waiting returns how many wait for a slot.
func (t *turns) waiting() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	waiting := 0
	for e := t.round.Front(); e != nil; e = e.Next() {
		waiting += e.Value.(*queue).waiters.Len()
	}
	return waiting
}
