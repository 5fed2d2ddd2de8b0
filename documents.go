package main

import (
	"context"
	"errors"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"onlyoffice-graphql/graph/plain"
	"onlyoffice-graphql/internal/config"
	"onlyoffice-graphql/resolvers"
)

// Documents that are kept, in bytes. What a syntax tree takes is measured: a
// list of numbers takes most for a token, and comments are part of it.
const (
	keptDocuments    = 32 << 20
	largestKept      = 16 << 10 // of text; larger ones are read again each time
	bytesPerToken    = 240
	bytesPerComment  = 112
	bytesOfDocument  = 2 << 10 // of even the smallest
	compiledPerField = 2       // a contact may be a person or a company
	maxCompiled      = 2000    // fields that are compiled at all
)

// document is a document that has been parsed, measured and validated. It is
// shared between requests: nobody changes it or its syntax tree.
type document struct {
	query      *ast.QueryDocument
	fields     int    // of all operations, with fragments spread
	hash       string // of the text, for the log
	analysis   *resolvers.Analysis
	costs      map[*ast.OperationDefinition]cost // without variables
	bounded    map[*ast.OperationDefinition][]boundedVariable
	nullable   map[*ast.OperationDefinition][]string // see nullableIn
	selections *plain.Selections
}

// operation returns the operation that a request with this operationName runs.
func (d *document) operation(name string) (*ast.OperationDefinition, *refusal) {
	operation := d.query.Operations.ForName(name)
	switch {
	case operation != nil:
		return operation, nil
	case name == "":
		return nil, refuse(statusNotRun, codeValidationFailed, "The document has several operations: say which one to run in operationName.")
	default:
		return nil, refuse(statusNotRun, codeValidationFailed, "The document has no operation of the name that operationName says.")
	}
}

// cost returns what operation costs with these variables.
func (d *document) cost(operation *ast.OperationDefinition, variables map[string]any) int {
	c := d.costs[operation]
	if c.varies {
		c = costOf(operation, variables, resolvers.Cost)
	}
	return c.value
}

// documents turns texts into documents. It is safe for concurrent use.
type documents struct {
	schema      *ast.Schema
	rules       *rules.Rules
	silentRules *rules.Rules // without suggestions
	limits      config.Limits
	explorer    bool
	kept        *byteLRU[*document]
}

func newDocuments(schema *ast.Schema, limits config.Limits, explorer bool) *documents {
	return &documents{
		schema:      schema,
		rules:       validationRules(explorer),
		silentRules: validationRules(false),
		limits:      limits,
		explorer:    explorer,
		kept:        newByteLRU[*document](keptDocuments),
	}
}

// get returns the document of text, or why there is none. A document that
// parses but is refused is returned too, for its operations' kinds.
func (d *documents) get(text string) (*document, *refusal) {
	if kept, ok := d.kept.get(text); ok {
		return kept, nil
	}
	text = strings.Clone(text) // of a URL it is a part, all of which would be kept with it
	tokens, comments := countTokens(text)
	if tokens > d.limits.Tokens {
		return nil, refuseOver(statusNotRun, "QUERY_TOO_LARGE", d.limits.Tokens, tokens, "The document has too many tokens. Ask for less, or in several requests.")
	}
	query, err := parser.ParseQuery(&ast.Source{Input: text})
	if err != nil {
		return nil, refuseDocument(codeParseFailed, text, listOf(err))
	}
	if len(query.Operations) == 0 {
		return nil, refuse(statusNotRun, codeParseFailed, "The document has no operation.")
	}
	doc := &document{query: query}
	if refused := d.measured(doc); refused != nil {
		return doc, refused
	}
	if refused := d.validated(query, text); refused != nil {
		return doc, refused
	}
	doc.bounded = make(map[*ast.OperationDefinition][]boundedVariable, len(query.Operations))
	doc.nullable = make(map[*ast.OperationDefinition][]string)
	for _, operation := range query.Operations {
		bounded, refused := boundsOf(d.schema, operation)
		if refused != nil {
			return doc, refused
		}
		doc.bounded[operation] = bounded
		if names := nullableIn(d.schema, operation); len(names) > 0 {
			doc.nullable[operation] = names
		}
	}
	doc.hash = documentHash(text)
	doc.analysis = resolvers.Analyze(query)
	doc.costs = make(map[*ast.OperationDefinition]cost, len(query.Operations))
	for _, operation := range query.Operations {
		doc.costs[operation] = costOf(operation, nil, resolvers.Cost)
	}
	compiled := compiledPerField * min(doc.fields, maxCompiled)
	doc.selections = plain.NewSelections(compiled)
	if len(text) <= largestKept {
		d.kept.add(text, doc, bytesOfDocument+2*len(text)+bytesPerToken*tokens+bytesPerComment*comments+plain.BytesPerField*compiled)
	}
	return doc, nil
}

