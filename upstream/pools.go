package upstream

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// pools are the connections to the portal, those of each credential apart. In
// HTTP/1.1 only their order tells which answer belongs to which request, so one
// answer too many makes every later one on its connection that of the call
// before. That call was then the same caller's.
//
// Each pool is an http.Transport of its own, which costs less than the
// connection in it. One transport would keep them apart, too, if a host name was
// made up for each credential. But a proxy has to be told the real name, and
// behind a proxy net/http tells connections of HTTP/2 apart by nothing else.
type pools struct {
	most  int             // connections before idle ones are closed, and pools
	model *http.Transport // of which each pool has a clone

	mu    sync.Mutex // guards the fields below, and those of each pool
	kept  *simplelru.LRU[holder, *pool]
	ended []*pool // whose idle connections are to be closed
	open  int     // connections of all pools, also of those that are not kept any more
}

// pool is the connections of one credential.
type pool struct {
	*http.Transport
	calls int  // in flight
	open  int  // connections, those being made included
	ended bool // no call begins in it any more
}

func newPools(most int, model *http.Transport) *pools {
	p := &pools{most: most, model: model}
	p.kept, _ = simplelru.NewLRU(most, func(_ holder, old *pool) { // fails only without a size
		old.ended = true
		p.ended = append(p.ended, old)
	})
	return p
}

// take returns the pool of a credential for one call, which must give it back.
func (p *pools) take(h holder) *pool {
	p.mu.Lock()
	defer p.unlock()
	c, ok := p.kept.Get(h)
	if !ok {
		c = &pool{Transport: p.model.Clone()}
		c.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			return p.connect(ctx, c, network, address)
		}
		p.kept.Add(h, c)
	}
	c.calls++
	return c
}

// give takes a pool back whose call has ended, with its connection idle again or
// closed.
func (p *pools) give(c *pool) {
	p.mu.Lock()
	defer p.unlock()
	c.calls--
	if c.ended && c.calls == 0 {
		p.ended = append(p.ended, c)
	}
}

// drop sees to it that no connection of a credential is used for another call.
// Calls that are in flight run to their end.
func (p *pools) drop(h holder) {
	p.mu.Lock()
	defer p.unlock()
	p.kept.Remove(h)
}

// dropAll drops the pools of all credentials.
func (p *pools) dropAll() {
	p.mu.Lock()
	defer p.unlock()
	p.kept.Purge()
}

// streamsEnd is how long after its call a cancelled stream has ended.
const streamsEnd = 500 * time.Millisecond

// unlock gives mu back before it closes connections, which are counted then.
func (p *pools) unlock() {
	ended := p.ended
	p.ended = nil
	p.mu.Unlock()
	for _, c := range ended {
		c.CloseIdleConnections()
		if p.model.Protocols.HTTP2() { // whose connection is in use until a cancelled stream has ended
			time.AfterFunc(streamsEnd, c.CloseIdleConnections)
		}
	}
}

// connect makes a connection of a pool. Where there are too many, the pools that
// were not used for longest give theirs up.
func (p *pools) connect(ctx context.Context, c *pool, network, address string) (net.Conn, error) {
	p.count(c, 1)
	conn, err := p.model.DialContext(ctx, network, address)
	if err != nil {
		p.count(c, -1)
		return nil, err
	}
	return &pooledConn{Conn: conn, closed: sync.OnceFunc(func() { p.count(c, -1) })}, nil
}

func (p *pools) count(c *pool, n int) {
	p.mu.Lock()
	defer p.unlock()
	p.open += n
	c.open += n
	for tooMany := p.open - p.most; tooMany > 0 && p.kept.Len() > 1; {
		_, oldest, _ := p.kept.RemoveOldest()
		tooMany -= oldest.open
	}
}

// pooledConn is a connection that is counted, and so are the bytes that were to be
// sent over it.
type pooledConn struct {
	net.Conn
	closed func()
	sent   atomic.Int64
}

// Write counts before it sends, so that what is under way counts as sent.
func (c *pooledConn) Write(p []byte) (int, error) {
	c.sent.Add(int64(len(p)))
	return c.Conn.Write(p)
}

// Close closes the connection.
func (c *pooledConn) Close() error {
	defer c.closed()
	return c.Conn.Close()
}

// wrongEntity is the error of an answer about something else than was asked for,
// of which nothing is used. What it came by may be an answer behind, so the
// caller's connections are given up.
func (c *Caller) wrongEntity(op string, asked, got any) error {
	c.client.pools.drop(c.holder)
	return &Error{Op: op, Kind: KindBadAnswer, Err: fmt.Errorf("%w: asked for %.60q, got %.60q", errWrongEntity, fmt.Sprint(asked), fmt.Sprint(got))}
}
