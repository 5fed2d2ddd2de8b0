package resolvers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/internal/allowance"
	"onlyoffice-graphql/internal/codes"
	"onlyoffice-graphql/internal/request"
	"onlyoffice-graphql/upstream"
)

// signIn asks the portal for a token. Nothing of the input goes anywhere else, and the
// token nowhere but into the payload. A sign-in that fails has changed nothing, which is
// what is said of a root field that does not call ended.
func (r *Resolver) signIn(ctx context.Context, in graph.SignInInput) (*graph.SignInPayload, error) {
	w := &writing{execution: executionOf(ctx), ctx: ctx}
	if r.attempts == nil {
		return nil, &inputError{code: codes.Forbidden, outcome: upstream.NotDone, message: "This API signs in no one: signIn is switched off. Its operator can let it be, with --sign-in (SIGN_IN)."}
	}
	code := strings.Join(strings.Fields(orNone(in.Code)), "") // apps show it in groups
	if mistakes := signInMistakes(in, code); len(mistakes) > 0 {
		return &graph.SignInPayload{UserErrors: mistakes}, nil
	}
	counted, wait := r.attempts.Begin(in.UserName, request.Of(ctx).CountsFor)
	if wait > 0 {
		return tryLater(wait), nil
	}
	session, err := w.caller.SignIn(ctx, upstream.NewSession{UserName: strings.TrimSpace(in.UserName), Password: in.Password, Code: code})
	var portal *upstream.Error
	switch {
	case session.Token != "":
		counted.Forgive() // the attempts that a code was asked for with, and those that were mistyped
	case errors.As(err, &portal) && portal.Kind != upstream.KindUnauthenticated: // which tells nothing of the password
		counted.Undo()
	}
	switch {
	case errors.As(err, &portal) && portal.Kind == upstream.KindRateLimited:
		return tryLater(cmp.Or(portal.RetryAfter, time.Minute)), nil // for which it blocks a login
	case errors.As(err, &portal) && portal.Kind == upstream.KindUnauthenticated:
		return refusedSignIn(upstream.CodeWrongCredentials, wrongCredentials(code)), nil
	case err != nil:
		return nil, err
	case session.Token == "":
		return refusedSignIn(upstream.CodeNeeded, codeNeeded(session), "code"), nil
	}
	w.ended(ctx, upstream.Done)
	payload := &graph.SignInPayload{Token: &session.Token, UserErrors: errorsOf{}}
	if !session.Expires.IsZero() {
		payload.Expires = &session.Expires
	}
	payload.Viewer = w.signedIn(session)
	return payload, nil
}

// signedIn returns who a session is of, where that is asked for.
func (w *writing) signedIn(session upstream.Session) *upstream.Employee {
	for _, field := range w.selected() {
		if field.Name != "viewer" {
			continue
		}
		self, err := w.caller.SelfOf(w.ctx, session)
		if err != nil {
			graphql.AddError(graphql.WithPathContext(w.ctx, graphql.NewPathWithField(field.Alias)), err)
			return nil
		}
		w.forget()
		return w.primeEmployees(self)[0] // whose fields need no credential then
	}
	return nil
}

func signInMistakes(in graph.SignInInput, code string) (found errorsOf) {
	require := func(text, field string) {
		if text == "" {
			found = append(found, &upstream.UserError{Field: []string{field}, Code: upstream.CodeRequired, Message: "This must not be empty."})
		}
	}
	require(strings.TrimSpace(in.UserName), "userName")
	require(in.Password, "password")
	if strings.ContainsFunc(code, func(c rune) bool { return (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') }) {
		found = append(found, &upstream.UserError{Field: []string{"code"}, Code: upstream.CodeInvalid, Message: "A code is of letters and digits."})
	}
	return found
}

// refusedSignIn is the payload of a sign-in that failed.
func refusedSignIn(code upstream.UserErrorCode, message string, field ...string) *graph.SignInPayload {
	return &graph.SignInPayload{UserErrors: errorsOf{{Field: field, Code: code, Message: message}}}
}

func tryLater(wait time.Duration) *graph.SignInPayload {
	seconds := allowance.WholeSeconds(wait)
	payload := refusedSignIn(upstream.CodeTryLater, fmt.Sprintf("There were too many attempts to sign in. Try again in %d s.", seconds))
	payload.RetryAfter = &seconds
	return payload
}

func wrongCredentials(code string) string {
	what := "user name with this password"
	if code != "" {
		what = "user name with this password and this code"
	}
	return "The portal does not take this " + what + ". After several attempts it says so of the right ones, too, for a minute."
}

func codeNeeded(session upstream.Session) string {
	switch {
	case session.NeedsSetUp():
		return "The portal asks for a second factor, which has to be set up first: sign in to the portal itself once."
	case session.SMS:
		return "The portal has sent a code to the phone of this person: send it as code, with the same user name and password."
	default:
		return "The portal asks for the code that this person's authenticator app shows: send it as code, with the same user name and password."
	}
}
