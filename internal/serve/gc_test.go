package serve

import (
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

func TestGCPercent(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		live, beside uint64 // in MiB
		want         int
	}{
		{0, 0, 2400}, // 4 MiB, which is Go's minimum, 24 times over
		{1, 0, 2400},
		{4, 0, 2300},
		{8, 0, 1100},
		{8, 3, 800}, // 88 of 11 MiB
		{8, 80, 100},
		{48, 0, 100},
		{100, 0, 100}, // Go's own
		{4096, 0, 100},
	} {
		if got := gcPercent(test.live<<20, test.beside<<20); got != test.want {
			t.Errorf("with %d MiB alive and %d beside it the heap may grow by %d %%, not %d %%", test.live, test.beside, got, test.want)
		}
	}
}

// After a burst its memory goes back to the system, and then nothing is
// collected any more. It happens in a process of its own, as it is about the
// whole process.
func TestMemoryGoesBack(t *testing.T) {
	const isChild = "TEST_MEMORY_GOES_BACK"
	if os.Getenv(isChild) == "" {
		t.Parallel()
		command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestMemoryGoesBack$", "-test.v")
		command.Env = append(os.Environ(), isChild+"=1", "GOGC=", "GOMEMLIMIT=")
		if text, err := command.CombinedOutput(); err != nil || !strings.Contains(string(text), "--- PASS") {
			t.Errorf("%v\n%s", err, text)
		}
		return
	}
	TuneGC()
	LimitMemory(1 << 30)
	if limit := debug.SetMemoryLimit(-1); limit != 1<<30 {
		t.Errorf("the memory limit is %d", limit)
	}
	(&collections{burstEnds: 100 * time.Millisecond}).watch()
	var burst [][]byte
	for range 400 {
		burst = append(burst, make([]byte, 1<<20))
	}
	runtime.GC()
	if held := heapHeld(); held < 400<<20 {
		t.Errorf("%d bytes are held, which is no burst", held)
	}
	runtime.KeepAlive(burst)
	burst = nil
	for deadline := time.Now().Add(10 * time.Second); heapHeld() >= heapAtRest/2; time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d bytes are held", heapHeld())
		}
	}
	var before, after runtime.MemStats
	time.Sleep(200 * time.Millisecond)
	runtime.ReadMemStats(&before)
	time.Sleep(500 * time.Millisecond)
	runtime.ReadMemStats(&after)
	if after.NumGC != before.NumGC {
		t.Errorf("%d collections at rest", after.NumGC-before.NumGC)
	}
}
