package upstream

import (
	"maps"
	"testing"
	"testing/synctest"
	"time"

	"onlyoffice-graphql/upstream/demo"
)

// TestGroup reads opportunities and tags in one group, beside seats whose reads
// never come: each read gets its answers, in shared batches.
func TestGroup(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		other func(*Seat)   // what the third seat does
		wait  time.Duration // that it costs the others
		calls map[string]int
	}{
		"reads nothing": {func(*Seat) {}, 0, map[string]int{"POST batch": 1}},
		"panics": {func(*Seat) {
			defer func() { _ = recover() }()
			panic("a bug")
		}, 0, map[string]int{"POST batch": 1}},
		"never answers": {func(*Seat) { time.Sleep(time.Hour) }, groupWait, map[string]int{"POST batch": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				portal, client := bubbleDemo(t, func(o *Options) { o.RequestCalls = 1 })
				caller := client.For(demoToken)
				defer caller.Close()
				seats := caller.Group(t.Context(), 3)
				start := time.Now()
				go func() {
					defer seats[2].Leave()
					test.other(seats[2])
				}()
				tags := make(chan []Result[[]string])
				go func() {
					defer seats[1].Leave()
					tags <- caller.OpportunityTags(t.Context(), seats[1], []int{3101, 3102})
				}()
				for _, r := range caller.Opportunities(t.Context(), seats[0], []int{3101, 3102}, nil) {
					if r.Err != nil {
						t.Error(r.Err)
					}
				}
				seats[0].Leave()
				for _, r := range <-tags {
					if r.Err != nil {
						t.Error(r.Err)
					}
				}
				if waited := time.Since(start); waited != test.wait {
					t.Errorf("it took %v, not %v", waited, test.wait)
				}
				if got := portal.Calls(); !maps.Equal(got, test.calls) {
					t.Errorf("calls %v, not %v", got, test.calls)
				}
				time.Sleep(2 * time.Hour)
			})
		})
	}
}

// TestGroupLate is a read that comes when its group has begun: it goes alone.
func TestGroupLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		portal, client := bubbleDemo(t)
		caller := client.For(demoToken)
		defer caller.Close()
		seats := caller.Group(t.Context(), 2)
		go func() { caller.Opportunities(t.Context(), seats[0], []int{3101}, nil) }()
		time.Sleep(2 * groupWait)
		for range 2 { // a seat that was taken serves alone as well
			if r := caller.Opportunities(t.Context(), seats[1], []int{3102}, nil)[0]; r.Err != nil {
				t.Error(r.Err)
			}
		}
		if got := portal.Calls()["GET crm/opportunity/{id}"]; got != 3 {
			t.Errorf("%d calls, not 3", got)
		}
	})
}

// TestGroupApart shows that a read is over when its own items are, while others
// of the group wait for a portal that never answers them.
func TestGroupApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		portal, client := bubbleDemo(t)
		portal.Inject(demo.Fault{Kind: demo.Hang, Route: "crm/opportunity/tag/{id}"})
		caller := client.For(demoToken)
		defer caller.Close()
		seats := caller.Group(t.Context(), 2)
		tags := make(chan error)
		go func() { tags <- caller.OpportunityTags(t.Context(), seats[1], []int{3101})[0].Err }()
		start := time.Now()
		if r := caller.Opportunities(t.Context(), seats[0], []int{3101}, nil)[0]; r.Err != nil || time.Since(start) > 0 {
			t.Errorf("%v after %v", r.Err, time.Since(start))
		}
		if err := <-tags; KindOf(err) != KindTimeout {
			t.Errorf("tags: %v", err)
		}
	})
}

// TestHungItem has something in a batch hang, of a portal that is alive: it costs
// what hangs, after a time that the number of items does not multiply.
func TestHungItem(t *testing.T) {
	t.Parallel()
	const timeout = 10 * time.Second
	for name, test := range map[string]struct {
		fault demo.Fault
		lost  int // tags of opportunities
		took  time.Duration
	}{
		"one":     {demo.Fault{Route: "crm/opportunity/tag/{id}", ID: 3102}, 1, 2 * timeout},
		"a route": {demo.Fault{Route: "crm/opportunity/tag/{id}"}, 4, 3 * timeout},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				portal, client := bubbleDemo(t, func(o *Options) { o.RequestCalls, o.CallTimeout = 1, timeout })
				caller := client.For(demoToken)
				defer caller.Close()
				if _, err := caller.Stages(t.Context(), nil); err != nil {
					t.Fatal(err)
				}
				test.fault.Kind = demo.Hang
				portal.Inject(test.fault)
				start := time.Now()
				seats := caller.Group(t.Context(), 2)
				ids := []int{3101, 3102, 3103, 3104}
				tags := make(chan []Result[[]string])
				go func() {
					defer seats[1].Leave()
					tags <- caller.OpportunityTags(t.Context(), seats[1], ids)
				}()
				for _, r := range caller.Opportunities(t.Context(), seats[0], ids, nil) {
					if r.Err != nil {
						t.Error(r.Err)
					}
				}
				seats[0].Leave()
				lost := 0
				for _, r := range <-tags {
					if r.Err != nil {
						lost++
					}
					if r.Err != nil && KindOf(r.Err) != KindTimeout {
						t.Error(r.Err)
					}
				}
				if took := time.Since(start); lost != test.lost || took != test.took {
					t.Errorf("%d lost after %v", lost, took)
				}
			})
		})
	}
}

// TestFailingRouteStaysOut lets the circuit of a route be about to close: its items
// are tried by calls of their own, as the batch would hang with them.
func TestFailingRouteStaysOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		portal, client := bubbleDemo(t, func(o *Options) { o.RequestCalls = 1 })
		caller := client.For(demoToken)
		defer caller.Close()
		client.breaker.route("crm/opportunity/tag/{id}").trip()
		time.Sleep(client.breaker.open)
		seats := caller.Group(t.Context(), 2)
		go func() {
			defer seats[1].Leave()
			caller.OpportunityTags(t.Context(), seats[1], []int{3101})
		}()
		caller.Opportunities(t.Context(), seats[0], []int{3101, 3102}, nil)
		seats[0].Leave()
		synctest.Wait()
		if got, want := portal.Calls(), map[string]int{"POST batch": 1, "GET crm/opportunity/tag/{id}": 1}; !maps.Equal(got, want) {
			t.Errorf("calls %v, not %v", got, want)
		}
		if !client.breaker.route("crm/opportunity/tag/{id}").isClosed() {
			t.Error("the circuit stays open")
		}
	})
}

// TestSkippedMembers reads an opportunity without some members and then whole, with
// the same caller: what is skipped belongs to the read.
func TestSkippedMembers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, client := bubbleDemo(t)
		caller := client.For(demoToken)
		defer caller.Close()
		part := caller.Opportunities(t.Context(), nil, []int{3101}, []string{"members", "customFields"})[0]
		whole := caller.Opportunities(t.Context(), nil, []int{3101}, nil)[0]
		if part.Err != nil || whole.Err != nil {
			t.Fatal(part.Err, whole.Err)
		}
		if len(part.Value.Members)+len(part.Value.CustomFields) > 0 || part.Value.Stage == nil {
			t.Errorf("skipping: %+v", part.Value)
		}
		if len(whole.Value.Members) == 0 || len(whole.Value.CustomFields) == 0 {
			t.Errorf("whole: %+v", whole.Value)
		}
	})
}
