package scan

import (
	"math/bits"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// escapes are what a backslash and a letter stand for.
var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

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
		for ; len(text)-i >= 8; i += 8 {
			word := eight(text[i:])
			if found := special(word); found != 0 {
				first := found & -found
				seen |= word & (first - 1)
				i += bits.TrailingZeros64(first) / 8
				break
			}
			seen |= word
		}
		for ; i < len(text) && !isSpecial(text[i]); i++ {
			seen |= uint64(text[i])
		}
		if i == len(text) {
			r.fail()
			return "", true
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
	quote, backslash := word^'"'*ones, word^'\\'*ones
	return ((word-' '*ones)&^word | (quote-ones)&^quote | (backslash-ones)&^backslash) & tops
}

// isSpecial reports whether a byte does not stand for itself in a string: a quote, a
// backslash or a control character.
func isSpecial(c byte) bool { return c < ' ' || c == '"' || c == '\\' }

// escapeLength returns the length of the escape that text begins with; 0 for
// none that there is.
func escapeLength(text string) int {
	switch {
	case len(text) < 2:
		return 0
	case escapes[text[1]] != 0:
		return 2
	case text[1] == 'u' && len(text) >= 6 && codeUnit(text) >= 0:
		return 6
	default:
		return 0
	}
}

// codeUnit returns the UTF-16 code unit of an escape with four digits, or -1.
func codeUnit(escape string) rune {
	var unit rune
	for i := 2; i < 6; i++ {
		c := escape[i]
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return -1
		}
		unit = unit<<4 | rune(c)
	}
	return unit
}

// Unescape appends what a string stands for that Quoted has read. Halves of
// surrogate pairs and bytes that are not UTF-8 become U+FFFD.
func Unescape(text []byte, raw string) []byte {
	valid := utf8.ValidString(raw)
	if !valid {
		text = slices.Grow(text, len("\ufffd")*len(raw))
	}
	for {
		next := strings.IndexByte(raw, '\\')
		if next < 0 {
			next = len(raw)
		}
		if valid {
			text = append(text, raw[:next]...)
		} else {
			for _, r := range raw[:next] { // U+FFFD for each byte that is none
				text = utf8.AppendRune(text, r)
			}
		}
		if raw = raw[next:]; raw == "" {
			return text
		}
		if raw[1] != 'u' {
			text = append(text, escapes[raw[1]])
			raw = raw[2:]
			continue
		}
		r := codeUnit(raw)
		raw = raw[6:]
		if utf16.IsSurrogate(r) {
			pair := rune(utf8.RuneError)
			if strings.HasPrefix(raw, `\u`) {
				pair = utf16.DecodeRune(r, codeUnit(raw))
			}
			if r = pair; r != utf8.RuneError {
				raw = raw[6:]
			}
		}
		text = utf8.AppendRune(text, r)
	}
}
