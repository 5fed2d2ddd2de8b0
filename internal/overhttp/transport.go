// Package overhttp answers GraphQL over HTTP: it is a transport of gqlgen's server,
// with the rules for pages of other sites and the bounds of what is taken in.
package overhttp

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"onlyoffice-graphql/graph/plain"
	"onlyoffice-graphql/internal/allowance"
	"onlyoffice-graphql/internal/codes"
	"onlyoffice-graphql/internal/document"
	"onlyoffice-graphql/internal/request"
	"onlyoffice-graphql/internal/serve"
	"onlyoffice-graphql/upstream"
)

// maxCredential is how many bytes of a credential are passed on with each portal
// call. A portal's tokens have some hundred.
const maxCredential = 8 << 10

// Options are what is set of the transport. Sizes are bytes, and have no defaults here.
type Options struct {
	Documents     *document.Store        // reads and keeps the documents of requests
	Origins       []string               // whose pages may call the API, as CrossOrigin has them
	ServedAs      func(host string) bool // whether the API may be called by that name; nil: by any
	Timeout       time.Duration          // of an operation; a client may take as long to send its request, and to read the answer
	Requests      int                    // that are worked on at a time
	Body          int64                  // of one request
	Variables     int                    // of one request
	Answer        int64                  // of one
	AnswersMemory int64                  // of all answers that are being made and sent

	// Account returns what a request's portal calls are charged to; nil, or one that
	// returns nil: no number of them is set.
	Account func(ctx context.Context) *allowance.Account

	// Those of the server, for what goes wrong beside its operations.
	Present graphql.ErrorPresenterFunc
	Recover graphql.RecoverFunc
}

// transport answers GraphQL over HTTP, as the specification of that name says,
// for GET and POST.
type transport struct {
	Options
	places    semaphore
	bodies    bodies
	answers   *plain.Answers
	persisted *persisted
}

var _ graphql.Transport = (*transport)(nil)

// Attach lets the server answer over HTTP at Path, and say at other paths where
// that is. Requests that a transport supports which was added before go to that.
//
// Each request has come through Identify. A refused one passes the server's
// AroundResponses too, in a context without an operation. The function that is returned
// says how busy the API is.
func Attach(server *handler.Server, o Options) func() Load { return attach(server, o).load }

func attach(server *handler.Server, o Options) *transport {
	t := &transport{
		Options:   o,
		places:    newSemaphore(o.Requests),
		bodies:    newBodies(o.Body),
		answers:   plain.NewAnswers(o.Answer, o.AnswersMemory),
		persisted: newPersisted(),
	}
	server.SetQueryCache(preparedCache{})
	server.AddTransport(misplaced{})
	server.AddTransport(t)
	return t
}

// Path is where the API is.
const Path = "/graphql"

// misplaced answers requests that may be meant for the API, but are not sent to it.
type misplaced struct{}

// Supports reports whether the request is one to another path than the API's.
func (misplaced) Supports(r *http.Request) bool { return strings.TrimSuffix(r.URL.Path, "/") != Path }

// Do says where the API is.
func (misplaced) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	refuse(http.StatusNotFound, codes.BadRequest, "There is nothing here. The API is at %s.", Path).write(r.Context(), w, mediaJSON, exec)
}

// Supports reports that every request is answered, if only with what is wrong with it.
func (t *transport) Supports(*http.Request) bool { return true }

// Do answers one request.
func (t *transport) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	mediaType, acceptable := negotiate(r.Header.Values("Accept"))
	ctx := r.Context()
	defer func() {
		if v := recover(); v != nil {
			t.recovered(ctx, w, mediaType, exec, v)
		}
	}()

	serve.LimitReading(w, r, t.Timeout)
	account := t.accountOf(ctx)
	account.tell(w.Header())
	req, refused := t.take(w, r, &account, acceptable)
	if refused != nil {
		serve.LimitReading(w, r, linger)
		drain(w, r, t.Body)
		refused.write(ctx, w, mediaType, exec)
		return
	}
	timed, cancel := context.WithTimeout(ctx, t.Timeout) // however long the body took
	defer cancel()
	answer := t.answers.Begin(timed, cancel)
	defer answer.End() // when the client has it
	response, refused := t.runInPlace(timed, r, req, answer, exec)
	if response != nil { // which took calls
		account.tell(w.Header())
	}
	switch {
	case refused != nil:
		refused.write(ctx, w, mediaType, exec)
	case response != nil:
		t.respond(ctx, w, mediaType, response, answer, exec)
	case r.Context().Err() == nil: // out of time before it began
		late := gqlerror.Wrap(upstream.Ended("operation", timed.Err()))
		write(w, mediaType, http.StatusGatewayTimeout, exec.DispatchError(ctx, gqlerror.List{late}))
	}
}

// respond sends what an operation came to, if there is memory to hold it in until
// the client has read it. A status of 503, and a time to come back, stand for what may be
// sent again as a whole: clients and proxies do so by themselves.
func (t *transport) respond(ctx context.Context, w http.ResponseWriter, mediaType string, response *graphql.Response, answer *plain.Answer, exec graphql.GraphExecutor) {
	serve.LimitWriting(w, t.Timeout)
	var text responseText
	if !answer.FoundNoMemory() { // or its error says so already
		if text = textOf(response); !answer.Holds(text.size()) {
			response = exec.DispatchError(ctx, gqlerror.List{gqlerror.Wrap(plain.ErrNoMemory)})
		}
	}
	wait, isChanged := retryAfter(response.Errors), request.Of(ctx).MayHaveChanged()
	if wait > 0 && !isChanged {
		w.Header().Set("Retry-After", strconv.Itoa(wait))
	}
	status := http.StatusOK
	if answer.FoundNoMemory() {
		if response.Data = []byte("null"); !isChanged {
			status, response.Data = http.StatusServiceUnavailable, nil
		}
		text = textOf(response)
	}
	text.write(w, mediaType, status)
}

