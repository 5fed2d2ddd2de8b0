package main

import (
	"testing"
)

// BenchmarkGrowth is what a request costs with its size: opportunities of a
// list, with all documented fields, and aliases, each of another opportunity.
func BenchmarkGrowth(b *testing.B) {
	for _, n := range listSizes {
		list(b, n).run(b)
	}
	for _, n := range aliasSizes {
		aliases(b, n, n).run(b)
	}
}

// Twice as many opportunities make no more than twice the work, nor do aliases:
// allocations grow by the same for each that comes on top. It is not parallel:
// it counts those of the whole process.
func TestGrowth(t *testing.T) {
	const slack, noise = 1.1, 2 // noise: of one opportunity or alias
	allocations := func(m measured) float64 {
		q := m.ready(t)
		count := testing.AllocsPerRun(5, q.send)
		m.verify(t, q)
		return count
	}
	for _, growth := range []struct {
		name  string
		sizes []int
		of    func(n int) measured
		even  bool // each has the same share
	}{
		{"list", []int{1, 10, 50, 100}, func(n int) measured { return list(t, n) }, true},
		// More aliases than slots go in batches, and cost less each.
		{"aliases", []int{1, 5, 20, 50}, func(n int) measured { return aliases(t, n, n) }, false},
	} {
		t.Run(growth.name, func(t *testing.T) {
			var counts, shares []float64
			for i, n := range growth.sizes {
				counts = append(counts, allocations(growth.of(n)))
				if i > 0 {
					before := i - 1
					shares = append(shares, (counts[i]-counts[before])/float64(n-growth.sizes[before]))
				}
			}
			t.Logf("allocations of %v: %v; of each that comes on top: %.1f", growth.sizes, counts, shares)
			last := len(counts) - 1
			if times := float64(growth.sizes[last]) / float64(growth.sizes[1]); counts[last] > counts[1]*times*slack {
				t.Errorf("%.0f allocations are more than %.0f times %.0f", counts[last], times, counts[1])
			}
			for i, share := range shares[1:] {
				if share > shares[0]*slack+noise || growth.even && share < shares[0]/slack-noise {
					t.Errorf("%.1f for each up to %d, and %.1f before", share, growth.sizes[i+2], shares[0])
				}
			}
		})
	}
}

// The sizes whose cost BenchmarkGrowth and TestGrowth compare.
var (
	listSizes  = []int{1, 2, 5, 10, 25, 50, 100}
	aliasSizes = []int{1, 5, 10, 20, 50}
)
