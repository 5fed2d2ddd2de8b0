package resolvers

import (
	"context"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/upstream"
)

// Tasks and history, of one opportunity and of the whole portal. A page around
// an opportunity is a key of a look-up, so that the same page of many
// opportunities goes out in one batch.

// The sort keys of activity; neither breaks ties.
const (
	tasksBy   = "deadline"
	historyBy = "created"
)

// tasksKey is a page of the tasks of an opportunity.
type tasksKey struct {
	opportunity int
	closed      byte // 'c' for closed ones, 'o' for open ones, 0 for both
	window      upstream.Window
}

// historyKey is a page of the history of an opportunity.
type historyKey struct {
	opportunity int
	window      upstream.Window
}

// askTasks asks for each page of tasks.
func askTasks(caller *upstream.Caller, ctx context.Context, keys []tasksKey) []upstream.Result[upstream.Page[*upstream.Task]] {
	queries := make([]upstream.TaskQuery, len(keys))
	for i, key := range keys {
		queries[i] = upstream.TaskQuery{Criteria: upstream.TaskCriteria{Entity: opportunityRef(key.opportunity)}, Window: key.window}
		if key.closed != 0 {
			closed := key.closed == 'c'
			queries[i].Criteria.Closed = &closed
		}
	}
	return caller.ListTasks(ctx, queries)
}

// askHistory asks for each page of events.
func askHistory(caller *upstream.Caller, ctx context.Context, keys []historyKey) []upstream.Result[upstream.Page[*upstream.HistoryEvent]] {
	queries := make([]upstream.HistoryQuery, len(keys))
	for i, key := range keys {
		queries[i] = upstream.HistoryQuery{Criteria: upstream.HistoryCriteria{Entity: opportunityRef(key.opportunity)}, Window: key.window}
	}
	return caller.ListHistory(ctx, queries)
}

func opportunityRef(id int) upstream.EntityRef {
	return upstream.EntityRef{Type: "opportunity", ID: id}
}

func closedByte(isClosed *bool) byte {
	switch {
	case isClosed == nil:
		return 0
	case *isClosed:
		return 'c'
	default:
		return 'o'
	}
}

func tasksListing(opportunity int, isClosed *bool, arguments pageArguments) (listing[*upstream.Task], error) {
	l, err := newListing[*upstream.Task](arguments, "tasks of", opportunity, closedByte(isClosed))
	l.sortBy, l.totals, l.disjoint = tasksBy, isClosed == nil, true // the portal mixes up totals of open and closed ones
	return l, err
}

func historyListing(opportunity int, arguments pageArguments) (listing[*upstream.HistoryEvent], error) {
	l, err := newListing[*upstream.HistoryEvent](arguments, "history of", opportunity)
	l.sortBy, l.descending = historyBy, true
	return l, err
}

// firstTasks returns the key of the page that a tasks field with these
// arguments starts with; none when it will refuse them.
func firstTasks(opportunity int, arguments map[string]any) []tasksKey {
	isClosed, _ := arguments["isClosed"].(bool)
	var closed *bool
	if arguments["isClosed"] != nil {
		closed = &isClosed
	}
	l, err := tasksListing(opportunity, closed, plannedPage(arguments))
	if err != nil {
		return nil
	}
	return []tasksKey{{opportunity, closedByte(closed), l.window(l.after.offset(0), l.sortBy)}}
}

// firstHistory is the same for a history field.
func firstHistory(opportunity int, arguments map[string]any) []historyKey {
	l, err := historyListing(opportunity, plannedPage(arguments))
	if err != nil {
		return nil
	}
	return []historyKey{{opportunity, l.window(l.after.offset(0), l.sortBy)}}
}

func (r *request) tasksOfOpportunity(ctx context.Context, id int, isClosed *bool, arguments pageArguments) (*graph.TaskConnection, error) {
	l, err := tasksListing(id, isClosed, arguments)
	if err != nil {
		return nil, err
	}
	p, err := pageByOffset(ctx, l, func(ctx context.Context, w upstream.Window) (upstream.Page[*upstream.Task], error) {
		return r.tasks.load(ctx, tasksKey{id, closedByte(isClosed), w})
	})
	return r.taskConnection(ctx, p, err)
}

func (r *request) historyOfOpportunity(ctx context.Context, id int, arguments pageArguments) (*graph.HistoryEventConnection, error) {
	l, err := historyListing(id, arguments)
	if err != nil {
		return nil, err
	}
	p, err := pageByOffset(ctx, l, func(ctx context.Context, w upstream.Window) (upstream.Page[*upstream.HistoryEvent], error) {
		return r.history.load(ctx, historyKey{id, w})
	})
	return r.historyConnection(ctx, p, err)
}

