package upstream

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"
)

// Kind says what went wrong, in the terms a caller can act on.
type Kind int

// The kinds of failure. KindUnknown is never produced by this package.
const (
	KindUnknown         Kind = iota
	KindNotFound             // 404 in an envelope: missing, or hidden from this caller; the portal does not tell which
	KindUnauthenticated      // 401, the sign-in page, or no credential to send
	KindForbidden            // 403, with or without a body
	KindInvalid              // 400: the portal could not use an argument
	KindRateLimited          // 429, or 503 with Retry-After
	KindUnavailable          // no connection, or it broke; or the call was not made, to spare the portal
	KindTimeout              // a deadline passed
	KindCanceled             // the caller went away; not a failure of the portal
	KindServer               // 5xx, 402, or an envelope with status 1 and nothing more precise
	KindBadAnswer            // HTML, truncation, too large, or JSON of another shape
	KindTooMuch              // not called: the request has made all calls, or read all bytes, that one may
)

var kindNames = [...]string{"unknown", "not found", "unauthenticated", "forbidden", "invalid", "rate limited", "unavailable", "timeout", "canceled", "server error", "bad answer", "too much"}

// String returns the kind in plain words.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return kindNames[KindUnknown]
	}
	return kindNames[k]
}

// Error is every failure of a portal call. Its text is for logs: it may quote
// the portal, but holds neither credentials nor URLs.
type Error struct {
	Op         string        // route template of the call, such as "crm/opportunity/{id}"
	Kind       Kind          // what went wrong
	Status     int           // HTTP status of the answer; 0 when there was none
	RetryAfter time.Duration // when to ask again: what the portal said with a 429 or 503, or our own guess; 0 when unknown
	Limit      int           // of a KindTooMuch: how many calls or bytes one request may take
	Actual     int           // and how many it has wanted or taken so far
	LeftAlone  bool          // not called, for RetryAfter, because this or the whole portal kept failing
	Outcome    Outcome       // of a write; "" for reads
	Err        error         // detail for the log; may be nil

	fromPortal bool // the portal itself says so, in its own document
	unsent     bool // of a write: no byte of it was sent
}

// Error returns operation, kind, status and detail in one line.
func (e *Error) Error() string {
	text := fmt.Sprintf("%s: %s", e.Op, e.Kind)
	if e.Status != 0 {
		text += fmt.Sprintf(" (HTTP %d)", e.Status)
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the detail.
func (e *Error) Unwrap() error { return e.Err }

// Retryable reports whether the same call may succeed a little later, and may be made
// again: a write may not when it may have happened.
func (e *Error) Retryable() bool {
	if e.Outcome == Unknown {
		return false
	}
	switch e.Kind {
	case KindRateLimited, KindTimeout:
		return true
	case KindUnavailable:
		return !e.UnknownHost() && !e.UntrustedCertificate()
	case KindServer:
		return isGateway(e.Status)
	default:
		return false
	}
}

// UnknownHost reports whether there is no portal by that name, which waiting does
// not mend.
func (e *Error) UnknownHost() bool {
	var name *net.DNSError
	return errors.As(e.Err, &name) && name.IsNotFound
}

// UntrustedCertificate reports whether the portal showed a certificate of an
// unknown authority or of another name; waiting does not mend that either.
func (e *Error) UntrustedCertificate() bool {
	var certificate *tls.CertificateVerificationError
	return errors.As(e.Err, &certificate)
}

// KindOf returns the kind of err, or KindUnknown when err did not come from a
// portal call.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return KindUnknown
}

// InputError is a value of an argument that cannot be read; its text is for
// the writer of the query.
type InputError struct{ Text string }

// Error returns the text.
func (e *InputError) Error() string { return e.Text }

func unreadable(format string, args ...any) error {
	return &InputError{fmt.Sprintf(format, args...)}
}

// Details that are the same every time.
var (
	errMissingID    = errors.New("the portal left this id out, as one does after a request with fields= until it is restarted")
	errWrongEntity  = errors.New("the answer is about something else")
	errNoCredential = errors.New("no credential to send")
	errNotSendable  = errors.New("the route has characters that cannot be sent")
	errBrokeOff     = errors.New("the answer broke off")
	errSwitched     = errors.New("the portal wants another protocol")
	errTooLarge     = errors.New("the answer is larger than the limit")
	errTooManyCalls = errors.New("not called, because the request has made all calls that one may make")
	errTooManyBytes = errors.New("not called, because the request has read all that one may read")
	errCircuitOpen  = errors.New("not called, because the portal kept failing there")
	errNoRoom       = errors.New("not read, because too many other large answers were being read all the time")
	errNoSlot       = errors.New("not called, because too many other calls were in flight all the time")
	errNoTime       = errors.New("not called, because the operation had no time left to hear what became of it")
	errLocked       = errors.New("not called, because the same thing was being changed all the time")
	errGone         = errors.New("it was deleted meanwhile")
	errMayNotEdit   = errors.New("not called, because the portal says that this caller may not change it")
)

// checkID returns id, or an error where the portal sent none.
func checkID(op string, id int) (int, error) {
	if id == 0 {
		return 0, &Error{Op: op, Kind: KindBadAnswer, Err: errMissingID}
	}
	return id, nil
}

// unserved is the error of a call that waited for a slot until ctx ended. The
// portal is not slow then, as far as anybody knows, but busy.
func unserved(op string, err error) *Error {
	if errors.Is(err, context.DeadlineExceeded) {
		return &Error{Op: op, Kind: KindUnavailable, RetryAfter: time.Second, Err: errNoSlot}
	}
	return Ended(op, err)
}

// Ended returns the error of what a context's end ended, which err is of: a passed deadline
// is not the same as a caller who went away.
func Ended(op string, err error) *Error {
	if errors.Is(err, context.DeadlineExceeded) {
		return &Error{Op: op, Kind: KindTimeout, Err: err}
	}
	return &Error{Op: op, Kind: KindCanceled, Err: err}
}

// transportError is what became of a call that got no answer.
func transportError(ctx context.Context, op string, err error) *Error {
	if ctx.Err() != nil {
		return Ended(op, ctx.Err())
	}
	kind := KindUnavailable
	if isTimeout(err) {
		kind = KindTimeout
	}
	return &Error{Op: op, Kind: kind, Err: err}
}

func isTimeout(err error) bool {
	if err == nil {
		return false
	}
	var netErr net.Error // on the heap
	return errors.As(err, &netErr) && netErr.Timeout()
}
