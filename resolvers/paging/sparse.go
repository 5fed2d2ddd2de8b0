package paging

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

// OfSome returns a page of the rows that keep accepts. Where so few are
// accepted that the calls do not suffice, the page is shorter than it might be
// and says that there is more; its cursor goes on from there. Where none was found by then,
// tooFew is the text of an ArgumentError.
func OfSome[T any](ctx context.Context, l Listing[T], source Source[T], keep func(T) bool, tooFew string) (Page[T], error) {
	offset := l.After.Offset(0)
	p := Page[T]{HasPrevious: offset > 0}
	c := Cursor{Bound: Bind(l.Bound)}
	count := l.First + 1
	for range maxSparseCalls {
		answer, err := source(ctx, upstream.Window{Start: offset, Count: count, SortBy: l.SortBy, Descending: l.Descending})
		if err != nil {
			return Page[T]{}, err
		}
		for _, row := range answer.Items {
			offset++
			if !keep(row) {
				continue
			}
			if p.HasNext = len(p.Rows) == l.First; p.HasNext {
				return p, nil
			}
			if c.LastID, err = l.ID(row); err != nil {
				return Page[T]{}, err
			}
			c.Offsets = []int{offset}
			p.Rows, p.Cursors = append(p.Rows, row), append(p.Cursors, c.Encode())
		}
		if len(answer.Items) < count {
			return p, nil
		}
		count = min(2*count, maxSparseRows)
	}
	if len(p.Rows) == 0 {
		return Page[T]{}, &ArgumentError{Text: tooFew}
	}
	p.HasNext = true
	return p, nil
}
