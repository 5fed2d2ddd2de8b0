//go:build race

package blackbox

const (
	// slower is how many times the race detector makes the program slower and larger,
	// at least.
	slower = 10
	// atOnce is how many tests run at a time.
	atOnce = 4
)

var buildFlags = []string{"-race"}
