package overhttp

import (
	"bytes"
	jsonv1 "encoding/json"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"onlyoffice-graphql/internal/codes"
)

// params are what a client asks for, by GET or by POST: the parameters of a request in the
// words of GraphQL over HTTP.
type params struct {
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
func (t *transport) readRequest(w http.ResponseWriter, r *http.Request) (*params, *refusal) {
	read := t.readPost
	if r.Method == http.MethodGet {
		read = t.readGet
	}
	req, refused := read(w, r)
	if refused != nil {
		return nil, refused
	}
	if limit := t.Variables; req.variablesSize > limit {
		return nil, refuseOver(http.StatusBadRequest, codes.VariablesTooLarge, limit, req.variablesSize, "The variables take too many bytes.")
	}
	return req, nil
}

func (t *transport) readGet(_ http.ResponseWriter, r *http.Request) (*params, *refusal) {
	if limit := int(t.Body); len(r.URL.RawQuery) > limit {
		return nil, refuseOver(http.StatusRequestURITooLong, codes.BodyTooLarge, limit, len(r.URL.RawQuery), "The URL is too long. Send a POST, or ask for less.")
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
	req := &params{
		query:         parameters.Get("query"),
		operationName: parameters.Get("operationName"),
		variablesSize: len(parameters.Get("variables")),
	}
	for name, target := range map[string]*map[string]any{"variables": &req.variables, "extensions": &req.extensions} {
		text := parameters.Get(name)
		if text == "" {
			continue
		}
		if err := readJSON([]byte(text), target); err != nil {
			return nil, malformed("The URL's parameter %s %s.", name, err)
		}
	}
	return req, nil
}

func (t *transport) readPost(w http.ResponseWriter, r *http.Request) (*params, *refusal) {
	contentType, _, _ := strings.Cut(r.Header.Get("Content-Type"), ",") // of two headers that were joined on the way
	mediaType, params, err := mime.ParseMediaType(contentType)
	if err != nil || mediaType != mediaJSON || !isUTF8(params["charset"]) {
		return nil, refuse(http.StatusUnsupportedMediaType, codes.BadRequest, "Send the request as Content-Type: application/json, in UTF-8.").with("Accept", mediaJSON)
	}
	if coding := r.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return nil, refuse(http.StatusUnsupportedMediaType, codes.BadRequest, "Send the request without a Content-Encoding.").with("Accept-Encoding", "identity")
	}
	body, taken, refused := t.bodies.read(w, r)
	defer t.bodies.memory.Give(taken)
	if refused != nil {
		return nil, refused
	}
	body = bytes.TrimPrefix(body, []byte("\uFEFF")) // a byte order mark, which RFC 8259, section 8.1, lets be ignored
	if len(body) == 0 {
		return nil, malformed("The request has no body.")
	}
	var members map[string]jsontext.Value
	err = readJSON(body, &members)
	switch {
	case errors.Is(err, errNoObject) && jsontext.Value(body).Kind() == '[':
		return nil, malformed("Lists of operations are not answered. Send one operation in a request, which may have many fields.")
	case err != nil:
		return nil, malformed("The body %s.", err)
	case members == nil:
		return nil, malformed("The body %s.", errNoObject)
	}
	return fromMembers(members)
}

// fromMembers reads the request out of the body's members.
func fromMembers(members map[string]jsontext.Value) (*params, *refusal) {
	for name := range members {
		for _, known := range requestMembers {
			if name != known && strings.EqualFold(name, known) {
				return nil, malformed("The body's member %s is written just so; another spelling is not it.", known)
			}
		}
	}
	req := &params{variablesSize: len(members["variables"])}
	for name, target := range map[string]*string{"query": &req.query, "operationName": &req.operationName} {
		switch value := members[name]; value.Kind() {
		case '"':
			if err := json.Unmarshal(value, target); err != nil {
				return nil, malformed("The body %s.", errNotJSON)
			}
		case 'n', jsontext.KindInvalid: // null, or not there
		default:
			return nil, malformed("The body's member %s must be a string.", name)
		}
	}
	for name, target := range map[string]*map[string]any{"variables": &req.variables, "extensions": &req.extensions} {
		if value := members[name]; value != nil && readJSON(value, target) != nil {
			return nil, malformed("The body's member %s must be an object.", name)
		}
	}
	return req, nil
}

// What is wrong with JSON that a client sent. The library's own errors quote the
// text, which may hold secrets.
var (
	errNotUTF8  = errors.New("is not UTF-8")
	errNotJSON  = errors.New("is not valid JSON")
	errTwice    = errors.New("has a member twice in one object")
	errNoObject = errors.New("is not a JSON object")
)

// readJSON reads an object into a map, which stays nil for null. No member may come
// twice, and all bytes are UTF-8: two readers of one text must not see two requests
// in it.
func readJSON(text []byte, members any) error {
	if !utf8.Valid(text) {
		return errNotUTF8
	}
	err := json.Unmarshal(text, members, exactNumbers)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, jsontext.ErrDuplicateName):
		return errTwice
	case jsontext.Value(text).IsValid():
		return errNoObject
	default:
		return errNotJSON
	}
}

// exactNumbers keeps numbers as they are written.
var exactNumbers = json.WithUnmarshalers(json.UnmarshalFromFunc(func(decoder *jsontext.Decoder, value *any) error {
	if decoder.PeekKind() != '0' {
		return errors.ErrUnsupported
	}
	number, err := decoder.ReadToken()
	*value = jsonv1.Number(number.String())
	return err
}))

// malformed refuses what is no GraphQL request at all.
func malformed(format string, args ...any) *refusal {
	return refuse(http.StatusBadRequest, codes.BadRequest, format, args...)
}
