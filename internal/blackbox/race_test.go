//go:build race

package blackbox

import "time"

const (
	// slower is how many times the race detector makes the program slower and larger,
	// at least.
	slower = 10
	// atOnce is how many tests run at a time, unless -parallel says it.
	atOnce = "4"
	// shortly is how long tests under load go on, unless a variable says it.
	shortly = 3 * time.Second
)

var buildFlags = []string{"-race"}
