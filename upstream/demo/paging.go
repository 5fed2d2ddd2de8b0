package demo

import "strings"

// window is the part of a list that one reply carries.
type window struct{ from, to int }

// page cuts a finished list of n rows. nextIndex points one row too far, as on
// every portal: whoever follows it loses a row.
func (c *call) page(n int) (window, answer) {
	start, count := c.params.start(), c.params.count()
	from := min(start, n)
	size := count
	if size == 0 {
		size = 1 // the portal always asks for one row more than it wants
	}
	to := min(from+size, n)
	result := answer{count: to - from, start: start}
	if to-from == count && n-from > count {
		result.next = start + count + 1
	}
	return window{from, to}, result
}

// plainList answers a list that the portal does not page in its database: it
// carries a total only when it had to be cut.
func (c *call) plainList(rows []string) answer {
	cut, result := c.page(len(rows))
	if len(rows) > c.params.count() {
		result.total, result.hasTotal = len(rows), true
	}
	result.payload = []byte("[" + strings.Join(rows[cut.from:cut.to], ",") + "]")
	return result
}

// databaseTotal is the rule of the lists that are paged in the database: exact
// within the list, but a page beyond its end claims as many rows as were skipped.
func (r *answer) databaseTotal(matching int) {
	r.total, r.hasTotal = max(matching, r.start), true
}

// loadedTotal also knows the lists that were loaded whole because their sort key
// is unknown, where the skipped rows are counted twice.
func (r *answer) loadedTotal(matching int, known bool) {
	r.databaseTotal(matching)
	if !known {
		r.total = r.start + matching
	}
}

// containsWords reports whether every word of search, which is in lower case,
// occurs in one of the texts.
func containsWords(search string, texts ...string) bool {
	if search == "" {
		return true
	}
	all := strings.ToLower(strings.Join(texts, "\n"))
	for _, word := range strings.Fields(search) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}
