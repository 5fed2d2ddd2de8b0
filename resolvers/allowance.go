package resolvers

import "time"

// allowance is how often something may be done: some times at once, and once more after
// each period.
type allowance struct {
	atOnce int
	period time.Duration
}

// place is when all that was done there has been made up for, counted from some beginning
// (the generic cell rate algorithm). It may lie further ahead than the allowance lets
// anything be done: then it is a debt.
type place time.Duration

// wait returns how long it is until the place has one more.
func (p place) wait(now place, a allowance) time.Duration {
	return max(0, time.Duration(p-now)-time.Duration(a.atOnce-1)*a.period)
}

// left returns how many the place has, and how long it is until it has all of them.
func (p place) left(now place, a allowance) (left int, full time.Duration) {
	full = max(0, time.Duration(p-now))
	return max(0, a.atOnce-int((full+a.period-1)/a.period)), full
}

// take spends one.
func (p *place) take(now place, a allowance) { *p = max(*p, now) + place(a.period) }

// places are those of logins, or of addresses. Two that share a place share what they may
// do, which is rare and does little harm. A map would have to forget some when it is full,
// and an attacker could fill it to be forgotten.
type places [1 << 14]place

func (p *places) at(hash uint64) *place { return &p[hash%uint64(len(p))] }
