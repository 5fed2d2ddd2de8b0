package plain_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
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

// TestPlainChangesNothing compares what is written at once with what gqlgen does.
func TestPlainChangesNothing(t *testing.T) {
	t.Parallel()
	whole := opportunity()
	noID := opportunity(func(o *upstream.Opportunity) { o.ID = 0 })
	noStageID := opportunity(func(o *upstream.Opportunity) { o.Stage.ID = 0 })
	noOrder := opportunity(func(o *upstream.Opportunity) { o.Stage.SortOrder = nil })
	noMemberID := opportunity(func(o *upstream.Opportunity) { o.Members[1].ID = 0 })
	odd := opportunity(func(o *upstream.Opportunity) { o.ID = 5 })
	empty := &upstream.Opportunity{}
	on, off := map[string]any{"v": true}, map[string]any{"v": false}
	const person, company = `... on Person { isPrivate }`, `... on Company { isShared }`
	for name, test := range map[string]struct {
		text      string
		obj       any
		variables map[string]any
		plain     bool // all of it is written at once
	}{
		"leaves":              {`{ id nodeId title description created actualCloseDate bidType bidValue totalValue perPeriodValue isPrivate canEdit }`, whole, nil, true},
		"unset values":        {`{ title created expectedCloseDate bidType bidValue stage { id } contact { id } members { id } bidCurrency { title } customFields { id } responsible { id } }`, empty, nil, true},
		"objects":             {`{ createBy { id nodeId displayName title avatarSmall } bidCurrency { title symbol isBasic cultureName } stage { title stageType color } }`, whole, nil, true},
		"lists":               {`{ accessList { id title } members { id accessList { displayName title } currency { symbol } } customFields { id fieldId label options fieldValue mask } }`, whole, nil, true},
		"typename":            {`{ __typename t: __typename stage { __typename } contact { __typename } members { a: __typename id __typename } id __typename }`, whole, nil, true},
		"typename alone":      {`{ __typename }`, whole, nil, true},
		"aliases":             {`{ a: id b: id title: description description: title id }`, whole, nil, true},
		"merged fields":       {`{ id stage { title } title stage { id title } id ... { stage { color } } }`, whole, nil, true},
		"merged fragments":    {`{ ...A stage { id } ...B ...A } fragment A on Opportunity { title stage { title ...C } } fragment B on Opportunity { description stage { color ...C } } fragment C on Stage { stageType }`, whole, nil, true},
		"types":               {`{ members { ` + person + company + ` id ... on Contact { displayName } ... on Node { nodeId } } ... on Node { nodeId } }`, whole, nil, true},
		"a type that is not":  {`{ contact { ` + person + ` } }`, whole, nil, true},
		"types differ below":  {`{ members { currency { title } ... on Person { currency { symbol } } ... on Company { currency { abbreviation } } } }`, whole, nil, true},
		"same start, types":   {`{ members { ...on Contact { accessList { id } } ... on Person { accessList { title } } ... on Company { accessList { displayName } } } }`, whole, nil, true},
		"arguments":           {`{ customFields(headings: true) { id label } b: customFields(labels: ["choice"]) { label } c: customFields(labels: "head", headings: false) { label } d: customFields(labels: []) { label } }`, whole, nil, true},
		"variable arguments":  {`query($v: Boolean) { id customFields(headings: $v) { id label } title }`, whole, on, false},
		"in a list argument":  {`query($l: String!) { customFields(labels: ["x", $l]) { label } }`, whole, map[string]any{"l": "choice"}, false},
		"constant directives": {`{ id @skip(if: true) title @include(if: false) a: id @include(if: true) ... @skip(if: true) { description } stage @skip(if: false) { id @skip(if: true) title } }`, whole, nil, true},
		"everything skipped":  {`{ id @skip(if: true) stage { id @skip(if: true) } }`, whole, nil, true},
		"all of all skipped":  {`{ id @skip(if: true) }`, whole, nil, true},
		"variable, true":      {`query($v: Boolean!) { id title @include(if: $v) stage { id @skip(if: $v) title } ...F @skip(if: $v) } fragment F on Opportunity { description }`, whole, on, true},
		"variable, false":     {`query($v: Boolean!) { id title @include(if: $v) stage { id @skip(if: $v) title } ...F @skip(if: $v) } fragment F on Opportunity { description }`, whole, off, true},
		"resolvers":           {`{ id tags title a: tags stage { id } b: tags }`, whole, nil, false},
		"resolvers alone":     {`{ tags }`, whole, nil, false},
		"resolver fails":      {`{ id tags title stage { id } }`, odd, nil, false},
		"known":               {`{ stage { id sortOrder } }`, whole, nil, true},
		"not known":           {`{ stage { id sortOrder title } id }`, noOrder, nil, false},
		"no id":               {`{ title id }`, noID, nil, false},
		"no id below":         {`{ title stage { title id } members { id } }`, noStageID, nil, false},
		"no id in a list":     {`{ title members { id displayName } }`, noMemberID, nil, false},
		"no id, resolvers":    {`{ id tags stage { id } }`, noID, nil, false},
		"list":                {`{ id title stage { id } }`, []*upstream.Opportunity{whole, nil, odd, empty}, nil, false},
		"plain list":          {`{ title stage { id } }`, []*upstream.Opportunity{whole, nil, odd, empty}, nil, true},
		"list of mixed":       {`{ id tags title }`, []*upstream.Opportunity{whole, nil, odd}, nil, false},
		"empty list":          {`{ id }`, []*upstream.Opportunity{}, nil, false},
		"connection": {
			`{ totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id } } nodes { title } }`,
			&graph.OpportunityConnection{TotalCount: ptr(2), PageInfo: &graph.PageInfo{}, Nodes: []*upstream.Opportunity{whole}, Edges: []*graph.OpportunityEdge{{Cursor: "c", Node: whole}}},
			nil, true,
		},
		"null where none may be": {`{ totalCount pageInfo { hasNextPage } }`, &graph.OpportunityConnection{}, nil, false},
		"null in a list":         {`{ totalCount nodes { id } }`, &graph.OpportunityConnection{Nodes: []*upstream.Opportunity{whole, nil}}, nil, false},
		"no list":                {`{ nodes { id } }`, &graph.OpportunityConnection{}, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := "opportunity(id:1)"
			switch test.obj.(type) {
			case []*upstream.Opportunity:
				root = "opportunitiesByIds(ids:[])"
			case *graph.OpportunityConnection:
				root = "opportunities"
			}
			a := mustParse(t, root, test.text)
			want, _ := a.answer(test.obj, test.variables, nil)
			selections := plain.NewSelections(1000)
			for range 2 { // compiled, and used again
				if got, isPlain := a.answer(test.obj, test.variables, selections); got != want || isPlain != test.plain {
					t.Errorf("got %s (plain: %t)\nwant %s (plain: %t)", got, isPlain, want, test.plain)
				}
			}
			for room := range 20 { // wherever it ends
				if got, _ := a.answer(test.obj, test.variables, plain.NewSelections(room)); got != want {
					t.Errorf("with room for %d fields got %s\nwant %s", room, got, want)
				}
			}
		})
	}
}

