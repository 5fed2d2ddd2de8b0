package demo

import (
	"strconv"
	"time"
	"unicode/utf8"
)

// encoder appends JSON the way the portal's serializer writes it. Commas are
// derived from what was written last, so members can be left out freely.
type encoder struct {
	buf    []byte
	viewer *employee
	zone   *time.Location // of instants
	// noNestedIDs drops the id of contacts, stages and custom fields that are
	// part of another object: what a portal does after an unlucky projection.
	noNestedIDs bool
}

// key starts a member, or an array element when name is empty.
func (e *encoder) key(name string) {
	if n := len(e.buf); n > 0 {
		switch e.buf[n-1] {
		case '{', '[', ':':
		default:
			e.buf = append(e.buf, ',')
		}
	}
	if name != "" {
		e.buf = append(e.buf, '"')
		e.buf = append(e.buf, name...)
		e.buf = append(e.buf, '"', ':')
	}
}

func (e *encoder) open(name string, bracket byte) {
	e.key(name)
	e.buf = append(e.buf, bracket)
}

func (e *encoder) close(bracket byte) { e.buf = append(e.buf, bracket) }

func (e *encoder) text(name, value string) {
	e.key(name)
	e.buf = appendQuoted(e.buf, value)
}

// set writes a member that the portal leaves out when there is none.
func (e *encoder) set(name, value string) {
	if value != "" {
		e.text(name, value)
	}
}

func (e *encoder) number(name string, value int) {
	e.key(name)
	e.buf = strconv.AppendInt(e.buf, int64(value), 10)
}

func (e *encoder) nonZero(name string, value int) {
	if value != 0 {
		e.number(name, value)
	}
}

func (e *encoder) flag(name string, value bool) {
	e.key(name)
	e.buf = strconv.AppendBool(e.buf, value)
}

// raw writes a value that is JSON already: a decimal, null, a finished document.
func (e *encoder) raw(name, value string) {
	e.key(name)
	e.buf = append(e.buf, value...)
}

// nestedID ends an object that is part of another one.
func (e *encoder) nestedID(id int) {
	if !e.noNestedIDs {
		e.number("id", id)
	}
	e.close('}')
}

const hexDigits = "0123456789abcdef"

func appendUnicode(b []byte, unit rune) []byte {
	return append(b, '\\', 'u', hexDigits[unit>>12&15], hexDigits[unit>>8&15], hexDigits[unit>>4&15], hexDigits[unit&15])
}

func plainByte(c byte) bool {
	return c >= 0x20 && c < utf8.RuneSelf && c != '"' && c != '\\' && c != '/'
}

// appendQuoted follows the portal's JsonStringConverter. A lone half of a
// surrogate pair, which a .NET string can hold, is kept in our tables as its
// three raw bytes and leaves as one escape.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); {
		plain := i
		for plain < len(s) && plainByte(s[plain]) {
			plain++
		}
		b = append(b, s[i:plain]...)
		if i = plain; i == len(s) {
			break
		}
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			if c < 0x20 {
				b = appendUnicode(b, rune(c))
			} else {
				b = append(b, '\\', c)
			}
			continue
		}
		if c == 0xed && i+2 < len(s) && s[i+1] >= 0xa0 {
			b = appendUnicode(b, rune(c&0xf)<<12|rune(s[i+1]&0x3f)<<6|rune(s[i+2]&0x3f))
			i += 3
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r > 0xffff:
			r -= 0x10000
			b = appendUnicode(appendUnicode(b, 0xd800+r>>10), 0xdc00+r&0x3ff)
		case r == 0xfffe || r == 0xffff:
			b = appendUnicode(b, r)
		default:
			b = append(b, s[i:i+size]...)
		}
		i += size
	}
	return append(b, '"')
}
