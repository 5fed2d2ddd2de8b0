package resolvers

import (
	"context"
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"

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

// plannedPage reads page arguments before gqlgen does; what it cannot read, the
// field will refuse.
func plannedPage(arguments map[string]any) pageArguments {
	var page pageArguments
	if first, err := graphql.UnmarshalInt(arguments["first"]); err == nil && arguments["first"] != nil {
		page.first = &first
	}
	if after, ok := arguments["after"].(string); ok {
		page.after = &after
	}
	return page
}

// newListing reads them. bound is whatever makes this list another one than
// those that other arguments ask for: cursors are good for it alone.
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

func (p page[T]) info() *graph.PageInfo {
	info := &graph.PageInfo{HasNextPage: p.hasNext, HasPreviousPage: p.hasPrevious}
	if len(p.cursors) > 0 {
		info.StartCursor, info.EndCursor = &p.cursors[0], &p.cursors[len(p.cursors)-1]
	}
	return info
}

// opportunityOrders maps the schema's orders to the portal's sort keys; any
// other key would make the portal load the whole table.
var opportunityOrders = map[graph.OpportunityOrderField]string{
	graph.OpportunityOrderFieldTitle:       "title",
	graph.OpportunityOrderFieldResponsible: "responsible",
	graph.OpportunityOrderFieldStage:       "stage",
	graph.OpportunityOrderFieldBidValue:    "bidvalue",
	graph.OpportunityOrderFieldCloseDate:   "dateandtime",
}

// listOpportunities returns a page of the opportunities that meet the field's
// own criteria and the filter.
func (r *request) listOpportunities(ctx context.Context, fixed upstream.OpportunityCriteria, filter *graph.OpportunityFilter, orderBy *graph.OpportunityOrder, arguments pageArguments) (*graph.OpportunityConnection, error) {
	order := graph.OpportunityOrder{Field: graph.OpportunityOrderFieldID, Direction: graph.OrderDirectionAsc}
	if orderBy != nil {
		order = *orderBy
	}
	criteria, disjoint, err := opportunityLists(fixed, filter)
	if err != nil {
		return nil, err
	}
	l, err := newListing[*upstream.Opportunity](arguments, "opportunities", criteria, order)
	if err != nil {
		return nil, err
	}
	l.totals, l.disjoint, l.descending = true, disjoint, order.Direction == graph.OrderDirectionDesc
	r.report.used(ctx, "crm/opportunity/filter", "", false)
	sources := make([]source[*upstream.Opportunity], len(criteria))
	for i := range criteria {
		sources[i] = r.opportunitySource(criteria[i])
	}
	var p page[*upstream.Opportunity]
	switch {
	case order.Field == graph.OpportunityOrderFieldID:
		p, err = pageByID(ctx, l, sources...)
	case len(sources) > 1:
		return nil, badInput("orderBy: several stages or tags come from several lists of the portal, which can only be merged in the order of ID.")
	case len(sources) == 1:
		l.sortBy = opportunityOrders[order.Field]
		p, err = pageByOffset(ctx, l, sources[0])
	}
	if err != nil {
		return nil, err
	}
	r.plan(ctx, func(plan *plan) { plan.ofOpportunities(r.selectedNodes(ctx), p.rows...) })
	connection := &graph.OpportunityConnection{Nodes: p.rows, PageInfo: p.info(), TotalCount: p.total, Edges: make([]*graph.OpportunityEdge, len(p.rows))}
	for i, o := range p.rows {
		connection.Edges[i] = &graph.OpportunityEdge{Cursor: p.cursors[i], Node: o}
	}
	return connection, nil
}

// opportunitySource returns the list of the portal that meets the criteria.
//
// Where dates are combined with a text or tags, the portal forgets the latter
// when they match nothing and returns everything within the dates. So it is
// asked first whether they match anything at all.
func (r *request) opportunitySource(criteria upstream.OpportunityCriteria) source[*upstream.Opportunity] {
	list := func(ctx context.Context, w upstream.Window) (upstream.Page[*upstream.Opportunity], error) {
		return r.caller.ListOpportunities(ctx, criteria, w)
	}
	if criteria.From.IsZero() && criteria.To.IsZero() || criteria.Text == "" && len(criteria.Tags) == 0 {
		return list
	}
	undated := upstream.OpportunityCriteria{Text: criteria.Text, Tags: criteria.Tags}
	return func(ctx context.Context, w upstream.Window) (upstream.Page[*upstream.Opportunity], error) {
		found, err := r.caller.ListOpportunities(ctx, undated, upstream.Window{Count: 1, SortBy: "id"})
		if err != nil || len(found.Items) == 0 {
			return upstream.Page[*upstream.Opportunity]{}, err
		}
		return list(ctx, w)
	}
}

var contactOrders = map[graph.ContactOrderField]string{
	graph.ContactOrderFieldDisplayName: "displayname",
	graph.ContactOrderFieldFirstName:   "firstname",
	graph.ContactOrderFieldLastName:    "lastname",
	graph.ContactOrderFieldCreated:     "created",
}

// listContacts returns a page of the contacts that meet the filter. They come
// in full, so their fields need no further calls.
func (r *request) listContacts(ctx context.Context, filter *graph.ContactFilter, orderBy *graph.ContactOrder, arguments pageArguments) (*graph.ContactConnection, error) {
	order := graph.ContactOrder{Field: graph.ContactOrderFieldID, Direction: graph.OrderDirectionAsc}
	if orderBy != nil {
		order = *orderBy
	}
	criteria, err := contactCriteria(filter)
	if err != nil {
		return nil, err
	}
	l, err := newListing[*upstream.ContactDetails](arguments, "contacts", criteria, order)
	if err != nil {
		return nil, err
	}
	l.totals, l.disjoint, l.descending = true, true, order.Direction == graph.OrderDirectionDesc
	r.report.used(ctx, "crm/contact/filter", "", false)
	source := func(ctx context.Context, w upstream.Window) (upstream.Page[*upstream.ContactDetails], error) {
		return r.caller.ListContacts(ctx, criteria, w)
	}
	var p page[*upstream.ContactDetails]
	if order.Field == graph.ContactOrderFieldID {
		p, err = pageByID(ctx, l, source)
	} else {
		l.sortBy = contactOrders[order.Field]
		p, err = pageByOffset(ctx, l, source)
	}
	if err != nil {
		return nil, err
	}
	r.adopt(ctx, p.rows)
	connection := &graph.ContactConnection{PageInfo: p.info(), TotalCount: p.total, Nodes: make([]upstream.Contact, len(p.rows)), Edges: make([]*graph.ContactEdge, len(p.rows))}
	contacts := make([]*upstream.ContactBase, len(p.rows))
	for i, d := range p.rows {
		contacts[i] = &d.ContactBase
		connection.Nodes[i] = d.Typed()
		connection.Edges[i] = &graph.ContactEdge{Cursor: p.cursors[i], Node: connection.Nodes[i]}
	}
	r.plan(ctx, func(p *plan) { p.ofContacts(r.selectedNodes(ctx), contacts...) })
	return connection, nil
}

// contact returns one contact, which is read in full, or nil when the portal
// has none or hides it.
func (r *request) contact(ctx context.Context, id int) (upstream.Contact, error) {
	details, err := orNull(r.contacts.load(ctx, id))
	if details == nil {
		return nil, err
	}
	r.plan(ctx, func(p *plan) { p.ofContacts(r.selected(ctx), &details.ContactBase) })
	return details.Typed(), nil
}

// personsOf returns the persons of a company.
func (r *request) personsOf(ctx context.Context, company *upstream.Company) ([]*upstream.Person, error) {
	details, err := loadOf(ctx, &r.persons, company)
	if err != nil {
		return nil, err
	}
	persons := make([]*upstream.Person, 0, len(details))
	contacts := make([]*upstream.ContactBase, 0, len(details))
	for _, d := range details {
		if p, ok := d.Typed().(*upstream.Person); ok {
			persons, contacts = append(persons, p), append(contacts, p.Base())
		}
	}
	r.plan(ctx, func(p *plan) { p.ofContacts(r.selected(ctx), contacts...) })
	return persons, nil
}
