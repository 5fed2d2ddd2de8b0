package resolvers

import (
	"context"
	"encoding/json"
	"strconv"
	"sync"
	"sync/atomic"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/resolvers/paging"
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
	paging.Listing[T]
	criteria []C
	byID     bool         // paged exactly, by ids
	byName   string       // the sort key in place of "id", where the portal does not know that
	bySource bool         // the cursor is of a page that has its sources one after the other
	accepts  func(T) bool // which rows it holds; nil for all
	tooFew   string       // what to do where so few are accepted that none is found
}

type (
	opportunityList = list[*upstream.Opportunity, upstream.OpportunityCriteria]
	contactList     = list[*upstream.ContactDetails, upstream.ContactCriteria]
	taskList        = list[*upstream.Task, upstream.TaskCriteria]
	historyList     = list[*upstream.HistoryEvent, upstream.HistoryCriteria]
)

// newList reads the arguments of a list that is merged from one of the portal's for
// each of the criteria. bound is what tells it from the lists that other arguments
// ask for: cursors are good for it alone.
func newList[T numbered, C any](arguments pageArguments, criteria []C, bound ...any) (list[T, C], error) {
	first := defaultFirst
	if arguments.first != nil {
		first = *arguments.first
	}
	if err := paging.CheckFirst(first); err != nil {
		return list[T, C]{}, err
	}
	canonical, err := json.Marshal(bound)
	if err != nil {
		return list[T, C]{}, err
	}
	l := list[T, C]{criteria: criteria}
	l.First, l.Bound, l.ID = first, string(canonical), func(row T) (int, error) { return row.CheckedID() }
	if arguments.after != nil {
		after, err := paging.ParseCursor("after", *arguments.after, l.Bound, l.Bound+bySourceMark)
		if err != nil {
			return list[T, C]{}, err
		}
		l.After, l.bySource = &after, after.Bound != paging.Bind(l.Bound)
	}
	return l, nil
}

// shared returns the request's list that is equal to l.
func shared[T numbered, C any](r *execution, l list[T, C]) *list[T, C] {
	key := strconv.Itoa(l.First) + " " + l.Bound
	if l.After != nil {
		key = l.After.Encode() + " " + key
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
func readLists[T numbered, C any](r *execution, seat *upstream.Seat, lists []*list[T, C], read func(*upstream.Seat, []upstream.Query[C]) []upstream.Result[upstream.Page[T]]) []upstream.Result[paging.Page[T]] {
	ctx := r.ctx
	var queries []upstream.Query[C]
	bySource := make([]bool, len(lists))
	for i, l := range lists {
		bySource[i] = l.byID && (l.bySource || l.After == nil && r.caller.CannotSortByID())
		for j, criteria := range l.criteria {
			w := l.start(j)
			if bySource[i] {
				w = l.startBySource(j)
			}
			queries = append(queries, upstream.Query[C]{Criteria: criteria, Window: w})
		}
	}
	starts := read(seat, queries)
	pages := make([]upstream.Result[paging.Page[T]], len(lists))
	var readers sync.WaitGroup
	for i, l := range lists {
		answers := starts[:len(l.criteria)]
		begin := queries[:len(l.criteria)]
		queries, starts = queries[len(l.criteria):], starts[len(l.criteria):]
		if bySource[i] {
			pages[i].Value, pages[i].Err = l.pageBySource(answers)
			continue
		}
		doubts := make([]atomic.Bool, len(l.criteria))
		sources := make([]paging.Source[T], len(l.criteria))
		for j, criteria := range l.criteria {
			sources[j] = startingWith(begin[j].Window, answers[j], &doubts[j], func(w upstream.Window) upstream.Result[upstream.Page[T]] {
				return read(nil, []upstream.Query[C]{{Criteria: criteria, Window: w}})[0]
			})
		}
		finish := func() {
			pages[i].Value, pages[i].Err = l.page(ctx, sources)
			if l.byID && pages[i].Err == nil {
				pages[i].Value, pages[i].Err = l.believe(r, pages[i].Value, doubts, read)
				if l.After != nil && !r.caller.CanSortByID() {
					pages[i].Value.Total = nil
				}
			}
		}
		if len(lists) == 1 {
			finish()
			break
		}
		readers.Go(func() {
			defer func() {
				if bug := recover(); bug != nil { // a panic of this goroutine would end the program
					pages[i].Err = Recover(ctx, bug)
				}
			}()
			finish()
		})
	}
	readers.Wait()
	return pages
}

// start returns the window that the list begins with in one of its sources.
func (l *list[T, C]) start(source int) upstream.Window {
	if l.accepts != nil {
		return upstream.Window{Start: l.After.Offset(0), Count: l.First + 1, SortBy: l.SortBy, Descending: l.Descending}
	}
	return l.Window(l.After.Offset(source), l.SortBy)
}

// page reads the list's page.
func (l *list[T, C]) page(ctx context.Context, sources []paging.Source[T]) (paging.Page[T], error) {
	switch {
	case len(sources) == 0:
		return paging.Page[T]{Total: new(int)}, nil
	case l.byID:
		return paging.ByID(ctx, l.Listing, sources...)
	case l.accepts != nil:
		return paging.OfSome(ctx, l.Listing, sources[0], l.accepts, l.tooFew)
	default:
		return paging.ByOffset(ctx, l.Listing, sources[0])
	}
}

// startingWith is a source whose first answer was read before. It notes in empty
// when the list is said to have no rows at all.
func startingWith[T any](start upstream.Window, answer upstream.Result[upstream.Page[T]], empty *atomic.Bool, read func(upstream.Window) upstream.Result[upstream.Page[T]]) paging.Source[T] {
	used := false
	return func(_ context.Context, w upstream.Window) (upstream.Page[T], error) {
		if used || w != start {
			answer = read(w)
		}
		used = true
		if w.Start == 0 && answer.Err == nil && len(answer.Value.Items) == 0 {
			empty.Store(true)
		}
		return answer.Value, answer.Err
	}
}

// connections makes the answers of pages.
func connections[T, C any](pages []upstream.Result[paging.Page[T]], connection func(p paging.Page[T]) *C) []upstream.Result[*C] {
	results := make([]upstream.Result[*C], len(pages))
	for i, p := range pages {
		if results[i].Err = p.Err; p.Err == nil {
			results[i].Value = connection(p.Value)
		}
	}
	return results
}

func pageInfo[T any](p paging.Page[T]) *graph.PageInfo {
	info := &graph.PageInfo{HasNextPage: p.HasNext, HasPreviousPage: p.HasPrevious}
	if len(p.Cursors) > 0 {
		info.StartCursor, info.EndCursor = &p.Cursors[0], &p.Cursors[len(p.Cursors)-1]
	}
	return info
}
