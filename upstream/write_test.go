package upstream

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// closeOne is a write of one call.
func closeOne(ctx context.Context, client *Client) error {
	caller := client.For(token)
	defer caller.Close()
	_, err := caller.CloseTask(ctx, 611)
	return err
}

// TestOutcomes has a portal answer a write in all the ways that there are. None is
// asked a second time.
func TestOutcomes(t *testing.T) {
	t.Parallel()
	const html = "<html>nginx</html>"
	for name, test := range map[string]struct {
		status int
		header string // and its value
		answer string
		kind   Kind
		want   Outcome
	}{
		"done":                     {200, "", "writes/task_close.response.json", KindUnknown, ""},
		"a request it cannot read": {400, "", "error_badrequest.json", KindNotFound, NotDone}, // of a task that is gone
		"somebody else":            {401, "", html, KindUnauthenticated, NotDone},
		"not paid for":             {402, "", html, KindServer, NotDone},
		"forbidden":                {403, "", "error_forbidden.json", KindForbidden, NotDone},
		"not found":                {404, "", "error_notfound.json", KindNotFound, NotDone},
		"no route":                 {404, "", html, KindBadAnswer, NotDone},
		"a proxy gave up":          {408, "", html, KindBadAnswer, Unknown},
		"too large":                {413, "", html, KindBadAnswer, NotDone},
		"too often":                {429, "Retry-After: 1", html, KindRateLimited, NotDone},
		"failed":                   {500, "", "error_server.json", KindServer, Unknown},
		"a gateway":                {502, "", html, KindServer, Unknown},
		"a gateway that waited":    {504, "", html, KindServer, Unknown},
		"away":                     {503, "", html, KindServer, Unknown},
		"away for a second":        {503, "Retry-After: 1", html, KindRateLimited, Unknown},
		"the sign-in page":         {302, "Location: /Auth.aspx", "", KindUnauthenticated, NotDone},
		"another address":          {301, "Location: /elsewhere", "", KindBadAnswer, NotDone},
		"something else":           {200, "", html, KindBadAnswer, Unknown},
		"nothing":                  {200, "", "", KindBadAnswer, Unknown},
		"another task":             {200, "", `{"status":0,"response":{"id":612}}`, KindBadAnswer, Unknown},
		"a task without an id":     {200, "", `{"status":0,"response":{}}`, KindBadAnswer, Unknown},
		"half of it":               {200, "Content-Length: 5000", `{"status":0,"resp`, KindBadAnswer, Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls atomic.Int32
			client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
				calls.Add(1)
				if key, value, ok := strings.Cut(test.header, ": "); ok {
					w.Header().Set(key, value)
				}
				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, answerText(t, test.answer))
			}, func(o *Options) { o.RetryDelay = time.Millisecond })
			err := closeOne(t.Context(), client)
			if KindOf(err) != test.kind || outcomeOf(err) != test.want || calls.Load() != 1 {
				t.Errorf("after %d calls: %v, %s", calls.Load(), err, outcomeOf(err))
			}
			var e *Error
			if errors.As(err, &e) && e.Outcome == Unknown && e.Retryable() {
				t.Error("a client is told to do it again")
			}
		})
	}
}

// TestNothingSent ends writes before anything was sent.
func TestNothingSent(t *testing.T) {
	t.Parallel()
	gone, end := context.WithCancel(t.Context())
	end()
	for name, test := range map[string]struct {
		ctx         context.Context // nil: one that ends too soon
		credentials Credentials
		prepare     func(c *Client)
		kind        Kind
	}{
		"no credential":   {t.Context(), Credentials{}, nil, KindUnauthenticated},
		"gone":            {gone, token, nil, KindCanceled},
		"too late":        {nil, token, nil, KindTimeout},
		"left alone":      {t.Context(), token, func(c *Client) { c.breaker.route("crm/task/{id}/close").trip() }, KindUnavailable},
		"too much of it":  {t.Context(), token, func(c *Client) { c.totalCalls = 0 }, KindTooMuch},
		"not to be sent":  {t.Context(), token, func(c *Client) { c.root = "\n" }, KindUnavailable},
		"no slot is free": {nil, token, func(c *Client) { _ = c.slots.acquire(t.Context(), c.slots.unverified) }, KindUnavailable},
		"locked":          {nil, token, func(c *Client) { _, _ = c.objects.lock(t.Context(), "", lockOf(lockTask, 611)) }, KindUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			client := newTestClient(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("called: %s", r.URL) }, func(o *Options) { o.PortalCalls = 1 })
			if test.prepare != nil {
				test.prepare(client)
			}
			caller := client.For(test.credentials)
			defer caller.Close()
			ctx, cancel := test.ctx, func() {}
			if ctx == nil {
				ctx, cancel = context.WithTimeout(t.Context(), leastForWrite/2)
			}
			defer cancel()
			if _, err := caller.CloseTask(ctx, 611); KindOf(err) != test.kind || outcomeOf(err) != NotDone {
				t.Errorf("got %v, %s", err, outcomeOf(err))
			}
		})
	}
}

