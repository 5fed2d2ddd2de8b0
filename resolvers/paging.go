package resolvers

import (
	"context"
	"fmt"
	"math"
	"sync"
	"sync/atomic"

	"onlyoffice-graphql/upstream"
)

// maxFirst is how many rows a page has at most.
const maxFirst = 100

// source is one list of the portal.
type source[T any] func(ctx context.Context, w upstream.Window) (upstream.Page[T], error)

// listing is a part of a list, as a field's arguments ask for it.
type listing[T any] struct {
	first      int
	after      *cursor // nil: from the start
	bound      string  // what the cursors are bound to
	sortBy     string  // for pageByOffset; pageByID sorts by "id"
	otherwise  string  // instead of "id", where the portal does not know that key
	inTurn     bool    // the cursor is of such a page
	descending bool
	totals     bool // what the portal says of the length of these lists is true within the list
	disjoint   bool // no row is in two of the sources
	id         func(T) (int, error)
}

// page is what became of a listing.
type page[T any] struct {
	rows        []T
	cursors     []string // one for each row
	hasNext     bool
	hasPrevious bool
	total       *int // nil: not known
}

// checkFirst reads the size of a page.
func checkFirst(first int) (int, error) {
	if first < 1 || first > maxFirst {
		return 0, badInput("first: %d is not a page size; ask for 1 to %d.", first, maxFirst)
	}
	return first, nil
}

// window returns the rows that a page needs from offset on: the row before, by
// which one sees whether rows have moved, and one row more, which tells whether
// there is a next page.
func (l *listing[T]) window(offset int, sortBy string) upstream.Window {
	w := upstream.Window{Count: l.first + 1, SortBy: sortBy, Descending: l.descending}
	if offset > 0 {
		w.Start, w.Count = offset-1, w.Count+1
	}
	return w
}

// total returns how long the list is that an answer is from, or nil. Beyond its
// end the portal counts the rows that it was asked to skip.
func (l *listing[T]) total(w upstream.Window, answer upstream.Page[T]) *int {
	end := w.Start + len(answer.Items)
	switch {
	case w.Start > 0 && len(answer.Items) == 0:
		return nil
	case l.totals && answer.Total != nil && *answer.Total >= end:
		return answer.Total
	case len(answer.Items) < w.Count:
		return &end
	default:
		return nil
	}
}

// pageByOffset returns a page in an order other than by id. The portal breaks no
// ties in these orders and rows may change places in them, so the page goes on
// where the one before ended, whatever is there now: while rows are added,
// removed or changed, one may come twice or not at all.
func pageByOffset[T any](ctx context.Context, l listing[T], source source[T]) (page[T], error) {
	offset := l.after.offset(0)
	w := l.window(offset, l.sortBy)
	answer, err := source(ctx, w)
	if err != nil {
		return page[T]{}, err
	}
	p := page[T]{hasPrevious: offset > 0, total: l.total(w, answer)}
	c := cursor{bound: bind(l.bound), offsets: []int{offset}}
	for _, row := range answer.Items[min(offset-w.Start, len(answer.Items)):] {
		if p.hasNext = len(p.rows) == l.first; p.hasNext {
			break
		}
		if c.lastID, err = l.id(row); err != nil {
			return page[T]{}, err
		}
		c.offsets[0]++
		p.rows, p.cursors = append(p.rows, row), append(p.cursors, c.encode())
	}
	return p, nil
}

// pageByID returns a page in the order of ids over one source, or over up to
// maxSources merged, in which a row may occur more than once. Whatever is added
// or removed meanwhile, no row that stays in a source is left out and none
// comes twice.
func pageByID[T any](ctx context.Context, l listing[T], sources ...source[T]) (page[T], error) {
	if len(sources) > maxSources {
		return page[T]{}, fmt.Errorf("a page of %d lists", len(sources))
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	readings := make([]reading[T], len(sources))
	var further atomic.Int64
	further.Store(maxReads - 1)
	if len(sources) == 1 {
		var err error
		if readings[0], err = readSource(ctx, &l, sources[0], l.after.offset(0), &further); err != nil {
			return page[T]{}, err
		}
		return mergeReadings(&l, readings), nil
	}
	var failure error // the first; the others may only have been cancelled by it
	var once sync.Once
	var readers sync.WaitGroup
	for i, source := range sources {
		readers.Go(func() {
			var err error
			defer func() {
				if bug := recover(); bug != nil { // nobody else would catch it here
					err = Recover(ctx, bug)
				}
				if err != nil {
					once.Do(func() { failure = err })
					cancel()
				}
			}()
			readings[i], err = readSource(ctx, &l, source, l.after.offset(i), &further)
		})
	}
	readers.Wait()
	if failure != nil {
		return page[T]{}, failure
	}
	return mergeReadings(&l, readings), nil
}

// mergeReadings takes the first rows of all readings. Each has one row more than the
// page, or all that there are, so none can be missing before the page's last.
func mergeReadings[T any](l *listing[T], readings []reading[T]) page[T] {
	var p page[T]
	c := cursor{bound: bind(l.bound), offsets: make([]int, len(readings))}
	for i := range readings {
		c.offsets[i] = readings[i].passed
		p.hasPrevious = p.hasPrevious || readings[i].passed > 0
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
		if p.hasNext = len(p.rows) == l.first; p.hasNext {
			break
		}
		p.rows = append(p.rows, readings[from].rows[heads[from]])
		for i, r := range readings {
			if heads[i] < len(r.ranks) && r.ranks[heads[i]] == next {
				c.offsets[i] = r.ends[heads[i]]
				heads[i]++
			}
		}
		c.lastID = max(next, -next)
		p.cursors = append(p.cursors, c.encode())
	}
	p.total = totalOf(l, readings)
	if p.total == nil && l.after == nil && !p.hasNext {
		all := len(p.rows)
		p.total = &all
	}
	return p
}

// totalOf returns the length of all sources together, or nil.
func totalOf[T any](l *listing[T], readings []reading[T]) *int {
	total := 0
	for _, r := range readings {
		if r.total == nil || len(readings) > 1 && !l.disjoint {
			return nil
		}
		total += *r.total
	}
	return &total
}
