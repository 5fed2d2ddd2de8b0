//go:build race

package resolvers_test

import "time"

const (
	// withRaceDetector makes tests of many requests leave some out: each takes ten
	// times as long.
	withRaceDetector = true
	atOnce           = 2 // tests, which the detector makes slow
	// shortly is how long tests under load go on, unless a variable says it.
	shortly = 2 * time.Second
)
