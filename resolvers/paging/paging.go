// Package paging reads pages of the portal's lists that stay in place while rows come and
// go, and makes their cursors.
package paging

import (
	"context"
	"fmt"
	"math"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"onlyoffice-graphql/upstream"
)

// maxFirst is how many rows a page has at most.
const maxFirst = 100

// Source is one list of the portal.
type Source[T any] func(ctx context.Context, w upstream.Window) (upstream.Page[T], error)

// Listing is a part of a list, as a field's arguments ask for it.
type Listing[T any] struct {
	First      int
	After      *Cursor // nil: from the start
	Bound      string  // what the cursors are bound to
	SortBy     string  // for ByOffset; ByID sorts by "id"
	Descending bool
	Totals     bool // what the portal says of the length of these lists is true within the list
	Disjoint   bool // no row is in two of the sources
	ID         func(T) (int, error)
}

// Page is what became of a listing.
type Page[T any] struct {
	Rows        []T
	Cursors     []string // one for each row
	HasNext     bool
	HasPrevious bool
	Total       *int // nil: not known
}

// ArgumentError is an argument of a list that cannot be used. Its text is for the
// caller, and starts with the argument's name.
type ArgumentError struct {
	IsCursor bool
	Text     string
}

// Error returns the text.
func (e *ArgumentError) Error() string { return e.Text }

// BadCursor is the error of a cursor: what this one is.
func BadCursor(argument, why string) error {
	return &ArgumentError{IsCursor: true, Text: argument + ": this " + why + "."}
}

// CheckFirst reports what is wrong with the size of a page.
func CheckFirst(first int) error {
	if first < 1 || first > maxFirst {
		return &ArgumentError{Text: fmt.Sprintf("first: %d is not a page size; ask for 1 to %d.", first, maxFirst)}
	}
	return nil
}

// Window returns the rows that a page needs from offset on: the row before, by
// which one sees whether rows have moved, and one row more, which tells whether
// there is a next page.
func (l *Listing[T]) Window(offset int, sortBy string) upstream.Window {
	w := upstream.Window{Count: l.First + 1, SortBy: sortBy, Descending: l.Descending}
	if offset > 0 {
		w.Start, w.Count = offset-1, w.Count+1
	}
	return w
}

// Total returns how long the list is that an answer is from, or nil. Beyond its
// end the portal counts the rows that it was asked to skip.
func (l *Listing[T]) Total(w upstream.Window, answer upstream.Page[T]) *int {
	end := w.Start + len(answer.Items)
	switch {
	case w.Start > 0 && len(answer.Items) == 0:
		return nil
	case l.Totals && answer.Total != nil && *answer.Total >= end:
		return answer.Total
	case len(answer.Items) < w.Count:
		return &end
	default:
		return nil
	}
}

// ByOffset returns a page in an order other than by id. The portal breaks no
// ties in these orders and rows may change places in them, so the page goes on
// at the offset where the one before ended: while rows are added,
// removed or changed, one may come twice or not at all.
func ByOffset[T any](ctx context.Context, l Listing[T], source Source[T]) (Page[T], error) {
	offset := l.After.Offset(0)
	w := l.Window(offset, l.SortBy)
	answer, err := source(ctx, w)
	if err != nil {
		return Page[T]{}, err
	}
	p := Page[T]{HasPrevious: offset > 0, Total: l.Total(w, answer)}
	c := Cursor{Bound: Bind(l.Bound), Offsets: []int{offset}}
	for _, row := range answer.Items[min(offset-w.Start, len(answer.Items)):] {
		if p.HasNext = len(p.Rows) == l.First; p.HasNext {
			break
		}
		if c.LastID, err = l.ID(row); err != nil {
			return Page[T]{}, err
		}
		c.Offsets[0]++
		p.Rows, p.Cursors = append(p.Rows, row), append(p.Cursors, c.Encode())
	}
	return p, nil
}

// ByID returns a page in the order of ids over one source, or over several merged, in
// which a row may occur more than once. While rows are added or removed, no row that
// stays in a source is left out and none comes twice.
func ByID[T any](ctx context.Context, l Listing[T], sources ...Source[T]) (Page[T], error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	readings := make([]reading[T], len(sources))
	var further atomic.Int64
	further.Store(maxReads - 1)
	if len(sources) == 1 {
		var err error
		if readings[0], err = readSource(ctx, &l, sources[0], l.After.Offset(0), &further); err != nil {
			return Page[T]{}, err
		}
		return mergeReadings(&l, readings), nil
	}
	var failure error // the first; the others may only have been cancelled by it
	var once sync.Once
	var bug atomic.Value // of a reader, with its stack
	var readers sync.WaitGroup
	for i, source := range sources {
		readers.Go(func() {
			var err error
			defer func() {
				if v := recover(); v != nil { // which would end the program here
					bug.Store(fmt.Sprintf("%v\n%s", v, debug.Stack()))
					err = context.Canceled
				}
				if err != nil {
					once.Do(func() { failure = err })
					cancel()
				}
			}()
			readings[i], err = readSource(ctx, &l, source, l.After.Offset(i), &further)
		})
	}
	readers.Wait()
	if v := bug.Load(); v != nil {
		panic(v) // where the caller can catch it
	}
	if failure != nil {
		return Page[T]{}, failure
	}
	return mergeReadings(&l, readings), nil
}

// mergeReadings takes the first rows of all readings. Each has one row more than the
// page, or all that there are, so none can be missing before the page's last.
func mergeReadings[T any](l *Listing[T], readings []reading[T]) Page[T] {
	var p Page[T]
	c := Cursor{Bound: Bind(l.Bound), Offsets: make([]int, len(readings))}
	for i := range readings {
		c.Offsets[i] = readings[i].passed
		p.HasPrevious = p.HasPrevious || readings[i].passed > 0
	}
	heads := make([]int, len(readings))
	for {
		next, from := math.MaxInt, 0
		for i, r := range readings {
			if heads[i] < len(r.ranks) && r.ranks[heads[i]] < next {
				next, from = r.ranks[heads[i]], i
			}
		}
		if next == math.MaxInt {
			break
		}
		if p.HasNext = len(p.Rows) == l.First; p.HasNext {
			break
		}
		p.Rows = append(p.Rows, readings[from].rows[heads[from]])
		for i, r := range readings {
			if heads[i] < len(r.ranks) && r.ranks[heads[i]] == next {
				c.Offsets[i] = r.ends[heads[i]]
				heads[i]++
			}
		}
		c.LastID = max(next, -next)
		p.Cursors = append(p.Cursors, c.Encode())
	}
	p.Total = totalOf(l, readings)
	if p.Total == nil && l.After == nil && !p.HasNext {
		all := len(p.Rows)
		p.Total = &all
	}
	return p
}

// totalOf returns the length of all sources together, or nil.
func totalOf[T any](l *Listing[T], readings []reading[T]) *int {
	total := 0
	for _, r := range readings {
		if r.total == nil || len(readings) > 1 && !l.Disjoint {
			return nil
		}
		total += *r.total
	}
	return &total
}
