//go:build race

package resolvers_test

const (
	// withRaceDetector makes tests of many requests leave some out: each takes ten
	// times as long.
	withRaceDetector = true
	atOnce           = 2 // tests, which the detector makes slow
)
