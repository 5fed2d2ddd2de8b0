package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"unicode/utf8"
)

// What is wrong with JSON that a client sent. The standard library's own
// errors quote the text, which may hold secrets.
var (
	errNotUTF8  = errors.New("is not UTF-8")
	errNotJSON  = errors.New("is not valid JSON")
	errTwice    = errors.New("has a member twice in one object")
	errNoObject = errors.New("is not a JSON object")
)

// strictJSON reads one JSON object. Unlike json.Unmarshal it takes no member
// twice, no other spelling of a name, and no bytes that are not UTF-8: two
// readers of one text must not see two requests in it.
type strictJSON struct {
	decoder *json.Decoder
	sizes   map[string]int // of the outermost object's members, in bytes
}

// readObject returns the members of the object that text is, and the size of
// the text of each. It returns nil for null.
func readObject(text []byte) (members map[string]any, sizes map[string]int, err error) {
	switch {
	case !utf8.Valid(text):
		return nil, nil, errNotUTF8
	case !json.Valid(text): // also too deeply nested, and anything after the value
		return nil, nil, errNotJSON
	}
	r := strictJSON{decoder: json.NewDecoder(bytes.NewReader(text)), sizes: make(map[string]int, 4)}
	r.decoder.UseNumber()
	opening, err := r.decoder.Token()
	switch {
	case err != nil:
		return nil, nil, errNotJSON
	case opening == nil:
		return nil, nil, nil
	case opening != json.Delim('{'):
		return nil, nil, errNoObject
	}
	members, err = r.object(r.sizes)
	return members, r.sizes, err
}

// object reads the rest of an object, and notes its members' sizes.
func (r *strictJSON) object(sizes map[string]int) (map[string]any, error) {
	members := make(map[string]any)
	for r.decoder.More() {
		token, err := r.decoder.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return nil, errNotJSON
		}
		if _, twice := members[name]; twice {
			return nil, errTwice
		}
		start := r.decoder.InputOffset()
		if members[name], err = r.value(); err != nil {
			return nil, err
		}
		if sizes != nil {
			sizes[name] = int(r.decoder.InputOffset() - start - 1) // less the colon
		}
	}
	_, err := r.decoder.Token()
	return members, err
}

// list reads the rest of a list.
func (r *strictJSON) list() ([]any, error) {
	items := []any{}
	for r.decoder.More() {
		item, err := r.value()
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	_, err := r.decoder.Token()
	return items, err
}

// value reads any value; numbers stay as they are written.
func (r *strictJSON) value() (any, error) {
	token, err := r.decoder.Token()
	switch {
	case err != nil:
		return nil, errNotJSON
	case token == json.Delim('{'):
		return r.object(nil)
	case token == json.Delim('['):
		return r.list()
	default:
		return token, nil
	}
}
