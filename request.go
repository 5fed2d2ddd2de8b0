package main

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// request is what a client asks for, by GET or by POST.
type request struct {
	query         string // the document's text
	operationName string
	variables     map[string]any
	extensions    map[string]any

	variablesSize int
	hash          string // to store the document under; "" for not at all
}

// requestMembers are the names of what a request consists of. The
// specification reserves all others; they are ignored.
var requestMembers = [...]string{"query", "operationName", "variables", "extensions"}

// readRequest reads the request from its URL or its body.
func readRequest(w http.ResponseWriter, r *http.Request, limits Limits) (*request, *refusal) {
	read := readPost
	if r.Method == http.MethodGet {
		read = readGet
	}
	req, refused := read(w, r, limits)
	if refused != nil {
		return nil, refused
	}
	if limit := int(limits.Variables); req.variablesSize > limit {
		return nil, refuseOver(http.StatusBadRequest, "VARIABLES_TOO_LARGE", limit, req.variablesSize, "The variables take too many bytes.")
	}
	return req, nil
}

func readGet(_ http.ResponseWriter, r *http.Request, limits Limits) (*request, *refusal) {
	if limit := int(limits.Body); len(r.URL.RawQuery) > limit {
		return nil, refuseOver(http.StatusRequestURITooLong, "BODY_TOO_LARGE", limit, len(r.URL.RawQuery), "The URL is too long. Send a POST, or ask for less.")
	}
	parameters, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, malformed("The URL's query cannot be read: it is not well encoded.")
	}
	for _, name := range requestMembers {
		if len(parameters[name]) > 1 {
			return nil, malformed("The URL has the parameter %s more than once.", name)
		}
	}
	req := &request{
		query:         parameters.Get("query"),
		operationName: parameters.Get("operationName"),
		variablesSize: len(parameters.Get("variables")),
	}
	for name, target := range map[string]*map[string]any{"variables": &req.variables, "extensions": &req.extensions} {
		text := parameters.Get(name)
		if text == "" {
			continue
		}
		if *target, _, err = readObject([]byte(text)); err != nil {
			return nil, malformed("The URL's parameter %s %s.", name, err)
		}
	}
	return req, nil
}

func readPost(w http.ResponseWriter, r *http.Request, limits Limits) (*request, *refusal) {
	mediaType, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != mediaJSON || !isUTF8(params["charset"]) {
		return nil, refuse(http.StatusUnsupportedMediaType, codeBadRequest, "Send the request as Content-Type: application/json, in UTF-8.").with("Accept", mediaJSON)
	}
	if coding := r.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return nil, refuse(http.StatusUnsupportedMediaType, codeBadRequest, "Send the request without a Content-Encoding.").with("Accept-Encoding", "identity")
	}
	body, refused := readBody(w, r, limits)
	if refused != nil {
		return nil, refused
	}
	members, sizes, err := readObject(body)
	switch {
	case len(body) == 0:
		return nil, malformed("The request has no body.")
	case errors.Is(err, errNoObject) && strings.HasPrefix(strings.TrimLeft(string(body), " \t\r\n"), "["):
		return nil, malformed("Lists of operations are not answered. Send one operation in a request, which may have many fields.")
	case err != nil:
		return nil, malformed("The body %s.", err)
	case members == nil:
		return nil, malformed("The body %s.", errNoObject)
	}
	return fromMembers(members, sizes)
}

// fromMembers reads the request out of the body's members.
func fromMembers(members map[string]any, sizes map[string]int) (*request, *refusal) {
	for name := range members {
		for _, known := range requestMembers {
			if name != known && strings.EqualFold(name, known) {
				return nil, malformed("The body's member %s is written just so; another spelling is not it.", known)
			}
		}
	}
	req := &request{variablesSize: sizes["variables"]}
	for name, target := range map[string]*string{"query": &req.query, "operationName": &req.operationName} {
		if value := members[name]; value != nil {
			text, ok := value.(string)
			if !ok {
				return nil, malformed("The body's member %s must be a string.", name)
			}
			*target = text
		}
	}
	for name, target := range map[string]*map[string]any{"variables": &req.variables, "extensions": &req.extensions} {
		if value := members[name]; value != nil {
			object, ok := value.(map[string]any)
			if !ok {
				return nil, malformed("The body's member %s must be an object.", name)
			}
			*target = object
		}
	}
	return req, nil
}

// linger is how long the rest of a body is waited for that nobody wants.
const linger = time.Second

// limitReading sets until when the body of the request is waited for. That
// holds on after the answer, unless readBody has read all: the server reads
// what is left of a body before it takes the connection's next request.
func limitReading(w http.ResponseWriter, r *http.Request, timeout time.Duration) {
	if r.ContentLength != 0 {
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(timeout)) // not every writer can
	}
}

// drain reads what is left of the body of a refused request before the
// connection ends, as old proxies want it to after each request: with bytes
// unread it would end in a reset, and the client may never see the answer. The
// server itself does so only on connections that it keeps.
func drain(w http.ResponseWriter, r *http.Request, limits Limits) {
	if !r.Close || r.Header.Get("Expect") != "" { // or it would ask for the body
		return
	}
	for {
		wrapper, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			break
		}
		w = wrapper.Unwrap()
	}
	// Given more than that, the server's own writer waits a moment before it ends
	// the connection.
	_, _ = io.Copy(io.Discard, http.MaxBytesReader(w, r.Body, int64(limits.Body)))
}

// readBody reads the whole body, if it is not too large and comes in time.
func readBody(w http.ResponseWriter, r *http.Request, limits Limits) ([]byte, *refusal) {
	limit := int64(limits.Body)
	if r.ContentLength > limit {
		return nil, bodyTooLarge(limit, r.ContentLength).with("Connection", "close")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil:
		_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
		return body, nil
	case errors.As(err, &tooLarge):
		return nil, bodyTooLarge(limit, limit+1)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, refuse(http.StatusRequestTimeout, codeBadRequest, "The body did not come in time.").with("Connection", "close")
	default:
		return nil, malformed("The body could not be read.")
	}
}

// bodyTooLarge refuses a body of at least actual bytes.
func bodyTooLarge(limit, actual int64) *refusal {
	return refuseOver(http.StatusRequestEntityTooLarge, "BODY_TOO_LARGE", int(limit), int(actual), "The body is too large.")
}

// malformed refuses what is no GraphQL request at all.
func malformed(format string, args ...any) *refusal {
	return refuse(http.StatusBadRequest, codeBadRequest, format, args...)
}
