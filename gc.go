package main

import (
	"os"
	"runtime"
	"runtime/debug"
	gauges "runtime/metrics"
)

// heapTarget is the size that the heap may grow to before garbage is collected
// although less than half of it lives. A few megabytes live here while answers
// are small, and Go by itself would collect each time that they have doubled:
// a hundred times a second under load.
const heapTarget = 24 << 20

// goHeapMinimum is the least that Go lets the heap grow to, at 100 percent.
const goHeapMinimum = 4 << 20

// tuneGC makes the garbage collector wait until the heap is heapTarget large, or
// has doubled, whichever is more: unlike a fixed high target, it takes no more
// memory than Go by itself would when much lives, and unlike a memory limit it
// never makes the collector run all the time. It changes nothing when GOGC is
// set in the environment.
func tuneGC() {
	if os.Getenv("GOGC") == "" {
		afterNextGC()
	}
}

// afterNextGC sets the collector's target after each collection: the cleanup of
// an object that nothing refers to runs then.
func afterNextGC() {
	live := []gauges.Sample{{Name: "/gc/heap/live:bytes"}}
	gauges.Read(live)
	debug.SetGCPercent(gcPercent(live[0].Value.Uint64()))
	runtime.AddCleanup(new([2]*byte), func(struct{}) { afterNextGC() }, struct{}{})
}

// gcPercent returns how much the heap may grow, in percent of what lives.
func gcPercent(live uint64) int {
	const least, most = 100, 100 * heapTarget / goHeapMinimum
	if live == 0 {
		return most // before the first collection
	}
	return int(min(max(100*heapTarget/live, least+100)-100, most))
}
