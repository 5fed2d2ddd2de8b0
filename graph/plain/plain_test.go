package plain_test

import (
	"fmt"
	"sync"
	"testing"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/graph/plain"
	"onlyoffice-graphql/upstream"
)

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
