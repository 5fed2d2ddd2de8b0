package resolvers_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"onlyoffice-graphql/upstream/demo"
)

// TestPlainChangesNothing compares whole answers, byte by byte, with those that
// gqlgen writes field by field: of sound portals and of one that has lost ids.
func TestPlainChangesNothing(t *testing.T) {
	t.Parallel()
	queries := map[string]string{
		"lists":     "{ opportunities(first: 20) { nodes {" + everythingInLists + "} } }" + fragments,
		"cards":     strings.Replace(cards, "first: 100", "first: 20", 1),
		"aliases":   aliases(20, 8),
		"ids":       byIDs(20),
		"inherited": `{ opportunity(id: 3101) { ... on Node { nodeId } contact { ... on Node { __typename } ...C } } }` + fragments,
		"nodes":     `{ opportunity: node(nodeId: "T3Bwb3J0dW5pdHk6MzEwMQ") { nodeId ... on Opportunity { title tags stage { sortOrder } } } }`,
	}
	for _, field := range deepFields {
		queries[field.name] = field.query
	}
	for _, id := range []int{3101, 3103, 3104, 3190} {
		queries[fmt.Sprint(id)] = fmt.Sprintf("{ opportunity(id: %d) {%s} }%s", id, everything, fragments)
	}
	files, err := filepath.Glob("../docs/queries/*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no queries: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		queries[filepath.Base(file)] = string(text)
	}
	for portal, faults := range map[string][]demo.Fault{
		"sound":       nil,
		"without ids": {{Kind: demo.NoNestedIDs}},
		"stages fail": {{Kind: demo.ServerError, Route: "crm/opportunity/stage"}},
	} {
		if !isFull && faults != nil {
			continue
		}
		t.Run(portal, func(t *testing.T) {
			t.Parallel()
			a := newAPI(t)
			for _, fault := range faults {
				a.portal.Inject(fault)
			}
			for name, query := range queries {
				answers, calls := map[string]string{}, map[string]map[string]int{}
				for _, selections := range []string{"none", "", "kept", "kept"} {
					a.selections = selections
					a.portal.ResetCalls()
					answers[selections], calls[selections] = a.ask(t, query, nil), a.portal.Calls()
				}
				for selections, answer := range answers {
					if answer != answers["none"] {
						t.Errorf("%s, selections %q: got\n%s\nwant\n%s", name, selections, answer, answers["none"])
					}
					if !maps.Equal(calls[selections], calls["none"]) {
						t.Errorf("%s, selections %q: portal calls %v, want %v", name, selections, calls[selections], calls["none"])
					}
				}
			}
		})
	}
}
