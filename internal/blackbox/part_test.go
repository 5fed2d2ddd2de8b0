//go:build !race && !full

package blackbox

import "time"

const (
	isFull  = false
	shortly = 300 * time.Millisecond

	isolationCallers, isolationClients = 3, 50

	longListsAnswer = "3MiB"

	overloadClients, overloadPlaces = 150, 30
)
