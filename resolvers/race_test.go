//go:build race

package resolvers_test

// withRaceDetector makes tests of many requests leave some out: each takes ten
// times as long.
const withRaceDetector = true
