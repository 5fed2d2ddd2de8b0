package demo

// categoryOf is a category of tasks or events as these carry it.
func (e *encoder) categoryOf(name string, item *dictionaryRow) {
	e.open(name, '{')
	e.categoryMembers(item)
	e.close('}')
}

func (e *encoder) categoryMembers(item *dictionaryRow) {
	if item.noImage {
		e.raw("imagePath", "null")
	} else {
		e.text("imagePath", item.image)
	}
	e.dictionaryMembers(item)
	e.number("id", item.id)
}

func listTaskCategories(c *call) (answer, error) {
	uses := map[*dictionaryRow]int{}
	for _, t := range c.store.tasks {
		uses[t.category]++
	}
	return c.categories(c.store.taskCategories, uses), nil
}

func listEventCategories(c *call) (answer, error) {
	uses := map[*dictionaryRow]int{}
	for _, v := range c.store.events {
		uses[v.category]++
	}
	return c.categories(c.store.eventCategories, uses), nil
}

func (c *call) categories(list []*dictionaryRow, uses map[*dictionaryRow]int) answer {
	var rows []string
	for _, item := range list {
		e := c.encoder()
		e.open("", '{')
		e.nonZero("relativeItemsCount", uses[item])
		e.categoryMembers(item)
		e.close('}')
		rows = append(rows, string(e.buf))
	}
	return c.plainList(rows)
}
