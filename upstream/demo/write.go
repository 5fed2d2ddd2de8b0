package demo

import (
	"slices"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// mostCreated is how many rows can be added to those of the start.
const mostCreated = 2000

// rows counts what writes can add to.
func (s *store) rows() int {
	n := len(s.opportunities) + len(s.tasks) + len(s.events) + len(s.contacts) + len(s.tags) + len(s.contactTags)
	for _, x := range s.contacts {
		n += len(x.infos) + len(x.addresses)
	}
	return n
}

// grow refuses what would not fit any more, before it is written.
func (s *store) grow() error {
	if s.rows() >= s.room {
		return errFull
	}
	return nil
}

// now is a little later with each write. Replies made of what was sent show it to
// the tick; the database keeps whole seconds.
func (s *store) now() time.Time {
	s.writes++
	return today.Add(time.Duration(s.writes) * 7_482_193_500)
}

func stored(t time.Time) time.Time { return t.Round(time.Second) }

// Sizes of the database's columns: titles and names in characters, long texts in
// bytes.
const (
	titleColumn = 255
	textColumn  = 65535
	noteLimit   = 65000 // characters, the one length that the portal checks
)

// column is what the database keeps of a text: strict mode is off, so it cuts at
// the end of the column, and before the first character that takes four bytes.
func column(text string, characters, bytes int) string {
	n := 0
	for i, r := range text {
		if r > 0xffff || n == characters || i+utf8.RuneLen(r) > bytes {
			return text[:i]
		}
		n++
	}
	return text
}

func titleOf(text string) string { return column(text, titleColumn, 4*titleColumn) }

func longText(text string) string { return column(text, textColumn, textColumn) }

// interrupted reports whether a fault stops the write where it stands.
func (c *call) interrupted() bool {
	return slices.ContainsFunc(c.faults, func(f *injected) bool {
		switch f.Kind {
		case Delay, Truncated, SlowBody, WrongShape, NoNestedIDs:
			return false
		default:
			return f.When == During
		}
	})
}

// employeeByID stands the removed profile in for everybody unknown.
func (s *store) employeeByID(id string) (u *employee, known bool) {
	for _, u := range s.employees {
		if u.id == id {
			return u, !u.gone
		}
	}
	return s.employee(lostUser), false
}

// employeesByID drops what comes twice.
func (s *store) employeesByID(ids []string) []*employee {
	var list []*employee
	for _, id := range ids {
		if u, _ := s.employeeByID(id); !slices.Contains(list, u) {
			list = append(list, u)
		}
	}
	return list
}

// notify sends no mail, but fails as the portal does when a recipient is unknown.
func (c *call) notify(ids []string) error {
	for _, id := range ids {
		if _, known := c.store.employeeByID(id); !known && id != c.viewer.id {
			return errRecipient
		}
	}
	return nil
}

// bareText answers a text, whose length is its count.
func bareText(text string) answer {
	return answer{payload: appendQuoted(nil, text), count: len(utf16.Encode([]rune(text)))}
}

// listItem finds a row of any of the dictionaries, which share their ids.
func (s *store) listItem(id int) *dictionaryRow {
	for _, list := range [][]*dictionaryRow{s.taskCategories, s.eventCategories, s.statusList, s.typeList} {
		for _, item := range list {
			if item.id == id {
				return item
			}
		}
	}
	return nil
}

// without returns the list short of one element.
func without[T comparable](list []T, gone T) []T {
	return slices.DeleteFunc(list, func(x T) bool { return x == gone })
}

func hasFold(list []string, text string) bool {
	return slices.ContainsFunc(list, func(own string) bool { return strings.EqualFold(own, text) })
}

// Restore undoes every write: the portal knows again what it knew at first.
// Faults, counters and the version stay.
func (p *Portal) Restore() {
	fresh := firstStore().copy()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.store = fresh
}
