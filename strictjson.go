package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// What is wrong with JSON that a client sent. The standard library's own
// errors quote the text, which may hold secrets.
var (
	errNotUTF8  = errors.New("is not UTF-8")
	errNotJSON  = errors.New("is not valid JSON")
	errTwice    = errors.New("has a member twice in one object")
	errNoObject = errors.New("is not a JSON object")
)

// readObject returns the members of the object that text is, and the size of
// the text of each. It returns nil for null. No member may come twice, and no
// byte may be other than UTF-8: two readers of one text must not see two
// requests in it. Numbers stay as they are written.
func readObject(text []byte) (members map[string]any, sizes map[string]int, err error) {
	if !utf8.Valid(text) {
		return nil, nil, errNotUTF8
	}
	decoder := jsontext.NewDecoder(bytes.NewBuffer(text))
	sizes = make(map[string]int, len(requestMembers))
	switch decoder.PeekKind() {
	case '{':
		members, err = objectFrom(decoder, sizes)
	case 'n':
		_, err = decoder.ReadToken()
	default:
		if jsontext.Value(text).IsValid() {
			return nil, nil, errNoObject
		}
		return nil, nil, errNotJSON
	}
	if err == nil {
		if _, more := decoder.ReadToken(); more != io.EOF {
			err = errNotJSON
		}
	}
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		return nil, nil, errTwice
	case err != nil:
		return nil, nil, errNotJSON
	}
	return members, sizes, nil
}

// objectFrom reads an object, and notes the size of its members if sizes is
// there for it.
func objectFrom(decoder *jsontext.Decoder, sizes map[string]int) (map[string]any, error) {
	members := make(map[string]any)
	_, err := decoder.ReadToken()
	for err == nil && decoder.PeekKind() != '}' {
		var token jsontext.Token
		if token, err = decoder.ReadToken(); err != nil {
			break
		}
		name := token.String()
		start := decoder.InputOffset()
		members[name], err = valueFrom(decoder)
		if sizes != nil {
			sizes[name] = int(decoder.InputOffset() - start - 1) // less the colon
		}
	}
	if err == nil {
		_, err = decoder.ReadToken()
	}
	return members, err
}

func listFrom(decoder *jsontext.Decoder) ([]any, error) {
	items := []any{}
	_, err := decoder.ReadToken()
	for err == nil && decoder.PeekKind() != ']' {
		var item any
		item, err = valueFrom(decoder)
		items = append(items, item)
	}
	if err == nil {
		_, err = decoder.ReadToken()
	}
	return items, err
}

func valueFrom(decoder *jsontext.Decoder) (any, error) {
	switch decoder.PeekKind() {
	case '{':
		return objectFrom(decoder, nil)
	case '[':
		return listFrom(decoder)
	}
	token, err := decoder.ReadToken()
	if err != nil {
		return nil, err
	}
	switch token.Kind() {
	case '"':
		return token.String(), nil
	case '0':
		return json.Number(token.String()), nil
	case 'n':
		return nil, nil
	default:
		return token.Bool(), nil
	}
}
