package main

import (
	"os"
	"testing"
)

// The page shows what was measured, unedited.
func TestPageIsCurrent(t *testing.T) {
	t.Parallel()
	files, err := render(".", "../performance.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s is not current; run go run ./docs/performance", name)
		}
	}
}
