package observe

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/go-logr/logr"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"golang.org/x/time/rate"

	"onlyoffice-graphql/internal/request"
	"onlyoffice-graphql/upstream"
)

// flushing is how long the last spans may take to leave when the program ends.
const flushing = 500 * time.Millisecond

// Traces are spans in OpenTelemetry's terms: one for a request, within it one for its
// operation, and within that one for each attempt of a portal call. They hold nothing
// that a caller can choose but the kind of the operation: no text of a document, no
// variable, id or credential. Nil makes none, at no cost.
type Traces struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
	context  propagation.TraceContext
	isChild  bool
}

// NewTraces returns traces that go where the standard variables OTEL_… say, which the
// library reads. isChild makes a request a child of the caller's span; else it begins a
// trace of its own, with a link to that. Errors name the variable.
func NewTraces(logger *slog.Logger, isChild bool) (*Traces, error) {
	seldom := rate.Sometimes{First: 1, Interval: time.Minute} // a collector that is down fails with each batch
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		seldom.Do(func() { logger.Warn("traces are not made or sent as they should be", "error", err) })
	}))
	otel.SetLogger(logr.Discard())                           // which would write values of the variables, with their credentials, to stderr
	exporter, err := otlptracehttp.New(context.Background()) // which connects with the first spans
	if err != nil {
		return nil, fmt.Errorf("the OTEL_EXPORTER_OTLP_… variables cannot be used: %w", err)
	}
	named, err := resource.New(context.Background(),
		resource.WithAttributes(attribute.String("service.name", "onlyoffice-graphql")), resource.WithTelemetrySDK(), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("OTEL_RESOURCE_ATTRIBUTES cannot be used: %w", err)
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(named))
	return &Traces{provider: provider, tracer: provider.Tracer("onlyoffice-graphql"), isChild: isChild}, nil
}

// Close sends what spans are left, for a moment, and drops the rest.
func (t *Traces) Close() {
	if t == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), flushing)
	defer cancel()
	_ = t.provider.Shutdown(ctx) // what could not be sent was logged
}

// Handler makes the span of each request. It stands within what identifies requests.
func (t *Traces) Handler(next http.Handler) http.Handler {
	if t == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		options := []trace.SpanStartOption{
			trace.WithTimestamp(request.Of(r.Context()).Began), trace.WithSpanKind(trace.SpanKindServer),
			trace.WithAttributes(attribute.String("http.request.method", methodOf(r)), attribute.String("http.route", r.Pattern)),
		}
		ctx := r.Context()
		caller := t.context.Extract(ctx, propagation.HeaderCarrier(r.Header))
		switch {
		case t.isChild:
			ctx = caller
		case trace.SpanContextFromContext(caller).IsValid():
			options = append(options, trace.WithLinks(trace.LinkFromContext(caller)))
		}
		ctx, span := t.tracer.Start(ctx, "GraphQL request", options...)
		defer span.End()
		noted := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(noted, r.WithContext(ctx))
		span.SetAttributes(attribute.Int("http.response.status_code", noted.status))
		if noted.status >= http.StatusInternalServerError {
			span.SetStatus(codes.Error, "")
		}
	})
}

// methodOf returns the request's method, if it is one that is answered.
func methodOf(r *http.Request) string {
	if slices.Contains([]string{http.MethodGet, http.MethodPost, http.MethodOptions, http.MethodHead}, r.Method) {
		return r.Method
	}
	return "_OTHER"
}

// statusWriter notes the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the status.
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

var _ interface {
	graphql.HandlerExtension
	graphql.OperationInterceptor
} = (*Traces)(nil)

// ExtensionName names the extension for gqlgen.
func (*Traces) ExtensionName() string { return "Traces" }

// Validate accepts every schema.
func (*Traces) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptOperation makes the span of an operation, which ends with its response.
func (t *Traces) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	kind := string(graphql.GetOperationContext(ctx).Operation.Operation)
	ctx, span := t.tracer.Start(ctx, kind, trace.WithAttributes(
		attribute.String("graphql.operation.type", kind),
		attribute.String("graphql.document.hash", request.Of(ctx).Document.Hash),
	))
	respond := next(ctx)
	return func(ctx context.Context) *graphql.Response {
		defer span.End()
		response := respond(ctx)
		if response == nil {
			return nil
		}
		if found, _ := codesOf(response.Errors); len(found) > 0 {
			span.SetAttributes(attribute.StringSlice("graphql.error.codes", found))
			span.SetStatus(codes.Error, "")
		}
		return response
	}
}

// PortalCall makes the span of an attempt of a portal call that has ended.
func (t *Traces) PortalCall(ctx context.Context, call upstream.Call) {
	if t == nil || !trace.SpanContextFromContext(ctx).IsSampled() {
		return
	}
	attributes := []attribute.KeyValue{
		attribute.String("http.request.method", call.Method),
		attribute.String("url.template", call.Route),
	}
	if call.Status > 0 {
		attributes = append(attributes, attribute.Int("http.response.status_code", call.Status))
	}
	if call.Attempt > 1 {
		attributes = append(attributes, attribute.Int("http.request.resend_count", call.Attempt-1))
	}
	if len(call.Items) > 0 {
		attributes = append(attributes, attribute.Int("portal.batch.items", len(call.Items)))
	}
	if call.Err != nil {
		attributes = append(attributes, attribute.String("error.type", upstream.KindOf(call.Err).String()))
	}
	_, span := t.tracer.Start(ctx, call.Method+" "+call.Route, trace.WithTimestamp(call.Start), trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attributes...))
	if call.Err != nil && !isCancellation(call.Err) {
		span.SetStatus(codes.Error, "")
	}
	span.End(trace.WithTimestamp(call.Start.Add(call.Duration)))
}

// traceID returns the id of the trace that ctx belongs to; "" for none.
func traceID(ctx context.Context) string {
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		return span.TraceID().String()
	}
	return ""
}
