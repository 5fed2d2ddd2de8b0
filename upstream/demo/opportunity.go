package demo

import (
	"slices"
	"time"
)

func getOpportunity(c *call) (answer, error) {
	o, err := c.opportunity()
	if err != nil {
		return answer{}, err
	}
	if o.stage == nil {
		return answer{}, errNotFound // the portal does not read on without the stage
	}
	e := c.encoder()
	e.opportunity(c.store, o, false)
	return one(e.buf), nil
}

// listMembers gives full contacts; the primary contact is never editable here,
// by which the portal means that it cannot be unlinked.
func listMembers(c *call) (answer, error) {
	o, err := c.opportunity()
	if err != nil {
		return answer{}, err
	}
	return c.plainList(c.contactRows(o.members, o.contact)), nil
}

// listOpportunitiesOfContact is by title and without a limit, which costs a
// viewer who may not see one of them all the others too.
func listOpportunitiesOfContact(c *call) (answer, error) {
	id, err := c.id()
	if err != nil {
		return answer{}, err
	}
	list := opportunityFilter{contact: id, participant: true, kind: -1}.apply(c.store.opportunities)
	list = c.unlimited(list)
	slices.SortStableFunc(list, opportunityOrders["title"].compare(false))
	var rows []string
	for _, o := range list {
		e := c.encoder()
		e.opportunity(c.store, o, true)
		rows = append(rows, string(e.buf))
	}
	return c.plainList(rows), nil
}

// AddOpportunity adds a public opportunity at the first open stage, on behalf of
// the demo user, and returns its id: one above the highest that was ever used.
func (p *Portal) AddOpportunity(title string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.store
	s.lastID++
	s.room++
	owner := s.employee(demoUser)
	s.opportunities = append(s.opportunities, &opportunity{
		id:          s.lastID,
		title:       title,
		createBy:    owner,
		responsible: owner,
		created:     today.Add(time.Duration(s.lastID) * time.Second),
		stage:       s.stages[0],
		probability: s.stages[0].probability,
	})
	return s.lastID
}

// RemoveOpportunity removes an opportunity and reports whether there was one.
func (p *Portal) RemoveOpportunity(id int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := len(p.store.opportunities)
	p.store.opportunities = slices.DeleteFunc(p.store.opportunities, func(o *opportunity) bool { return o.id == id })
	return len(p.store.opportunities) < before
}

// SetTextSearch switches the portal's search service on or off. It is on at
// first; without it every text search for opportunities comes back empty.
func (p *Portal) SetTextSearch(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.textSearch = on
}
