package resolvers

import (
	"context"
	"encoding/json"
	"strings"
	"unicode"

	"golang.org/x/net/html"

	"onlyoffice-graphql/upstream"
)

// mailCategory is the portal's own category of e-mails, whose content is JSON.
const mailCategory = -3

// plainText returns what an event says, without markup. It is made once for an
// event, however many aliases ask for it.
func (r *execution) plainText(e *upstream.HistoryEvent) (string, error) {
	r.mu.Lock()
	text, known := r.texts[e]
	r.mu.Unlock()
	if known {
		return text, nil
	}
	text, err := plainText(r.ctx, e)
	if err != nil {
		return "", err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.texts == nil {
		r.texts = map[*upstream.HistoryEvent]string{}
	}
	r.texts[e] = text
	return text, nil
}

func plainText(ctx context.Context, e *upstream.HistoryEvent) (string, error) {
	var mail struct{ Subject, Introduction string }
	if e.Category != nil && e.Category.ID == mailCategory && json.Unmarshal([]byte(e.Content), &mail) == nil {
		text, err := stripMarkup(ctx, mail.Introduction)
		return strings.TrimSpace(mail.Subject + "\n" + text), err
	}
	return stripMarkup(ctx, e.Content)
}

// tokensAtOnce are read between two checks whether the operation has ended.
const tokensAtOnce = 10000

// stripMarkup returns the text of an HTML fragment as a browser shows it: each
// block on a line of its own, a tab between the cells of a row, blanks and line
// breaks as one blank; but no empty lines. Text without any element was not written
// as HTML, and keeps its line breaks.
func stripMarkup(ctx context.Context, fragment string) (string, error) {
	fragment, elements := escapeText(fragment)
	w := textWriter{keeps: !elements}
	tokens := html.NewTokenizer(strings.NewReader(fragment))
	for read := 1; ; read++ {
		if read%tokensAtOnce == 0 && ctx.Err() != nil {
			return "", upstream.Ended("plainText", ctx.Err())
		}
		switch tokens.Next() {
		case html.ErrorToken: // the end
			return tidy(w.text.String()), nil
		case html.TextToken:
			w.write(string(tokens.Text()))
		case html.StartTagToken, html.SelfClosingTagToken: // HTML has no elements that close themselves
			name, attributes := tokens.TagName()
			w.start(string(name), attributes && isHidden(tokens))
		case html.EndTagToken:
			name, _ := tokens.TagName()
			w.end(string(name))
		}
	}
}

// escapeText escapes each < that begins no tag of an element of HTML, such as that
// of <ann@example.com> and of a tag that does not end. It reports whether there are
// any tags.
func escapeText(fragment string) (escaped string, tags bool) {
	var b strings.Builder
	afterLast := len(fragment) - strings.LastIndexByte(fragment, '>')
	afterComments := len(fragment) - strings.LastIndex(fragment, "-->")
	for {
		at := strings.IndexByte(fragment, '<')
		if at < 0 {
			b.WriteString(fragment)
			return b.String(), tags
		}
		b.WriteString(fragment[:at])
		fragment = fragment[at:]
		last := afterLast // a comment or a declaration that does not end is none
		if strings.HasPrefix(fragment, "<!--") {
			last = afterComments
		}
		switch n := tagLength(fragment); {
		case n > 0:
			tags = true
			b.WriteString(fragment[:n])
			fragment = fragment[n:]
		case len(fragment) > last && (fragment[1] == '!' || fragment[1] == '?'):
			b.WriteByte('<')
			fragment = fragment[1:]
		default:
			b.WriteString("&lt;")
			fragment = fragment[1:]
		}
	}
}

// tagLength returns the length of the tag that text begins with, or 0. A tag that
// has another < outside its attributes' values is none: it was never closed.
func tagLength(text string) int {
	i := 1
	if strings.HasPrefix(text, "</") {
		i = 2
	}
	name := text[i:]
	if end := strings.IndexAny(name[:min(len(name), 30)], " \t\n\r\f/>"); end >= 0 {
		name = name[:end]
	}
	if len(name) > 20 || displayOf(strings.ToLower(name)) == noElement {
		return 0
	}
	value := false // whether an attribute's value may begin
	for i += len(name); i < len(text); i++ {
		switch c := text[i]; c {
		case '>':
			return i + 1
		case '<':
			return 0
		case '=':
			value = true
		case '"', '\'':
			if value {
				end := strings.IndexByte(text[i+1:], c)
				if end < 0 {
					return 0
				}
				i += 1 + end
			}
			value = false
		case ' ', '\t', '\n', '\r', '\f':
		default:
			value = false
		}
	}
	return 0
}

// isHidden reports whether the attributes of the tag hide its element.
func isHidden(tokens *html.Tokenizer) bool {
	for more := true; more; {
		var name, value []byte
		name, value, more = tokens.TagAttr()
		switch string(name) {
		case "hidden":
			return true
		case "style":
			style := strings.ToLower(strings.Join(strings.Fields(string(value)), ""))
			if strings.Contains(";"+style, ";display:none") {
				return true
			}
		}
	}
	return false
}

// tidy drops empty lines, blanks at the end of lines and around all.
func tidy(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimRightFunc(line, unicode.IsSpace); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
