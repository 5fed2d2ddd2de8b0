package main

import "testing"

func TestGCPercent(t *testing.T) {
	t.Parallel()
	for live, want := range map[uint64]int{ // in MiB
		0:    600, // 4 MiB, which is Go's minimum, six times over
		1:    600,
		4:    500,
		8:    200,
		12:   100,
		100:  100, // Go's own
		4096: 100,
	} {
		got := gcPercent(live << 20)
		if got != want {
			t.Errorf("with %d MiB alive the heap may grow by %d %%, not %d %%", live, got, want)
		}
	}
}
