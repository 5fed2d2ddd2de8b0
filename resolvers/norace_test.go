//go:build !race

package resolvers_test

import "time"

const (
	withRaceDetector = false
	atOnce           = 8
	shortly          = 250 * time.Millisecond
)
