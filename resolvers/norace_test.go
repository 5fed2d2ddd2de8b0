//go:build !race

package resolvers_test

import "time"

const (
	withRaceDetector = false
	shortly          = 250 * time.Millisecond
)
