package resolvers_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"onlyoffice-graphql/upstream/demo"
)

// employee is somebody who writes.
type employee struct {
	name, id, token string
	isAdmin         bool
}

// removed is how the portal shows an employee whose profile was removed.
const removed = "4a515a15-d4d6-4b8e-828e-e0586f18f3a3"

func employeesOf(p *demo.Portal) []*employee {
	list := []*employee{
		{name: "anna.lindqvist", id: strings.Trim(anna, `"`), isAdmin: true},
		{name: "mark.oconnell", id: "93580c54-1132-4d6b-bf2d-da0bfaaa1a28"},
		{name: "bjorn.ostlund", id: strings.Trim(bjorn, `"`)},
		{name: "mei.tanaka", id: strings.Trim(mei, `"`)},
		{name: "sofia.almeida", id: "0d9c1f7e-52a8-4b0d-9d1b-7f0e34c5a801", isAdmin: true},
	}
	for _, e := range list {
		e.token = p.TokenOf(e.name + "@fennmark.example")
	}
	return list
}

// stages of the demo portal: how likely the sale is there, and whether it closes.
var stagesByID = map[string]struct {
	probability string
	closes      bool
}{
	"11": {"1", false}, "12": {"2", false}, "13": {"3", false}, "14": {"20", false}, "15": {"50", false}, "16": {"75", false},
	"17": {"90", false}, "18": {"100", true}, "19": {"0", true},
}

var bidTypes = []string{"FIXED_BID", "PER_HOUR", "PER_DAY", "PER_WEEK", "PER_MONTH", "PER_YEAR"}

// chooser makes up changes.
type chooser struct {
	*rand.Rand
	zone      *time.Location
	employees []*employee
	contacts  map[string]demo.Row // by number
	numbers   []string            // of contacts
}

func newChooser(seed, stream uint64, p *demo.Portal, zone *time.Location) *chooser {
	c := &chooser{rand.New(rand.NewPCG(seed, stream)), zone, employeesOf(p), map[string]demo.Row{}, nil}
	for name, row := range p.Rows() {
		if id, ok := strings.CutPrefix(name, "contact "); ok {
			c.contacts[id], c.numbers = row, append(c.numbers, id)
		}
	}
	slices.Sort(c.numbers)
	return c
}

func (c *chooser) one(in int) bool { return c.IntN(in) == 0 }

func pick[T any](c *chooser, list []T) T { return list[c.IntN(len(list))] }

// sees reports whether somebody sees a contact.
func (c *chooser) sees(by *employee, contact string) bool {
	row := c.contacts[contact]
	return row != nil && (by.isAdmin || row["shareType"] != "0" || slices.Contains(lines(row["managerIds"]), by.id))
}

func (c *chooser) text() string {
	return fmt.Sprintf("%s %d", pick(c, []string{"Ängelholm", "a <b> & c", "line\r\nline", " blanks ", "Q\"4\\", "Ελλάδα"}), c.IntN(1000))
}

// amount returns a decimal as a client writes it, and as the portal keeps it.
func (c *chooser) amount() (text, kept string) {
	whole, fraction := c.Int64N(1e18), c.Int64N(1e9)
	switch c.IntN(3) {
	case 0:
		fraction = 0
	case 1:
		whole = c.Int64N(10)
	}
	text = strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%d.%09d", whole, fraction), "0"), ".")
	if value, _ := new(big.Rat).SetString(text); value.Sign() != 0 {
		kept = value.FloatString(9)
	}
	return text, kept
}

// date returns one as a client writes it: with an offset, or a bare day of the portal.
func (c *chooser) date() (text, kept string) {
	t := time.Date(2020+c.IntN(8), time.Month(1+c.IntN(12)), 1+c.IntN(28), c.IntN(24), c.IntN(60), c.IntN(60), 0, time.UTC)
	if c.one(2) {
		day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, c.zone)
		return t.Format(time.DateOnly), day.UTC().Format(time.RFC3339)
	}
	return t.In(time.FixedZone("", 3600*(c.IntN(24)-12))).Format(time.RFC3339), t.Format(time.RFC3339)
}

