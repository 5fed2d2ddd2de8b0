package plain_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/shopspring/decimal"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/graph/plain"
	"onlyoffice-graphql/upstream"
)

// stub has the few resolvers that these tests need. The root fields return obj.
type stub struct {
	graph.ResolverRoot
	graph.OpportunityResolver
	graph.StageResolver
	obj any
}

type queries struct {
	graph.QueryResolver
	obj any
}

func (s stub) Query() graph.QueryResolver { return queries{obj: s.obj} }

func (s stub) Opportunity() graph.OpportunityResolver { return s }

func (s stub) Stage() graph.StageResolver { return s }

func (q queries) Opportunity(context.Context, string) (*upstream.Opportunity, error) {
	return q.obj.(*upstream.Opportunity), nil
}

func (q queries) OpportunitiesByIds(context.Context, []string) ([]*upstream.Opportunity, error) {
	return q.obj.([]*upstream.Opportunity), nil
}

func (q queries) Opportunities(context.Context, *int, *string, *graph.OpportunityFilter, *graph.OpportunityOrder) (*graph.OpportunityConnection, error) {
	return q.obj.(*graph.OpportunityConnection), nil
}

func (stub) Tags(_ context.Context, o *upstream.Opportunity) ([]string, error) {
	if o.ID%2 == 1 {
		return nil, fmt.Errorf("no tags of %d", o.ID)
	}
	return []string{"a", "\"b\""}, nil
}

func (stub) CustomFields(_ context.Context, o *upstream.Opportunity, labels []string, headings *bool) ([]*upstream.CustomField, error) {
	fields, known := o.KnownCustomFields(labels, headings)
	if !known {
		return nil, errors.New("no headings")
	}
	return fields, nil
}

func (stub) SortOrder(_ context.Context, s *upstream.Stage) (*int, error) {
	place := s.ID + 1000
	return orElse(s.SortOrder, &place), nil
}

func orElse[T any](p, other *T) *T {
	if p == nil {
		return other
	}
	return p
}

// asked is a document that asks one root field for a selection.
type asked struct {
	text string
	doc  *ast.QueryDocument
}

// parse reads a document whose operation is the selection alone, below root.
func parse(root, text string) (asked, error) {
	operation, fragments, hasFragments := strings.Cut(text, " fragment ")
	text = strings.Replace(operation, "{", "{"+root+"{", 1) + "}"
	if hasFragments {
		text += " fragment " + fragments
	}
	doc, err := parser.ParseQuery(&ast.Source{Input: text})
	if err != nil {
		return asked{}, err
	}
	if errs := validator.ValidateWithRules(graph.NewExecutableSchema(graph.Config{}).Schema(), doc, nil); len(errs) > 0 {
		return asked{}, errs
	}
	return asked{text, doc}, nil
}

func mustParse(t testing.TB, root, text string) asked {
	t.Helper()
	a, err := parse(root, text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Get and Add make it the cache of an executor that is asked for nothing else.
func (a asked) Get(context.Context, string) (*ast.QueryDocument, bool) { return a.doc, true }

func (asked) Add(context.Context, string, *ast.QueryDocument) {}

// answer returns the data, the errors, and whether what the root field holds was
// written at once.
func (a asked) answer(obj any, variables map[string]any, selections *plain.Selections, extensions ...func(*executor.Executor)) (text string, isPlain bool) {
	exec := executor.New(graph.NewExecutableSchema(graph.Config{Resolvers: stub{obj: obj}}))
	exec.SetQueryCache(a)
	exec.SetRecoverFunc(func(_ context.Context, v any) error { return fmt.Errorf("panic: %v", v) })
	for _, extend := range extensions {
		extend(exec)
	}
	exec.AroundRootFields(func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
		m := next(ctx)
		isPlain = plain.IsWhole(m)
		return m
	})
	ctx := graphql.StartOperationTrace(context.Background())
	operation, errs := exec.CreateOperationContext(ctx, &graphql.RawParams{Query: a.text, Variables: variables})
	if len(errs) > 0 {
		panic(errs)
	}
	ctx = plain.Sequential(plain.With(ctx, operation, selections, nil)) // or errors would come in any order
	respond, ctx := exec.DispatchOperation(ctx, operation)
	response := respond(ctx)
	text = string(response.Data)
	if len(response.Errors) > 0 {
		errors, err := json.Marshal(response.Errors)
		if err != nil {
			panic(err)
		}
		text += "\n" + string(errors)
	}
	return text, isPlain
}

const awkward = "a\"b\\c/d\t\n\r\b\f\x00\x1f\x7f<>&'\u2028\u2029é😀\xff\xc3"

// opportunity returns one that has everything, and change done to it.
func opportunity(change ...func(*upstream.Opportunity)) *upstream.Opportunity {
	text, order := awkward, 3
	employee := upstream.Employee{ID: "8e4b1c5e-0000-4000-8000-000000000001", DisplayName: awkward, Title: &text}
	money := &upstream.Currency{Title: "Euro", Symbol: "€", Abbreviation: "EUR", IsBasic: true}
	person := upstream.ContactBase{ID: 7, DisplayName: "P", AccessList: []upstream.Employee{employee, {ID: "x"}}, Currency: money}
	company := upstream.ContactBase{ID: 8, DisplayName: "C", IsCompany: true, ShareType: 2, SmallFotoURL: &text, AccessList: person.AccessList, Currency: money}
	o := &upstream.Opportunity{
		ID: 4, Title: awkward, CreateBy: &employee, Contact: &company, Members: []upstream.ContactBase{person, company},
		Created:  upstream.DateTime{Time: time.Date(2026, 3, 1, 9, 0, 0, 120000000, time.FixedZone("", 3600))},
		BidValue: upstream.Decimal{Decimal: decimal.RequireFromString("1234567.890")}, BidType: upstream.PerHour, PerPeriodValue: -3, BidCurrency: money,
		Stage:      &upstream.Stage{ID: 2, Title: "S", SortOrder: &order, StageType: 77},
		AccessList: []upstream.Employee{employee}, CanEdit: true,
		CustomFields: []upstream.CustomField{
			{ID: 1, Label: "head", FieldType: upstream.Heading},
			{ID: 2, Label: "choice", FieldType: upstream.SelectBox, Mask: ptr(`["x","\u0001"]`), FieldValue: &text},
		},
	}
	for _, c := range change {
		c(o)
	}
	return o
}

func ptr[T any](v T) *T { return &v }
