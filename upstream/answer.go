package upstream

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"onlyoffice-graphql/upstream/scan"
)

// envelope is what the portal wraps every answer in.
type envelope[T any] struct {
	Total      *int        `json:"total"`  // of a list; not always the truth
	Status     int         `json:"status"` // 0 is well, 1 is an error
	StatusCode int         `json:"statusCode"`
	Response   *T          `json:"response"`
	Error      *errorValue `json:"error"`
}

type errorValue struct {
	Message string `json:"message"`
}

// answer is one answer of the portal before anything is believed of it: an
// HTTP response, or an item of a batch. What it holds is overwritten by the next.
type answer struct {
	op       string
	status   int
	header   http.Header
	body     []byte     // of an HTTP response
	document quotedText // of an item of a batch, instead of a body
	skip     scan.Projection
	rows     int // of its list that were asked for, the others are not decoded; 0: no number was named
}

// read reads the answer into what the pointer into points to.
func (a *answer) read(into any) (err error) {
	wanted := scan.Options{Rows: a.rows, Skip: a.skip}
	if a.body != nil {
		text := bytes.TrimPrefix(a.body, []byte("\uFEFF")) // a byte order mark, which RFC 8259 lets us pass over
		return scan.Read(text, into, wanted)
	}
	a.document.read(func(text []byte) { err = scan.Read(text, into, wanted) })
	return err
}

// fail returns the answer's error of this kind.
func (a answer) fail(kind Kind, err error) *Error {
	return &Error{Op: a.op, Kind: kind, Status: a.status, Err: err}
}

// decode returns what is in the envelope.
func decode[T any](a answer) (T, error) {
	e, err := open[T](a)
	if err != nil {
		var zero T
		return zero, err
	}
	return *e.Response, nil
}

// Page is a part of a list.
type Page[T any] struct {
	Items []T
	Total *int // what the portal says of the whole list; not always the truth, and nil when it says nothing
}

// decodePage returns the list in the envelope.
func decodePage[T any](a answer) (Page[T], error) {
	e, err := open[[]T](a)
	if err != nil {
		return Page[T]{}, err
	}
	return Page[T]{Items: *e.Response, Total: e.Total}, nil
}

// open returns an envelope that has a response in it. Only the status and the
// shape of the body are trusted: messages are localised, and a proxy's page or
// an empty body may come with any status.
func open[T any](a answer) (*envelope[T], error) {
	if a.status >= 300 && a.status < 400 {
		return nil, a.redirected()
	}
	var e envelope[T]
	err := a.read(&e)
	if a.body == nil && (err != nil || a.status >= 400) {
		a.document.read(func(text []byte) { a.body = bytes.Clone(text) }) // to be looked at
	}
	if a.status >= 400 {
		return nil, a.refused(err == nil && e.Status == 1, e.Error)
	}
	switch {
	case err != nil && looksLikeSignIn(a.body):
		return nil, a.fail(KindUnauthenticated, errors.New("the portal's sign-in page"))
	case err != nil:
		return nil, a.fail(KindBadAnswer, a.describe(err))
	case e.Status != 0:
		if e.StatusCode >= 400 {
			a.status = e.StatusCode
		}
		return nil, a.refused(true, e.Error)
	case e.Response == nil:
		return nil, a.fail(KindBadAnswer, errors.New("an envelope without a response"))
	case holdsNull(*e.Response):
		return nil, a.fail(KindBadAnswer, errors.New("a list with a null in it"))
	default:
		return &e, nil
	}
}

// holdsNull reports whether response is a list of things with a gap. Only the
// answer to a batch may be one.
func holdsNull(response any) bool {
	if _, isBatch := response.([]*batchResult); isBatch {
		return false
	}
	list := reflect.ValueOf(response)
	if list.Kind() != reflect.Slice || list.Type().Elem().Kind() != reflect.Pointer {
		return false
	}
	for i := range list.Len() {
		if list.Index(i).IsNil() {
			return true
		}
	}
	return false
}