// TestBrokenWrites has connections that do not come about, which is tried again, and
// connections that break when something was sent, which is not.
func TestBrokenWrites(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		refused int  // connections, before one comes about
		breaks  bool // when the request has been read
		want    Outcome
		dialed  int32
		asked   int32
	}{
		"refused once":       {1, false, "", 2, 1},
		"refused":            {100, false, NotDone, 3, 0},
		"broken":             {0, true, Unknown, 1, 1},
		"refused and broken": {2, true, Unknown, 3, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var dialed, asked atomic.Int32
				answer := body(t, "writes/task_close.response.json")
				client := bubbleClient(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					asked.Add(1)
					if test.breaks {
						panic(http.ErrAbortHandler)
					}
					_, _ = io.WriteString(w, answer)
				}), func(o *Options) {
					dial := o.Dial
					o.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
						if int(dialed.Add(1)) <= test.refused {
							return nil, &net.OpError{Op: "dial", Net: network, Err: errors.New("refused")}
						}
						return dial(ctx, network, address)
					}
				})
				if err := closeOne(t.Context(), client); outcomeOf(err) != test.want || dialed.Load() != test.dialed || asked.Load() != test.asked {
					t.Errorf("dialed %d times, asked %d times: %v, %s", dialed.Load(), asked.Load(), err, outcomeOf(err))
				}
			})
		})
	}
}

// TestSecuredWrites has TLS between what is sent and the connection that counts it.
func TestSecuredWrites(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		asked.Add(1)
		panic(http.ErrAbortHandler)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	client := newClientOf(t, server.URL)
	if err := closeOne(t.Context(), client); outcomeOf(err) != NotDone || asked.Load() != 0 {
		t.Errorf("not trusted: %v, %s", err, outcomeOf(err))
	}
	client = newClientOf(t, server.URL)
	client.pools.model.TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	if err := closeOne(t.Context(), client); outcomeOf(err) != Unknown || asked.Load() != 1 {
		t.Errorf("asked %d times: %v, %s", asked.Load(), err, outcomeOf(err))
	}
}

// TestClientsThatGoAway shows how long a write lasts that has begun: to its end, its own
// time-out or the operation's deadline.
func TestClientsThatGoAway(t *testing.T) {
	t.Parallel()
	const second = time.Second
	for name, test := range map[string]struct {
		takes    time.Duration // the portal's answer
		leaves   time.Duration // the client; 0: never
		deadline time.Duration // of the operation; 0: none
		want     Outcome
		after    time.Duration
	}{
		"stays":              {5 * second, 0, 0, "", 5 * second},
		"leaves":             {5 * second, second, 0, "", 5 * second},
		"a read's time-out":  {12 * second, second, 0, "", 12 * second},
		"the write's":        {time.Minute, second, 0, Unknown, 30 * second},
		"the deadline":       {12 * second, second, 9 * second, Unknown, 9 * second},
		"before the portal":  {5 * second, second, 9 * second, "", 5 * second},
		"as soon as it went": {5 * second, time.Nanosecond, 0, "", 5 * second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				answer := body(t, "writes/task_close.response.json")
				var client *Client
				ctx, leave := context.WithCancel(t.Context())
				defer leave()
				client = bubbleClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if test.leaves == time.Nanosecond {
						leave()
					}
					select {
					case <-time.After(test.takes):
					case <-r.Context().Done():
					}
					_, _ = io.WriteString(w, answer)
				}))
				if test.leaves > time.Nanosecond {
					time.AfterFunc(test.leaves, leave)
				}
				if test.deadline > 0 {
					within, end := context.WithTimeout(ctx, test.deadline)
					defer end()
					ctx = within
				}
				start := time.Now()
				err := closeOne(ctx, client)
				if took := time.Since(start); outcomeOf(err) != test.want || took != test.after || test.want == Unknown && KindOf(err) != KindTimeout {
					t.Errorf("after %v: %v, %s", took, err, outcomeOf(err))
				}
			})
		})
	}
}
