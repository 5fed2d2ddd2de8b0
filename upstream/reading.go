package upstream

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"unsafe"
)

// object is a pointer to what a JSON object is read into. Its type's json tags
// are the names of its members.
type object interface {
	// member reads the value of a member. It returns false, and reads nothing,
	// when the type has no member that is spelled like that.
	member(key string, s *scanner) bool
}

// scalar is a pointer to what is read in a way of its own.
type scalar interface {
	scan(s *scanner)
}

// readJSON reads the text, which must be one JSON value, into what the pointer
// into points to.
func readJSON(text string, into any) error {
	return (&scanner{text: text}).read(into)
}

func (s *scanner) read(into any) error {
	s.value(into)
	s.peek()
	if s.at < len(s.text) {
		s.fail()
	}
	if s.broken != nil {
		return s.broken
	}
	return s.misfit
}

// value reads a value into what the pointer into points to. As in
// encoding/json, null leaves what cannot be nil as it is.
func (s *scanner) value(into any) {
	switch into := into.(type) {
	case object:
		s.object(into)
	case scalar:
		into.scan(s)
	case *string:
		s.word(into)
	case *int:
		s.whole(into)
	case *bool:
		s.truth(into)
	case *struct{}:
		s.object((*nothing)(into))
	default:
		s.reflected(reflect.ValueOf(into).Elem())
	}
}

// reflected reads what only the outermost value of an answer can be: a list,
// or a pointer, of a type that is not known here.
func (s *scanner) reflected(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if s.null() {
			v.SetZero()
			return
		}
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
			s.spend(int(v.Type().Elem().Size()))
		}
		s.value(v.Interface())
	case reflect.Slice:
		if !s.opensList() {
			v.SetZero()
			return
		}
		n := 0
		for ; s.entry(n); n++ {
			if s.rows > 0 && n >= s.rows {
				s.skip()
				continue
			}
			if n >= v.Cap() {
				had := v.Cap()
				v.Grow(max(1, n))
				s.spend((v.Cap() - had) * int(v.Type().Elem().Size()))
			}
			if n >= v.Len() {
				v.SetLen(n + 1)
			}
			s.value(v.Index(n).Addr().Interface())
		}
		if s.rows > 0 {
			n = min(n, s.rows)
		}
		v.SetLen(n)
		if n == 0 {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
	default:
		panic(fmt.Sprintf("%s is not read from JSON", v.Type()))
	}
}

// list reads a list into what into points to; null is no list.
func list[T any](s *scanner, into *[]T) {
	if !s.opensList() {
		*into = nil
		return
	}
	items := *into // of an equal key before this one
	n := 0
	for ; s.entry(n); n++ {
		if n >= cap(items) {
			had := cap(items)
			items = slices.Grow(items, max(4, n))
			s.spend((cap(items) - had) * int(unsafe.Sizeof(*new(T))))
		}
		items = items[:max(n+1, len(items))]
		s.value(&items[n])
	}
	if *into = items[:n]; n == 0 {
		*into = []T{}
	}
}

// entry reports whether there is another entry after the first n of a list.
func (s *scanner) entry(n int) bool {
	if !s.more(']', n == 0) {
		return false
	}
	if n >= maxEntries {
		s.stop(errTooManyEntries)
		return false
	}
	return true
}

// opensList goes into the list that is next; false when it is none.
func (s *scanner) opensList() bool {
	switch s.peek() {
	case '[':
		s.open()
		return true
	case 'n':
		s.literal("null")
	default:
		s.misfits("a list")
	}
	return false
}

// pointer reads a value that may be null.
func pointer[T any](s *scanner, into **T) {
	if s.null() {
		*into = nil
		return
	}
	if *into == nil {
		if text, ok := any(into).(**string); ok {
			*text = s.newText()
		} else {
			*into = new(T)
			s.spend(int(unsafe.Sizeof(**into)))
		}
	}
	s.value(*into)
}

// newText returns a new empty string. Texts that may be null are many, and come
// several from one allocation.
func (s *scanner) newText() *string {
	if len(s.texts) == 0 {
		s.texts = make([]string, 16)
		s.spend(16 * int(unsafe.Sizeof("")))
	}
	text := &s.texts[0]
	s.texts = s.texts[1:]
	return text
}

// object reads an object, or null.
func (s *scanner) object(into object) {
	switch s.peek() {
	case '{':
	case 'n':
		s.literal("null")
		return
	default:
		s.misfits("an object")
		return
	}
	s.open()
	for first := true; s.more('}', first); first = false {
		key := s.key()
		if s.broken != nil || into.member(key, s) {
			continue
		}
		if name := spelling(into, key); name == "" || !into.member(name, s) {
			s.skip()
		}
	}
}

// word reads a string, or null.
func (s *scanner) word(into *string) {
	switch s.peek() {
	case '"':
		*into = s.string()
	case 'n':
		s.literal("null")
	default:
		s.misfits("a text")
	}
}

// maxInt is the largest number of the schema's Int, and the largest that a portal
// means where it sends a count, a place or an id.
const maxInt = 1<<31 - 1

// errBeyondInt is why a number is refused that clients could not read.
var errBeyondInt = errors.New("a number of more bits than it may have")

// whole reads a whole number of 32 bits, or null. It is the one way that numbers
// come in which the schema has as an Int.
func (s *scanner) whole(into *int) {
	if n, ok := s.integer(maxInt); ok {
		*into = int(n)
	}
}

// integer reads a whole number from -most-1 to most. It is not ok at null, and
// where something else stands.
func (s *scanner) integer(most int64) (n int64, ok bool) {
	switch c := s.peek(); {
	case isNumber(c):
		start := s.at
		n, err := strconv.ParseInt(s.number(), 10, 64)
		switch {
		case err != nil:
			s.refuse(fmt.Errorf("not a whole number, at byte %d", start))
		case n > most || n < -most-1:
			s.refuse(fmt.Errorf("%w, at byte %d", errBeyondInt, start))
		default:
			return n, true
		}
	case c == 'n':
		s.literal("null")
	default:
		s.misfits("a number")
	}
	return 0, false
}

// truth reads true, false or null.
func (s *scanner) truth(into *bool) {
	switch s.peek() {
	case 't':
		s.literal("true")
		*into = true
	case 'f':
		s.literal("false")
		*into = false
	case 'n':
		s.literal("null")
	default:
		s.misfits("true or false")
	}
}

// nothing is an object whose members nobody wants.
type nothing struct{}

func (*nothing) member(string, *scanner) bool { return false }
