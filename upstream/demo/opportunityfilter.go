package demo

import (
	"slices"
	"strings"
	"time"
)

// opportunityFilter is the bound form of the parameters of opportunity/filter.
type opportunityFilter struct {
	responsible   string
	stage, kind   int // kind is -1 when it is not asked for
	tags          []string
	contact       int
	participant   bool
	closing       period
	search        string
	searchService bool
}

func (c *call) bindOpportunityFilter() (f opportunityFilter, err error) {
	p := c.params
	f.search = strings.ToLower(strings.TrimSpace(p.common("filtervalue")))
	f.searchService = c.portal.textSearch
	f.tags = p.list("tags")
	if f.responsible, err = p.guid("responsibleid"); err != nil {
		return f, err
	}
	if f.stage, err = p.number("opportunitystagesid"); err != nil {
		return f, err
	}
	if f.kind, err = p.enum("stagetype", "Open", "ClosedAndWon", "ClosedAndLost"); err != nil {
		return f, err
	}
	if f.contact, err = p.number("contactid"); err != nil {
		return f, err
	}
	participant, err := p.flag("contactalsoisparticipant")
	if err != nil {
		return f, err
	}
	f.participant = participant != nil && *participant
	f.closing, err = p.period()
	return f, err
}

// apply keeps the matching opportunities, with the portal's oddities: one date
// alone matches nothing, and a fruitless search is forgotten between two dates.
func (f opportunityFilter) apply(all []*opportunity) []*opportunity {
	dates := f.closing.isWhole()
	others := f.responsible != "" || f.stage > 0 || f.kind >= 0 || len(f.tags) > 0 || f.contact > 0 || f.search != ""
	if !others && !dates && (f.closing.isHalf() || f.participant) {
		return nil
	}
	byWords := slices.DeleteFunc(slices.Clone(all), func(o *opportunity) bool { return !f.matchesWords(o) })
	if len(byWords) == 0 && dates {
		byWords = slices.Clone(all)
	}
	return slices.DeleteFunc(byWords, func(o *opportunity) bool {
		return !f.matchesValues(o) || dates && !f.closing.holds(o.closeDate())
	})
}

// matchesWords is the part that the portal answers from its search and tag
// indexes. All tags are required, compared without case and outer blanks.
func (f opportunityFilter) matchesWords(o *opportunity) bool {
	for _, tag := range f.tags {
		if !slices.ContainsFunc(o.tags, func(own string) bool { return strings.EqualFold(own, strings.TrimSpace(tag)) }) {
			return false
		}
	}
	if f.search == "" {
		return true
	}
	texts := []string{o.title, o.description}
	for _, v := range o.fields {
		texts = append(texts, v.value)
	}
	return f.searchService && containsWords(f.search, texts...)
}

func (f opportunityFilter) matchesValues(o *opportunity) bool {
	return (f.responsible == "" || o.responsible.id == f.responsible) &&
		(f.stage == 0 || o.stage != nil && o.stage.id == f.stage) &&
		(f.kind < 0 || o.stage != nil && o.stage.kind == f.kind) &&
		(f.contact == 0 || f.matchesContact(o))
}

func (f opportunityFilter) matchesContact(o *opportunity) bool {
	if f.participant && slices.ContainsFunc(o.members, func(c *contact) bool { return c.id == f.contact }) {
		return true
	}
	return (!f.participant || len(o.members) == 0) && o.contact != nil && o.contact.id == f.contact
}

// closeDate is the expected date while the opportunity is open.
func (o *opportunity) closeDate() time.Time {
	if o.stage != nil && o.stage.kind != 0 {
		return o.actualClose
	}
	return o.expected
}

func filterOpportunities(c *call) (answer, error) {
	f, err := c.bindOpportunityFilter()
	if err != nil {
		return answer{}, err
	}
	list := f.apply(c.store.opportunities)
	sortBy := strings.ToLower(c.params.common("sortby"))
	order, known := opportunityOrders[sortBy]
	if !known || !c.knowsKey(sortBy) {
		return c.unsortedOpportunities(list, sortBy)
	}
	list = slices.DeleteFunc(list, func(o *opportunity) bool { return !c.viewer.sees(o) })
	slices.SortStableFunc(list, order.compare(c.params.descending()))
	rows, result := c.page(len(list))
	result.databaseTotal(len(list))
	result.payload = c.opportunities(list[rows.from:rows.to])
	return result, nil
}

// unsortedOpportunities is what an unknown sort key leads to: the portal loads
// every match, sorts the finished objects by that member and pages in memory.
func (c *call) unsortedOpportunities(list []*opportunity, sortBy string) (answer, error) {
	list = c.unlimited(list)
	slices.SortStableFunc(list, opportunityOrders[""].compare(false))
	loaded := len(list)
	list, err := sortByMember(list, sortBy, c.params.descending())
	if err != nil {
		return answer{}, err
	}
	rows, result := c.page(len(list))
	result.loadedTotal(loaded, false)
	result.payload = c.opportunities(list[rows.from:rows.to])
	return result, nil
}

// unlimited is the access filter of a query without a limit: as soon as one
// match is hidden from the viewer, the portal takes the first none of the rest.
func (c *call) unlimited(list []*opportunity) []*opportunity {
	for _, o := range list {
		if !c.viewer.sees(o) {
			return nil
		}
	}
	return list
}

func (c *call) opportunities(list []*opportunity) []byte {
	e := c.encoder()
	e.buf = make([]byte, 0, 3072*(len(list)+1))
	e.open("", '[')
	for _, o := range list {
		e.opportunity(c.store, o, true)
	}
	e.close(']')
	return e.buf
}
