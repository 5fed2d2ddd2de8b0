package upstream

import (
	"net/url"
	"strconv"
	"strings"
)

// formType is what bodies are: the portal reads decimals exactly and texts unchanged
// only in forms, not in JSON.
const formType = "application/x-www-form-urlencoded; charset=utf-8"

// form is a body under construction. Its order is that of the calls, as the portal
// needs the indexes of pairs to ascend, where url.Values sorts 10 before 2.
type form struct {
	text  strings.Builder
	isNew bool // it is of something new, and leaves out what that has not: others say that it is empty
}

func (f *form) add(name, value string) {
	if f.text.Len() > 0 {
		f.text.WriteByte('&')
	}
	f.text.WriteString(url.QueryEscape(name))
	f.text.WriteByte('=')
	f.text.WriteString(url.QueryEscape(value))
}

func (f *form) number(name string, n int) { f.add(name, strconv.Itoa(n)) }

func (f *form) truth(name string, is bool) { f.add(name, strconv.FormatBool(is)) }

// given adds a value, but for one that something new has not: what is left out is empty to
// the portal.
func (f *form) given(name, value string, is bool) {
	if is || !f.isNew {
		f.add(name, value)
	}
}

func (f *form) givenText(name, value string) { f.given(name, value, value != "") }

func (f *form) givenNumber(name string, n int) { f.given(name, strconv.Itoa(n), n != 0) }

func (f *form) givenTruth(name string, is bool) { f.given(name, strconv.FormatBool(is), is) }

// date adds a date that is set: the portal has no other way to unset one.
func (f *form) date(name string, t DateTime) {
	if !t.IsZero() {
		f.add(name, t.sent())
	}
}

// texts adds a list. An empty one is left out, as any other form of it is refused.
func (f *form) texts(name string, values []string) {
	for _, v := range values {
		f.add(name+"[]", v)
	}
}

func (f *form) numbers(name string, values []int) {
	for _, n := range values {
		f.number(name+"[]", n)
	}
}

// values adds custom fields. One blank clears a field, as no text does nothing; something
// new has none to be cleared.
func (f *form) values(fields []FieldValue) {
	n := 0
	for _, field := range fields {
		value := field.text()
		if value == "" {
			if f.isNew {
				continue
			}
			value = " "
		}
		at := "customFieldList[" + strconv.Itoa(n) + "]"
		f.number(at+"[key]", field.FieldID)
		f.add(at+"[value]", value)
		n++
	}
}

func (f *form) String() string { return f.text.String() }
