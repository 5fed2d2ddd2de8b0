package serve

import (
	"net/http"
	"net/url"
	"path"
	"strings"
)

// CleanPath serves a request for //graphql as one for /graphql. A ServeMux sends the
// client to the right address instead, by a path that it would begin at the top of the
// site, where a proxy may have other things than this program.
func CleanPath(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent := r.URL.EscapedPath()
		rooted := sent
		if !strings.HasPrefix(sent, "/") {
			rooted = "/" + sent
		}
		// A last dot segment leaves its slash (RFC 3986, section 5.2.4). Proxies count on that
		// where they keep /healthz for themselves.
		cleaned := path.Clean(rooted)
		if cleaned != "/" && (strings.HasSuffix(sent, "/") || strings.HasSuffix(sent, "/.") || strings.HasSuffix(sent, "/..")) {
			cleaned += "/"
		}
		if cleaned != sent {
			if unescaped, err := url.PathUnescape(cleaned); err == nil {
				at, as := *r, *r.URL
				as.Path, as.RawPath = unescaped, cleaned
				at.URL, r = &as, &at
			}
		}
		next.ServeHTTP(w, r)
	})
}
