package upstream

import (
	"container/list"
	"context"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// fairSemaphore holds the slots of the portal, one for each call in flight. A free one is
// taken at once. While there are none, callers wait in a queue for each credential, and the
// queues are served round-robin, so that one with a thousand calls to make holds another
// with a single one up for a turn, and not for the thousand. Semaphores of libraries have
// one queue for all. It is safe for concurrent use.
//
// No more wait than each request has slots of its own, and each until its context ends.
type fairSemaphore struct {
	size       int
	unverified *queue // of all credentials that the portal has not taken: they can be made up
	signIns    *queue // of all calls that sign in, which need no credential

	mu     sync.Mutex // guards the fields below, and those of each queue
	used   int
	queues map[holder]*queue // of known callers with a request under way
	known  *simplelru.LRU[holder, struct{}]
	ring   list.List // of the queues with waiters, the next one first
	last   *queue    // served last; it comes after one that began to wait meanwhile
}

// queue holds the waiters of one caller.
type queue struct {
	requests int           // that are under way
	waiters  list.List     // in order
	place    *list.Element // in the ring; nil without waiters
}

// waiter is a call, or a group of calls, that waits for a slot.
type waiter struct {
	of      *queue
	place   *list.Element // in the queue; nil once it has the slot
	granted chan struct{} // closed then
}

// keptKnown is how many credentials are remembered as those of callers whom the portal
// knows. One that is forgotten waits with the unverified until it is next answered.
const keptKnown = 10_000

func newFairSemaphore(slots int) *fairSemaphore {
	f := &fairSemaphore{size: slots, unverified: &queue{}, signIns: &queue{}, queues: map[holder]*queue{}}
	f.known, _ = simplelru.NewLRU[holder, struct{}](keptKnown, nil) // fails only without a size
	return f
}

// acquire takes a slot, for which it waits in a queue if it must. Its error is that of ctx.
func (f *fairSemaphore) acquire(ctx context.Context, of *queue) error {
	w := f.acquireOrQueue(of)
	if w == nil {
		return nil
	}
	select {
	case <-w.granted:
		return nil
	case <-ctx.Done():
		f.cancel(w)
		return ctx.Err()
	}
}

// acquireOrQueue takes a free slot and returns nil, or else adds a waiter to the queue.
func (f *fairSemaphore) acquireOrQueue(of *queue) *waiter {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.used < f.size {
		f.used++
		return nil
	}
	w := &waiter{of: of, granted: make(chan struct{})}
	w.place = of.waiters.PushBack(w)
	if of.place == nil {
		of.place = f.ring.PushBack(of)
	}
	return w
}

// cancel ends a wait. A slot that was granted meanwhile goes on to the next.
func (f *fairSemaphore) cancel(w *waiter) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if w.place == nil {
		f.grantNext()
	} else {
		f.remove(w)
	}
}

// tryAcquire takes a slot if one is free, which there is only without waiters.
func (f *fairSemaphore) tryAcquire() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	free := f.used < f.size
	if free {
		f.used++
	}
	return free
}

// release gives a slot back.
func (f *fairSemaphore) release() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.grantNext()
}

// grantNext hands a slot to the first of the next queue, or else makes it free.
func (f *fairSemaphore) grantNext() {
	if first := f.ring.Front(); first != nil && first.Value == f.last {
		f.ring.MoveToBack(first)
	}
	first := f.ring.Front()
	if first == nil {
		f.used--
		return
	}
	f.last = first.Value.(*queue)
	w := f.last.waiters.Front().Value.(*waiter)
	f.remove(w)
	close(w.granted)
}

// remove takes a waiter out of its queue.
func (f *fairSemaphore) remove(w *waiter) {
	w.of.waiters.Remove(w.place)
	w.place = nil
	if w.of.waiters.Len() == 0 {
		f.ring.Remove(w.of.place)
		w.of.place = nil
	}
}

// waiting returns how many wait for a slot.
func (f *fairSemaphore) waiting() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	waiting := 0
	for e := f.ring.Front(); e != nil; e = e.Next() {
		waiting += e.Value.(*queue).waiters.Len()
	}
	return waiting
}
