//go:build !race

package blackbox

const slower = 1

var buildFlags []string
