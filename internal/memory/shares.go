package memory

import (
	"math"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// Digest stands for what is too long, or too secret, to be kept.
type Digest [32]byte

// Shares keeps values of many owners, all together up to a number and those of one up to
// a share of it, so that no owner makes all others lose theirs. What was not used for
// longest goes first: of an owner its value, and of all the owner's who did nothing for
// longest. It is safe for concurrent use.
type Shares[V any] struct {
	most, share int

	mu     sync.Mutex
	size   int
	owners *simplelru.LRU[Digest, *simplelru.LRU[Digest, V]]
}

// NewShares returns shares of at most that many values.
func NewShares[V any](most, share int) *Shares[V] {
	s := &Shares[V]{most: most, share: share}
	s.owners, _ = simplelru.NewLRU[Digest, *simplelru.LRU[Digest, V]](math.MaxInt, nil) // fails only without a size
	return s
}

// Get returns an owner's value of key, which counts as used now.
func (s *Shares[V]) Get(owner, key Digest) (value V, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if of, has := s.owners.Get(owner); has {
		value, ok = of.Get(key)
	}
	return value, ok
}

// Add keeps an owner's value of key.
func (s *Shares[V]) Add(owner, key Digest, value V) {
	s.mu.Lock()
	defer s.mu.Unlock()
	of, ok := s.owners.Get(owner)
	if !ok {
		of, _ = simplelru.NewLRU(s.share, func(Digest, V) { s.size-- })
		s.owners.Add(owner, of)
	}
	if !of.Contains(key) {
		s.size++
	}
	of.Add(key, value)
	for s.size > s.most {
		idle, values, _ := s.owners.GetOldest()
		if values.RemoveOldest(); values.Len() == 0 {
			s.owners.Remove(idle)
		}
	}
}

// Remove forgets an owner's value of key.
func (s *Shares[V]) Remove(owner, key Digest) {
	s.mu.Lock()
	defer s.mu.Unlock()
	of, ok := s.owners.Peek(owner)
	if !ok {
		return
	}
	if of.Remove(key); of.Len() == 0 {
		s.owners.Remove(owner)
	}
}

// Size returns how many values are kept, and of how many owners.
func (s *Shares[V]) Size() (values, owners int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.size, s.owners.Len()
}
