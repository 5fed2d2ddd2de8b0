package demo

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"time"
)

// FaultKind is a way in which the portal misbehaves.
type FaultKind int

// The kinds of faults. Those that speak of the batch concern the batch endpoint
// alone; unless said otherwise a kind also works on a request inside a batch.
const (
	// Delay answers after Fault.Delay; inside a batch it delays the whole batch.
	Delay FaultKind = iota + 1
	// ServerError answers 500 with an error document.
	ServerError
	// BadGateway answers 502 with the HTML page of the web server in front.
	BadGateway
	// Unavailable503 answers 503 with an empty body.
	Unavailable503
	// RateLimited answers 429 with Retry-After.
	RateLimited
	// Truncated announces the whole body, sends half of it and closes the
	// connection; inside a batch the item's data is cut in half.
	Truncated
	// Hang gives no answer until the client goes away, the fault is removed or
	// the portal is closed.
	Hang
	// Reset resets the TCP connection. Not for requests inside a batch.
	Reset
	// SlowBody sends one byte per Fault.Delay. Not for requests inside a batch.
	SlowBody
	// HTMLPage answers 200 with an HTML page.
	HTMLPage
	// SignInPage redirects to the sign-in page. Not for requests inside a batch.
	SignInPage
	// WrongShape answers 200 with JSON whose response is a string.
	WrongShape
	// NoBatch makes the batch endpoint an unknown route.
	NoBatch
	// BatchGarbage answers a batch with text that is no JSON.
	BatchGarbage
	// BatchNullItem makes the matching element of a batch reply null.
	BatchNullItem
	// BatchDoubled fails the whole batch with two concatenated error documents.
	BatchDoubled
	// NoNestedIDs drops the id of nested contacts, members, stages and custom
	// fields, as a portal does after an unlucky projection.
	NoNestedIDs
)

var faultNames = map[FaultKind]string{
	Delay: "Delay", ServerError: "ServerError", BadGateway: "BadGateway", Unavailable503: "Unavailable503",
	RateLimited: "RateLimited", Truncated: "Truncated", Hang: "Hang", Reset: "Reset", SlowBody: "SlowBody",
	HTMLPage: "HTMLPage", SignInPage: "SignInPage", WrongShape: "WrongShape", NoBatch: "NoBatch",
	BatchGarbage: "BatchGarbage", BatchNullItem: "BatchNullItem", BatchDoubled: "BatchDoubled", NoNestedIDs: "NoNestedIDs",
}

// String returns the name that the control pages use.
func (k FaultKind) String() string { return faultNames[k] }

// Fault is a misbehaviour to inject. The zero value of every member but Kind
// means: all calls, without end.
type Fault struct {
	Kind FaultKind
	// Route is a template without its verb, such as "crm/opportunity/{id}" or
	// "batch"; empty means all of them.
	Route string
	// ID limits the fault to calls about that entity, also inside a batch; 0
	// means any.
	ID int
	// Delay is the pause of the kinds that pause.
	Delay time.Duration
	// Times is the number of calls to hit; 0 means until the fault is removed.
	Times int
	// Rate is the fraction of matching calls to hit, in a sequence that is fixed for
	// the first fault that is injected, for the second and so on; 0 and 1 mean every one.
	Rate float64
	// Verb limits the fault to calls of one verb, such as "PUT"; empty means all.
	// Inside a batch it is the item's.
	Verb string
	// When says whether the fault strikes before the method runs, in the middle of
	// a write, or after it. It makes no difference to the kinds that only spoil the
	// answer: Truncated, SlowBody, WrongShape and NoNestedIDs. RateLimited, SignInPage
	// and NoBatch always strike before, as what gives such answers lies before the method.
	When Moment
}

// Moment is the point of a call at which a fault strikes.
type Moment int

