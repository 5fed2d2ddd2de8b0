package upstream

import (
	"context"
	"hash/maphash"
	"slices"
	"strconv"
)

// stripes is how many locks there are for all things together. Two things that share
// one wait for each other without need, which is rare and does no harm.
const stripes = 512

// locks are held around reading, merging and writing one thing, so that no other
// write here comes between. Writes that do not come through this program are not kept out.
type locks struct {
	seed maphash.Seed
	held [stripes]chan struct{} // full while the lock is held
}

func newLocks() *locks {
	l := &locks{seed: maphash.MakeSeed()}
	for i := range l.held {
		l.held[i] = make(chan struct{}, 1)
	}
	return l
}

// lock waits for the locks of all names, and returns what gives them back. A caller
// holds those of one call at a time, or it could wait for itself.
func (l *locks) lock(ctx context.Context, op string, names ...string) (unlock func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, notDone(Ended(op, err))
	}
	wanted := make([]int, len(names))
	for i, name := range names {
		wanted[i] = int(maphash.String(l.seed, name) % stripes)
	}
	slices.Sort(wanted) // all take them in one order, so that none wait for each other
	wanted = slices.Compact(wanted)
	for n, i := range wanted {
		select {
		case l.held[i] <- struct{}{}:
		case <-ctx.Done():
			l.unlock(wanted[:n])
			e := unserved(op, ctx.Err())
			if e.Kind == KindUnavailable {
				e.Err = errLocked
			}
			e.Outcome = NotDone
			return nil, e
		}
	}
	return func() { l.unlock(wanted) }, nil
}

// What is locked, as the portal calls it.
const (
	lockOpportunity = string(TagOpportunity)
	lockContact     = string(TagContact)
	lockTask        = "task"
)

// lockOf names an object for the locks.
func lockOf(kind string, id int) string { return kind + " " + strconv.Itoa(id) }

// hold begins a write that depends on what there is: where the input has no mistakes, it
// takes the lock of a thing and reads it. The caller unlocks it unless there is an error.
func hold[T any](ctx context.Context, c *Caller, mistakes UserErrors, op, name string, read func() (T, error)) (before T, unlock func(), err error) {
	if err = mistakes.orNil(); err != nil {
		return before, nil, err
	}
	if unlock, err = c.client.objects.lock(ctx, op, name); err != nil {
		return before, nil, err
	}
	isHeld := false
	defer func() {
		if !isHeld { // after a panic, too
			unlock()
		}
	}()
	before, err = read()
	isHeld = err == nil
	return before, unlock, err
}

// editable returns what was read to be written, or an error where the caller may not change
// it, which the portal would let through or answer unclearly, or saw something else.
func editable[T interface {
	mayEdit() bool
	Revision() string
}](r Result[T], op, seen string) (T, error) {
	var none T
	switch {
	case r.Err != nil:
		return none, notDone(r.Err)
	case !r.Value.mayEdit():
		return none, &Error{Op: op, Kind: KindForbidden, Outcome: NotDone, Err: errMayNotEdit}
	default:
		return unchanged(r.Value, seen)
	}
}

func (l *locks) unlock(held []int) {
	for _, i := range held {
		<-l.held[i]
	}
}
