package main

import (
	"math"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// byteLRU keeps the values that were used last, up to a number of bytes: what
// an entry holds is up to whoever sends the requests, so a number of entries
// would bound nothing. It is safe for concurrent use.
type byteLRU[V any] struct {
	limit int

	mu      sync.Mutex
	bytes   int
	entries *simplelru.LRU[string, weighed[V]]
}

type weighed[V any] struct {
	value V
	bytes int
}

// newByteLRU returns an LRU of at most limit bytes.
func newByteLRU[V any](limit int) *byteLRU[V] {
	l := &byteLRU[V]{limit: limit}
	l.entries, _ = simplelru.NewLRU(math.MaxInt, func(_ string, entry weighed[V]) { // fails only without a size
		l.bytes -= entry.bytes
	})
	return l
}

// get returns the value of key, which counts as used now.
func (l *byteLRU[V]) get(key string) (V, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	entry, ok := l.entries.Get(key)
	return entry.value, ok
}

// add keeps value, which takes so many bytes, at the expense of what was not
// used for longest.
func (l *byteLRU[V]) add(key string, value V, bytes int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if bytes > l.limit || l.entries.Contains(key) {
		return
	}
	l.entries.Add(key, weighed[V]{value, bytes})
	l.bytes += bytes
	for l.bytes > l.limit {
		l.entries.RemoveOldest()
	}
}
