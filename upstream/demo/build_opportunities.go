package demo

import (
	"fmt"
	"slices"
	"time"
)

const (
	firstOpportunity = 3101
	lastOpportunity  = 3452
)

// removedOpportunities are ids that were given away once; every live portal has
// such gaps.
var removedOpportunities = map[int]bool{3117: true, 3161: true, 3162: true, 3288: true, 3401: true}

func (b *builder) addOpportunities() {
	anchors := b.addAnchors()
	for id := firstOpportunity; id <= lastOpportunity; id++ {
		o, anchored := anchors[id]
		if !anchored {
			o = b.composeOpportunity(id)
		}
		if !removedOpportunities[id] {
			b.opportunities = append(b.opportunities, o)
		}
	}
	b.lastID = lastOpportunity
}

func (b *builder) composeOpportunity(id int) *opportunity {
	n := id - firstOpportunity
	created := at("2024-08-01 07:30:00").Add(time.Duration(n)*39*time.Hour + time.Duration(b.seq.below(30*3600))*time.Second)
	o := &opportunity{
		id: id, createBy: b.owner(), responsible: b.owner(), created: created,
		description: pick(&b.seq, descriptions),
		stage:       b.stages[b.seq.weighted(40, 22, 18, 42, 62, 46, 26, 60, 32)],
	}
	o.probability = o.stage.probability
	if o.stage.kind == 0 && o.probability >= 20 && b.seq.in(5) {
		o.probability -= 5
	}
	b.placeOpportunity(o)
	b.priceOpportunity(o)
	b.dateOpportunity(o)
	b.restrictOpportunity(o)
	b.labelOpportunity(o)
	return o
}

// placeOpportunity chooses whom it is for, and a title that fits.
func (b *builder) placeOpportunity(o *opportunity) {
	company := pick(&b.seq, b.companies)
	for company.id == 1002 {
		company = pick(&b.seq, b.companies)
	}
	town := companyRows[company.id-1001].city
	if english := englishTowns[town]; english != "" {
		town = english
	}
	persons := b.personsOf[company]
	switch b.seq.weighted(60, 24, 8, 8) {
	case 0:
		o.contact, o.members = company, append([]*contact{company}, persons...)
	case 1:
		o.contact = company
		if len(persons) > 0 {
			o.contact = pick(&b.seq, persons)
		}
		o.members = []*contact{o.contact}
	case 2: // somebody on their own
		o.contact = b.byContactID[2001+len(personRows)-8+b.seq.below(8)]
		o.members = []*contact{o.contact}
	case 3: // no primary contact
		o.members = persons
	}
	if natives := nativeTitles[company.id]; b.nativeTaken[company.id] < len(natives) && o.contact != nil && b.seq.in(2) {
		o.title = natives[b.nativeTaken[company.id]]
		b.nativeTaken[company.id]++
		return
	}
	for o.title == "" || b.usedTitles[o.title] {
		o.title = fmt.Sprintf(pick(&b.seq, titleForms), pick(&b.seq, products), town)
	}
	b.usedTitles[o.title] = true
}

// rates are rough prices of one euro, so that amounts look right everywhere.
var rates = map[string]int{
	"SEK": 11, "NOK": 11, "DKK": 7, "PLN": 4, "HUF": 400, "CZK": 25, "UAH": 44, "RUB": 95, "BGN": 2, "TRY": 36, "SAR": 4,
	"AED": 4, "ILS": 4, "KES": 140, "ZAR": 20, "INR": 90, "CNY": 8, "JPY": 160, "KRW": 1450, "THB": 38, "VND": 27000, "MXN": 20,
	"BRL": 6, "ARS": 1000,
}

