package demo

import (
	"slices"
	"strings"
	"time"
)

// opportunityInput is the bound form of the parameters of a new or changed
// opportunity.
type opportunityInput struct {
	contact              int
	members              []int
	title, description   string
	described            bool
	responsible          string
	bidType              int
	bidEcho, bid         string
	currency             string
	periods, stage       int
	probability          int
	actualClose, expects time.Time
	fields               []keyed
	private              bool
	access               []string
	notify               bool
}

func (c *call) bindOpportunity() (in opportunityInput, err error) {
	b := c.binder()
	in.contact = b.number("contactid")
	in.members = b.numbers("members")
	in.title, _ = b.text("title")
	in.description, in.described = b.text("description")
	in.responsible = b.guid("responsibleid")
	in.bidType, _ = b.enum("bidType", "FixedBid", "PerHour", "PerDay", "PerWeek", "PerMonth", "PerYear")
	in.bidEcho, in.bid = b.decimal("bidValue")
	in.currency, _ = b.text("bidCurrencyAbbr")
	in.periods = b.number("perPeriodValue")
	in.stage = b.number("stageid")
	in.probability = min(max(b.number("successProbability"), 0), 100)
	in.actualClose = b.date("actualCloseDate")
	in.expects = b.date("expectedCloseDate")
	in.fields = b.pairs("customFieldList")
	in.private, _ = b.flag("isPrivate")
	in.access = b.guids("accessList")
	in.notify, _ = b.flag("isNotify")
	return in, b.err
}

// check refuses what the portal refuses; it looks at little.
func (in opportunityInput) check(c *call) error {
	if in.title == "" || in.responsible == "" || in.stage <= 0 || in.currency == "" {
		return errRange
	}
	if c.store.stage(in.stage) == nil {
		return errStage
	}
	if currencyOf(strings.ToUpper(in.currency)) == nil {
		return errRange
	}
	if in.contact == 0 {
		return nil
	}
	primary := c.store.byContactID[in.contact]
	switch {
	case primary == nil:
		return errRange
	case !c.viewer.seesContact(primary):
		return errForbidden
	}
	return nil
}

// fill is the one statement that writes the whole row.
func (in opportunityInput) fill(s *store, o *opportunity) {
	o.title, o.description = titleOf(in.title), longText(in.description)
	o.responsible, _ = s.employeeByID(in.responsible)
	o.contact = s.byContactID[in.contact]
	o.bidType, o.bid, o.currency, o.periods = in.bidType, in.bid, currencyOf(strings.ToUpper(in.currency)), in.periods
	o.stage, o.probability = s.stage(in.stage), in.probability
	o.actualClose, o.expected = stored(in.actualClose), stored(in.expects)
}

func createOpportunity(c *call) (answer, error) {
	in, err := c.bindOpportunity()
	if err != nil {
		return answer{}, err
	}
	if err := in.check(c); err != nil {
		return answer{}, err
	}
	if err := c.store.grow(); err != nil {
		return answer{}, err
	}
	now := c.store.now()
	c.store.lastID++
	o := &opportunity{id: c.store.lastID, createBy: c.viewer, created: stored(now)}
	in.fill(c.store, o)
	c.store.opportunities = append(c.store.opportunities, o)
	if c.interrupted() {
		return answer{}, errNull
	}
	if in.notify && in.private {
		if err := c.notify(in.access); err != nil {
			return answer{}, err // and it stays public
		}
	}
	c.share(o, in.private, in.access)
	if in.contact != 0 {
		in.members = append(in.members, in.contact)
	}
	c.setMembers(o, in.members)
	c.setOpportunityFields(o, in.fields)
	echo := *o
	echo.title, echo.description, echo.undescribed = in.title, in.description, !in.described
	echo.created, echo.bid, echo.actualClose, echo.expected = now, in.bidEcho, in.actualClose, in.expects
	return c.oneOpportunity(&echo), nil
}

// updateOpportunity replaces everything: what was not sent is emptied.
func updateOpportunity(c *call) (answer, error) {
	b := c.binder()
	id := b.path(c.digits)
	if b.err != nil {
		return answer{}, b.err
	}
	in, err := c.bindOpportunity()
	if err != nil {
		return answer{}, err
	}
	o := c.store.opportunity(id)
	if o == nil || !c.viewer.sees(o) {
		return answer{}, errNotFound
	}
	if err := in.check(c); err != nil {
		return answer{}, err
	}
	in.fill(c.store, o)
	if c.interrupted() {
		return answer{}, errNull
	}
	if len(in.members) > 0 {
		c.setMembers(o, in.members)
	}
	if c.viewer.admin || o.createBy == c.viewer { // others change no access, without a word
		if in.notify && in.private {
			if err := c.notify(in.access); err != nil {
				return answer{}, err
			}
		}
		c.share(o, in.private, in.access)
	}
	c.setOpportunityFields(o, in.fields)
	return c.oneOpportunity(o), nil
}

func (c *call) oneOpportunity(o *opportunity) answer {
	e := c.encoder()
	e.opportunity(c.store, o, false)
	return one(e.buf)
}

// deleteOpportunity answers with what is left of it.
func deleteOpportunity(c *call) (answer, error) {
	o, err := c.opportunity()
	if err != nil {
		return answer{}, err
	}
	s := c.store
	s.opportunities = without(s.opportunities, o)
	s.tasks = slices.DeleteFunc(s.tasks, func(t *task) bool { return t.opportunity == o.id })
	s.events = slices.DeleteFunc(s.events, func(v *event) bool { return v.opportunity == o.id })
	if o.stage == nil {
		return answer{}, errNotFound
	}
	bare := *o
	bare.members, bare.access, bare.private, bare.fields = nil, nil, false, nil
	return c.oneOpportunity(&bare), nil
}
