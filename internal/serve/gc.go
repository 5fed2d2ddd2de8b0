package serve

import (
	"os"
	"runtime"
	"runtime/debug"
	gauges "runtime/metrics"
	"sync"
	"time"
)

// heapTarget is the size that the heap may grow to before garbage is collected
// although less than half of it lives. A few megabytes live here while answers
// are small, and Go by itself would collect each time that they have doubled:
// a hundred times a second under load.
const heapTarget = 96 << 20

// goHeapMinimum is the least that Go lets the heap grow to, at 100 percent.
const goHeapMinimum = 4 << 20

const (
	heapAtRest = 160 << 20       // above what the heap grows to while nothing large is answered
	burstEnds  = 5 * time.Second // after the last collection
)

// TuneGC makes the garbage collector wait until the heap is heapTarget large, or
// has doubled, whichever is more: unlike a fixed high target, it takes no more
// memory than Go by itself would when much lives. After a burst memory goes back
// to the system. What is set in the environment, by GOGC, holds instead. It is called
// once in a process.
func TuneGC() {
	(&collections{sizesHeap: os.Getenv("GOGC") == "", burstEnds: burstEnds}).watch()
}

// LimitMemory makes the garbage collector collect sooner near that many bytes, so that
// garbage is no part beside them. What is set in the environment, by GOMEMLIMIT, holds
// instead.
func LimitMemory(bytes int64) {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(bytes)
	}
}

// collections looks at the heap after each garbage collection: the cleanup of an
// object that nothing refers to runs then. A program at rest has none.
type collections struct {
	sizesHeap bool
	burstEnds time.Duration

	mu    sync.Mutex
	count int
	timer *time.Timer // that waits for the end of a burst; nil when there is none
}

func (c *collections) watch() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count++
	if c.sizesHeap {
		seen := []gauges.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/scan/stack:bytes"}, {Name: "/gc/scan/globals:bytes"}}
		gauges.Read(seen)
		debug.SetGCPercent(gcPercent(seen[0].Value.Uint64(), seen[1].Value.Uint64()+seen[2].Value.Uint64()))
	}
	if c.timer == nil && heapHeld() > heapAtRest {
		c.expectEnd()
	}
	runtime.AddCleanup(new([2]*byte), func(struct{}) { c.watch() }, struct{}{})
}

// expectEnd waits until there has been no collection for a while. Garbage would
// stay now until the next one, which Go makes after two minutes, and its memory
// for some time more.
func (c *collections) expectEnd() {
	seen := c.count
	c.timer = time.AfterFunc(c.burstEnds, func() {
		if c.hasEnded(seen) {
			debug.FreeOSMemory() // a collection, so that c looks again
		}
	})
}

// hasEnded reports whether a burst is over: much is held, and there has been no
// collection since that count was taken. Any collection meanwhile starts the wait anew.
func (c *collections) hasEnded(seen int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.timer = nil
	isHeld := heapHeld() > heapAtRest
	if isHeld && c.count > seen {
		c.expectEnd()
		return false
	}
	return isHeld
}

// heapHeld returns the bytes that the heap has from the system.
func heapHeld() uint64 {
	held := []gauges.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/unused:bytes"}, {Name: "/memory/classes/heap/free:bytes"}}
	gauges.Read(held)
	return held[0].Value.Uint64() + held[1].Value.Uint64() + held[2].Value.Uint64()
}

// gcPercent returns by how many percent the heap may grow. Go takes them of what lives and
// of what is looked through beside it, which are stacks and globals.
func gcPercent(live, beside uint64) int {
	const least, most = 100, 100 * heapTarget / goHeapMinimum
	switch {
	case live == 0:
		return most // before the first collection
	case live >= heapTarget:
		return least
	}
	return int(min(max(100*(heapTarget-live)/(live+beside), least), most))
}
