package demo

import (
	"slices"
	"strings"
)

func getOpportunityTags(c *call) (answer, error) {
	o, err := c.opportunity()
	if err != nil {
		return answer{}, err
	}
	return c.tags(o.tags), nil
}

// tags of one entity are bare strings.
func (c *call) tags(list []string) answer {
	rows := make([]string, len(list))
	for i, tag := range list {
		rows[i] = string(appendQuoted(nil, tag))
	}
	return c.plainList(rows)
}

func listOpportunityTags(c *call) (answer, error) {
	uses := map[string]int{}
	for _, o := range c.store.opportunities {
		for _, tag := range o.tags {
			uses[tag]++
		}
	}
	return c.countedTags(c.store.tags, uses), nil
}

// countedTags are objects, sorted by title; they have no id anywhere.
func (c *call) countedTags(titles []string, uses map[string]int) answer {
	titles = slices.SortedFunc(slices.Values(titles), func(a, b string) int {
		return strings.Compare(strings.ToLower(a), strings.ToLower(b))
	})
	rows := make([]string, len(titles))
	for i, title := range titles {
		e := c.encoder()
		e.open("", '{')
		e.text("title", title)
		e.nonZero("relativeItemsCount", uses[title])
		e.close('}')
		rows[i] = string(e.buf)
	}
	return c.plainList(rows)
}