func (c *chooser) list(most int) []string {
	list := []string{}
	for range c.IntN(most + 1) {
		if id := pick(c, c.employees).id; !slices.Contains(list, id) {
			list = append(list, id)
		}
	}
	return list
}

// change makes up one of an opportunity, or of a task.
func (c *chooser) change(kind string, id int, row demo.Row) *change {
	ch := &change{kind: kind, id: id, by: pick(c, c.employees), input: map[string]any{"id": strconv.Itoa(id)}, named: map[string]string{}}
	switch n := c.IntN(10); {
	case kind == "task" && n < 8:
		c.updateTask(ch)
	case kind == "task":
		ch.mutation = pick(c, []string{"closeTask", "reopenTask"})
		ch.named["isClosed"] = strconv.FormatBool(ch.mutation == "closeTask")
	case n < 5:
		c.updateOpportunity(ch, row)
	case n == 5:
		ch.mutation = "moveOpportunity"
		c.stage(ch, row)
	case n == 6:
		c.setAccess(ch, row)
	case n == 7:
		c.members(ch, row)
	case n == 8:
		ch.mutation, ch.input["entity"] = "setCustomFields", "OPPORTUNITY"
		c.fields(ch)
	default:
		c.tags(ch, row)
	}
	if _, may := ch.input["title"]; may && c.one(20) {
		ch.input["ifRevision"] = "another"
	}
	return ch
}

// value adds a value to the input, or null, one time in often.
func (c *chooser) value(ch *change, name string, often int, clears string, value func() (sent any, kept string)) {
	if !c.one(often) {
		return
	}
	if clears != "-" && c.one(4) {
		ch.input[name], ch.named[name] = nil, clears
		return
	}
	ch.input[name], ch.named[name] = value()
}

func same(text string) (sent any, kept string) { return text, text }

func (c *chooser) number(n int) (sent any, kept string) { return n, strconv.Itoa(n) }

func (c *chooser) updateOpportunity(ch *change, row demo.Row) {
	ch.mutation = "updateOpportunity"
	dated := func() (any, string) { return c.date() }
	c.value(ch, "title", 3, "-", func() (any, string) { return same(c.text()) })
	c.value(ch, "description", 6, "", func() (any, string) { return same(c.text()) })
	c.value(ch, "contactId", 6, "0", func() (any, string) { return same(pick(c, c.numbers)) })
	c.value(ch, "bidType", 6, "0", func() (any, string) { n := c.IntN(6); return bidTypes[n], strconv.Itoa(n) })
	c.value(ch, "bidValue", 6, "", func() (any, string) { return c.amount() })
	c.value(ch, "bidCurrency", 4, "-", func() (any, string) { return same(pick(c, []string{"EUR", "USD", "GBP"})) })
	c.value(ch, "perPeriodValue", 6, "0", func() (any, string) { return c.number(c.IntN(200)) })
	c.value(ch, "expectedCloseDate", 5, "", dated)
	if c.one(5) {
		c.stage(ch, row)
	}
	c.value(ch, "successProbability", 6, "0", func() (any, string) { return c.number(c.IntN(101)) })
	c.value(ch, "actualCloseDate", 6, "", dated)
	c.value(ch, "responsibleId", 5, "-", func() (any, string) { return same(pick(c, c.employees).id) })
	if _, named := ch.input["responsibleId"]; named {
		ch.access = &access{}
	}
	if c.one(6) {
		isPrivate := c.one(2)
		ch.access, ch.input["isPrivate"] = &access{isPrivate: &isPrivate}, isPrivate
		if isPrivate && c.one(2) {
			ch.access.list = c.list(3)
			ch.input["accessListIds"] = ch.access.list
		}
	}
	if row["isPrivate"] == "true" && c.one(10) {
		ch.access = &access{list: c.list(3)}
		ch.input["accessListIds"] = ch.access.list
		delete(ch.input, "isPrivate")
	}
	if c.one(5) {
		c.fields(ch)
	}
}

