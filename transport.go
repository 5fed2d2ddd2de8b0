package main

import (
	"context"
	"net/http"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"onlyoffice-graphql/graph/plain"
	"onlyoffice-graphql/internal/config"
	"onlyoffice-graphql/internal/document"
	"onlyoffice-graphql/internal/serve"
	"onlyoffice-graphql/resolvers"
	"onlyoffice-graphql/upstream"
)

// maxCredential is how many bytes of a credential are passed on with each portal
// call. A portal's tokens have some hundred.
const maxCredential = 8 << 10

// graphQL answers GraphQL over HTTP, as the specification of that name says,
// for GET and POST.
type graphQL struct {
	exec      *executor.Executor
	schema    *ast.Schema
	limits    config.Limits
	room      room
	bodies    bodies
	answers   *plain.Answers
	documents *document.Store
	persisted *persisted
	servedAs  func(host string) bool // nil: by any name
}

// newGraphQL returns the handler of the API. The executor brings what happens
// around operations; how it gets its documents is set here. Without explorer
// there is no introspection, and no error suggests names.
//
// A refused request passes the executor's AroundResponses too, within an
// operation context that has its headers, and its document if it was read, but
// no operation.
func newGraphQL(exec *executor.Executor, schema *ast.Schema, limits config.Limits, explorer bool) *graphQL {
	exec.SetQueryCache(preparedCache{})
	if explorer {
		exec.Use(extension.Introspection{})
	}
	return &graphQL{
		exec:    exec,
		schema:  schema,
		limits:  limits,
		room:    newRoom(limits.Requests),
		bodies:  newBodies(limits),
		answers: plain.NewAnswers(int64(limits.Answer), int64(limits.AnswersMemory)),
		documents: document.NewStore(schema, document.Options{
			Limits: documentLimits(limits), Explorer: explorer, Cost: resolvers.Cost,
			Analyze: func(query *ast.QueryDocument) any { return resolvers.Analyze(query) },
		}),
		persisted: newPersisted(),
	}
}

// documentLimits are those of the limits that documents have.
func documentLimits(l config.Limits) document.Limits {
	return document.Limits{Tokens: l.Tokens, Fields: l.Fields, Depth: l.Depth, Aliases: l.Aliases, RootFields: l.RootFields, Directives: l.Directives, Cost: l.Cost}
}

// ServeHTTP answers one request.
func (h *graphQL) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	mediaType, acceptable := negotiate(r.Header.Values("Accept"))
	operation := &graphql.OperationContext{Headers: r.Header}
	ctx := withRecord(r.Context(), &record{began: serve.RequestBegan(r.Context())})
	ctx = graphql.WithOperationContext(graphql.StartOperationTrace(ctx), operation)
	defer func() {
		if v := recover(); v != nil {
			h.recovered(ctx, w, mediaType, v)
		}
	}()

	limitReading(w, r, h.limits.OperationTimeout)
	refused := h.admit(w, r, acceptable)
	if refused == nil && h.room.isFull() {
		refused = overloaded() // before its body is read
	}
	var req *request
	if refused == nil {
		req, refused = h.readRequest(w, r)
	}
	if refused != nil {
		limitReading(w, r, linger)
		drain(w, r, h.limits)
	}
	// Whoever is slow to send takes nobody's place; whoever is slow to read
	// keeps the answer in memory, and a place with it.
	if refused == nil {
		if h.room.enter() {
			defer h.room.leave()
		} else {
			refused = overloaded()
		}
	}
	timed, cancel := context.WithTimeout(ctx, h.limits.OperationTimeout) // however long the body took
	defer cancel()
	answer := h.answers.Begin(timed, cancel)
	defer answer.End() // when the client has it
	var response *graphql.Response
	if refused == nil {
		response, refused = h.run(timed, r, req, operation, answer)
	}
	switch {
	case refused != nil:
		h.refuse(ctx, w, mediaType, refused)
	case response != nil:
		h.respond(ctx, w, mediaType, response, answer)
	case r.Context().Err() == nil: // out of time before it began
		late := gqlerror.Wrap(&upstream.Error{Op: "operation", Kind: upstream.KindTimeout, Err: timed.Err()})
		write(w, mediaType, http.StatusGatewayTimeout, h.exec.DispatchError(ctx, gqlerror.List{late}))
	}
}

// misplaced answers a request that may be meant for the API, but is not sent to it.
func (h *graphQL) misplaced(w http.ResponseWriter, r *http.Request) {
	ctx := withRecord(r.Context(), &record{began: serve.RequestBegan(r.Context())})
	ctx = graphql.WithOperationContext(graphql.StartOperationTrace(ctx), &graphql.OperationContext{Headers: r.Header})
	h.refuse(ctx, w, mediaJSON, refuse(http.StatusNotFound, codeBadRequest, "There is nothing here. The API is at /graphql."))
}

// respond sends what an operation came to, if there is memory to hold it in until
// the client has read it.
func (h *graphQL) respond(ctx context.Context, w http.ResponseWriter, mediaType string, response *graphql.Response, answer *plain.Answer) {
	limitWriting(w, h.limits.OperationTimeout)
	if answer.FoundNoMemory() { // as its error says already
		response.Data = nil
		w.Header().Set("Retry-After", retrySoon)
		write(w, mediaType, http.StatusServiceUnavailable, response)
		return
	}
	text := textOf(response)
	if !answer.Holds(text.size()) {
		h.refuse(ctx, w, mediaType, overloaded())
		return
	}
	if wait := retryAfter(response.Errors); wait > 0 {
		w.Header().Set("Retry-After", wholeSeconds(wait))
	}
	text.write(w, mediaType, http.StatusOK)
}

