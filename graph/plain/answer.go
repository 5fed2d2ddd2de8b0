package plain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"onlyoffice-graphql/internal/memory"
)

// Answers bound what answers take: each of them, and all together in memory.
// They are safe for concurrent use.
type Answers struct {
	limit  int64 // bytes of one answer
	memory *memory.Budget
}

// NewAnswers bounds the size of each answer, and the memory of all.
func NewAnswers(limit, all int64) *Answers {
	return &Answers{limit: limit, memory: memory.New(all, smallAnswer)}
}

// Taken returns how many bytes of the memory of all answers are taken.
func (b *Answers) Taken() int64 { return b.memory.Taken() }

// AnswerMemory is how many bytes of memory an answer may take for each byte of its
// size while it is made: as parts, as values that are not written yet, and as the
// whole that they are put together to.
const AnswerMemory = 3

const (
	unreserved    = 16 << 10  // of an answer's memory, so that small answers share nothing
	smallAnswer   = 1 << 20   // in memory: a page of 100 with everything, and no long texts
	reservedStep  = 256 << 10 // what is reserved at a time
	countedStep   = 32 << 10  // how far text grows before it is counted again
	bytesPerValue = 1 << 10   // that a value takes before it is text: what gqlgen keeps of a field while it resolves it
	maxPrepared   = 1 << 20   // what is made ready for text of an expected size

	grace = 50 * time.Millisecond // after the deadline, for what is there by then
)

// TooLargeError is why an answer is not given that would be larger than Limit.
type TooLargeError struct{ Limit int64 }

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the answer is larger than %d bytes", e.Limit)
}

// ErrNoMemory is why an answer is not given that others left no memory for.
var ErrNoMemory = errors.New("answers take all the memory that there is for them")

// Answer is what one operation's answer has taken. Once there can be no answer,
// because it is too large, or its client has gone, nothing else is made
// of it. A nil Answer has no bounds.
type Answer struct {
	bounds *Answers
	ctx    context.Context // the operation's
	cancel context.CancelFunc

	size     atomic.Int64 // of all text
	values   atomic.Int64 // that are no text yet
	reserved atomic.Int64
	mu       sync.Mutex // held while more is reserved
	cutBy    atomic.Pointer[error]
}

// Begin begins an answer to the operation that ctx is for. When the answer is
// cut, cancel is called. The caller must End it.
func (b *Answers) Begin(ctx context.Context, cancel context.CancelFunc) *Answer {
	return &Answer{bounds: b, ctx: ctx, cancel: cancel}
}

// End gives back what the answer has reserved: it is with the client, or was
// given up.
func (a *Answer) End() { a.keep(0) }

// CutBy returns why the operation of ctx has no answer: a TooLargeError, ErrNoMemory, or
// the error of a context that has ended; nil if it has one.
func CutBy(ctx context.Context) error { return optionsOf(ctx).answer.why() }

// FoundNoMemory reports whether others left no memory for the answer.
func (a *Answer) FoundNoMemory() bool { return errors.Is(a.why(), ErrNoMemory) }

func (a *Answer) why() error {
	if a == nil {
		return nil
	}
	if err := a.cutBy.Load(); err != nil {
		return *err
	}
	return nil
}

// cut gives the answer up, for the first reason that there is.
func (a *Answer) cut(why error) {
	if a.cutBy.CompareAndSwap(nil, &why) {
		a.cancel()
	}
}

// isOver reports whether nothing more is to be made of the answer. After the
// deadline there is a moment left for what has no more to wait for.
func (a *Answer) isOver() bool {
	if a == nil {
		return false
	}
	select {
	case <-a.ctx.Done():
	default:
		return false
	}
	if a.why() == nil {
		err := a.ctx.Err()
		if deadline, ok := a.ctx.Deadline(); ok && errors.Is(err, context.DeadlineExceeded) && time.Since(deadline) < grace {
			return false
		}
		a.cut(err)
	}
	return true
}

