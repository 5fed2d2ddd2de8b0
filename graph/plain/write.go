package plain

import (
	"bytes"
	"context"
	"io"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Object is an object as it is written: text, with holes for the pending fields. It
// stands where gqlgen has a graphql.FieldSet, and is one of the pending fields alone.
type Object struct {
	*graphql.FieldSet

	text  []byte
	holes []int // where in text the value of each pending field goes; less than 0: nowhere

	ctx        context.Context // of the object, until its fields are dispatched: ResolveConcurrently is given none
	sequential bool

	answer  *Answer
	counted int // of text, while it is written
	checkAt int // the size of text at which it is counted again
}

var (
	nothingPending = graphql.NewFieldSet(nil)
	// nothing stands for the objects of an answer that is over.
	nothing = &Object{FieldSet: nothingPending, text: []byte("null")}
)

// MarshalGQL writes the object.
func (o *Object) MarshalGQL(w io.Writer) {
	from := 0
	for i, hole := range o.holes {
		if isOver(w) {
			return
		}
		if hole >= 0 {
			_, _ = w.Write(o.text[from:hole])
			o.Values[i].MarshalGQL(w)
			from = hole
		}
	}
	_, _ = w.Write(o.text[from:])
}

// Fits reports whether the object may go on at this size.
func (o *Object) Fits(size int) bool { return size <= o.checkAt || o.count(size) }

func (o *Object) count(size int) bool {
	added := size - o.counted
	o.counted, o.checkAt = size, size+countedStep
	return o.answer.add(added) && !o.answer.isOver()
}

// Begin writes the plain fields of obj. It returns the object with the fields that
// are pending, whose values make it complete.
func Begin[T any](ctx context.Context, operation *graphql.OperationContext, of *Type, set ast.SelectionSet, obj T, appendChunk func([]byte, *Object, *Chunk, T) ([]byte, bool)) (*Object, []graphql.CollectedField) {
	opts := optionsOf(ctx)
	if opts.answer.isOver() {
		return nothing, nil
	}
	s := opts.selections.compiled(operation, of, set)
	if s == nil {
		fields := graphql.CollectFields(operation, set, of.Satisfies)
		return opts.expect(ctx, namesOnly(fields), fields)
	}
	t := opts.selections.templateOf(ctx, operation, s)
	if t.constant != nil {
		return opts.expect(ctx, &Object{text: t.constant.text, holes: t.constant.holes}, t.pending)
	}
	if o, ok := write(opts.answer, t, make([]byte, 0, min(s.size.Load(), maxPrepared)), obj, appendChunk); ok {
		s.wrote(len(o.text))
		return opts.expect(ctx, o, t.pending)
	}
	return opts.expect(ctx, namesOnly(s.fields), s.fields)
}

// expect counts an object that has begun, and makes it ready for what is pending.
func (opts *options) expect(ctx context.Context, o *Object, pending []graphql.CollectedField) (*Object, []graphql.CollectedField) {
	opts.answer.expect(len(pending))
	if !opts.answer.add(len(o.text) - o.counted) {
		return nothing, nil
	}
	o.FieldSet = nothingPending
	if len(pending) > 0 {
		o.FieldSet, o.ctx, o.answer = graphql.NewFieldSet(pending), ctx, opts.answer
		o.sequential = opts.sequential && !isDeferred(pending)
	}
	return o, pending
}

// write writes the chunks of a template. It is not ok when obj has to go gqlgen's
// way; so it is after a panic, which will come again there and be reported.
func write[T any](answer *Answer, t *template, text []byte, obj T, appendChunk func([]byte, *Object, *Chunk, T) ([]byte, bool)) (o *Object, ok bool) {
	if len(t.chunks) == 0 {
		return nil, false
	}
	o = &Object{answer: answer, checkAt: countedStep}
	defer func() {
		if recover() != nil {
			ok = false
		}
		if !ok { // what was written is not used
			answer.add(-o.counted)
			o = nil
		}
	}()
	if len(t.pending) > 0 {
		o.holes = make([]int, len(t.pending))
	}
	for i := range t.chunks {
		if text, ok = appendChunk(text, o, &t.chunks[i], obj); !ok {
			return o, false
		}
		if i < len(t.pending) {
			o.holes[i] = len(text)
		}
	}
	if cap(text) > 2*len(text)+countedStep { // made ready for a larger one
		text = bytes.Clone(text)
	}
	o.text = text
	return o, true
}

// namesOnly returns an object of which nothing is written but the names.
func namesOnly(fields []graphql.CollectedField) *Object {
	o := &Object{text: []byte{'{'}, holes: make([]int, len(fields))}
	for i := range fields {
		if repeats(fields, i) {
			o.holes[i] = -1
			continue
		}
		if len(o.text) > 1 {
			o.text = append(o.text, ',')
		}
		o.text = append(append(append(o.text, '"'), fields[i].Alias...), '"', ':')
		o.holes[i] = len(o.text)
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

// List writes a list of objects, each of one of the types, or returns nil when it has
// to go gqlgen's way.
func List[E any](ctx context.Context, operation *graphql.OperationContext, set ast.SelectionSet, list []E, appendList func([]byte, *Object, *Member, []E) ([]byte, bool), types ...*Type) graphql.Marshaler {
	if len(list) == 0 {
		return nil
	}
	opts := optionsOf(ctx)
	m := Member{Below: make([]*Chunk, len(types))}
	var s *selection
	size := int64(0)
	for i, of := range types {
		if s = opts.selections.compiled(operation, of, set); s == nil {
			return nil
		}
		t := opts.selections.templateOf(ctx, operation, s)
		if !t.isPlain() {
			return nil
		}
		m.Below[i] = &t.chunks[0]
		size = max(size, s.size.Load())
	}
	all := &template{chunks: make([]Chunk, 1)}
	o, ok := write(opts.answer, all, make([]byte, 0, min(int64(len(list))*(size+1)+2, maxPrepared)), list, func(b []byte, o *Object, _ *Chunk, list []E) ([]byte, bool) {
		return appendList(b, o, &m, list)
	})
	if !ok {
		return nil
	}
	s.wrote(len(o.text) / len(list))
	o, _ = opts.expect(ctx, o, nil)
	return o
}

// wrote notes the size of an object, for the next one. Requests share the
// selection: it is left alone where the size is much the same.
func (s *selection) wrote(size int) {
	if kept := int(s.size.Load()); size > kept || size < kept/2 {
		s.size.Store(int64(size + size/8 + 16))
	}
}

// AppendString appends what graphql.MarshalString writes.
func AppendString(b []byte, s string) []byte {
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

// AppendMarshaler appends what has no function of its own.
func AppendMarshaler(b []byte, m graphql.Marshaler) []byte {
	buffer := bytes.NewBuffer(b)
	m.MarshalGQL(buffer)
	return buffer.Bytes()
}
