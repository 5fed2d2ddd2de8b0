package scan

import "reflect"

// Options say what is wanted of a text; the zero value is all of it. What is passed
// over must be JSON all the same.
type Options struct {
	Rows int        // of the outermost list that are read, the others are passed over; 0: all
	Skip Projection // members that are passed over, as if they were not there
}

// Projection is which members of one type are not read. The zero value names none.
type Projection struct {
	of   reflect.Type // a pointer to the struct
	keys []string
}

// Without returns the projection of T, which is a struct, that leaves out the members
// of these names.
func Without[T any](keys ...string) Projection {
	return Projection{reflect.TypeFor[*T](), keys}
}

// omitted returns the names of the members of an object that are not read.
func (p *Projection) omitted(into Object) []string {
	if len(p.keys) == 0 || reflect.TypeOf(into) != p.of {
		return nil
	}
	return p.keys
}

// Read reads the text, which must be one JSON value, into what the pointer into
// points to: an [Object], a [Scalar], a string, int, bool or struct{}, or a list of or
// a pointer to one of these.
func Read[Text string | []byte](text Text, into any, wanted Options) error {
	r := &Reader{wanted: wanted}
	switch text := any(text).(type) {
	case string:
		r.text = text
	case []byte:
		r.text = view(text)
	}
	return r.read(into)
}

func (r *Reader) read(into any) error {
	r.value(into)
	r.peek()
	if r.at < len(r.text) {
		r.fail()
	}
	if r.broken != nil {
		return r.broken
	}
	return r.misfit
}
