package scan

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"unsafe"
)

// Scalar is a pointer to what is read in a way of its own.
type Scalar interface {
	// ScanJSON reads one value of any kind.
	ScanJSON(r *Reader)
}

// value reads a value into what the pointer into points to. As in
// encoding/json, null leaves what cannot be nil as it is.
func (r *Reader) value(into any) {
	switch into := into.(type) {
	case Object:
		r.object(into)
	case Scalar:
		into.ScanJSON(r)
	case *string:
		r.Text(into)
	case *int:
		r.Int(into)
	case *bool:
		r.Bool(into)
	case *struct{}:
		r.object((*nothing)(into))
	default:
		r.reflected(reflect.ValueOf(into).Elem())
	}
}

// reflected reads what only the outermost value of an answer can be: a list,
// or a pointer, of a type that is not known here.
func (r *Reader) reflected(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if r.Null() {
			v.SetZero()
			return
		}
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
			r.spend(int(v.Type().Elem().Size()))
		}
		r.value(v.Interface())
	case reflect.Slice:
		if !r.opensList() {
			v.SetZero()
			return
		}
		n := 0
		for ; r.entry(n); n++ {
			if r.wanted.Rows > 0 && n >= r.wanted.Rows {
				r.skip()
				continue
			}
			if n >= v.Cap() {
				had := v.Cap()
				v.Grow(max(1, n))
				r.spend((v.Cap() - had) * int(v.Type().Elem().Size()))
			}
			if n >= v.Len() {
				v.SetLen(n + 1)
			}
			r.value(v.Index(n).Addr().Interface())
		}
		if r.wanted.Rows > 0 {
			n = min(n, r.wanted.Rows)
		}
		v.SetLen(n)
		if n == 0 {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
	default:
		panic(fmt.Sprintf("%s is not read from JSON", v.Type()))
	}
}

// List reads a list into what into points to; null is no list.
func List[T any](r *Reader, into *[]T) {
	if !r.opensList() {
		*into = nil
		return
	}
	items := *into // of an equal key before this one
	n := 0
	for ; r.entry(n); n++ {
		if n >= cap(items) {
			had := cap(items)
			items = slices.Grow(items, max(4, n))
			r.spend((cap(items) - had) * int(unsafe.Sizeof(*new(T))))
		}
		items = items[:max(n+1, len(items))]
		r.value(&items[n])
	}
	if *into = items[:n]; n == 0 {
		*into = []T{}
	}
}

// entry reports whether there is another entry after the first n of a list.
func (r *Reader) entry(n int) bool {
	if !r.more(']', n == 0) {
		return false
	}
	if n >= MaxEntries {
		r.stop(ErrTooManyEntries)
		return false
	}
	return true
}

// opensList goes into the list that is next; false when it is none.
func (r *Reader) opensList() bool {
	switch r.peek() {
	case '[':
		r.open()
		return true
	case 'n':
		r.literal("null")
	default:
		r.misfits("a list")
	}
	return false
}

// Pointer reads a value that may be null.
func Pointer[T any](r *Reader, into **T) {
	if r.Null() {
		*into = nil
		return
	}
	if *into == nil {
		*into = new(T)
		r.spend(int(unsafe.Sizeof(**into)))
	}
	r.value(*into)
}

// TextOrNull reads a string, or null, for which it is nil.
func (r *Reader) TextOrNull(into **string) {
	if r.Null() {
		*into = nil
		return
	}
	if *into == nil {
		*into = r.newText()
	}
	r.Text(*into)
}

// newText returns a new empty string. Texts that may be null are many, and come
// several from one allocation.
func (r *Reader) newText() *string {
	if len(r.texts) == 0 {
		r.texts = make([]string, 16)
		r.spend(16 * int(unsafe.Sizeof("")))
	}
	text := &r.texts[0]
	r.texts = r.texts[1:]
	return text
}

// Text reads a string, or null, which leaves what is there.
func (r *Reader) Text(into *string) {
	switch r.peek() {
	case '"':
		*into = r.string()
	case 'n':
		r.literal("null")
	default:
		r.misfits("a text")
	}
}

// maxInt is the largest number of GraphQL's Int, and the largest that a portal means
// where it sends a count, a place or an id.
const maxInt = math.MaxInt32

// Int reads a whole number of 32 bits, or null, which leaves what is there. It is the
// one way that numbers come in which GraphQL has as an Int.
func (r *Reader) Int(into *int) {
	if n, ok := r.Integer(maxInt); ok {
		*into = int(n)
	}
}

// Integer reads a whole number from -most-1 to most. It is not ok at null, and
// where something else stands.
func (r *Reader) Integer(most int64) (n int64, ok bool) {
	switch c := r.peek(); {
	case isNumber(c):
		start := r.at
		n, short := r.shortInteger()
		var err error
		if !short {
			n, err = strconv.ParseInt(r.number(), 10, 64)
		}
		switch {
		case err != nil:
			r.Refuse(fmt.Errorf("not a whole number, at byte %d", start))
		case n > most || n < -most-1:
			r.Refuse(fmt.Errorf("%w, at byte %d", ErrBeyondInt, start))
		default:
			return n, true
		}
	case c == 'n':
		r.literal("null")
	default:
		r.misfits("a number")
	}
	return 0, false
}

// shortInteger reads a whole number of up to nine digits, as nearly all are. It is not ok,
// and nothing is read, where anything else stands.
func (r *Reader) shortInteger() (n int64, ok bool) {
	text := r.text[r.at:]
	length := 0
	for length < len(text) && length < 10 && text[length] >= '0' && text[length] <= '9' {
		n = 10*n + int64(text[length]-'0')
		length++
	}
	switch {
	case length == 0 || length == 10 || length == len(text):
		return 0, false // a sign, too many digits, or the end of the text
	case text[0] == '0' && length > 1, text[length] == '.', text[length]|0x20 == 'e':
		return 0, false
	}
	r.at += length
	return n, true
}

// Bool reads true, false or null, which leaves what is there.
func (r *Reader) Bool(into *bool) {
	switch r.peek() {
	case 't':
		r.literal("true")
		*into = true
	case 'f':
		r.literal("false")
		*into = false
	case 'n':
		r.literal("null")
	default:
		r.misfits("true or false")
	}
}

// Quoted reads a string as it is written, without its quotes, or null, which leaves
// what is there. It is a part of the text that is read; see Unescape.
func (r *Reader) Quoted(into *string) {
	switch r.peek() {
	case '"':
		*into, _ = r.quoted()
	case 'n':
		r.literal("null")
	default:
		r.misfits("a text")
	}
}

// TextOrNumber reads a string, or a number as it is written, or null, which leaves what
// is there.
func (r *Reader) TextOrNumber(into *string) {
	switch c := r.peek(); {
	case c == '"':
		*into = r.string()
	case isNumber(c):
		*into = r.own(r.number())
	case c == 'n':
		r.literal("null")
	default:
		r.misfits("a number or a text")
	}
}
