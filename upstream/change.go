package upstream

// Change is what an input says of one value: nothing, so that it stays as it is; that
// it is to be cleared; or what it is to be. The zero Change says nothing.
type Change[T any] struct {
	value T
	how   change
}

type change uint8

const (
	leftOut change = iota
	cleared
	set
)

// Set returns a change to value.
func Set[T any](value T) Change[T] { return Change[T]{value, set} }

// Clear returns a change to nothing.
func Clear[T any]() Change[T] { return Change[T]{how: cleared} }

// ChangeTo returns the change of an input that may be left out: none unless it is
// given, and one to nothing where its value is nil.
func ChangeTo[T any](value *T, given bool) Change[T] {
	switch {
	case !given:
		return Change[T]{}
	case value == nil:
		return Clear[T]()
	default:
		return Set(*value)
	}
}

// Given reports whether there is a change.
func (c Change[T]) Given() bool { return c.how != leftOut }

// Cleared reports whether the change is to nothing.
func (c Change[T]) Cleared() bool { return c.how == cleared }

// Value returns what the value is to be; it is not ok where nothing was said, or the
// value is to be cleared.
func (c Change[T]) Value() (value T, ok bool) { return c.value, c.how == set }

// over returns what becomes of the value that there is: the zero value is nothing.
func (c Change[T]) over(current T) T {
	if c.how == leftOut {
		return current
	}
	return c.value
}
