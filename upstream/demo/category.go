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
	return c.categories(c.store.taskCategories, c.store.taskCategoryUses()), nil
}

func (s *store) taskCategoryUses() map[*dictionaryRow]int {
	uses := map[*dictionaryRow]int{}
	for _, t := range s.tasks {
		uses[t.category]++
	}
	return uses
}

func listEventCategories(c *call) (answer, error) {
	uses := map[*dictionaryRow]int{}
	for _, v := range c.store.events {
		uses[v.category]++
	}
	return c.categories(c.store.eventCategories, uses), nil
}

func (e *encoder) countedCategory(name string, item *dictionaryRow, uses int) {
	e.open(name, '{')
	e.nonZero("relativeItemsCount", uses)
	e.categoryMembers(item)
	e.close('}')
}

func (c *call) categories(list []*dictionaryRow, uses map[*dictionaryRow]int) answer {
	var rows []string
	for _, item := range list {
		e := c.encoder()
		e.countedCategory("", item, uses[item])
		rows = append(rows, string(e.buf))
	}
	return c.plainList(rows)
}
