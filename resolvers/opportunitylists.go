package resolvers

import (
	"context"
	"encoding/json"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/resolvers/paging"
	"onlyoffice-graphql/upstream"
)

// opportunityOrders maps the schema's orders to the portal's sort keys; any
// other key would make the portal load the whole table.
var opportunityOrders = map[graph.OpportunityOrderField]string{
	graph.OpportunityOrderFieldID:          "id",
	graph.OpportunityOrderFieldTitle:       "title",
	graph.OpportunityOrderFieldResponsible: "responsible",
	graph.OpportunityOrderFieldStage:       "stage",
	graph.OpportunityOrderFieldBidValue:    "bidvalue",
	graph.OpportunityOrderFieldCloseDate:   "dateandtime",
}

// opportunityArguments are those of a field that lists opportunities.
type opportunityArguments struct {
	filter  *graph.OpportunityFilter
	orderBy *graph.OpportunityOrder
	page    pageArguments
}

// opportunityList returns the list of those opportunities that meet the field's
// own criteria and its filter.
func (r *execution) opportunityList(fixed upstream.OpportunityCriteria, arguments opportunityArguments) (*opportunityList, error) {
	if err := r.caller.SignedIn(); err != nil { // before anything is done with arguments
		return nil, err
	}
	order := graph.OpportunityOrder{Field: graph.OpportunityOrderFieldID, Direction: graph.OrderDirectionAsc}
	if arguments.orderBy != nil {
		order = *arguments.orderBy
	}
	criteria, disjoint, err := opportunityLists(fixed, arguments.filter)
	if err != nil {
		return nil, err
	}
	l, err := newList[*upstream.Opportunity](arguments.page, criteria, "opportunities", criteria, order)
	if err != nil {
		return nil, err
	}
	l.byID, l.byName = order.Field == graph.OpportunityOrderFieldID, "title"
	if len(criteria) > 1 && !l.byID {
		return nil, badInput("orderBy: several stages or tags come from several lists of the portal, which can only be merged in the order of ID.")
	}
	l.Totals, l.Disjoint, l.Descending, l.SortBy = true, disjoint, order.Direction == graph.OrderDirectionDesc, opportunityOrders[order.Field]
	return shared(r, l), nil
}

// opportunities returns the list of a prefetched field.
func (a *selected) opportunities(fixed upstream.OpportunityCriteria) (*opportunityList, error) {
	return a.execution.opportunityList(fixed, opportunityArguments{
		argument[*graph.OpportunityFilter](a, "filter"), argument[*graph.OpportunityOrder](a, "orderBy"), a.page(),
	})
}

// criteriaOf are those that a contact takes part in.
func criteriaOf(contact numbered) (upstream.OpportunityCriteria, error) {
	id, err := contact.CheckedID()
	return upstream.OpportunityCriteria{Contact: id, ContactIsParticipant: true}, err
}

// criteriaIn are those in a stage.
func criteriaIn(stage *upstream.Stage) (upstream.OpportunityCriteria, error) {
	id, err := stage.CheckedID()
	return upstream.OpportunityCriteria{Stage: id}, err
}

// loadOpportunities returns the connection of the field of ctx.
func loadOpportunities(ctx context.Context, fixed upstream.OpportunityCriteria, arguments opportunityArguments) (*graph.OpportunityConnection, error) {
	l, err := executionOf(ctx).opportunityList(fixed, arguments)
	if err != nil {
		return nil, err
	}
	return opportunityPages.load(ctx, l)
}

// readOpportunityPages reads the lists.
func readOpportunityPages(r *execution, seat *upstream.Seat, lists []*opportunityList) []upstream.Result[*graph.OpportunityConnection] {
	pages := readLists(r, seat, lists, r.readOpportunities)
	return connections(pages, func(p paging.Page[*upstream.Opportunity]) *graph.OpportunityConnection {
		c := &graph.OpportunityConnection{Nodes: p.Rows, PageInfo: pageInfo(p), TotalCount: p.Total, Edges: make([]*graph.OpportunityEdge, len(p.Rows))}
		for i, o := range p.Rows {
			c.Edges[i] = &graph.OpportunityEdge{Cursor: p.Cursors[i], Node: o}
		}
		return c
	})
}

// readOpportunities reads windows of the portal's lists.
//
// Where dates are combined with a text or tags, the portal forgets the latter
// when they match nothing and returns everything within the dates. So it is
// asked first whether they match anything at all, once for each such text.
func (r *execution) readOpportunities(seat *upstream.Seat, queries []upstream.Query[upstream.OpportunityCriteria]) []upstream.Result[upstream.Page[*upstream.Opportunity]] {
	undated := make([]string, len(queries)) // what is asked first for each, "" for nothing
	var first []upstream.Query[upstream.OpportunityCriteria]
	var places []int // in queries, of those that come first; -1 for a question
	asked := map[string]int{}
	for i, q := range queries {
		question, name := withoutDates(q.Criteria)
		undated[i] = name
		switch _, known := asked[name]; {
		case name == "":
			first, places = append(first, q), append(places, i)
		case known || r.matches(name) != nil:
		default:
			asked[name] = len(first)
			first, places = append(first, question), append(places, -1)
		}
	}
	answers := r.caller.ListOpportunities(r.ctx, seat, first, r.analysis.skip)
	if len(asked) == 0 && len(first) == len(queries) {
		return answers
	}
	results := make([]upstream.Result[upstream.Page[*upstream.Opportunity]], len(queries))
	for i, place := range places {
		if place >= 0 {
			results[place] = answers[i]
		}
	}
	for name, i := range asked {
		if answers[i].Err == nil {
			r.setMatches(name, len(answers[i].Value.Items) > 0)
		}
	}
	var second []upstream.Query[upstream.OpportunityCriteria]
	places = places[:0]
	for i, name := range undated {
		if name == "" {
			continue
		}
		switch matches := r.matches(name); {
		case matches == nil:
			results[i].Err = answers[asked[name]].Err
		case *matches:
			second, places = append(second, queries[i]), append(places, i)
		}
	}
	for i, answer := range r.caller.ListOpportunities(r.ctx, nil, second, r.analysis.skip) {
		results[places[i]] = answer
	}
	return results
}

// withoutDates returns the question whether anything matches the text and tags
// that criteria combine with dates, and its name; "" where they do not.
func withoutDates(criteria upstream.OpportunityCriteria) (upstream.Query[upstream.OpportunityCriteria], string) {
	var question upstream.Query[upstream.OpportunityCriteria]
	if criteria.From == "" && criteria.To == "" || criteria.Text == "" && len(criteria.Tags) == 0 {
		return question, ""
	}
	question.Criteria = upstream.OpportunityCriteria{Text: criteria.Text, Tags: criteria.Tags}
	question.Window = upstream.Window{Count: 1, SortBy: "title"} // a key that every portal knows
	name, _ := json.Marshal(question.Criteria)                   // cannot fail: texts and zeros
	return question, string(name)
}

// matches returns whether anything matches a question that was asked before, or nil.
func (r *execution) matches(name string) *bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if known, ok := r.matched[name]; ok {
		return &known
	}
	return nil
}

func (r *execution) setMatches(name string, matches bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.matched == nil {
		r.matched = map[string]bool{}
	}
	r.matched[name] = matches
}
