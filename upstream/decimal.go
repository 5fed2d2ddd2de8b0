package upstream

import (
	"fmt"
	"io"

	"github.com/shopspring/decimal"

	"onlyoffice-graphql/upstream/scan"
)

// The portal's decimals have at most 50 digits, 9 of them behind the point, so
// anything much longer is damage; a huge exponent would even cost memory to print.
const (
	decimalMaxText     = 100
	decimalMaxExponent = 60
)

// Decimal is an exact decimal number: money never passes through a float.
type Decimal struct{ decimal.Decimal }

// ScanJSON reads a JSON number, or one in quotes; null is zero.
func (d *Decimal) ScanJSON(r *scan.Reader) {
	*d = Decimal{}
	text := r.Raw()
	if text == "null" {
		return
	}
	if err := d.parse(trimQuotes(text)); err != nil {
		r.Refuse(err)
	}
}

func (d *Decimal) parse(text string) error {
	if len(text) > decimalMaxText {
		return fmt.Errorf("a decimal of %d characters", len(text))
	}
	v, err := decimal.NewFromString(text)
	if err != nil {
		return fmt.Errorf("not a decimal: %.40q", text)
	}
	if e := v.Exponent(); e > decimalMaxExponent || e < -decimalMaxExponent {
		return fmt.Errorf("a decimal with the exponent %d", e)
	}
	d.Decimal = v
	return nil
}

func trimQuotes(s string) string {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1]
	}
	return s
}

// UnmarshalJSON reads what ScanJSON does.
func (d *Decimal) UnmarshalJSON(data []byte) error { return scan.Read(data, d, scan.Options{}) }

// MarshalJSON writes a JSON number.
func (d Decimal) MarshalJSON() ([]byte, error) { return []byte(d.String()), nil }

// MarshalGQL writes the number as text without trailing zeros: "1234567.89", "11", "0".
func (d Decimal) MarshalGQL(w io.Writer) { _, _ = w.Write(d.AppendGQL(nil)) }

// AppendGQL appends what MarshalGQL writes.
func (d Decimal) AppendGQL(b []byte) []byte {
	return append(append(append(b, '"'), d.String()...), '"')
}

// sent returns the number as the portal reads it, with the zeros that it was written with.
func (d Decimal) sent() string { return d.StringFixed(max(0, -d.Exponent())) }

// UnmarshalGQL reads a decimal from text or from a whole number.
func (d *Decimal) UnmarshalGQL(v any) error {
	switch v.(type) {
	case string, int, int64, fmt.Stringer: // json.Number is a Stringer
		if d.parse(fmt.Sprint(v)) == nil {
			return nil
		}
	}
	return unreadable("%.40q is not a Decimal such as \"1234.50\".", fmt.Sprint(v))
}
