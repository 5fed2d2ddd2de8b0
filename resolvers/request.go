package resolvers

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"sync"

	"github.com/99designs/gqlgen/graphql"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/upstream"
)

// RequestIDHeader names a request; the server fills it in before the operation
// starts, and every error bears the same id.
const RequestIDHeader = "X-Request-Id"

// cookieName is the cookie that the portal keeps its token in.
const cookieName = "asc_auth_key"

// request is what the fields of one operation share, and nobody else sees.
type request struct {
	ctx       context.Context // the operation's, for calls that serve several fields
	operation *graphql.OperationContext
	outline   *Outline
	caller    *upstream.Caller
	report    *report   // nil: nobody wants one
	planned   sync.Once // see planRoots

	// Look-ups: a key is asked for once.
	opportunities   lookup[int, *upstream.Opportunity]
	opportunityTags lookup[int, []string]
	files           lookup[int, []*upstream.File]
	tasks           lookup[tasksKey, upstream.Page[*upstream.Task]]
	history         lookup[historyKey, upstream.Page[*upstream.HistoryEvent]]
	contacts        lookup[int, *upstream.ContactDetails]
	contactTags     lookup[int, []string]
	emails          lookup[int, *upstream.ContactInfo]
	persons         lookup[int, []*upstream.ContactDetails]
	employees       lookup[string, *upstream.EmployeeDetails]
	definitions     lookup[string, []*upstream.CustomFieldDefinition]

	// The portal's dictionaries: each is asked for once.
	stages            shared[[]*upstream.Stage]
	tags              shared[[]*upstream.Tag]
	currencies        shared[[]*upstream.Currency]
	taskCategories    shared[[]*upstream.ListItem]
	historyCategories shared[[]*upstream.ListItem]
	allEmployees      shared[[]*upstream.EmployeeDetails]
	viewer            shared[*upstream.EmployeeDetails]
}

type requestKey struct{}

// AroundOperations gives an operation its own caller and loaders, and starts
// the look-ups that its document names.
func (r *Resolver) AroundOperations(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	operation := graphql.GetOperationContext(ctx)
	graph.EnsurePlans(operation)
	credentials := r.credentials(operation.Headers)
	caller := r.client.For(credentials)
	report := r.reportFor(operation, credentials)
	if report != nil {
		caller.Observe(report.called)
	}
	outline := outlineOf(ctx, operation.Doc)
	caller.Omit(outline.omit)
	outline.inTurn.Use(operation)
	req := newRequest(ctx, operation, outline, caller, report)
	req.announceRoots()
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

func newRequest(ctx context.Context, operation *graphql.OperationContext, outline *Outline, caller *upstream.Caller, report *report) *request {
	r := &request{ctx: ctx, operation: operation, outline: outline, caller: caller, report: report}
	r.opportunities.init(r, "crm/opportunity/{id}", (*upstream.Caller).Opportunities)
	r.opportunityTags.init(r, "crm/opportunity/tag/{id}", (*upstream.Caller).OpportunityTags)
	r.files.init(r, "crm/opportunity/{id}/files", (*upstream.Caller).Files)
	r.tasks.init(r, "crm/task/filter", askTasks)
	r.history.init(r, "crm/history/filter", askHistory)
	r.contacts.init(r, "crm/contact/{id}", (*upstream.Caller).Contacts)
	r.contactTags.init(r, "crm/contact/tag/{id}", (*upstream.Caller).ContactTags)
	r.emails.init(r, "crm/contact/mail", (*upstream.Caller).Emails)
	r.persons.init(r, "crm/contact/company/{id}/person", (*upstream.Caller).Persons)
	r.employees.init(r, "people/{id}", (*upstream.Caller).Employees)
	r.definitions.init(r, "crm/{entity}/customfield/definitions", askDefinitions)

	r.stages.init(r, "crm/opportunity/stage", (*upstream.Caller).Stages)
	r.tags.init(r, "crm/opportunity/tag", (*upstream.Caller).Tags)
	r.currencies.init(r, "crm/settings/currency", (*upstream.Caller).Currencies)
	r.taskCategories.init(r, "crm/task/category", (*upstream.Caller).TaskCategories)
	r.historyCategories.init(r, "crm/history/category", (*upstream.Caller).HistoryCategories)
	r.allEmployees.init(r, "people/filter", (*upstream.Caller).ListEmployees)
	r.viewer.init(r, "people/@self", (*upstream.Caller).Self)
	return r
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
