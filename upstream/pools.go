package upstream

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"

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
	ended []*pool // whose connections are to be closed
	open  int     // connections of all pools, also of those that are not kept any more
}

// pool is the connections of one credential.
type pool struct {
	*http.Transport
	calls int                      // in flight
	open  int                      // connections, those being made included
	made  map[*pooledConn]struct{} // those that are there
	ended bool                     // no call begins in it any more
}

// end lets no other call begin in the pool. Its connections are closed once no call is
// in flight: net/http has those idle already whose answers have no body, and loses such
// an answer with its connection. mu is held.
func (p *pools) end(c *pool) {
	c.ended = true
	if c.calls == 0 {
		p.ended = append(p.ended, c)
	}
}

func newPools(most int, model *http.Transport) *pools {
	p := &pools{most: most, model: model}
	p.kept, _ = simplelru.NewLRU(most, func(_ holder, old *pool) { p.end(old) }) // fails only without a size
	return p
}

// take returns the pool of a credential for one call, which must give it back.
func (p *pools) take(h holder) *pool {
	p.mu.Lock()
	defer p.unlock()
	c, ok := p.kept.Get(h)
	if !ok {
		c = &pool{Transport: p.model.Clone(), made: make(map[*pooledConn]struct{})}
		c.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			return p.connect(ctx, c, network, address)
		}
		p.kept.Add(h, c)
	}
	c.calls++
	return c
}

// give takes a pool back whose call has ended.
func (p *pools) give(c *pool) {
	p.mu.Lock()
	defer p.unlock()
	c.calls--
	if c.ended {
		p.end(c)
	}
}

// retire lets no other call begin in the pool of a credential.
func (p *pools) retire(h holder) {
	p.mu.Lock()
	defer p.unlock()
	p.kept.Remove(h)
}

// drop also closes idle connections at once: one of them may be an answer behind. A call in
// flight may lose an answer without a body by that; reads are repeated.
func (p *pools) drop(h holder) {
	p.mu.Lock()
	c, isKept := p.kept.Peek(h)
	p.kept.Remove(h)
	p.unlock()
	if isKept {
		c.CloseIdleConnections()
	}
}

// retireAll retires the pools of all credentials.
func (p *pools) retireAll() {
	p.mu.Lock()
	defer p.unlock()
	p.kept.Purge()
}

// unlock gives mu back before it closes connections, which are counted then. Idle ones, and
// those being made, are the transport's to close; of HTTP/2 one is not idle until the
// streams of cancelled calls have ended.
func (p *pools) unlock() {
	ended := p.ended
	p.ended = nil
	var left []*pooledConn
	for _, c := range ended {
		left = slices.AppendSeq(left, maps.Keys(c.made))
	}
	p.mu.Unlock()
	for _, c := range ended {
		c.CloseIdleConnections()
	}
	for _, conn := range left {
		_ = conn.Close()
	}
}

// connect makes a connection of a pool. Where there are too many, the pools that
// were not used for longest give theirs up.
func (p *pools) connect(ctx context.Context, c *pool, network, address string) (net.Conn, error) {
	p.makeRoom(c)
	conn, err := p.model.DialContext(ctx, network, address)
	if err != nil {
		p.remove(c, nil)
		return nil, err
	}
	made := &pooledConn{Conn: conn}
	made.closed = sync.OnceFunc(func() { p.remove(c, made) })
	p.add(c, made)
	return made, nil
}

// makeRoom counts a connection that is to be made.
func (p *pools) makeRoom(c *pool) {
	p.mu.Lock()
	defer p.unlock()
	p.open++
	c.open++
	for tooMany := p.open - p.most; tooMany > 0 && p.kept.Len() > 1; {
		_, oldest, _ := p.kept.RemoveOldest()
		tooMany -= oldest.open
	}
}

// add keeps a connection that was made, if for a call that did not wait for it.
func (p *pools) add(c *pool, conn *pooledConn) {
	p.mu.Lock()
	defer p.unlock()
	c.made[conn] = struct{}{}
	if c.ended {
		p.end(c)
	}
}

// remove counts a connection no more that is closed, or was not made.
func (p *pools) remove(c *pool, conn *pooledConn) {
	p.mu.Lock()
	defer p.unlock()
	delete(c.made, conn)
	p.open--
	c.open--
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
