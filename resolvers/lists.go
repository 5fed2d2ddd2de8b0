package resolvers

import (
	"context"
	"encoding/json"
	"strconv"
	"sync"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/upstream"
)

// defaultFirst is the page size of the schema, for a null that a client sends.
const defaultFirst = 25

// pageArguments are the arguments that every list takes.
type pageArguments struct {
	first *int
	after *string
}

// list is a part of one list as a field's arguments ask for it, merged from one
// of the portal's lists for each of the criteria. A pointer to one is the key of
// its look-up: equal arguments give the same.
type list[T numbered, C any] struct {
	listing[T]
	criteria []C
	byID     bool         // paged exactly, by ids
	accepts  func(T) bool // which rows it holds; nil for all
}

type (
	opportunityList = list[*upstream.Opportunity, upstream.OpportunityCriteria]
	contactList     = list[*upstream.ContactDetails, upstream.ContactCriteria]
	taskList        = list[*upstream.Task, upstream.TaskCriteria]
	historyList     = list[*upstream.HistoryEvent, upstream.HistoryCriteria]
)

// newListing reads the arguments. bound is whatever makes this list another one
// than those that other arguments ask for: cursors are good for it alone.
func newListing[T numbered](arguments pageArguments, bound ...any) (listing[T], error) {
	first := defaultFirst
	if arguments.first != nil {
		first = *arguments.first
	}
	if _, err := checkFirst(first); err != nil {
		return listing[T]{}, err
	}
	canonical, err := json.Marshal(bound)
	if err != nil {
		return listing[T]{}, err
	}
	l := listing[T]{first: first, bound: string(canonical), id: func(row T) (int, error) { return row.CheckedID() }}
	if arguments.after != nil {
		after, err := parseCursor("after", *arguments.after, l.bound)
		if err != nil {
			return listing[T]{}, err
		}
		l.after = &after
	}
	return l, nil
}

// shared returns the request's list that is equal to l.
func shared[T numbered, C any](r *request, l list[T, C]) *list[T, C] {
	key := strconv.Itoa(l.first) + " " + l.bound
	if l.after != nil {
		key = l.after.encode() + " " + key
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if known, ok := r.lists[key].(*list[T, C]); ok {
		return known
	}
	if r.lists == nil {
		r.lists = map[string]any{}
	}
	r.lists[key] = &l
	return &l
}

// readLists reads the pages of all the lists: what each starts with in one read,
// and more only where rows have moved or are left out.
func readLists[T numbered, C any](ctx context.Context, seat *upstream.Seat, lists []*list[T, C], read func(*upstream.Seat, []upstream.Query[C]) []upstream.Result[upstream.Page[T]]) []upstream.Result[page[T]] {
	var queries []upstream.Query[C]
	for _, l := range lists {
		for i, criteria := range l.criteria {
			queries = append(queries, upstream.Query[C]{Criteria: criteria, Window: l.start(i)})
		}
	}
	starts := read(seat, queries)
	pages := make([]upstream.Result[page[T]], len(lists))
	var readers sync.WaitGroup
	for i, l := range lists {
		sources := make([]source[T], len(l.criteria))
		for j, criteria := range l.criteria {
			sources[j] = startingWith(queries[j].Window, starts[j], func(w upstream.Window) upstream.Result[upstream.Page[T]] {
				return read(nil, []upstream.Query[C]{{Criteria: criteria, Window: w}})[0]
			})
		}
		queries, starts = queries[len(sources):], starts[len(sources):]
		if len(lists) == 1 {
			pages[i].Value, pages[i].Err = l.page(ctx, sources)
			break
		}
		readers.Go(func() {
			defer func() {
				if bug := recover(); bug != nil { // nobody else would catch it here
					pages[i].Err = Recover(ctx, bug)
				}
			}()
			pages[i].Value, pages[i].Err = l.page(ctx, sources)
		})
	}
	readers.Wait()
	return pages
}

// start returns the window that the list begins with in one of its sources.
func (l *list[T, C]) start(source int) upstream.Window {
	if l.accepts != nil {
		return upstream.Window{Start: l.after.offset(0), Count: l.first + 1, SortBy: l.sortBy, Descending: l.descending}
	}
	return l.window(l.after.offset(source), l.sortBy)
}

// page reads the list's page.
func (l *list[T, C]) page(ctx context.Context, sources []source[T]) (page[T], error) {
	switch {
	case l.byID:
		return pageByID(ctx, l.listing, sources...)
	case len(sources) == 0:
		return page[T]{}, nil
	case l.accepts != nil:
		return pageOfSome(ctx, l.listing, sources[0], l.accepts)
	default:
		return pageByOffset(ctx, l.listing, sources[0])
	}
}

// startingWith is a source whose first answer was read before.
func startingWith[T any](start upstream.Window, answer upstream.Result[upstream.Page[T]], read func(upstream.Window) upstream.Result[upstream.Page[T]]) source[T] {
	used := false
	return func(_ context.Context, w upstream.Window) (upstream.Page[T], error) {
		if used || w != start {
			answer = read(w)
		}
		used = true
		return answer.Value, answer.Err
	}
}

// connections makes the answers of pages.
func connections[T, C any](pages []upstream.Result[page[T]], connection func(p page[T]) *C) []upstream.Result[*C] {
	results := make([]upstream.Result[*C], len(pages))
	for i, p := range pages {
		if results[i].Err = p.Err; p.Err == nil {
			results[i].Value = connection(p.Value)
		}
	}
	return results
}

func (p page[T]) info() *graph.PageInfo {
	info := &graph.PageInfo{HasNextPage: p.hasNext, HasPreviousPage: p.hasPrevious}
	if len(p.cursors) > 0 {
		info.StartCursor, info.EndCursor = &p.cursors[0], &p.cursors[len(p.cursors)-1]
	}
	return info
}
