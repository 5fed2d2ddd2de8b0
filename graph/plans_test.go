package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/shopspring/decimal"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"

	"onlyoffice-graphql/upstream"
)

// stub has the few resolvers that these tests need.
type stub struct {
	ResolverRoot
	OpportunityResolver
	StageResolver
}

func (s stub) Opportunity() OpportunityResolver { return s }

func (s stub) Stage() StageResolver { return s }

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

// asked is a selection on an object of a type, in a document of its own.
type asked struct {
	doc       *ast.QueryDocument
	selection ast.SelectionSet
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
	if errs := validator.ValidateWithRules(NewExecutableSchema(Config{}).Schema(), doc, nil); len(errs) > 0 {
		return asked{}, errs
	}
	return asked{doc, doc.Operations[0].SelectionSet[0].(*ast.Field).SelectionSet}, nil
}

func mustParse(t testing.TB, root, text string) asked {
	t.Helper()
	a, err := parse(root, text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// answer returns the object, the errors, and whether a plan wrote all of it.
func (a asked) answer(obj any, variables map[string]any, plans *Plans) (text string, plain bool) {
	operation := &graphql.OperationContext{
		Doc: a.doc, Operation: a.doc.Operations[0], Variables: variables,
		RecoverFunc:        func(_ context.Context, v any) error { return fmt.Errorf("panic: %v", v) },
		ResolverMiddleware: func(ctx context.Context, next graphql.Resolver) (any, error) { return next(ctx) },
	}
	plans.Use(operation)
	Sequential(operation) // or errors would come in any order
	ctx := graphql.WithResponseContext(context.Background(), graphql.DefaultErrorPresenter, operation.RecoverFunc)
	ctx = graphql.WithOperationContext(ctx, operation)
	ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: "Query"})
	schema := NewExecutableSchema(Config{Resolvers: stub{}}).(*executableSchema)
	ec := newExecutionContext(operation, schema, make(chan graphql.DeferredResult, 10))
	var m graphql.Marshaler
	switch obj := obj.(type) {
	case *upstream.Opportunity:
		m = ec._Opportunity(ctx, a.selection, obj)
	case []*upstream.Opportunity:
		m = ec.marshalNOpportunity2ᚕᚖonlyofficeᚑgraphqlᚋupstreamᚐOpportunity(ctx, a.selection, obj)
	case *OpportunityConnection:
		m = ec._OpportunityConnection(ctx, a.selection, obj)
	}
	var b bytes.Buffer
	m.MarshalGQL(&b)
	if errs := graphql.GetErrors(ctx); len(errs) > 0 {
		fmt.Fprintln(&b)
		_ = json.NewEncoder(&b).Encode(errs)
	}
	o, ok := m.(*object)
	return b.String(), ok && len(o.gaps) == 0
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

// TestPlansChangeNothing compares what plans write with what gqlgen does.
func TestPlansChangeNothing(t *testing.T) {
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
		plain     bool // a plan writes all of it
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
			&OpportunityConnection{TotalCount: ptr(2), PageInfo: &PageInfo{}, Nodes: []*upstream.Opportunity{whole}, Edges: []*OpportunityEdge{{Cursor: "c", Node: whole}}},
			nil, true,
		},
		"null where none may be": {`{ totalCount pageInfo { hasNextPage } }`, &OpportunityConnection{}, nil, false},
		"null in a list":         {`{ totalCount nodes { id } }`, &OpportunityConnection{Nodes: []*upstream.Opportunity{whole, nil}}, nil, false},
		"no list":                {`{ nodes { id } }`, &OpportunityConnection{}, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			roots := map[bool]string{true: "opportunity(id:1)", false: "opportunities"}
			_, isConnection := test.obj.(*OpportunityConnection)
			a := mustParse(t, roots[!isConnection], test.text)
			want, _ := a.answer(test.obj, test.variables, nil)
			plans := NewPlans(1000)
			for range 2 { // made, and used again
				if got, plain := a.answer(test.obj, test.variables, plans); got != want || plain != test.plain {
					t.Errorf("got %s (plain: %t)\nwant %s (plain: %t)", got, plain, want, test.plain)
				}
			}
			for room := range 20 { // wherever it ends
				if got, _ := a.answer(test.obj, test.variables, NewPlans(room)); got != want {
					t.Errorf("with room for %d fields got %s\nwant %s", room, got, want)
				}
			}
		})
	}
}

