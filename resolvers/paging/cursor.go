package paging

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"sync/atomic"

	"onlyoffice-graphql/upstream"
)

// maxSources is how many lists of the portal a cursor has room for, which are more than a
// page is ever merged from.
const maxSources = 50

const (
	cursorVersion = 1
	maxOffset     = 1 << 20 // beyond any list; a portal works for each row that it passes over
	maxCursor     = ((1+len(binding{})+5*(1+maxSources))*4 + 2) / 3
)

// binding is a short hash of what a cursor is bound to. It keeps a cursor from
// being used elsewhere by mistake; a forged one only leads its maker astray.
type binding [4]byte

// Bind returns the binding of a list, which bound tells from any other: field,
// filter and order in a canonical form.
func Bind(bound string) binding {
	sum := sha256.Sum256([]byte(bound))
	return binding(sum[:])
}

// Cursor is a place in a list: after the row with LastID. The offsets are how
// many rows of each source had been passed there; where rows have moved since,
// they are only where to look first.
type Cursor struct {
	Bound   binding
	LastID  int
	Offsets []int
}

// Offset returns how many rows of a source had been passed.
func (c *Cursor) Offset(source int) int {
	if c == nil || source >= len(c.Offsets) {
		return 0
	}
	return c.Offsets[source]
}

