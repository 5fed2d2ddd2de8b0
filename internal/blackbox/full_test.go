//go:build race || full

package blackbox

import "time"

// The sizes of tests of much. A plain run, which is to be quick, takes a part, and leaves
// out the tests of much load; all of it is run with the race detector, and with the tag
// full. CI does both.
const (
	// isFull says that tests of many cases take all of them, and not a selection.
	isFull = true
	// shortly is how long tests of much load go on, unless a variable says it.
	shortly = 3 * time.Second
	// Callers and clients of TestCallersAreKeptApart.
	isolationCallers, isolationClients = 12, 200
)
