package paging

import (
	"errors"
	"testing"
)

// TestTooFewOfSome reads lists that hold nothing of what is kept: one that ends has an
// empty page, and one that goes on and on is given up, with what its field says to that.
func TestTooFewOfSome(t *testing.T) {
	t.Parallel()
	none := func(int) bool { return false }
	for rows, want := range map[int]string{100: "", 10_000: "name one"} {
		list := &fakeList{ids: evenly(1, rows, 1)}
		p, err := OfSome(t.Context(), listingOf(3, false), list.source(everyID), none, "name one")
		var argument *ArgumentError
		switch {
		case want == "":
			if err != nil || len(p.Rows) != 0 || p.HasNext {
				t.Errorf("%d rows: %+v, %v", rows, p, err)
			}
		case !errors.As(err, &argument) || argument.Text != want:
			t.Errorf("%d rows: %+v, %v", rows, p, err)
		}
	}
}
