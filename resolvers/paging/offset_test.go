package paging

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/upstream"
)

func TestPageByOffset(t *testing.T) {
	t.Parallel()
	list := &fakeList{ids: evenly(1, 7, 1)}
	l := listingOf(3, false)
	l.SortBy = "title"
	for i, test := range []struct {
		removed int // before the page
		want    shown
	}{
		{0, shown{[]int{1, 2, 3}, true, false, 7, []string{"0+4"}}},
		{2, shown{[]int{5, 6, 7}, false, true, 6, []string{"2+5"}}}, // 4 has moved before the cursor
		{0, shown{nil, false, true, 6, []string{"5+5"}}},
		{1, shown{nil, false, true, 5, []string{"5+5"}}},
	} {
		list.ids = slices.DeleteFunc(list.ids, func(id int) bool { return id == test.removed })
		p, err := ByOffset(t.Context(), l, func(ctx context.Context, w upstream.Window) (upstream.Page[int], error) {
			if w.SortBy != "title" {
				t.Errorf("sorted by %q", w.SortBy)
			}
			return list.source(everyID)(ctx, w)
		})
		if err != nil {
			t.Fatal(err)
		}
		if i == 3 {
			test.want.Total = -1 // beyond the end, the portal's total is the number of rows it skipped
		}
		if diff := cmp.Diff(test.want, list.shown(p)); diff != "" {
			t.Errorf("page %d: %s", i+1, diff)
		}
		if len(p.Cursors) > 0 {
			l.After = mustParse(t, p.Cursors[len(p.Cursors)-1])
		}
	}
}

func TestPageFailsAsAWhole(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	list := &fakeList{ids: evenly(1, 9, 1)}
	good := list.source(everyID)
	waits := func(ctx context.Context, _ upstream.Window) (upstream.Page[int], error) {
		<-ctx.Done()
		return upstream.Page[int]{}, ctx.Err()
	}
	answers := func(rows ...int) Source[int] {
		return func(context.Context, upstream.Window) (upstream.Page[int], error) {
			return upstream.Page[int]{Items: rows}, nil
		}
	}
	fails := func(context.Context, upstream.Window) (upstream.Page[int], error) {
		return upstream.Page[int]{}, broken
	}
	for name, test := range map[string]struct {
		sources []Source[int]
		is      func(error) bool
	}{
		"first error":    {[]Source[int]{waits, good, fails, waits}, func(err error) bool { return errors.Is(err, broken) }},
		"not in order":   {[]Source[int]{answers(1, 3, 2)}, func(err error) bool { return upstream.KindOf(err) == upstream.KindBadAnswer }},
		"row without id": {[]Source[int]{answers(0)}, func(err error) bool { return errors.Is(err, broken) }},
	} {
		l := listingOf(3, false)
		l.ID = func(id int) (int, error) {
			if id == 0 {
				return 0, broken
			}
			return id, nil
		}
		if p, err := ByID(t.Context(), l, test.sources...); !test.is(err) || len(p.Rows) > 0 {
			t.Errorf("%s: %v, %v", name, p, err)
		}
	}
}

// A bug in one of several readers comes up where the page was asked for.
func TestBugInAReader(t *testing.T) {
	t.Parallel()
	defer func() {
		if bug := recover(); bug == nil || !strings.Contains(bug.(string), "a bug") {
			t.Errorf("it panicked with %v", bug)
		}
	}()
	good := (&fakeList{ids: evenly(1, 9, 1)}).source(everyID)
	p, err := ByID(t.Context(), listingOf(3, false), good, func(context.Context, upstream.Window) (upstream.Page[int], error) { panic("a bug") })
	t.Errorf("got %v, %v", p, err)
}
