package demo

import (
	"sync"
	"time"
)

// factor is what an employee shows beside the password.
type factor int

const (
	noFactor factor = iota
	bySMS           // a code that is sent to a phone
	byApp           // a code of an authenticator app
)

// demoCode is the code of all who need one.
const demoCode = "246810"

// The portal's own numbers of what it takes of one login.
const (
	mostAttempts  = 5
	attemptPeriod = 60 * time.Second
	blockTime     = 60 * time.Second
	mostLogins    = 10000 // whose attempts are remembered
)

// attempts are those of each login, as the portal counts them: before it looks at the
// password, and not those that went well. It counts by address, too, and all of its
// clients here have one.
type attempts struct {
	mu     sync.Mutex
	logins map[string]*loginAttempts
}

type loginAttempts struct {
	at      []time.Time
	blocked time.Time // until when
}

// begin counts an attempt, and reports whether it is one too many.
func (a *attempts) begin(login string) (tooMany bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.logins == nil || len(a.logins) >= mostLogins {
		a.logins = map[string]*loginAttempts{}
	}
	of := a.logins[login]
	if of == nil {
		of = &loginAttempts{}
		a.logins[login] = of
	}
	now := time.Now()
	if now.Before(of.blocked) {
		return true
	}
	var recent []time.Time
	for _, at := range of.at {
		if now.Sub(at) < attemptPeriod {
			recent = append(recent, at)
		}
	}
	of.at = append(recent, now)
	if len(of.at) > mostAttempts {
		of.at, of.blocked = nil, now.Add(blockTime)
		return true
	}
	return false
}

// undo takes an attempt back that went well.
func (a *attempts) undo(login string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if of := a.logins[login]; of != nil && len(of.at) > 0 {
		of.at = of.at[:len(of.at)-1]
	}
}

// signIn is POST authentication, with and without a code. All that can be wrong
// with what was sent is one and the same error, and so is an attempt too many.
func signIn(c *call) (answer, error) {
	login := c.params.text("username")
	if c.portal.attempts.begin(login) {
		return answer{}, errSignIn
	}
	u := c.store.employeeByEmail(login)
	if u == nil || c.params.text("password") != demoPassword {
		return answer{}, errSignIn
	}
	code := c.place.name
	if code == "" && u.factor != noFactor {
		c.portal.attempts.undo(login)
		return c.pending(u), nil
	}
	if code != "" && (u.factor == noFactor || code != demoCode) {
		return answer{}, errSignIn
	}
	c.portal.attempts.undo(login)
	e := c.encoder()
	e.open("", '{')
	e.text("token", tokenPrefix+u.userName)
	e.date("expires", today.AddDate(1, 0, 0))
	e.close('}')
	return one(e.buf), nil
}

// pending says that a code is waited for.
func (c *call) pending(u *employee) answer {
	e := c.encoder()
	e.open("", '{')
	e.raw("token", "null")
	if u.factor == bySMS {
		e.date("expires", today.Add(5*time.Minute))
		e.flag("sms", true)
		e.text("phoneNoise", "+33*****0171")
	} else {
		e.flag("tfa", true)
	}
	e.close('}')
	return one(e.buf)
}
