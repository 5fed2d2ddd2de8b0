package upstream

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Call is one attempt of a call of the portal that has ended.
type Call struct {
	Method   string   // of HTTP
	Route    string   // template, such as "crm/opportunity/{id}" or "batch"
	Purpose  Purpose  // what it was made for
	Items    []string // templates of the items of a batch, one for each
	Attempt  int      // 1 for the first, and one more for each retry
	Start    time.Time
	Duration time.Duration
	Status   int   // HTTP status; 0 when there was no answer
	Bytes    int   // of the answer's body, uncompressed
	Err      error // what became of it; nil for a good answer
}

// Purpose is what a call is made for.
type Purpose int

// The purposes of calls.
const (
	PurposeLookUp       Purpose = iota // a field shows what it reads
	PurposeVersion                     // a list needs to know the portal's version
	PurposeReadForWrite                // a write depends on what it reads
	PurposeWrite                       // it changes something; of a batch, at least one item does
	PurposeSignIn                      // it asks for a session
)

// route is where a call goes: a template for people ("crm/opportunity/{id}")
// and the path that is asked for, which is the template where that is empty.
type route struct {
	template string
	path     string
	query    string // encoded, without "?"
	rows     int    // that the query asks for at most; 0: it does not say
	purpose  Purpose
}

// target returns the route below root, with the suffix that asks for JSON.
func (r route) target(root string) string {
	path := r.path
	if path == "" {
		path = r.template
	}
	if r.query != "" {
		return root + path + ".json?" + r.query
	}
	return root + path + ".json"
}

// with returns the route with what stands in for a part of its path.
func (r route) with(part, value string) route {
	r.path = strings.Replace(r.path, part, url.PathEscape(value), 1)
	return r
}

// numbered returns the routes of a template with "{id}" in it.
func numbered(template string) func(id int) route {
	return func(id int) route {
		return route{template: template, path: strings.Replace(template, "{id}", strconv.Itoa(id), 1)}
	}
}

// reader makes a value of an answer: decode or decodePage. It keeps nothing of
// the answer's body, which is overwritten by the next.
type reader[T any] func(a answer) (T, error)

// request is what a call sends.
type request struct {
	op     string // route template
	method string
	target string   // path and query, as the portal sees them
	form   string   // body
	items  []string // of a batch: the templates of its items
	rows   int      // that a list may have; 0: no number was named
	page   *tally   // of the calls that are made together; nil for a single one
	late   []int    // statuses that may refuse it after something was done
	probe  bool     // asks whether the portal is up, past open circuits, and does not count for them

	purpose Purpose
}

// writes reports whether the call changes something, so that it is never sent twice.
func (r request) writes() bool { return r.purpose == PurposeWrite }

// getRequest reads one route.
func (c *Client) getRequest(r route) request {
	return request{op: r.template, method: http.MethodGet, target: r.target(c.root), rows: r.rows, purpose: r.purpose}
}

// get reads one thing: it waits for a slot and asks.
func get[T any](ctx context.Context, c *Caller, r route, read reader[T]) (T, error) {
	var zero T
	if c.credentials.IsZero() {
		return zero, &Error{Op: r.template, Kind: KindUnauthenticated, Err: errNoCredential}
	}
	if err := c.client.breaker.refuse(r.template); err != nil {
		return zero, err
	}
	s := &slot{caller: c}
	defer s.give()
	return send(ctx, s, c.client.getRequest(r), read)
}

// send makes one call, and repeats it where that may help and does no harm. Every
// call goes through here, and waits here for its turn.
func send[T any](ctx context.Context, s *slot, r request, read reader[T]) (T, error) {
	if err := s.turn(ctx, r.op); err != nil {
		var zero T
		return zero, err
	}
	s.caller.client.retries.budget.save()
	value, err := attempt(ctx, s.caller, r, 1, read)
	if err == nil || !r.retryable(err) {
		return value, err
	}
	return sendAgain(ctx, s, r, err, read)
}

// sendAgain is the rest of send for a call that failed. It is apart because
// what its closure holds lives on the heap.
func sendAgain[T any](ctx context.Context, s *slot, r request, failure error, read reader[T]) (value T, err error) {
	err = s.caller.client.retries.repeat(ctx, s, r, failure, func(n int) error {
		var err error
		value, err = attempt(ctx, s.caller, r, n, read)
		return err
	})
	return value, err
}

