package document

import (
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/internal/codes"
)

// A variable that may be null can stand where null may not: with a default of its
// own, or in a place with a default (the specification's IsVariableUsageAllowed,
// section 5.8.5). Then null is an error of the request that only its variables show
// (sections 6.4.1 and 3.10).

// nullableIn returns the names of such variables of an operation.
func nullableIn(schema *ast.Schema, operation *ast.OperationDefinition) []string {
	w := &nullWalk{schema: schema, seen: map[*ast.FragmentDefinition]bool{}}
	w.set(operation.SelectionSet)
	return w.nullable
}

// rejectNulls refuses an operation in which one of the nullable variables is null
// where null may not be. What @skip and @include leave out does not count.
func rejectNulls(schema *ast.Schema, operation *ast.OperationDefinition, nullable []string, variables map[string]any) *Rejection {
	if !slices.ContainsFunc(nullable, func(name string) bool { return isNull(variables, name) }) {
		return nil
	}
	w := &nullWalk{schema: schema, seen: map[*ast.FragmentDefinition]bool{}, variables: variables, live: true}
	w.set(operation.SelectionSet)
	return w.rejected
}

func isNull(variables map[string]any, name string) bool {
	value, isGiven := variables[name]
	return isGiven && value == nil
}

// nullWalk goes over an operation, each fragment once: for a document, to note
// variables that may be null, or live, with the variables of a request.
type nullWalk struct {
	schema   *ast.Schema
	seen     map[*ast.FragmentDefinition]bool
	nullable []string

	live      bool
	variables map[string]any
	rejected  *Rejection
}

func (w *nullWalk) set(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if w.isLeftOut(s.Directives) {
				continue
			}
			for _, argument := range s.Arguments {
				if definition := s.Definition.Arguments.ForName(argument.Name); definition != nil {
					w.value(argument.Value, definition.Type, argument.Name)
				}
			}
			w.set(s.SelectionSet)
		case *ast.InlineFragment:
			if !w.isLeftOut(s.Directives) {
				w.set(s.SelectionSet)
			}
		case *ast.FragmentSpread:
			if !w.isLeftOut(s.Directives) && !w.seen[s.Definition] {
				w.seen[s.Definition] = true
				w.set(s.Definition.SelectionSet)
			}
		}
		if w.rejected != nil {
			return
		}
	}
}

// isLeftOut looks at the directives' own arguments, and reports whether they leave
// a selection out.
func (w *nullWalk) isLeftOut(directives ast.DirectiveList) bool {
	for _, directive := range directives {
		condition := directive.Arguments.ForName("if")
		if condition == nil {
			continue
		}
		w.value(condition.Value, ast.NonNullNamedType("Boolean", nil), "if of @"+directive.Name)
		if !w.live {
			continue
		}
		value, err := condition.Value.Value(w.variables)
		if holds, _ := value.(bool); err != nil || w.rejected != nil || holds == (directive.Name == "skip") {
			return true
		}
	}
	return false
}

// value looks at a value in a place of a type.
func (w *nullWalk) value(value *ast.Value, of *ast.Type, place string) {
	switch value.Kind {
	case ast.Variable:
		if !of.NonNull || value.VariableDefinition == nil || value.VariableDefinition.Type.NonNull {
			return
		}
		if !w.live {
			w.nullable = append(w.nullable, value.Raw)
		} else if w.rejected == nil && isNull(w.variables, value.Raw) {
			mend := "Give it a value, or leave the variable out for the default."
			if own := value.VariableDefinition.DefaultValue; own != nil && own.Kind == ast.NullValue {
				mend = "Give it a value."
			}
			w.rejected = reject(codes.BadUserInput, "%s: must not be null, as the variable $%s is. %s", place, value.Raw, mend)
			w.rejected.at(value.Position.Line, value.Position.Column)
		}
	case ast.ListValue:
		for i, entry := range value.Children {
			if of.Elem != nil {
				w.value(entry.Value, of.Elem, fmt.Sprintf("%s[%d]", place, i))
			}
		}
	case ast.ObjectValue:
		definition := w.schema.Types[of.Name()]
		for _, member := range value.Children {
			if field := definition.Fields.ForName(member.Name); field != nil {
				w.value(member.Value, field.Type, place+"."+member.Name)
			}
		}
	}
}
