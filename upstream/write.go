package upstream

import (
	"context"
	"net/http"
)

// write makes one call that changes something. Every write goes through here, or
// through writeAll. It waits for its turn as reads do, and only until then does a client
// that goes away end it. It is repeated where nothing of it was sent, and never
// otherwise. Its error says what is known of its outcome.
func write[T any](ctx context.Context, c *Caller, r request, read reader[T]) (T, error) {
	r.purpose = PurposeWrite
	value, err := func() (value T, err error) {
		if c.credentials.IsZero() {
			return value, &Error{Op: r.op, Kind: KindUnauthenticated, Err: errNoCredential}
		}
		if err := c.client.breaker.refuse(r.op); err != nil {
			return value, err
		}
		s := &slot{caller: c}
		defer s.give()
		return send(ctx, s, r, read)
	}()
	err = notDone(err)
	if r.items == nil || err != nil { // the items of a batch that was answered count themselves
		c.count(err)
	}
	return value, err
}

// count counts a write that has changed something, or may have.
func (c *Caller) count(err error) {
	if mayBeDone(err) {
		c.changes.Add(1)
	}
}

// Changes returns how many writes have changed something so far, or may have.
func (c *Caller) Changes() int { return int(c.changes.Load()) }

// step is one call of several that are made in their order, or together in a batch.
type step struct {
	method string // GET for a read among them
	route  route
	form   string // body
	// end takes the answer, or the error there was instead of one, and returns that
	// error, or why the answer cannot be read.
	end func(a answer, err error) error
}

// request returns the step as a call of its own.
func (s step) request(c *Client) request {
	r := request{op: s.route.template, method: s.method, target: s.route.target(c.root), form: s.form, rows: s.route.rows, purpose: PurposeReadForWrite}
	if s.method != http.MethodGet {
		r.purpose = PurposeWrite
	}
	return r
}

// ending returns a step's end that keeps what an answer is decoded to, or the error, in
// result.
func ending[T any](result *Result[T], read reader[T]) func(a answer, err error) error {
	return func(a answer, err error) error {
		if err == nil {
			result.Value, err = read(a)
		}
		result.Err = err
		return err
	}
}

// changing returns the request of a write.
func (c *Client) changing(method string, r route, body string) request {
	return request{op: r.template, method: method, target: r.target(c.root), form: body}
}

// post, put and del are the writes of one call.
func post[T any](ctx context.Context, c *Caller, r route, body *form, read reader[T]) (T, error) {
	return write(ctx, c, c.client.changing(http.MethodPost, r, body.String()), read)
}

func put[T any](ctx context.Context, c *Caller, r route, body *form, read reader[T]) (T, error) {
	return write(ctx, c, c.client.changing(http.MethodPut, r, body.String()), read)
}

func del[T any](ctx context.Context, c *Caller, r route, read reader[T]) (T, error) {
	return write(ctx, c, c.client.changing(http.MethodDelete, r, ""), read)
}

// withID returns a route of a template with "{id}" and, where it has a second place,
// "{other}" in it.
func withID(template string, id int, other ...string) route {
	r := numbered(template)(id)
	for _, o := range other {
		r = r.with("{other}", o)
	}
	return r
}

// created reads what a write has made, which must say its id.
func created[T interface{ CheckedID() (int, error) }](a answer) (T, error) {
	value, err := decode[T](a)
	if err == nil {
		_, err = value.CheckedID()
	}
	if err != nil {
		var none T
		return none, err
	}
	return value, nil
}
