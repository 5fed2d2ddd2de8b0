package memory

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func digest(n int) Digest { return Digest{byte(n), byte(n >> 8)} }

// valuesOf returns the values that an owner has of some keys.
func valuesOf(s *Shares[int], owner, keys int) string {
	text := ""
	for key := range keys {
		if value, ok := s.Get(digest(owner), digest(key)); ok {
			text += fmt.Sprint(value, " ")
		}
	}
	return text
}

func TestShares(t *testing.T) {
	t.Parallel()
	s := NewShares[int](6, 3)
	for key := range 3 {
		s.Add(digest(1), digest(key), 10+key)
	}
	for key := range 100 {
		s.Add(digest(2), digest(key), 20+key)
	}
	if got := valuesOf(s, 1, 100) + "| " + valuesOf(s, 2, 100); got != "10 11 12 | 117 118 119 " {
		t.Errorf("one owner takes the share of another: %s", got)
	}
	s.Get(digest(1), digest(0))
	s.Add(digest(1), digest(3), 13)
	if got := valuesOf(s, 1, 100); got != "10 12 13 " {
		t.Errorf("what was used goes first: %s", got)
	}
	s.Get(digest(2), digest(99))
	s.Add(digest(3), digest(0), 30) // at the expense of 1, who did nothing for longest
	s.Add(digest(3), digest(1), 31)
	s.Add(digest(3), digest(2), 32)
	if got := valuesOf(s, 1, 100) + "| " + valuesOf(s, 2, 100) + "| " + valuesOf(s, 3, 100); got != "| 117 118 119 | 30 31 32 " {
		t.Errorf("got %s", got)
	}
	s.Add(digest(3), digest(2), 33)
	if got := valuesOf(s, 3, 100); got != "30 31 33 " {
		t.Errorf("not replaced: %s", got)
	}
	for key := range 3 {
		s.Remove(digest(3), digest(key))
		s.Remove(digest(9), digest(key))
	}
	if values, owners := s.Size(); values != 3 || owners != 1 {
		t.Errorf("%d values of %d owners", values, owners)
	}
}

// TestSharesStayWithinBounds does anything, and counts.
func TestSharesStayWithinBounds(t *testing.T) {
	t.Parallel()
	s := NewShares[int](20, 5)
	random := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		owner, key := digest(random.IntN(30)), digest(random.IntN(40))
		switch random.IntN(4) {
		case 0:
			s.Remove(owner, key)
		case 1:
			s.Get(owner, key)
		default:
			s.Add(owner, key, 0)
		}
		values, owners, counted := 0, 0, 0
		for _, of := range s.owners.Values() {
			counted += of.Len()
			if of.Len() > 5 || of.Len() == 0 {
				t.Fatalf("an owner has %d", of.Len())
			}
		}
		if values, owners = s.Size(); values != counted || values > 20 || owners > 20 {
			t.Fatalf("%d values are %d, of %d owners", values, counted, owners)
		}
	}
}
