package allowance

import (
	"fmt"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

var someAddress = netip.MustParseAddr("192.0.2.1")

// tries returns how many of some attempts in a row are let in, and the wait for the next.
func tries(a *Attempts, n int, login string, address netip.Addr) (let int, wait time.Duration) {
	for range n {
		if _, wait = a.Begin(login, address); wait == 0 {
			let++
		}
	}
	return let, wait
}

func TestAttemptsOfALogin(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := NewAttempts()
		if let, wait := tries(a, 10, "anna@example.com", netip.Addr{}); let != 4 || wait != 75*time.Second {
			t.Errorf("%d, then %v", let, wait)
		}
		if let, _ := tries(a, 1, " ANNA@example.com ", someAddress); let != 0 {
			t.Error("another spelling is another login")
		}
		if let, _ := tries(a, 1, "mark@example.com", netip.Addr{}); let != 1 {
			t.Error("another login is held up")
		}
		time.Sleep(75*time.Second - 1)
		if let, wait := tries(a, 1, "anna@example.com", netip.Addr{}); let != 0 || wait != 1 {
			t.Errorf("too soon: %d, %v", let, wait)
		}
		time.Sleep(time.Nanosecond)
		if let, _ := tries(a, 2, "anna@example.com", netip.Addr{}); let != 1 {
			t.Errorf("in time: %d", let)
		}
		time.Sleep(time.Hour)
		if let, _ := tries(a, 10, "anna@example.com", netip.Addr{}); let != 4 {
			t.Errorf("an hour later: %d", let)
		}
	})
}

// TestAttemptsStayBelowThePortals never lets a login try five times within a minute,
// however the attempts are spread.
func TestAttemptsStayBelowThePortals(t *testing.T) {
	t.Parallel()
	for _, pause := range []time.Duration{time.Second, 7 * time.Second, 15 * time.Second, 20 * time.Second, 37 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			a := NewAttempts()
			var let []time.Time
			for range 500 {
				if _, wait := a.Begin("anna@example.com", someAddress); wait == 0 {
					let = append(let, time.Now())
				}
				time.Sleep(pause)
			}
			for i := 4; i < len(let); i++ {
				if let[i].Sub(let[i-4]) <= time.Minute {
					t.Fatalf("each %v: five within %v", pause, let[i].Sub(let[i-4]))
				}
			}
			if len(let) < 4 {
				t.Errorf("each %v: %d", pause, len(let))
			}
		})
	}
}

func TestAttemptsOfAnAddress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := NewAttempts()
		let, wait := 0, time.Duration(0)
		for i := range 30 {
			n, w := tries(a, 1, fmt.Sprintf("user%d@example.com", i), someAddress)
			let, wait = let+n, w
		}
		if let != 20 || wait != 15*time.Second {
			t.Errorf("%d, then %v", let, wait)
		}
		if n, _ := tries(a, 1, "user29@example.com", netip.MustParseAddr("192.0.2.2")); n != 1 {
			t.Error("what an address may not try counts for the login")
		}
		if n, _ := tries(a, 1, "other@example.com", netip.Addr{}); n != 1 {
			t.Error("an unknown address is held up")
		}
	})
}

func TestAttemptsThatDoNotCount(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := NewAttempts()
		for range 100 {
			counted, wait := a.Begin("anna@example.com", someAddress)
			if wait > 0 {
				t.Fatal(wait)
			}
			counted.Undo()
		}
		if let, _ := tries(a, 10, "anna@example.com", someAddress); let != 4 {
			t.Errorf("let %d", let)
		}
	})
}

// TestAttemptsAreNotForgotten makes up more logins, from more addresses, than there are
// places: that gives no login another attempt.
func TestAttemptsAreNotForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := NewAttempts()
		tries(a, 10, "anna@example.com", someAddress)
		for i := range 4 * len(a.logins) {
			a.Begin(fmt.Sprintf("user%d@example.com", i), netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}))
		}
		if let, wait := tries(a, 1, "anna@example.com", netip.MustParseAddr("192.0.2.77")); let != 0 || wait < time.Minute {
			t.Errorf("let %d, wait %v", let, wait)
		}
	})
}
