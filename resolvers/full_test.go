//go:build race || full

package resolvers_test

// A plain run, which is to be quick, leaves out the tests of much load, and of tests of many
// cases takes a part. CI runs all with the race detector, and all with the tag full.
const isFull = true
