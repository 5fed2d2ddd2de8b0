package demo

import (
	"slices"
	"testing"
)

func TestDataIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	const list = "crm/opportunity/filter?sortBy=id"
	p := New()
	first := get(t, p, list).body
	p.store = newStore(newEmployees())
	if second := get(t, p, list).body; first != second {
		t.Error("what is built again differs")
	}
}

func TestDataIsRich(t *testing.T) {
	t.Parallel()
	s := New().store
	stages, bidTypes, currencies := map[int]int{}, map[int]int{}, map[string]int{}
	var private, zeroBids, noDate, noContact, lost int
	for _, o := range s.opportunities {
		stages[o.stage.id]++
		bidTypes[o.bidType]++
		if o.currency != nil {
			currencies[o.currency.code]++
		}
		private += number(o.private)
		zeroBids += number(o.bid == "")
		noDate += number(o.expected.IsZero())
		noContact += number(o.contact == nil)
		lost += number(o.responsible.gone)
	}
	if len(s.opportunities) < 320 || len(s.contacts) < 150 || s.opportunities[0].id != 3101 {
		t.Errorf("%d opportunities from %d, %d contacts", len(s.opportunities), s.opportunities[0].id, len(s.contacts))
	}
	if len(stages) != 9 || len(bidTypes) != 6 || len(currencies) < 6 {
		t.Errorf("stages %v, bid types %v, currencies %v", stages, bidTypes, currencies)
	}
	if private < 20 || zeroBids < 10 || noDate < 20 || noContact < 10 || lost < 5 {
		t.Errorf("private %d, zero bids %d, no date %d, no contact %d, removed %d", private, zeroBids, noDate, noContact, lost)
	}
	for _, u := range s.employees {
		if u.id == "" || !isGUID(u.id) {
			t.Errorf("%s has no guid: %q", u.userName, u.id)
		}
	}
	for _, c := range s.contacts {
		if c.displayName() == "" || c.created.IsZero() {
			t.Errorf("contact %d is incomplete", c.id)
		}
	}
	if !slices.IsSortedFunc(s.opportunities, func(a, b *opportunity) int { return a.id - b.id }) {
		t.Error("opportunities are not in order of id")
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		New()
	}
}