// Encode returns the cursor as callers see it. It holds no text of the filter.
func (c Cursor) Encode() string {
	b := append([]byte{cursorVersion}, c.Bound[:]...)
	b = binary.AppendUvarint(b, uint64(c.LastID))
	for _, offset := range c.Offsets {
		b = binary.AppendUvarint(b, uint64(offset))
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// ParseCursor reads the cursor in an argument of a list, which is bound to one of
// the texts.
func ParseCursor(argument, text string, bound ...string) (Cursor, error) {
	c, ok := decodeCursor(text)
	if !ok {
		return Cursor{}, BadCursor(argument, "is not a cursor of this API; pass one from an earlier answer, or start again without it")
	}
	if !slices.ContainsFunc(bound, func(text string) bool { return c.Bound == Bind(text) }) {
		return Cursor{}, BadCursor(argument, "cursor was made under another filter or order; start again without it")
	}
	return c, nil
}

// decodeCursor reads only what Encode can have written.
func decodeCursor(text string) (Cursor, bool) {
	if len(text) > maxCursor {
		return Cursor{}, false
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) < 1+len(binding{}) || b[0] != cursorVersion {
		return Cursor{}, false
	}
	c := Cursor{Bound: binding(b[1:])}
	b = b[1+len(c.Bound):]
	id, n := binary.Uvarint(b)
	if n <= 0 || id == 0 || id > math.MaxInt32 {
		return Cursor{}, false
	}
	c.LastID = int(id)
	for b = b[n:]; len(b) > 0; b = b[n:] {
		var offset uint64
		if offset, n = binary.Uvarint(b); n <= 0 || offset > maxOffset {
			return Cursor{}, false
		}
		c.Offsets = append(c.Offsets, int(offset))
	}
	return c, len(c.Offsets) > 0 && c.Encode() == text // one text for one place
}

const (
	maxReads = 16  // calls that a page may cost beyond one for each source, however far rows moved; a forged cursor costs no more
	maxRows  = 500 // of one call; the portal would send 1,000, but that may be many megabytes
)

// reading is what one source has from a cursor on. Rows are compared by rank,
// which is the id, or minus the id where the highest comes first.
type reading[T any] struct {
	rows   []T
	ranks  []int
	ends   []int // how many rows of the source had been passed after each
	passed int   // and before the first
	total  *int
	last   int // rank of the last row taken, or of the cursor's
}

// readSource returns a row more than a page has, or all that there are after the
// cursor. Rows move while it reads and have moved since the cursor was made. An
// answer is one moment of the list, though, so if it starts at the list's first
// row, or at one that is not beyond the last row taken, then its further rows
// are the next ones without a gap. Of any other answer nothing is taken.
//
// Its reads beyond the first are taken from further, which all sources of a page
// share.
//
// A short answer is the end. The portal filters by access in memory, but it
// counts offsets in the rows that the caller may see and goes on loading until
// it has enough of them (its rule for every limited query, which these are). The
// one sign of the contrary is a total that counts further rows; it is followed
// as long as rows come.
func readSource[T any](ctx context.Context, l *Listing[T], source Source[T], offset int, further *atomic.Int64) (reading[T], error) {
	r := reading[T]{last: math.MinInt}
	if l.After != nil {
		r.last = l.rank(l.After.LastID)
	}
	w := l.Window(offset, "id")
	place := seeker{step: w.Count}
	for first := true; first || further.Add(-1) >= 0; first = false {
		answer, err := source(ctx, w)
		if err != nil {
			return r, err
		}
		ranks, err := l.ranks(answer.Items)
		if err != nil {
			return r, err
		}
		end := w.Start + len(ranks)
		switch {
		case len(ranks) == 0 && w.Start > 0:
			place.tooFar(w.Start, math.MaxInt)
		case w.Start > 0 && ranks[0] > r.last:
			place.tooFar(w.Start, ranks[0]-r.last)
		default:
			taken := r.take(w.Start, ranks, answer.Items)
			r.total = l.Total(w, answer)
			if len(ranks) < w.Count && (taken == 0 || r.total == nil || *r.total <= end) {
				r.total = &end
				return r, nil
			}
			if len(r.rows) > l.First {
				return r, nil
			}
			if taken > 0 {
				place = seeker{step: w.Count}
			}
			place.tooNear(end-1, r.last-ranks[len(ranks)-1])
		}
		w.Start, w.Count = place.next(l.First + 2 - len(r.rows))
	}
	return r, &upstream.Error{Op: "paging", Kind: upstream.KindServer, Err: errors.New("the list keeps moving")}
}

// take adds the rows that are beyond the last one taken, and returns how many
// they were.
func (r *reading[T]) take(start int, ranks []int, rows []T) int {
	before := len(r.rows)
	for i, rank := range ranks {
		switch {
		case rank > r.last:
			r.rows, r.ranks, r.ends = append(r.rows, rows[i]), append(r.ranks, rank), append(r.ends, start+i+1)
			r.last = rank
		case len(r.rows) == 0:
			r.passed = start + i + 1
		}
	}
	return len(r.rows) - before
}

func (l *Listing[T]) rank(id int) int {
	if l.Descending {
		return -id
	}
	return id
}

// ranks returns the ranks of rows, whose order is what paging by id rests on.
func (l *Listing[T]) ranks(rows []T) ([]int, error) {
	ranks := make([]int, len(rows))
	for i, row := range rows {
		id, err := l.ID(row)
		if err != nil {
			return nil, err
		}
		ranks[i] = l.rank(id)
		if i > 0 && ranks[i] < ranks[i-1] {
			return nil, &upstream.Error{Op: "paging", Kind: upstream.KindBadAnswer, Err: errors.New("rows that are not in the order of their ids")}
		}
	}
	return ranks, nil
}

// seeker looks for where the rows that follow the last one taken start now. It
// goes in growing steps, and halves what is left once it has been on both sides.
type seeker struct {
	near     int // a row there was not beyond the last one taken; 0: not known, but a read from 0 will do
	far      int // all rows from there on were beyond it; 0: not known
	step     int
	distance int // how many rows the last answer was off at most: no more than there are ids between
}

func (s *seeker) tooFar(start, distance int) {
	s.far, s.distance = start, distance
	if s.near >= s.far {
		s.near = 0 // moved since
	}
}

func (s *seeker) tooNear(last, distance int) {
	s.near, s.distance = last, distance
	if s.far <= s.near {
		s.far = 0 // moved since
	}
}

// next returns where to read so that need rows from the last one taken on are
// found if they start within a step.
func (s *seeker) next(need int) (start, count int) {
	step := min(s.step, s.distance)
	s.step *= 4
	switch {
	case s.far == 0: // on: the further end of the step
		count = min(step+need, maxRows)
		return s.near + step + need - count, count
	case s.near == 0: // back: the nearer end
		start = max(0, s.far-step)
		return start, min(s.far-start+need, maxRows)
	default:
		span := s.far - s.near + need
		count = min(span, maxRows)
		return s.near + (span-count)/2, count
	}
}
