package demo

import (
	"slices"
	"strings"
)

func getContact(c *call) (answer, error) {
	found, err := c.contact()
	if err != nil {
		return answer{}, err
	}
	e := c.encoder()
	e.contact(c.store, found, contactForm{})
	return one(e.buf), nil
}

// contactRows writes the list form of the contacts that the viewer may see. A
// list of persons alone, or of companies alone, repeats the custom fields that
// both kinds share.
func (c *call) contactRows(list []*contact, primary *contact) []string {
	list = slices.DeleteFunc(slices.Clone(list), func(x *contact) bool { return !c.viewer.seesContact(x) })
	mixed := slices.ContainsFunc(list, func(x *contact) bool { return x.company != list[0].company })
	var rows []string
	for _, x := range list {
		e := c.encoder()
		e.contact(c.store, x, contactForm{list: true, primary: x == primary, doubleField: !mixed})
		rows = append(rows, string(e.buf))
	}
	return rows
}

func listCompanyPersons(c *call) (answer, error) {
	company, err := c.contact()
	if err != nil {
		return answer{}, err
	}
	var persons []*contact
	for _, x := range c.store.contacts {
		if x.employer == company {
			persons = append(persons, x)
		}
	}
	return c.plainList(c.contactRows(persons, nil)), nil
}

// listContactMails is the portal's one look-up of many ids at once; what is
// missing or hidden is left out.
func listContactMails(c *call) (answer, error) {
	wanted := map[int]bool{}
	for _, text := range c.params.list("contactids") {
		id, err := parseInt32(text)
		if err != nil {
			return answer{}, err
		}
		wanted[id] = true
	}
	if len(wanted) == 0 {
		return answer{}, errRange
	}
	var rows []string
	for _, x := range c.store.contacts {
		if wanted[x.id] && c.viewer.seesContact(x) {
			e := c.encoder()
			e.open("", '{')
			if email := x.email(); email != nil {
				e.contactInfo("email", *email)
			}
			e.contactMembers(x, c.viewer.edits(x))
			e.number("id", x.id)
			e.close('}')
			rows = append(rows, string(e.buf))
		}
	}
	return c.plainList(rows), nil
}

func getContactTags(c *call) (answer, error) {
	found, err := c.contact()
	if err != nil {
		return answer{}, err
	}
	return c.tags(found.tags), nil
}

func listContactTags(c *call) (answer, error) {
	uses := map[string]int{}
	for _, x := range c.store.contacts {
		for _, tag := range x.tags {
			uses[tag]++
		}
	}
	return c.countedTags(c.store.contactTags, uses), nil
}

func listContactStatuses(c *call) (answer, error) {
	return c.contactItems(c.store.statusList, func(x *contact) *dictionaryRow { return x.status }), nil
}

func listContactTypes(c *call) (answer, error) {
	return c.contactItems(c.store.typeList, func(x *contact) *dictionaryRow { return x.kind }), nil
}

// contactItems is a dictionary with how many contacts have each of its rows.
func (c *call) contactItems(list []*dictionaryRow, of func(*contact) *dictionaryRow) answer {
	var rows []string
	for _, item := range list {
		uses := 0
		for _, x := range c.store.contacts {
			uses += number(of(x) == item)
		}
		e := c.encoder()
		e.open("", '{')
		e.nonZero("relativeItemsCount", uses)
		e.dictionaryMembers(item)
		e.number("id", item.id)
		e.close('}')
		rows = append(rows, string(e.buf))
	}
	return c.plainList(rows)
}

// contactOrders compare contacts by the portal's sort keys.
var contactOrders = map[string]func(a, b *contact) int{
	"created":     func(a, b *contact) int { return a.created.Compare(b.created) },
	"displayname": func(a, b *contact) int { return compareFold(a.displayName(), b.displayName()) },
	"firstname":   func(a, b *contact) int { return compareFold(a.firstName, b.firstName) },
	"lastname":    func(a, b *contact) int { return compareFold(a.lastName, b.lastName) },
	"contacttype": func(a, b *contact) int { return number(a.company) - number(b.company) },
	"history":     func(a, b *contact) int { return a.created.Compare(b.created) },
	"id":          func(a, b *contact) int { return a.id - b.id },
}

func compareFold(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) }
