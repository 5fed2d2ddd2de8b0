//go:build race || full

package resolvers_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

// TestFairnessBetweenCallers has twenty callers ask for single things, alone and beside one
// who asks for pages all the time: their slowest in a hundred take up to three times as long.
func TestFairnessBetweenCallers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		portalCalls, requests int // that the portal takes, and that the caller with pages makes at a time
		batch                 bool
	}{
		"one page at a time":  {portalCalls: 24, requests: 1},
		"many pages":          {portalCalls: 8, requests: 60},
		"many pages, batches": {portalCalls: 4, requests: 60, batch: true},
	} {
		if withRaceDetector && test.batch {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			slowest := func(pages int) (p99 time.Duration) {
				synctest.Test(t, func(t *testing.T) {
					b := newBubble(t, func(o *upstream.Options) {
						o.PortalCalls, o.RequestCalls = test.portalCalls, min(24, test.portalCalls)
					})
					b.portal.Inject(demo.Fault{Kind: demo.Delay, Delay: 20 * time.Millisecond})
					if !test.batch {
						b.portal.Inject(demo.Fault{Kind: demo.NoBatch})
					}
					p99 = b.slowest(t, pages)
				})
				return p99
			}
			alone, beside := slowest(0), slowest(test.requests)
			t.Logf("alone %v, beside pages %v", alone, beside)
			if alone < 20*time.Millisecond || beside > 3*alone {
				t.Errorf("the slowest single requests take %v alone, and %v beside pages", alone, beside)
			}
		})
	}
}

// slowest returns what one in a hundred single requests of twenty callers takes at least,
// while another caller asks for that many pages at a time.
func (b *bubble) slowest(t *testing.T, pages int) time.Duration {
	const callers, singles = 20, 10
	const single = `{"query": "{ opportunity(id: 3101) { title } }"}`
	const page = `{"query": "{ opportunities(first: 100) { nodes { id tags contact { about } } } }"}`
	ask := func(ctx context.Context, who, query string) time.Duration {
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/", bytes.NewReader([]byte(query)))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", demo.Token)
		r.Header.Set("Cookie", "asc_auth_key="+who) // a credential of its own
		w, began := httptest.NewRecorder(), time.Now()
		b.handler.ServeHTTP(w, r)
		if ctx.Err() == nil && strings.Contains(w.Body.String(), `"errors"`) {
			t.Errorf("%s got %.300s", who, w.Body)
		}
		return time.Since(began)
	}
	for caller := range callers {
		ask(t.Context(), fmt.Sprint(caller), single)
	}
	ask(t.Context(), "pages", single)
	whileTheyAsk, end := context.WithCancel(t.Context())
	defer end()
	var greedy, modest sync.WaitGroup
	for range pages {
		greedy.Go(func() {
			for whileTheyAsk.Err() == nil {
				ask(whileTheyAsk, "pages", page)
			}
		})
	}
	time.Sleep(100 * time.Millisecond)
	took := make([]time.Duration, callers*singles)
	for caller := range callers {
		modest.Go(func() {
			for i := range singles {
				took[caller*singles+i] = ask(t.Context(), fmt.Sprint(caller), single)
			}
		})
	}
	modest.Wait()
	end()
	greedy.Wait()
	slices.Sort(took)
	return took[len(took)*99/100]
}
