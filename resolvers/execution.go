package resolvers

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"onlyoffice-graphql/graph/plain"
	"onlyoffice-graphql/internal/allowance"
	"onlyoffice-graphql/internal/request"
	"onlyoffice-graphql/upstream"
)

// execution is what the fields of one operation share, and no other operation sees.
type execution struct {
	ctx       context.Context // the operation's, for calls that serve several fields; it ends with the answer
	cancel    context.CancelFunc
	batches   sync.WaitGroup // that are being read
	operation *graphql.OperationContext
	analysis  *Analysis
	caller    *upstream.Caller
	report    *report // nil when not asked for
	failures  failures

	wanted atomic.Int64 // keys that were to be looked up so far

	mu      sync.Mutex     // guards the fields below
	lookups []any          // a *lookups of each *loader that is asked
	lists   map[string]any // see shared
	texts   map[*upstream.HistoryEvent]string
	matched map[string]bool // see withoutDates

	outcomes map[string]upstream.Outcome // of root fields of a mutation, by response keys
}

// settle cancels the calls that no field waits for any more, and waits for them, so that
// none reports to a request that is over.
func (r *execution) settle() {
	r.cancel()
	r.batches.Wait()
}

// end is called when there is an answer.
func (r *execution) end() {
	r.settle()
	r.caller.Close()
}

// executionOf returns what the fields of ctx's operation share.
func executionOf(ctx context.Context) *execution {
	e, _ := request.Of(ctx).Operation.(*execution)
	return e
}

// PortalCalls returns how many calls the operation has made so far.
func (r *execution) PortalCalls() int { return r.caller.Calls() }

// AtPortal returns for how long so far at least one of them was in flight.
func (r *execution) AtPortal() time.Duration { return r.caller.AtPortal() }

// IsKnown reports whether the portal has taken the operation's credential.
func (r *execution) IsKnown() bool { return r.caller.IsKnown() }

// running returns what the fields of ctx's operation share, or nil where ctx is that of
// the request, before or after its operation.
func running(ctx context.Context) *execution {
	if !graphql.HasOperationContext(ctx) {
		return nil
	}
	return executionOf(ctx)
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationInterceptor
	graphql.ResponseInterceptor
} = (*Resolver)(nil)

// ExtensionName names the extension for gqlgen.
func (*Resolver) ExtensionName() string { return "Resolver" }

// Validate accepts every schema.
func (*Resolver) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptOperation gives an operation its own caller and loaders, and starts
// the look-ups that its document names.
func (r *Resolver) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	of, operation := request.Of(ctx), graphql.GetOperationContext(ctx)
	credentials := r.credentials(of)
	caller := r.client.For(credentials)
	report := r.reportFor(of, operation, credentials)
	if report != nil {
		caller.Observe(report.called)
	}
	if account := r.Account(ctx); account != nil {
		caller.Observe(func(upstream.Call) { account.Charge(caller.IsKnown()) })
	}
	analysis := of.Document.Analysis.(*Analysis)
	switch {
	case !analysis.sequential: // any field may wait
	case operation.Operation.Operation == ast.Query:
		ctx = plain.Sequential(ctx)
	default: // not prefetched
		ctx = plain.WithWaits(ctx, analysis.costs)
	}
	ctx, cancel := context.WithCancel(ctx)
	execution := &execution{ctx: ctx, cancel: cancel, operation: operation, analysis: analysis, caller: caller, report: report}
	of.Operation = execution
	execution.prefetchRoots()
	respond := next(ctx)
	return func(ctx context.Context) *graphql.Response {
		defer execution.end() // also for a client that is gone, whose response is not intercepted
		return respond(ctx)
	}
}

// InterceptResponse finishes an answer: its errors come in the order of the
// document, where concurrent fields left them in the order of their failing,
// those that it has no room for are a number, and the report is added for those
// who want it. Of an answer that was cut, nothing is left but why.
func (r *Resolver) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	e := running(ctx)
	response := next(ctx)
	if response == nil {
		return nil
	}
	slices.SortStableFunc(response.Errors, compareErrors)
	if e == nil { // the request was refused
		return response
	}
	if why := plain.CutBy(ctx); why != nil {
		response.Errors = gqlerror.List{present(ctx, cut(why))}
	} else if more := e.failures.more(ctx); more != nil {
		response.Errors = append(response.Errors, more)
	}
	if e.report != nil {
		e.settle() // or calls that are in flight would be in no report
		extensions := map[string]any{"upstream": e.report.render()}
		maps.Copy(extensions, response.Extensions)
		response.Extensions = extensions
	}
	return response
}

// cut returns the error of an answer that was cut: the end of the operation's context
// is its deadline, or a caller who went away.
func cut(why error) error {
	if errors.Is(why, context.DeadlineExceeded) || errors.Is(why, context.Canceled) {
		return upstream.Ended("operation", why)
	}
	return why
}

// Account returns what a request's portal calls are charged to; nil where no number of
// them is set.
func (r *Resolver) Account(ctx context.Context) *allowance.Account {
	of := request.Of(ctx)
	if r.accounts != nil && of.Account == nil {
		digest := r.client.Digest(r.credentials(of))
		of.Account = r.accounts.Open(string(digest[:]), of.CountsFor)
	}
	return of.Account
}

// credentials returns what the portal is shown: the caller's own, or else the fallback.
func (r *Resolver) credentials(of *request.Request) upstream.Credentials {
	if own := of.Credentials(); !own.IsZero() {
		return own
	}
	return r.options.Fallback
}

// maxLookUps is how many keys one operation looks up. A portal may hold long lists
// where the cost of an operation counts one item, so the cost is no bound of them.
const maxLookUps = 5000

// mayLookUp returns nil, or the error of fields whose keys are not looked up, as the
// operation has wanted all that one may.
func (r *execution) mayLookUp() error {
	if wanted := r.wanted.Load(); wanted >= maxLookUps {
		return &upstream.Error{Op: "look-ups", Kind: upstream.KindTooMuch, Limit: maxLookUps, Actual: int(wanted) + 1}
	}
	return nil
}
