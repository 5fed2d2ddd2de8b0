package overhttp

import (
	"net/http"
	"strconv"
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"onlyoffice-graphql/internal/allowance"
	"onlyoffice-graphql/internal/codes"
)

// semaphore bounds how many requests are worked on at a time. What comes on
// top is refused at once: to let it queue would cost memory, and answer it when
// its client has given up.
type semaphore chan struct{}

func newSemaphore(requests int) semaphore { return make(semaphore, requests) }

// isFull reports whether another request would be refused at this moment.
func (s semaphore) isFull() bool { return len(s) == cap(s) }

// enter takes a place, if one is free.
func (s semaphore) enter() bool {
	select {
	case s <- struct{}{}:
		return true
	default:
		return false
	}
}

// leave gives a place back.
func (s semaphore) leave() { <-s }

// Load is how busy the API is at one moment.
type Load struct {
	Requests, Places int    // requests that are worked on, and how many may be
	Bodies           Memory // of requests that arrive
	Answers          Memory // until their clients have read them
}

// Memory is how many bytes of a budget are taken.
type Memory struct{ Taken, Budget int64 }

func (t *transport) load() Load {
	return Load{
		Requests: len(t.places), Places: cap(t.places),
		Bodies:  Memory{t.bodies.memory.Taken(), BodiesMemory},
		Answers: Memory{t.answers.Taken(), t.AnswersMemory},
	}
}

// overloaded refuses a request that there is no room for.
func overloaded() *refusal {
	return refuse(http.StatusServiceUnavailable, codes.RateLimited, "This API is working on as many requests as it can. Wait a little, then ask again.").after(time.Second)
}

// after says when the same request may be taken.
func (r *refusal) after(wait time.Duration) *refusal {
	r.retryable = true
	r.errors[0].Extensions["retryAfter"] = allowance.WholeSeconds(wait)
	return r.with("Retry-After", strconv.Itoa(allowance.WholeSeconds(wait)))
}

// retryAfter is how many seconds a client had better wait before it asks again: as many
// as the most patient of the errors says. 0 is that none says so.
func retryAfter(errs gqlerror.List) int {
	longest := 0
	for _, e := range errs {
		if wait, ok := e.Extensions["retryAfter"].(int); ok {
			longest = max(longest, wait)
		}
	}
	return longest
}
