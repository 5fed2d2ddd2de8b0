package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"onlyoffice-graphql/internal/document"
	"onlyoffice-graphql/internal/observe"
	"onlyoffice-graphql/resolvers"
	"onlyoffice-graphql/upstream"
)

// metrics are what an operator watches. Labels hold nothing that a caller can
// choose, so their number is bounded.
type metrics struct {
	registry   *prometheus.Registry
	operations *prometheus.HistogramVec
	refused    *prometheus.CounterVec
	errors     *prometheus.CounterVec
	calls      *prometheus.HistogramVec
	callBytes  *prometheus.CounterVec
}

func newMetrics() *metrics {
	buckets := []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}
	m := &metrics{
		registry: prometheus.NewRegistry(),
		operations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "graphql_operation_duration_seconds", Buckets: buckets,
			Help: "How long GraphQL operations took, from the first byte read of the request (of one that came together with the request before it, from when its turn came) until its answer was made, which is before it is sent. By whether they had errors, or their client had gone. Refused requests are not among them.",
		}, []string{"outcome"}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "graphql_refused_requests_total",
			Help: "GraphQL requests that were refused before any operation ran, by the code of the first error. Their errors are in no other metric.",
		}, []string{"code"}),
		errors: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "graphql_errors_total", Help: "Errors in the answers of GraphQL operations that ran, by code.",
		}, []string{"code"}),
		calls: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "portal_call_duration_seconds", Buckets: buckets,
			Help: "How long portal calls took, by route and outcome.",
		}, []string{"route", "outcome"}),
		callBytes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "portal_read_bytes_total", Help: "Bytes read from the portal, by route.",
		}, []string{"route"}),
	}
	m.registry.MustRegister(m.operations, m.refused, m.errors, m.calls, m.callBytes,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// countDropped tells of the lines that the log lost.
func (m *metrics) countDropped(queue *observe.LogQueue) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "log_dropped_lines_total", Help: "Lines that the log lost, because nobody took them or writing failed.",
	}, func() float64 { return float64(queue.DroppedLines()) }))
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// portalCall counts one call of the portal.
func (m *metrics) portalCall(call upstream.Call) {
	outcome := "ok"
	if call.Err != nil {
		outcome = upstream.KindOf(call.Err).String()
	}
	m.calls.WithLabelValues(call.Route, outcome).Observe(call.Duration.Seconds())
	m.callBytes.WithLabelValues(call.Route).Add(float64(call.Bytes))
}

// maxDetails is how many failures of one operation the log tells of. A portal that
// fails may fail thousands of its fields, all for the same few reasons.
const maxDetails = 10

// observer writes one log line for each request, and counts it as an operation or
// as refused.
type observer struct {
	logger  *slog.Logger
	metrics *metrics
	token   string // of the program itself, which no log line may bear
}

var _ interface {
	graphql.HandlerExtension
	graphql.ResponseInterceptor
} = observer{}

// ExtensionName names the extension for gqlgen.
func (observer) ExtensionName() string { return "Observer" }

// Validate accepts every schema.
func (observer) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptResponse runs around an operation, or around the refusal of one.
func (o observer) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	if response == nil {
		return nil
	}
	request := recordOf(ctx)
	elapsed := time.Since(request.began)
	outcome := "ok"
	var codes, details []string
	operation := graphql.GetOperationContext(ctx)
	id := operation.Headers.Get(resolvers.RequestIDHeader)
	for _, e := range response.Errors {
		if upstream.KindOf(e) == upstream.KindCanceled {
			outcome = "canceled" // by a client that went away: nobody's failure
			continue
		}
		outcome = "error"
		code, _ := e.Extensions["code"].(string)
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
		if request.ran {
			o.metrics.errors.WithLabelValues(code).Inc()
		}
		if detail := forOperator(e.Unwrap(), code); detail != "" && len(details) < maxDetails && !slices.Contains(details, detail) {
			details = append(details, detail)
			o.logger.Warn("field failed", "requestId", id, "path", cut(e.Path.String(), 256), "code", code, "detail", observe.RedactionFor(operation.Headers, o.token).Text(detail))
		}
	}
	switch {
	case !request.ran && len(codes) > 0:
		o.metrics.refused.WithLabelValues(codes[0]).Inc()
	case request.ran && !request.measured: // an operation whose answer could not be sent has a second response, that says so
		o.metrics.operations.WithLabelValues(outcome).Observe(elapsed.Seconds())
		request.measured = true
	}
	if o.logger.Enabled(ctx, slog.LevelInfo) {
		o.logger.Info("operation", "requestId", id, "name", operationName(operation), "document", loggedHash(ctx, operation),
			"ms", float64(elapsed.Microseconds())/1000, "errors", codes, "portalCalls", resolvers.PortalCalls(ctx))
	}
	return response
}

// logWrites writes one log line for each write: who made it by the request's id, and no
// value.
func logWrites(logger *slog.Logger) func(resolvers.Write) {
	return func(w resolvers.Write) {
		logger.Info("write", "requestId", w.RequestID, "mutation", w.Mutation, "id", w.ID, "outcome", w.Outcome)
	}
}

// forOperator returns what the log tells of an error: the portal's failures and
// our own bugs; "" for mistakes of the caller, whose texts quote what the caller
// sent.
func forOperator(err error, code string) string {
	var portal *upstream.Error
	switch {
	case errors.As(err, &portal):
		return portal.Error()
	case err != nil && code == "INTERNAL":
		return err.Error()
	default:
		return ""
	}
}

// operationName returns the name that the document gives the operation, which
// is its author's choice, and may be long.
func operationName(operation *graphql.OperationContext) string {
	if operation.Operation != nil {
		return cut(operation.Operation.Name, 64)
	}
	return cut(operation.OperationName, 64) // refused; see graphQL.run
}

// loggedHash returns the hash of the operation's document, which is known unless the
// document was refused.
func loggedHash(ctx context.Context, operation *graphql.OperationContext) string {
	if doc := recordOf(ctx).document; doc != nil {
		return doc.Hash
	}
	return document.Hash(operation.RawQuery)
}

// cut returns the first bytes of a text, without a part of a character at its end.
func cut(text string, most int) string { return strings.ToValidUTF8(text[:min(len(text), most)], "") }
