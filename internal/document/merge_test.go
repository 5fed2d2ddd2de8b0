package document

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

const mergeSchema = `
type Query { i: I! a: A }
input O { m: Int n: [Int!] }
interface I { x(n: Int, o: O): String y: String self: I many: [I!] }
type A implements I { x(n: Int, o: O): String y: String self: I many: [I!] w: Int d: A e: String! }
type B implements I { x(n: Int, o: O): String y: String self: I many: [I!] w: String d: B e: String }
`

// The rule of our own says of every document what the parser's rule says.
func TestMergeAgreesWithTheParser(t *testing.T) {
	t.Parallel()
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: mergeSchema})
	others := validationRules(false)
	stock := rules.NewRules(rules.OverlappingFieldsCanBeMergedRule)
	verdicts := map[bool]int{}
	for seed := range uint64(1500) {
		text := randomDocument(rand.New(rand.NewPCG(seed, 1)))
		query, err := parser.ParseQuery(&ast.Source{Input: text})
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if errs := validator.ValidateWithRules(schema, query, others); len(errs) > 0 {
			continue
		}
		want := validator.ValidateWithRules(schema, query, stock)
		got := mergeConflicts(schema, query)
		if (len(got) > 0) != (len(want) > 0) {
			t.Fatalf("%s\nours: %v\nthe parser's: %v", text, got, want)
		}
		verdicts[len(got) > 0]++
	}
	if verdicts[true] < 100 || verdicts[false] < 100 {
		t.Errorf("the documents are too much alike: %v", verdicts)
	}
}

// randomDocument returns a document over mergeSchema that has few conflicts.
func randomDocument(r *rand.Rand) string {
	var text strings.Builder
	fields := map[string][]string{
		"I": {"x", "x", "y", "self:I", "many:I"},
		"A": {"x", "y", "w", "e", "self:I", "d:A"},
		"B": {"x", "y", "w", "e", "self:I", "d:B"},
	}
	arguments := []string{"", "", "(n:1)", "(o:{m:1,n:[1]})", "(o:{n:[1],m:1})", "(o:{n:[2],m:1})"}
	spread := false
	var set func(of string, depth int)
	set = func(of string, depth int) {
		text.WriteString("{")
		for range 1 + r.IntN(3) {
			switch r.IntN(8) {
			case 0, 1:
				on := []string{"I", "A", "B"}[r.IntN(3)]
				if of != "I" {
					on = []string{"I", of}[r.IntN(2)]
				}
				text.WriteString("...on " + on)
				set(on, depth+1)
			case 2:
				if depth > 0 {
					spread = true
					text.WriteString("...F ")
				}
				fallthrough
			default:
				name, result, composite := strings.Cut(fields[of][r.IntN(len(fields[of]))], ":")
				if composite && depth > 3 {
					name, composite = "y", false
				}
				if r.IntN(6) == 0 {
					text.WriteString([]string{"p:", "q:"}[r.IntN(2)])
				}
				text.WriteString(name + " ")
				if name == "x" {
					text.WriteString(arguments[r.IntN(len(arguments))])
				}
				if composite {
					set(result, depth+1)
				}
			}
		}
		text.WriteString("}")
	}
	text.WriteString("{i")
	set("I", 0)
	text.WriteString("i")
	set("I", 1)
	text.WriteString("}")
	if spread {
		text.WriteString("fragment F on I{x p:y self{...on A{w}}}")
	}
	return text.String()
}

// Repeating a field costs as much as the field, not as all pairs of it.
func TestMergeLooksOnce(t *testing.T) {
	t.Parallel()
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: mergeSchema})
	for _, one := range []string{"y ", "self{y}", "...{y}", "...on A{y}...on B{y}", "y@skip(if:false)"} {
		query, err := parser.ParseQuery(&ast.Source{Input: fmt.Sprintf("{i{%s}}", strings.Repeat(one, 5000))})
		if err != nil {
			t.Fatal(err)
		}
		if errs := validator.ValidateWithRules(schema, query, validationRules(false)); len(errs) > 0 {
			t.Fatal(errs)
		}
		check := mergeCheck{schema: schema}
		check.operation(query.Operations[0])
		fields := newRuler(query).operation(query.Operations[0]).fields
		if len(check.conflicts) > 0 || check.looks > 2*fields {
			t.Errorf("%s: %d looks at %d fields, %v", one, check.looks, fields, check.conflicts)
		}
	}
}
