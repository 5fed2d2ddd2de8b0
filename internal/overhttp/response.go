package overhttp

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
)

// write sends the response.
func write(w http.ResponseWriter, mediaType string, status int, response *graphql.Response) {
	textOf(response).write(w, mediaType, status)
}

// responseText is a response as JSON, in parts: the data, which may be large, is
// JSON already.
type responseText [3][]byte

// textOf returns the response's text. A response without data is a refusal, and
// has no member for it.
func textOf(response *graphql.Response) responseText {
	head, tail := []byte(`{`), []byte(`}`)
	if len(response.Errors) > 0 {
		head = append(append(head, `"errors":`...), marshal(response.Errors)...)
	}
	if response.Data != nil {
		if len(head) > 1 {
			head = append(head, ',')
		}
		head = append(head, `"data":`...)
	}
	if len(response.Extensions) > 0 {
		tail = append(append([]byte(`,"extensions":`), marshal(response.Extensions)...), '}')
	}
	return responseText{head, response.Data, tail}
}

func (t responseText) size() int { return len(t[0]) + len(t[1]) + len(t[2]) }

func (t responseText) write(w http.ResponseWriter, mediaType string, status int) {
	header := w.Header()
	header.Set("Content-Type", mediaType+"; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(t.size()))
	header.Set("Cache-Control", "no-store") // answers differ by caller, and no miss may stay
	header.Set("X-Content-Type-Options", "nosniff")
	header.Add("Vary", "Accept")
	w.WriteHeader(status)
	for _, part := range t {
		_, _ = w.Write(part) // a client that is gone reads no error either
	}
}

func marshal(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // errors and extensions are made by this program
	}
	return text
}
