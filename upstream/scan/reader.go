// Package scan reads JSON into Go values, in one pass and with little memory.
//
// A portal's answers are most of what this program reads, and they are all of a few
// shapes. So they are read straight into the Go types, whose members are generated
// from their json tags (package gen). What encoding/json takes is taken, to the same
// value, and what it refuses is refused, but for the bounds below: the fuzz targets
// here and in package upstream hold the two against each other.
package scan

import (
	"errors"
	"fmt"
	"strings"
)

// maxDepth is how deep values may be nested, as in encoding/json.
const maxDepth = 10_000

// The bounds of what is read. A sender could make a few bytes of text into a lot of
// memory: "{}," may stand for a large struct. So lists have an end, and what a text is
// read into has a size.
const (
	// MaxEntries is how many entries any list may have. No list of a portal has
	// more than 1000, and nested ones have some dozens.
	MaxEntries = 10_000
	// MaxGrowth is how many times the memory of its text a value may take. What an
	// honest text is read into is about as large as the text.
	MaxGrowth = 4
	// FreeOfGrowth is how many bytes any value may take. A short text may be read into
	// more than it is worth: a portal that knows little of many things sends them as
	// short objects.
	FreeOfGrowth = 256 << 10
)

// The errors of what is JSON, and beyond the bounds.
var (
	ErrTooManyEntries = fmt.Errorf("a list of more than %d entries", MaxEntries)
	ErrTooMuch        = fmt.Errorf("it takes more than %d times the memory of its text", MaxGrowth)
	ErrBeyondInt      = errors.New("a number of more bits than it may have")
)

// Reader reads a JSON text from left to right. What it reads into is no part of
// that text, which may be overwritten afterwards; only Raw, Quoted and a key are.
type Reader struct {
	text   string
	wanted Options
	at     int // of the next byte
	depth  int
	texts  []string // see newText
	kept   []byte   // see own
	spent  int      // bytes of memory that were taken; see spend
	broken error    // not JSON, or too much of it; then nothing is left to read
	misfit error    // the first value that was of another type than wanted; those after it are read all the same
}

// fail ends the reading: the text is not JSON.
func (r *Reader) fail() {
	if r.broken == nil {
		r.stop(fmt.Errorf("not JSON at byte %d of %d", r.at, len(r.text)))
	}
}

// stop ends the reading.
func (r *Reader) stop(err error) {
	if r.broken == nil {
		r.broken = err
	}
	r.at = len(r.text)
}

// spend counts memory that values take, and ends the reading when it is too much
// for this text.
func (r *Reader) spend(bytes int) {
	if r.spent += bytes; r.spent > FreeOfGrowth+MaxGrowth*len(r.text) {
		r.stop(ErrTooMuch)
	}
}

// misfits passes over a value that cannot be what it should be.
func (r *Reader) misfits(wanted string) {
	start := r.at
	r.skip()
	r.Refuse(fmt.Errorf("not %s, at byte %d", wanted, start))
}

// Refuse notes why a value that was read cannot be taken. The reading goes on, and
// Read returns the first of these errors.
func (r *Reader) Refuse(err error) {
	if r.misfit == nil {
		r.misfit = err
	}
}

// peek returns the first byte of the next token, or 0 where the text ends.
func (r *Reader) peek() byte {
	if r.at < len(r.text) && r.text[r.at] > ' ' { // portals send no white space
		return r.text[r.at]
	}
	return r.peekAfterSpace()
}

// peekAfterSpace is apart from peek so that the compiler inlines that.
func (r *Reader) peekAfterSpace() byte {
	for ; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// open goes into the object or list that is next.
func (r *Reader) open() {
	r.at++
	if r.depth++; r.depth > maxDepth {
		r.fail()
	}
}

// more reports whether there is another item before the end of the object or
// list, and passes over the comma before it, or the end.
func (r *Reader) more(end byte, first bool) bool {
	switch c := r.peek(); {
	case c == end:
		r.at++
		r.depth--
		return false
	case first && c != 0:
		return true
	case c == ',':
		r.at++
		return true
	default:
		r.fail()
		return false
	}
}

// colon passes over the colon after a key.
func (r *Reader) colon() {
	if r.peek() != ':' {
		r.fail()
		return
	}
	r.at++
}

// literal passes over null, true or false.
func (r *Reader) literal(word string) {
	if !strings.HasPrefix(r.text[r.at:], word) {
		r.fail()
		return
	}
	r.at += len(word)
}

// Null passes over null, and reports whether that was next.
func (r *Reader) Null() bool {
	if r.peek() != 'n' {
		return false
	}
	r.literal("null")
	return true
}

// isNumber reports whether c begins a number.
func isNumber(c byte) bool { return c == '-' || c >= '0' && c <= '9' }

// number returns the text of the number that is next.
func (r *Reader) number() string {
	start := r.at
	if r.text[r.at] == '-' {
		r.at++
	}
	if r.at < len(r.text) && r.text[r.at] == '0' {
		r.at++
	} else {
		r.digits()
	}
	if r.at < len(r.text) && r.text[r.at] == '.' {
		r.at++
		r.digits()
	}
	if r.at < len(r.text) && r.text[r.at]|0x20 == 'e' {
		r.at++
		if r.at < len(r.text) && (r.text[r.at] == '+' || r.text[r.at] == '-') {
			r.at++
		}
		r.digits()
	}
	return r.text[start:r.at]
}

// digits passes over at least one digit.
func (r *Reader) digits() {
	start := r.at
	for r.at < len(r.text) && r.text[r.at] >= '0' && r.text[r.at] <= '9' {
		r.at++
	}
	if r.at == start {
		r.fail()
	}
}

// Raw returns the text of the value that is next, of any kind. It is a part of the
// text that is read.
func (r *Reader) Raw() string {
	r.peek()
	start := r.at
	r.skip()
	return r.text[start:r.at]
}

// skip passes over the value that is next.
func (r *Reader) skip() {
	switch c := r.peek(); {
	case c == '"':
		r.quoted()
	case c == '{':
		r.open()
		for first := true; r.more('}', first); first = false {
			r.key()
			r.skip()
		}
	case c == '[':
		r.open()
		for first := true; r.more(']', first); first = false {
			r.skip()
		}
	case c == 't':
		r.literal("true")
	case c == 'f':
		r.literal("false")
	case c == 'n':
		r.literal("null")
	case isNumber(c):
		r.number()
	default:
		r.fail()
	}
}
