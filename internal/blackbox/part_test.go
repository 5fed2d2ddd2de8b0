//go:build !race && !full

package blackbox

const (
	isFull = false

	isolationCallers, isolationClients = 3, 50
)
