package allowance

import (
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestAllowance holds what is left, and the wait, to what is let in.
func TestAllowance(t *testing.T) {
	t.Parallel()
	for _, a := range []allowance{{1, time.Second}, {4, 75 * time.Second}, {600, 100 * time.Millisecond}, {7, time.Minute / 7}, {3, 1}} {
		for taken := range 2 * a.atOnce {
			p, now := arrival(0), arrival(time.Hour)
			for range taken {
				p.take(now, a)
			}
			left, full := p.left(now, a)
			if want := max(0, a.atOnce-taken); left != want || full != time.Duration(taken)*a.period {
				t.Fatalf("%v: %d taken, %d left, all within %v", a, taken, left, full)
			}
			wait := p.wait(now, a)
			if want := time.Duration(max(0, taken-a.atOnce+1)) * a.period; wait != want || (wait == 0) != (left > 0) {
				t.Fatalf("%v: %d taken, wait %v", a, taken, wait)
			}
			if left, _ := p.left(now+arrival(wait), a); left == 0 {
				t.Fatalf("%v: %d taken, none after %v", a, taken, wait)
			}
			if left, _ := p.left(now+arrival(wait)-1, a); wait > 0 && left > 0 {
				t.Fatalf("%v: %d taken, one before %v", a, taken, wait)
			}
		}
	}
}

// TestAccountsOfTheKnown are kept beside any number of made-up credentials, of which there
// are none.
func TestAccountsOfTheKnown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := NewAccounts(10)
		known := a.Open("anna", someAddress)
		for range 15 {
			known.Charge(true)
		}
		for i := range 4 * keptAccounts {
			address := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
			a.Open(fmt.Sprint("made up ", i), address).Charge(false)
		}
		if kept := a.known.Len(); kept != 1 {
			t.Errorf("%d accounts are kept", kept)
		}
		want := Balance{Wait: 36 * time.Second, Full: 90 * time.Second}
		if got := a.Open("anna", netip.Addr{}).Balance(); got != want {
			t.Errorf("%+v are left, want %+v", got, want)
		}
	})
}

// TestAccountsAreBounded forgets the accounts that were not used for longest.
func TestAccountsAreBounded(t *testing.T) {
	t.Parallel()
	a := NewAccounts(10)
	for i := range 2 * keptAccounts {
		a.Open(fmt.Sprint(i), netip.Addr{}).Charge(true)
		a.Open("anna", netip.Addr{}).Charge(true)
	}
	if kept := a.known.Len(); kept != keptAccounts {
		t.Errorf("%d accounts are kept", kept)
	}
	if left := a.Open("anna", netip.Addr{}).Balance().Left; left != 0 {
		t.Errorf("%d calls are left of the one that is used all the time", left)
	}
}

// TestAccountOfManyRequests charges all of a credential's requests, those that began before
// the portal took it among them.
func TestAccountOfManyRequests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := NewAccounts(1000)
		var all sync.WaitGroup
		var accounts [50]*Account
		for i := range accounts {
			accounts[i] = a.Open("anna", someAddress)
		}
		for _, account := range accounts {
			all.Go(func() {
				account.Charge(false)
				for range 10 {
					account.Charge(true)
				}
			})
		}
		all.Wait()
		if left := a.Open("anna", someAddress).Balance().Left; left != 500 {
			t.Errorf("%d calls are left of the credential's", left)
		}
		if left := a.Open("mark", someAddress).Balance().Left; left != 950 {
			t.Errorf("%d calls are left of the address's", left)
		}
	})
}
