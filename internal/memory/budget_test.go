package memory

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

const size, little = 100_000, 1000

func TestBudget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := New(size, little)
		ctx := t.Context()
		if !b.Take(ctx, size*3/4, 0) || b.Taken() != size*3/4 {
			t.Fatalf("%d are taken", b.Taken())
		}
		start := time.Now()
		if b.Take(ctx, 1001, 0) || b.Take(ctx, 1, 1000) || time.Since(start) != 2*Wait {
			t.Errorf("who has much takes the rest, after %v", time.Since(start))
		}
		if !b.Take(ctx, size/4, -size) || b.Taken() != size {
			t.Errorf("who has little takes none of the rest: %d", b.Taken())
		}
		go func() {
			time.Sleep(Wait / 2)
			b.Give(10)
		}()
		start = time.Now()
		if !b.Take(ctx, 10, 0) || time.Since(start) != Wait/2 {
			t.Errorf("did not get what was given back, after %v", time.Since(start))
		}
		ended, cancel := context.WithCancel(ctx)
		cancel()
		start = time.Now()
		if b.Take(ended, 10, 0) || time.Since(start) != 0 {
			t.Errorf("waited %v for nobody", time.Since(start))
		}
		b.Give(size)
		if b.Taken() != 0 || b.waits() != 0 {
			t.Errorf("%d are taken, %d wait", b.Taken(), b.waits())
		}
	})
}

// Few wait, so that what all others have comes free; and those who need little
// do not wait for those who need much.
func TestFewWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := New(size, little)
		b.Take(t.Context(), size, -size)
		got := make(chan int64, 100)
		take := func(bytes int64) {
			if b.Take(t.Context(), bytes, 0) {
				got <- bytes
			}
		}
		for range mostWaiting {
			go take(size)
		}
		synctest.Wait()
		start := time.Now()
		if b.Take(t.Context(), size, 0) || time.Since(start) != 0 {
			t.Errorf("one more who has much waits for %v", time.Since(start))
		}
		go take(10)
		for range mostWaitingLittle - 1 {
			go take(little)
		}
		synctest.Wait()
		if b.Take(t.Context(), 1, 0) || time.Since(start) != 0 {
			t.Errorf("one more who has little waits for %v", time.Since(start))
		}
		b.Give(20)
		synctest.Wait()
		if len(got) != 1 || <-got != 10 || b.waits() != mostWaiting+mostWaitingLittle-1 {
			t.Errorf("%d wait, and the one who needs little as well", b.waits())
		}
		time.Sleep(Wait)
		synctest.Wait()
		if b.waits() != 0 || b.much != 0 || len(got) != 0 {
			t.Errorf("%d wait still", b.waits())
		}
	})
}

func (b *Budget) waits() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.waiting)
}
