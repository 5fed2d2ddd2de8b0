package upstream

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// apiRoot is where the portal's REST API starts, below the portal's address.
const apiRoot = "/api/2.0/"

// Options say how a Client treats its portal. The zero value of each field but
// URL means the default named beside it.
type Options struct {
	URL          *url.URL      // the portal's address, with a path where the portal has one
	CallTimeout  time.Duration // one attempt of a call, from asking to the last byte; 10 s
	WriteTimeout time.Duration // the same of a write, which is never repeated; 30 s
	DialTimeout  time.Duration // connecting; 3 s
	TLSTimeout   time.Duration // the TLS handshake; 5 s
	RequestCalls int           // calls in flight for one request; 24
	TotalCalls   int           // calls of one request in all; 1000
	TotalBytes   int64         // of answers, uncompressed, that one request reads; 32 MiB
	PortalCalls  int           // calls in flight for all requests together; 64
	BodyLimit    int64         // bytes of one answer, uncompressed; 16 MiB
	BodyBudget   int64         // bytes of all answers above 256 KiB that are being read or decoded; 256 MiB, and at least twice BodyLimit
	Retries      int           // of one call that failed; 2, and a negative number is none
	RetryDelay   time.Duration // shortest wait before a retry, the longest being ten times that; 100 ms
	RetryBudget  int           // retries in percent of all calls; 10
	BreakerCalls int           // calls in 10 s, of a route, half of which must have failed for its circuit to open; 20
	BreakerOpen  time.Duration // how long no call is made then; 5 s
	ReferenceTTL time.Duration // how long the portal's dictionaries are kept for a credential; not at all
	HTTP2        bool          // whether to speak HTTP/2 to a portal that can; not

	// Dial connects to the portal. nil: over the network.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	// Warn logs what an operator should know: once each, enum numbers without a name and
	// a portal without a batch endpoint, and each opening and closing of a circuit.
	// nil: nothing is logged.
	Warn func(msg string, args ...any)
	// Observe is called with each attempt of a call when it has ended. nil: it is not.
	Observe func(context.Context, Call)
}

// Client is one portal. It is safe for concurrent use and meant to live as
// long as the program.
type Client struct {
	root         string   // path of the API, ending in "/api/2.0/"
	batchRoot    string   // the same as the portal's own batch items name it
	portal       *url.URL // of which scheme and host count
	holders      *holders
	pools        *pools
	slots        *fairSemaphore
	inFlight     atomic.Int64 // calls
	retries      *retries
	breaker      *breaker
	batch        batchSupport
	names        maphash.Seed // of the items of batches
	callTimeout  time.Duration
	writeTimeout time.Duration
	objects      *locks // on what is being changed
	titles       *locks // on tags that may be new
	requestCalls int
	totalCalls   int64
	totalBytes   int64
	bodyLimit    int64
	bodies       *bodies
	sizes        sizes
	references   *references
	knowledge    *knowledge
	warn         func(msg string, args ...any)
	warned       sync.Map
	warnings     atomic.Int32
	observe      func(context.Context, Call)
}

// New returns the client of the portal at o.URL. It makes no call.
func New(o Options) *Client {
	portalCalls := orDefault(o.PortalCalls, 64)
	bodyLimit := orDefault(o.BodyLimit, 16<<20)
	if o.Warn == nil {
		o.Warn = func(string, ...any) {}
	}
	if o.Observe == nil {
		o.Observe = func(context.Context, Call) {}
	}
	return &Client{
		root:         strings.TrimSuffix(o.URL.EscapedPath(), "/") + apiRoot,
		batchRoot:    apiRoot,
		portal:       o.URL,
		holders:      newHolders(),
		pools:        newPools(keptForEach*portalCalls, newTransport(o, portalCalls)),
		slots:        newFairSemaphore(portalCalls),
		names:        maphash.MakeSeed(),
		retries:      newRetries(o),
		breaker:      newBreaker(o),
		callTimeout:  orDefault(o.CallTimeout, 10*time.Second),
		writeTimeout: orDefault(o.WriteTimeout, 30*time.Second),
		objects:      newLocks(),
		titles:       newLocks(),
		requestCalls: orDefault(o.RequestCalls, 24),
		totalCalls:   int64(orDefault(o.TotalCalls, 1000)),
		totalBytes:   orDefault(o.TotalBytes, 32<<20),
		bodyLimit:    bodyLimit,
		bodies:       newBodies(orDefault(o.BodyBudget, 256<<20), 2*bodyLimit),
		references:   newReferences(o.ReferenceTTL),
		knowledge:    newKnowledge(),
		warn:         o.Warn,
		observe:      o.Observe,
	}
}

func orDefault[T int | int64 | time.Duration](v, def T) T {
	if v == 0 {
		return def
	}
	return v
}

// Close closes the connections to the portal, those of calls in flight when these end.
func (c *Client) Close() { c.pools.retireAll() }

// Ping asks once whether the portal answers at all. It sends no credential, so
// the portal's 401 is the usual good answer; observers, who see it as an error,
// know the call by a route of its own. It is made while circuits are open, too.
func (c *Client) Ping(ctx context.Context) error {
	caller := c.For(Credentials{})
	defer caller.Close()
	request := c.getRequest(route{template: "ping", path: "people/@self"})
	request.probe = true
	_, err := attempt(ctx, caller, request, 1, decode[struct{}])
	var e *Error
	switch {
	case KindOf(err) == KindUnauthenticated, KindOf(err) == KindForbidden, KindOf(err) == KindRateLimited:
		return nil
	case errors.As(err, &e) && e.fromPortal:
		return nil // its own error document says that it lives
	default:
		return err
	}
}

func (c *Client) warnUnknown(enum string, n int) {
	c.warnOnce("the portal sent an enum number that this version does not know", "enum", enum, "number", n)
}

// maxWarnings bounds what is remembered for warnOnce: a portal that makes up
// numbers never runs out of them.
const maxWarnings = 100

func (c *Client) warnOnce(msg string, args ...any) {
	if c.warnings.Load() >= maxWarnings {
		return
	}
	if _, told := c.warned.LoadOrStore(msg+fmt.Sprint(args...), true); !told {
		c.warnings.Add(1)
		c.warn(msg, args...)
	}
}
