package demo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// xmlDocument turns a JSON document into the portal's XML, which is never more
// than its JSON in other clothes: decimals pass through a double, empty arrays
// vanish, and a control character turns the whole answer into an error.
func xmlDocument(doc document) document {
	body, err := convertXML(doc.body)
	if fail := (*failure)(nil); errors.As(err, &fail) {
		doc = fail.document()
		body, _ = convertXML(doc.body)
	}
	return document{doc.status, xmlType, body}
}

func convertXML(body []byte) ([]byte, error) {
	c := xmlConverter{dec: json.NewDecoder(bytes.NewReader(body))}
	c.dec.UseNumber()
	if err := c.value("result"); err != nil {
		return nil, err
	}
	return c.out.Bytes(), nil
}

type xmlConverter struct {
	dec *json.Decoder
	out bytes.Buffer
}

// value writes the next JSON value as an element; each element of an array
// repeats the name of the array.
func (c *xmlConverter) value(name string) error {
	token, err := c.dec.Token()
	if err != nil {
		return err
	}
	if token == json.Delim('[') {
		for c.dec.More() {
			if err := c.value(name); err != nil {
				return err
			}
		}
		_, err = c.dec.Token()
		return err
	}
	if token == nil {
		fmt.Fprintf(&c.out, "<%s />", name)
		return nil
	}
	if token == json.Delim('{') {
		return c.object(name)
	}
	fmt.Fprintf(&c.out, "<%s>", name)
	switch token := token.(type) {
	case string:
		if err := c.text(token); err != nil {
			return err
		}
	case json.Number:
		c.out.WriteString(xmlNumber(token.String()))
	default:
		fmt.Fprint(&c.out, token)
	}
	fmt.Fprintf(&c.out, "</%s>", name)
	return nil
}

func (c *xmlConverter) object(name string) error {
	if !c.dec.More() {
		fmt.Fprintf(&c.out, "<%s />", name)
		_, err := c.dec.Token()
		return err
	}
	fmt.Fprintf(&c.out, "<%s>", name)
	for c.dec.More() {
		member, err := c.dec.Token()
		if err != nil {
			return err
		}
		if err := c.value(member.(string)); err != nil {
			return err
		}
	}
	fmt.Fprintf(&c.out, "</%s>", name)
	_, err := c.dec.Token()
	return err
}

var xmlEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r\n", "\n", "\r", "\n")

func (c *xmlConverter) text(s string) error {
	for _, r := range s {
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			shown := string(r)
			if r == 0 {
				shown = "."
			}
			return &failure{500, fmt.Sprintf("'%s', hexadecimal value 0x%02X, is an invalid character.", shown, r), -2147024809}
		}
	}
	_, err := xmlEscaper.WriteString(&c.out, s)
	return err
}

// xmlNumber prints decimals the way .NET's round-trip format prints a double:
// fifteen digits when they suffice, else seventeen.
func xmlNumber(s string) string {
	if !strings.ContainsAny(s, ".eE") {
		return s
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return s
	}
	precision := 15
	text := strconv.FormatFloat(f, 'e', precision-1, 64)
	if back, _ := strconv.ParseFloat(text, 64); back != f {
		precision = 17
		text = strconv.FormatFloat(f, 'e', precision-1, 64)
	}
	mantissa, exponent, _ := strings.Cut(text, "e")
	exp, _ := strconv.Atoi(exponent)
	if exp >= precision || exp < -4 {
		mantissa = strings.TrimRight(strings.TrimRight(mantissa, "0"), ".")
		return fmt.Sprintf("%sE%+03d", mantissa, exp)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}