// attempt makes one HTTP call with the caller's credentials and reads its
// answer. It makes none when ctx has ended or a circuit is open.
func attempt[T any](ctx context.Context, c *Caller, r request, n int, read reader[T]) (value T, err error) {
	if err := ctx.Err(); err != nil {
		return value, Ended(r.op, err)
	}
	if err := c.spend(r.op); err != nil {
		return value, err
	}
	limit := c.client.callTimeout
	if r.writes() {
		if hasNoTime(ctx) {
			c.calls.Add(-1)
			return value, &Error{Op: r.op, Kind: KindTimeout, Err: errNoTime}
		}
		limit = c.client.writeTimeout
		kept, end := lasting(ctx)
		defer end()
		ctx = kept
	}
	result := inconclusive
	if !r.probe {
		pass, err := c.client.breaker.enter(r.op)
		if err != nil {
			c.calls.Add(-1)
			return value, err
		}
		defer func() { c.client.breaker.leave(pass, result, r.page) }() // after a panic, too
	}

	start := time.Now()
	buffer := takeBuffer()
	defer giveBuffer(buffer)
	var room bodyRoom
	defer c.client.bodies.give(&room)
	a, err := c.exchange(ctx, start.Add(limit), r, buffer, &room)
	if err == nil {
		value, err = read(a)
	}
	switch {
	case c.credentials.IsZero():
	case err == nil:
		if !c.isKnown.Swap(true) {
			c.client.slots.markKnown(c)
		}
	case KindOf(err) == KindUnauthenticated:
		// A made-up credential keeps no pool, which would evict that of a real one.
		c.client.pools.retire(c.holder)
	}
	if r.writes() {
		err = r.withOutcome(err)
	}
	result = judge(ctx, err)
	c.report(ctx, Call{
		Method: r.method, Route: r.op, Purpose: r.purpose, Items: r.items, Attempt: n, Start: start, Duration: time.Since(start), Status: a.status, Bytes: len(a.body), Err: err,
	})
	return value, err
}

// buffers are what bodies are read into. One of more than a small body is left to the
// garbage collector: kept, such buffers would be most of a busy program's memory.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// largestExpected is the most that a buffer is made for before anything has come.
const largestExpected = 1 << 20

func takeBuffer() *bytes.Buffer { return buffers.Get().(*bytes.Buffer) }

func giveBuffer(buffer *bytes.Buffer) {
	if buffer.Cap() <= smallBody {
		buffer.Reset()
		buffers.Put(buffer)
	}
}

// exchange sends a request and reads the answer into the buffer, up to the
// limit and no further. The room that it takes is to be given back when the answer
// has been decoded.
func (c *Caller) exchange(ctx context.Context, deadline time.Time, r request, buffer *bytes.Buffer, room *bodyRoom) (answer, error) {
	within, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	var seen *witness
	if r.writes() {
		within, seen = witnessed(within)
	}
	req, err := c.newRequest(within, r)
	if err != nil {
		e := transportError(ctx, r.op, err)
		if r.writes() {
			e.Outcome = NotDone
		}
		return answer{}, e
	}
	pool := c.begin()
	defer c.end(pool)
	resp, err := pool.RoundTrip(req)
	if err != nil {
		return answer{}, seen.testify(transportError(ctx, r.op, err))
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode == http.StatusSwitchingProtocols {
		// The body is the bare connection, which no deadline ends.
		return answer{status: resp.StatusCode}, answer{op: r.op, status: resp.StatusCode}.fail(KindBadAnswer, errSwitched)
	}
	expected := resp.ContentLength
	zipped := isGzip(resp.Header.Get("Content-Encoding"))
	if expected < 0 || zipped {
		expected = c.client.sizes.of(r.op)
	}
	in := intake{caller: c, limit: c.client.bodyLimit + 1, times: 1, bodies: c.client.bodies, room: room, buffer: buffer}
	if r.items != nil {
		in.times = 2
	}
	if err = in.grow(within, min(expected, largestExpected)+bytes.MinRead); err == nil {
		if zipped {
			err = in.unzip(within, resp.Body)
		} else {
			err = in.read(within, resp.Body)
		}
	}
	a := answer{op: r.op, status: resp.StatusCode, header: resp.Header, body: buffer.Bytes(), rows: r.rows}
	switch {
	case errors.Is(err, errTooManyBytes):
		return a, c.tooManyBytes(r.op)
	case errors.Is(err, errNoRoom): // the portal is not slow then, but busy, as with slots
		return a, &Error{Op: r.op, Kind: KindUnavailable, RetryAfter: time.Second, Err: errNoRoom}
	case err != nil && (ctx.Err() != nil || isTimeout(err)):
		return a, transportError(ctx, r.op, err)
	case err != nil:
		return a, a.fail(KindBadAnswer, errBrokeOff)
	case int64(len(a.body)) > c.client.bodyLimit:
		return a, a.fail(KindBadAnswer, errTooLarge)
	default:
		c.client.sizes.note(r.op, int64(len(a.body)))
		return a, nil
	}
}

// sizes are how large the last answer of each route was, in bytes: the next is
// mostly about as large. The zero value knows none.
type sizes struct{ last sync.Map }

func (s *sizes) of(op string) int64 {
	size, _ := s.last.Load(op)
	n, _ := size.(int64)
	return n
}

func (s *sizes) note(op string, size int64) {
	if known := s.of(op); known < size || known > 2*size {
		s.last.Store(op, size)
	}
}
