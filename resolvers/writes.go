package resolvers

import (
	"context"
	"errors"
	"slices"

	"github.com/99designs/gqlgen/graphql"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/internal/codes"
	"onlyoffice-graphql/internal/request"
	"onlyoffice-graphql/upstream"
)

// WriteMode says who may write.
type WriteMode int

// Writing is for no one, for callers with a credential of their own, or for all callers.
const (
	WritesOff WriteMode = iota
	WritesOwn
	WritesOn
)

// lostError is a bug that was caught in the middle of a write.
type lostError struct{ error }

// Unwrap returns the bug.
func (e *lostError) Unwrap() error { return e.error }

// writing is one root field of a mutation while it runs. Its fields come one after the
// other, so nothing else of its request runs meanwhile.
type writing struct {
	*execution
	ctx      context.Context     // the field's
	isRepeat bool                // it answers with what an earlier one has entered
	mistakes upstream.UserErrors // beside the input; with any, nothing is written
}

// errorsOf is the list of mistakes in the shape that payloads have.
type errorsOf = []*upstream.UserError

// perform runs a write, and returns what a payload is made of: the object as it is
// afterwards, and what is wrong with the input. id is the object's; 0 of one that is to
// be created.
func perform[T any](ctx context.Context, r *Resolver, id int, do func(w *writing) (*T, error)) (*T, errorsOf, error) {
	w := &writing{execution: executionOf(ctx), ctx: ctx}
	before := w.caller.Changes()
	value, err := (*T)(nil), r.mayWrite(w.execution)
	if err == nil {
		value, err = attempt(w, do)
		w.forget()
	}
	changed := w.caller.Changes() > before
	value, mistakes, err := sorted(id, value, err)
	err = settled(err, changed, value != nil)
	if made, ok := any(value).(numbered); ok && value != nil && id == 0 {
		id, _ = made.CheckedID()
	}
	outcome := outcomeOf(err, changed, len(mistakes) > 0)
	if w.isRepeat && outcome == upstream.Unchanged {
		outcome = upstream.Repeated
	}
	w.ended(ctx, outcome)
	r.tell(ctx, id, outcome)
	if value == nil {
		return nil, mistakes, err
	}
	if err != nil { // done in part
		graphql.AddError(ctx, err)
	}
	w.follow(value)
	return value, mistakes, nil
}

// settled returns an error with what is known of its write: of a look-up, what is known of
// the writes before it, and beside an object that was changed, that it is not all.
func settled(err error, changed, hasValue bool) error {
	var portal *upstream.Error
	var input *inputError
	switch isPortal := errors.As(err, &portal); {
	case err == nil:
		return nil
	case errors.As(err, &input) && input.outcome != "":
		return err
	case changed && !isPortal && hasValue:
		return &lostError{err}
	case changed && isPortal && (hasValue || portal.Outcome == ""):
		return portal.With(upstream.Unknown)
	case isPortal && portal.Outcome == "":
		return portal.With(upstream.NotDone)
	default:
		return err
	}
}

// outcomeOf returns what the log says of a write.
func outcomeOf(err error, changed, hasMistakes bool) upstream.Outcome {
	var portal *upstream.Error
	var input *inputError
	switch {
	case errors.As(err, &input) && input.outcome == upstream.Done:
		return upstream.Unchanged
	case errors.As(err, &portal) && portal.Outcome != upstream.NotDone, errors.As(err, &input) && input.outcome == upstream.Unknown, errors.As(err, new(*lostError)):
		return upstream.Unknown
	case err != nil, !changed && hasMistakes:
		return upstream.NotDone
	case !changed:
		return upstream.Unchanged
	default:
		return upstream.Done
	}
}

// attempt catches bugs, after which the outcome is unknown.
func attempt[T any](w *writing, do func(w *writing) (*T, error)) (value *T, err error) {
	defer func() {
		if bug := recover(); bug != nil {
			value, err = nil, &lostError{Recover(w.ctx, bug)}
		}
	}()
	return do(w)
}

