package overhttp

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"onlyoffice-graphql/internal/testhttp"
)

// chain is a document of n fragments, each of which spreads the next as
// often as spread says.
func chain(n int, spread string) string {
	var text strings.Builder
	text.WriteString("{...F0}")
	for i := range n {
		fmt.Fprintf(&text, "fragment F%d on Query{%s}", i, strings.ReplaceAll(spread, "NEXT", fmt.Sprint("...F", i+1)))
	}
	fmt.Fprintf(&text, "fragment F%d on Query{__typename}", n)
	return text.String()
}

// introspection is what tools ask for, as fragments of graphql-js 16's query.
const introspection = ` fragment S on __Schema {
	description queryType{name} mutationType{name} subscriptionType{name} types{...T} directives{name description isRepeatable locations args(includeDeprecated:true){...V}}
}
fragment T on __Type {
	kind name description specifiedByURL
	fields(includeDeprecated:true){name description args(includeDeprecated:true){...V} type{...R} isDeprecated deprecationReason}
	inputFields(includeDeprecated:true){...V} interfaces{...R} enumValues(includeDeprecated:true){name description isDeprecated deprecationReason} possibleTypes{...R}
}
fragment V on __InputValue {name description type{...R} defaultValue isDeprecated deprecationReason}
fragment R on __Type {kind name ofType{kind name ofType{kind name ofType{kind name ofType{kind name ofType{kind name ofType{kind name ofType{kind name ofType{kind name ofType{kind name}}}}}}}}}}`

// Tools can read the schema, once in a request.
func TestIntrospection(t *testing.T) {
	t.Parallel()
	if w := post(newTestAPI(t, nil), testhttp.BodyOf("{__schema{...S}}"+introspection)); w.Code != http.StatusOK || testhttp.CodeIn(t, w) != "" {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

// Documents that make other servers work for seconds, or answer megabytes, are
// refused in a few hundred bytes and never reach the portal. Those whose size
// doubles with each fragment would not end at all if anything spread them.
func TestAttacks(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ document, code string }{
		"repeated fields":             {"{opportunity(id:1){" + strings.Repeat("id ", 20000) + "}}", "QUERY_TOO_LARGE"},
		"repeated fields, 240 kB":     {"{opportunity(id:1){" + strings.Repeat("id ", 80000) + "}}", "QUERY_TOO_LARGE"},
		"aliases":                     {"{" + testhttp.Numbered(12000, "a%d:__typename ") + "}", "QUERY_TOO_LARGE"},
		"aliases within the tokens":   {"{" + testhttp.Numbered(600, "a%d:__typename ") + "}", "TOO_MANY_ALIASES"},
		"directives":                  {"{__typename" + strings.Repeat("@a", 20000) + "}", "QUERY_TOO_LARGE"},
		"directives within":           {"{__typename" + strings.Repeat("@a", 900) + "}", "TOO_MANY_DIRECTIVES"},
		"directives on many fields":   {"{opportunity(id:1){" + strings.Repeat("id@a@b ", 390) + "}}", "GRAPHQL_VALIDATION_FAILED"},
		"depth":                       {strings.Repeat("{a", 600) + strings.Repeat("}", 600), "QUERY_TOO_DEEP"},
		"depth that the parser stops": {strings.Repeat("{a", 990) + "{a}", "GRAPHQL_PARSE_FAILED"},
		"list values":                 {"{opportunity(id:" + strings.Repeat("[", 999) + strings.Repeat("]", 900), "GRAPHQL_PARSE_FAILED"},
		"doubling fragments":          {chain(150, "NEXT NEXT __typename"), "TOO_MANY_FIELDS"},
		"doubling fragments, aliased": {chain(40, "a:opportunity(id:1){id} NEXT NEXT"), "TOO_MANY_FIELDS"},
		"a circle of fragments":       {"{...A} fragment A on Query{...B} fragment B on Query{...A ...A}", "GRAPHQL_VALIDATION_FAILED"},
		"circles within fields":       {"{opportunity(id:1){...A}} fragment A on Opportunity{contact{...B} members{...B}} fragment B on Contact{accessList{...B} ...B}", "GRAPHQL_VALIDATION_FAILED"},
		"fragments of one name":       {"{...A}" + strings.Repeat("fragment A on Query{__typename}", 250), "GRAPHQL_VALIDATION_FAILED"},
		"many operations":             {testhttp.Numbered(190, "query q%d{...F}") + "fragment F on Query{" + strings.Repeat("__typename ", 800) + "}", "TOO_MANY_FIELDS"},
		"conflicts":                   {"{opportunity(id:1){" + strings.Repeat("...{id@skip(if:true)}...{id:title}", 8) + "}}", "GRAPHQL_VALIDATION_FAILED"},
		"undefined variables":         {"{opportunitiesByIds(ids:[" + testhttp.Numbered(900, "$a%d ") + "]){id}}", "GRAPHQL_VALIDATION_FAILED"},
		"unused variables":            {"query(" + testhttp.Numbered(490, "$a%d:Int ") + "){__typename}", "GRAPHQL_VALIDATION_FAILED"},
		"long names":                  {"{" + strings.Repeat(strings.Repeat("opportunit", 400)+" ", 45) + "}", "GRAPHQL_VALIDATION_FAILED"},
		"introspection, twice":        {"{a:__schema{...S} b:__schema{...S}}" + introspection, "COST_LIMIT_EXCEEDED"},
		"introspection, in parallel":  {"{__schema{" + testhttp.Numbered(45, "a%d:types{fields{type{fields{name}}}}") + "}}", "COST_LIMIT_EXCEEDED"},
		"introspection in circles":    {"{__schema{types{fields{type{fields{type{fields{name}}}}}}}}", "GRAPHQL_VALIDATION_FAILED"},
		"a list that multiplies":      {"{" + testhttp.Numbered(50, "a%d:opportunitiesByIds(ids:["+strings.Repeat("1 ", 13)+"]){stage{sortOrder} contact{id}}") + "}", "COST_LIMIT_EXCEEDED"},
	}
	api := newTestAPI(t, nil)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := post(api, testhttp.BodyOf(test.document))
			if got := testhttp.CodeIn(t, w); got != test.code || w.Code != http.StatusBadRequest {
				t.Errorf("got %d %.500s, want 400 %s", w.Code, w.Body, test.code)
			}
			if n := w.Body.Len(); n > 8<<10 {
				t.Errorf("the answer has %d bytes", n)
			}
			if n := api.calls.Load(); n != 0 {
				t.Errorf("the portal was asked %d times", n)
			}
		})
	}
}
