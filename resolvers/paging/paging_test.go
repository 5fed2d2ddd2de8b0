package paging

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/upstream"
)

// fakeList is a list of a portal whose rows are nothing but their ids.
type fakeList struct {
	mu      sync.Mutex
	ids     []int    // ascending
	moves   func()   // before each call
	windows []string // that were asked for, such as "4+7"
}

func (l *fakeList) source(keep func(id int) bool) Source[int] {
	return func(_ context.Context, w upstream.Window) (upstream.Page[int], error) {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.moves != nil {
			l.moves()
		}
		l.windows = append(l.windows, fmt.Sprintf("%d+%d", w.Start, w.Count))
		rows := slices.DeleteFunc(slices.Clone(l.ids), func(id int) bool { return !keep(id) })
		if w.Descending {
			slices.Reverse(rows)
		}
		total := max(len(rows), w.Start) // the portal's rule: wrong beyond the end
		return upstream.Page[int]{Items: rows[min(w.Start, len(rows)):min(w.Start+w.Count, len(rows))], Total: &total}, nil
	}
}

func everyID(int) bool { return true }

// evenly returns the ids from one to another in steps.
func evenly(from, to, step int) (ids []int) {
	for id := from; id <= to; id += step {
		ids = append(ids, id)
	}
	return ids
}

func listingOf(first int, descending bool) Listing[int] {
	return Listing[int]{
		First: first, Bound: "list", Descending: descending, Totals: true, Disjoint: true,
		ID: func(id int) (int, error) { return id, nil },
	}
}

// shown is a page as these tests compare it.
type shown struct {
	Rows           []int
	Next, Previous bool
	Total          int // -1: not known
	Windows        []string
}

func (l *fakeList) shown(p Page[int]) shown {
	s := shown{p.Rows, p.HasNext, p.HasPrevious, -1, l.windows}
	if p.Total != nil {
		s.Total = *p.Total
	}
	l.windows = nil
	return s
}

