package upstream

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/semaphore"
)

// smallBody is the buffer of a body that takes nothing of the budget: there are
// never more of them than slots. Nearly all bodies are that small.
const smallBody = 256 << 10

// bodies bounds the memory that answers of the portal take together from when they
// arrive until they have been decoded.
//
// A body takes more as it grows, so bodies that all wait with what they have could
// wait for each other. Therefore room for one of the largest is set aside: the one who
// gets that can always read to the end, and then gives back all that it had.
type bodies struct {
	shared *semaphore.Weighted // bytes
	aside  *semaphore.Weighted // a lock on the room that is set aside

	budget, largest int64        // bytes
	taken           atomic.Int64 // bytes; the reserve counts as a whole while it is in use
}

// bodyRoom is the room that one answer has in memory. The zero value has none.
type bodyRoom struct {
	shared int64 // bytes
	aside  bool  // then it may grow as it needs
}

func newBodies(budget, largest int64) *bodies {
	shared := max(0, budget-largest)
	return &bodies{shared: semaphore.NewWeighted(shared), aside: semaphore.NewWeighted(1), budget: shared + largest, largest: largest}
}

// take enlarges a body's room by size bytes. It waits for its turn, but not
// beyond the deadline of ctx: errNoRoom.
func (b *bodies) take(ctx context.Context, room *bodyRoom, size int64) error {
	if room.aside {
		return nil
	}
	if b.acquire(room, size) {
		return nil
	}
	switch err := b.aside.Acquire(ctx, 1); {
	case errors.Is(err, context.DeadlineExceeded):
		return errNoRoom
	case err != nil:
		return err
	}
	if b.acquire(room, size) { // others have ended meanwhile
		b.aside.Release(1)
		return nil
	}
	room.aside = true
	b.taken.Add(b.largest)
	return nil
}

// acquire enlarges a body's room by what is shared, if there is so much.
func (b *bodies) acquire(room *bodyRoom, size int64) bool {
	if !b.shared.TryAcquire(size) {
		return false
	}
	room.shared += size
	b.taken.Add(size)
	return true
}

// give takes all of a body's room back.
func (b *bodies) give(room *bodyRoom) {
	if room.shared > 0 {
		b.taken.Add(-room.shared)
		b.shared.Release(room.shared)
	}
	if room.aside {
		b.taken.Add(-b.largest)
		b.aside.Release(1)
	}
	*room = bodyRoom{}
}

// intake reads the body of one answer.
type intake struct {
	caller *Caller // whose bytes are counted
	limit  int64   // bytes that are read at most
	times  int64   // that the body is held: once, or once more where documents in it are decoded by themselves
	bodies *bodies
	room   *bodyRoom
	buffer *bytes.Buffer
}

// read reads body into the buffer until it ends, or the limit is reached.
func (in *intake) read(ctx context.Context, body io.Reader) error {
	for int64(in.buffer.Len()) < in.limit {
		if in.buffer.Available() < bytes.MinRead {
			if err := in.grow(ctx, 2*int64(in.buffer.Cap())+bytes.MinRead); err != nil {
				return err
			}
		}
		space := in.buffer.AvailableBuffer()
		n, err := body.Read(space[:min(int64(cap(space)), in.limit-int64(in.buffer.Len()))])
		_, _ = in.buffer.Write(space[:n]) // where it is
		if in.caller.bytes.Add(int64(n)) > in.caller.client.totalBytes {
			return errTooManyBytes
		}
		switch err {
		case nil:
		case io.EOF:
			return nil
		default:
			return err
		}
	}
	return nil
}

// unzippers are used again: each has a window of 32 KiB.
var unzippers = sync.Pool{New: func() any { return new(gzip.Reader) }}

// unzip reads what body holds in the format of RFC 1952. No body at all, as many a
// refusal has, is none.
func (in *intake) unzip(ctx context.Context, body io.Reader) error {
	unzipper := unzippers.Get().(*gzip.Reader)
	defer unzippers.Put(unzipper)
	switch err := unzipper.Reset(body); err {
	case nil:
		return in.read(ctx, unzipper)
	case io.EOF:
		return nil
	default:
		return err
	}
}

// grow enlarges the buffer to size bytes, up to the limit: large buffers
// have to wait for room.
func (in *intake) grow(ctx context.Context, size int64) error {
	size = min(size, in.limit+bytes.MinRead)
	if size <= int64(in.buffer.Cap()) {
		return nil
	}
	if size > smallBody {
		if err := in.bodies.take(ctx, in.room, in.times*size-in.room.shared); err != nil {
			return err
		}
	}
	larger := append(slices.Grow([]byte(nil), int(size)), in.buffer.Bytes()...)
	*in.buffer = *bytes.NewBuffer(larger)
	return nil
}
