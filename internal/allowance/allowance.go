// Package allowance counts how often callers may do something: portal calls a minute, and
// attempts to sign in.
package allowance

import (
	"math"
	"time"
)

// allowance is how often something may be done: some times at once, and once more after
// each period.
type allowance struct {
	atOnce int
	period time.Duration
}

// arrival is the theoretical arrival time of the generic cell rate algorithm, from some
// beginning: when all that was done has been made up for. It may lie further ahead than the
// allowance lets anything be done: then it is a debt.
type arrival time.Duration

// wait returns how long it is until one more may be done.
func (p arrival) wait(now arrival, a allowance) time.Duration {
	return max(0, time.Duration(p-now)-time.Duration(a.atOnce-1)*a.period)
}

// left returns how many may be done now, and how long it is until all may be.
func (p arrival) left(now arrival, a allowance) (left int, full time.Duration) {
	full = max(0, time.Duration(p-now))
	return max(0, a.atOnce-int((full+a.period-1)/a.period)), full
}

// take spends one.
func (p *arrival) take(now arrival, a allowance) { *p = max(*p, now) + arrival(a.period) }

// arrivals are those of logins, or of addresses. Two that share one share what they may
// do, which is rare and does little harm. A map would have to forget some when it is full,
// and an attacker could fill it to be forgotten.
type arrivals [1 << 14]arrival

func (p *arrivals) at(hash uint64) *arrival { return &p[hash%uint64(len(p))] }

// WholeSeconds returns how many seconds are no shorter than a wait, as Retry-After says it.
func WholeSeconds(wait time.Duration) int { return int(math.Ceil(wait.Seconds())) }
