package demo

import (
	"slices"
	"strings"
)

// contactFilter is the bound form of the parameters of contact/filter.
type contactFilter struct {
	tags         []string
	stage, kind  int
	view         int // 1 companies, 2 persons, 3 those with an opportunity
	responsible  string
	shared       *bool
	created      period
	search       string
	withBusiness map[*contact]bool
}

func (c *call) bindContactFilter() (f contactFilter, err error) {
	p := c.params
	f.tags = p.list("tags")
	f.search = strings.ToLower(p.common("filtervalue"))
	if f.stage, err = p.number("contactstage"); err != nil {
		return f, err
	}
	if f.kind, err = p.number("contacttype"); err != nil {
		return f, err
	}
	if f.view, err = p.enum("contactlistview", "All", "Company", "Person", "WithOpportunity"); err != nil {
		return f, err
	}
	if f.responsible, err = p.guid("responsibleid"); err != nil {
		return f, err
	}
	if f.shared, err = p.flag("isshared"); err != nil {
		return f, err
	}
	if f.created, err = p.days(); err != nil {
		return f, err
	}
	if f.view == 3 {
		f.withBusiness = map[*contact]bool{}
		for _, o := range c.store.opportunities {
			f.withBusiness[o.contact] = true
			for _, member := range o.members {
				f.withBusiness[member] = true
			}
		}
	}
	return f, nil
}

func (f contactFilter) matches(c *contact) bool {
	for _, tag := range f.tags {
		if !slices.ContainsFunc(c.tags, func(own string) bool { return strings.EqualFold(own, strings.TrimSpace(tag)) }) {
			return false
		}
	}
	switch {
	case f.view == 1 && !c.company, f.view == 2 && c.company, f.view == 3 && !f.withBusiness[c]:
		return false
	case f.stage > 0 && (c.status == nil || c.status.id != f.stage):
		return false
	case f.kind > 0 && (c.kind == nil || c.kind.id != f.kind):
		return false
	case f.shared != nil && *f.shared != (c.share != 0):
		return false
	case f.responsible != "" && !slices.ContainsFunc(c.managers, func(u *employee) bool { return u.id == f.responsible }):
		return false
	case !f.created.holds(c.created):
		return false
	}
	texts := []string{c.displayName(), c.about}
	for _, info := range c.infos {
		texts = append(texts, info.data)
	}
	return containsWords(f.search, texts...)
}

func filterContacts(c *call) (answer, error) {
	f, err := c.bindContactFilter()
	if err != nil {
		return answer{}, err
	}
	list := slices.DeleteFunc(slices.Clone(c.store.contacts), func(x *contact) bool {
		return !c.viewer.seesContact(x) || !f.matches(x)
	})
	sortBy := strings.ToLower(c.params.common("sortby"))
	compare, known := contactOrders[sortBy]
	known = known && c.knowsKey(sortBy)
	if !known && sortBy == "id" && !c.holdsAll(f) {
		list = nil
	}
	descending := c.params.descending()
	if !known && sortBy != "id" {
		compare, descending = contactOrders["created"], sortBy == "" || descending
	}
	slices.SortStableFunc(list, directed(compare, descending))
	cut, result := c.page(len(list))
	result.loadedTotal(len(list), known || sortBy == "")
	page := list[cut.from:cut.to]
	if wanted := c.params.common("type"); wanted != "" { // drops rows from the finished page
		page = slices.DeleteFunc(slices.Clone(page), func(x *contact) bool { return !strings.EqualFold(wanted, x.contract()) })
		result.count = len(page)
	}
	result.payload = []byte("[" + strings.Join(c.contactRows(page, nil), ",") + "]")
	return result, nil
}

// holdsAll reports whether the viewer sees every contact that the database finds
// for a filter, which takes no account of isShared. A query without a limit
// returns nothing when not.
func (c *call) holdsAll(f contactFilter) bool {
	shared := f.shared
	f.shared = nil
	for _, x := range c.store.contacts {
		if f.matches(x) && (!c.viewer.seesContact(x) || shared != nil && *shared != (x.share != 0)) {
			return false
		}
	}
	return true
}

func (c *contact) contract() string {
	if c.company {
		return "company"
	}
	return "person"
}

// directed turns a comparison round when the order is descending.
func directed[T any](compare func(a, b T) int, descending bool) func(a, b T) int {
	if !descending {
		return compare
	}
	return func(a, b T) int { return compare(b, a) }
}
