package allowance

import (
	"hash/maphash"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// What a login and an address may try. The portal blocks a login for a minute that
// fails a sixth time within a minute from one address, and all that come through this
// program have the same one there: four at once and one each 75 seconds are never more
// than four in any minute.
var (
	ofLogin   = allowance{4, 75 * time.Second}
	ofAddress = allowance{20, 15 * time.Second}
)

// Attempts counts the attempts to sign in. It is safe for concurrent use.
type Attempts struct {
	seed  maphash.Seed
	began time.Time

	mu        sync.Mutex
	logins    arrivals
	addresses arrivals
}

// NewAttempts returns a count in which nothing was attempted yet.
func NewAttempts() *Attempts { return &Attempts{seed: maphash.MakeSeed(), began: time.Now()} }

// Attempt is one that was counted.
type Attempt struct {
	of             *Attempts
	login, address *arrival // address is nil where it is not known
}

// Begin counts an attempt of a login, from an address where one is known. Where there
// were too many it counts nothing, and returns how long to wait.
func (a *Attempts) Begin(login string, address netip.Addr) (counted Attempt, wait time.Duration) {
	counted = Attempt{of: a, login: a.logins.at(maphash.String(a.seed, strings.ToLower(strings.TrimSpace(login))))}
	if address.IsValid() {
		counted.address = a.addresses.at(maphash.Comparable(a.seed, address))
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	now := arrival(time.Since(a.began))
	wait = counted.login.wait(now, ofLogin)
	if counted.address != nil {
		wait = max(wait, counted.address.wait(now, ofAddress))
	}
	if wait > 0 {
		return Attempt{}, wait
	}
	counted.login.take(now, ofLogin)
	if counted.address != nil {
		counted.address.take(now, ofAddress)
	}
	return counted, 0
}

// Undo takes the attempt back.
func (c Attempt) Undo() {
	c.of.mu.Lock()
	defer c.of.mu.Unlock()
	*c.login -= arrival(ofLogin.period)
	if c.address != nil {
		*c.address -= arrival(ofAddress.period)
	}
}

// Forgive takes it back with all others of its login: the right password was given.
func (c Attempt) Forgive() {
	c.Undo()
	c.of.mu.Lock()
	defer c.of.mu.Unlock()
	*c.login = 0
}
