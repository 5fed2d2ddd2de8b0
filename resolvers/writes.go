package resolvers

import (
	"context"
	"errors"

	"github.com/99designs/gqlgen/graphql"

	"onlyoffice-graphql/graph"
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

// Write is what the log hears of a write: nothing of its values.
type Write struct {
	RequestID string
	Mutation  string // the field's name
	ID        int    // of the object; 0 where there is none
	Outcome   string // DONE, NOT_DONE, UNKNOWN, or REPEATED where an earlier one with the same client key was done
}

// Outcomes beside those that errors have.
const (
	done     = "DONE"
	repeated = "REPEATED"
)

// lostError is a bug that was caught in the middle of a write.
type lostError struct{ error }

// Unwrap returns the bug.
func (e *lostError) Unwrap() error { return e.error }

// writing is one root field of a mutation while it runs. Its fields come one after the
// other, so nothing else of its request runs meanwhile.
type writing struct {
	*request
	ctx      context.Context // the field's
	isRepeat bool            // it answers with what an earlier one has entered
}

// errorsOf is the list of mistakes in the shape that payloads have.
type errorsOf = []*upstream.UserError

// perform runs a write, and returns what a payload is made of: the object as it is
// afterwards, and what is wrong with the input. id is the object's; 0 of one that is to
// be created.
func perform[T any](ctx context.Context, r *Resolver, id int, do func(w *writing) (*T, error)) (*T, errorsOf, error) {
	w := &writing{request: requestFrom(ctx), ctx: ctx}
	value, err := (*T)(nil), r.mayWrite(w.request)
	if err == nil {
		value, err = attempt(w, do)
		w.forget()
	}
	value, mistakes, err := sorted(id, value, err)
	isDone := value != nil && !isConflict(mistakes)
	if object, ok := any(value).(numbered); ok && isDone && id == 0 {
		id, _ = object.CheckedID()
	}
	outcome := outcomeOf(isDone, err)
	if w.isRepeat && outcome == done {
		outcome = repeated
	}
	r.tell(ctx, id, outcome)
	if value != nil {
		if err != nil { // done in part
			graphql.AddError(ctx, withUnknown(err))
		}
		w.follow(value)
		return value, mistakes, nil
	}
	return nil, mistakes, err
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

// sorted takes what the writer of an input can mend out of an error.
func sorted[T any](id int, value *T, err error) (*T, errorsOf, error) {
	var found upstream.UserErrors
	var cannotKeep *upstream.CannotKeepError
	var conflict *upstream.ConflictError
	var other *upstream.NotAsWrittenError
	var portal *upstream.Error
	switch {
	case errors.As(err, &found):
	case errors.As(err, &cannotKeep):
		found = upstream.UserErrors{{Field: cannotKeep.Field, Code: upstream.CodeCannotKeep, Message: cannotKeep.Why}}
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
	case id != 0 && errors.As(err, &portal) && portal.Kind == upstream.KindNotFound && portal.Outcome == upstream.NotDone:
		found = upstream.UserErrors{{Field: []string{"id"}, Code: upstream.CodeNotFound, Message: presentations[portal.Kind].message}}
	default:
		return value, errorsOf{}, err
	}
	mistakes := make(errorsOf, len(found))
	for i := range found {
		mistakes[i] = &found[i]
	}
	return value, mistakes, nil
}

func isConflict(mistakes errorsOf) bool {
	return len(mistakes) > 0 && mistakes[0].Code == upstream.CodeConflict
}

// mayWrite returns nil, or why the caller may not write.
func (r *Resolver) mayWrite(req *request) error {
	message := "Nothing is written here: mutations are switched off. Its operator can let them be, with --writes (WRITES)."
	switch r.options.Writes {
	case WritesOn:
		return nil
	case WritesOwn:
		if !CredentialsIn(req.operation.Headers).IsZero() {
			return nil
		}
		if err := req.caller.SignedIn(); err != nil {
			return withNotDone(err)
		}
		message = "Nothing is written for a caller without a credential of their own. Send the portal's token in the Authorization header, or let the operator set --writes (WRITES) to on."
	}
	return &inputError{code: codeForbidden, message: message, outcome: upstream.NotDone}
}

// outcomeOf returns what became of a write.
func outcomeOf(isDone bool, err error) string {
	var portal *upstream.Error
	var input *inputError
	switch {
	case errors.As(err, &portal) && portal.Outcome != upstream.NotDone, errors.As(err, &input) && input.outcome == upstream.Unknown,
		errors.As(err, new(*lostError)), err != nil && isDone:
		return string(upstream.Unknown)
	case isDone:
		return done
	default:
		return string(upstream.NotDone)
	}
}

// tell lets the log know of a write.
func (r *Resolver) tell(ctx context.Context, id int, outcome string) {
	if r.options.Wrote != nil {
		r.options.Wrote(Write{requestID(ctx), graphql.GetFieldContext(ctx).Field.Name, max(id, 0), outcome})
	}
}

// withUnknown returns the error of a write of which something was done.
func withUnknown(err error) error {
	var portal *upstream.Error
	if input := (*inputError)(nil); errors.As(err, &input) && input.outcome == upstream.Unknown {
		return err
	}
	if !errors.As(err, &portal) {
		return &lostError{err}
	}
	of := *portal
	of.Outcome = upstream.Unknown
	return &of
}

// withNotDone returns an error that came before a write.
func withNotDone(err error) error {
	var portal *upstream.Error
	if !errors.As(err, &portal) || portal.Outcome != "" {
		return err
	}
	of := *portal
	of.Outcome = upstream.NotDone
	return &of
}

// forget drops all that was looked up, so that what comes after a write sees what
// there is then.
func (r *request) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.lookups)
	r.lists, r.texts, r.matched = nil, nil, nil
}

// follow starts the look-ups that the fields below an object of the payload need. A bug
// in that is theirs to find.
func (w *writing) follow(object any) {
	member := ""
	switch o := object.(type) {
	case *upstream.Opportunity:
		member = "opportunity"
	case *upstream.Task:
		member = "task"
	case *upstream.HistoryEvent:
		member = "historyEvent"
	case *upstream.ContactDetails:
		member, object = "contact", o.Typed()
		contacts.of(w.request).prime(o.ID, o) // fields of contacts in full look it up
	default:
		return
	}
	for _, field := range w.selected() {
		if field.Name == member && w.analysis.costs(field.Selections) {
			_ = w.prefetch(func(s *step) { s.walk(field.Selections, []any{object}) })
		}
	}
}

// selected returns the fields of the payload that are asked for.
func (w *writing) selected() []graphql.CollectedField {
	field := graphql.GetFieldContext(w.ctx).Field
	return graph.Types.CollectFields(w.ctx, field.Definition.Type.Name(), field.Selections)
}
