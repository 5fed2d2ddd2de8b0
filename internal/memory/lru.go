package memory

import (
	"math"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// LRU keeps the values that were used last, up to a number of bytes: what
// an entry holds is the clients' choice, so that a number of entries would bound
// nothing. It is safe for concurrent use.
type LRU[V any] struct {
	limit int

	mu      sync.Mutex
	bytes   int
	entries *simplelru.LRU[string, weighed[V]]
}

type weighed[V any] struct {
	value V
	bytes int
}

// NewLRU returns an LRU of at most limit bytes.
func NewLRU[V any](limit int) *LRU[V] {
	l := &LRU[V]{limit: limit}
	l.entries, _ = simplelru.NewLRU(math.MaxInt, func(_ string, entry weighed[V]) { // fails only without a size
		l.bytes -= entry.bytes
	})
	return l
}

// Get returns the value of key, which counts as used now.
func (l *LRU[V]) Get(key string) (V, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	entry, ok := l.entries.Get(key)
	return entry.value, ok
}

// Add keeps a value that takes this number of bytes. The values that were used longest
// ago make room for it. It does nothing for a key that is kept already, and for a value
// that is larger than all that may be kept.
func (l *LRU[V]) Add(key string, value V, bytes int) {
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

// Size returns how many entries are kept, and the bytes that they take.
func (l *LRU[V]) Size() (entries, bytes int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.entries.Len(), l.bytes
}
