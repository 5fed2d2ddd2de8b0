//go:build !race

package blackbox

import "time"

const (
	slower = 1
	atOnce = "8" // the tests wait more than they work

	shortly = 500 * time.Millisecond
)

var buildFlags []string
