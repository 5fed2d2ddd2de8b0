package resolvers

import (
	"context"
	"net/http"
	"sync"

	"github.com/99designs/gqlgen/graphql"

	"onlyoffice-graphql/upstream"
)

// RequestIDHeader names a request; the server fills it in before the operation
// starts, and every error bears the same id.
const RequestIDHeader = "X-Request-Id"

// cookieName is the cookie that the portal keeps its token in.
const cookieName = "asc_auth_key"

// request is what the fields of one operation share, and nobody else sees.
type request struct {
	caller        *upstream.Caller
	opportunities *lookup[int, *upstream.Opportunity]
	stages        func() ([]upstream.Stage, error) // asked once
}

type requestKey struct{}

// AroundOperations gives an operation its own caller and loaders, and starts
// the look-ups that its document names.
func (r *Resolver) AroundOperations(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	operation := graphql.GetOperationContext(ctx)
	caller := r.client.For(r.credentials(operation.Headers))
	req := &request{
		caller:        caller,
		opportunities: newLookup(ctx, caller.Opportunities),
		stages:        sync.OnceValues(func() ([]upstream.Stage, error) { return caller.Stages(ctx) }),
	}
	req.opportunities.announce(ctx, rootOpportunityIDs(operation))
	return next(context.WithValue(ctx, requestKey{}, req))
}

// requestFrom returns the request that ctx belongs to.
func requestFrom(ctx context.Context) *request {
	return ctx.Value(requestKey{}).(*request)
}

// PortalCalls returns how many portal calls the operation of ctx has made so far.
func PortalCalls(ctx context.Context) int {
	if req, ok := ctx.Value(requestKey{}).(*request); ok {
		return req.caller.Calls()
	}
	return 0
}

// credentials returns what the portal is shown: the caller's own, or else the fallback.
func (r *Resolver) credentials(headers http.Header) upstream.Credentials {
	own := upstream.Credentials{Authorization: headers.Get("Authorization")}
	if cookie, err := (&http.Request{Header: headers}).Cookie(cookieName); err == nil {
		own.Cookie = cookie.Value
	}
	if own.IsZero() {
		return r.fallback
	}
	return own
}
