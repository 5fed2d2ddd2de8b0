package resolvers

import (
	"context"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/resolvers/paging"
	"onlyoffice-graphql/upstream"
)

// Tasks and history, of one opportunity and of the whole portal.

// The sort keys of activity; neither breaks ties.
const (
	tasksBy   = "deadline"
	historyBy = "created"
)

func opportunityRef(id int) upstream.EntityRef {
	return upstream.EntityRef{Type: "opportunity", ID: id}
}

// tasksOf returns the list of an opportunity's tasks.
func (r *execution) tasksOf(o *upstream.Opportunity, isClosed *bool, arguments pageArguments) (*taskList, error) {
	id, err := o.CheckedID()
	if err != nil {
		return nil, err
	}
	return r.tasksWith(upstream.TaskCriteria{Entity: opportunityRef(id), Closed: isClosed}, arguments)
}

// taskList returns the list of all tasks that meet the filter.
func (r *execution) taskList(filter *graph.TaskFilter, arguments pageArguments) (*taskList, error) {
	if err := r.caller.SignedIn(); err != nil {
		return nil, err
	}
	criteria, err := taskCriteria(filter)
	if err != nil {
		return nil, err
	}
	return r.tasksWith(criteria, arguments)
}

func (r *execution) tasksWith(criteria upstream.TaskCriteria, arguments pageArguments) (*taskList, error) {
	l, err := newList[*upstream.Task](arguments, []upstream.TaskCriteria{criteria}, "tasks", criteria)
	if err != nil {
		return nil, err
	}
	l.SortBy, l.Totals, l.Disjoint = tasksBy, criteria.Closed == nil, true // the portal mixes up totals of open and closed ones
	return shared(r, l), nil
}

// historyOf returns the list of an opportunity's events.
func (r *execution) historyOf(o *upstream.Opportunity, arguments pageArguments) (*historyList, error) {
	id, err := o.CheckedID()
	if err != nil {
		return nil, err
	}
	return r.historyWith(upstream.HistoryCriteria{Entity: opportunityRef(id)}, nil, arguments)
}

// historyList returns the list of all events that meet the filter.
func (r *execution) historyList(filter *graph.HistoryFilter, arguments pageArguments) (*historyList, error) {
	if err := r.caller.SignedIn(); err != nil {
		return nil, err
	}
	criteria, err := historyCriteria(filter)
	if err != nil {
		return nil, err
	}
	kind := graph.HistoryEntityType("")
	if filter != nil && filter.EntityType != nil {
		kind = *filter.EntityType
	}
	return r.historyWith(criteria, &kind, arguments)
}

// historyWith returns the list of events around a kind of thing, or around any of
// them; with a nil kind that of one entity. Without an entity the portal also
// returns events of things that the caller may not see, with nothing to tell what
// they are about: those are left out, so it is asked until the page is full.
func (r *execution) historyWith(criteria upstream.HistoryCriteria, kind *graph.HistoryEntityType, arguments pageArguments) (*historyList, error) {
	l, err := newList[*upstream.HistoryEvent](arguments, []upstream.HistoryCriteria{criteria}, "history", criteria, kind)
	if err != nil {
		return nil, err
	}
	l.SortBy, l.Descending = historyBy, true
	if kind != nil {
		l.tooFew = "filter: too few of the portal's events match to find them one by one; narrow the dates, or name an opportunity or contact."
		l.accepts = func(e *upstream.HistoryEvent) bool {
			switch *kind {
			case graph.HistoryEntityTypeOpportunity:
				return e.Entity != nil && e.Entity.EntityType == "opportunity"
			case graph.HistoryEntityTypeContact:
				return e.Entity == nil && e.Contact != nil || e.Entity != nil && e.Entity.EntityType == "contact"
			default:
				return e.Entity != nil || e.Contact != nil
			}
		}
	}
	return shared(r, l), nil
}

// readTaskPages reads the lists, and keeps the e-mail addresses of the contacts
// that come along; a contact without one has none.
func readTaskPages(r *execution, seat *upstream.Seat, lists []*taskList) []upstream.Result[*graph.TaskConnection] {
	pages := readLists(r, seat, lists, func(seat *upstream.Seat, queries []upstream.Query[upstream.TaskCriteria]) []upstream.Result[upstream.Page[*upstream.Task]] {
		return r.caller.ListTasks(r.ctx, seat, queries)
	})
	addresses := emails.of(r)
	return connections(pages, func(p paging.Page[*upstream.Task]) *graph.TaskConnection {
		c := &graph.TaskConnection{Nodes: p.Rows, PageInfo: pageInfo(p), TotalCount: p.Total, Edges: make([]*graph.TaskEdge, len(p.Rows))}
		for i, t := range p.Rows {
			c.Edges[i] = &graph.TaskEdge{Cursor: p.Cursors[i], Node: t}
			if t.Contact != nil && t.Contact.ID != 0 {
				addresses.prime(t.Contact.ID, t.Contact.Email)
			}
		}
		return c
	})
}

// readHistoryPages reads the lists.
func readHistoryPages(r *execution, seat *upstream.Seat, lists []*historyList) []upstream.Result[*graph.HistoryEventConnection] {
	pages := readLists(r, seat, lists, func(seat *upstream.Seat, queries []upstream.Query[upstream.HistoryCriteria]) []upstream.Result[upstream.Page[*upstream.HistoryEvent]] {
		return r.caller.ListHistory(r.ctx, seat, queries)
	})
	return connections(pages, func(p paging.Page[*upstream.HistoryEvent]) *graph.HistoryEventConnection {
		c := &graph.HistoryEventConnection{Nodes: p.Rows, PageInfo: pageInfo(p), TotalCount: p.Total, Edges: make([]*graph.HistoryEventEdge, len(p.Rows))}
		for i, e := range p.Rows {
			c.Edges[i] = &graph.HistoryEventEdge{Cursor: p.Cursors[i], Node: e}
		}
		return c
	})
}

// loadTasks returns the connection of a list, or why there is no list.
func loadTasks(ctx context.Context, l *taskList, err error) (*graph.TaskConnection, error) {
	if err != nil {
		return nil, err
	}
	return taskPages.load(ctx, l)
}

// loadHistory is the same for events.
func loadHistory(ctx context.Context, l *historyList, err error) (*graph.HistoryEventConnection, error) {
	if err != nil {
		return nil, err
	}
	return historyPages.load(ctx, l)
}

// opportunityIn returns the number of the opportunity that an entity is, or 0.
func opportunityIn(entity *upstream.EntityPointer) int {
	if entity == nil || entity.EntityType != "opportunity" {
		return 0
	}
	return entity.EntityID
}

// opportunityAbout returns the opportunity that something is about, or nil.
func opportunityAbout(ctx context.Context, entity *upstream.EntityPointer) (*upstream.Opportunity, error) {
	id := opportunityIn(entity)
	if id == 0 {
		return nil, nil
	}
	return orNull(opportunities.load(ctx, id))
}
