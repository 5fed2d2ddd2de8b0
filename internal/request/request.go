// Package request has the one value that the context of a request carries.
package request

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/internal/allowance"
	"onlyoffice-graphql/internal/document"
	"onlyoffice-graphql/upstream"
)

// Request says which request it is, what is known of it so far, and what its operation
// has done. Only the request's own goroutine sets its fields.
type Request struct {
	ID        string             // every error and every line of the log bears it
	Header    http.Header        // what the client sent
	Client    netip.Addr         // its address, for the log
	CountsFor netip.Addr         // the address whose limits the request counts for; not valid where none is known
	Began     time.Time          // when the first byte of the request was read
	Query     string             // the document's text; "" before it is known
	Name      string             // of the operation; "" before it is found
	Document  *document.Document // nil until there is one that may run
	Account   *allowance.Account // what its portal calls are charged to; nil until it is opened, or for nothing
	Operation Operation          // nil until it begins: a request without one was refused
	Measured  bool               // the operation's duration is in the metrics

	credentials upstream.Credentials // what the headers show the portal, read once
}

// Operation is what one operation has done so far.
type Operation interface {
	PortalCalls() int
	AtPortal() time.Duration
	IsKnown() bool

	// Outcome returns what is known of the change that an error at a path belongs to: that
	// of its root field, or without a path that of all of them together. It is "" for an
	// operation that changes nothing.
	Outcome(path ast.Path) upstream.Outcome
}

// Write is what the log hears of a write: nothing of its values.
type Write struct {
	RequestID string
	Mutation  string // the field's name
	ID        int    // of the object; 0 where there is none
	Outcome   upstream.Outcome
}

type key struct{}

// With returns the context of a request.
func With(ctx context.Context, r *Request) context.Context {
	r.credentials = credentialsIn(r.Header)
	return context.WithValue(ctx, key{}, r)
}

// Of returns the request that ctx belongs to.
func Of(ctx context.Context) *Request { return ctx.Value(key{}).(*Request) }

// Outcome is that of the request's operation; "" before it begins.
func (r *Request) Outcome(path ast.Path) upstream.Outcome {
	if r.Operation == nil {
		return ""
	}
	return r.Operation.Outcome(path)
}

// PortalCalls returns how many calls the request's operation has made so far.
func (r *Request) PortalCalls() int {
	if r.Operation == nil {
		return 0
	}
	return r.Operation.PortalCalls()
}

// AtPortal returns for how long so far at least one of them was in flight.
func (r *Request) AtPortal() time.Duration {
	if r.Operation == nil {
		return 0
	}
	return r.Operation.AtPortal()
}

// IsKnown reports whether the portal has taken the credential of the request's operation.
func (r *Request) IsKnown() bool { return r.Operation != nil && r.Operation.IsKnown() }

// MayHaveChanged reports whether the request has changed something, or may have, so that it
// is not to be sent again as a whole.
func (r *Request) MayHaveChanged() bool {
	outcome := r.Outcome(nil)
	return outcome != "" && outcome != upstream.NotDone
}

// Credentials returns what the request shows the portal, as it came; zero when there is
// nothing.
func (r *Request) Credentials() upstream.Credentials { return r.credentials }

func credentialsIn(headers http.Header) upstream.Credentials {
	own := upstream.Credentials{Authorization: headers.Get("Authorization")}
	if cookie, err := (&http.Request{Header: headers}).Cookie(upstream.CookieName); err == nil {
		own.Cookie = cookie.Value
		if cookie.Quoted { // net/http takes the quotes off
			own.Cookie = `"` + cookie.Value + `"`
		}
	}
	return own
}
