package upstream

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestTurnsGoRound has callers, each a letter, wait for the one slot in this order.
func TestTurnsGoRound(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ asked, served string }{
		"one caller":               {"aaa", "aaa"},
		"each a single call":       {"abcd", "abcd"},
		"one with many":            {"aaaaab", "abaaaa"},
		"one with many comes late": {"abbbbc", "abcbbb"},
		"each has many":            {"aaabbbccc", "abcabcabc"},
		"one who comes meanwhile":  {"aaa.b.c", "abaca"},
		"one who comes again":      {"ab.a.b", "abab"},
		"who had the last turn":    {"aa.b", "aba"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sem, queues, served := newFairSemaphore(1), map[rune]*queue{}, ""
			sem.acquireOrQueue(&queue{})
			var waiting []*waiter
			serve := func() {
				sem.release()
				for i, w := range waiting {
					if w != nil && w.place == nil {
						waiting[i] = nil
						for letter, q := range queues {
							if q == w.of {
								served += string(letter)
							}
						}
					}
				}
			}
			for _, letter := range test.asked {
				if letter == '.' {
					serve()
					continue
				}
				if queues[letter] == nil {
					queues[letter] = &queue{}
				}
				waiting = append(waiting, sem.acquireOrQueue(queues[letter]))
			}
			for sem.waiting() > 0 {
				serve()
			}
			sem.release()
			wantIdle(t, sem)
			if served != test.served {
				t.Errorf("served %s, want %s", served, test.served)
			}
		})
	}
}

// wantIdle fails unless all slots are free, without waiters.
func wantIdle(t *testing.T, sem *fairSemaphore) {
	t.Helper()
	if used, waiting := sem.used, sem.waiting(); used != 0 || waiting != 0 || sem.ring.Len() != 0 {
		t.Errorf("%d slots are used, %d wait, and %d callers", used, waiting, sem.ring.Len())
	}
}

// FuzzTurns has callers ask for slots, give them back and give up in any order. No slot is
// lost or made up, none is free while there are waiters, each caller is served in order, and
// none has two turns while another waits for one.
func FuzzTurns(f *testing.F) {
	const slots, callers = 3, 5
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		script := make([]byte, 300)
		for i := range script {
			script[i] = byte(random.Uint32())
		}
		f.Add(script)
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		sem := newFairSemaphore(slots)
		var queues [callers]queue
		var waiting [callers][]*waiter
		var since [callers][callers]int // turns of the one since the other waits for one
		held, late := 0, []*waiter(nil) // late ones have a slot, and do not know it yet
		look := func(at int) {
			for c := range waiting {
				for len(waiting[c]) > 0 && waiting[c][0].place == nil {
					select {
					case <-waiting[c][0].granted:
					default:
						t.Fatalf("%d: a waiter has a slot, and its channel is not closed", at)
					}
					late = append(late, waiting[c][0])
					waiting[c] = waiting[c][1:]
					since[c] = [callers]int{}
					for other := range waiting {
						if since[other][c]++; other != c && len(waiting[other]) > 0 && since[other][c] > 1 {
							t.Fatalf("%d: %d has %d turns while %d waits", at, c, since[other][c], other)
						}
					}
				}
			}
			total := 0
			for c := range waiting {
				for _, w := range waiting[c] {
					if w.place == nil {
						t.Fatalf("%d: %d is not served in order", at, c)
					}
				}
				total += len(waiting[c])
			}
			if used, count := sem.used, sem.waiting(); used != held+len(late) || count != total || used < slots && total > 0 || used > slots {
				t.Fatalf("%d: %d slots used, %d wait; want %d, %d", at, used, count, held+len(late), total)
			}
		}
		for at, op := range script {
			c := int(op>>3) % callers
			switch op & 7 {
			case 0, 1, 2:
				if len(waiting[c]) == 0 {
					since[c] = [callers]int{}
				}
				if w := sem.acquireOrQueue(&queues[c]); w != nil {
					waiting[c] = append(waiting[c], w)
				} else {
					held++
				}
			case 3, 4:
				if held > 0 {
					held--
					sem.release()
				}
			case 5:
				if n := len(waiting[c]); n > 0 {
					i := int(op) % n
					sem.cancel(waiting[c][i])
					waiting[c] = append(waiting[c][:i:i], waiting[c][i+1:]...)
				}
			case 6: // gives up, as it is given a slot
				if len(late) > 0 {
					sem.cancel(late[0])
					late = late[1:]
				}
			case 7:
				held += len(late)
				late = nil
			}
			look(at)
		}
		for held+len(late) > 0 {
			held, late = held+len(late), nil
			for held > 0 {
				held--
				sem.release()
				look(len(script))
			}
		}
		wantIdle(t, sem)
	})
}

// TestTurnsInTime has many callers wait, call and give up, at moments that often are the
// same.
func TestTurnsInTime(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				const slots, callers, workers, calls = 4, 6, 10, 20
				sem := newFairSemaphore(slots)
				var running, served, gaveUp atomic.Int32
				var all sync.WaitGroup
				for c := range callers {
					of := &queue{}
					for w := range workers {
						random := rand.New(rand.NewPCG(seed, uint64(c*workers+w)))
						ms := func(n int) time.Duration { return time.Duration(random.IntN(n)) * time.Millisecond }
						all.Go(func() {
							for range calls {
								time.Sleep(ms(5))
								ctx, cancel := context.WithTimeout(t.Context(), ms(30))
								if err := sem.acquire(ctx, of); err != nil {
									gaveUp.Add(1)
								} else {
									if n := running.Add(1); n > slots {
										t.Errorf("%d calls at a time", n)
									}
									time.Sleep(ms(5))
									served.Add(1)
									running.Add(-1)
									sem.release()
								}
								cancel()
							}
						})
					}
				}
				all.Wait()
				wantIdle(t, sem)
				if served.Load() == 0 || gaveUp.Load() == 0 {
					t.Errorf("%d were served, and %d gave up", served.Load(), gaveUp.Load())
				}
			})
		})
	}
}
