//go:build !race

package blackbox

const (
	slower = 1
	atOnce = "8" // the tests wait more than they work
)

var buildFlags []string
