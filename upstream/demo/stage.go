package demo

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
