//go:build race || full

package blackbox

import "time"

// The sizes of tests of much: all of it with the race detector and the tag full, which
// CI runs both, and a part of it in a plain run, which is to be quick and leaves out the
// tests of much load.
const (
	// isFull says that tests of many cases take all of them, and not a selection.
	isFull = true
	// shortly is how long tests of much load go on, unless a variable says it.
	shortly = 3 * time.Second
	// Callers and clients of TestCallersAreKeptApart.
	isolationCallers, isolationClients = 12, 200
)
