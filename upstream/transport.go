package upstream

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	maxHeader   = 64 << 10 // bytes of an answer before its body: what cannot be read of them is quoted in errors
	idleTimeout = 90 * time.Second

	// keptForEach is how many connections are kept for each call that may be in
	// flight: some hundred people who come back find theirs.
	keptForEach = 4
	// readSize holds most answers about one thing, so that one read of the
	// network gets them.
	readSize = 16 << 10
)

// newTransport returns a transport to the portal. Callers use it by RoundTrip,
// which follows no redirect: the API redirects only to its sign-in page, and
// credentials must not travel to wherever a redirect points.
func newTransport(o Options, portalCalls int) *http.Transport {
	dial := o.Dial
	if dial == nil {
		dial = (&net.Dialer{Timeout: orDefault(o.DialTimeout, 3*time.Second), KeepAlive: 30 * time.Second}).DialContext
	}
	proxy, err := http.ProxyFromEnvironment(&http.Request{URL: o.URL})
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(o.HTTP2)
	return &http.Transport{
		Proxy:       func(*http.Request) (*url.URL, error) { return proxy, err },
		DialContext: dial,
		// Clones have the sessions in common: they shorten the handshake, and
		// no answer is in them.
		TLSClientConfig:        &tls.Config{ClientSessionCache: tls.NewLRUClientSessionCache(0)},
		TLSHandshakeTimeout:    orDefault(o.TLSTimeout, 5*time.Second),
		MaxConnsPerHost:        portalCalls,
		MaxIdleConnsPerHost:    portalCalls,
		IdleConnTimeout:        idleTimeout,
		Protocols:              &protocols,
		DisableCompression:     true, // exchange sees to that
		MaxResponseHeaderBytes: maxHeader,
		ReadBufferSize:         readSize,
	}
}

// newRequest returns the HTTP request of a call. http.NewRequest would parse the
// portal's address each time.
func (c *Caller) newRequest(ctx context.Context, r request) (*http.Request, error) {
	target, err := url.ParseRequestURI(r.target)
	if err != nil {
		return nil, errNotSendable // err quotes it
	}
	portal := c.client.portal
	target.Scheme, target.Host = portal.Scheme, portal.Host
	req := (&http.Request{
		Method: r.method, URL: target, Header: c.header, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(ctx)
	if r.form == "" {
		return req, nil
	}
	req.Header = c.header.Clone()
	req.Header.Set("Content-Type", formType)
	if !r.writes() {
		// Never sent; it tells net/http that this POST, too, may be repeated when a
		// kept connection turns out to be closed.
		req.Header["Idempotency-Key"] = nil
	}
	req.ContentLength = int64(len(r.form))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(r.form)), nil }
	req.Body, err = req.GetBody()
	return req, err
}

// header returns what is in every request with the credentials. It is
// not to be changed: requests have it in common.
func (c Credentials) header() http.Header {
	header := http.Header{"User-Agent": {"onlyoffice-graphql"}, "Accept-Encoding": {"gzip"}}
	if c.Authorization != "" {
		header["Authorization"] = []string{c.Authorization}
	}
	if c.Cookie != "" {
		// As it came, where http.Request.AddCookie would drop or quote what it
		// takes for malformed.
		header["Cookie"] = []string{CookieName + "=" + c.Cookie}
	}
	return header
}
