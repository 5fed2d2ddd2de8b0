package scan

import (
	"math/bits"
	"unicode/utf8"
	"unsafe"
)

// key returns the key that is next, which is only good until the text is
// overwritten, and passes over its colon.
func (r *Reader) key() string {
	if r.peek() != '"' {
		r.fail()
		return ""
	}
	key, plain := r.quoted()
	if !plain {
		key = r.unescaped(key)
	}
	r.colon()
	return key
}

// string returns the string that is next.
func (r *Reader) string() string {
	raw, plain := r.quoted()
	if plain {
		return r.own(raw)
	}
	return r.unescaped(raw)
}

// Blocks that strings are kept in: each twice as large as the one before, so
// that little is wasted for short answers, and much is not made of many.
const smallestBlock, largestBlock = 256, 4096

// own returns a part of the text that may be kept. An answer's strings are put
// together in a few blocks of memory.
func (r *Reader) own(part string) string {
	start := r.room(len(part))
	r.kept = append(r.kept, part...)
	return view(r.kept[start:])
}

// unescaped returns what a string with escapes stands for.
func (r *Reader) unescaped(raw string) string {
	start := r.room(len(raw))
	had := cap(r.kept)
	r.kept = Unescape(r.kept, raw)
	r.spend(cap(r.kept) - had)
	return view(r.kept[start:])
}

// room makes room for so many bytes after the strings that are kept, and returns
// where that is.
func (r *Reader) room(size int) int {
	if cap(r.kept)-len(r.kept) < size {
		block := min(max(smallestBlock, 2*cap(r.kept)), largestBlock)
		r.kept = make([]byte, 0, max(block, size))
		r.spend(cap(r.kept))
	}
	return len(r.kept)
}

// view returns the bytes as a string, for as long as they are not overwritten.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// quoted returns what is between the quotes of the string that is next, and
// whether it stands for itself. It looks at eight bytes at a time (SWAR: SIMD within a
// register), and at single ones at the end of the text.
func (r *Reader) quoted() (raw string, plain bool) {
	text, start := r.text, r.at+1
	i, plain := start, true
	var seen uint64 // the bits of all bytes: a top bit among them means more than ASCII
	for {
		var found uint64
		for ; len(text)-i >= 8; i += 8 {
			word := eight(text[i:])
			if found = special(word); found != 0 {
				first := found & -found
				seen |= word & (first - 1)
				i += bits.TrailingZeros64(first) / 8
				break
			}
			seen |= word
		}
		for ; found == 0; i++ {
			if i == len(text) {
				r.fail()
				return "", true
			}
			if isSpecial(text[i]) {
				break
			}
			seen |= uint64(text[i])
		}
		switch text[i] {
		case '"':
			r.at = i + 1
			raw = text[start:i]
			return raw, plain && (seen&tops == 0 || utf8.ValidString(raw))
		case '\\':
			if n := escapeLength(text[i:]); n > 0 {
				plain = false
				i += n
				continue
			}
		}
		r.at = i // an escape that there is not, or a control character
		r.fail()
		return "", true
	}
}

// The bytes of a word of eight: each is 1, and the top bit of each.
const ones, tops = 0x0101010101010101, 0x8080808080808080

// eight returns the first eight bytes of text as a word, the first of them lowest.
func eight(text string) uint64 {
	_ = text[7]
	return uint64(text[0]) | uint64(text[1])<<8 | uint64(text[2])<<16 | uint64(text[3])<<24 |
		uint64(text[4])<<32 | uint64(text[5])<<40 | uint64(text[6])<<48 | uint64(text[7])<<56
}

// special returns a word whose lowest bit that is set is the top bit of the first byte
// which isSpecial; 0 if none is. Bits above that mean nothing.
func special(word uint64) uint64 {
	// With its bit of 2 turned, a control character or a quote is less than '!', and nothing else is.
	control := word ^ ('"'^' ')*ones
	return (control-'!'*ones)&^control&tops | zero(word^'\\'*ones)
}

// zero returns a word whose lowest bit that is set is the top bit of the first byte that
// is 0; 0 if none is. Bits above that mean nothing.
func zero(word uint64) uint64 { return (word - ones) &^ word & tops }

// isSpecial reports whether a byte does not stand for itself in a string: a quote, a
// backslash or a control character.
func isSpecial(c byte) bool { return c < ' ' || c == '"' || c == '\\' }
