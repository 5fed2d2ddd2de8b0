package resolvers

import (
	"context"

	"onlyoffice-graphql/upstream"
)

// A list may hold rows that a page leaves out, so filling a page may take
// several calls. They ask for more rows each time, up to what the portal gives.
const (
	maxSparseCalls = 8
	maxSparseRows  = 1000
)

// pageOfSome returns a page of the rows that keep accepts. Where so few are
// accepted that the calls do not suffice, the page is shorter than it might be
// and says that there is more; its cursor goes on from there.
func pageOfSome[T any](ctx context.Context, l listing[T], source source[T], keep func(T) bool) (page[T], error) {
	offset := l.after.offset(0)
	p := page[T]{hasPrevious: offset > 0}
	c := cursor{bound: bind(l.bound)}
	count := l.first + 1
	for range maxSparseCalls {
		answer, err := source(ctx, upstream.Window{Start: offset, Count: count, SortBy: l.sortBy, Descending: l.descending})
		if err != nil {
			return page[T]{}, err
		}
		for _, row := range answer.Items {
			offset++
			if !keep(row) {
				continue
			}
			if p.hasNext = len(p.rows) == l.first; p.hasNext {
				return p, nil
			}
			if c.lastID, err = l.id(row); err != nil {
				return page[T]{}, err
			}
			c.offsets = []int{offset}
			p.rows, p.cursors = append(p.rows, row), append(p.cursors, c.encode())
		}
		if len(answer.Items) < count {
			return p, nil
		}
		count = min(2*count, maxSparseRows)
	}
	if len(p.rows) == 0 {
		return page[T]{}, badInput("filter: too few of the portal's events match to find them one by one; narrow the dates, or name an opportunity or contact.")
	}
	p.hasNext = true
	return p, nil
}
