package main

import (
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// refuseVariable says which variable has a value that does not fit its type.
// The executor's own message may quote the value.
func refuseVariable(schema *ast.Schema, operation *ast.OperationDefinition, errs gqlerror.List) *refusal {
	path := errs[0].Path
	if len(path) < 2 {
		return refuse(statusNotRun, codeValidationFailed, "The variables do not fit the operation.")
	}
	definition := operation.VariableDefinitions.ForName(fmt.Sprint(path[1]))
	if definition == nil {
		return refuse(statusNotRun, codeValidationFailed, "The variables do not fit the operation.")
	}
	wrong := "has a value of another type"
	switch errs[0].Message {
	case "must be defined":
		wrong = "lacks a value"
	case "cannot be null":
		wrong = "must not be null"
	case "unknown field":
		wrong = "has a member that its type does not have"
	}
	r := refuse(statusNotRun, codeValidationFailed, `Variable "$%s" of type "%s" %s%s.`, definition.Variable, definition.Type, wrong, within(schema, definition.Type, path[2:]))
	r.errors[0].Locations = []gqlerror.Location{{Line: definition.Position.Line, Column: definition.Position.Column}}
	return r
}

// within tells where in a variable's value something is, as far as the names
// on the way are the schema's.
func within(schema *ast.Schema, of *ast.Type, path ast.Path) string {
	var place strings.Builder
	for _, step := range path {
		switch step := step.(type) {
		case ast.PathIndex:
			fmt.Fprintf(&place, "[%d]", step)
			if of.Elem != nil {
				of = of.Elem
			}
		case ast.PathName:
			field := schema.Types[of.Name()].Fields.ForName(string(step))
			if field == nil {
				return at(place.String())
			}
			fmt.Fprintf(&place, ".%s", step)
			of = field.Type
		}
	}
	return at(place.String())
}

func at(place string) string {
	if place == "" {
		return ""
	}
	return " at " + place
}
