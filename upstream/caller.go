package upstream

import (
	"context"
	"crypto/sha256"
	"net/http"
	"sync/atomic"
)

// secret makes the type that embeds it print as "redacted", in logs and error texts of
// every format.
type secret struct{}

// String is for fmt's %v and %s.
func (secret) String() string { return "redacted" }

// GoString is for fmt's %#v.
func (secret) GoString() string { return "redacted" }

// MarshalText is for JSON, the log's usual format.
func (secret) MarshalText() ([]byte, error) { return []byte("redacted"), nil }

// CookieName is the cookie that the portal keeps its token in.
const CookieName = "asc_auth_key"

// Credentials are what a caller shows the portal, passed on as they came.
type Credentials struct {
	secret

	Authorization string // the Authorization header's value
	Cookie        string // the value of the cookie CookieName
}

// IsZero reports whether there is nothing to show.
func (c Credentials) IsZero() bool { return c == Credentials{} }

// Size returns how many bytes there are to show.
func (c Credentials) Size() int { return len(c.Authorization) + len(c.Cookie) }

// Caller is the portal as one person sees it for the length of one request.
// It is safe for concurrent use within that request.
type Caller struct {
	client      *Client
	credentials Credentials
	slots       chan struct{}         // of the request; full when all are used
	queue       atomic.Pointer[queue] // for those of the portal
	closed      bool                  // guarded by the client's slots
	calls       atomic.Int64          // made, or wanted beyond what one request may make
	bytes       atomic.Int64          // of answers that have been read
	changes     atomic.Int64          // see Changes
	isKnown     atomic.Bool           // see IsKnown
	atPortal    *stopwatch            // see AtPortal; shared by the callers of one request
	observe     []func(Call)
	holder      holder
	header      http.Header // of each GET
}

// Observe lets one more observer know of each of the caller's calls when it has ended,
// beside the client's own. It must be called before the first call.
func (c *Caller) Observe(observe func(Call)) { c.observe = append(c.observe, observe) }

func (c *Caller) report(ctx context.Context, call Call) {
	c.client.observe(ctx, call)
	for _, observe := range c.observe {
		observe(call)
	}
}

// IsKnown reports whether the portal has answered a call with the caller's credential well,
// now or before.
func (c *Caller) IsKnown() bool { return c.isKnown.Load() }

// SignedIn returns nil, or the error of a caller without a credential, for whom no
// call is made.
func (c *Caller) SignedIn() error {
	if c.credentials.IsZero() {
		return &Error{Op: "credential", Kind: KindUnauthenticated, Err: errNoCredential}
	}
	return nil
}

// Digest stands for a credential, as Caller.Digest does.
func (c *Client) Digest(credentials Credentials) [sha256.Size]byte { return c.holders.of(credentials) }

// Digest stands for the caller's credential, as long as the program runs, where something
// is kept for it.
func (c *Caller) Digest() [sha256.Size]byte { return c.holder }

// spend counts a call in, or returns the error of one that is beyond what one
// request may take of the portal.
func (c *Caller) spend(op string) error {
	if wanted := c.calls.Add(1); wanted > c.client.totalCalls {
		return &Error{Op: op, Kind: KindTooMuch, Limit: int(c.client.totalCalls), Actual: int(wanted), Err: errTooManyCalls}
	}
	if c.bytes.Load() > c.client.totalBytes {
		c.calls.Add(-1)
		return c.tooManyBytes(op)
	}
	return nil
}

func (c *Caller) tooManyBytes(op string) *Error {
	return &Error{Op: op, Kind: KindTooMuch, Limit: int(c.client.totalBytes), Actual: int(c.bytes.Load()), Err: errTooManyBytes}
}

// Calls returns how many calls have been made so far.
func (c *Caller) Calls() int { return int(min(c.calls.Load(), c.client.totalCalls)) }

// For returns the portal as the holder of credentials sees it, with the slots
// of one request. The caller must be closed.
func (c *Client) For(credentials Credentials) *Caller {
	caller := &Caller{
		client: c, credentials: credentials, holder: c.holders.of(credentials), header: credentials.header(),
		slots: make(chan struct{}, c.requestCalls), atPortal: &stopwatch{},
	}
	queue, isKnown := c.slots.addRequest(caller.holder)
	caller.queue.Store(queue)
	caller.isKnown.Store(isKnown)
	return caller
}

// Close gives the caller's share of the portal's slots to the others. It must be
// called when the request is over.
func (c *Caller) Close() { c.client.slots.removeRequest(c) }
