package observe

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"onlyoffice-graphql/internal/codes"
	"onlyoffice-graphql/internal/document"
	"onlyoffice-graphql/internal/request"
	"onlyoffice-graphql/upstream"
)

// maxDetails is how many failures of one operation the log tells of. A portal that
// fails may fail thousands of its fields, all for the same few reasons.
const maxDetails = 10

// Operations writes one log line for each request, and counts it as an operation or
// as refused.
type Operations struct {
	Logger  *slog.Logger
	Metrics *Metrics
	Token   string // of the program itself, which no log line may bear
}

var _ interface {
	graphql.HandlerExtension
	graphql.ResponseInterceptor
} = Operations{}

// ExtensionName names the extension for gqlgen.
func (Operations) ExtensionName() string { return "Operations" }

// Validate accepts every schema.
func (Operations) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptResponse runs around an operation, or around the refusal of one.
func (o Operations) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	if response == nil {
		return nil
	}
	request := request.Of(ctx)
	atPortal := request.AtPortal() // first, so that it is no longer than the whole
	elapsed := time.Since(request.Began)
	o.logFailures(request, response.Errors)
	o.count(request, response.Errors, elapsed, elapsed-atPortal)
	o.logOperation(ctx, request, response.Errors, elapsed)
	return response
}

// logFailures writes what the log tells of errors, each thing once.
func (o Operations) logFailures(request *request.Request, errs gqlerror.List) {
	var details []string
	redaction := sync.OnceValue(func() Redaction { return RedactionFor(request.Header, o.Token) })
	for _, e := range errs {
		if isCancellation(e) {
			continue
		}
		code := codeOf(e)
		if detail := forOperator(e.Unwrap(), code); detail != "" && len(details) < maxDetails && !slices.Contains(details, detail) {
			details = append(details, detail)
			o.Logger.Warn("field failed", "requestId", request.ID, "path", cut(e.Path.String(), 256), "code", code, "detail", redaction().Text(detail))
		}
	}
}

// count counts a request that was refused, or an operation with its errors and with how
// long it took: in all, and apart from the portal.
func (o Operations) count(request *request.Request, errs gqlerror.List, elapsed, own time.Duration) {
	found, isCanceled := codesOf(errs)
	if request.Operation == nil {
		if len(found) > 0 {
			o.Metrics.refused.WithLabelValues(found[0]).Inc()
		}
		return
	}
	for _, e := range errs {
		if !isCancellation(e) {
			o.Metrics.errors.WithLabelValues(codeOf(e)).Inc()
		}
	}
	if request.Measured { // an operation whose answer could not be sent has a second response, that says so
		return
	}
	request.Measured = true
	outcome := "ok"
	switch {
	case len(found) > 0:
		outcome = "error"
	case isCanceled:
		outcome = "canceled"
	}
	o.Metrics.operations.WithLabelValues(outcome).Observe(elapsed.Seconds())
	o.Metrics.overhead.Observe(own.Seconds())
}

// logOperation writes the line of a request.
func (o Operations) logOperation(ctx context.Context, request *request.Request, errs gqlerror.List, elapsed time.Duration) {
	if !o.Logger.Enabled(ctx, slog.LevelInfo) {
		return
	}
	client, _ := request.Client.MarshalText() // never fails
	line := []slog.Attr{
		slog.String("requestId", request.ID), slog.String("client", string(client)), slog.String("name", cut(request.Name, 64)),
		slog.String("document", hashOf(request)), slog.Float64("ms", float64(elapsed.Microseconds())/1000), slog.Int("portalCalls", request.PortalCalls()),
	}
	found, isCanceled := codesOf(errs)
	if len(found) > 0 { // a list is written by reflection
		line = append(line, slog.Any("errors", found))
	}
	if isCanceled {
		line = append(line, slog.Bool("canceled", true))
	}
	if id := traceID(ctx); id != "" {
		line = append(line, slog.String("traceId", id))
	}
	o.Logger.LogAttrs(ctx, slog.LevelInfo, "operation", line...)
}

// codesOf returns the different codes of errors, but for those of a client that went
// away, which is no failure, and whether there are any of these.
func codesOf(errs gqlerror.List) (different []string, isCanceled bool) {
	for _, e := range errs {
		if isCancellation(e) {
			isCanceled = true
		} else if code := codeOf(e); !slices.Contains(different, code) {
			different = append(different, code)
		}
	}
	return different, isCanceled
}

func isCancellation(err error) bool { return upstream.KindOf(err) == upstream.KindCanceled }

func codeOf(e *gqlerror.Error) string {
	code, _ := e.Extensions["code"].(string)
	return code
}

// LogWrites writes one log line for each write: who made it by the request's id, and no
// value.
func LogWrites(logger *slog.Logger) func(request.Write) {
	return func(w request.Write) {
		logger.Info("write", "requestId", w.RequestID, "mutation", w.Mutation, "id", w.ID, "outcome", string(w.Outcome))
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
	case err != nil && code == codes.Internal:
		return err.Error()
	default:
		return ""
	}
}

// hashOf returns the hash of the request's document, which is known unless the
// document was refused.
func hashOf(request *request.Request) string {
	if request.Document != nil {
		return request.Document.Hash
	}
	return document.Hash(request.Query)
}

// cut returns the first bytes of a text, without a part of a character at its end.
func cut(text string, most int) string { return strings.ToValidUTF8(text[:min(len(text), most)], "") }
