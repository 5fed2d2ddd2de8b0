package upstream

import (
	"fmt"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What the portal's columns hold. What is longer they cut without a word.
const (
	maxLine     = 255   // characters of a title, name, tag or label
	maxText     = 65535 // bytes of a description, note or value
	maxContent  = 65000 // characters of a note
	maxList     = 100   // entries of a list
	maxTags     = 10    // entries of a list of tags
	maxInfos    = 10    // entries of a list of contact infos
	maxDigits   = 9     // of a decimal behind the point
	maxMantissa = 96    // bits of a decimal in the portal's program
	firstYear   = 1000  // that its database knows
	lastYear    = 9999
	lastOfBMP   = 0xFFFF // its database has three bytes for a character
)

// check collects the mistakes of an input.
type check struct {
	found UserErrors
	with  *Dictionaries
}

func checking(with *Dictionaries) *check {
	if with == nil {
		with = &Dictionaries{}
	}
	return &check{with: with}
}

func (c *check) fail(code UserErrorCode, message string, field ...string) {
	c.found = append(c.found, UserError{Field: field, Code: code, Message: message})
}

// text checks what any text must keep to, and reports whether it does.
func (c *check) text(value string, characters, bytes int, field ...string) bool {
	before := len(c.found)
	if !utf8.ValidString(value) {
		c.fail(CodeInvalid, "This is no text in UTF-8.", field...)
		return false
	}
	if characters > 0 && utf8.RuneCountInString(value) > characters {
		c.fail(CodeTooLong, fmt.Sprintf("The portal keeps at most %d characters of this.", characters), field...)
	}
	if bytes > 0 && len(value) > bytes {
		c.fail(CodeTooLong, fmt.Sprintf("The portal keeps at most %d bytes of this.", bytes), field...)
	}
	if i := strings.IndexFunc(value, func(r rune) bool { return r > lastOfBMP || r == 0 }); i >= 0 {
		r, _ := utf8.DecodeRuneInString(value[i:])
		c.fail(CodeUnsupported, fmt.Sprintf("The portal cannot keep the character %U, and would cut the text there.", r), field...)
	}
	return len(c.found) == before
}

// keptText is a text that a write sends back as it was read.
type keptText struct {
	field             string
	value             string
	characters, bytes int
	isNamed           bool // then it is checked with the input
}

// cannotKeep is the mistake of not naming a value that the write would lose, because the
// portal takes all values at once and this one cannot be sent as it is. The field is what
// the input calls it, or would.
func (c *check) cannotKeep(field, why string) { c.fail(CodeCannotKeep, why, field) }

// keepTexts finds texts that were not named and cannot be sent back as they are: the
// portal would cut them.
func (c *check) keepTexts(texts ...keptText) {
	for _, text := range texts {
		alone := checking(nil)
		if !text.isNamed && !alone.text(text.value, text.characters, text.bytes, text.field) {
			c.cannotKeep(text.field, alone.found[0].Message+" Name another text.")
		}
	}
}

// line checks a title or name, which must be there.
func (c *check) line(value string, field ...string) {
	if strings.TrimSpace(value) == "" {
		c.fail(CodeRequired, "This must not be empty.", field...)
		return
	}
	c.text(value, maxLine, 0, field...)
}

// newLine checks the change of a title or name.
func (c *check) newLine(value Change[string], field string) {
	if v, ok := value.Value(); ok || value.Cleared() {
		c.line(v, field)
	}
}

// newText checks the change of a longer text.
func (c *check) newText(value Change[string], characters, bytes int, field string) {
	if v, ok := value.Value(); ok {
		c.text(v, characters, bytes, field)
	}
}

// kept checks that a value is not cleared that the portal must have.
func kept[T any](c *check, value Change[T], field string) (T, bool) {
	if value.Cleared() {
		c.fail(CodeRequired, "This cannot be cleared.", field)
	}
	return value.Value()
}

func (c *check) id(n int, field ...string) {
	if n <= 0 || n > math.MaxInt32 {
		c.fail(CodeInvalid, "This is no id of the portal.", field...)
	}
}

// ids checks a list of ids.
func (c *check) ids(ids []int, field string) {
	if !c.list(len(ids), maxList, field) {
		return
	}
	for i, id := range ids {
		c.id(id, field, strconv.Itoa(i))
	}
}

// list reports whether a list has no more entries than are taken, so that these are
// checked.
func (c *check) list(entries, most int, field string) bool {
	if entries > most {
		c.fail(CodeTooLong, fmt.Sprintf("At most %d entries are taken at once.", most), field)
	}
	return entries <= most
}

func (c *check) within(n, least, most int, field string) {
	if n < least || n > most {
		c.fail(CodeOutOfRange, fmt.Sprintf("This must be %d to %d.", least, most), field)
	}
}

// enum checks that a number has a name: the portal would store any.
func (c *check) enum(names []string, n int, field ...string) {
	if !known(names, n) {
		c.fail(CodeInvalid, mustBe(names), field...)
	}
}

// maxNamed bounds how many values a sentence names.
const maxNamed = 20

// mustBe is the sentence that names the values that fit.
func mustBe(values []string) string {
	if len(values) == 0 {
		return "The portal has nothing to choose from."
	}
	if more := len(values) - maxNamed; more > 0 {
		return fmt.Sprintf("This must be one of %s and %d more.", strings.Join(values[:maxNamed], ", "), more)
	}
	return fmt.Sprintf("This must be one of %s.", strings.Join(values, ", "))
}

var guid = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

// IsGUID reports whether a text has the form of the ids of employees.
func IsGUID(text string) bool { return guid.MatchString(text) }

// employee checks the id of an employee.
func (c *check) employee(id string, field ...string) {
	switch isKnown, asked := c.with.Employees[strings.ToLower(id)]; {
	case !IsGUID(id):
		c.fail(CodeInvalid, "This is no id of an employee.", field...)
	case strings.EqualFold(id, removedEmployee), asked && !isKnown:
		c.fail(CodeNotFound, "The portal has no such employee.", field...)
	}
}

func (c *check) employees(ids []string, field string) {
	if !c.list(len(ids), maxList, field) {
		return
	}
	for i, id := range ids {
		c.employee(id, field, strconv.Itoa(i))
	}
}

// amount checks a decimal: what it holds must come through the portal's program and
// database unchanged.
func (c *check) amount(d Decimal, field string) {
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(d.String(), "-"), ".") // without zeros at the end
	mantissa, _ := new(big.Int).SetString(whole+fraction, 10)
	switch {
	case len(fraction) > maxDigits:
		c.fail(CodeOutOfRange, fmt.Sprintf("The portal keeps %d digits behind the point.", maxDigits), field)
	case mantissa.BitLen() > maxMantissa:
		c.fail(CodeOutOfRange, "The portal keeps at most 28 digits.", field)
	}
}

