package upstream

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestOneWriteAtATime has many change the same opportunity: each reads what the one
// before has written.
func TestOneWriteAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		full := body(t, "opportunity_full.json")
		var value atomic.Int64
		value.Store(24)
		client := bubbleClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(100 * time.Millisecond)
			if r.Method == http.MethodPut {
				_ = r.ParseForm()
				n, _ := strconv.ParseInt(r.PostForm.Get("perPeriodValue"), 10, 64)
				value.Store(n)
			}
			_, _ = io.WriteString(w, periods(full, value.Load()))
		}))
		const writers = 20
		done := make(chan error, writers)
		for range writers {
			go func() {
				caller := client.For(token)
				defer caller.Close()
				for {
					o, err := one(t.Context(), client, token, 3101)
					if err == nil {
						in := OpportunityChanges{ID: 3101, IfRevision: o.Revision(), PerPeriodValue: Set(o.PerPeriodValue + 1)}
						_, err = caller.UpdateOpportunity(t.Context(), in, nil)
					}
					var conflict *ConflictError
					if !errors.As(err, &conflict) {
						done <- err
						return
					}
				}
			}()
		}
		for range writers {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if lost := 24 + writers - value.Load(); lost != 0 {
			t.Errorf("%d writes were lost", lost)
		}
	})
}

// TestLocks takes several locks at once, in all orders.
func TestLocks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLocks()
		names := []string{"a", "b", "c", "d", "a"}
		held := 0
		done := make(chan bool)
		for i := range names {
			go func() {
				unlock, err := l.lock(t.Context(), "", append(append([]string(nil), names[i:]...), names[:i]...)...)
				if err != nil {
					t.Error(err)
				}
				held++
				if held != 1 {
					t.Error("held twice")
				}
				time.Sleep(time.Second)
				held--
				unlock()
				done <- true
			}()
		}
		for range names {
			<-done
		}
		for i, lock := range l.held {
			if len(lock) != 0 {
				t.Errorf("%d is still held", i)
			}
		}
	})
}

// periods is an opportunity with another number of periods.
func periods(full string, n int64) string {
	return strings.Replace(full, `"perPeriodValue":24`, fmt.Sprintf(`"perPeriodValue":%d`, n), 1)
}

// TestLockOfABug is free again after what reads before the write has panicked.
func TestLockOfABug(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, client := bubbleDemo(t)
		caller := client.For(token)
		defer caller.Close()
		func() {
			defer func() { _ = recover() }()
			_, _, _ = hold(t.Context(), caller, nil, "test", "opportunity 3101", func() (int, error) { panic("a bug") })
		}()
		_, unlock, err := hold(t.Context(), caller, nil, "test", "opportunity 3101", func() (int, error) { return 1, nil })
		if err != nil {
			t.Fatal(err)
		}
		unlock()
	})
}
