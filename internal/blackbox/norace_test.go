//go:build !race

package blackbox

const (
	slower = 1
	atOnce = 16
)

var buildFlags []string
