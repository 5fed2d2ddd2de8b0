package document

import (
	"encoding/json"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
)

const costSchema = `
directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!]) on FIELD_DEFINITION
type Query {
  thing: Thing
  plain: Int
  page(first: Int = 25, last: Int): Page @listSize(slicingArguments: ["first", "last"], sizedFields: ["edges", "nodes"])
  byIDs(ids: [ID!]!): [Thing] @listSize(slicingArguments: "ids")
  some: [Thing!] @listSize(assumedSize: 7)
}
input Filter { stages: [ID!] tags: [String!] text: String }
type Page { edges: [Edge!] nodes: [Thing!] total: Int }
type Edge { cursor: String node: Thing }
type Thing { about: Int owner: Thing
  id: ID! far: Int farThing: Thing things: [Thing!] found(filter: Filter): [Thing!] many(first: Int): [Thing] @listSize(slicingArguments: ["first"], assumedSize: 10) }
`

// thingCalls is the table of costSchema.
func thingCalls(typeName, field string) FieldCost {
	switch typeName + "." + field {
	case "Thing.about", "Thing.owner":
		return FieldCost{Weight: 5, Call: "details"}
	case "Thing.far", "Thing.farThing":
		return FieldCost{Weight: 5}
	case "Thing.found":
		return FieldCost{Weight: 5, Factors: []string{"filter.stages", "filter.tags"}}
	default:
		return FieldCost{}
	}
}

func TestCost(t *testing.T) {
	t.Parallel()
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: costSchema})
	tests := []struct {
		document  string
		variables map[string]any
		want      int
		varies    bool
	}{
		{`{plain __typename}`, nil, 0, false},
		{`{thing{id}}`, nil, 1, false},
		{`{thing{id far}}`, nil, 6, false},
		{`{thing{farThing{id}}}`, nil, 6, false},
		{`{thing{about ...{about owner{id about}} again:about}}`, nil, 1 + 5 + 1 + 5, false},
		{`{some{about ...F}} fragment F on Thing{owner{id}}`, nil, 7 * (1 + 5 + 1), false},
		{`{thing{things{id}}}`, nil, 2, false},
		{`{a:thing{id} b:thing{id}}`, nil, 2, false},
		{`{thing{a:far b:far c:far}}`, nil, 1 + 5, false},
		{`{thing{found{id} a:found{id} b:found(filter:{}){id}}}`, nil, 1 + 5 + 1 + 5, false},
		{`{thing{found(filter:{stages:[1,2,3],tags:["a","b"]}){id}}}`, nil, 1 + 6*5, false},
		{`{thing{found(filter:{stages:1,tags:[]}){id}}}`, nil, 1 + 5, false},
		{`query($f:Filter){thing{found(filter:$f){id}}}`, map[string]any{"f": map[string]any{"stages": []any{"1", "2"}, "text": "x"}}, 1 + 2*5, true},
		{`query($s:[ID!]){thing{found(filter:{stages:$s,tags:["a","b"]}){id}}}`, map[string]any{"s": []any{"1", "2", "3", "4"}}, 1 + 8*5, true},
		{`query($s:[ID!]){thing{found(filter:{stages:$s}){id}}}`, nil, 1 + 5, true},
		{`{thing{...F ...{...F}}} fragment F on Thing{far things{id}}`, nil, 8, false},
		{`{byIDs(ids:[1,2,3]){id}}`, nil, 3, false},
		{`{byIDs(ids:1){id}}`, nil, 1, false},
		{`{byIDs(ids:[]){id}}`, nil, 1, false},
		{`query($ids:[ID!]!){byIDs(ids:$ids){id far}}`, map[string]any{"ids": []any{"1", "2"}}, 12, true},
		{`query($id:ID!){byIDs(ids:[$id,$id]){id far}}`, map[string]any{"id": "1"}, 12, false},
		{`{some{things{id}}}`, nil, 14, false},
		{`{thing{many{id}}}`, nil, 11, false},
		{`{thing{many(first:3){id}}}`, nil, 4, false},
		{`{thing{many(first:null){id}}}`, nil, 11, false},
		{`query($n:Int){thing{many(first:$n){id}}}`, nil, 11, true},
		{`query($n:Int=4){thing{many(first:$n){id}}}`, map[string]any{"n": json.Number("4")}, 5, true},
		{`query($n:Int){thing{many(first:$n){id}}}`, map[string]any{"n": int64(2)}, 3, true},
		{`{page{total}}`, nil, 1, false},
		{`{page{nodes{id}}}`, nil, 26, false},
		{`{page(first:2){nodes{id} edges{cursor node{id}} total}}`, nil, 1 + 2 + 4, false},
		{`{page(first:2,last:3){...F}} fragment F on Page{...{nodes{far}}}`, nil, 1 + 3*6, false},
		{`{page(first:-5){nodes{id}}}`, nil, 2, false},
		{`{page(first:99999999999999999999){nodes{id}}}`, nil, ceiling, false},
		{`{page(first:100000){nodes{many(first:100000){many(first:100000){many(first:100000){far}}}}}}`, nil, ceiling, false},
		{`{__schema{description}}`, nil, 1, false},
		{`{__schema{types{name}}}`, nil, 1 + 50/4, false},
		{`{__schema{types{fields{type{name}}}}}`, nil, 1 + 50*(1+10*2)/4, false},
		{`{__type(name:"Thing"){name}}`, nil, 1, false},
	}
	for _, test := range tests {
		query, err := parser.ParseQuery(&ast.Source{Input: test.document})
		if err != nil {
			t.Fatal(err)
		}
		validator.ValidateWithRules(schema, query, validationRules(false)) // some sizes are no valid numbers
		got := costOf(query.Operations[0], test.variables, thingCalls)
		if got.varies != test.varies || min(got.value, ceiling) != test.want {
			t.Errorf("%s with %v costs %+v, want %d, varies %t", test.document, test.variables, got, test.want, test.varies)
		}
	}
}