// Selections hold for the variables that they were compiled with, and are compiled
// for others too, up to 16.
func TestSelectionsDependOnVariables(t *testing.T) {
	t.Parallel()
	a := mustParse(t, "opportunity(id:1)", `query($v0: Boolean!, $v1: Boolean!, $v2: Boolean!, $v3: Boolean!, $v4: Boolean!) {
		id title @skip(if: $v0) stage { id @include(if: $v1) title } ... @skip(if: $v2) { a: id @skip(if: $v3) b: id @include(if: $v4) } }`)
	selections := plain.NewSelections(1000)
	plains := 0
	for bits := range 64 {
		variables := map[string]any{}
		for i := range 5 {
			variables[fmt.Sprint("v", i)] = bits>>i&1 == 1
		}
		want, _ := a.answer(opportunity(), variables, nil)
		got, isPlain := a.answer(opportunity(), variables, selections)
		if got != want {
			t.Errorf("%v: got %s, want %s", variables, got, want)
		}
		if isPlain {
			plains++
		}
	}
	if plains != 2*16 {
		t.Errorf("%d answers of 64 are plain", plains)
	}
}

func TestSelectionsAreShared(t *testing.T) {
	t.Parallel()
	a := mustParse(t, "opportunity(id:1)", `query($v: Boolean!) { id tags ...F stage { ...S } } fragment S on Stage { id sortOrder @skip(if: $v) } fragment F on Opportunity { members { id accessList { id } } stage { ...S } }`)
	selections := plain.NewSelections(1000)
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			variables := map[string]any{"v": i%2 == 0}
			want, _ := a.answer(opportunity(), variables, nil)
			for range 20 {
				if got, _ := a.answer(opportunity(), variables, selections); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			}
		})
	}
	group.Wait()
}

// BenchmarkObject writes one opportunity with all that is plain of it.
func BenchmarkObject(b *testing.B) {
	a := mustParse(b, "opportunity(id:1)", `{ id title created bidType bidValue stage { id title sortOrder } customFields { id label fieldValue }
		createBy { ...E } members { id displayName isCompany accessList { ...E } } } fragment E on Employee { id displayName title }`)
	o := opportunity()
	for name, selections := range map[string]*plain.Selections{"plain": plain.NewSelections(1000), "gqlgen": nil} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				a.answer(o, nil, selections)
			}
		})
	}
}
