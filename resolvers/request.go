package resolvers

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"onlyoffice-graphql/graph/plain"
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
	analysis  *Analysis
	caller    *upstream.Caller
	report    *report // nil when not asked for
	failures  failures

	wanted atomic.Int64 // keys that were to be looked up so far

	mu      sync.Mutex     // guards the fields below
	lookups []any          // a *lookups for each kind, nil for those that are not made
	lists   map[string]any // see shared
	texts   map[*upstream.HistoryEvent]string
	matched map[string]bool // see withoutDates
}

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
	analysis := analysisOf(ctx, operation.Doc)
	if analysis.sequential && operation.Operation.Operation == ast.Query { // others are not prefetched
		ctx = plain.Sequential(ctx)
	}
	req := &request{ctx: ctx, operation: operation, analysis: analysis, caller: caller, report: report, lookups: make([]any, kinds)}
	req.prefetchRoots()
	return next(context.WithValue(ctx, requestKey{}, req))
}

// AroundResponses finishes an answer: its errors come in the order of the
// document, where concurrent fields left them in the order of their failing,
// those that it has no room for are a number, and the report is added for those
// who want it. Of an answer that was cut, nothing is left but why.
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
	if ran {
		if why := plain.CutBy(ctx); why != nil {
			response.Errors = gqlerror.List{present(ctx, cut(why))}
		} else if more := req.failures.more(ctx); more != nil {
			response.Errors = append(response.Errors, more)
		}
	}
	if ran && req.report != nil {
		extensions := map[string]any{"upstream": req.report.render()}
		maps.Copy(extensions, response.Extensions)
		response.Extensions = extensions
	}
	return response
}

// cut returns the error of an answer that was cut: the end of the operation's context
// is its deadline, or a caller who went away.
func cut(why error) error {
	switch {
	case errors.Is(why, context.DeadlineExceeded):
		return &upstream.Error{Op: "operation", Kind: upstream.KindTimeout, Err: why}
	case errors.Is(why, context.Canceled):
		return &upstream.Error{Op: "operation", Kind: upstream.KindCanceled, Err: why}
	default:
		return why
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
	if own := CredentialsIn(headers); !own.IsZero() {
		return own
	}
	return r.options.Fallback
}

// CredentialsIn returns what a request with these headers shows the portal, as it
// came; zero when there is nothing.
func CredentialsIn(headers http.Header) upstream.Credentials {
	own := upstream.Credentials{Authorization: headers.Get("Authorization")}
	if cookie, err := (&http.Request{Header: headers}).Cookie(cookieName); err == nil {
		own.Cookie = cookie.Value
		if cookie.Quoted { // net/http takes the quotes off
			own.Cookie = `"` + cookie.Value + `"`
		}
	}
	return own
}

// maxLookUps is how many keys one operation looks up. A portal may hold long lists
// where the cost of an operation counts one item, so the cost is no bound of them.
const maxLookUps = 5000

// mayLookUp returns nil, or the error of fields whose keys are not looked up, as the
// operation has wanted all that one may.
func (r *request) mayLookUp() error {
	if wanted := r.wanted.Load(); wanted >= maxLookUps {
		return &upstream.Error{Op: "look-ups", Kind: upstream.KindTooMuch, Limit: maxLookUps, Actual: int(wanted) + 1}
	}
	return nil
}