// sorted takes what the writer of an input can mend out of an error, and leaves what came
// beside it.
func sorted[T any](id int, value *T, err error) (*T, errorsOf, error) {
	var found upstream.UserErrors
	var conflict *upstream.ConflictError
	var other *upstream.NotAsWrittenError
	var portal *upstream.Error
	switch {
	case errors.As(err, &found):
		if !errors.As(err, &portal) {
			return value, payloadErrors(found), nil
		}
		return value, payloadErrors(found), portal
	case errors.As(err, &conflict):
		value, _ = conflict.Current.(*T)
		found = upstream.UserErrors{{
			Field: []string{"ifRevision"}, Code: upstream.CodeConflict,
			Message: "Somebody else has changed this meanwhile. Look at it as it is now, and write again.",
		}}
	case errors.As(err, &other):
		for _, field := range other.Fields {
			found = append(found, upstream.UserError{
				Field: []string{field}, Code: upstream.CodeNotAsWritten,
				Message: "This was written, but the portal answers with something else.",
			})
		}
	case id != 0 && isNotThere(err):
		found = upstream.UserErrors{{Field: []string{"id"}, Code: upstream.CodeNotFound, Message: upstream.NotThere}}
	default:
		return value, errorsOf{}, err
	}
	return value, payloadErrors(found), nil
}

// isNotThere reports whether nothing was written as the object is not there.
func isNotThere(err error) bool {
	var portal *upstream.Error
	return errors.As(err, &portal) && portal.Kind == upstream.KindNotFound && portal.Outcome == upstream.NotDone
}

func payloadErrors(found upstream.UserErrors) errorsOf {
	mistakes := make(errorsOf, len(found))
	for i := range found {
		mistakes[i] = &found[i]
	}
	return mistakes
}

// mayWrite returns nil, or why the caller may not write.
func (r *Resolver) mayWrite(req *execution) error {
	message := "Nothing is written here: mutations are switched off. Its operator can let them be, with --writes (WRITES)."
	switch r.options.Writes {
	case WritesOn:
		return nil
	case WritesOwn:
		if !request.Of(req.ctx).Credentials().IsZero() {
			return nil
		}
		if err := req.caller.SignedIn(); err != nil {
			return err
		}
		message = "Nothing is written for a caller without a credential of their own. Send the portal's token in the Authorization header, or let the operator set --writes (WRITES) to on."
	}
	return &inputError{code: codes.Forbidden, message: message, outcome: upstream.NotDone}
}

// tell lets the log know of a write.
func (r *Resolver) tell(ctx context.Context, id int, outcome upstream.Outcome) {
	if r.options.Wrote != nil {
		r.options.Wrote(request.Write{RequestID: request.Of(ctx).ID, Mutation: graphql.GetFieldContext(ctx).Field.Name, ID: max(id, 0), Outcome: outcome})
	}
}

// forget drops all that was looked up, so that what comes after a write sees what
// there is then.
func (r *execution) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lookups, r.lists, r.texts, r.matched = nil, nil, nil, nil
}

// follow starts the look-ups that the fields below an object of the payload need. A bug
// in that is theirs to find.
func (w *writing) follow(object any) {
	var members []string
	switch o := object.(type) {
	case *upstream.Opportunity:
		members = []string{"opportunity"}
		if tags, known := o.TagsAtCreation(); known {
			opportunityTags.of(w.execution).prime(o.ID, tags)
		}
	case *upstream.Task:
		members = []string{"task"}
	case *upstream.HistoryEvent:
		members = []string{"historyEvent"}
	case *infoWritten:
		w.follow(o.contact)
		return
	case *upstream.ContactDetails:
		members, object = []string{"contact", "person", "company"}, o.Typed()
		if !o.IsPartial() {
			contacts.of(w.execution).prime(o.ID, o) // fields of contacts in full look it up
		}
		if o.Tags != nil {
			contactTags.of(w.execution).prime(o.ID, o.Tags)
		}
	default:
		return
	}
	for _, field := range w.selected() {
		if slices.Contains(members, field.Name) && w.analysis.costs(field.Selections) {
			_ = w.prefetch(func(s *step) { s.walk(field.Selections, []any{object}) })
		}
	}
}

// selected returns the fields of the payload that are asked for.
func (w *writing) selected() []graphql.CollectedField {
	field := graphql.GetFieldContext(w.ctx).Field
	return graph.Types.CollectFields(w.ctx, field.Definition.Type.Name(), field.Selections)
}
