package document

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"onlyoffice-graphql/internal/codes"
)

// rejectMisfit refuses variables whose values are not of their type by the letter of
// the specification (section 3.5, input coercion). The executor's own check, which
// finds what else may be wrong, takes numeric text for numbers, numbers for text and
// names of enums in any spelling.
func rejectMisfit(schema *ast.Schema, operation *ast.OperationDefinition, variables map[string]any) *Rejection {
	for _, definition := range operation.VariableDefinitions {
		if place, wrong := misfit(schema, definition.Type, variables[definition.Variable]); wrong != "" {
			return rejectVariable(definition, wrong, within(schema, definition.Type, place))
		}
	}
	return nil
}

// misfit returns where in a value something is that is not of its type, and what is
// wrong with it; "" when nothing is.
func misfit(schema *ast.Schema, of *ast.Type, value any) (place ast.Path, wrong string) {
	if value == nil {
		return nil, "" // the executor sees to these
	}
	if of.Elem != nil {
		entries, isList := value.([]any)
		if !isList {
			return misfit(schema, of.Elem, value)
		}
		for i, entry := range entries {
			if place, wrong = misfit(schema, of.Elem, entry); wrong != "" {
				return append(ast.Path{ast.PathIndex(i)}, place...), wrong
			}
		}
		return nil, ""
	}
	definition := schema.Types[of.NamedType]
	switch definition.Kind {
	case ast.Enum:
		if name, isText := value.(string); !isText || definition.EnumValues.ForName(name) == nil {
			return nil, "is none of its type's values"
		}
	case ast.InputObject:
		members, _ := value.(map[string]any)
		for _, field := range definition.Fields { // in the schema's order, so that the same is said each time
			if place, wrong = misfit(schema, field.Type, members[field.Name]); wrong != "" {
				return append(ast.Path{ast.PathName(field.Name)}, place...), wrong
			}
		}
	case ast.Scalar:
		return nil, misfitScalar(of.NamedType, value)
	}
	return nil, ""
}

const anotherType = "has a value of another type"

// misfitScalar returns what is wrong with the value of a built-in scalar; the others
// say so themselves.
func misfitScalar(name string, value any) (wrong string) {
	number, isNumber := value.(json.Number)
	_, isText := value.(string)
	_, isTruth := value.(bool)
	fits := true
	switch name {
	case "Int":
		if n, err := strconv.ParseInt(string(number), 10, 64); isNumber && (errors.Is(err, strconv.ErrRange) || n != int64(int32(n))) {
			return "has a number of more than 32 bits"
		}
		fits = isNumber
	case "Float":
		fits = isNumber
	case "String":
		fits = isText
	case "ID":
		fits = isText || isNumber && !strings.ContainsAny(string(number), ".eE")
	case "Boolean":
		fits = isTruth
	}
	if !fits {
		return anotherType
	}
	return ""
}

// rejectUncoerced says which variable the executor found not to fit its type. The
// executor's own message may quote the value.
func rejectUncoerced(schema *ast.Schema, operation *ast.OperationDefinition, errs gqlerror.List) *Rejection {
	path := errs[0].Path
	if len(path) < 2 {
		return reject(codes.ValidationFailed, "The variables do not fit the operation.")
	}
	definition := operation.VariableDefinitions.ForName(fmt.Sprint(path[1]))
	if definition == nil {
		return reject(codes.ValidationFailed, "The variables do not fit the operation.")
	}
	wrong := anotherType
	switch errs[0].Message {
	case "must be defined":
		wrong = "lacks a value"
	case "cannot be null":
		wrong = "must not be null"
	case "unknown field":
		wrong = "has a member" + quotedName(path) + " that its type does not have"
	}
	return rejectVariable(definition, wrong, within(schema, definition.Type, path[2:]))
}

func rejectVariable(definition *ast.VariableDefinition, wrong, place string) *Rejection {
	r := reject(codes.ValidationFailed, `Variable "$%s" of type "%s" %s%s.`, definition.Variable, definition.Type, wrong, place)
	return r.at(definition.Position.Line, definition.Position.Column)
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
				return afterAt(place.String())
			}
			fmt.Fprintf(&place, ".%s", step)
			of = field.Type
		}
	}
	return afterAt(place.String())
}

// afterAt returns the place as a sentence goes on with it, or nothing for none.
func afterAt(place string) string {
	if place == "" {
		return ""
	}
	return " at " + place
}

// isName matches what can be the name of a member: at most 40 letters, more than any of
// the schema has.
var isName = regexp.MustCompile(`^[_A-Za-z][_0-9A-Za-z]{0,39}$`)

// quotedName returns the last name of a path in quotes, where it is short and has the
// letters of a name: anything else may be a value in the wrong place.
func quotedName(path ast.Path) string {
	name, _ := path[len(path)-1].(ast.PathName)
	if !isName.MatchString(string(name)) {
		return ""
	}
	return ` "` + string(name) + `"`
}
