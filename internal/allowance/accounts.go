package allowance

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// keptAccounts is how many credentials have an account, of some 200 bytes. One that is
// forgotten is full again, as it mostly is anyway once it was not used for longest.
const keptAccounts = 10_000

// Accounts hold callers to a number of portal calls a minute. Each call is charged when
// it has ended, so that an operation is never cut off, but may leave a debt: the caller's
// next request has to wait until that is paid. It is safe for concurrent use.
//
// A credential has an account once the portal has taken it. Until then, as it may be made
// up, its calls are charged to the address that they come from, or to one account for all
// where none is known: made-up credentials take no room, and nothing of known callers. What
// they take of new ones of their address is bounded, see Account.Charge.
type Accounts struct {
	allowance
	seed  maphash.Seed
	began time.Time

	mu         sync.Mutex
	known      *simplelru.LRU[string, *arrival] // by digests of credentials
	unverified arrivals                         // by addresses
}

// NewAccounts returns accounts of that many calls a minute, or nil for 0.
func NewAccounts(calls int) *Accounts {
	if calls <= 0 {
		return nil
	}
	known, _ := simplelru.NewLRU[string, *arrival](keptAccounts, nil) // fails only without a size
	return &Accounts{
		allowance: allowance{atOnce: calls, period: max(1, time.Minute/time.Duration(calls))},
		seed:      maphash.MakeSeed(),
		began:     time.Now(),
		known:     known,
	}
}

// Account is what the portal calls of one request are charged to. It is safe for
// concurrent use.
type Account struct {
	of      *Accounts
	digest  string
	arrival *arrival // guarded by the mutex of all accounts, as isOwn
	isOwn   bool     // the arrival is the credential's, and not an address's
}

// Open returns the account of a credential, or else that of an address.
func (a *Accounts) Open(digest string, address netip.Addr) *Account {
	a.mu.Lock()
	defer a.mu.Unlock()
	if own, ok := a.known.Get(digest); ok {
		return &Account{of: a, digest: digest, arrival: own, isOwn: true}
	}
	return &Account{of: a, digest: digest, arrival: a.unverified.at(maphash.Comparable(a.seed, address))}
}

func (a *Accounts) now() arrival { return arrival(time.Since(a.began)) }

// Charge takes one call off the account, which is the credential's own from when the
// portal has taken that.
func (a *Account) Charge(isKnown bool) {
	a.of.mu.Lock()
	defer a.of.mu.Unlock()
	if isKnown && !a.isOwn {
		own, ok := a.of.known.Get(a.digest)
		if !ok {
			own = new(arrival)
			a.of.known.Add(a.digest, own)
		}
		a.arrival, a.isOwn = own, true
	}
	now := a.of.now()
	a.arrival.take(now, a.of.allowance)
	if !a.isOwn { // nor can made-up credentials lock others of their address out for long
		*a.arrival = min(*a.arrival, now+arrival(2*time.Minute))
	}
}

// Calls returns how many portal calls an account has a minute.
func (a *Account) Calls() int { return a.of.atOnce }

// Balance is what an account has at a moment.
type Balance struct {
	Left int           // calls
	Wait time.Duration // until there is one, of an account that has none
	Full time.Duration // until it has all of them
}

// Balance returns what the account has now.
func (a *Account) Balance() Balance {
	a.of.mu.Lock()
	defer a.of.mu.Unlock()
	now := a.of.now()
	left, full := a.arrival.left(now, a.of.allowance)
	return Balance{Left: left, Wait: a.arrival.wait(now, a.of.allowance), Full: full}
}