func mustPage(t *testing.T, l Listing[int], sources ...Source[int]) Page[int] {
	t.Helper()
	p, err := ByID(t.Context(), l, sources...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func mustParse(t *testing.T, text string) *Cursor {
	t.Helper()
	c, err := ParseCursor("after", text, "list")
	if err != nil {
		t.Fatal(err)
	}
	return &c
}

func TestPageByIDAsksForOneWindow(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		ids        []int
		descending bool
		want       []shown
	}{
		"empty":     {nil, false, []shown{{nil, false, false, 0, []string{"0+4"}}}},
		"one page":  {evenly(1, 3, 1), false, []shown{{[]int{1, 2, 3}, false, false, 3, []string{"0+4"}}}},
		"ascending": {evenly(1, 7, 1), false, []shown{{[]int{1, 2, 3}, true, false, 7, []string{"0+4"}}, {[]int{4, 5, 6}, true, true, 7, []string{"2+5"}}, {[]int{7}, false, true, 7, []string{"5+5"}}}},
		"descending": {evenly(1, 7, 1), true, []shown{
			{[]int{7, 6, 5}, true, false, 7, []string{"0+4"}},
			{[]int{4, 3, 2}, true, true, 7, []string{"2+5"}},
			{[]int{1}, false, true, 7, []string{"5+5"}},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list := &fakeList{ids: test.ids}
			l := listingOf(3, test.descending)
			for i, want := range test.want {
				p := mustPage(t, l, list.source(everyID))
				if diff := cmp.Diff(want, list.shown(p)); diff != "" {
					t.Errorf("page %d: %s", i+1, diff)
				}
				if len(p.Cursors) > 0 {
					l.After = mustParse(t, p.Cursors[len(p.Cursors)-1])
				}
			}
		})
	}
}

// The first page holds the ids 10 to 50 in tens, or 100 to 60; then rows move.
func TestPageByIDFindsItsPlaceAgain(t *testing.T) {
	t.Parallel()
	tens := evenly(10, 100, 10)
	without := func(ids ...int) []int {
		return slices.DeleteFunc(slices.Clone(tens), func(id int) bool { return slices.Contains(ids, id) })
	}
	with := func(ids ...int) []int { return slices.Sorted(slices.Values(append(ids, tens...))) }
	for name, test := range map[string]struct {
		descending bool
		moved      []int
		want       shown
	}{
		"last row removed":             {false, without(50), shown{[]int{60, 70, 80, 90, 100}, false, true, 9, []string{"4+7", "0+11"}}},
		"rows before removed":          {false, without(10, 20), shown{[]int{60, 70, 80, 90, 100}, false, true, 8, []string{"4+7", "0+11"}}},
		"all before removed":           {false, without(10, 20, 30, 40, 50), shown{[]int{60, 70, 80, 90, 100}, false, false, 5, []string{"4+7", "0+11"}}},
		"only rows before are left":    {false, []int{10, 20, 30}, shown{nil, false, true, 3, []string{"4+7", "0+11"}}},
		"nothing left":                 {false, nil, shown{nil, false, false, 0, []string{"4+7", "0+11"}}},
		"next row removed":             {false, without(60), shown{[]int{70, 80, 90, 100}, false, true, 9, []string{"4+7"}}},
		"row added before":             {false, with(11), shown{[]int{60, 70, 80, 90, 100}, false, true, 11, []string{"4+7", "10+2"}}},
		"two rows added before":        {false, with(11, 12, 101), shown{[]int{60, 70, 80, 90, 100}, true, true, 13, []string{"4+7", "10+3"}}},
		"a window added before":        {false, with(11, 12, 13, 14, 15, 16, 17), shown{[]int{60, 70, 80, 90, 100}, false, true, 17, []string{"4+7", "10+14"}}},
		"row added behind":             {false, with(51, 101), shown{[]int{51, 60, 70, 80, 90}, true, true, 12, []string{"4+7"}}},
		"descending, new rows":         {true, with(101, 102, 103), shown{[]int{50, 40, 30, 20, 10}, false, true, 13, []string{"4+7", "10+4"}}},
		"descending, rows removed":     {true, without(70, 90), shown{[]int{50, 40, 30, 20, 10}, false, true, 8, []string{"4+7", "0+11"}}},
		"descending, rows swapped":     {true, append(without(100), 101), shown{[]int{50, 40, 30, 20, 10}, false, true, 10, []string{"4+7"}}},
		"descending, last row swapped": {true, with(101)[1:], shown{[]int{50, 40, 30, 20}, false, true, 10, []string{"4+7"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list := &fakeList{ids: tens}
			l := listingOf(5, test.descending)
			p := mustPage(t, l, list.source(everyID))
			list.ids, list.windows = test.moved, nil
			l.After = mustParse(t, p.Cursors[4])
			if diff := cmp.Diff(test.want, list.shown(mustPage(t, l, list.source(everyID)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A cursor of long ago, or a made-up one, costs few calls.
func TestPageByIDFindsFarPlaces(t *testing.T) {
	t.Parallel()
	for _, spread := range []int{1, 7, 1000} { // ids between two rows
		for off, calls := range map[int]int{0: 1, 1: 2, 20: 2, 400: 4, 3_000: 10, 20_000: 14} {
			for _, offset := range []int{30_000 - off, 30_000 + off} {
				list := &fakeList{ids: evenly(spread, 60_000*spread, spread)}
				l := listingOf(25, false)
				l.After = &Cursor{LastID: 30_000 * spread, Offsets: []int{offset}}
				got := list.shown(mustPage(t, l, list.source(everyID)))
				if got.Rows[0] != 30_001*spread || len(got.Rows) != 25 || len(got.Windows) > calls {
					t.Errorf("%d between, offset %d: rows from %d on, calls %v", spread, offset, got.Rows[0], got.Windows)
				}
			}
		}
	}
}

func TestPageByIDMerges(t *testing.T) {
	t.Parallel()
	list := &fakeList{ids: evenly(1, 12, 1)}
	twos := list.source(func(id int) bool { return id%2 == 0 })
	threes := list.source(func(id int) bool { return id%3 == 0 })
	ends := list.source(func(id int) bool { return id == 1 || id == 12 })
	for descending, pages := range map[bool][]shown{
		false: {
			{[]int{1, 2, 3}, true, false, -1, []string{"0+4", "0+4", "0+4"}},
			{[]int{4, 6, 8}, true, true, -1, []string{"0+5", "0+5", "0+5"}},
			{[]int{9, 10, 12}, false, true, -1, []string{"0+5", "1+5", "3+5"}},
		},
		true: {
			{[]int{12, 10, 9}, true, false, -1, []string{"0+4", "0+4", "0+4"}},
			{[]int{8, 6, 4}, true, true, -1, []string{"0+5", "1+5", "1+5"}},
			{[]int{3, 2, 1}, false, true, -1, []string{"0+5", "2+5", "4+5"}},
		},
	} {
		l := listingOf(3, descending)
		l.Disjoint = false
		for i, want := range pages {
			p := mustPage(t, l, twos, threes, ends)
			slices.Sort(list.windows) // they were asked for at once
			if diff := cmp.Diff(want, list.shown(p)); diff != "" {
				t.Errorf("descending %t, page %d: %s", descending, i+1, diff)
			}
			l.After = mustParse(t, p.Cursors[len(p.Cursors)-1])
		}
	}
}

func TestPageByIDTotals(t *testing.T) {
	t.Parallel()
	list := &fakeList{ids: evenly(1, 40, 1)}
	odd, even, tens := list.source(func(id int) bool { return id%2 == 1 }), list.source(func(id int) bool { return id%2 == 0 }), list.source(func(id int) bool { return id%10 == 0 })
	for name, test := range map[string]struct {
		totals, disjoint bool
		sources          []Source[int]
		want             int
	}{
		"of one list":                       {true, false, []Source[int]{even}, 20},
		"of lists that share no row":        {true, true, []Source[int]{odd, even}, 40},
		"of lists that may":                 {true, false, []Source[int]{tens, even}, -1},
		"of lists that may, on one page":    {true, false, []Source[int]{tens, tens}, 4},
		"where the portal's are not true":   {false, true, []Source[int]{odd, even}, -1},
		"not true, but the end is in sight": {false, true, []Source[int]{tens}, 4},
		"of no list":                        {true, true, nil, 0},
	} {
		l := listingOf(5, false)
		l.Totals, l.Disjoint = test.totals, test.disjoint
		if got := list.shown(mustPage(t, l, test.sources...)).Total; got != test.want {
			t.Errorf("%s: %d, want %d", name, got, test.want)
		}
	}
}

// A short answer is the end, unless its total counts further rows and rows come.
func TestPageByIDBelievesAShortAnswer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		most, claims int // rows of an answer, its total
		totals       bool
		want         shown
	}{
		"the end":           {6, 6, true, shown{[]int{1, 2, 3, 4, 5, 6}, false, false, 6, []string{"0+10"}}},
		"cut short":         {4, 6, true, shown{[]int{1, 2, 3, 4, 5, 6}, false, false, 6, []string{"0+10", "3+7"}}},
		"too great a total": {6, 9, true, shown{[]int{1, 2, 3, 4, 5, 6}, false, false, 6, []string{"0+10", "5+5"}}},
		"a useless total":   {6, 9, false, shown{[]int{1, 2, 3, 4, 5, 6}, false, false, 6, []string{"0+10"}}},
	} {
		list := &fakeList{ids: evenly(1, 6, 1)}
		whole := list.source(everyID)
		l := listingOf(9, false)
		l.Totals = test.totals
		got := list.shown(mustPage(t, l, func(ctx context.Context, w upstream.Window) (upstream.Page[int], error) {
			answer, err := whole(ctx, w)
			return upstream.Page[int]{Items: answer.Items[:min(test.most, len(answer.Items))], Total: &test.claims}, err
		}))
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestCheckFirst(t *testing.T) {
	t.Parallel()
	for _, first := range []int{1, 25, 100} {
		if err := CheckFirst(first); err != nil {
			t.Errorf("%d: %v", first, err)
		}
	}
	for _, first := range []int{-1, 0, 101, 1000} {
		var argument *ArgumentError
		if err := CheckFirst(first); !errors.As(err, &argument) || argument.IsCursor || !strings.HasPrefix(argument.Text, "first: ") {
			t.Errorf("%d: %v", first, err)
		}
	}
}
