// Package document turns the texts of GraphQL documents into what can be run: parsed,
// measured, validated and weighed. It keeps them, and knows nothing of how they came.
package document

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"onlyoffice-graphql/graph/plain"
	"onlyoffice-graphql/internal/codes"
	"onlyoffice-graphql/internal/memory"
)

// Documents that are kept, in bytes. What a syntax tree takes is measured: a
// list of numbers takes most for a token, and comments are part of it.
const (
	KeptBytes        = 32 << 20
	LargestKept      = 16 << 10 // of text; larger ones are read again each time
	bytesPerToken    = 240
	bytesPerComment  = 112
	bytesOfDocument  = 2 << 10 // of even the smallest
	compiledPerField = 2       // a contact may be a person or a company
	maxCompiled      = 2000    // fields that are compiled at all
)

// maxWrites is how many root fields one mutation has at most: they run one after the
// other, and all of them within one --operation-timeout.
const maxWrites = 10

// Document is a document that has been parsed, measured and validated. It is
// shared between requests: neither it nor its syntax tree is
// ever changed.
type Document struct {
	Query      *ast.QueryDocument
	Hash       string            // of the text, for the log
	Analysis   any               // what Options.Analyze made of it
	Selections *plain.Selections // that are compiled

	fields     int // of all operations, with fragments spread
	operations map[*ast.OperationDefinition]*Operation
}

// Operation returns the operation that a request with this operationName runs.
func (d *Document) Operation(name string) (*Operation, *Rejection) {
	definition := d.Query.Operations.ForName(name)
	switch {
	case definition != nil:
		return d.operations[definition], nil
	case name == "":
		return nil, reject(codes.ValidationFailed, "The document has several operations: say which one to run in operationName.")
	default:
		return nil, reject(codes.ValidationFailed, "The document has no operation of the name that operationName says.")
	}
}

// IsQuery reports whether the operation of that name is a query, as far as there is
// one: the document may have been rejected.
func (d *Document) IsQuery(name string) bool {
	definition := d.Query.Operations.ForName(name)
	return definition == nil || definition.Operation == ast.Query
}

// Limits are how large a document may be, and what one of its operations may cost.
type Limits struct {
	Tokens, Fields, Depth, Aliases, RootFields, Directives, Cost int
}

// Options are what documents are made ready with.
type Options struct {
	Limits   Limits
	Explorer bool                                             // introspection is answered, and errors suggest names
	Analyze  func(*ast.QueryDocument) any                     // looks at a valid document once, for those who run its operations
	Cost     func(typeName, field string) (further FieldCost) // of a field, for the portal calls that it takes
}

// Store turns texts into documents. It is safe for concurrent use.
type Store struct {
	schema      *ast.Schema
	rules       *rules.Rules
	silentRules *rules.Rules // without suggestions
	secrets     secrets
	options     Options
	kept        *memory.LRU[*Document]
}

// NewStore returns a store of documents of the schema.
func NewStore(schema *ast.Schema, o Options) *Store {
	return &Store{
		schema:      schema,
		rules:       validationRules(o.Explorer),
		silentRules: validationRules(false),
		secrets:     secretsOf(schema),
		options:     o,
		kept:        memory.NewLRU[*Document](KeptBytes),
	}
}