// measured refuses a document that is too large in some way. What it lets pass
// can be validated and walked over in little time.
func (d *documents) measured(doc *document) *refusal {
	query := doc.query
	ruler := newRuler(query)
	var most measure // of any operation: validation looks at all of them
	fields := 0
	for _, operation := range query.Operations {
		m := ruler.operation(operation)
		fields = add(fields, m.fields)
		most.most(m)
	}
	for _, fragment := range query.Fragments { // also those that nothing spreads
		most.directives = max(most.directives, ruler.fragment(fragment.Name).directives)
	}
	doc.fields = fields
	switch l := d.limits; {
	case fields > l.Fields:
		return refuseOver(statusNotRun, "TOO_MANY_FIELDS", l.Fields, fields, "The document has too many fields, with all fragments spread. Ask for less, or in several requests.")
	case most.depth > l.Depth:
		return refuseOver(statusNotRun, "QUERY_TOO_DEEP", l.Depth, most.depth, "The document nests its fields too deeply.")
	case most.aliases > l.Aliases:
		return refuseOver(statusNotRun, "TOO_MANY_ALIASES", l.Aliases, most.aliases, "The operation has too many aliases. Ask for lists, or in several requests.")
	case most.width > l.RootFields:
		return refuseOver(statusNotRun, "TOO_MANY_ROOT_FIELDS", l.RootFields, most.width, "The operation has too many fields at its top. Ask for lists, or in several requests.")
	case most.directives > l.Directives:
		return refuseOver(statusNotRun, "TOO_MANY_DIRECTIVES", l.Directives, most.directives, "The document has too many directives at one place.")
	case most.introspects && !d.explorer:
		return refuse(statusNotRun, codeIntrospectionDisabled, "Introspection is switched off here: __schema and __type are not answered.")
	}
	return nil
}

// validated checks the document against the schema, and makes it ready to run.
func (d *documents) validated(query *ast.QueryDocument, text string) *refusal {
	rules := d.rules
	if len(text) > largestKept {
		rules = d.silentRules // to look for similar names takes long when they are long
	}
	errs := validator.ValidateWithRules(d.schema, query, rules)
	if len(errs) == 0 {
		errs = mergeConflicts(d.schema, query)
	}
	if len(errs) > 0 {
		return refuseDocument(codeValidationFailed, text, toldOnce(query, errs))
	}
	return nil
}

func listOf(err error) gqlerror.List {
	var e *gqlerror.Error
	if errors.As(err, &e) {
		return gqlerror.List{e}
	}
	return gqlerror.List{gqlerror.Wrap(err)}
}

// preparedCache hands the request's document to gqlgen's executor, which
// would parse and validate it otherwise.
type preparedCache struct{}

// Get returns the document that ctx carries.
func (preparedCache) Get(ctx context.Context, _ string) (*ast.QueryDocument, bool) {
	doc := recordOf(ctx).document
	if doc == nil {
		return nil, false
	}
	return doc.query, true
}

// Add does nothing: documents are kept before the executor sees them.
func (preparedCache) Add(context.Context, string, *ast.QueryDocument) {}
