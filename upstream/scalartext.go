package upstream

import (
	"fmt"
	"io"
	"strconv"
)

// ScalarText is a Decimal or a DateTime of an input as it was given. It is read later, so
// that a mistake in it comes with all others of the input.
type ScalarText struct {
	text    string
	mistake string // "" where there is a text
}

// UnmarshalGQL takes text, and whole numbers and booleans as they would be written. Numbers of
// variables keep all their digits; those with a point that stand in a document have lost some.
func (t *ScalarText) UnmarshalGQL(v any) error {
	switch v.(type) {
	case string, bool, int, int64, fmt.Stringer: // json.Number is a Stringer
		t.text = fmt.Sprint(v)
	case float64:
		t.mistake = "A number with a point or an exponent loses digits in a document. Put it in quotes, or give it in a variable."
	default:
		t.mistake = "This must be text."
	}
	return nil
}

// MarshalGQL writes the text. gqlgen wants it of every scalar; this one is in no answer.
func (t ScalarText) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(t.text)) }

// MarshalText returns the text, for digests of inputs.
func (t ScalarText) MarshalText() ([]byte, error) { return []byte(t.text), nil }

// Read reads the text into a value. Its error is for the person who wrote the text.
func (t ScalarText) Read(into interface{ UnmarshalGQL(v any) error }) error {
	if t.mistake != "" {
		return &InputError{t.mistake}
	}
	return into.UnmarshalGQL(t.text)
}
