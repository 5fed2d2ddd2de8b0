// Package resolvers answers the fields of the schema that are not plain data.
// A field goes one way: its resolver checks the arguments, asks a loader of the
// request, and the loader asks the portal's client once for all that is wanted.
package resolvers

import (
	"onlyoffice-graphql/internal/allowance"
	"onlyoffice-graphql/internal/request"
	"onlyoffice-graphql/upstream"
)

// Resolver is the root of all resolvers.
type Resolver struct {
	client     *upstream.Client
	options    Options
	clientKeys *clientKeys
	attempts   *allowance.Attempts // to sign in; nil where signIn is off
	accounts   *allowance.Accounts // nil where callers have no limit
}

// Options say how operations are answered. The zero value of each field means
// what is said beside it.
type Options struct {
	Fallback upstream.Credentials // shown for callers without a credential of their own; none
	Report   ReportMode           // who may see the report of portal calls; no caller
	Portal   upstream.Portal      // what is said of the portal; nothing
	Writes   WriteMode            // who may write; no caller
	Wrote    func(request.Write)  // is let know of each write, and of who signs in; not called
	SignIn   bool                 // whether signIn is answered; not

	// CallerCalls is how many portal calls each credential may make a minute; any number.
	CallerCalls int
}

// New returns the resolvers of one portal.
func New(client *upstream.Client, options Options) *Resolver {
	r := &Resolver{client: client, options: options, clientKeys: newClientKeys(), accounts: allowance.NewAccounts(options.CallerCalls)}
	if options.SignIn {
		r.attempts = allowance.NewAttempts()
	}
	return r
}
