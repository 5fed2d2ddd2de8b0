package upstream

import (
	"context"
	"errors"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// TestPortalAway lets several routes fail. Where nothing else answers, the portal
// is left alone as a whole; where something does, it lives.
func TestPortalAway(t *testing.T) {
	t.Parallel()
	for name, lives := range map[string]bool{"nothing else answers": false, "something answers": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				portal := &routed{}
				portal.turn(502, "tag/", "stage", "currency")
				client := bubbleClient(t, portal, noRetries)
				other := func() error {
					caller := client.For(token)
					defer caller.Close()
					return caller.Files(t.Context(), nil, []int{1})[0].Err
				}
				for range 20 {
					_, _, _ = tags(t.Context(), client, 1), stages(t.Context(), client), currencies(t.Context(), client)
					if lives {
						time.Sleep(time.Millisecond)
						_ = other()
					}
				}
				refusedFor(t, tags(t.Context(), client, 1))
				if lives {
					if err := other(); err != nil {
						t.Error(err)
					}
					return
				}
				refusedFor(t, other())
				if err := client.Ping(t.Context()); err != nil {
					t.Errorf("readiness: %v", err)
				}
				time.Sleep(5 * time.Second)
				if err := other(); err != nil { // the probe
					t.Error(err)
				}
				portal.turn(200)
				if err := errors.Join(tags(t.Context(), client, 1), stages(t.Context(), client)); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestUnreachable lets no connection come about: that is the portal's circuit,
// whichever routes are asked for.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := bubbleClient(t, &routed{}, noRetries)
		dial := client.pools.model.DialContext
		client.pools.model.DialContext = func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Err: errors.New("refused")}
		}
		for range 10 {
			_, _ = stages(t.Context(), client), currencies(t.Context(), client)
		}
		refusedFor(t, tags(t.Context(), client, 1))
		if err := client.Ping(t.Context()); KindOf(err) != KindUnavailable || refused(err) {
			t.Errorf("readiness asks by itself: %v", err)
		}
		client.pools.retireAll()
		client.pools.model.DialContext = dial
		time.Sleep(5 * time.Second)
		if err := errors.Join(stages(t.Context(), client), currencies(t.Context(), client)); err != nil {
			t.Error(err)
		}
	})
}

func refused(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.LeftAlone
}
