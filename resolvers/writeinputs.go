package resolvers

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/upstream"
)

// noID stands for a text that is no id; the client's check says so of it.
const noID = -1

// number reads a portal number.
func number(text string) int {
	id, err := parseID("", text)
	if err != nil {
		return noID
	}
	return id
}

// numberOr0 reads one that may be left out.
func numberOr0(text *string) int {
	if text == nil {
		return 0
	}
	return number(*text)
}

func numbers(texts []string) []int {
	ids := make([]int, len(texts))
	for i, text := range texts {
		ids[i] = number(text)
	}
	return ids
}

// orNone returns a value, or the zero value where it was left out.
func orNone[V any](value *V) V {
	if value == nil {
		var zero V
		return zero
	}
	return *value
}

// given returns the change to a value that there is.
func given[V any](value *V) upstream.Change[V] { return upstream.ChangeTo(value, value != nil) }

// numberChange returns the change of a portal number.
func numberChange(text graphql.Omittable[*string]) upstream.Change[int] {
	value, isGiven := text.ValueOK()
	if value == nil {
		return upstream.ChangeTo[int](nil, isGiven)
	}
	return upstream.Set(number(*value))
}

// listChange returns the change of a list.
func listChange(list graphql.Omittable[[]string]) upstream.Change[[]string] {
	value, isGiven := list.ValueOK()
	if value == nil {
		return upstream.ChangeTo[[]string](nil, isGiven)
	}
	return upstream.Set(value)
}

// seenRevision returns the revision that a caller saw; "" is none, where the client
// takes any.
func seenRevision(text *string) string {
	if text == nil {
		return ""
	}
	return cmp.Or(*text, "none")
}

// scalars reads the decimals and dates of an input, and collects the mistakes in them.
type scalars struct{ mistakes upstream.UserErrors }

// scalar is a pointer to a Decimal or a DateTime.
type scalar[V any] interface {
	*V
	UnmarshalGQL(v any) error
}

// read reads one that has to be there.
func read[V any, P scalar[V]](s *scalars, text upstream.ScalarText, field string) (value V) {
	if err := text.Read(P(&value)); err != nil {
		s.mistakes = append(s.mistakes, upstream.UserError{Field: []string{field}, Code: upstream.CodeInvalid, Message: err.Error()})
	}
	return value
}

// changed reads the change of one.
func changed[V any, P scalar[V]](s *scalars, text graphql.Omittable[*upstream.ScalarText], field string) upstream.Change[V] {
	value, isGiven := text.ValueOK()
	if value == nil {
		return upstream.ChangeTo[V](nil, isGiven)
	}
	return upstream.Set(read[V, P](s, *value, field))
}

// readGiven reads the change to one that there is.
func readGiven[V any, P scalar[V]](s *scalars, text *upstream.ScalarText, field string) upstream.Change[V] {
	if text == nil {
		return upstream.Change[V]{}
	}
	return upstream.Set(read[V, P](s, *text, field))
}

// readOrNone reads one that may be left out.
func readOrNone[V any, P scalar[V]](s *scalars, text *upstream.ScalarText, field string) (value V) {
	if text != nil {
		value = read[V, P](s, *text, field)
	}
	return value
}

// fieldValues reads values of custom fields. Whether null or nothing was given makes a
// difference, so nothing is a mistake.
func fieldValues(list []*graph.CustomFieldInput) ([]upstream.FieldValue, upstream.UserErrors) {
	values := make([]upstream.FieldValue, len(list))
	var mistakes upstream.UserErrors
	for i, in := range list {
		value, isGiven := in.Value.ValueOK()
		values[i] = upstream.FieldValue{FieldID: number(in.FieldID), Value: value}
		if !isGiven {
			mistakes = append(mistakes, upstream.UserError{
				Field: []string{"customFields", strconv.Itoa(i), "value"}, Code: upstream.CodeRequired,
				Message: "Give the value, or null to clear the field.",
			})
		}
	}
	return values, mistakes
}

// needs is what an input is checked against beyond itself.
type needs struct {
	stages, currencies, taskCategories, historyCategories, contactStatuses bool

	fields    *graph.CustomFieldEntity // on what; nil for none
	employees []string
}

// input is what the client checks and sends.
type input interface {
	Check(with *upstream.Dictionaries) upstream.UserErrors
	EmployeeIDs() []string   // those that it names
	Named() []upstream.Named // other objects that it names
}

// checked returns what an input needs to be sent, or all its mistakes at once: those that
// were found as it was read, those that it shows by itself or beside the portal's
// dictionaries, and beside any of these the objects that are not there, which otherwise
// the write finds.
func (w *writing) checked(in input, need needs, mistakes upstream.UserErrors) (*upstream.Dictionaries, error) {
	mistakes = append(w.mistakes, mistakes...)
	need.employees = slices.DeleteFunc(slices.Clone(in.EmployeeIDs()), func(id string) bool { return !upstream.IsGUID(id) })
	with, err := w.dictionaries(need)
	if err != nil {
		if mistakes = mistakes.With(in.Check(nil)); len(mistakes) > 0 {
			return nil, mistakes // the rest comes once the portal answers
		}
		return nil, err
	}
	if mistakes = mistakes.With(in.Check(with)); len(mistakes) == 0 {
		return with, nil
	}
	missing, _ := w.caller.Missing(w.ctx, in.Named())
	return nil, mistakes.With(missing)
}

// dictionaries reads what is needed, in one step.
func (w *writing) dictionaries(need needs) (*upstream.Dictionaries, error) {
	with := &upstream.Dictionaries{}
	var loads []func() error
	err := w.prefetch(func(s *step) {
		add := func(load func() error) { loads = append(loads, load) }
		if need.stages {
			wanted(w, s, add, stages, noKey{}, &with.Stages)
		}
		if need.currencies {
			wanted(w, s, add, currencies, noKey{}, &with.Currencies)
		}
		if need.taskCategories {
			wanted(w, s, add, taskCategories, noKey{}, &with.TaskCategories)
		}
		if need.historyCategories {
			wanted(w, s, add, historyCategories, noKey{}, &with.HistoryCategories)
		}
		if need.contactStatuses {
			wanted(w, s, add, contactStatuses, noKey{}, &with.ContactStatuses)
		}
		if need.fields != nil {
			wanted(w, s, add, definitions, entityOf(need.fields), &with.Fields)
		}
		for _, id := range need.employees {
			employees.of(w.execution).want(s, id, nil)
		}
	})
	for _, load := range loads {
		err = cmp.Or(err, load())
	}
	if portal := new(upstream.Error); errors.As(err, &portal) && portal.Kind == upstream.KindNotFound {
		lacking := *portal // a portal without that dictionary is no input that names what is not there
		lacking.Kind = upstream.KindServer
		err = &lacking
	}
	for _, id := range need.employees {
		_, missing := employees.load(w.ctx, id)
		if missing != nil && upstream.KindOf(missing) != upstream.KindNotFound {
			err = cmp.Or(err, missing)
		}
		if with.Employees == nil {
			with.Employees = map[string]bool{}
		}
		with.Employees[strings.ToLower(id)] = missing == nil
	}
	return with, err
}

// wanted asks for a dictionary in the step, and adds what waits for it. An empty one is
// no unread one.
func wanted[K comparable, V any](w *writing, s *step, add func(func() error), by *loader[K, []V], key K, into *[]V) {
	by.of(w.execution).want(s, key, nil)
	add(func() error {
		list, err := by.load(w.ctx, key)
		if *into = list; list == nil {
			*into = []V{}
		}
		return err
	})
}
