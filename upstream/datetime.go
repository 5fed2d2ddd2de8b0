package upstream

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"onlyoffice-graphql/upstream/scan"
)

// wireDateTime is how the portal writes an instant: seven fraction digits and
// "Z" or its own offset.
const wireDateTime = "2006-01-02T15:04:05.0000000Z07:00"

// DateTime is an instant in the portal's time zone. The zero value is an
// unset date, which the portal writes as a day in year 1.
type DateTime struct{ time.Time }

// ScanJSON reads the portal's form; null, "" and any instant of year 1 are the
// unset date.
func (t *DateTime) ScanJSON(r *scan.Reader) {
	*t = DateTime{}
	text := r.Raw()
	if text == "null" || text == `""` {
		return
	}
	v, err := time.Parse(time.RFC3339Nano, trimQuotes(text)) // what has no quotes is no date either
	if err != nil {
		v, err = time.Parse(time.RFC3339Nano, trimQuotes(mended(text)))
	}
	if err != nil {
		r.Refuse(fmt.Errorf("not a date of the portal: %.40q", text))
		return
	}
	if v.Year() > 1 {
		t.Time = v
	}
}

// mended returns a date in another spelling as it usually is: without escapes, as
// a proxy may write "+", and without the second sign that portals up to 8.9.1 gave
// the minutes of an offset west of Greenwich ("-04:-30").
func mended(text string) string {
	if strings.Contains(text, `\`) {
		var plain string
		if scan.Read(text, &plain, scan.Options{}) != nil {
			return text
		}
		text = `"` + plain + `"`
	}
	if n := len(text) - len(`:-30"`); n >= 3 && strings.HasPrefix(text[n:], ":-") && text[n-3] == '-' {
		text = text[:n] + ":" + text[n+2:]
	}
	return text
}

// UnmarshalJSON reads what ScanJSON does.
func (t *DateTime) UnmarshalJSON(data []byte) error { return scan.Read(data, t, scan.Options{}) }

// MarshalJSON writes the portal's form, year 1 for the unset date.
func (t DateTime) MarshalJSON() ([]byte, error) {
	return t.AppendFormat(nil, `"`+wireDateTime+`"`), nil
}

// MarshalGQL writes RFC 3339 with the portal's offset, the fraction trimmed of
// trailing zeros, and null for the unset date.
func (t DateTime) MarshalGQL(w io.Writer) { _, _ = w.Write(t.AppendGQL(make([]byte, 0, 40))) }

// AppendGQL appends what MarshalGQL writes.
func (t DateTime) AppendGQL(b []byte) []byte {
	if t.IsZero() {
		return append(b, "null"...)
	}
	return append(t.AppendFormat(append(b, '"'), time.RFC3339Nano), '"')
}

// bareDay is the zone of a day without a time, which means midnight in the portal's
// zone: that is known to the portal alone.
var bareDay = time.FixedZone("", 0)

// sent returns the date as the portal reads it: a bare day, or an instant to the
// second, as fractions are rounded up to the next day.
func (t DateTime) sent() string {
	if t.Location() == bareDay {
		return t.Format(time.DateOnly)
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}

// isStored reports whether stored is what the portal makes of t, to the second.
func (t DateTime) isStored(stored DateTime) bool {
	if t.Location() == bareDay {
		return stored.Format(time.DateTime) == t.Format(time.DateTime)
	}
	return t.Truncate(time.Second).Equal(stored.Truncate(time.Second))
}

// rounded returns an echoed date as it is stored, without a fraction.
func (t DateTime) rounded() DateTime { return DateTime{t.Round(time.Second)} }

// rfc3339 is what package time is laxer than: it takes a comma for the point, and hours of
// one digit.
var rfc3339 = regexp.MustCompile(`^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$`)

// UnmarshalGQL reads RFC 3339, with a fraction or without, and a bare day.
func (t *DateTime) UnmarshalGQL(v any) error {
	text, ok := v.(string)
	if !ok {
		return unreadable("a DateTime is text such as \"2026-03-01T09:00:00Z\".")
	}
	parsed, err := time.ParseInLocation(time.DateOnly, text, bareDay)
	if err != nil && rfc3339.MatchString(text) {
		parsed, err = time.Parse(time.RFC3339Nano, strings.ToUpper(text))
	}
	switch {
	case err != nil:
		return unreadable("%.40q is not a DateTime such as \"2026-03-01T09:00:00Z\".", text)
	case parsed.IsZero(): // which stands for none
		return unreadable("%s", yearOutOfRange)
	}
	t.Time = parsed
	return nil
}
