package overhttp

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"onlyoffice-graphql/internal/codes"
	"onlyoffice-graphql/internal/memory"
)

const (
	// BodiesMemory is for all bodies that are being read, without what is small of each.
	BodiesMemory = 64 << 20
	// SmallBody is the part of every body that takes nothing of the budget.
	SmallBody = 16 << 10
)

// linger is how long the rest of an unwanted body is waited for.
const linger = time.Second

// drain reads what is left of the body of a refused request before the
// connection ends, as old proxies want it to after each request: with bytes
// unread it would end in a reset, and the client may never see the answer. The
// server itself does so only on connections that it keeps.
func drain(w http.ResponseWriter, r *http.Request, limit int64) {
	if !r.Close || r.Header.Get("Expect") != "" { // or it would ask for the body
		return
	}
	for {
		wrapper, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			break
		}
		w = wrapper.Unwrap()
	}
	// Given more than that, the server's own writer waits a moment before it ends
	// the connection.
	_, _ = io.Copy(io.Discard, http.MaxBytesReader(w, r.Body, limit))
}

// bodies bounds what bodies of requests take while they are being read.
type bodies struct {
	limit  int64 // of one, in bytes
	memory *memory.Budget
}

// bodyStep is how far memory for a body grows at a time: what has not been sent
// takes none.
const bodyStep = 48 << 10

func newBodies(limit int64) bodies {
	return bodies{limit, memory.New(BodiesMemory, limit)}
}

// read reads the whole body, if it is not too large and comes in time. What it took
// of the memory is to be given back when the body is no longer used.
func (b *bodies) read(w http.ResponseWriter, r *http.Request) (body []byte, taken int64, refused *refusal) {
	if r.ContentLength > b.limit {
		return nil, taken, bodyTooLarge(b.limit, r.ContentLength).with("Connection", "close")
	}
	announced := b.limit
	if r.ContentLength >= 0 {
		announced = r.ContentLength
	}
	source := http.MaxBytesReader(w, r.Body, b.limit)
	body = make([]byte, 0, min(announced, 4<<10)+1) // one for the read that finds the end
	for {
		n, err := source.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		var tooLarge *http.MaxBytesError
		switch {
		case err == nil:
		case err == io.EOF:
			_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
			return body, taken, nil
		case errors.As(err, &tooLarge):
			return nil, taken, bodyTooLarge(b.limit, b.limit+1)
		case errors.Is(err, os.ErrDeadlineExceeded):
			return nil, taken, refuse(http.StatusRequestTimeout, codes.BadRequest, "The body did not come in time.").with("Connection", "close")
		default:
			return nil, taken, malformed("The body could not be read.")
		}
		if len(body) < cap(body) {
			continue
		}
		size := min(b.next(int64(len(body))), announced) + 1
		if more := size - SmallBody - 1 - taken; more > 0 {
			if !b.memory.Take(r.Context(), more, taken) {
				return nil, taken, overloaded()
			}
			taken += more
		}
		body = append(make([]byte, 0, size), body...)
	}
}

// next returns the size that a full buffer of a body grows to.
func (b *bodies) next(size int64) int64 {
	if size < SmallBody {
		return min(8*size, SmallBody)
	}
	return size + bodyStep
}

// bodyTooLarge refuses a body of at least actual bytes.
func bodyTooLarge(limit, actual int64) *refusal {
	return refuseOver(http.StatusRequestEntityTooLarge, codes.BodyTooLarge, int(limit), int(actual), "The body is too large.")
}
