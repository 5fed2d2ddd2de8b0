package resolvers

import (
	"encoding/json"
	"strings"

	"golang.org/x/net/html"

	"onlyoffice-graphql/upstream"
)

// mailCategory is the portal's own category of e-mails, whose content is JSON.
const mailCategory = -3

// plainText returns what an event says, without markup.
func plainText(e *upstream.HistoryEvent) string {
	var mail struct{ Subject, Introduction string }
	if e.Category != nil && e.Category.ID == mailCategory && json.Unmarshal([]byte(e.Content), &mail) == nil {
		return strings.TrimSpace(mail.Subject + "\n" + stripMarkup(mail.Introduction))
	}
	return stripMarkup(e.Content)
}

// stripMarkup returns the text of an HTML fragment, each block on a line of its own.
func stripMarkup(fragment string) string {
	var text strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(fragment))
	hidden := 0 // depth in elements whose text is not for people
	for {
		switch tokens.Next() {
		case html.ErrorToken: // the end
			return tidy(text.String())
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
