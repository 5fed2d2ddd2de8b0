package demo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// jsonPairs spreads a JSON object into the pairs that the same form would have.
func jsonPairs(body []byte) ([]pair, error) {
	if len(body) == 0 {
		return nil, nil
	}
	members, err := jsonMembers(body)
	if err != nil {
		return nil, errBody
	}
	var list []pair
	seen := map[string]bool{}
	for _, m := range members {
		name := strings.ToLower(m.name)
		if seen[name] || strings.HasPrefix(name, "@") { // the first one wins, and the portal takes @ for XML
			continue
		}
		seen[name] = true
		if list, err = appendJSON(list, m.name, m.value); err != nil {
			return nil, errBody
		}
	}
	return list, nil
}

type jsonMember struct {
	name  string
	value json.RawMessage
}

// jsonMembers returns the members of an object in their order.
func jsonMembers(text []byte) ([]jsonMember, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	if token, err := dec.Token(); err != nil || token != json.Delim('{') {
		return nil, errors.Join(err, errBody)
	}
	var list []jsonMember
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		m := jsonMember{name: fmt.Sprint(name)}
		if err := dec.Decode(&m.value); err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errBody
	}
	return list, nil
}

// appendJSON adds a value: null is an empty text, an empty list is nothing.
func appendJSON(list []pair, name string, value json.RawMessage) ([]pair, error) {
	switch value[0] {
	case '{':
		members, err := jsonMembers(value)
		for i := 0; err == nil && i < len(members); i++ {
			list, err = appendJSON(list, name+"["+members[i].name+"]", members[i].value)
		}
		return list, err
	case '[':
		var elements []json.RawMessage
		err := json.Unmarshal(value, &elements)
		for i := 0; err == nil && i < len(elements); i++ {
			list, err = appendJSON(list, name+"["+strconv.Itoa(i)+"]", elements[i])
		}
		return list, err
	case '"':
		var text string
		err := json.Unmarshal(value, &text)
		return append(list, pair{name, rewrittenDate(text)}), err
	case 'n':
		return append(list, pair{name, ""}), nil
	case 't', 'f':
		return append(list, pair{name, string(value)}), nil
	default:
		return append(list, pair{name, jsonNumber(string(value))}), nil
	}
}

// jsonNumber sends a number with a fraction through a double, as the portal does.
func jsonNumber(text string) string {
	if !strings.ContainsAny(text, ".eE") {
		return text
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// rewrittenDate is what the portal's JSON reader makes of a text that looks like
// a date, for any parameter: the server's zone, which is UTC, and a
// fraction without its trailing zeros, which is no date to the binder any more.
func rewrittenDate(text string) string {
	const zoneless = "2006-01-02T15:04:05.999999999"
	if millis, ok := strings.CutPrefix(text, "/Date("); ok {
		if n, err := strconv.ParseInt(strings.TrimSuffix(millis, ")/"), 10, 64); err == nil && strings.HasSuffix(millis, ")/") {
			return time.UnixMilli(n).UTC().Format(zoneless + "Z")
		}
	}
	if len(text) < len("2006-01-02T15:04:05") || strings.Contains(text, ",") {
		return text
	}
	if t, err := time.Parse(zoneless, text); err == nil {
		return t.Format(zoneless)
	}
	t, err := time.Parse(zoneless+"Z07:00", text)
	switch {
	case err != nil:
		return text
	case strings.HasSuffix(text, "Z"):
		return t.Format(zoneless + "Z")
	default:
		return t.UTC().Format(zoneless) + "+00:00"
	}
}