// add counts bytes. It reports whether the answer goes on.
func (a *Answer) add(n int) bool {
	if a == nil {
		return true
	}
	a.size.Add(int64(n))
	return a.fits(0)
}

// expect counts values that are left to gqlgen.
func (a *Answer) expect(values int) {
	if a != nil {
		a.values.Add(int64(values))
	}
}

// fits reports whether the answer is within its bounds, with the whole text at that size.
func (a *Answer) fits(whole int64) bool {
	parts, values := a.size.Load(), bytesPerValue*a.values.Load()
	if whole = max(whole, parts); max(whole, values) > a.bounds.limit {
		a.cut(&TooLargeError{a.bounds.limit})
	} else if memory := parts + values + whole; memory > unreserved+a.reserved.Load() {
		a.reserve(memory)
	}
	return a.cutBy.Load() == nil
}

// reserve raises the reservation to memory bytes, or cuts the answer.
func (a *Answer) reserve(memory int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	reserved := a.reserved.Load()
	missing := memory - unreserved - reserved
	if missing <= 0 || a.why() != nil {
		return
	}
	missing = (missing + reservedStep - 1) / reservedStep * reservedStep
	switch {
	case a.bounds.memory.Take(a.ctx, missing, reserved):
		a.reserved.Store(reserved + missing)
	case !a.isOver():
		a.cut(ErrNoMemory)
	}
}

// Holds makes sure of the memory for the answer with what is written around it.
// It reports false when others left none.
func (a *Answer) Holds(size int) bool {
	if memory := int64(size); memory > unreserved+a.reserved.Load() {
		a.reserve(memory)
	}
	return !a.FoundNoMemory()
}

// keep gives back the reservation beyond memory bytes.
func (a *Answer) keep(memory int64) {
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	reserved := a.reserved.Load()
	if spare := reserved - max(memory-unreserved, 0); spare > 0 {
		a.reserved.Store(reserved - spare)
		a.bounds.memory.Give(spare)
	}
}

// Text is a whole answer as it is put together: a buffer within the bounds of the
// answer.
type Text struct {
	b       []byte
	answer  *Answer
	checkAt int // the size at which it is counted
}

// NewText returns the text for the answer of the operation of ctx, all parts of which
// are made.
func NewText(ctx context.Context) Text {
	a := optionsOf(ctx).answer
	if a == nil {
		return Text{checkAt: math.MaxInt}
	}
	if a.isOver() {
		return Text{answer: a}
	}
	size := int(a.size.Load())
	return Text{b: make([]byte, 0, size), answer: a, checkAt: size}
}

// Write appends p, unless the answer is over.
func (t *Text) Write(p []byte) (int, error) {
	if t.fits(len(p)) {
		t.b = append(t.b, p...)
	}
	return len(p), nil
}

// WriteString appends s, unless the answer is over.
func (t *Text) WriteString(s string) (int, error) {
	if t.fits(len(s)) {
		t.b = append(t.b, s...)
	}
	return len(s), nil
}

func (t *Text) fits(more int) bool {
	size := len(t.b) + more
	return size <= t.checkAt || t.counts(size)
}

func (t *Text) counts(size int) bool {
	a := t.answer
	until := max(size, min(size+countedStep, int(a.bounds.limit)))
	if a.isOver() || !a.fits(int64(until)) {
		t.b, t.checkAt = nil, 0
		return false
	}
	t.checkAt = until
	return true
}

// Bytes returns the answer, which is null when it is over.
func (t *Text) Bytes() []byte {
	if t.answer.why() != nil {
		t.b = []byte("null")
	}
	t.answer.keep(int64(len(t.b)))
	return t.b
}

// isOver reports whether w takes nothing any more.
func isOver(w io.Writer) bool {
	t, ok := w.(*Text)
	return ok && t.answer.why() != nil
}
