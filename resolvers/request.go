package resolvers

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"onlyoffice-graphql/graph/plain"
	"onlyoffice-graphql/internal/document"
	"onlyoffice-graphql/upstream"
)

// Request is the one value that the context of a request carries: which request it is,
// what is known of it so far, and, while its operation runs, what the fields of that
// share. Only the request's own goroutine sets its exported fields.
type Request struct {
	ID        string             // every error and every line of the log bears it
	Header    http.Header        // what the client sent
	Client    netip.Addr         // its address, for the log
	CountsFor netip.Addr         // the address whose limits the request counts for; not valid where none is known
	Began     time.Time          // when the first byte of the request was read
	Query     string             // the document's text; "" before it is known
	Name      string             // of the operation; "" before it is found
	Document  *document.Document // nil until there is one that may run
	Ran       bool               // its operation was begun: the request was not refused
	Measured  bool               // the operation's duration is in the metrics

	own     upstream.Credentials // what the headers show the portal, read once
	account *Account             // see Resolver.Account
	running *execution
}

type requestKey struct{}

// WithRequest returns the context of a request.
func WithRequest(ctx context.Context, r *Request) context.Context {
	r.own = credentialsIn(r.Header)
	return context.WithValue(ctx, requestKey{}, r)
}

// RequestOf returns the request that ctx belongs to.
func RequestOf(ctx context.Context) *Request { return ctx.Value(requestKey{}).(*Request) }

// PortalCalls returns how many portal calls the request's operation has made so far.
func (r *Request) PortalCalls() int {
	if r.running == nil {
		return 0
	}
	return r.running.caller.Calls()
}

// AtPortal returns for how long so far at least one portal call of the request's operation
// was in flight.
func (r *Request) AtPortal() time.Duration {
	if r.running == nil {
		return 0
	}
	return r.running.caller.AtPortal()
}

// IsKnown reports whether the portal has taken the credential of the request's operation.
func (r *Request) IsKnown() bool { return r.running != nil && r.running.caller.IsKnown() }

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
	lookups map[any]any    // a *lookups of each *loader that is asked
	lists   map[string]any // see shared
	texts   map[*upstream.HistoryEvent]string
	matched map[string]bool // see withoutDates

	outcomes map[string]upstream.Outcome // of root fields of a mutation, by response keys
}

// end is called when there is an answer. Calls that no field waits for any more are
// cancelled, and waited for, so that none reports to a request that is over.
func (r *execution) end() {
	r.cancel()
	r.batches.Wait()
	r.caller.Close()
}

// executionOf returns what the fields of ctx's operation share.
func executionOf(ctx context.Context) *execution { return RequestOf(ctx).running }

// running returns what the fields of ctx's operation share, or nil where ctx is that of
// the request, before or after its operation.
func running(ctx context.Context) *execution {
	if !graphql.HasOperationContext(ctx) {
		return nil
	}
	return RequestOf(ctx).running
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
	of, operation := RequestOf(ctx), graphql.GetOperationContext(ctx)
	credentials := r.credentials(of)
	caller := r.client.For(credentials)
	report := r.reportFor(of, operation, credentials)
	if report != nil {
		caller.Observe(report.called)
	}
	if account := r.Account(ctx); account != nil {
		caller.Observe(func(upstream.Call) { account.charge(caller.IsKnown()) })
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
	of.running = &execution{ctx: ctx, cancel: cancel, operation: operation, analysis: analysis, caller: caller, report: report}
	of.Ran = true
	of.running.prefetchRoots()
	respond := next(ctx)
	return func(ctx context.Context) *graphql.Response {
		defer of.running.end() // also for a client that is gone, whose response is not intercepted
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

// credentials returns what the portal is shown: the caller's own, or else the fallback.
func (r *Resolver) credentials(of *Request) upstream.Credentials {
	if !of.own.IsZero() {
		return of.own
	}
	return r.options.Fallback
}

// Credentials returns what the request shows the portal, as it came; zero when there is
// nothing.
func (r *Request) Credentials() upstream.Credentials { return r.own }

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
