package upstream

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// versionTTL is how long what is known of the portal's version is believed:
// portals are updated.
const versionTTL = 10 * time.Minute

const versionRoute = "settings/version/build"

var versionRead = route{template: versionRoute, purpose: PurposeVersion}

// versionPatience is how long a list that waits for the portal's version waits.
// It is short because clients may have little time, and a portal that was silent
// is not asked again.
const versionPatience = 500 * time.Millisecond

// sortKeyID is since when lists of opportunities and contacts can be sorted by
// id. Before, a portal that is asked to loads the whole table, and answers that
// there is nothing when one matching row is hidden from the caller.
var sortKeyID = [2]int{12, 7}

// knowledge is what is known of the portal's version and of its sort keys.
type knowledge struct {
	asking *semaphore.Weighted // a lock for the caller that finds out

	mu       sync.Mutex // guards the fields below
	byID     bool       // the portal can sort by id
	until    time.Time  // when that is known no longer
	silentBy time.Time  // until when callers do not ask the portal for its version again
	dueAt    time.Time  // when it is asked again without a credential
	version  string     // that the portal last gave; "" for none
}

func newKnowledge() *knowledge { return &knowledge{asking: semaphore.NewWeighted(1)} }

func (k *knowledge) get() (byID, known bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.byID, time.Now().Before(k.until)
}

func (k *knowledge) set(byID bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.byID, k.until = byID, time.Now().Add(versionTTL)
}

// ForgetVersion forgets what is known of the portal's version: it has changed.
func (c *Client) ForgetVersion() {
	k := c.knowledge
	k.mu.Lock()
	defer k.mu.Unlock()
	k.until, k.silentBy, k.dueAt, k.version = time.Time{}, time.Time{}, time.Time{}, ""
}

// learn keeps a version that the portal gave, and what it can sort by.
func (k *knowledge) learn(version string, byID bool) {
	k.set(byID)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.version = version
}

// Version returns the portal's version that it last gave, such as "12.7.0"; "" for
// none. It makes no call, and the text is safe to print.
func (c *Client) Version() string {
	c.knowledge.mu.Lock()
	defer c.knowledge.mu.Unlock()
	return c.knowledge.version
}

// asks reports whether to ask for the version, which a portal that did not tell
// it is not asked for again for a while.
func (k *knowledge) asks() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return !time.Now().Before(k.silentBy)
}

// due reports whether to ask for it without a credential, and for a while only once.
func (k *knowledge) due() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := time.Now()
	if now.Before(k.dueAt) {
		return false
	}
	k.dueAt = now.Add(versionTTL)
	return true
}

func (k *knowledge) silent() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.silentBy = time.Now().Add(versionTTL)
}

// CannotSortByID reports whether the portal is known not to know the sort key
// "id".
func (c *Caller) CannotSortByID() bool {
	byID, known := c.client.knowledge.get()
	return known && !byID
}

// CanSortByID reports whether the portal is known to know the sort key "id". Asked for
// an order that it does not know, it says wrong totals from the second page on.
func (c *Caller) CanSortByID() bool {
	byID, known := c.client.knowledge.get()
	return known && byID
}

// DoubtSortByID finds out whether a list that came back empty when it was sorted
// by id may be believed. Where the portal does not tell its version, hasRows is
// asked, which reads the same by another key; what came of that is kept as well.
func (c *Caller) DoubtSortByID(ctx context.Context, hasRows func() (bool, error)) (empty bool, err error) {
	k := c.client.knowledge
	if byID, known := k.get(); known {
		return byID, nil
	}
	// One asks, and the others wait for what comes of it.
	if err := k.asking.Acquire(ctx, 1); err != nil {
		return false, Ended(versionRoute, err)
	}
	defer k.asking.Release(1)
	if byID, known := k.get(); known {
		return byID, nil
	}
	if k.asks() {
		asked, cancel := context.WithTimeout(ctx, versionPatience)
		byID, err := c.askVersion(asked)
		cancel()
		if err == nil {
			return byID, nil
		}
		if !errors.Is(ctx.Err(), context.Canceled) { // the client did not ask for long
			k.silent()
		}
	}
	has, err := hasRows()
	if err != nil || !has {
		return !has, err
	}
	k.set(false)
	return false, nil
}

// buildVersion is which versions the portal is made of (GET
// api/2.0/settings/version/build), which takes no more rights than any caller has.
type buildVersion struct {
	CommunityServer string `json:"communityServer"`
}

// askVersion asks for the version, keeps it, and returns whether the portal can
// sort by id.
func (c *Caller) askVersion(ctx context.Context) (byID bool, err error) {
	version, err := get(ctx, c, versionRead, decode[buildVersion])
	if err != nil {
		return false, err
	}
	return version.learn(c.client.knowledge)
}

// LearnVersion asks for the portal's version where it is not known, so that lists
// need not find out. Portals since 11.0 answer this without a credential. It asks
// at most once in versionTTL.
func (c *Client) LearnVersion(ctx context.Context) {
	k := c.knowledge
	if _, known := k.get(); known || !k.due() {
		return
	}
	caller := c.For(Credentials{})
	defer caller.Close()
	request := c.getRequest(versionRead)
	request.probe = true
	version, err := attempt(ctx, caller, request, 1, decode[buildVersion])
	if err != nil {
		return // callers may be told more
	}
	_, _ = version.learn(k)
}

// learn keeps what the version says, and returns whether the portal can sort by id.
func (v buildVersion) learn(k *knowledge) (byID bool, err error) {
	if byID, err = v.sortsByID(); err == nil {
		k.learn(v.text(), byID)
	}
	return byID, err
}

// longestVersion is how many bytes of a version are kept: the portal is not
// believed to send a short one.
const longestVersion = 32

// text returns the version up to the first character that none has.
func (v buildVersion) text() string {
	text := v.CommunityServer[:min(len(v.CommunityServer), longestVersion)]
	end := strings.IndexFunc(text, func(c rune) bool {
		return c != '.' && c != '-' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
	})
	if end >= 0 {
		text = text[:end]
	}
	return text
}

// sortsByID reads the version: portals since sortKeyID can.
func (v buildVersion) sortsByID() (bool, error) {
	parts := strings.SplitN(v.CommunityServer+"..", ".", 3)
	major, err := strconv.Atoi(parts[0])
	if err != nil || major < 1 {
		return false, &Error{Op: versionRoute, Kind: KindBadAnswer, Err: fmt.Errorf("no version: %.40q", v.CommunityServer)}
	}
	minor, _ := strconv.Atoi(parts[1])
	return major > sortKeyID[0] || major == sortKeyID[0] && minor >= sortKeyID[1], nil
}