// date checks that the portal's database knows the date.
func (c *check) date(t DateTime, field string) {
	if year := t.UTC().Year(); year < firstYear || year > lastYear {
		c.fail(CodeOutOfRange, yearOutOfRange, field)
	}
}

var yearOutOfRange = fmt.Sprintf("The year must be %d to %d.", firstYear, lastYear)

func (c *check) newDate(value Change[DateTime], field string) {
	if t, ok := value.Value(); ok {
		c.date(t, field)
	}
}

// self is the key of values that are the same where they are equal.
func self[K comparable](value K) K { return value }

// distinct checks that no two of a list have the same key. The zero key is none: what has it
// is a mistake by itself.
func distinct[T any, K comparable](c *check, list []T, key func(T) K, field string) {
	var none K
	seen := make(map[K]bool, len(list))
	for i, v := range list {
		if k := key(v); k != none && seen[k] {
			c.fail(CodeDuplicate, "This was named before.", field, strconv.Itoa(i))
		} else {
			seen[k] = true
		}
	}
}

// isListed reports whether id is among the items of a dictionary; where that was not
// read, everything is.
func isListed[T interface{ CheckedID() (int, error) }](items []T, id int) bool {
	return items == nil || slices.ContainsFunc(items, func(i T) bool {
		known, err := i.CheckedID()
		return err == nil && known == id
	})
}
