package upstream

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"

	"onlyoffice-graphql/upstream/scan"
)

// NewSession is what a person signs in with.
type NewSession struct {
	secret

	UserName string // the e-mail address
	Password string
	Code     string // of the second factor: letters and digits; "" for none
}

// Session is what the portal gives a person who signs in: a token, or what it waits for.
// It prints as "redacted".
type Session struct {
	Token   string   `json:"token"`   // "" while a code is waited for
	Expires DateTime `json:"expires"` // of the token; without one that of the code

	SMS      bool `json:"sms"`                           // the code is sent to a phone
	HasPhone bool `json:"phoneNoise" scan:"scanPresent"` // which the portal knows
	App      bool `json:"tfa"`                           // the code is one of an authenticator app
	SetsUp   bool `json:"tfaKey" scan:"scanPresent"`     // which has to be set up first
}

// String is a secret's; one cannot be embedded in what the reader of answers fills.
func (Session) String() string { return secret{}.String() }

// GoString is a secret's.
func (Session) GoString() string { return secret{}.GoString() }

// MarshalText is a secret's.
func (Session) MarshalText() ([]byte, error) { return secret{}.MarshalText() }

// NeedsSetUp reports whether there can be no code before the portal's own pages have
// asked for a phone, or for an app.
func (s Session) NeedsSetUp() bool { return s.SMS && !s.HasPhone || s.App && s.SetsUp }

// scanPresent reads whether there is a text, and nothing of it.
func scanPresent(r *scan.Reader, into *bool) {
	if !r.Null() {
		var text string
		r.Text(&text)
		*into = text != ""
	}
}

// errNoFactor is a session without a token and without a reason.
var errNoFactor = errors.New("neither a token nor a second factor")

// SignIn asks the portal for a session (POST api/2.0/authentication, and with a code
// authentication/{code}: the portal takes it by no other way). It is one attempt that is
// never repeated, shows no credential, and has a connection of its own: an answer that
// belongs to another attempt would be the token of somebody else. What the portal does
// not take is a KindUnauthenticated error; none has the portal's own words, and one that
// came before the portal was asked has the outcome NotDone.
func (c *Caller) SignIn(ctx context.Context, in NewSession) (Session, error) {
	to := route{template: "authentication"}
	if in.Code != "" {
		to = route{template: "authentication/{code}", path: "authentication/" + url.PathEscape(in.Code)}
	}
	f := &form{}
	f.add("userName", in.UserName)
	f.add("password", in.Password)
	r := c.client.changing(http.MethodPost, to, f.String())
	r.purpose = PurposeSignIn
	session, err := c.signIn(ctx, r)
	switch {
	case err != nil:
		return Session{}, withoutWords(err)
	case session.Token == "" && !session.SMS && !session.App:
		return Session{}, &Error{Op: to.template, Kind: KindBadAnswer, Status: http.StatusCreated, Err: errNoFactor}
	default:
		return session, nil
	}
}

func (c *Caller) signIn(ctx context.Context, r request) (Session, error) {
	if err := c.client.breaker.refuse(r.op); err != nil {
		return Session{}, err
	}
	anonymous := c.as(Credentials{})
	_, _ = rand.Read(anonymous.holder[:]) // never fails
	defer c.countCalls(anonymous)
	defer c.client.pools.drop(anonymous.holder)
	s := &slot{caller: anonymous}
	defer s.give()
	if err := s.turn(ctx, r.op); err != nil {
		return Session{}, err
	}
	// The portal counts it even if its client goes away, who must not have it uncounted here.
	kept, end := lasting(ctx)
	defer end()
	return attempt(kept, anonymous, r, 1, decode[Session])
}

// withoutWords returns why a sign-in failed, without anything that the portal sent.
func withoutWords(err error) error {
	var e *Error
	switch {
	case !errors.As(err, &e):
		return err
	case e.Status == 0 && (e.LeftAlone || notConnected(e.Err) || errors.Is(e.Err, errNoSlot)):
		return withOutcome(err, NotDone)
	}
	plain := *wordless(e).(*Error)
	switch {
	case e.Status == http.StatusUnauthorized, e.fromPortal && e.Status == http.StatusInternalServerError:
		// The latter is what it answers to a wrong password.
		plain.Kind = KindUnauthenticated
	case e.Kind == KindUnauthenticated: // its sign-in page is no answer to this
		plain.Kind = KindBadAnswer
	}
	return &plain
}

// wordless returns an error without anything that the portal sent.
func wordless(err error) error {
	var e *Error
	if !errors.As(err, &e) || e.Status == 0 {
		return err
	}
	plain := *e
	plain.Err = nil
	return &plain
}

// SelfOf returns who a session is of (GET api/2.0/people/@self).
func (c *Caller) SelfOf(ctx context.Context, session Session) (*EmployeeDetails, error) {
	signedIn := c.as(Credentials{Authorization: session.Token})
	defer c.countCalls(signedIn)
	self, err := signedIn.Self(ctx, nil)
	return self, wordless(err) // the log takes out the credentials of the request, not this token
}

// as returns a caller with other credentials within the same request, which waits for slots
// with all sign-ins. Its calls are to be counted.
func (c *Caller) as(credentials Credentials) *Caller {
	other := &Caller{
		client: c.client, credentials: credentials, holder: c.client.holders.of(credentials), header: credentials.header(),
		slots: c.slots, observe: c.observe, atPortal: c.atPortal,
	}
	other.queue.Store(c.client.slots.signIns)
	return other
}

// countCalls adds those of another caller within the same request.
func (c *Caller) countCalls(other *Caller) { c.calls.Add(other.calls.Load()) }
