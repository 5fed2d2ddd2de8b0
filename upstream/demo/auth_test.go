package demo

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
)

func TestCredentials(t *testing.T) {
	t.Parallel()
	p := New()
	basic := func(text string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(text)) }
	cookie := func(token string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Del("Authorization")
			r.AddCookie(&http.Cookie{Name: "asc_auth_key", Value: token})
		}
	}
	mark := p.TokenOf("mark.oconnell@fennmark.example")
	for name, tt := range map[string]struct {
		edit   func(*http.Request)
		user   string // empty means 401
		cookie bool
	}{
		"raw":              {as(Token), "anna.lindqvist", true},
		"bearer":           {as("Bearer " + Token), "anna.lindqvist", true},
		"bearer lower":     {as("bearer " + Token), "", false},
		"basic":            {as(basic("anna.lindqvist@fennmark.example:demo")), "anna.lindqvist", true},
		"basic wrong":      {as(basic("anna.lindqvist@fennmark.example:secret")), "", false},
		"basic disabled":   {as(basic("gareth.pryce@fennmark.example:demo")), "", false},
		"unknown":          {as("demo-nobody"), "", false},
		"removed":          {as("demo-removed"), "", false},
		"cookie":           {cookie(mark), "mark.oconnell", false},
		"bad cookie":       {cookie("x"), "", true},
		"header first":     {func(r *http.Request) { cookie(mark)(r); as(Token)(r) }, "anna.lindqvist", true},
		"cookie second":    {func(r *http.Request) { cookie(mark)(r); as("x")(r) }, "mark.oconnell", false},
		"key in the query": {func(r *http.Request) { r.Header.Del("Authorization"); r.URL.RawQuery = "asc_auth_key=" + mark }, "mark.oconnell", false},
		"none":             {func(r *http.Request) { r.Header.Del("Authorization") }, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := get(t, p, "people/@self", tt.edit)
			if tt.user != "" && !strings.Contains(got.body, `"userName":"`+tt.user+`"`) {
				t.Errorf("%d %s", got.status, got.body)
			}
			if tt.user == "" && (got.status != 401 || got.body != "Unauthorized" || !strings.HasPrefix(got.header.Get("Content-Type"), "text/html")) {
				t.Errorf("%d %q %s", got.status, got.body, got.header)
			}
			if (got.header.Get("Set-Cookie") != "") != tt.cookie {
				t.Errorf("Set-Cookie %q", got.header.Get("Set-Cookie"))
			}
		})
	}
	if got := get(t, p, "people/@self", as("x")); got.header.Get("WWW-Authenticate") != "Basic" {
		t.Error("a bad header is not challenged")
	}
	if got := get(t, p, "people/@self", func(r *http.Request) { r.Header.Del("Authorization") }); got.header.Get("WWW-Authenticate") != "" {
		t.Error("a missing header is challenged")
	}
}

func TestSelf(t *testing.T) {
	t.Parallel()
	p := New()
	if got := get(t, p, "people/@self").body; !strings.Contains(got, `"isAdmin":true`) || !strings.Contains(got, `"displayName":"Anna Lindqvist"`) {
		t.Error(got)
	}
	if got := get(t, p, "people/@self", as(p.TokenOf("sofia.almeida@fennmark.example"))).body; !strings.Contains(got, `"isAdmin":false`) || !strings.Contains(got, `"listAdminModules":["crm"]`) {
		t.Error(got)
	}
	if got := get(t, p, "people/@self", as(p.TokenOf("mark.oconnell@fennmark.example"))).body; !strings.Contains(got, `"displayName":"Mark O&#39;Connell"`) {
		t.Error(got)
	}
}
