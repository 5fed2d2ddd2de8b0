package config

import (
	"fmt"
	"io"
	"net/url"
	"strings"
	"testing"
)

func TestPortalURLs(t *testing.T) {
	t.Parallel()
	const (
		noAddress = "this is not an address such as https://portal.example.com"
		user      = "leave out the user and password; put a token into --portal-token (ONLYOFFICE_TOKEN)"
		tail      = "leave out what follows ? or #"
		api       = "leave out /api/...; the address of the portal itself is enough"
		products  = "leave out /products/...; the address of the portal itself is enough"
		several   = "this holds more than one address; give that of one portal, such as https://portal.example.com, and start the program once for each portal"
	)
	for text, want := range map[string]string{
		"https://portal.example.com":                   "",
		"https://portal.example.com:8443/":             "",
		"https://portal.example.com/office":            "",
		"HTTPS://portal.example.com":                   "",
		"https://[2001:db8::1]":                        "",
		"http://127.0.0.1:8092":                        "",
		"http://127.8.0.1":                             "",
		"http://[::1]:80":                              "",
		"http://localhost":                             "",
		"portal.example.com":                           noAddress,
		"//portal.example.com":                         noAddress,
		"https:portal.example.com":                     noAddress,
		"https://":                                     noAddress,
		"https://:443":                                 noAddress,
		"https://portal.example.com:0":                 "its port is not a number from 1 to 65535",
		"https://portal.example.com:99999":             "its port is not a number from 1 to 65535",
		"https://portal.example.com:port":              noAddress,
		"https://portal .example.com":                  noAddress,
		" https://portal.example.com":                  noAddress,
		"ftp://portal.example.com":                     noAddress,
		"file:///etc/passwd":                           noAddress,
		"https://me:s3cr3t@portal.example.com":         user,
		"https://s3cr3t@portal.example.com":            user,
		"https://portal.example.com?":                  tail,
		"https://portal.example.com?token=s3cr3t":      tail,
		"https://portal.example.com/#":                 tail,
		"https://portal.example.com/#s3cr3t":           tail,
		"https://a.example.com,https://b.example.com":  several,
		"https://a.example.com, https://b.example.com": several,
		"https://a.example.com https://b.example.com":  several,
		"https://a.example.com/;https://b.example.com": several,
		"https://a/\nhttps://b":                        several,
		"https://a.example.com,b.example.com":          several,
		"https://a,b":                                  several,
		"https://me:s3cr3t@a,https://b":                several,
		"https://portal.example.com/my%20office":       "",
		"https://portal.example.com/products-office":   "",
		"https://portal.example.com/Products/CRM/":     products,
		"https://portal.example.com/o/products":        products,
		"https://portal.example.com/addons/mail/":      "leave out /addons/...; the address of the portal itself is enough",
		"https://portal.example.com/Auth.aspx":         "leave out the name of the page, which ends in .aspx; the address of the portal itself is enough",
		"https://portal.example.com/o/index.html":      "leave out the name of the page, which ends in .html; the address of the portal itself is enough",
		"https://portal.example.com/API/2.0":           api,
		"https://portal.example.com/api":               api,
		"https://portal.example.com/api/2.0":           api,
		"https://portal.example.com/o/api/2.0/crm/":    api,
		"http://portal.example.com":                    "portal.example.com has no https, so credentials would travel in the clear; use https, or --insecure-portal in a network you trust",
		"http://localhost.example.com":                 "localhost.example.com has no https, so credentials would travel in the clear; use https, or --insecure-portal in a network you trust",
		"http://10.0.0.1:8080":                         "10.0.0.1:8080 has no https, so credentials would travel in the clear; use https, or --insecure-portal in a network you trust",
		"http://0.0.0.0":                               "0.0.0.0 has no https, so credentials would travel in the clear; use https, or --insecure-portal in a network you trust",
		"https://portal.example.com/%zz?auth=s3cr3t":   noAddress,
	} {
		_, err := Parse([]string{"--portal-url=" + text}, io.Discard)
		if want != "" {
			want = "--portal-url (ONLYOFFICE_URL): " + want
		}
		if got := fmt.Sprint(err); got != want && (err != nil || want != "") {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	if _, err := Parse([]string{"--portal-url=http://portal.example.com", "--insecure-portal"}, io.Discard); err != nil {
		t.Error(err)
	}
}

func TestOrigins(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"*", "null", "https://*", "https://*.example.com", "app.example.com", "https://app.example.com/", "https://app.example.com/page",
		"https://app.example.com?", "https://app.example.com#", "https://me@app.example.com", "ftp://app.example.com", "https://", "https://a,*", "https://a,,https://b", ",",
		"HTTPS://app.example.com", "https://App.example.com", "https://app.example.com:443", "http://app.example.com:80", "https://\u00e4pp.example.com",
	} {
		_, err := Parse([]string{"--cors-origin=" + text}, io.Discard)
		if err == nil || !strings.HasPrefix(err.Error(), "--cors-origin (CORS_ORIGINS): ") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// Apps and browser extensions have origins of their own, which no web site has.
func TestAppOrigins(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"capacitor://localhost", "ionic://localhost", "tauri://localhost", "chrome-extension://abcdefghijklmnop", "moz-extension://2c1d2f3a-0000-4000-8000-000000000001"} {
		config, err := Parse([]string{"--cors-origin=" + text}, io.Discard)
		if err != nil || len(config.CORSOrigins) != 1 || config.CORSOrigins[0] != text {
			t.Errorf("%s: %v, %v", text, config.CORSOrigins, err)
		}
	}
}

// TestPublicAddress tells what the field portal tells: the address that is set for
// browsers, or else that of the portal or its demo.
func TestPublicAddress(t *testing.T) {
	t.Parallel()
	at := func(text string) *url.URL {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	set := Config{PortalPublic: PortalURL{URL: at("https://crm.example.com/office/")}}
	for _, test := range []struct {
		settings Config
		portal   string
		want     string
	}{
		{Config{}, "http://127.0.0.1:39000", "http://127.0.0.1:39000"},
		{Config{}, "https://portal.example.com/office/", "https://portal.example.com/office"},
		{set, "http://10.0.0.7", "https://crm.example.com/office"},
	} {
		if got := test.settings.publicAddress(at(test.portal)); got != test.want {
			t.Errorf("%s, not %s", got, test.want)
		}
	}
}