// The moments of a call.
const (
	// Before the method runs: nothing was read or written.
	Before Moment = iota
	// During stops a write that takes several steps after its first one, which
	// stays done. A write of a single step is done, as with After, and so is every
	// write for the kinds that only spoil the answer or delay it.
	During
	// After the method has run to its end, and all that it writes is written.
	After
)

var momentNames = []string{"before", "during", "after"}

// String returns the name that the control pages use.
func (m Moment) String() string { return momentNames[m] }

// injected is a fault at work; its counts are guarded by the set.
type injected struct {
	Fault
	hits     int
	sequence *rand.Rand
	removed  chan struct{}
}

type faultSet struct {
	mu    sync.Mutex
	list  []*injected
	added uint64 // so far, so that no two hit in the same sequence
}

// Inject adds a fault and returns a function that removes it again. Calls that
// it holds back at that moment go on.
func (p *Portal) Inject(f Fault) (remove func()) {
	if f.Kind == RateLimited || f.Kind == SignInPage || f.Kind == NoBatch {
		f.When = Before
	}
	p.faults.mu.Lock()
	defer p.faults.mu.Unlock()
	p.faults.added++
	added := &injected{Fault: f, sequence: rand.New(rand.NewPCG(1, 1+p.faults.added)), removed: make(chan struct{})}
	p.faults.list = append(p.faults.list, added)
	return func() { p.faults.remove(func(f *injected) bool { return f == added }) }
}

// ClearFaults removes every fault and lets go of the calls that they hold back.
func (p *Portal) ClearFaults() {
	p.faults.remove(func(*injected) bool { return true })
}

func (s *faultSet) remove(drop func(*injected) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := s.list[:0]
	for _, f := range s.list {
		if drop(f) {
			close(f.removed)
		} else {
			kept = append(kept, f)
		}
	}
	clear(s.list[len(kept):])
	s.list = kept
}

// match returns the faults that hit a call, or an item of a batch, and uses them
// up.
func (s *faultSet) match(verb, template, digits string, item bool) []*injected {
	s.mu.Lock()
	defer s.mu.Unlock()
	var hits []*injected
	for _, f := range s.list {
		if f.Verb != "" && !strings.EqualFold(f.Verb, verb) || !f.concerns(template, digits, item) || f.Times > 0 && f.hits >= f.Times {
			continue
		}
		if f.Rate > 0 && f.Rate < 1 && f.sequence.Float64() >= f.Rate {
			continue
		}
		f.hits++
		hits = append(hits, f)
	}
	return hits
}

// byMoment parts the faults that strike before the method from those that come
// later.
func byMoment(hits []*injected) (before, later []*injected) {
	for _, f := range hits {
		if f.When == Before {
			before = append(before, f)
		} else {
			later = append(later, f)
		}
	}
	return before, later
}

// concerns decides by route, id and kind. A fault without route and id breaks a
// batch as one call, not each of its items once more, unless its kind only
// exists inside the reply.
func (f *injected) concerns(template, digits string, item bool) bool {
	if f.ID != 0 && digits != strconv.Itoa(f.ID) {
		return false
	}
	inside := f.Kind == BatchNullItem || f.Kind == NoNestedIDs
	route := f.Route
	if item {
		if f.Kind == Reset || f.Kind == SlowBody || f.Kind == SignInPage || f.Kind == NoBatch || f.Kind == BatchGarbage {
			return false
		}
		if inside && strings.EqualFold(route, batchTemplate) {
			route = ""
		}
		return strings.EqualFold(route, template) || route == "" && (f.ID != 0 || inside)
	}
	isBatch := template == batchTemplate
	switch f.Kind {
	case BatchNullItem:
		return false
	case NoNestedIDs:
		return !isBatch && (route == "" || strings.EqualFold(route, template))
	case NoBatch, BatchGarbage, BatchDoubled:
		return isBatch && (route == "" || strings.EqualFold(route, template))
	default:
		return route == "" || strings.EqualFold(route, template)
	}
}
