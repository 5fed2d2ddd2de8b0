package overhttp

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestAlikeMistakesAreJoined joins what is wrong by one rule at one place.
func TestAlikeMistakesAreJoined(t *testing.T) {
	t.Parallel()
	for query, want := range map[string][]string{
		`{ __typename` + strings.Repeat(" @x", 10) + ` }`: {
			`Unknown directive "@x". (9 more of this kind here) 1:15 1:18 1:21 1:24 1:27 1:30 1:33 1:36 1:39 1:42`,
			`The directive "@x" can only be used once at this location. (8 more of this kind here) 1:18 1:21 1:24 1:27 1:30 1:33 1:36 1:39 1:42`,
		},
		`{ opportunities(orderBy: {field: FOO, direction: BAR}, first: "a", after: 3) { totalCount } }`: {
			`Value "FOO" does not exist in "OpportunityOrderField!" enum. 1:34`,
			`Value "BAR" does not exist in "OrderDirection!" enum. 1:50`,
			`Int cannot represent non-integer value: "…" 1:64`,
			`String cannot represent a non string value: 3 1:75`,
		},
		`{ opportunities(orderBy: {direction: "DESC"}) { totalCount } }`: {`Enum "OrderDirection!" cannot represent non-enum value: "…". Did you mean the enum value "DESC" or "ASC"? 1:39`},
		`{ __typename @a @b @c }`: {`Unknown directive "@a". (2 more of this kind here) 1:15 1:18 1:21`},
		`query($v: ID @a @b, $w: ID @c) { node(nodeId: $v) @f { nodeId @g } viewer @h(a: $w) { id } }`: {
			`Unknown directive "@a". (1 more of this kind here) 1:15 1:18`,
			`Unknown directive "@c". 1:29`,
			`Variable "$v" of type "ID" used in position expecting type "ID!". 1:47`,
			`Unknown directive "@f". 1:52`,
			`Unknown directive "@g". 1:64`,
			`Unknown directive "@h". 1:76`,
		},
		"{ opportunity(id: 1) { nope nope a: nope } }": {
			`Cannot query field "nope" on type "Opportunity". 1:24`,
			`Cannot query field "nope" on type "Opportunity". 1:29`,
			`Cannot query field "nope" on type "Opportunity". 1:34`,
		},
		"{ ...F\n...F }\nfragment F on Query { nope1 }": {`Cannot query field "nope1" on type "Query". Did you mean "node"? 3:23`},
		`{ opportunity(id: 1, x: 1, y: 2) { id } }`:     {`Unknown argument "x" on field "Query.opportunity". 1:3`, `Unknown argument "y" on field "Query.opportunity". 1:3`},
	} {
		body, err := json.Marshal(map[string]any{"query": query})
		if err != nil {
			t.Fatal(err)
		}
		var answer struct {
			Errors []struct {
				Message   string
				Locations []struct{ Line, Column int }
			}
		}
		if err := json.Unmarshal(post(newTestAPI(t, nil), string(body)).Body.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range answer.Errors {
			line := e.Message
			for _, at := range e.Locations {
				line += fmt.Sprintf(" %d:%d", at.Line, at.Column)
			}
			got = append(got, line)
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s:\n%s\nwant\n%s", query, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}
