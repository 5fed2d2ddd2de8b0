package upstream

import (
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
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
		key = s.unescaped(key)
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
	return s.unescaped(raw)
}

// Blocks that strings are kept in: each twice as large as the one before, so
// that little is wasted for short answers, and much is not made of many.
const smallestBlock, largestBlock = 256, 4096

// own returns a part of the text that may be kept. An answer's strings are put
// together in a few blocks of memory.
func (s *scanner) own(part string) string {
	start := s.room(len(part))
	s.kept = append(s.kept, part...)
	return view(s.kept[start:])
}

// unescaped returns what a string with escapes stands for.
func (s *scanner) unescaped(raw string) string {
	start := s.room(len(raw))
	had := cap(s.kept)
	s.kept = unescape(s.kept, raw)
	s.spend(cap(s.kept) - had)
	return view(s.kept[start:])
}

// room makes room for so many bytes after the strings that are kept, and returns
// where that is.
func (s *scanner) room(size int) int {
	if cap(s.kept)-len(s.kept) < size {
		block := min(max(smallestBlock, 2*cap(s.kept)), largestBlock)
		s.kept = make([]byte, 0, max(block, size))
		s.spend(cap(s.kept))
	}
	return len(s.kept)
}

// view returns the bytes as a string, for as long as they are not overwritten.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// quoted returns what is between the quotes of the string that is next, and
// whether it stands for itself.
func (s *scanner) quoted() (raw string, plain bool) {
	text, start := s.text, s.at+1
	plain, ascii := true, true
	for i := start; i < len(text); {
		c := text[i]
		switch {
		case ordinary[c]:
			for i++; i < len(text) && ordinary[text[i]]; i++ {
			}
		case c == '"':
			s.at = i + 1
			raw = text[start:i]
			return raw, plain && (ascii || utf8.ValidString(raw))
		case c == '\\':
			n := escapeLength(text[i:])
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

// unescape appends what a string stands for, whose escapes are well-formed.
// Halves of surrogate pairs and bytes that are not UTF-8 become U+FFFD.
func unescape(text []byte, raw string) []byte {
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

// quotedText is a string as it is written, without its quotes. It is a part of
// the text that it was read from.
type quotedText struct {
	raw   string
	plain bool // stands for itself
}

// scan reads a string, or null.
func (q *quotedText) scan(s *scanner) {
	switch s.peek() {
	case '"':
		q.raw, q.plain = s.quoted()
	case 'n':
		s.literal("null")
	default:
		s.misfits("a text")
	}
}

// read calls read with what the text stands for, which must not keep it.
func (q quotedText) read(read func(text string)) {
	if q.plain {
		read(q.raw)
		return
	}
	buffer := takeBuffer()
	defer giveBuffer(buffer)
	buffer.Grow(len(q.raw))
	_, _ = buffer.Write(unescape(buffer.AvailableBuffer(), q.raw))
	read(view(buffer.Bytes()))
}