// take reads what the client asks for, if the request is let in.
func (t *transport) take(w http.ResponseWriter, r *http.Request, of *account, acceptable bool) (*params, *refusal) {
	if refused := t.admit(w, r, acceptable); refused != nil {
		return nil, refused
	}
	if refused := of.refuse(); refused != nil {
		return nil, refused
	}
	if t.places.isFull() {
		return nil, overloaded() // before its body is read
	}
	return t.readRequest(w, r)
}

// admit checks what is known before the request itself is read.
func (t *transport) admit(w http.ResponseWriter, r *http.Request, acceptable bool) *refusal {
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		return refuse(http.StatusMethodNotAllowed, codes.BadRequest, "Send a GET or a POST.").with("Allow", "GET, POST")
	}
	if strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		return refuse(http.StatusNotImplemented, codes.BadRequest, "There are no subscriptions here, so no WebSocket is opened. Send a POST.")
	}
	if refused := t.refuseCrossSite(r); refused != nil {
		return refused
	}
	if t.ServedAs != nil && !t.ServedAs(r.Host) {
		return refuse(http.StatusMisdirectedRequest, codes.CrossSite, "This API is not served by that name. Its operator can let it be, with --cors-origin.")
	}
	if size := request.Of(r.Context()).Credentials().Size(); size > maxCredential {
		return refuseOver(http.StatusRequestHeaderFieldsTooLarge, codes.BadRequest, maxCredential, size, "The credential is larger than any that a portal gives. Send the portal's token alone.")
	}
	if !acceptable {
		return refuse(http.StatusNotAcceptable, codes.BadRequest, "Answers are %s or %s, in UTF-8; the Accept header wants neither.", mediaGraphQL, mediaJSON)
	}
	return nil
}

// runInPlace runs the request's operation if there is a place for it. A client that is
// slow to send, or to read, takes no other client's place: the number of connections is
// bounded, and so is the memory of answers.
func (t *transport) runInPlace(ctx context.Context, r *http.Request, req *params, answer *plain.Answer, exec graphql.GraphExecutor) (*graphql.Response, *refusal) {
	if !t.places.enter() {
		return nil, overloaded()
	}
	defer t.places.leave()
	return t.run(ctx, r, req, answer, exec)
}

// run finds the request's document and runs its operation, or says why not. It
// returns neither when there was no time to run it.
func (t *transport) run(ctx context.Context, r *http.Request, req *params, answer *plain.Answer, exec graphql.GraphExecutor) (*graphql.Response, *refusal) {
	if refused := t.persisted.complete(req); refused != nil {
		return nil, refused
	}
	if req.query == "" {
		return nil, malformed("The request has no query.")
	}
	known := request.Of(ctx)
	known.Query = req.query
	doc, rejected := t.Documents.Get(req.query)
	if rejected != nil && (doc == nil || rejected.HoldsSecret) {
		known.Query = "" // or its hash would be in the log: what cannot be read may hold a secret, too
	}
	if doc != nil && r.Method == http.MethodGet && !doc.IsQuery(req.operationName) {
		return nil, refuse(http.StatusMethodNotAllowed, codes.BadRequest, "A GET runs queries only. Send a POST.").with("Allow", http.MethodPost)
	}
	if rejected != nil {
		return nil, notRun(rejected)
	}
	t.persisted.store(req, everybody)
	named, rejected := doc.Operation(req.operationName)
	if rejected != nil {
		return nil, notRun(rejected)
	}
	known.Name = named.Name
	if rejected := named.RejectMisfits(req.variables); rejected != nil {
		return nil, notRun(rejected)
	}
	known.Document = doc
	operation, errs := exec.CreateOperationContext(ctx, &graphql.RawParams{
		Query: req.query, OperationName: req.operationName, Variables: req.variables, Extensions: req.extensions, Headers: r.Header,
	})
	if len(errs) > 0 {
		return nil, notRun(named.RejectUncoerced(errs))
	}
	if rejected := named.RejectValues(operation.Variables); rejected != nil {
		return nil, notRun(rejected)
	}
	ctx = plain.With(ctx, operation, doc.Selections, answer)
	respond, ctx := exec.DispatchOperation(ctx, operation)
	response := respond(ctx)
	if response != nil && len(response.Errors) == 0 {
		t.persisted.store(req, t.persisted.shareOf(known.Credentials(), known.IsKnown()))
	}
	return response, nil
}

// recovered answers a request that a bug ended.
func (t *transport) recovered(ctx context.Context, w http.ResponseWriter, mediaType string, exec graphql.GraphExecutor, bug any) {
	failure := t.Present(ctx, t.Recover(ctx, bug))
	write(w, mediaType, http.StatusInternalServerError, dispatch(ctx, exec, failure))
}

// dispatch returns the response that says the failure. The extensions that intercept
// responses see it, unless one of them fails again, as the bug may be theirs.
func dispatch(ctx context.Context, exec graphql.GraphExecutor, failure *gqlerror.Error) (response *graphql.Response) {
	defer func() {
		if recover() != nil {
			response = &graphql.Response{Errors: gqlerror.List{failure}}
		}
	}()
	return exec.DispatchError(ctx, gqlerror.List{failure})
}
