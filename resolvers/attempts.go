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

// begin counts an attempt of a login, from an address where one is known. Where there
// were too many it counts nothing, and returns how long to wait. Otherwise undo takes
// the attempt back, and forgive all of its login.
func (a *attempts) begin(login string, address netip.Addr) (undo, forgive func(), wait time.Duration) {
	byLogin := &a.logins[maphash.String(a.seed, strings.ToLower(strings.TrimSpace(login)))%attemptPlaces]
	a.mu.Lock()
	defer a.mu.Unlock()
	now := place(time.Since(a.began))
	wait = byLogin.wait(now, ofLogin)
	if !address.IsValid() {
		if wait > 0 {
			return nil, nil, wait
		}
		byLogin.take(now, ofLogin)
		return func() { a.undo(byLogin, nil) }, func() { a.forgive(byLogin) }, 0
	}
	byAddress := &a.addresses[maphash.Comparable(a.seed, address)%attemptPlaces]
	if wait = max(wait, byAddress.wait(now, ofAddress)); wait > 0 {
		return nil, nil, wait
	}
	byLogin.take(now, ofLogin)
	byAddress.take(now, ofAddress)
	return func() { a.undo(byLogin, byAddress) }, func() { a.forgive(byLogin) }, 0
}

// forgive takes all attempts of a login back: who has signed in knows the password.
func (a *attempts) forgive(login *place) {
	a.mu.Lock()
	defer a.mu.Unlock()
	*login = 0
}

func (a *attempts) undo(login, address *place) {
	a.mu.Lock()
	defer a.mu.Unlock()
	*login -= place(ofLogin.period)
	if address != nil {
		*address -= place(ofAddress.period)
	}
}
