//go:build race

package blackbox

// slower is how many times the race detector makes the program slower and larger,
// at least.
const slower = 10

var buildFlags = []string{"-race"}