// listTasks returns a page of all tasks that meet the filter.
func (r *request) listTasks(ctx context.Context, filter *graph.TaskFilter, arguments pageArguments) (*graph.TaskConnection, error) {
	criteria, err := taskCriteria(filter)
	if err != nil {
		return nil, err
	}
	l, err := newListing[*upstream.Task](arguments, "tasks", criteria)
	if err != nil {
		return nil, err
	}
	l.sortBy, l.totals, l.disjoint = tasksBy, criteria.Closed == nil, true
	r.report.used(ctx, "crm/task/filter", "", false)
	p, err := pageByOffset(ctx, l, func(ctx context.Context, w upstream.Window) (upstream.Page[*upstream.Task], error) {
		page := r.caller.ListTasks(ctx, []upstream.TaskQuery{{Criteria: criteria, Window: w}})[0]
		return page.Value, page.Err
	})
	return r.taskConnection(ctx, p, err)
}

// listHistory returns a page of all events that meet the filter. Without an
// entity the portal also returns events of things that the caller may not see,
// with nothing to tell what they are about: those are left out, so it is asked
// until the page is full.
func (r *request) listHistory(ctx context.Context, filter *graph.HistoryFilter, arguments pageArguments) (*graph.HistoryEventConnection, error) {
	criteria, err := historyCriteria(filter)
	if err != nil {
		return nil, err
	}
	var kind graph.HistoryEntityType
	if filter != nil && filter.EntityType != nil {
		kind = *filter.EntityType
	}
	l, err := newListing[*upstream.HistoryEvent](arguments, "history", criteria, kind)
	if err != nil {
		return nil, err
	}
	l.sortBy, l.descending = historyBy, true
	r.report.used(ctx, "crm/history/filter", "", false)
	source := func(ctx context.Context, w upstream.Window) (upstream.Page[*upstream.HistoryEvent], error) {
		page := r.caller.ListHistory(ctx, []upstream.HistoryQuery{{Criteria: criteria, Window: w}})[0]
		return page.Value, page.Err
	}
	p, err := pageOfSome(ctx, l, source, func(e *upstream.HistoryEvent) bool {
		switch kind {
		case graph.HistoryEntityTypeOpportunity:
			return e.Entity != nil && e.Entity.EntityType == "opportunity"
		case graph.HistoryEntityTypeContact:
			return e.Entity == nil && e.Contact != nil || e.Entity != nil && e.Entity.EntityType == "contact"
		default:
			return e.Entity != nil || e.Contact != nil
		}
	})
	return r.historyConnection(ctx, p, err)
}

// opportunityIn returns the number of the opportunity that an entity is, or 0.
func opportunityIn(entity *upstream.EntityPointer) int {
	if entity == nil || entity.EntityType != "opportunity" {
		return 0
	}
	return entity.EntityID
}

// opportunityOf returns the opportunity that something is about, or nil.
func (r *request) opportunityOf(ctx context.Context, entity *upstream.EntityPointer) (*upstream.Opportunity, error) {
	id := opportunityIn(entity)
	if id == 0 {
		return nil, nil
	}
	return orNull(r.opportunities.load(ctx, id))
}

// taskConnection makes the answer of a page, and announces what is asked of its tasks.
func (r *request) taskConnection(ctx context.Context, p page[*upstream.Task], err error) (*graph.TaskConnection, error) {
	if err != nil {
		return nil, err
	}
	entities := make([]*upstream.EntityPointer, len(p.rows))
	connection := &graph.TaskConnection{Nodes: p.rows, PageInfo: p.info(), TotalCount: p.total, Edges: make([]*graph.TaskEdge, len(p.rows))}
	for i, task := range p.rows {
		connection.Edges[i] = &graph.TaskEdge{Cursor: p.cursors[i], Node: task}
		entities[i] = task.Entity
	}
	r.plan(ctx, func(p *plan) { p.ofActivity(r.selectedNodes(ctx), "Task", entities) })
	return connection, nil
}

// historyConnection is the same for events.
func (r *request) historyConnection(ctx context.Context, p page[*upstream.HistoryEvent], err error) (*graph.HistoryEventConnection, error) {
	if err != nil {
		return nil, err
	}
	entities := make([]*upstream.EntityPointer, len(p.rows))
	connection := &graph.HistoryEventConnection{Nodes: p.rows, PageInfo: p.info(), TotalCount: p.total, Edges: make([]*graph.HistoryEventEdge, len(p.rows))}
	for i, event := range p.rows {
		connection.Edges[i] = &graph.HistoryEventEdge{Cursor: p.cursors[i], Node: event}
		entities[i] = event.Entity
	}
	r.plan(ctx, func(p *plan) { p.ofActivity(r.selectedNodes(ctx), "HistoryEvent", entities) })
	return connection, nil
}
