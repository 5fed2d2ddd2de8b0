package resolvers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"onlyoffice-graphql/graph/plain"
	"onlyoffice-graphql/internal/allowance"
	"onlyoffice-graphql/internal/codes"
	"onlyoffice-graphql/internal/request"
	"onlyoffice-graphql/resolvers/paging"
	"onlyoffice-graphql/upstream"
)

// presentation is what a caller reads of a kind of failure, and what to do about it: the
// portal's own words, which may be localised or hold anything, stay in the log.
type presentation struct{ code, cause, advice string }

var presentations = map[upstream.Kind]presentation{
	upstream.KindNotFound:        {codes.Forbidden, upstream.NotThere, ""},
	upstream.KindUnauthenticated: {codes.Unauthenticated, "The portal does not know this caller.", "Send a valid portal token in the Authorization header, or the portal's " + upstream.CookieName + " cookie."},
	upstream.KindForbidden:       {codes.Forbidden, "The portal does not let this caller see this.", askAdministrator},
	upstream.KindInvalid:         {codes.BadUserInput, "The portal could not use one of the field's arguments.", ""},
	upstream.KindRateLimited:     {codes.RateLimited, "The portal is asked too often.", "Wait a little, then ask again."},
	upstream.KindUnavailable:     {codes.UpstreamUnavailable, "The portal cannot be reached.", "Try again later."},
	upstream.KindTimeout:         {codes.UpstreamTimeout, "The portal did not answer in time.", "Try again, or ask for less at once."},
	upstream.KindCanceled:        {codes.UpstreamTimeout, "The request ended before the portal answered.", ""},
	upstream.KindServer:          {codes.UpstreamError, "The portal failed to answer.", ifItStays},
	upstream.KindTooMuch:         {codes.CostLimitExceeded, "The operation takes more of the portal than one may: too many calls, or too much to read.", "Ask for shorter lists, or for less of each item."},
	upstream.KindBadAnswer:       {codes.UpstreamBadResponse, "The portal's answer could not be understood.", ifItStays},
}

const askAdministrator = "Ask a portal administrator for access."

// presentationOf returns that of a failure of the portal.
func presentationOf(portal *upstream.Error) presentation {
	p := presentations[portal.Kind]
	switch {
	case portal.LeftAlone:
		p.cause, p.advice = fmt.Sprintf("The portal kept failing to answer this, so it is left alone for %d s.", allowance.WholeSeconds(portal.RetryAfter)), "Try again then."
	case portal.Kind == upstream.KindUnavailable && portal.UntrustedCertificate():
		p.cause, p.advice = "The portal's certificate is not trusted: its authority has to be named in SSL_CERT_FILE, or the portal by the name in the certificate.", tellOperator
	case portal.Kind == upstream.KindUnavailable && portal.UnknownHost():
		p.cause, p.advice = "The portal's host name is not known: its address in the settings has to be corrected.", tellOperator
	case portal.Kind == upstream.KindForbidden && portal.Outcome == upstream.NotDone:
		p.cause = "The portal does not let this caller change this."
	}
	return p
}

// messageOf says what failed beside a change, and what became of that, or else what to do.
func messageOf(p presentation, outcome upstream.Outcome) string {
	return strings.TrimSpace(p.cause + " " + cmp.Or(besideIt(outcome), p.advice))
}

// What only the operator can look into ends in one of these sentences; idHere stands
// for the request's id, which finds the line in the log.
const (
	idHere       = "{requestId}"
	tellOperator = "Tell the operator of this API the request id " + idHere + "."
	ifItStays    = "If it stays so, tell the operator of this API the request id " + idHere + "."
)

// What the outcomes of a write mean that is done, or may be.
const (
	isDone    = "The mutation itself was done: ask for this in a query, and do not send it again."
	mayBeDone = "Some or all of this change may have been made. Look at what there is before you make it again. " + ifItStays
)

// besideIt says of a failure beside a change what became of the change.
func besideIt(outcome upstream.Outcome) string {
	switch outcome {
	case upstream.Done:
		return isDone
	case upstream.Unknown:
		return mayBeDone
	default:
		return ""
	}
}

// withOutcome adds the outcome of a write to extensions, if there is one.
func withOutcome(extensions map[string]any, outcome upstream.Outcome) map[string]any {
	if outcome == "" {
		return extensions
	}
	if extensions == nil {
		extensions = map[string]any{}
	}
	extensions["outcome"] = string(outcome)
	return extensions
}

// withID puts the id of ctx's request into a sentence of ours.
func withID(ctx context.Context, message string) string {
	return strings.Replace(message, idHere, request.Of(ctx).ID, 1)
}

// Present turns any error into what a caller may see. The error itself stays
// within the result, for the log. It returns nil when the answer has no room for
// another error; then that is counted.
func Present(ctx context.Context, err error) *gqlerror.Error {
	req := running(ctx)
	if req == nil {
		return present(ctx, err)
	}
	isNeeded := req.isMutation() && len(graphql.GetPath(ctx)) == 1 // it says what came of a change
	if req.failures.isFull(isNeeded) {
		return nil
	}
	presented := present(ctx, err)
	if !req.failures.show(presented, isNeeded) {
		return nil
	}
	return presented
}

