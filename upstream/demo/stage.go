package demo

import "time"

func listStages(c *call) (answer, error) {
	var rows []string
	for _, st := range c.store.stages {
		rows = append(rows, c.stage(st))
	}
	return c.plainList(rows), nil
}

func getStage(c *call) (answer, error) {
	id, err := c.id()
	if err != nil {
		return answer{}, err
	}
	st := c.store.stage(id)
	if st == nil {
		return answer{}, errNotFound
	}
	return one([]byte(c.stage(st))), nil
}

// stage has a count of all its opportunities, seen or not.
func (c *call) stage(st *stage) string {
	count := 0
	for _, o := range c.store.opportunities {
		if o.stage == st {
			count++
		}
	}
	e := c.encoder()
	e.open("", '{')
	e.nonZero("relativeItemsCount", count)
	e.stageMembers(st)
	e.number("id", st.id)
	e.close('}')
	return string(e.buf)
}

// moveOpportunity takes the stage from a parameter, not from the path, and the
// probability and the close date from the stage.
func moveOpportunity(c *call) (answer, error) {
	b := c.binder()
	id, stageID := b.path(c.digits), b.number("stageid")
	if b.err != nil {
		return answer{}, b.err
	}
	if id <= 0 || stageID <= 0 {
		return answer{}, errRange
	}
	o, st := c.store.opportunity(id), c.store.stage(stageID)
	if o == nil || !c.viewer.sees(o) || st == nil {
		return answer{}, errNotFound
	}
	var now time.Time
	if st.kind != 0 {
		now = c.store.now()
	}
	o.stage, o.probability, o.actualClose = st, st.probability, stored(now)
	echo := *o
	echo.actualClose = now
	return c.oneOpportunity(&echo), nil
}
