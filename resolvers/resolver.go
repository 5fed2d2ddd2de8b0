// Package resolvers answers the fields of the schema that are not plain data.
// A field goes one way: its resolver checks the arguments, asks a loader of the
// request, and the loader asks the portal's client once for all that is wanted.
package resolvers

import "onlyoffice-graphql/upstream"

// Resolver is the root of all resolvers.
type Resolver struct {
	client   *upstream.Client
	fallback upstream.Credentials
}

// New returns the resolvers of one portal. Callers without a credential of
// their own show fallback, if there is one.
func New(client *upstream.Client, fallback upstream.Credentials) *Resolver {
	return &Resolver{client: client, fallback: fallback}
}
