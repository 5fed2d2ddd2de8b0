package document

import (
	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/internal/codes"
)

// secrets are the arguments whose values no document may hold, by the names of their
// fields: the directive @secret. Documents are kept, and errors quote them.
type secrets map[string]string

func secretsOf(schema *ast.Schema) secrets {
	found := secrets{}
	for _, of := range schema.Types {
		for _, field := range of.Fields {
			for _, argument := range field.Arguments {
				if argument.Directives.ForName("secret") != nil {
					found[field.Name] = argument.Name
				}
			}
		}
	}
	return found
}

// heldIn rejects a document that holds any part of a secret. It goes by names alone, as
// the document is not valid yet: of such a field every argument, known or not, is a
// variable, and no variable that stands there has a default.
func (s secrets) heldIn(query *ast.QueryDocument) *Rejection {
	if len(s) == 0 {
		return nil
	}
	search := &secretSearch{secrets: s, variables: map[string]*ast.Field{}}
	for _, operation := range query.Operations {
		search.set(operation.SelectionSet)
	}
	for _, fragment := range query.Fragments {
		search.set(fragment.SelectionSet)
	}
	for _, operation := range query.Operations {
		for _, variable := range operation.VariableDefinitions {
			if at := search.variables[variable.Variable]; at != nil && variable.DefaultValue != nil {
				search.reject(at)
			}
		}
	}
	return search.rejected
}

type secretSearch struct {
	secrets   secrets
	variables map[string]*ast.Field // that stand for a secret, with where
	rejected  *Rejection
}

func (s *secretSearch) set(set ast.SelectionSet) {
	for _, selection := range set {
		switch selected := selection.(type) {
		case *ast.Field:
			if s.secrets[selected.Name] != "" {
				for _, argument := range selected.Arguments {
					s.value(argument.Value, selected)
				}
			}
			s.set(selected.SelectionSet)
		case *ast.InlineFragment:
			s.set(selected.SelectionSet)
		}
	}
}

func (s *secretSearch) value(value *ast.Value, of *ast.Field) {
	switch value.Kind {
	case ast.Variable:
		s.variables[value.Raw] = of
	case ast.NullValue:
	case ast.ListValue, ast.ObjectValue:
		for _, child := range value.Children {
			s.value(child.Value, of)
		}
	default:
		s.reject(of)
	}
}

func (s *secretSearch) reject(of *ast.Field) {
	if s.rejected != nil {
		return
	}
	argument := s.secrets[of.Name]
	s.rejected = reject(codes.ValidationFailed, "%s takes secrets, which no document may hold: send them in variables without defaults, as %s(%s: $%s).", of.Name, of.Name, argument, argument)
	s.rejected.HoldsSecret = true
	if of.Position != nil {
		s.rejected.at(of.Position.Line, of.Position.Column)
	}
}
