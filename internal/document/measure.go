package document

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/lexer"
)

// ceiling is where counts stop: fragments within fragments double them quickly.
const ceiling = 1 << 30

func add(a, b int) int { return min(a+b, ceiling) }

func multiply(a, b int) int {
	if a != 0 && b > ceiling/a {
		return ceiling
	}
	return a * b
}

// countTokens returns the number of tokens before the end of text, or before
// the first thing that is none, and of comments; look sees each. The parser has a
// limit of its own, but counts comments too and does not say by how much it is exceeded.
func countTokens(text string, look func(*lexer.Token)) (tokens, comments int) {
	source := lexer.New(&ast.Source{Input: text})
	for {
		token, err := source.ReadToken()
		switch {
		case err != nil || token.Kind == lexer.EOF:
			return tokens, comments
		case token.Kind == lexer.Comment:
			comments++
		default:
			tokens++
		}
		look(&token)
	}
}

// measure is the size of a selection set with all fragments spread.
type measure struct {
	fields      int // all fields below
	width       int // the fields of the set itself
	depth       int
	aliases     int
	directives  int // most at one place
	introspects bool
}

// join adds the size of something within the same set.
func (m *measure) join(other measure) {
	m.fields = add(m.fields, other.fields)
	m.width = add(m.width, other.width)
	m.depth = max(m.depth, other.depth)
	m.aliases = add(m.aliases, other.aliases)
	m.directives = max(m.directives, other.directives)
	m.introspects = m.introspects || other.introspects
}

// keepLarger keeps the larger of each size.
func (m *measure) keepLarger(other measure) {
	m.fields = max(m.fields, other.fields)
	m.width = max(m.width, other.width)
	m.depth = max(m.depth, other.depth)
	m.aliases = max(m.aliases, other.aliases)
	m.directives = max(m.directives, other.directives)
	m.introspects = m.introspects || other.introspects
}

// ruler measures the operations of one document, before it is known to be
// valid. Each fragment is measured once, so the work grows with the length of
// the document, however large it is once spread.
type ruler struct {
	definitions map[string]*ast.FragmentDefinition
	fragments   map[string]measure
}

func newRuler(document *ast.QueryDocument) *ruler {
	r := &ruler{
		definitions: make(map[string]*ast.FragmentDefinition, len(document.Fragments)),
		fragments:   make(map[string]measure, len(document.Fragments)),
	}
	for _, fragment := range document.Fragments {
		if r.definitions[fragment.Name] == nil { // of two with one name, the validator takes the first
			r.definitions[fragment.Name] = fragment
		}
	}
	return r
}

func (r *ruler) operation(operation *ast.OperationDefinition) measure {
	m := r.set(operation.SelectionSet)
	m.directives = max(m.directives, len(operation.Directives))
	for _, variable := range operation.VariableDefinitions {
		m.directives = max(m.directives, len(variable.Directives))
	}
	return m
}

func (r *ruler) set(set ast.SelectionSet) measure {
	var m measure
	for _, selection := range set {
		switch selection := selection.(type) {
		case *ast.Field:
			m.join(r.field(selection))
		case *ast.InlineFragment:
			m.directives = max(m.directives, len(selection.Directives))
			m.join(r.set(selection.SelectionSet))
		case *ast.FragmentSpread:
			m.directives = max(m.directives, len(selection.Directives))
			m.join(r.fragment(selection.Name))
		}
	}
	return m
}

func (r *ruler) field(field *ast.Field) measure {
	m := r.set(field.SelectionSet)
	m.fields = add(m.fields, 1)
	m.width = 1
	m.depth++
	if isIntrospection(field) {
		m.introspects = true
		m.depth = 1 // types nest deeply by nature; the validator bounds their lists
	}
	if field.Alias != field.Name {
		m.aliases = add(m.aliases, 1)
	}
	m.directives = max(m.directives, len(field.Directives))
	return m
}

// fragment measures a fragment. One that spreads itself, or is not there, is
// nothing here: validation refuses it.
func (r *ruler) fragment(name string) measure {
	if m, known := r.fragments[name]; known {
		return m
	}
	r.fragments[name] = measure{}
	definition := r.definitions[name]
	if definition == nil {
		return measure{}
	}
	m := r.set(definition.SelectionSet)
	m.directives = max(m.directives, len(definition.Directives))
	r.fragments[name] = m
	return m
}

// isIntrospection reports whether the field opens the schema itself. Every
// other name with two underscores is within it, or __typename.
func isIntrospection(field *ast.Field) bool {
	return field.Name == "__schema" || field.Name == "__type"
}
