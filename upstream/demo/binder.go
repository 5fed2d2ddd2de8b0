package demo

import (
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// binder reads the parameters of a method one by one, in the order of its
// signature; the first that cannot be read is what the portal answers with,
// before it looks at anything else.
type binder struct {
	zone *time.Location // of dates that name none
	in   input
	err  error
}

func (c *call) binder() *binder { return &binder{in: c.input, zone: c.params.zone} }

func (b *binder) fail(err error) {
	if b.err == nil {
		b.err = err
	}
}

// scalar is the first value of a parameter.
func (b *binder) scalar(name string) (value string, sent bool) {
	for _, p := range b.in.values(name, false) {
		if isElement(p.name) {
			return p.value, true
		}
	}
	return "", false
}

// text tells a text that was not sent from an empty one.
func (b *binder) text(name string) (value string, sent bool) { return b.scalar(name) }

// path reads a number of the path.
func (b *binder) path(digits string) int { return b.integer(digits) }

func (b *binder) number(name string) int {
	text, _ := b.scalar(name)
	if text == "" {
		return 0
	}
	return b.integer(text)
}

// integer also takes hexadecimal digits and a fraction of zeros, as .NET does.
func (b *binder) integer(text string) int {
	text = strings.TrimSpace(text)
	var n int64
	var err error
	if digits, ok := cutHex(text); ok {
		n, err = strconv.ParseInt(digits, 16, 64)
	} else if value, ok := rational(text); ok && value.IsInt() && value.Num().IsInt64() {
		n = value.Num().Int64()
	} else if ok && value.IsInt() {
		b.fail(errOverflow)
		return 0
	} else {
		err = errFormat
	}
	switch {
	case err != nil:
		b.fail(errFormat)
		return 0
	case n != int64(int32(n)):
		b.fail(errOverflow)
		return 0
	}
	return int(n)
}

func cutHex(text string) (digits string, ok bool) {
	for _, prefix := range []string{"0x", "0X", "#"} {
		if digits, ok := strings.CutPrefix(text, prefix); ok {
			return digits, true
		}
	}
	return "", false
}

var numberForm = regexp.MustCompile(`^[+-]?[0-9]{1,60}(\.[0-9]{0,60})?([eE][+-]?[0-9]{1,2})?$`)

func rational(text string) (*big.Rat, bool) {
	if !numberForm.MatchString(text) {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

// mostDecimal is the highest value of a .NET decimal.
var mostDecimal, _ = new(big.Rat).SetString("79228162514264337593543950335")

// decimal is a number of any size that .NET can hold: as it was written, which an
// echo repeats, and as the database keeps it. Both are empty for zero.
func (b *binder) decimal(name string) (echo, stored string) {
	text, _ := b.scalar(name)
	if text = strings.TrimSpace(text); text == "" {
		return "", ""
	}
	value, ok := rational(text)
	switch {
	case !ok:
		b.fail(errFormat)
		return "", ""
	case new(big.Rat).Abs(value).Cmp(mostDecimal) > 0:
		b.fail(errDecimal)
		return "", ""
	case value.Sign() == 0:
		return "", ""
	}
	return plainDecimal(text, value), value.FloatString(9)
}

// plainDecimal keeps the digits as they were sent, with one after the point.
func plainDecimal(text string, value *big.Rat) string {
	places := 1
	if mantissa, _, exponent := strings.Cut(strings.ToLower(text), "e"); !exponent {
		_, fraction, _ := strings.Cut(mantissa, ".")
		places = max(len(fraction), 1)
	} else if n, exact := value.FloatPrec(); exact {
		places = max(n, 1)
	}
	return value.FloatString(min(places, 28))
}

func (b *binder) flag(name string) (value, sent bool) {
	text, _ := b.scalar(name)
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "":
		return false, false
	case "true":
		return true, true
	case "false":
		return false, true
	}
	b.fail(errBoolean)
	return false, false
}

// guid is empty when the parameter is missing or all zeros.
func (b *binder) guid(name string) string {
	text, _ := b.scalar(name)
	if text == "" {
		return ""
	}
	return b.oneGUID(text)
}

const emptyGUID = "00000000-0000-0000-0000-000000000000"

func (b *binder) oneGUID(text string) string {
	text = strings.ToLower(strings.TrimSpace(text))
	switch {
	case !isGUID(text):
		b.fail(errGUID)
		return ""
	case text == emptyGUID:
		return ""
	}
	return text
}

// enum takes names in any case, several of them joined by commas, and every
// number, known or not.
func (b *binder) enum(name string, names ...string) (value int, sent bool) {
	text, _ := b.scalar(name)
	if strings.TrimSpace(text) == "" {
		return 0, false
	}
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		n, err := strconv.ParseInt(part, 10, 32)
		for i, known := range names {
			if err != nil && strings.EqualFold(part, known) {
				n, err = int64(i), nil
			}
		}
		if err != nil {
			b.fail(errEnum)
			return 0, false
		}
		value |= int(n)
	}
	return value, true
}

// date is the zero time when it is missing or of year 1, which means the same.
func (b *binder) date(name string) time.Time {
	text, _ := b.scalar(name)
	if text == "" {
		return time.Time{}
	}
	t, err := parseDate(text, b.zone)
	if err != nil || strings.Contains(text, ",") {
		b.fail(&failure{400, "invalid date time format: " + text, -2147024809})
		return time.Time{}
	}
	if t.Year() == 1 {
		return time.Time{}
	}
	return t
}

// numbers is a list of numbers. An empty text in its place, which is what null
// becomes, breaks the binder.
func (b *binder) numbers(name string) []int {
	var list []int
	for _, text := range b.elements(name) {
		list = append(list, b.integer(text))
	}
	return list
}

func (b *binder) guids(name string) []string {
	var list []string
	for _, text := range b.elements(name) {
		list = append(list, b.oneGUID(text))
	}
	return list
}

func (b *binder) elements(name string) []string {
	var list []string
	for _, p := range b.in.values(name, false) {
		switch {
		case p.name == "" && p.value == "":
			b.fail(errIndex)
		case isElement(p.name): // objects and nested lists are dropped without a word
			list = append(list, p.value)
		}
	}
	return list
}

// keyed is one element of a list of pairs.
type keyed struct {
	key   int
	value string
}

// pairs have to come in the order of their indexes, without a gap.
func (b *binder) pairs(name string) []keyed {
	var list []keyed
	var spelled map[string]bool // members of the last element
	for _, p := range b.in.values(name, true) {
		var index int
		var member string
		if n, err := fmt.Sscanf(strings.NewReplacer("[", " ", "]", " ").Replace(p.name), "%d %s", &index, &member); n != 2 || err != nil {
			continue
		}
		lower := strings.ToLower(member)
		if member != lower && member != strings.ToUpper(lower[:1])+lower[1:] || lower != "key" && lower != "value" {
			continue
		}
		switch {
		case index == len(list):
			list, spelled = append(list, keyed{}), map[string]bool{}
		case index != len(list)-1:
			b.fail(errIndexRange)
			return nil
		}
		if spelled[lower] {
			b.fail(errFormat)
			return nil
		}
		spelled[lower] = true
		if lower == "key" {
			list[index].key = b.integer(p.value)
		} else {
			list[index].value = p.value
		}
	}
	return list
}
