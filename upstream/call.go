package upstream

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Call is one call of the portal that has ended.
type Call struct {
	Route    string // template, such as "crm/opportunity/{id}" or "batch"
	Duration time.Duration
	Bytes    int   // of the answer's body, uncompressed
	Err      error // what became of it; nil for a good answer
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

// numbered returns the routes of a template with "{id}" in it.
func numbered(template string) func(id int) route {
	return func(id int) route {
		return route{template: template, path: strings.Replace(template, "{id}", strconv.Itoa(id), 1)}
	}
}

// reader makes a value of an answer: decode or decodePage.
type reader[T any] func(a answer) (T, error)

// get reads one thing: it waits for a slot and asks.
func get[T any](ctx context.Context, c *Caller, r route, read reader[T]) (T, error) {
	var zero T
	if c.credentials.IsZero() {
		return zero, &Error{Op: r.template, Kind: KindUnauthenticated, Err: errNoCredential}
	}
	free, err := c.reserve(ctx, 1)
	if err != nil {
		return zero, ended(r.template, err)
	}
	defer c.release(free)
	return do(ctx, c, r, read)
}

// do reads one thing in a slot that the caller of do holds.
func do[T any](ctx context.Context, c *Caller, r route, read reader[T]) (T, error) {
	return send(ctx, c, r.template, http.MethodGet, r.address(c.client.root), "", read)
}

// send makes one call with the caller's credentials and reads its answer; form
// is the body of a POST. Every call of the portal goes through here.
func send[T any](ctx context.Context, c *Caller, op, method, address, form string, read reader[T]) (T, error) {
	start := time.Now()
	c.calls.Add(1)
	ctx, cancel := context.WithTimeout(ctx, c.client.callTimeout)
	defer cancel()
	var value T
	a, err := c.exchange(ctx, op, method, address, form)
	if err == nil {
		value, err = read(a)
	}
	c.client.observe(Call{Route: op, Duration: time.Since(start), Bytes: len(a.body), Err: err})
	return value, err
}

// exchange sends a request and reads the answer, up to the limit and no further.
func (c *Caller) exchange(ctx context.Context, op, method, address, form string) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form))
	if err != nil {
		return answer{}, &Error{Op: op, Kind: KindInvalid, Err: errors.New("the route makes no URL")}
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
		return answer{}, transportError(ctx, op, err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, c.client.bodyLimit+1))
	a := answer{op: op, status: resp.StatusCode, header: resp.Header, body: body}
	switch {
	case err != nil && ctx.Err() != nil:
		return a, ended(op, ctx.Err())
	case err != nil:
		return a, a.fail(KindBadAnswer, errBrokeOff)
	case int64(len(body)) > c.client.bodyLimit:
		return a, a.fail(KindBadAnswer, errTooLarge)
	default:
		return a, nil
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
