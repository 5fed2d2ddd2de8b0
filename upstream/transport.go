package upstream

import (
	"cmp"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
)

const (
	maxHeader   = 64 << 10 // bytes of an answer before its body: what cannot be read of them is quoted in errors
	idleTimeout = 90 * time.Second
)

// transport brings requests to the portal.
type transport interface {
	// send returns the answer as soon as its header has come; its body must be
	// closed, and arrives until the deadline or until ctx ends. No redirect is
	// followed: the API redirects only to its sign-in page, and credentials must
	// not travel to wherever a redirect points.
	send(ctx context.Context, deadline time.Time, r request, who Credentials) (*http.Response, error)
	// closeIdle closes the connections that no call uses.
	closeIdle()
}

// newTransport returns the transport to the portal: direct where that can be, and
// otherwise net/http's, which knows TLS, HTTP/2 and proxies.
func newTransport(o Options, portalCalls int) transport {
	dial := o.Dial
	if dial == nil {
		dial = (&net.Dialer{Timeout: orDefault(o.DialTimeout, 3*time.Second), KeepAlive: 30 * time.Second}).DialContext
	}
	proxy, err := http.ProxyFromEnvironment(&http.Request{URL: o.URL})
	if canLook && o.URL.Scheme == "http" && proxy == nil && err == nil && isPlain(o.URL.Host) {
		return &direct{
			host: o.URL.Host, address: net.JoinHostPort(o.URL.Hostname(), cmp.Or(o.URL.Port(), "80")),
			dial: dial, keep: portalCalls,
		}
	}
	return &general{
		portal: url.URL{Scheme: o.URL.Scheme, Host: o.URL.Host},
		http: http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DialContext:            dial,
			TLSHandshakeTimeout:    orDefault(o.TLSTimeout, 5*time.Second),
			MaxConnsPerHost:        portalCalls,
			MaxIdleConnsPerHost:    portalCalls,
			IdleConnTimeout:        idleTimeout,
			ForceAttemptHTTP2:      true,
			DisableCompression:     true, // exchange sees to that
			MaxResponseHeaderBytes: maxHeader,
		},
	}
}

// isPlain reports whether a host can be looked up, and named in a request, as it
// is: it is neither an international name, nor has it a zone or a port of no digits.
func isPlain(host string) bool {
	return !strings.ContainsFunc(host, func(r rune) bool { return r <= ' ' || r == '%' || r >= unicode.MaxASCII }) &&
		!strings.HasSuffix(host, ":")
}

// general is the transport to any portal.
type general struct {
	portal url.URL // scheme and host
	http   http.Transport
}

func (g *general) closeIdle() { g.http.CloseIdleConnections() }

func (g *general) send(ctx context.Context, deadline time.Time, r request, who Credentials) (*http.Response, error) {
	ctx, cancel := context.WithDeadline(ctx, deadline)
	req, err := http.NewRequestWithContext(ctx, r.method, g.portal.String()+r.target, strings.NewReader(r.form))
	if err != nil {
		cancel()
		return nil, err
	}
	r.headers(who, req.Header.Set)
	if r.form != "" {
		// Never sent; it tells net/http that this POST, too, may be repeated
		// when a kept connection turns out to be closed.
		req.Header["Idempotency-Key"] = nil
	}
	resp, err := g.http.RoundTrip(req)
	if err != nil {
		cancel()
		return nil, err
	}
	resp.Body = &timedBody{resp.Body, cancel}
	return resp, nil
}

// timedBody is a body that ends with its context.
type timedBody struct {
	io.ReadCloser
	cancel context.CancelFunc
}

// Close releases the context, too.
func (b *timedBody) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}
