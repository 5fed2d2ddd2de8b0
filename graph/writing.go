package graph

import (
	"bytes"
	"context"
	"io"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// object is an object whose plain fields are written.
type object struct {
	text   []byte
	gaps   []int // where in text each value goes; less than 0: nowhere
	values []graphql.Marshaler

	answer  *Answer
	counted int // of text, while it is written
	until   int // how far it may grow before it is counted again
}

// nothing stands for the objects of an answer that is over.
var nothing = &object{text: []byte("null")}

// MarshalGQL writes the object.
func (o *object) MarshalGQL(w io.Writer) {
	from := 0
	for i, gap := range o.gaps {
		if isOver(w) {
			return
		}
		if gap >= 0 {
			_, _ = w.Write(o.text[from:gap])
			o.values[i].MarshalGQL(w)
			from = gap
		}
	}
	_, _ = w.Write(o.text[from:])
}

// grows counts what is written of the object. It reports whether more may be.
func (o *object) grows(size int) bool {
	added := size - o.counted
	o.counted, o.until = size, size+countedStep
	return o.answer.add(added) && !o.answer.isOver()
}

// begin writes the plain fields of obj, and returns the object with the fields
// that are left; their values make it complete.
func begin[T any](ctx context.Context, ec *executionContext, of *plainType, sel ast.SelectionSet, obj T, appendRun func([]byte, *object, *run, T) ([]byte, bool)) ([]graphql.CollectedField, *object) {
	e := executionOf(ec.OperationContext)
	if e.answer.isOver() {
		return nil, nothing
	}
	p := e.plans.collected(ec.OperationContext, of, sel)
	if p == nil {
		fields := graphql.CollectFields(ec.OperationContext, sel, of.satisfies)
		return e.answer.with(fields, frame(fields))
	}
	layout := e.plans.layoutOf(ctx, ec, p)
	if layout.fixed != nil {
		o := *layout.fixed
		return e.answer.with(layout.left, &o)
	}
	if o, ok := write(e.answer, layout, make([]byte, 0, min(p.size.Load(), mostAtOnce)), obj, appendRun); ok {
		p.wrote(len(o.text))
		return e.answer.with(layout.left, o)
	}
	return e.answer.with(p.fields, frame(p.fields))
}

// with counts an object that has begun, and the values that are left of it.
func (a *Answer) with(left []graphql.CollectedField, o *object) ([]graphql.CollectedField, *object) {
	a.expect(len(left))
	if !a.add(len(o.text) - o.counted) {
		return nil, nothing
	}
	return left, o
}

// write writes the runs of a layout. It is not ok when obj has to go gqlgen's
// way; so it is after a panic, which will come again there and be reported.
func write[T any](answer *Answer, l *layout, text []byte, obj T, appendRun func([]byte, *object, *run, T) ([]byte, bool)) (o *object, ok bool) {
	if len(l.runs) == 0 {
		return nil, false
	}
	o = &object{answer: answer, until: countedStep}
	defer func() {
		if recover() != nil {
			ok = false
		}
		if !ok { // what was written is not used
			answer.add(-o.counted)
			o = nil
		}
	}()
	if len(l.left) > 0 {
		o.gaps = make([]int, len(l.left))
	}
	for i := range l.runs {
		if text, ok = appendRun(text, o, &l.runs[i], obj); !ok {
			return o, false
		}
		if i < len(l.left) {
			o.gaps[i] = len(text)
		}
	}
	if cap(text) > 2*len(text)+countedStep { // made ready for a larger one
		text = bytes.Clone(text)
	}
	o.text = text
	return o, true
}

// frame returns an object of which nothing is written but the names.
func frame(fields []graphql.CollectedField) *object {
	o := &object{text: []byte{'{'}, gaps: make([]int, len(fields))}
	for i := range fields {
		if repeats(fields, i) {
			o.gaps[i] = -1
			continue
		}
		if len(o.text) > 1 {
			o.text = append(o.text, ',')
		}
		o.text = append(append(append(o.text, '"'), fields[i].Alias...), '"', ':')
		o.gaps[i] = len(o.text)
	}
	o.text = append(o.text, '}')
	return o
}

// repeats reports whether a field before has the alias of the i-th, as one may
// that was asked of another type. Only the first is written.
func repeats(fields []graphql.CollectedField, i int) bool {
	for j := range fields[:i] {
		if fields[j].Alias == fields[i].Alias {
			return true
		}
	}
	return false
}

// whole writes a list of objects, or returns nil when it has to go gqlgen's way.
func whole[E any](ctx context.Context, ec *executionContext, sel ast.SelectionSet, list []E, appendList func([]byte, *object, *member, []E) ([]byte, bool), types ...*plainType) graphql.Marshaler {
	if len(list) == 0 {
		return nil
	}
	e := executionOf(ec.OperationContext)
	m := member{below: make([]*run, len(types))}
	var p *plan
	size := int64(0)
	for i, of := range types {
		if p = e.plans.collected(ec.OperationContext, of, sel); p == nil {
			return nil
		}
		layout := e.plans.layoutOf(ctx, ec, p)
		if !layout.isPlain() {
			return nil
		}
		m.below[i] = &layout.runs[0]
		size = max(size, p.size.Load())
	}
	all := &layout{runs: make([]run, 1)}
	o, ok := write(e.answer, all, make([]byte, 0, min(int64(len(list))*(size+1)+2, mostAtOnce)), list, func(b []byte, o *object, _ *run, list []E) ([]byte, bool) {
		return appendList(b, o, &m, list)
	})
	if !ok {
		return nil
	}
	p.wrote(len(o.text) / len(list))
	_, o = e.answer.with(nil, o)
	return o
}

// wrote notes the size of an object, for the next one. Requests share the
// plan: it is left alone where the size is much the same.
func (p *plan) wrote(size int) {
	if kept := int(p.size.Load()); size > kept || size < kept/2 {
		p.size.Store(int64(size + size/8 + 16))
	}
}

// deferredGroup returns the group of those fields that are deferred; for none
// it costs nothing.
func deferredGroup(ctx context.Context, fields []graphql.CollectedField) graphql.DeferredGroup {
	for i := range fields {
		if len(fields[i].Deferrables) > 0 {
			return graphql.NewDeferredGroup(ctx)
		}
	}
	return graphql.DeferredGroup{}
}

// The functions below append what gqlgen's marshallers write.

func appendString(b []byte, s string) []byte {
	const hex = "0123456789ABCDEF"
	b = append(b, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '\\' && c != '"' {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		switch c {
		case '\t':
			b = append(b, `\t`...)
		case '\r':
			b = append(b, `\r`...)
		case '\n':
			b = append(b, `\n`...)
		case '\\', '"':
			b = append(b, '\\', c)
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xf])
		}
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

// appendMarshaler appends what has no function of its own.
func appendMarshaler(b []byte, m graphql.Marshaler) []byte {
	buffer := bytes.NewBuffer(b)
	m.MarshalGQL(buffer)
	return buffer.Bytes()
}
