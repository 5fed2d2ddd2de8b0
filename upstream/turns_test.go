package upstream

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"onlyoffice-graphql/upstream/demo"
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
			turns, queues, served := newTurns(1), map[rune]*queue{}, ""
			turns.ask(&queue{})
			var waiting []*waiter
			serve := func() {
				turns.give()
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
				waiting = append(waiting, turns.ask(queues[letter]))
			}
			for turns.waiting > 0 {
				serve()
			}
			turns.give()
			wantIdle(t, turns)
			if served != test.served {
				t.Errorf("served %s, want %s", served, test.served)
			}
		})
	}
}

// wantIdle fails unless all slots are free, and nobody waits.
func wantIdle(t *testing.T, turns *turns) {
	t.Helper()
	if used, waiting := turns.load(); used != 0 || waiting != 0 || turns.round.Len() != 0 {
		t.Errorf("%d slots are used, %d wait, and %d callers", used, waiting, turns.round.Len())
	}
}

// FuzzTurns has callers ask for slots, give them back and give up in any order. No slot is
// lost or made up, none is free while somebody waits, each caller is served in order, and
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
		turns := newTurns(slots)
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
						t.Fatalf("%d: one has a slot and is not told", at)
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
			if used, count := turns.load(); used != held+len(late) || count != total || used < slots && total > 0 || used > slots {
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
				if w := turns.ask(&queues[c]); w != nil {
					waiting[c] = append(waiting[c], w)
				} else {
					held++
				}
			case 3, 4:
				if held > 0 {
					held--
					turns.give()
				}
			case 5:
				if n := len(waiting[c]); n > 0 {
					i := int(op) % n
					turns.giveUp(waiting[c][i])
					waiting[c] = append(waiting[c][:i:i], waiting[c][i+1:]...)
				}
			case 6: // gives up, as it is given a slot
				if len(late) > 0 {
					turns.giveUp(late[0])
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
				turns.give()
				look(len(script))
			}
		}
		wantIdle(t, turns)
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
				turns := newTurns(slots)
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
								if err := turns.take(ctx, of); err != nil {
									gaveUp.Add(1)
								} else {
									if n := running.Add(1); n > slots {
										t.Errorf("%d calls at a time", n)
									}
									time.Sleep(ms(5))
									served.Add(1)
									running.Add(-1)
									turns.give()
								}
								cancel()
							}
						})
					}
				}
				all.Wait()
				wantIdle(t, turns)
				if served.Load() == 0 || gaveUp.Load() == 0 {
					t.Errorf("%d were served, and %d gave up", served.Load(), gaveUp.Load())
				}
			})
		})
	}
}

// TestTurnsOfCallers has one caller ask for single things beside others that keep the
// portal's slots busy: it waits for one call, and one more turn of theirs.
func TestTurnsOfCallers(t *testing.T) {
	t.Parallel()
	const perCall = 100 * time.Millisecond
	for name, other := range map[string]func(ctx context.Context, client *Client, n int){
		"many requests of one caller": func(ctx context.Context, client *Client, _ int) {
			caller := client.For(Credentials{Authorization: "demo-mark.oconnell"})
			defer caller.Close()
			keys := make([]int, 80)
			for i := range keys {
				keys[i] = 3102 + 3*(i%2)
			}
			caller.Opportunities(ctx, nil, keys, nil)
		},
		"made-up credentials": func(ctx context.Context, client *Client, n int) {
			for i := range 20 {
				_, _ = one(ctx, client, Credentials{Authorization: fmt.Sprint(n, i)}, 3101)
			}
		},
		"sign-ins with made-up credentials": func(ctx context.Context, client *Client, n int) {
			for i := range 20 {
				caller := client.For(Credentials{Authorization: fmt.Sprint(n, i)})
				_, _ = caller.SignIn(ctx, NewSession{UserName: "nobody@example.com", Password: fmt.Sprint(n, i)})
				caller.Close()
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				portal, client := bubbleDemo(t, func(o *Options) {
					o.PortalCalls, o.RequestCalls, o.CallTimeout = 4, 4, time.Minute
				})
				portal.Inject(demo.Fault{Kind: demo.NoBatch})
				portal.Inject(demo.Fault{Kind: demo.Delay, Delay: perCall})
				for _, who := range []string{demo.Token, "demo-mark.oconnell"} {
					if _, err := one(t.Context(), client, Credentials{Authorization: who}, 3102); err != nil {
						t.Fatal(err)
					}
				}
				var all sync.WaitGroup
				for n := range 30 {
					all.Go(func() { other(t.Context(), client, n) })
				}
				time.Sleep(perCall / 2)
				if used, waiting := client.turns.load(); used != 4 || waiting < 26 {
					t.Errorf("%d slots are used, %d wait", used, waiting)
				}
				for range 10 {
					asked := time.Now()
					if _, err := one(t.Context(), client, demoToken, 3101); err != nil {
						t.Error(err)
					}
					if took := time.Since(asked); took > 2*perCall {
						t.Errorf("a single call took %v", took)
					}
				}
				all.Wait()
				wantIdle(t, client.turns)
				if n := len(client.turns.queues); n != 0 || client.turns.strangers.requests != 0 {
					t.Errorf("%d callers and %d strangers are left", n, client.turns.strangers.requests)
				}
			})
		})
	}
}

// TestShareOfACaller divides the slots between callers, and those of one between its
// requests.
func TestShareOfACaller(t *testing.T) {
	t.Parallel()
	for who, want := range map[string]int{
		"a":         64,
		"ab":        32,
		"aab":       16, // of a
		"baaaaaaaa": 32, // of b
		"a1234":     32,
		"1234":      16,
		"1a":        32,
	} {
		t.Run(who, func(t *testing.T) {
			t.Parallel()
			client := New(Options{URL: &url.URL{Scheme: "http", Host: "portal.example"}})
			defer client.Close()
			var first *Caller
			for _, name := range strings.Split(who, "") {
				caller := client.For(Credentials{Authorization: name})
				defer caller.Close()
				if name >= "a" {
					caller.client.turns.meet(caller)
					caller.client.turns.meet(caller)
				}
				if first == nil {
					first = caller
				}
			}
			if got := client.turns.share(first.queue.Load()); got != want {
				t.Errorf("%d slots, want %d", got, want)
			}
		})
	}
}

// TestCallersAreMet remembers a credential once the portal has taken it, and no other,
// and keeps nothing of a request that is over.
func TestCallersAreMet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := bubbleClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != token.Authorization {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			_, _ = w.Write([]byte(`{"status":0,"response":{"id":3101}}`))
		}))
		for i := range 3 {
			_, _ = one(t.Context(), client, Credentials{Authorization: fmt.Sprint(i)}, 3101)
			_, _ = one(t.Context(), client, token, 3101)
		}
		late := client.For(Credentials{Authorization: "late"})
		late.Close()
		late.Close()
		client.turns.meet(late) // by a call that ends after its request
		if n := client.turns.known.Len(); n != 2 {
			t.Errorf("%d credentials are known", n)
		}
		if n := len(client.turns.queues); n != 0 || client.turns.strangers.requests != 0 {
			t.Errorf("%d callers and %d strangers are left", n, client.turns.strangers.requests)
		}
	})
}
