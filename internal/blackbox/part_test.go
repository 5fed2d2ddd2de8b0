//go:build !race && !full

package blackbox

import "time"

const (
	isFull  = false
	shortly = 300 * time.Millisecond

	isolationCallers, isolationClients = 5, 80

	longListsAnswer = "8MiB"

	overloadClients, overloadPlaces = 150, 30
)
