package resolvers

import (
	"context"
	"encoding/json"
	"strings"

	"golang.org/x/net/html"

	"onlyoffice-graphql/upstream"
)

// mailCategory is the portal's own category of e-mails, whose content is JSON.
const mailCategory = -3

// plainText returns what an event says, without markup. It is made once for an
// event, however many aliases ask for it.
func (r *request) plainText(e *upstream.HistoryEvent) (string, error) {
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

// tokensAtOnce are read before it is looked whether anybody still waits.
const tokensAtOnce = 10000

// stripMarkup returns the text of an HTML fragment, each block on a line of its own.
func stripMarkup(ctx context.Context, fragment string) (string, error) {
	var text strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(fragment))
	hidden := 0 // depth in elements whose text is not for people
	for read := 1; ; read++ {
		if read%tokensAtOnce == 0 && ctx.Err() != nil {
			return "", &upstream.Error{Op: "plainText", Kind: upstream.KindCanceled, Err: ctx.Err()}
		}
		switch tokens.Next() {
		case html.ErrorToken: // the end
			return tidy(text.String()), nil
		case html.TextToken:
			if hidden == 0 {
				text.Write(tokens.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			switch name, _ := tokens.TagName(); string(name) {
			case "script", "style":
				hidden++
			case "br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre":
				text.WriteByte('\n')
			}
		case html.EndTagToken:
			switch name, _ := tokens.TagName(); string(name) {
			case "script", "style":
				hidden = max(hidden-1, 0)
			case "p", "div", "li", "tr", "table", "ul", "ol":
				text.WriteByte('\n')
			}
		}
	}
}

// tidy drops blanks around lines and empty lines.
func tidy(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