// Get returns the document of text, or why there is none. A document that
// parses but is rejected is returned too, for its operations' kinds.
func (d *Store) Get(text string) (*Document, *Rejection) {
	if kept, ok := d.kept.Get(text); ok {
		return kept, nil
	}
	text = strings.Clone(text) // of a URL it is a part, all of which would be kept with it
	literals := literals{rest: text}
	tokens, comments := countTokens(text, literals.check)
	if tokens > d.options.Limits.Tokens {
		return nil, rejectOver(codes.QueryTooLarge, d.options.Limits.Tokens, tokens, "The document has too many tokens. Ask for less, or in several requests.")
	}
	query, err := parser.ParseQuery(&ast.Source{Input: text})
	if err != nil {
		return nil, rejectDocument(codes.ParseFailed, text, listOf(err))
	}
	if literals.misread != nil {
		return nil, literals.misread
	}
	if len(query.Operations) == 0 {
		return nil, reject(codes.ParseFailed, "The document has no operation.")
	}
	doc := &Document{Query: query}
	if rejected := d.secrets.heldIn(query); rejected != nil { // before an error quotes one
		return doc, rejected
	}
	if rejected := d.measured(doc); rejected != nil {
		return doc, rejected
	}
	if rejected := d.validated(query, text); rejected != nil {
		return doc, rejected
	}
	doc.operations = make(map[*ast.OperationDefinition]*Operation, len(query.Operations))
	for _, definition := range query.Operations {
		bounded, rejected := boundsOf(d.schema, definition)
		if rejected != nil {
			return doc, rejected
		}
		doc.operations[definition] = &Operation{definition, d, costOf(definition, nil, d.options.Cost), bounded, nullableIn(d.schema, definition)}
	}
	doc.Hash = Hash(text)
	doc.Analysis = d.options.Analyze(query)
	compiled := compiledPerField * min(doc.fields, maxCompiled)
	doc.Selections = plain.NewSelections(compiled)
	if len(text) <= LargestKept {
		d.kept.Add(text, doc, bytesOfDocument+2*len(text)+bytesPerToken*tokens+bytesPerComment*comments+plain.BytesPerField*compiled)
	}
	return doc, nil
}

// measured refuses a document that is too large in some way. What it lets pass
// can be validated and walked over in little time.
func (d *Store) measured(doc *Document) *Rejection {
	query := doc.Query
	ruler := newRuler(query)
	var most measure // of any operation: validation looks at all of them
	fields := 0
	var writes *Rejection
	for _, operation := range query.Operations {
		m := ruler.operation(operation)
		fields = add(fields, m.fields)
		most.keepLarger(m)
		if limit := min(maxWrites, d.options.Limits.RootFields); operation.Operation == ast.Mutation && m.width > limit {
			writes = rejectOver(codes.TooManyRootFields, limit, m.width, "The mutation has too many fields at its top. Send several requests.")
		}
	}
	for _, fragment := range query.Fragments { // also those that nothing spreads
		most.directives = max(most.directives, ruler.fragment(fragment.Name).directives)
	}
	doc.fields = fields
	switch l := d.options.Limits; {
	case fields > l.Fields:
		return rejectOver(codes.TooManyFields, l.Fields, fields, "The document has too many fields, with all fragments spread. Ask for less, or in several requests.")
	case most.depth > l.Depth:
		return rejectOver(codes.QueryTooDeep, l.Depth, most.depth, "The document nests its fields too deeply.")
	case most.aliases > l.Aliases:
		return rejectOver(codes.TooManyAliases, l.Aliases, most.aliases, "The operation has too many aliases. Ask for lists, or in several requests.")
	case most.width > l.RootFields:
		return rejectOver(codes.TooManyRootFields, l.RootFields, most.width, "The operation has too many fields at its top. Ask for lists, or in several requests.")
	case writes != nil:
		return writes
	case most.directives > l.Directives:
		return rejectOver(codes.TooManyDirectives, l.Directives, most.directives, "The document has too many directives at one place.")
	case most.introspects && !d.options.Explorer:
		return reject(codes.IntrospectionDisabled, "Introspection is switched off here: __schema and __type are not answered.")
	}
	return nil
}

// validated checks the document against the schema, and makes it ready to run.
func (d *Store) validated(query *ast.QueryDocument, text string) *Rejection {
	rules := d.rules
	if len(text) > LargestKept {
		rules = d.silentRules // to look for similar names takes long when they are long
	}
	errs := validator.ValidateWithRules(d.schema, query, rules)
	if len(errs) == 0 {
		errs = mergeConflicts(d.schema, query)
	}
	if len(errs) > 0 {
		return rejectDocument(codes.ValidationFailed, text, joinAlike(query, errs))
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

// Hash tells documents apart; "" when there is none.
func Hash(document string) string {
	if document == "" {
		return ""
	}
	hash := sha256.Sum256([]byte(document))
	return hex.EncodeToString(hash[:6])
}
