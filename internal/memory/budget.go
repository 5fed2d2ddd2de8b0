// Package memory shares a number of bytes among those who need some at a time.
package memory

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	// mostWaiting is how many large takers may wait at a time, and how many small ones.
	// They wait with what they have already: more of them would have all that
	// there is, and wait for each other.
	mostWaiting       = 8
	mostWaitingLittle = 64
	// Wait is how long one waits at most.
	Wait = time.Second
	// kept is the fraction of the budget, as 1/kept, that is reserved for small takers.
	kept = 4
)

// Budget is a number of bytes. It is safe for concurrent use.
type Budget struct {
	size, little int64

	mu      sync.Mutex
	free    int64
	waiting []*waiter
	much    int // of those who wait, how many have much
}

// waiter is one who waits for bytes.
type waiter struct {
	bytes, leave int64
	hasMuch      bool
	granted      chan struct{}
}

// New returns a budget of that many bytes. A part of it is only for those who have
// little of it.
func New(size, little int64) *Budget { return &Budget{size: size, little: little, free: size} }

// Take takes bytes for one who has some already. It waits a moment for them, and
// reports false when there are none by then, when ctx has ended, or when as many as may
// wait do so already.
func (b *Budget) Take(ctx context.Context, bytes, has int64) bool {
	w := &waiter{bytes: bytes, hasMuch: has+bytes > b.little}
	if w.hasMuch {
		w.leave = b.size / kept
	}
	b.mu.Lock()
	if b.grant(w) {
		b.mu.Unlock()
		return true
	}
	if w.hasMuch && b.much == mostWaiting || !w.hasMuch && len(b.waiting)-b.much == mostWaitingLittle {
		b.mu.Unlock()
		return false
	}
	w.granted = make(chan struct{})
	b.waiting = append(b.waiting, w)
	b.count(w, 1)
	b.mu.Unlock()

	timer := time.NewTimer(Wait)
	defer timer.Stop()
	select {
	case <-w.granted:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	place := slices.Index(b.waiting, w)
	if place < 0 { // granted just now
		return true
	}
	b.waiting = slices.Delete(b.waiting, place, place+1)
	b.count(w, -1)
	return false
}

// Give gives bytes back.
func (b *Budget) Give(bytes int64) {
	if bytes == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.free += bytes
	b.waiting = slices.DeleteFunc(b.waiting, func(w *waiter) bool {
		granted := b.grant(w)
		if granted {
			close(w.granted)
			b.count(w, -1)
		}
		return granted
	})
}

// Taken returns how many bytes are taken.
func (b *Budget) Taken() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.size - b.free
}

// count counts one who waits, or does not any more.
func (b *Budget) count(w *waiter, by int) {
	if w.hasMuch {
		b.much += by
	}
}

func (b *Budget) grant(w *waiter) bool {
	if b.free-w.bytes < w.leave {
		return false
	}
	b.free -= w.bytes
	return true
}
