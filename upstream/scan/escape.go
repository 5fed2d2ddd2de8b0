package scan

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// escapes are what a backslash and a letter stand for.
var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escapeLength returns the length of the escape that text begins with; 0 for
// none that there is.
func escapeLength(text string) int {
	if len(text) >= 2 && escapes[text[1]] != 0 {
		return 2
	}
	return codeUnitLength(text)
}

// codeUnitLength is apart from escapeLength so that the compiler inlines that, for the
// quotes in a document that is a string of another.
func codeUnitLength(text string) int {
	if len(text) >= 6 && text[1] == 'u' && codeUnit(text) >= 0 {
		return 6
	}
	return 0
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
	if valid {
		text = slices.Grow(text, len(raw))
	} else {
		text = slices.Grow(text, len("\ufffd")*len(raw))
	}
	for {
		if valid {
			text, raw = unescapeWords(text, raw)
		}
		next := 0
		for next < len(raw) && raw[next] != '\\' {
			next++
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

// unescapeWords is Unescape of what begins raw, eight bytes at a time, and returns what is
// left: that is shorter, or begins with an escape of a code unit. A word is written whole,
// with what comes after a backslash, if text has room for it; the next one overwrites that.
func unescapeWords(text []byte, raw string) ([]byte, string) {
	for len(raw) >= 8 && cap(text)-len(text) >= 8 {
		word := eight(raw)
		binary.LittleEndian.PutUint64(text[len(text):cap(text)], word)
		found := zero(word ^ '\\'*ones)
		if found == 0 {
			text, raw = text[:len(text)+8], raw[8:]
			continue
		}
		before := bits.TrailingZeros64(found) / 8
		text, raw = text[:len(text)+before], raw[before:]
		if raw[1] == 'u' {
			break
		}
		text, raw = append(text, escapes[raw[1]]), raw[2:]
	}
	return text, raw
}
