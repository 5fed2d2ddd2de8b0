package upstream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/failsafe-go/failsafe-go/bulkhead"
)

// apiRoot is where the portal's REST API starts, below the portal's address.
const apiRoot = "/api/2.0/"

// Options say how a Client treats its portal. The zero value of each field but
// URL means the default named beside it.
type Options struct {
	URL          *url.URL      // the portal's address, with a path where the portal has one
	CallTimeout  time.Duration // one call, from asking to the last byte; 10 s
	DialTimeout  time.Duration // connecting; 3 s
	TLSTimeout   time.Duration // the TLS handshake; 5 s
	RequestCalls int           // calls in flight for one request; 24
	PortalCalls  int           // calls in flight for all requests together; 64
	BodyLimit    int64         // bytes of one answer, uncompressed; 16 MiB

	// Warn is told, once each, of things that an operator should know: enum
	// numbers without a name, a portal without a batch endpoint. nil: nobody is.
	Warn func(msg string, args ...any)
}

// Client is one portal. It is safe for concurrent use and meant to live as
// long as the program.
type Client struct {
	root         string // address of the API, ending in "/api/2.0/"
	batchRoot    string // the same as the portal's own batch items name it
	http         *http.Client
	slots        bulkhead.Bulkhead[any]
	batch        batchSupport
	callTimeout  time.Duration
	requestCalls int
	bodyLimit    int64
	warn         func(msg string, args ...any)
	warned       sync.Map
}