// refuse answers a request that is not run.
func (h *graphQL) refuse(ctx context.Context, w http.ResponseWriter, mediaType string, refused *refusal) {
	for name, value := range refused.headers {
		w.Header().Set(name, value)
	}
	response := h.exec.DispatchError(ctx, refused.errors)
	for _, e := range response.Errors {
		if refused.retryable && e.Extensions != nil {
			e.Extensions["retryable"] = true
		}
	}
	write(w, mediaType, refused.statusAs(mediaType), response)
}

// admit checks what is known before the request itself is read.
func (h *graphQL) admit(w http.ResponseWriter, r *http.Request, acceptable bool) *refusal {
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		return refuse(http.StatusMethodNotAllowed, codeBadRequest, "Send a GET or a POST.").with("Allow", "GET, POST")
	}
	if strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		return refuse(http.StatusNotImplemented, codeBadRequest, "There are no subscriptions here, so no WebSocket is opened. Send a POST.")
	}
	if refused := refuseCrossSite(w, r); refused != nil {
		return refused
	}
	if h.servedAs != nil && !h.servedAs(r.Host) {
		return refuse(http.StatusMisdirectedRequest, codeCrossSite, "This API is not served by that name. Its operator can let it be, with --cors-origin.")
	}
	if size := resolvers.CredentialsIn(r.Header).Size(); size > maxCredential {
		return refuseOver(http.StatusRequestHeaderFieldsTooLarge, codeBadRequest, maxCredential, size, "The credential is larger than any that a portal gives. Send the portal's token alone.")
	}
	if !acceptable {
		return refuse(http.StatusNotAcceptable, codeBadRequest, "Answers are %s or %s, in UTF-8; the Accept header wants neither.", mediaGraphQL, mediaJSON)
	}
	return nil
}

// run finds the request's document and runs its operation, or says why not. It
// returns neither when there was no time to run it.
func (h *graphQL) run(ctx context.Context, r *http.Request, req *request, refusedAs *graphql.OperationContext, answer *plain.Answer) (*graphql.Response, *refusal) {
	if refused := h.persisted.complete(req); refused != nil {
		return nil, refused
	}
	if req.query == "" {
		return nil, malformed("The request has no query.")
	}
	refusedAs.RawQuery = req.query
	doc, rejected := h.documents.Get(req.query)
	if rejected != nil && rejected.HoldsSecret {
		refusedAs.RawQuery = ""
	}
	if doc != nil && r.Method == http.MethodGet && !doc.IsQuery(req.operationName) {
		return nil, refuse(http.StatusMethodNotAllowed, codeBadRequest, "A GET runs queries only. Send a POST.").with("Allow", http.MethodPost)
	}
	if rejected != nil {
		return nil, notRun(rejected)
	}
	h.persisted.store(req, everybody)
	named, rejected := doc.Operation(req.operationName)
	if rejected != nil {
		return nil, notRun(rejected)
	}
	refusedAs.OperationName = named.Name // now that it is a name at all, for the log
	if rejected := named.RejectMisfits(req.variables); rejected != nil {
		return nil, notRun(rejected)
	}
	recordOf(ctx).document = doc
	operation, errs := h.exec.CreateOperationContext(ctx, &graphql.RawParams{
		Query: req.query, OperationName: req.operationName, Variables: req.variables, Extensions: req.extensions, Headers: r.Header,
	})
	if len(errs) > 0 {
		return nil, notRun(named.RejectUncoerced(errs))
	}
	if rejected := named.RejectValues(operation.Variables); rejected != nil {
		return nil, notRun(rejected)
	}
	recordOf(ctx).ran = true
	ctx = plain.With(resolvers.WithAnalysis(ctx, doc.Analysis.(*resolvers.Analysis)), operation, doc.Selections, answer)
	respond, ctx := h.exec.DispatchOperation(ctx, operation)
	response := respond(ctx)
	if response != nil && len(response.Errors) == 0 {
		h.persisted.store(req, h.persisted.shareOf(r.Header, resolvers.PortalCalls(ctx)))
	}
	return response, nil
}

// recovered answers a request that a bug ended.
func (h *graphQL) recovered(ctx context.Context, w http.ResponseWriter, mediaType string, v any) {
	if v == http.ErrAbortHandler {
		panic(v)
	}
	failure := gqlerror.Wrap(h.exec.PresentRecoveredError(ctx, v))
	write(w, mediaType, http.StatusInternalServerError, h.refusalOf(ctx, failure))
}

// refusalOf passes the failure by whoever looks at responses; the bug may be theirs.
func (h *graphQL) refusalOf(ctx context.Context, failure *gqlerror.Error) (response *graphql.Response) {
	defer func() {
		if recover() != nil {
			response = &graphql.Response{Errors: gqlerror.List{resolvers.Present(ctx, failure)}}
		}
	}()
	return h.exec.DispatchError(ctx, gqlerror.List{failure})
}
