package demo

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// opportunityOrder is a list of comparisons; only the first one is turned round
// by a descending order.
type opportunityOrder []func(a, b *opportunity) int

// pipelineOrder is what the portal falls back to: several stages share a sort
// number, so even this is no total order.
var pipelineOrder = opportunityOrder{
	func(a, b *opportunity) int { return a.stageSort() - b.stageSort() },
	func(a, b *opportunity) int { return a.contactID() - b.contactID() },
	func(a, b *opportunity) int { return b.actualClose.Compare(a.actualClose) },
	func(a, b *opportunity) int { return a.expected.Compare(b.expected) },
	func(a, b *opportunity) int {
		return compareFold(a.title, b.title)
	},
}

var opportunityOrders = map[string]opportunityOrder{
	"":            pipelineOrder,
	"stage":       pipelineOrder,
	"responsible": append(opportunityOrder{func(a, b *opportunity) int { return strings.Compare(a.responsible.id, b.responsible.id) }}, pipelineOrder...),
	"title": {func(a, b *opportunity) int {
		return compareFold(a.title, b.title)
	}},
	"bidvalue":    {func(a, b *opportunity) int { return compareBids(a.bid, b.bid) }},
	"dateandtime": {func(a, b *opportunity) int { return a.closeDate().Compare(b.closeDate()) }},
	"id":          {func(a, b *opportunity) int { return a.id - b.id }},
}

func (order opportunityOrder) compare(descending bool) func(a, b *opportunity) int {
	return func(a, b *opportunity) int {
		for i, compare := range order {
			if n := compare(a, b); n != 0 {
				if i == 0 && descending {
					return -n
				}
				return n
			}
		}
		return 0
	}
}

// compareBids compares decimals without rounding: all of them have nine places.
func compareBids(a, b string) int {
	x, negative := strings.CutPrefix(a, "-")
	y, alsoNegative := strings.CutPrefix(b, "-")
	switch {
	case negative != alsoNegative:
		return number(alsoNegative) - number(negative)
	case negative:
		x, y = y, x
	}
	return cmp.Or(len(x)-len(y), strings.Compare(x, y))
}

func (o *opportunity) stageSort() int {
	if o.stage == nil {
		return 0
	}
	return o.stage.sort
}

func (o *opportunity) contactID() int {
	if o.contact == nil {
		return 0
	}
	return o.contact.id
}

// sortByMember sorts finished objects by the name of a member, as the portal
// does in memory: rows without that member drop out, an object is not
// comparable, and an unknown name changes nothing.
func sortByMember(list []*opportunity, name string, descending bool) ([]*opportunity, error) {
	if slices.Contains([]string{"createby", "members", "contact", "bidcurrency", "accesslist", "customfields"}, name) {
		return nil, errNotComparable
	}
	compare := map[string]func(a, b *opportunity) int{
		"id":                  func(a, b *opportunity) int { return a.id - b.id },
		"created":             func(a, b *opportunity) int { return a.created.Compare(b.created) },
		"actualclosedate":     func(a, b *opportunity) int { return a.actualClose.Compare(b.actualClose) },
		"expectedclosedate":   func(a, b *opportunity) int { return a.expected.Compare(b.expected) },
		"successprobability":  func(a, b *opportunity) int { return a.probability - b.probability },
		"bidtype":             func(a, b *opportunity) int { return a.bidType - b.bidType },
		"perperiodvalue":      func(a, b *opportunity) int { return a.periods - b.periods },
		"description":         func(a, b *opportunity) int { return strings.Compare(a.description, b.description) },
		"isprivate":           func(a, b *opportunity) int { return number(a.private) - number(b.private) },
		"stage.title":         func(a, b *opportunity) int { return strings.Compare(a.stage.title, b.stage.title) },
		"stage.id":            func(a, b *opportunity) int { return a.stage.id - b.stage.id },
		"contact.id":          func(a, b *opportunity) int { return a.contact.id - b.contact.id },
		"contact.displayname": func(a, b *opportunity) int { return strings.Compare(a.contact.displayName(), b.contact.displayName()) },
		"responsible.displayname": func(a, b *opportunity) int {
			return strings.Compare(a.responsible.displayName(), b.responsible.displayName())
		},
	}[name]
	if compare == nil {
		return list, nil
	}
	list = slices.DeleteFunc(slices.Clone(list), func(o *opportunity) bool {
		return strings.HasPrefix(name, "contact.") && o.contact == nil || strings.HasPrefix(name, "stage.") && o.stage == nil
	})
	slices.SortStableFunc(list, func(a, b *opportunity) int {
		if descending {
			return compare(b, a)
		}
		return compare(a, b)
	})
	return list, nil
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// today is the day on which the demo data stands still.
var today = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