// stage moves an opportunity, from which its probability and its close date follow.
func (c *chooser) stage(ch *change, row demo.Row) {
	id := strconv.Itoa(11 + c.IntN(9))
	ch.input["stageId"], ch.named["stageId"] = id, id
	if row["stageId"] == id {
		return
	}
	ch.named["successProbability"], ch.named["actualCloseDate"] = stagesByID[id].probability, ""
	if stagesByID[id].closes {
		ch.named["actualCloseDate"] = "*"
	}
}

func (c *chooser) setAccess(ch *change, row demo.Row) {
	ch.mutation = "setOpportunityAccess"
	isPrivate := c.one(2)
	ch.access = &access{isPrivate: &isPrivate}
	ch.input["isPrivate"] = isPrivate
	if isPrivate && c.one(2) {
		ch.access.list = c.list(4)
		ch.input["accessListIds"] = ch.access.list
	}
}

// members come or go, those that the caller cannot see but for the answer's saying so.
func (c *chooser) members(ch *change, row demo.Row) {
	ids := []string{pick(c, c.numbers)}
	for range c.IntN(3) {
		if id := pick(c, append(slices.Clone(c.numbers), lines(row["memberIds"])...)); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	list := lines(row["memberIds"])
	if ch.mutation = "addOpportunityMembers"; c.one(2) {
		ch.mutation = "removeOpportunityMembers"
		list = slices.DeleteFunc(list, func(id string) bool { return slices.Contains(ids, id) })
	} else {
		list = append(list, ids...)
	}
	ch.input["contactIds"], ch.named["memberIds"] = ids, sorted(list)
}

// fields of which one is kept by its option, one is a check box and one a text.
func (c *chooser) fields(ch *change) {
	var list []map[string]any
	for i, value := range []string{c.text(), "", pick(c, []string{"DACH", "Nordics"}), pick(c, []string{"true", "false"})} {
		id := 72 + i
		if id == 73 || len(list) > 0 && c.one(2) {
			continue
		}
		named, kept := any(value), strings.TrimSpace(value)
		if c.one(4) {
			named, kept = nil, ""
		}
		list = append(list, map[string]any{"fieldId": strconv.Itoa(id), "value": named})
		ch.named[fmt.Sprint("customFields ", id)] = kept
	}
	ch.input["customFields"] = list
}

func (c *chooser) tags(ch *change, row demo.Row) {
	tag := pick(c, []string{"renewal", "hardware", "pilot", "brand new"})
	list := slices.DeleteFunc(lines(row["tags"]), func(own string) bool { return strings.EqualFold(own, tag) })
	if ch.mutation = "removeTags"; c.one(2) {
		ch.mutation = "addTags"
		list = append(list, tag)
	}
	ch.input["entity"], ch.input["tags"] = "OPPORTUNITY", []string{pick(c, []string{tag, " " + tag})}
	if tag != "brand new" && c.one(2) { // the dictionary has it, and its spelling counts
		ch.input["tags"] = []string{strings.ToUpper(tag)}
	}
	ch.named["tags"] = sorted(list)
}

func (c *chooser) updateTask(ch *change) {
	ch.mutation = "updateTask"
	c.value(ch, "title", 2, "-", func() (any, string) { return same(c.text()) })
	c.value(ch, "description", 4, "", func() (any, string) { return same(c.text()) })
	c.value(ch, "responsibleId", 5, "-", func() (any, string) { return same(pick(c, c.employees).id) })
	c.value(ch, "deadLine", 4, "-", func() (any, string) { return c.date() })
	c.value(ch, "categoryId", 5, "-", func() (any, string) { return same(pick(c, []string{"21", "22", "23"})) })
	c.value(ch, "contactId", 6, "0", func() (any, string) { return same(pick(c, c.numbers)) })
	c.value(ch, "opportunityId", 6, "0", func() (any, string) { return same(strconv.Itoa(3101 + c.IntN(8))) })
	c.value(ch, "alertValue", 5, "0", func() (any, string) { return c.number(c.IntN(100)) })
}
