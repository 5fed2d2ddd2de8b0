package overhttp

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/rs/cors"

	"onlyoffice-graphql/internal/codes"
	"onlyoffice-graphql/internal/serve"
)

// preflightHeaders prove, by being there, that a browser asked before it sent
// the request: no page of another site can set them otherwise. They are the
// ones that Apollo's clients and the specification name.
var preflightHeaders = []string{"Apollo-Require-Preflight", "X-Apollo-Operation-Name", "Graphql-Require-Preflight"}

// A page of any site can make a browser send some requests here, with the
// portal's cookie, and with nobody asked: links, images, scripts, forms, and
// fetch without headers of its own. None of these may run.
//
// One of that kind has no Content-Type or that of a form or plain text; any other,
// such as application/json, means a preflight, which CrossOrigin answers. A POST
// without one is refused, as we read none of these.
//
// A GET without one looks like any other GET: Accept may be set without a
// preflight, so it proves nothing. It is refused if
//   - the browser says that it comes from another site: Sec-Fetch-Site, which
//     no page can set, or else an Origin that is not ours
//     (http.CrossOriginProtection, whose rule for POST this is);
//   - the browser does not say, being old, or because it speaks plain http to
//     a host other than localhost, where Sec-Fetch-Site is not sent. It is a
//     browser by its User-Agent, which starts with Mozilla in every one, and
//     which no page can change or leave out without a preflight.
//
// What remains are the server's own pages, addresses that a user typed, sites
// that CrossOrigin lets in, and programs, which send no cookies but their own.

// refuseCrossSite refuses a request that a page of another site may have caused.
func (t *transport) refuseCrossSite(r *http.Request) *refusal {
	if slices.ContainsFunc(preflightHeaders, func(name string) bool { return r.Header.Get(name) != "" }) || !isSimple(r.Header.Get("Content-Type")) {
		return nil
	}
	switch {
	case r.Method == http.MethodPost, r.Method == http.MethodGet && !slices.Contains(t.Origins, r.Header.Get("Origin")) && mayBeCrossSite(r):
		return refuse(http.StatusBadRequest, codes.CrossSite, "A browser may send this for a page of any site. Send Content-Type: application/json, or the header GraphQL-Require-Preflight: 1.")
	}
	return nil
}

// isSimple reports whether a page may send a body of that type without a
// preflight. What stands behind the type is not looked at: browsers read more of
// it than Go does.
func isSimple(contentType string) bool {
	mediaType, _, _ := strings.Cut(contentType, ";")
	mediaType, _, _ = strings.Cut(mediaType, ",")
	switch mediaType = strings.ToLower(strings.TrimSpace(mediaType)); mediaType {
	case "application/x-www-form-urlencoded", "multipart/form-data", "text/plain":
		return true
	default:
		return !strings.Contains(mediaType, "/")
	}
}

func mayBeCrossSite(r *http.Request) bool {
	if serve.IsOtherSite(r) {
		return true
	}
	said := r.Header.Get("Sec-Fetch-Site") != "" || r.Header.Get("Origin") != ""
	return !said && strings.HasPrefix(r.UserAgent(), "Mozilla/")
}

// A page whose own name somebody makes point to this machine is of the same site
// as this API, for its browser. It has no credential of the portal. But a program
// on loopback that has a token takes requests without one, for nobody but its
// user is to reach it: there, names are not taken on trust.

// OnLoopback returns whether a request may name that host, to a program on loopback
// that has a token, and that pages of these origins may call. It may always be an
// address, as no page can have that for a name.
func OnLoopback(origins []string) func(host string) bool {
	return func(host string) bool {
		return serve.IsUnspoofableHost(host) || slices.ContainsFunc(origins, func(o string) bool { return strings.HasSuffix(o, "://"+host) })
	}
}

// CrossOrigin lets pages of these origins, and of no others, call the API and
// read its answers, with the user's cookie. The origins are compared as they
// are: there are no wildcards. Their pages may send all headers that they ask for:
// those of clients, traces and monitoring are without number, and an origin that
// may use the caller's credential is trusted with them.
func CrossOrigin(origins []string, logger *slog.Logger) func(http.Handler) http.Handler {
	refused := refusedOrigins{logger: logger}
	return cors.New(cors.Options{
		AllowOriginVaryRequestFunc: func(r *http.Request, origin string) (bool, []string) {
			letIn := slices.Contains(origins, origin)
			if !letIn && !isOwnPage(r, origin) {
				refused.log(origin)
			}
			return letIn, nil
		},
		AllowedMethods:   []string{http.MethodGet, http.MethodPost},
		AllowedHeaders:   []string{"*"}, // those that are asked for, by name
		ExposedHeaders:   []string{RequestIDHeader, "Retry-After", policyHeader, balanceHeader},
		AllowCredentials: true,
		MaxAge:           300, // seconds
	}).Handler
}

// isOwnPage reports whether a request of this origin is one of the server's own
// page, which needs no leave.
func isOwnPage(r *http.Request, origin string) bool {
	_, host, _ := strings.Cut(origin, "://")
	return r.Header.Get("Sec-Fetch-Site") == "same-origin" || host == r.Host
}

// Bounds of the origins that the log names: a program can send any.
const (
	mostRefusedOrigins  = 50
	longestLoggedOrigin = 128 // bytes
)

// refusedOrigins tells the operator once of each origin that was not let in: a
// browser shows the reason to the page's developer alone.
type refusedOrigins struct {
	logger *slog.Logger

	mu   sync.Mutex
	seen map[string]bool
}

// log writes a line about an origin that it has not seen. What is no origin that
// a browser sends may hold anything, and is passed over.
func (o *refusedOrigins) log(origin string) {
	if origin != "null" && !serve.IsOrigin(origin) {
		return
	}
	origin = strings.ToValidUTF8(origin[:min(len(origin), longestLoggedOrigin)], "")
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.seen[origin] || len(o.seen) >= mostRefusedOrigins {
		return
	}
	if o.seen == nil {
		o.seen = make(map[string]bool)
	}
	o.seen[strings.Clone(origin)] = true
	if origin == "null" {
		o.logger.Warn("pages without an origin, such as files that a browser opened, may not call the API, and no setting lets them: serve them by http", "origin", origin)
		return
	}
	o.logger.Warn("pages of this origin may not call the API: if they should, add it to --cors-origin (CORS_ORIGINS)", "origin", origin)
}