// Plans hold for the variables that they were made with, and are made for
// others too, up to a bound.
func TestPlansDependOnVariables(t *testing.T) {
	t.Parallel()
	a := mustParse(t, "opportunity(id:1)", `query($v0: Boolean!, $v1: Boolean!, $v2: Boolean!, $v3: Boolean!, $v4: Boolean!) {
		id title @skip(if: $v0) stage { id @include(if: $v1) title } ... @skip(if: $v2) { a: id @skip(if: $v3) b: id @include(if: $v4) } }`)
	plans := NewPlans(1000)
	plain := 0
	for bits := range 64 {
		variables := map[string]any{}
		for i := range 5 {
			variables[fmt.Sprint("v", i)] = bits>>i&1 == 1
		}
		want, _ := a.answer(opportunity(), variables, nil)
		got, isPlain := a.answer(opportunity(), variables, plans)
		if got != want {
			t.Errorf("%v: got %s, want %s", variables, got, want)
		}
		if isPlain {
			plain++
		}
	}
	if plain != 2*mostPlansOfOneStart {
		t.Errorf("%d answers of 64 are plain", plain)
	}
}

// A plan is found by all selections of its set, whichever slice they come in.
func TestPlansAreFoundExactly(t *testing.T) {
	t.Parallel()
	a := mustParse(t, "opportunity(id:1)", `{ id title description }`)
	operation := &graphql.OperationContext{Doc: a.doc}
	plans := NewPlans(1000)
	find := func(of *plainType, selections ...ast.Selection) *plan {
		return plans.collected(operation, of, selections)
	}
	s := a.selection
	made := find(plainOpportunity, s...)
	if made == nil || find(plainOpportunity, slices.Clone(s)...) != made {
		t.Error("the plan is not found again")
	}
	others := []*plan{
		find(plainOpportunity, s[0], s[1]), find(plainOpportunity, s[0], s[2], s[1]), find(plainOpportunity, s[0], s[1], s[1]),
		find(plainOpportunity, s[1], s[2], s[0]), find(anything, s...), find(plainOpportunity, s[0], s[1], &ast.Field{Name: "description", Alias: "description"}),
	}
	for i, other := range others {
		if other == nil || other == made || slices.Contains(others[:i], other) {
			t.Errorf("other selections %d have plan %p, the first has %p", i, other, made)
		}
	}
}

func TestPlansAreShared(t *testing.T) {
	t.Parallel()
	a := mustParse(t, "opportunity(id:1)", `query($v: Boolean!) { id tags ...F stage { ...S } } fragment S on Stage { id sortOrder @skip(if: $v) } fragment F on Opportunity { members { id accessList { id } } stage { ...S } }`)
	plans := NewPlans(1000)
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			variables := map[string]any{"v": i%2 == 0}
			want, _ := a.answer(opportunity(), variables, nil)
			for range 20 {
				if got, _ := a.answer(opportunity(), variables, plans); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			}
		})
	}
	group.Wait()
}

// A panic is left to gqlgen, where it happens again.
func TestPlansLeavePanics(t *testing.T) {
	t.Parallel()
	l := &layout{runs: make([]run, 1)}
	if _, ok := write(nil, l, nil, 0, func([]byte, *object, *run, int) ([]byte, bool) { panic("x") }); ok {
		t.Error("written in spite of a panic")
	}
}

func FuzzAppendString(f *testing.F) {
	f.Add(awkward)
	f.Fuzz(func(t *testing.T, s string) {
		m := graphql.MarshalString(s)
		want := appendMarshaler([]byte("x"), m)
		if got := appendString([]byte("x"), s); !bytes.Equal(got, want) {
			t.Errorf("%q: got %s, want %s", s, got, want)
		}
	})
}

// BenchmarkObject writes one opportunity with all that is plain of it.
func BenchmarkObject(b *testing.B) {
	a := mustParse(b, "opportunity(id:1)", `{ id title created bidType bidValue stage { id title sortOrder } customFields { id label fieldValue }
		createBy { ...E } members { id displayName isCompany accessList { ...E } } } fragment E on Employee { id displayName title }`)
	o := opportunity()
	for name, plans := range map[string]*Plans{"plan": NewPlans(1000), "gqlgen": nil} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				a.answer(o, nil, plans)
			}
		})
	}
}
