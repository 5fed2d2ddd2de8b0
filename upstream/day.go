package upstream

import (
	"io"
	"time"
)

// Day is a day of the portal's calendar, such as "2024-10-04", and "" for none. It
// has no zone: which instants belong to it is for the portal to say, in its own.
// Days compare as their texts do.
type Day string

// MarshalGQL writes the text.
func (d Day) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, `"`+string(d)+`"`) }

// UnmarshalGQL reads a day that there is, with all of its digits and nothing else.
func (d *Day) UnmarshalGQL(v any) error {
	text, ok := v.(string)
	if !ok {
		return unreadable("a Date is text such as \"2024-10-04\".")
	}
	if day, err := time.Parse(time.DateOnly, text); err != nil || day.Year() == 0 {
		return unreadable("%.40q is not a Date, which is a day such as \"2024-10-04\", without a time.", text)
	}
	*d = Day(text)
	return nil
}