func (b *builder) priceOpportunity(o *opportunity) {
	code := pick(&b.seq, []string{"EUR", "EUR", "USD", "GBP"})
	if o.contact != nil && o.contact.currency != nil && !b.seq.in(4) {
		code = o.contact.currency.code
	}
	o.currency = currencyOf(code)
	if b.seq.in(9) {
		if b.seq.in(2) {
			o.currency = nil
		}
		return
	}
	o.bidType = b.seq.weighted(60, 7, 8, 6, 13, 9)
	whole := [][]int{{900, 240000}, {25, 180}, {180, 1400}, {700, 6000}, {1200, 30000}, {6000, 190000}}[o.bidType]
	amount := (whole[0] + b.seq.below(whole[1]-whole[0])) * max(rates[code], 1)
	if o.bidType == 0 {
		amount -= amount % 50
	}
	o.bid = fmt.Sprintf("%d.%02d0000000", amount, pick(&b.seq, []int{0, 0, 0, 0, 50, 90, 25}))
	if o.bidType != 0 {
		o.periods = pick(&b.seq, []int{1, 3, 6, 10, 12, 24, 36, 40, 160})
	}
}

func (b *builder) dateOpportunity(o *opportunity) {
	midnight := o.created.Truncate(24 * time.Hour)
	if !b.seq.in(8) {
		o.expected = midnight.AddDate(0, 0, 14+b.seq.below(220))
	}
	if o.stage.kind != 0 {
		o.actualClose = o.created.Add(time.Duration(10+b.seq.below(150)) * 24 * time.Hour)
		if o.actualClose.After(today) {
			o.actualClose = today.Add(-time.Duration(1+b.seq.below(48)) * time.Hour)
		}
	}
}

func (b *builder) restrictOpportunity(o *opportunity) {
	if !b.seq.in(8) {
		return
	}
	o.private = true
	// Whoever makes it private joins the list, which therefore is never empty.
	o.access = []*employee{o.createBy}
	if o.createBy.gone {
		o.access[0] = b.employee(demoUser)
	}
	for range 1 + b.seq.below(3) {
		if u := b.owner(); !slices.Contains(o.access, u) {
			o.access = append(o.access, u)
		}
	}
}

// labelOpportunity adds custom fields and tags.
func (b *builder) labelOpportunity(o *opportunity) {
	set := func(id int, value string) { o.fields = append(o.fields, fieldValue{field: b.field(id), value: value}) }
	if b.seq.in(2) {
		set(72, fmt.Sprintf("PO-%d/%04d", o.created.Year(), 1+b.seq.below(9000)))
	}
	if b.seq.in(3) {
		set(73, pick(&b.seq, scopes))
	}
	if o.contact != nil && !b.seq.in(3) {
		if row := b.region(o.contact); row != "" {
			set(74, row)
		}
	}
	if b.seq.in(2) {
		set(75, pick(&b.seq, []string{"true", "true", "false"}))
	}
	if b.seq.in(3) {
		// A date is stored as the text that its author's browser made of it.
		layout := pick(&b.seq, []string{"01/02/2006", "01/02/2006", "02.01.2006", "2006/1/2"})
		set(76, o.created.AddDate(0, 2, b.seq.below(25)).Format(layout))
	}
	if b.seq.in(3) {
		// "Cold call" is no option any more.
		set(77, pick(&b.seq, []string{"Direct", "Partner", "Trade fair", "Website", "Referral", "Cold call"}))
	}
	if b.seq.in(4) {
		set(78, fmt.Sprintf("J%05d", b.seq.below(100000)))
	}
	if b.seq.in(6) {
		set(79, "true")
	}
	used := len(b.tags) - unusedTags
	for n := b.seq.weighted(3, 4, 3, 1); n > 0; n-- {
		// The least of two draws: early tags are used far more than late ones.
		tag := b.tags[min(b.seq.below(used), b.seq.below(used))]
		if len(o.tags) == 0 || o.tags[len(o.tags)-1] != tag && o.tags[0] != tag {
			o.tags = append(o.tags, tag)
		}
	}
}

func (b *builder) region(c *contact) string {
	if c.employer != nil {
		c = c.employer
	}
	if !c.company {
		return ""
	}
	return companyRows[c.id-1001].region
}
