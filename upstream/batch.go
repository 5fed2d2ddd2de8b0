package upstream

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"net/http"
	"net/url"
	"slices"
	"sync/atomic"
	"time"

	"onlyoffice-graphql/upstream/scan"
)

// batchRoute is the portal's endpoint for many requests in one; it lies at the
// root of the API and takes a form, not JSON.
const batchRoute = "batch"

// batchRetryAfter is how long a portal that had no batch endpoint is believed
// not to have got one.
const batchRetryAfter = 5 * time.Minute

// batchItem is one request of a batch. It is only written.
//
//scan:ignore
type batchItem struct {
	Name        string `json:"Name"`
	Method      string `json:"Method,omitempty"` // of a batch that writes; GET is the default
	RelativeURL string `json:"RelativeUrl"`
	Body        string `json:"Body,omitempty"` // a form
	BodyType    string `json:"BodyContentType,omitempty"`
}

// batchResult is the answer to one item, in the item's place; the portal
// leaves null where it knows no such route.
type batchResult struct {
	Name   string     `json:"name"` // the item's, or "" of a portal that sends none
	Status int        `json:"status"`
	Data   quotedText `json:"data"` // a JSON document as text
}

// quotedText is a string as it is written, without its quotes. It is a part of
// the text that it was read from.
type quotedText string

// ScanJSON reads a string, or null.
func (q *quotedText) ScanJSON(r *scan.Reader) { r.Quoted((*string)(q)) }

// read calls read with what the text stands for, which must not keep it.
func (q quotedText) read(read func(text []byte)) {
	buffer := takeBuffer()
	defer giveBuffer(buffer)
	buffer.Grow(len(q))
	_, _ = buffer.Write(scan.Unescape(buffer.AvailableBuffer(), string(q)))
	read(buffer.Bytes())
}

// readBatch reads all that is asked for in one call. It returns false, and has
// ended nothing, when the batch endpoint is of no use and the items are to be
// read one by one.
func (s *slot) readBatch(ctx context.Context, items []item) bool {
	c := s.caller.client
	if err := postBatch(ctx, s, items); err != nil {
		// Of a portal that is alive, one item may have hung.
		if c.batch.blame(err, c.warnOnce) || KindOf(err) == KindTimeout && c.breaker.heardLately(c.callTimeout) {
			return false
		}
		failAll(items, err)
		return true
	}
	c.batch.works()
	return true
}

// postBatch asks for the items, and ends them when there is an answer to each.
func postBatch(ctx context.Context, s *slot, items []item) error {
	c := s.caller.client
	batch, templates := make([]batchItem, len(items)), make([]string, len(items))
	for i, it := range items {
		target := it.route.target(c.batchRoot)
		batch[i] = batchItem{Name: s.caller.nameOf(target), RelativeURL: target}
		templates[i] = it.route.template
	}
	list, err := json.Marshal(batch)
	if err != nil {
		return &Error{Op: batchRoute, Kind: KindInvalid, Err: err}
	}
	_, err = send(ctx, s, request{
		op:     batchRoute,
		method: http.MethodPost,
		target: route{template: batchRoute}.target(c.root),
		form:   url.Values{"batch": {string(list)}}.Encode(),
		items:  templates,
		page:   s.page,

		purpose: items[0].route.purpose, // all are read for the same
	}, func(a answer) (struct{}, error) { return struct{}{}, s.endItems(items, batch, a) })
	return err
}

// nameOf returns what an item of a batch is called: the same for everything that
// this caller asks for there, and something else for other callers and
// addresses.
func (c *Caller) nameOf(target string) string {
	var h maphash.Hash
	h.SetSeed(c.client.names)
	_, _ = h.Write(c.holder[:])
	_, _ = h.WriteString(target)
	var sum [8]byte
	var name [2 * len(sum)]byte
	return string(hex.AppendEncode(name[:0], h.Sum(sum[:0])))
}

// endItems gives each item its part of the answer to a batch. Only a name tells
// which it is: the answers may come in another order, and all of them may be those
// to another batch. Where none has a name, their order has to do.
func (s *slot) endItems(items []item, batch []batchItem, a answer) error {
	answers, err := decode[[]*batchResult](a)
	if err != nil {
		return err
	}
	if len(answers) != len(items) {
		return a.fail(KindBadAnswer, fmt.Errorf("%d answers to %d requests", len(answers), len(items)))
	}
	named := slices.ContainsFunc(answers, func(r *batchResult) bool { return r != nil && r.Name != "" })
	for i, it := range items {
		op, result := it.route.template, answers[i]
		if named && (result == nil || result.Name != batch[i].Name) {
			at := slices.IndexFunc(answers, func(r *batchResult) bool { return r != nil && r.Name == batch[i].Name })
			switch {
			case at >= 0:
				result = answers[at]
			case result != nil:
				_ = it.end(answer{}, s.caller.wrongEntity(op, batch[i].Name, result.Name))
				continue
			}
		}
		if result == nil {
			_ = it.end(answer{}, &Error{Op: op, Kind: KindBadAnswer, Err: errors.New("the portal has no such route in a batch")})
			continue
		}
		_ = it.end(answer{op: op, status: result.Status, document: result.Data, rows: it.route.rows}, nil)
	}
	return nil
}

// batchSupport remembers whether the portal has a batch endpoint. The zero
// value believes it has.
type batchSupport struct {
	absentUntil atomic.Int64 // Unix nanoseconds; 0 while the endpoint is believed in
}

// usable reports whether to try a batch. When a portal without the endpoint is
// due to be tried again, one caller is told to and the others are not.
func (b *batchSupport) usable() bool {
	until := b.absentUntil.Load()
	if until == 0 {
		return true
	}
	now := time.Now()
	return now.UnixNano() >= until && b.absentUntil.CompareAndSwap(until, now.Add(batchRetryAfter).UnixNano())
}

func (b *batchSupport) works() {
	if b.absentUntil.Load() != 0 {
		b.absentUntil.Store(0)
	}
}

// blame decides whether a failed batch call is better repeated item by item.
// A portal that answers with something else than batches has no such endpoint,
// which is remembered. An answer that broke off, or one broken item that took
// the whole batch down (a 500 of the application, often with its document
// written twice), says nothing about the next batch.
func (b *batchSupport) blame(err error, warn func(msg string, args ...any)) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	switch {
	case errors.Is(err, errBrokeOff), errors.Is(err, errTooLarge), e.Kind == KindForbidden, e.LeftAlone:
		return true
	case e.Kind == KindBadAnswer, e.Kind == KindNotFound, e.Kind == KindInvalid:
		b.absentUntil.Store(time.Now().Add(batchRetryAfter).UnixNano())
		warn("the portal has no usable batch endpoint; single calls are made instead", "status", e.Status)
		return true
	case e.Kind == KindServer:
		return e.Status == http.StatusInternalServerError || e.Status < http.StatusBadRequest
	default:
		return false
	}
}
