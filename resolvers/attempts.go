package resolvers

import (
	"hash/maphash"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// allowance is how often something may be tried: some times at once, and once more
// after each period.
type allowance struct {
	atOnce int
	period time.Duration
}

// What a login and an address may try. The portal blocks a login for a minute that
// fails a sixth time within a minute from one address, and all that come through this
// program have the same one there: four at once and one each 75 seconds are never more
// than four in any minute.
var (
	ofLogin   = allowance{4, 75 * time.Second}
	ofAddress = allowance{20, 15 * time.Second}
)

// attemptPlaces is how many places there are for logins, and for addresses. Two that
// share a place share what they may try, which is rare and does little harm. A map
// would have to forget some when it is full, and an attacker could fill it to be
// forgotten.
const attemptPlaces = 1 << 14

// attempts counts the attempts to sign in. It is safe for concurrent use.
type attempts struct {
	seed  maphash.Seed
	began time.Time

	mu        sync.Mutex
	logins    [attemptPlaces]place
	addresses [attemptPlaces]place
}

// place is when, after attempts.began, all that was tried there has been made up for.
type place time.Duration

func newAttempts() *attempts { return &attempts{seed: maphash.MakeSeed(), began: time.Now()} }

// wait returns how long it is until the place has one more.
func (p place) wait(now place, a allowance) time.Duration {
	return max(0, time.Duration(p-now)-time.Duration(a.atOnce-1)*a.period)
}

// take spends one.
func (p *place) take(now place, a allowance) { *p = max(*p, now) + place(a.period) }

// signInAttempt is one that was counted.
type signInAttempt struct {
	of             *attempts
	login, address *place // address is nil where it is not known
}

// begin counts an attempt of a login, from an address where one is known. Where there
// were too many it counts nothing, and returns how long to wait.
func (a *attempts) begin(login string, address netip.Addr) (counted signInAttempt, wait time.Duration) {
	counted = signInAttempt{of: a, login: &a.logins[maphash.String(a.seed, strings.ToLower(strings.TrimSpace(login)))%attemptPlaces]}
	if address.IsValid() {
		counted.address = &a.addresses[maphash.Comparable(a.seed, address)%attemptPlaces]
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	now := place(time.Since(a.began))
	wait = counted.login.wait(now, ofLogin)
	if counted.address != nil {
		wait = max(wait, counted.address.wait(now, ofAddress))
	}
	if wait > 0 {
		return signInAttempt{}, wait
	}
	counted.login.take(now, ofLogin)
	if counted.address != nil {
		counted.address.take(now, ofAddress)
	}
	return counted, 0
}

// undo takes the attempt back.
func (c signInAttempt) undo() {
	c.of.mu.Lock()
	defer c.of.mu.Unlock()
	*c.login -= place(ofLogin.period)
	if c.address != nil {
		*c.address -= place(ofAddress.period)
	}
}

// forgive takes it back with all others of its login, by one who knows the password.
func (c signInAttempt) forgive() {
	c.undo()
	c.of.mu.Lock()
	defer c.of.mu.Unlock()
	*c.login = 0
}
