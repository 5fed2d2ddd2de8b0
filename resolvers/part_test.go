//go:build !race && !full

package resolvers_test

// isFull says that tests of many cases take all of them, and not a selection.
const isFull = false
