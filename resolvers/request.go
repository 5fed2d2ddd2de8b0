package resolvers

import (
	"context"
	"maps"
	"net/http"
	"slices"
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
	report    *report // nil: nobody wants one
	roots     func()  // see planRoots

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
	stages            shared[[]*upstream.Stage]
	tags              shared[[]*upstream.Tag]
	currencies        shared[[]*upstream.Currency]
	taskCategories    shared[[]*upstream.ListItem]
	historyCategories shared[[]*upstream.ListItem]
	allEmployees      shared[[]*upstream.EmployeeDetails]
	viewer            shared[*upstream.EmployeeDetails]
}

// shared reads what all fields share, at the first call; ctx is the field's.
type shared[V any] func(ctx context.Context) (V, error)

type requestKey struct{}

// AroundOperations gives an operation its own caller and loaders, and starts
// the look-ups that its document names.
func (r *Resolver) AroundOperations(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	operation := graphql.GetOperationContext(ctx)
	credentials := r.credentials(operation.Headers)
	caller := r.client.For(credentials)
	report := r.reportFor(operation, credentials)
	if report != nil {
		caller.Observe(report.called)
	}
	req := newRequest(ctx, operation, caller, report)
	req.announceRoots(ctx)
	return next(context.WithValue(ctx, requestKey{}, req))
}

// AroundResponses finishes an answer: its errors come in the order of the
// document, where concurrent fields left them in the order of their failing,
// and the report is added for those who want it.
func (r *Resolver) AroundResponses(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	req, ran := ctx.Value(requestKey{}).(*request) // unlike an operation that was refused
	if ran {
		defer req.caller.Close()
	}
	response := next(ctx)
	if response == nil {
		return nil
	}
	slices.SortStableFunc(response.Errors, compareErrors)
	if ran && req.report != nil {
		extensions := map[string]any{"upstream": req.report.render()}
		maps.Copy(extensions, response.Extensions)
		response.Extensions = extensions
	}
	return response
}

func newRequest(ctx context.Context, operation *graphql.OperationContext, caller *upstream.Caller, report *report) *request {
	req := &request{
		operation:       operation,
		caller:          caller,
		report:          report,
		opportunities:   newLookup(ctx, report, "crm/opportunity/{id}", caller.Opportunities),
		opportunityTags: newLookup(ctx, report, "crm/opportunity/tag/{id}", caller.OpportunityTags),
		files:           newLookup(ctx, report, "crm/opportunity/{id}/files", caller.Files),
		tasks:           newLookup(ctx, report, "crm/task/filter", tasksOf(caller)),
		history:         newLookup(ctx, report, "crm/history/filter", historyOf(caller)),
		contacts:        newLookup(ctx, report, "crm/contact/{id}", caller.Contacts),
		contactTags:     newLookup(ctx, report, "crm/contact/tag/{id}", caller.ContactTags),
		emails:          newLookup(ctx, report, "crm/contact/mail", caller.Emails),
		persons:         newLookup(ctx, report, "crm/contact/company/{id}/person", caller.Persons),
		employees:       newLookup(ctx, report, "people/{id}", caller.Employees),
		definitions:     newLookup(ctx, report, "crm/{entity}/customfield/definitions", definitionsOf(caller)),

		stages:            once(ctx, report, "crm/opportunity/stage", caller.Stages),
		tags:              once(ctx, report, "crm/opportunity/tag", caller.Tags),
		currencies:        once(ctx, report, "crm/settings/currency", caller.Currencies),
		taskCategories:    once(ctx, report, "crm/task/category", caller.TaskCategories),
		historyCategories: once(ctx, report, "crm/history/category", caller.HistoryCategories),
		allEmployees:      once(ctx, report, "people/filter", caller.ListEmployees),
		viewer:            once(ctx, report, "people/@self", caller.Self),
	}
	req.roots = sync.OnceFunc(func() { req.planRoots(ctx) })
	return req
}

// once makes a call, on the operation's ctx, that everybody who needs it shares.
func once[V any](ctx context.Context, report *report, route string, ask func(context.Context) (V, error)) shared[V] {
	call := sync.OnceValues(func() (V, error) { return ask(ctx) })
	return func(field context.Context) (V, error) {
		if report != nil {
			report.used(field, route, "", false)
		}
		return call()
	}
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
		if cookie.Quoted { // net/http takes the quotes off
			own.Cookie = `"` + cookie.Value + `"`
		}
	}
	if own.IsZero() {
		return r.options.Fallback
	}
	return own
}