// New returns the client of the portal at o.URL. It makes no call.
func New(o Options) *Client {
	portalCalls := orDefault(o.PortalCalls, 64)
	dialer := &net.Dialer{Timeout: orDefault(o.DialTimeout, 3*time.Second), KeepAlive: 30 * time.Second}
	warn := o.Warn
	if warn == nil {
		warn = func(string, ...any) {}
	}
	return &Client{
		root:      strings.TrimSuffix(o.URL.String(), "/") + apiRoot,
		batchRoot: apiRoot,
		http: &http.Client{
			Transport: &http.Transport{
				Proxy:                 http.ProxyFromEnvironment,
				DialContext:           dialer.DialContext,
				TLSHandshakeTimeout:   orDefault(o.TLSTimeout, 5*time.Second),
				MaxConnsPerHost:       portalCalls,
				MaxIdleConnsPerHost:   portalCalls,
				IdleConnTimeout:       90 * time.Second,
				ForceAttemptHTTP2:     true,
				ExpectContinueTimeout: time.Second,
			},
			// The API redirects only to its sign-in page, and credentials must
			// not travel to wherever a redirect points.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		slots:        bulkhead.New[any](uint(portalCalls)),
		callTimeout:  orDefault(o.CallTimeout, 10*time.Second),
		requestCalls: orDefault(o.RequestCalls, 24),
		bodyLimit:    orDefault(o.BodyLimit, 16<<20),
		warn:         warn,
	}
}

func orDefault[T int | int64 | time.Duration](v, def T) T {
	if v == 0 {
		return def
	}
	return v
}

// Close drops idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Ping asks whether the portal answers at all. It sends no credential, so the
// portal's 401 is the usual good answer.
func (c *Client) Ping(ctx context.Context) error {
	caller := c.For(Credentials{})
	_, err := do[struct{}](ctx, caller, route{template: "people/@self"})
	switch KindOf(err) {
	case KindUnauthenticated, KindForbidden:
		return nil
	default:
		return err
	}
}

func (c *Client) warnUnknown(enum string, n int) {
	c.warnOnce("the portal sent an enum number that this version does not know", "enum", enum, "number", n)
}

func (c *Client) warnOnce(msg string, args ...any) {
	if _, told := c.warned.LoadOrStore(msg+fmt.Sprint(args...), true); !told {
		c.warn(msg, args...)
	}
}

// Credentials are what a caller shows the portal, passed on as they came. They
// print as "redacted" wherever they are logged.
type Credentials struct {
	Authorization string // the Authorization header's value
	Cookie        string // the value of the cookie asc_auth_key
}

// IsZero reports whether there is nothing to show.
func (c Credentials) IsZero() bool { return c == Credentials{} }

// String keeps credentials out of logs and error texts.
func (c Credentials) String() string { return "redacted" }

// GoString keeps credentials out of %#v.
func (c Credentials) GoString() string { return "redacted" }

// Caller is the portal as one person sees it for the length of one request.
// It is safe for concurrent use within that request.
type Caller struct {
	client      *Client
	credentials Credentials
	slots       bulkhead.Bulkhead[any]
}

// For returns the portal as the holder of credentials sees it, with the slots
// of one request.
func (c *Client) For(credentials Credentials) *Caller {
	return &Caller{client: c, credentials: credentials, slots: bulkhead.New[any](uint(c.requestCalls))}
}

// route is where a call goes: a template for people ("crm/opportunity/{id}")
// and the path that is asked for, which is the template where that is empty.
type route struct {
	template string
	path     string
	query    string // encoded, without "?"
}

// address returns the route below root, with the suffix that asks for JSON.
func (r route) address(root string) string {
	path := r.path
	if path == "" {
		path = r.template
	}
	if r.query != "" {
		return root + path + ".json?" + r.query
	}
	return root + path + ".json"
}

// get reads one thing: it waits for a slot and asks.
func get[T any](ctx context.Context, c *Caller, r route) (T, error) {
	var zero T
	if c.credentials.IsZero() {
		return zero, &Error{Op: r.template, Kind: KindUnauthenticated, Err: errNoCredential}
	}
	free, err := c.reserve(ctx, 1)
	if err != nil {
		return zero, ended(r.template, err)
	}
	defer c.release(free)
	return do[T](ctx, c, r)
}

// do reads one thing in a slot that the caller of do holds.
func do[T any](ctx context.Context, c *Caller, r route) (T, error) {
	return send[T](ctx, c, r.template, http.MethodGet, r.address(c.client.root), "")
}

// send makes one call with the caller's credentials and decodes its answer;
// form is the body of a POST. Every call of the portal goes through here.
func send[T any](ctx context.Context, c *Caller, op, method, address, form string) (T, error) {
	var zero T
	ctx, cancel := context.WithTimeout(ctx, c.client.callTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form))
	if err != nil {
		return zero, &Error{Op: op, Kind: KindInvalid, Err: errors.New("the route makes no URL")}
	}
	req.Header.Set("User-Agent", "onlyoffice-graphql")
	if form != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if c.credentials.Authorization != "" {
		req.Header.Set("Authorization", c.credentials.Authorization)
	}
	if c.credentials.Cookie != "" {
		// Not req.AddCookie, which would drop or quote what it takes for malformed.
		req.Header.Set("Cookie", "asc_auth_key="+c.credentials.Cookie)
	}
	resp, err := c.client.http.Do(req)
	if err != nil {
		return zero, transportError(ctx, op, err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, c.client.bodyLimit+1))
	a := answer{op: op, status: resp.StatusCode, header: resp.Header, body: body}
	switch {
	case err != nil && ctx.Err() != nil:
		return zero, ended(op, ctx.Err())
	case err != nil:
		return zero, a.fail(KindBadAnswer, errBrokeOff)
	case int64(len(body)) > c.client.bodyLimit:
		return zero, a.fail(KindBadAnswer, errTooLarge)
	default:
		return decode[T](a)
	}
}

// transportError is what became of a call that got no answer.
func transportError(ctx context.Context, op string, err error) *Error {
	if ctx.Err() != nil {
		return ended(op, ctx.Err())
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // without the URL
	}
	kind := KindUnavailable
	var netErr net.Error
	if errors.As(err, &netErr) && netErr.Timeout() {
		kind = KindTimeout
	}
	return &Error{Op: op, Kind: kind, Err: err}
}
