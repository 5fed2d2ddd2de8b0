package upstream

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// UserErrorCode says in one word what is wrong with an input.
type UserErrorCode string

// The codes of mistakes in inputs.
const (
	CodeRequired     UserErrorCode = "REQUIRED"              // it is missing, blank, or cannot be cleared
	CodeInvalid      UserErrorCode = "INVALID"               // it is of another form, or does not go with the rest
	CodeTooLong      UserErrorCode = "TOO_LONG"              // it has more characters, bytes or entries than the portal keeps
	CodeUnsupported  UserErrorCode = "UNSUPPORTED_CHARACTER" // the portal's database would cut the text there
	CodeOutOfRange   UserErrorCode = "OUT_OF_RANGE"          // a number or date beyond what the portal keeps
	CodeNotFound     UserErrorCode = "NOT_FOUND"             // there is no such thing, or it is hidden from the caller
	CodeDuplicate    UserErrorCode = "DUPLICATE"             // the same twice
	CodeCannotKeep   UserErrorCode = "CANNOT_KEEP"           // a value that was not named would be lost
	CodeConflict     UserErrorCode = "CONFLICT"              // the object is not as the caller saw it
	CodeNotAsWritten UserErrorCode = "NOT_AS_WRITTEN"        // the portal answers with something else than was sent
)

// The codes of mistakes in what somebody signs in with.
const (
	CodeWrongCredentials UserErrorCode = "WRONG_CREDENTIALS" // the portal does not take them
	CodeNeeded           UserErrorCode = "CODE_NEEDED"       // of a second factor
	CodeTryLater         UserErrorCode = "TRY_LATER"         // after too many attempts
)

// UserError is one thing in an input that its writer can mend.
type UserError struct {
	Field   []string // path in the input; indexes of lists as text
	Code    UserErrorCode
	Message string // a sentence
}

// UserErrors are the mistakes of one input, all at once. As an error they mean that
// nothing was sent, but where a method says that it does some of several things.
type UserErrors []UserError

// Error returns all of them in one line.
func (errs UserErrors) Error() string {
	lines := make([]string, len(errs))
	for i, e := range errs {
		lines[i] = strings.Join(e.Field, ".") + ": " + e.Message
	}
	return strings.Join(lines, " ")
}

// orNil returns the mistakes as an error, nil where there are none.
func (errs UserErrors) orNil() error { return errs.and(nil) }

// and returns the mistakes and an error as one, nil where there is neither.
func (errs UserErrors) and(err error) error {
	switch {
	case len(errs) == 0:
		return err
	case err == nil:
		return errs
	default:
		return errors.Join(errs, err)
	}
}

// With returns the mistakes and those of others that are about something else: of a value
// that could not be read, no more can be said.
func (errs UserErrors) With(others UserErrors) UserErrors {
	all := slices.Clone(errs)
	for _, e := range others {
		if !slices.ContainsFunc(errs, func(known UserError) bool { return slices.Equal(known.Field, e.Field) }) {
			all = append(all, e)
		}
	}
	return all
}

// apart returns the mistakes in an error, and what came beside them.
func apart(err error) (found UserErrors, other error) {
	var e *Error
	switch {
	case errors.As(err, &found) && errors.As(err, &e):
		return found, e
	case found != nil:
		return found, nil
	default:
		return nil, err
	}
}

// refuse returns the one mistake of a field that was found by asking the portal.
func refuse(code UserErrorCode, message string, field ...string) UserErrors {
	return UserErrors{{Field: field, Code: code, Message: message}}
}

// cannotKeep is the one mistake of check.cannotKeep.
func cannotKeep(field, why string) UserErrors { return refuse(CodeCannotKeep, why, field) }

// Why values cannot be sent back as they are.
const (
	isEmpty    = "It is empty, which the portal does not take."
	wasRemoved = "The employee was removed from the portal. Name another one."
)

// lacking returns the entries of a list of the input that did not become part of what was
// written: the portal leaves out those that are not there, or hidden, without a word.
func lacking(ids []int, has func(id int) bool, field, message string) (mistakes UserErrors) {
	for i, id := range ids {
		if !has(id) {
			mistakes = append(mistakes, UserError{Field: []string{field, strconv.Itoa(i)}, Code: CodeNotAsWritten, Message: message})
		}
	}
	return mistakes
}

// ConflictError says that an object is not as the caller saw it. Nothing was sent.
type ConflictError struct {
	Current any // as it is now: an *Opportunity, *Task or *ContactDetails
}

// Error says so.
func (*ConflictError) Error() string {
	return "somebody else has changed this meanwhile; look at it as it is now, and write again"
}

// unchanged returns the object where it is what the caller saw; "" is anything.
func unchanged[T interface{ Revision() string }](current T, seen string) (T, error) {
	if seen != "" && current.Revision() != seen {
		var none T
		return none, &ConflictError{current}
	}
	return current, nil
}

// NotAsWrittenError comes with an object that was written, but is something else than
// was sent: somebody else wrote at the same moment, or the portal cut a text.
type NotAsWrittenError struct {
	Fields []string // that were named and differ, as the input calls them
}

// Error names the fields.
func (e *NotAsWrittenError) Error() string {
	return fmt.Sprintf("written, but not as it was sent: %s", strings.Join(e.Fields, ", "))
}

// comparison collects the fields that are not as they were sent.
type comparison struct{ fields []string }

func (c *comparison) check(field string, given, isSame bool) {
	if given && !isSame {
		c.fields = append(c.fields, field)
	}
}

// orNil returns the difference as an error, nil where there is none.
func (c *comparison) orNil() error {
	if len(c.fields) == 0 {
		return nil
	}
	return &NotAsWrittenError{c.fields}
}
