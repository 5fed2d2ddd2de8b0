package serve

import (
	"net"
	"net/http"
	"net/url"
	"strings"
)

// sameSite serves requests of programs and of the server's own pages, made by an
// address, or by the name that is listened on; other requests get a sentence.
// No page has business with the admin listener, and it has no credential.
func sameSite(listen string, next http.Handler) http.Handler {
	own, _, _ := net.SplitHostPort(listen)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !IsUnspoofableHost(r.Host) && (own == "" || !strings.EqualFold(own, (&url.URL{Host: r.Host}).Hostname())):
			PlainText(w, http.StatusMisdirectedRequest, "This listener is not served by that name. Ask by its address, or by the name in --admin-listen (ADMIN_ADDR).")
		case IsOtherSite(r):
			PlainText(w, http.StatusForbidden, "A page of another site made a browser send this.")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// IsOtherSite reports whether the browser says that a page of another site, or
// of a sister site, caused the request.
func IsOtherSite(r *http.Request) bool {
	asPost := *r // the protection lets every GET pass
	asPost.Method = http.MethodPost
	return new(http.CrossOriginProtection).Check(&asPost) != nil
}

// IsUnspoofableHost reports whether host is an address or localhost, which DNS rebinding cannot use.
func IsUnspoofableHost(host string) bool {
	name := (&url.URL{Host: host}).Hostname()
	return net.ParseIP(name) != nil || strings.EqualFold(name, "localhost")
}
