package document

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/lexer"

	"onlyoffice-graphql/internal/codes"
)

// literals checks the numbers and strings of a document in its order. rest begins after
// the last one, so that the work is linear.
type literals struct {
	rest    string
	runes   int        // of the document before rest, as the positions of tokens count
	misread *Rejection // the first literal that cannot be read; nil for none
}

// check looks at a token, which may be a literal that cannot be read as what it stands for.
// Whole numbers are read as 64 bits, beyond which validation fails at some place above them.
// Half of a surrogate pair is read as U+FFFD, where the specification wants an error
// (section 2.9.4).
func (l *literals) check(literal *lexer.Token) {
	wrong, column := "", literal.Pos.Column
	switch literal.Kind {
	case lexer.Int:
		if _, err := strconv.ParseInt(literal.Value, 10, 64); err != nil {
			wrong = "This number is too large to stand in a document. Put it in quotes, or into a variable."
		}
	case lexer.String:
		column-- // the quote's
		if strings.ContainsRune(literal.Value, utf8.RuneError) && hasHalfPair(l.source(literal)) {
			wrong = `A \u escape of D800 to DFFF is half of a character. Write both halves, as in "\uD83D\uDE00", or the character itself.`
		}
	}
	if wrong != "" && l.misread == nil {
		l.misread = reject(codes.ParseFailed, "%s", wrong).at(literal.Pos.Line, column)
	}
}

// source returns how a literal is written.
func (l *literals) source(literal *lexer.Token) string {
	l.next(literal.Pos.Start)
	return l.next(literal.Pos.End)
}

// next returns what stands before a position, and goes on there.
func (l *literals) next(position int) string {
	size := 0
	for ; l.runes < position; l.runes++ {
		_, width := utf8.DecodeRuneInString(l.rest[size:])
		size += width
	}
	passed := l.rest[:size]
	l.rest = l.rest[size:]
	return passed
}

// escapeSize is how long an escape such as uD800 is.
const escapeSize = 5

// hasHalfPair reports whether one of a string's escapes is half of a surrogate pair.
func hasHalfPair(source string) bool {
	for {
		_, escape, found := strings.Cut(source, `\`)
		if !found {
			return false
		}
		first := surrogate(escape)
		if first == 0 {
			source = escape[min(1, len(escape)):]
			continue
		}
		rest, isEscaped := strings.CutPrefix(escape[escapeSize:], `\`)
		if !isEscaped || utf16.DecodeRune(first, surrogate(rest)) == utf8.RuneError {
			return true
		}
		source = rest[escapeSize:]
	}
}

// surrogate returns what an escape such as uD800 stands for; 0 for any other.
func surrogate(escape string) rune {
	if len(escape) < escapeSize || escape[0] != 'u' {
		return 0
	}
	n, err := strconv.ParseUint(escape[1:escapeSize], 16, 16)
	if err != nil || !utf16.IsSurrogate(rune(n)) {
		return 0
	}
	return rune(n)
}
