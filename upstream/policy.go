package upstream

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/retrypolicy"
)

// maxRetryAfter is the longest that the portal may ask to be left alone for a
// read to be repeated all the same; a client waits for the answer.
const maxRetryAfter = 2 * time.Second

// retries repeat failed calls: reads, among them the batch POST, all of whose items
// are GETs, and of writes those that were never sent.
type retries struct {
	executor failsafe.Executor[bool]
	most     int           // retries of one call
	least    time.Duration // wait before a retry
	budget   budget
}

func newRetries(o Options) *retries {
	r := &retries{most: max(0, orDefault(o.Retries, 2)), least: orDefault(o.RetryDelay, 100*time.Millisecond)}
	r.budget.share = float64(orDefault(o.RetryBudget, 10)) / 100
	r.budget.limit = max(budgetFloor, float64(orDefault(o.PortalCalls, 64)))
	r.budget.saved, r.budget.since = budgetFloor, time.Now()
	// The result of an execution is whether to run it again. The budget is not
	// failsafe-go's: that one compares the retries in flight with the calls in
	// flight, those that wait for their retry included, so where a portal
	// refuses at once it lets through every retry there is.
	r.executor = failsafe.With(retrypolicy.NewBuilder[bool]().
		HandleIf(func(again bool, _ error) bool { return again }).
		ReturnLastFailure().
		WithMaxRetries(r.most).
		WithRandomDelay(r.least, 10*r.least).
		WithDelayFunc(r.asked).
		Build())
	return r
}

// repeat repeats a call whose first attempt failed, and returns what became of
// the last attempt. It is only called after a failure, so that calls that go
// well do not pay for an executor: about twenty allocations each.
func (r *retries) repeat(ctx context.Context, s *slot, call request, failure error, attempt func(n int) error) error {
	last := failure
	_, _ = r.executor.WithContext(ctx).GetWithExecution(func(exec failsafe.Execution[bool]) (bool, error) {
		n := exec.Attempts()
		if n > 1 {
			if err := s.take(ctx, call.op); err != nil {
				last = err
				return false, err
			}
			last = attempt(n)
		}
		again := r.again(ctx, s, call, n, last)
		if again {
			// Others may call while this one waits: when the portal stumbles,
			// many calls wait at once, and with their slots they would hold up
			// those that ask for something that works.
			s.give()
		}
		return again, last
	})
	// The wait may have been cut short. A client that went away wants no answer; a
	// deadline leaves the failure of the portal, which tells more.
	if err := ctx.Err(); last != nil && !call.writes() && errors.Is(err, context.Canceled) {
		return Ended(call.op, err)
	}
	return last
}

// again decides whether attempt n, which ended with err, is followed by
// another, and takes that from the budget.
func (r *retries) again(ctx context.Context, s *slot, call request, n int, err error) bool {
	if n > r.most || !call.retryable(err) || ctx.Err() != nil || s.caller.client.breaker.refuse(call.op) != nil {
		return false
	}
	wait := max(r.least, retryAfter(err))
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= wait {
		return false // it would only be waited for
	}
	return r.budget.take()
}

// asked returns the wait that the portal asked for, and a little more so that
// not all come back at the same moment; -1 leaves the wait to chance.
func (r *retries) asked(exec failsafe.ExecutionAttempt[bool]) time.Duration {
	wait := retryAfter(exec.LastError())
	if wait == 0 {
		return -1
	}
	return wait + rand.N(r.least)
}

func retryAfter(err error) time.Duration {
	var e *Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.RetryAfter
}

// retryable reports whether the call, which ended with err, may go well a moment
// later and may be made again. A deadline is not among the reasons: a portal that
// was slow for so long is asked too much already.
func (r request) retryable(err error) bool {
	var e *Error
	if !errors.As(err, &e) || e.RetryAfter > maxRetryAfter {
		return false
	}
	if r.writes() {
		return e.unsent && e.Kind == KindUnavailable && !e.UnknownHost() && !e.UntrustedCertificate()
	}
	switch e.Kind {
	case KindRateLimited:
		return e.RetryAfter > 0
	case KindServer:
		return isGateway(e.Status)
	case KindUnavailable:
		return connectionBroke(e.Err)
	case KindBadAnswer:
		// Nothing of a body is used before all of it has arrived. A batch that
		// breaks off is asked for again as single calls instead.
		return errors.Is(e.Err, errBrokeOff) && e.Op != batchRoute
	default:
		return false
	}
}

// connectionBroke reports whether err is of a connection that was refused,
// reset or closed before an answer, and not of an address or certificate that
// will be as wrong the next time.
func connectionBroke(err error) bool {
	var name *net.DNSError
	if errors.As(err, &name) {
		return name.IsTemporary
	}
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Op == "dial" || op.Op == "read" || op.Op == "write"
	}
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// budgetFloor is how many retries a portal may get that is hardly called; they
// grow back at one a second.
const budgetFloor = 10

// budget bounds the retries of all requests together, so that a portal in
// trouble is not called three times as often for it. Each call saves up its
// share of a retry.
type budget struct {
	share float64 // of a retry, for each call
	limit float64 // of what is saved up

	mu    sync.Mutex // guards the fields below
	saved float64    // retries
	since time.Time  // when the floor was last seen to
}

// save adds one call's share.
func (b *budget) save() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.saved = min(b.limit, b.saved+b.share)
}

// take spends one retry, if there is one.
func (b *budget) take() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if b.saved < budgetFloor {
		b.saved = min(budgetFloor, b.saved+now.Sub(b.since).Seconds())
	}
	b.since = now
	if b.saved < 1 {
		return false
	}
	b.saved--
	return true
}
