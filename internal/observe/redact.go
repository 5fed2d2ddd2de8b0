package observe

import (
	"encoding/base64"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"onlyoffice-graphql/upstream"
)

// fragment is how much of a credential may be left in a text: less tells
// nothing, and is part of too many words.
const fragment = 8

// Redaction takes credentials out of texts that quote the portal, which may
// have quoted them: as they are, escaped in some way, or cut off.
type Redaction struct{ secrets []string }

// RedactionFor returns what takes out the credentials in the headers of a request, and
// another one.
func RedactionFor(headers http.Header, another string) Redaction {
	var r Redaction
	r.know(another)
	for _, value := range headers.Values("Authorization") {
		r.know(value)
	}
	for _, cookie := range (&http.Request{Header: headers}).CookiesNamed(upstream.CookieName) {
		r.know(cookie.Value)
	}
	return r
}

// know adds what an Authorization header or a cookie holds.
func (r *Redaction) know(value string) {
	r.spell(value)
	scheme, credential, found := strings.Cut(value, " ")
	if !found {
		return
	}
	r.spell(credential)
	if strings.EqualFold(scheme, "Basic") {
		if plain, err := base64.StdEncoding.DecodeString(strings.TrimSpace(credential)); err == nil {
			_, password, _ := strings.Cut(string(plain), ":")
			r.spell(password)
		}
	}
}

// spell adds a secret in each way that a text may spell it.
func (r *Redaction) spell(secret string) {
	if len(secret) < 4 { // part of every text
		return
	}
	quoted := strconv.Quote(secret)
	known := make(map[string]bool)
	for _, spelling := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret), quoted[1 : len(quoted)-1]} {
		if !known[spelling] {
			known[spelling] = true
			r.secrets = append(r.secrets, spelling)
		}
	}
}

// Text returns the text without them.
func (r Redaction) Text(text string) string {
	for _, secret := range r.secrets {
		text = strings.ReplaceAll(text, secret, "redacted")
	}
	for _, secret := range r.secrets {
		text = withoutFragments(text, secret)
	}
	return text
}

// withoutFragments takes out every part of secret that is long enough to tell
// something: a quotation may start or end within it.
func withoutFragments(text, secret string) string {
	if len(secret) < fragment {
		return text
	}
	var out strings.Builder
	for i := 0; i < len(text); {
		end := i + fragment
		if end > len(text) || !strings.Contains(secret, text[i:end]) {
			out.WriteByte(text[i])
			i++
			continue
		}
		for end < len(text) && strings.Contains(secret, text[i:end+1]) {
			end++
		}
		out.WriteString("redacted")
		i = end
	}
	return out.String()
}
