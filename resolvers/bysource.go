package resolvers

import (
	"slices"
	"sync/atomic"

	"onlyoffice-graphql/resolvers/paging"
	"onlyoffice-graphql/upstream"
)

// Older portals do not know the order by id: asked for it, they load the whole
// table, and say that there is nothing when one row is hidden from the caller.
// Their lists are read by name instead, and where there are several, one source after
// the other. Pages go by offset then, and their cursors are good for that alone.

// bySourceMark is what those cursors are bound to, beside their list. Its text is part
// of cursors that clients have.
const bySourceMark = " in turn"

// startBySource returns the window that such a page begins with in one of its sources.
func (l *list[T, C]) startBySource(source int) upstream.Window {
	return upstream.Window{Start: l.After.Offset(source), Count: l.First + 1, SortBy: l.byName, Descending: l.Descending}
}

// pageBySource returns a page of the sources, one after the other. A row that is in
// two of them comes once in a page, and may come again in a later one.
func (l *list[T, C]) pageBySource(answers []upstream.Result[upstream.Page[T]]) (paging.Page[T], error) {
	var p paging.Page[T]
	c := paging.Cursor{Bound: paging.Bind(l.Bound + bySourceMark), Offsets: make([]int, len(answers))}
	total, totals := 0, len(answers) == 1 || l.Disjoint
	for i, answer := range answers {
		if answer.Err != nil {
			return paging.Page[T]{}, answer.Err
		}
		c.Offsets[i] = l.After.Offset(i)
		p.HasPrevious = p.HasPrevious || c.Offsets[i] > 0
		if n := l.Total(l.startBySource(i), answer.Value); n != nil {
			total += *n
		} else {
			totals = false
		}
	}
	seen := map[int]bool{}
	for i, answer := range answers {
		for _, row := range answer.Value.Items {
			id, err := l.ID(row)
			if err != nil {
				return paging.Page[T]{}, err
			}
			if p.HasNext = len(p.Rows) == l.First; p.HasNext {
				break
			}
			c.Offsets[i]++
			if seen[id] {
				continue
			}
			seen[id], c.LastID = true, id
			p.Rows, p.Cursors = append(p.Rows, row), append(p.Cursors, c.Encode())
		}
		if p.HasNext {
			break
		}
	}
	if totals {
		p.Total = &total
	}
	return p, nil
}

// believe returns the page that was read by id, unless the portal does not know
// that order and rows are missing because of it.
func (l *list[T, C]) believe(r *execution, p paging.Page[T], doubts []atomic.Bool, read func(*upstream.Seat, []upstream.Query[C]) []upstream.Result[upstream.Page[T]]) (paging.Page[T], error) {
	var questions, all []upstream.Query[C]
	for i, criteria := range l.criteria {
		all = append(all, upstream.Query[C]{Criteria: criteria, Window: l.startBySource(i)})
		if doubts[i].Load() {
			questions = append(questions, upstream.Query[C]{Criteria: criteria, Window: upstream.Window{Count: 1, SortBy: l.byName}})
		}
	}
	if len(questions) == 0 {
		return p, nil
	}
	trusted, err := r.caller.DoubtSortByID(r.ctx, func() (bool, error) {
		answers := read(nil, questions)
		for _, answer := range answers {
			if answer.Err != nil {
				return false, answer.Err
			}
		}
		return slices.ContainsFunc(answers, func(a upstream.Result[upstream.Page[T]]) bool { return len(a.Value.Items) > 0 }), nil
	})
	switch {
	case err != nil || trusted:
		return p, err
	case l.After != nil:
		return paging.Page[T]{}, paging.BadCursor("after", "cursor was made in an order that the portal does not keep; start again without it")
	default:
		return l.pageBySource(read(nil, all))
	}
}
