package upstream

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
)

// writeAll makes the steps in their order, up to maxShare of them in one batch. A
// batch has no transaction: each step ends for itself. When a call is lost, the steps
// after it are not sent.
func (c *Caller) writeAll(ctx context.Context, steps []step) {
	for n, share := range slices.Collect(slices.Chunk(steps, maxShare)) {
		if n == 1 { // something was begun
			rest, end := lasting(ctx)
			defer end()
			ctx = rest
		}
		var err error
		if len(share) > 1 && c.client.batch.usable() {
			err = c.writeBatch(ctx, share)
		} else {
			err = c.writeEach(ctx, share)
		}
		if err != nil {
			endSteps(steps[min(len(steps), (n+1)*maxShare):], withOutcome(err, NotDone))
			return
		}
	}
}

// writeBatch makes the steps in one call, or one by one where the portal has no use for
// batches and surely has done nothing.
func (c *Caller) writeBatch(ctx context.Context, steps []step) error {
	items, batch, templates := make([]item, len(steps)), make([]batchItem, len(steps)), make([]string, len(steps))
	for i, st := range steps {
		target := st.route.target(c.client.batchRoot)
		batch[i] = batchItem{Name: c.nameOf(st.method + " " + target + " " + st.form), Method: st.method, RelativeURL: target}
		if st.form != "" {
			batch[i].Body, batch[i].BodyType = st.form, formType
		}
		templates[i] = st.route.template
		items[i] = item{route: st.route, end: st.ended(c)}
	}
	list, err := json.Marshal(batch)
	if err != nil {
		return &Error{Op: batchRoute, Kind: KindInvalid, Err: err}
	}
	r := c.client.changing(http.MethodPost, route{template: batchRoute}, url.Values{"batch": {string(list)}}.Encode())
	// A malformed item spoils the answer when those before it have been done.
	r.items, r.late = templates, []int{http.StatusBadRequest}
	_, err = write(ctx, c, r, func(a answer) (struct{}, error) {
		return struct{}{}, (&slot{caller: c}).endItems(items, batch, a)
	})
	var e *Error
	switch {
	case err == nil:
		c.client.batch.works()
		return nil
	case errors.As(err, &e) && e.Outcome == NotDone && (e.Status != 0 || e.LeftAlone) && c.client.batch.blame(err, c.client.warnOnce):
		return c.writeEach(ctx, steps)
	default:
		endSteps(steps, err)
		return err
	}
}

// ended returns the step's end for the answer in a batch.
func (s step) ended(c *Caller) func(a answer, err error) error {
	r := s.request(c.client)
	return func(a answer, err error) error {
		if err == nil {
			err = s.end(a, nil)
		}
		if r.writes() {
			err = r.withOutcome(err)
			c.count(err)
		}
		if err == nil {
			return nil
		}
		return s.end(answer{}, err)
	}
}

// writeEach makes the steps one by one. The portal's refusal of one does not keep it
// from the next, as in a batch; a call that is lost does.
func (c *Caller) writeEach(ctx context.Context, steps []step) error {
	for i, st := range steps {
		if i == 1 {
			rest, end := lasting(ctx)
			defer end()
			ctx = rest
		}
		var err error
		read := func(a answer) (struct{}, error) { return struct{}{}, st.end(a, nil) }
		if st.method == http.MethodGet {
			_, err = getWith(ctx, c, forWrite, st.route, read)
		} else {
			_, err = write(ctx, c, st.request(c.client), read)
		}
		if err == nil {
			continue
		}
		_ = st.end(answer{}, err)
		var e *Error
		if !errors.As(err, &e) || !e.fromPortal {
			endSteps(steps[i+1:], withOutcome(err, NotDone))
			return err
		}
	}
	return nil
}

// changeAndRead makes the steps, and reads in the same batch what is there after them. It
// returns the error of each step, and that of the read, which says of the outcome what
// the steps do. A read that is lost with them is made again by itself, as what there is
// after a part of them has to be known all the more.
func changeAndRead[T, V any](ctx context.Context, c *Caller, steps []step, said reader[V], r route, read reader[T]) (value T, each []error, err error) {
	answers := make([]Result[V], len(steps))
	for i := range steps {
		steps[i].end = ending(&answers[i], said)
	}
	var after Result[T]
	c.writeAll(ctx, append(steps, step{method: http.MethodGet, route: r, end: ending(&after, read)}))
	each = make([]error, len(steps))
	for i := range answers {
		each[i] = answers[i].Err
	}
	if after.Err != nil && slices.ContainsFunc(each, mayBeDone) {
		kept, end := lasting(ctx)
		defer end()
		after.Value, after.Err = getWith(kept, c, forWrite, r, read)
	}
	return after.Value, each, together(each, after.Err)
}

// together returns an error of one of several steps with the outcome of all of them:
// nothing was done where that is so of each.
func together(each []error, err error) error {
	if slices.ContainsFunc(each, mayBeDone) {
		return withOutcome(err, Unknown)
	}
	return withOutcome(err, NotDone)
}

func endSteps(steps []step, err error) {
	for _, st := range steps {
		_ = st.end(answer{}, err)
	}
}
