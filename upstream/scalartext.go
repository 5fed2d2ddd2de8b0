package upstream

import "fmt"

// ScalarText is a Decimal or a DateTime of an input as it was given. It is read later, so
// that a mistake in it comes with all others of the input.
type ScalarText string

// UnmarshalGQL takes text, and numbers and booleans as they would be written.
func (t *ScalarText) UnmarshalGQL(v any) error {
	switch v.(type) {
	case string, bool, int, int64, float64, fmt.Stringer: // json.Number is a Stringer
		*t = ScalarText(fmt.Sprint(v))
		return nil
	default:
		return unreadable("this must be text.")
	}
}

// Read reads the text into a value. Its error is for the person who wrote the text.
func (t ScalarText) Read(into interface{ UnmarshalGQL(v any) error }) error {
	return into.UnmarshalGQL(string(t))
}
