package upstream

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// ordinary are the bytes that stand for themselves in a string: ASCII, but no
// quote, backslash or control character.
var ordinary = func() (table [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		table[c] = c != '"' && c != '\\'
	}
	return table
}()

// escapes are what a backslash and a letter stand for.
var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// key returns the key that is next, which is only good until the text is
// overwritten, and passes over its colon.
func (s *scanner) key() string {
	if s.peek() != '"' {
		s.fail()
		return ""
	}
	key, plain := s.quoted()
	if !plain {
		key = unescape(key)
	}
	s.colon()
	return key
}

// string returns the string that is next.
func (s *scanner) string() string {
	raw, plain := s.quoted()
	if plain {
		return s.own(raw)
	}
	return unescape(raw)
}

// Blocks that strings are kept in: each twice as large as the one before, so
// that little is wasted for short answers, and much is not made of many.
const smallestBlock, largestBlock = 256, 4096

// own returns a part of the text that may be kept. An answer's strings are put
// together in a few blocks of memory.
func (s *scanner) own(part string) string {
	if free := s.kept.Cap() - s.kept.Len(); free < len(part) {
		block := min(max(smallestBlock, 2*s.kept.Cap()), largestBlock)
		s.kept = strings.Builder{}
		s.kept.Grow(max(block, len(part)))
	}
	start := s.kept.Len()
	s.kept.WriteString(part)
	return s.kept.String()[start:]
}

// quoted returns what is between the quotes of the string that is next, and
// whether it stands for itself.
func (s *scanner) quoted() (raw string, plain bool) {
	start := s.at + 1
	plain, ascii := true, true
	for i := start; i < len(s.text); {
		c := s.text[i]
		switch {
		case ordinary[c]:
			i++
		case c == '"':
			s.at = i + 1
			raw = s.text[start:i]
			return raw, plain && (ascii || utf8.ValidString(raw))
		case c == '\\':
			n := escapeLength(s.text[i:])
			if n == 0 {
				s.at = i
				s.fail()
				return "", true
			}
			plain = false
			i += n
		case c >= utf8.RuneSelf:
			ascii = false
			i++
		default: // a control character
			s.at = i
			s.fail()
			return "", true
		}
	}
	s.fail()
	return "", true
}

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

// unescape returns what a string stands for, whose escapes are well-formed.
// Halves of surrogate pairs and bytes that are not UTF-8 become U+FFFD.
func unescape(raw string) string {
	var text strings.Builder
	text.Grow(len(raw)) // no escape is shorter than what it stands for
	valid := utf8.ValidString(raw)
	for {
		next := strings.IndexByte(raw, '\\')
		if next < 0 {
			next = len(raw)
		}
		if valid {
			text.WriteString(raw[:next])
		} else {
			for _, r := range raw[:next] { // U+FFFD for each byte that is none
				text.WriteRune(r)
			}
		}
		if raw = raw[next:]; raw == "" {
			return text.String()
		}
		if raw[1] != 'u' {
			text.WriteByte(escapes[raw[1]])
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
		text.WriteRune(r)
	}
}
