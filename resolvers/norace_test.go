//go:build !race

package resolvers_test

const (
	withRaceDetector = false
	atOnce           = 8
)