// refused turns a status of 400 and above into an error. Whether the body was
// the portal's own envelope decides what a 404 means: only then has the portal
// looked for the thing; otherwise there is no such portal or no such route.
func (a answer) refused(enveloped bool, portal *errorValue) *Error {
	e := a.refusal(enveloped, portal)
	e.fromPortal = enveloped
	return e
}

func (a answer) refusal(enveloped bool, portal *errorValue) *Error {
	var detail error
	switch {
	case portal != nil:
		detail = fmt.Errorf("the portal says %.200q", portal.Message)
	case !enveloped:
		detail = a.describe(nil)
	}
	switch {
	case a.status == http.StatusUnauthorized:
		return a.fail(KindUnauthenticated, detail)
	case a.status == http.StatusForbidden:
		return a.fail(KindForbidden, detail)
	case a.status == http.StatusTooManyRequests, a.status == http.StatusServiceUnavailable && a.retryAfter() > 0:
		// The vendor documents the latter as how a portal limits its callers.
		e := a.fail(KindRateLimited, detail)
		e.RetryAfter = a.retryAfter()
		return e
	case a.status == http.StatusPaymentRequired, a.status >= 500:
		e := a.fail(KindServer, detail)
		e.RetryAfter = a.retryAfter()
		return e
	case enveloped && a.status == http.StatusNotFound:
		return a.fail(KindNotFound, detail)
	case enveloped && a.status == http.StatusBadRequest:
		return a.fail(KindInvalid, detail)
	case enveloped && a.status < 400: // status 1 with nothing more precise
		return a.fail(KindServer, detail)
	default:
		return a.fail(KindBadAnswer, detail)
	}
}

// redirected judges a redirect: to the sign-in page, or a portal that lives
// somewhere else.
func (a answer) redirected() *Error {
	to, _, _ := strings.Cut(a.header.Get("Location"), "?")
	if strings.Contains(strings.ToLower(to), "auth.aspx") {
		return a.fail(KindUnauthenticated, errors.New("redirected to the portal's sign-in page"))
	}
	return a.fail(KindBadAnswer, fmt.Errorf("redirected to %.200q; is this the portal's own address?", to))
}

// retryAfter reads the header of that name (RFC 9110, section 10.2.3): a number of
// seconds, or a date. It is 0 when there is none, or none to wait for.
func (a answer) retryAfter() time.Duration {
	text := a.header.Get("Retry-After")
	wait := time.Duration(0)
	if seconds, err := strconv.Atoi(text); err == nil && seconds <= 24*60*60 {
		wait = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		wait = time.Until(at).Round(time.Second)
	}
	if wait < 0 || wait > 24*time.Hour {
		return 0
	}
	return wait
}

// describe says for the log what kind of body it was, without quoting it: a
// page may hold anything.
func (a answer) describe(err error) error {
	kind, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	if coding := a.header.Get("Content-Encoding"); !isPlain(coding) && !isGzip(coding) {
		kind += fmt.Sprintf(" in the coding %.40q, which was not asked for", coding)
	}
	switch {
	case len(a.body) == 0:
		return errors.New("an empty body")
	case bytes.HasPrefix(bytes.TrimSpace(a.body), []byte("<")):
		return fmt.Errorf("a page of HTML or XML, %d bytes", len(a.body))
	case err != nil:
		return fmt.Errorf("%d bytes of %s: %w", len(a.body), kind, err)
	default:
		return fmt.Errorf("%d bytes of %s", len(a.body), kind)
	}
}

// isGzip reports whether a Content-Encoding is gzip, by either of its names.
func isGzip(coding string) bool {
	return strings.EqualFold(coding, "gzip") || strings.EqualFold(coding, "x-gzip")
}

func isPlain(coding string) bool { return coding == "" || strings.EqualFold(coding, "identity") }

// looksLikeSignIn reports whether a page asks for a password.
func looksLikeSignIn(body []byte) bool {
	page := bytes.ToLower(body[:min(len(body), 64<<10)])
	return bytes.HasPrefix(bytes.TrimSpace(page), []byte("<")) &&
		(bytes.Contains(page, []byte(`type="password"`)) || bytes.Contains(page, []byte("auth.aspx")))
}