func present(ctx context.Context, err error) *gqlerror.Error {
	var known *gqlerror.Error
	if errors.As(err, &known) && known.Extensions["code"] != nil { // of the document: parse or validation
		return finish(ctx, known, fmt.Sprint(known.Extensions["code"]), false)
	}
	presented := gqlerror.WrapPath(graphql.GetPath(ctx), err)
	if known != nil {
		presented.Locations = known.Locations
	}
	var input *inputError
	var argument *paging.ArgumentError
	var unreadable *upstream.InputError
	var portal *upstream.Error
	var tooLarge *plain.TooLargeError
	outcome := request.Of(ctx).Outcome(presented.Path)
	switch {
	case errors.As(err, &tooLarge):
		presented.Message = withID(ctx, "The answer is too large. "+cmp.Or(besideIt(outcome), "Ask for less of each item, or in several requests."))
		presented.Extensions = map[string]any{"limit": tooLarge.Limit}
		return finish(ctx, presented, codes.AnswerTooLarge, false)
	case errors.Is(err, plain.ErrNoMemory):
		presented.Message = withID(ctx, "This API holds as many answers as it can. "+cmp.Or(besideIt(outcome), "Wait a little, then ask again."))
		presented.Extensions = map[string]any{"retryAfter": 1}
		return finish(ctx, presented, codes.RateLimited, true)
	case errors.As(err, &unreadable): // found while gqlgen read the arguments
		presented.Message = argumentOf(known, presented) + unreadable.Text
		return finish(ctx, presented, codes.BadUserInput, false)
	case errors.As(err, &argument):
		presented.Message = argument.Text
		code := codes.BadUserInput
		if argument.IsCursor {
			code = codes.InvalidCursor
		}
		return finish(ctx, presented, code, false)
	case errors.As(err, &input):
		presented.Message = input.message
		presented.Extensions = withOutcome(nil, input.outcome)
		return finish(ctx, presented, input.code, false)
	case errors.As(err, &portal):
		p := presentationOf(portal)
		presented.Message = messageOf(p, outcome)
		if portal.Outcome == upstream.Unknown {
			presented.Message = mayBeDone
		}
		presented.Message = withID(ctx, presented.Message)
		presented.Extensions = withOutcome(map[string]any{}, portal.Outcome)
		if portal.Limit > 0 {
			presented.Extensions["limit"], presented.Extensions["actual"] = portal.Limit, portal.Actual
		}
		if wait := allowance.WholeSeconds(portal.RetryAfter); portal.Retryable() && wait > 0 {
			presented.Extensions["retryAfter"] = wait
		}
		return finish(ctx, presented, p.code, portal.Retryable())
	default:
		presented.Message = withID(ctx, "Something went wrong in this API. "+tellOperator)
		if errors.As(err, new(*lostError)) {
			presented.Extensions = withOutcome(nil, upstream.Unknown)
		}
		return finish(ctx, presented, codes.Internal, false)
	}
}

// argumentOf names the argument that an error was found in, whose path gqlgen
// puts behind the field's.
func argumentOf(found, field *gqlerror.Error) string {
	if found == nil || len(found.Path) <= len(field.Path) {
		return ""
	}
	return found.Path[len(field.Path):].String() + ": "
}

// finish adds the extensions that every error carries to those it has. What stands beside
// a change that may have been made is not to be sent again, as that would make it twice.
func finish(ctx context.Context, e *gqlerror.Error, code string, retryable bool) *gqlerror.Error {
	extensions := maps.Clone(e.Extensions)
	if extensions == nil {
		extensions = make(map[string]any, 3)
	}
	if _, isKnown := extensions["outcome"]; !isKnown {
		extensions = withOutcome(extensions, request.Of(ctx).Outcome(e.Path))
	}
	if outcome, ok := extensions["outcome"]; ok && outcome != string(upstream.NotDone) {
		retryable = false
		delete(extensions, "retryAfter")
	}
	extensions["code"] = code
	extensions["retryable"] = retryable
	extensions["requestId"] = request.Of(ctx).ID
	e.Extensions = extensions
	return e
}

// panicError is a bug that was caught; its text is for the log.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v\n%s", e.value, e.stack) }

// Recover turns a panic into an error that Present masks.
func Recover(_ context.Context, value any) error {
	return &panicError{value: value, stack: debug.Stack()}
}

func compareErrors(a, b *gqlerror.Error) int {
	if len(a.Locations) > 0 && len(b.Locations) > 0 {
		x, y := a.Locations[0], b.Locations[0]
		if order := cmp.Or(x.Line-y.Line, x.Column-y.Column); order != 0 {
			return order
		}
	}
	return slices.CompareFunc(a.Path, b.Path, func(x, y ast.PathElement) int {
		i, iok := x.(ast.PathIndex)
		j, jok := y.(ast.PathIndex)
		if iok && jok {
			return int(i - j)
		}
		return strings.Compare(fmt.Sprint(x), fmt.Sprint(y))
	})
}
