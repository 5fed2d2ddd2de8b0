package demo

import (
	"mime"
	"net/url"
	"strings"
)

// input is what a write was sent, in the order in which it arrived. A parameter
// of the query hides one of the same name in the body.
type input struct{ query, body []pair }

// pair is one value under its full name, such as "members[]" or
// "customFieldList[0][key]".
type pair struct{ name, value string }

// bind reads the parameters of a request: all that reads know, and for writes
// also how lists are nested. Without a type that the portal reads, the body of a
// write counts for nothing.
func (c *call) bind(target *url.URL, contentType string, body []byte) error {
	var mediaType string
	if c.route.writes {
		mediaType, _, _ = mime.ParseMediaType(contentType)
		if mediaType != "application/json" && mediaType != "application/x-www-form-urlencoded" {
			body = nil
		}
	}
	form, err := bodyForm(contentType, body)
	c.params = bindParams(target.Query(), form, c.portal.location())
	if err != nil || !c.route.writes {
		return err
	}
	c.input.query = formPairs(target.RawQuery)
	if mediaType == "application/json" {
		c.input.body, err = jsonPairs(body)
	} else {
		c.input.body = formPairs(string(body))
	}
	return err
}

// formPairs keeps the order, which decides how lists of pairs are read.
func formPairs(text string) []pair {
	var list []pair
	for field := range strings.SplitSeq(text, "&") {
		name, value, _ := strings.Cut(field, "=")
		name, nameErr := url.QueryUnescape(name)
		value, valueErr := url.QueryUnescape(value)
		if name == "" || nameErr != nil || valueErr != nil {
			continue
		}
		list = append(list, pair{name, strings.ToValidUTF8(value, "\ufffd")})
	}
	return list
}

// values returns what was sent under a name, each with the rest of its name:
// "" for a plain one, "[]", "[0]", "[0][key]". Plain parameters and lists of
// scalars are known in any case, lists of objects are not.
func (in input) values(name string, exact bool) []pair {
	for _, source := range [][]pair{in.query, in.body} {
		var found []pair
		for _, p := range source {
			base, rest, nested := strings.Cut(p.name, "[")
			if nested {
				rest = "[" + rest
			}
			if base == name || !exact && strings.EqualFold(base, name) {
				found = append(found, pair{rest, p.value})
			}
		}
		if found != nil {
			return found
		}
	}
	return nil
}

// isElement reports whether the rest of a name leads to a scalar: a value of its
// own or an element of a list.
func isElement(rest string) bool {
	index, bracketed := strings.CutPrefix(rest, "[")
	index, closed := strings.CutSuffix(index, "]")
	return rest == "" || bracketed && closed && strings.Trim(index, "0123456789") == ""
}
