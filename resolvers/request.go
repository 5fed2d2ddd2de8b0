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
	operation *graphql.OperationContext
	caller    *upstream.Caller
	roots     func() // see planRoots

	// Look-ups: a key is asked for once.
	opportunities   *lookup[int, *upstream.Opportunity]
	opportunityTags *lookup[int, []string]
	files           *lookup[int, []*upstream.File]
	tasks           *lookup[tasksKey, upstream.Page[*upstream.Task]]
	history         *lookup[historyKey, upstream.Page[*upstream.HistoryEvent]]
	contacts        *lookup[int, *upstream.ContactDetails]
	contactTags     *lookup[int, []string]
	emails          *lookup[int, *upstream.ContactInfo]
	persons         *lookup[int, []*upstream.ContactDetails]
	employees       *lookup[string, *upstream.EmployeeDetails]
	definitions     *lookup[string, []*upstream.CustomFieldDefinition]

	// The portal's dictionaries: each is asked for once.
	stages            func() ([]*upstream.Stage, error)
	tags              func() ([]*upstream.Tag, error)
	currencies        func() ([]*upstream.Currency, error)
	taskCategories    func() ([]*upstream.ListItem, error)
	historyCategories func() ([]*upstream.ListItem, error)
	allEmployees      func() ([]*upstream.EmployeeDetails, error)
	viewer            func() (*upstream.EmployeeDetails, error)
}

type requestKey struct{}

// AroundOperations gives an operation its own caller and loaders, and starts
// the look-ups that its document names.
func (r *Resolver) AroundOperations(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	operation := graphql.GetOperationContext(ctx)
	req := newRequest(ctx, operation, r.client.For(r.credentials(operation.Headers)))
	req.announceRoots(ctx)
	return next(context.WithValue(ctx, requestKey{}, req))
}

func newRequest(ctx context.Context, operation *graphql.OperationContext, caller *upstream.Caller) *request {
	req := &request{
		operation:       operation,
		caller:          caller,
		opportunities:   newLookup(ctx, caller.Opportunities),
		opportunityTags: newLookup(ctx, caller.OpportunityTags),
		files:           newLookup(ctx, caller.Files),
		tasks:           newLookup(ctx, tasksOf(caller)),
		history:         newLookup(ctx, historyOf(caller)),
		contacts:        newLookup(ctx, caller.Contacts),
		contactTags:     newLookup(ctx, caller.ContactTags),
		emails:          newLookup(ctx, caller.Emails),
		persons:         newLookup(ctx, caller.Persons),
		employees:       newLookup(ctx, caller.Employees),
		definitions:     newLookup(ctx, caller.CustomFieldDefinitions),

		stages:            once(ctx, caller.Stages),
		tags:              once(ctx, caller.Tags),
		currencies:        once(ctx, caller.Currencies),
		taskCategories:    once(ctx, caller.TaskCategories),
		historyCategories: once(ctx, caller.HistoryCategories),
		allEmployees:      once(ctx, caller.ListEmployees),
		viewer:            once(ctx, caller.Self),
	}
	req.roots = sync.OnceFunc(func() { req.planRoots(ctx) })
	return req
}

// once makes a call that everybody who needs it shares.
func once[V any](ctx context.Context, ask func(context.Context) (V, error)) func() (V, error) {
	return sync.OnceValues(func() (V, error) { return ask(ctx) })
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
