package upstream

import (
	"fmt"
	"strings"
)

// The portal's answers are most of what this program reads, and they are all of
// a few shapes. So they are read by hand, in one pass, straight into the Go
// types. What encoding/json takes is taken, to the same value, and what it
// refuses is refused: FuzzReading holds the two against each other.

// maxDepth is how deep values may be nested, as in encoding/json.
const maxDepth = 10_000

// A portal could make a few bytes of text into a lot of memory: "{}," stands for
// a whole contact. So lists have an end, and what a text is read into has a size.
const (
	// maxEntries is how many entries any list may have. No list of a portal has
	// more than 1000, and nested ones have some dozens.
	maxEntries = 10_000
	// What an honest text is read into is about as large as the text. A short one
	// may be read into more: a portal that knows little of many things sends them
	// as short objects.
	maxGrowth    = 4
	freeOfGrowth = 256 << 10
)

var (
	errTooManyEntries = fmt.Errorf("a list of more than %d entries", maxEntries)
	errTooMuch        = fmt.Errorf("it takes more than %d times the memory of its text", maxGrowth)
)

// scanner reads a JSON text from left to right. What it reads into is no part of
// that text, which may be overwritten afterwards; only a quotedText is.
type scanner struct {
	text    string
	skipped Parts // of opportunities, not to be read
	rows    int   // of the outermost list that are wanted, the others are passed over; 0: all
	at      int   // of the next byte
	depth   int
	texts   []string // see newText
	kept    []byte   // see own
	spent   int      // bytes of memory that were taken; see spend
	broken  error    // not JSON, or too much of it; then nothing is left to read
	misfit  error    // the first value that was of another type than wanted; those after it are read all the same
}

// fail ends the reading: the text is not JSON.
func (s *scanner) fail() {
	if s.broken == nil {
		s.stop(fmt.Errorf("not JSON at byte %d of %d", s.at, len(s.text)))
	}
}

// stop ends the reading.
func (s *scanner) stop(err error) {
	if s.broken == nil {
		s.broken = err
	}
	s.at = len(s.text)
}

// spend counts memory that values take, and ends the reading when it is too much
// for this text.
func (s *scanner) spend(bytes int) {
	if s.spent += bytes; s.spent > freeOfGrowth+maxGrowth*len(s.text) {
		s.stop(errTooMuch)
	}
}

// misfits passes over a value that cannot be what it should be.
func (s *scanner) misfits(wanted string) {
	start := s.at
	s.skip()
	s.refuse(fmt.Errorf("not %s, at byte %d", wanted, start))
}

// refuse notes why a value cannot be taken.
func (s *scanner) refuse(err error) {
	if s.misfit == nil {
		s.misfit = err
	}
}

// peek returns the first byte of the next token, or 0 where the text ends.
func (s *scanner) peek() byte {
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// open goes into the object or list that is next.
func (s *scanner) open() {
	s.at++
	if s.depth++; s.depth > maxDepth {
		s.fail()
	}
}

// more reports whether there is another item before the end of the object or
// list, and passes over the comma before it, or the end.
func (s *scanner) more(end byte, first bool) bool {
	switch c := s.peek(); {
	case c == end:
		s.at++
		s.depth--
		return false
	case first && c != 0:
		return true
	case c == ',':
		s.at++
		return true
	default:
		s.fail()
		return false
	}
}

// colon passes over the colon after a key.
func (s *scanner) colon() {
	if s.peek() != ':' {
		s.fail()
		return
	}
	s.at++
}

// literal passes over null, true or false.
func (s *scanner) literal(word string) {
	if !strings.HasPrefix(s.text[s.at:], word) {
		s.fail()
		return
	}
	s.at += len(word)
}

// null passes over null, if that is next.
func (s *scanner) null() bool {
	if s.peek() != 'n' {
		return false
	}
	s.literal("null")
	return true
}

// isNumber reports whether c begins a number.
func isNumber(c byte) bool { return c == '-' || c >= '0' && c <= '9' }

// number returns the text of the number that is next.
func (s *scanner) number() string {
	start := s.at
	if s.text[s.at] == '-' {
		s.at++
	}
	if s.at < len(s.text) && s.text[s.at] == '0' {
		s.at++
	} else {
		s.digits()
	}
	if s.at < len(s.text) && s.text[s.at] == '.' {
		s.at++
		s.digits()
	}
	if s.at < len(s.text) && s.text[s.at]|0x20 == 'e' {
		s.at++
		if s.at < len(s.text) && (s.text[s.at] == '+' || s.text[s.at] == '-') {
			s.at++
		}
		s.digits()
	}
	return s.text[start:s.at]
}

// digits passes over at least one digit.
func (s *scanner) digits() {
	start := s.at
	for s.at < len(s.text) && s.text[s.at] >= '0' && s.text[s.at] <= '9' {
		s.at++
	}
	if s.at == start {
		s.fail()
	}
}

// raw returns the text of the value that is next, whatever it is.
func (s *scanner) raw() string {
	s.peek()
	start := s.at
	s.skip()
	return s.text[start:s.at]
}

// skip passes over the value that is next.
func (s *scanner) skip() {
	switch c := s.peek(); {
	case c == '"':
		s.quoted()
	case c == '{':
		s.open()
		for first := true; s.more('}', first); first = false {
			s.key()
			s.skip()
		}
	case c == '[':
		s.open()
		for first := true; s.more(']', first); first = false {
			s.skip()
		}
	case c == 't':
		s.literal("true")
	case c == 'f':
		s.literal("false")
	case c == 'n':
		s.literal("null")
	case isNumber(c):
		s.number()
	default:
		s.fail()
	}
}
