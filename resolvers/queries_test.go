package resolvers_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/upstream/demo"
)

// screens are the queries of docs/queries with the portal calls that they cost:
// on an idle facade, with one slot, and with one slot on a portal without a
// batch endpoint.
var screens = map[string]struct{ idle, oneSlot, noBatch map[string]int }{}

// TestScreens runs each documented query and compares the whole answer, which
// must not depend on how it was fetched.
func TestScreens(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../docs/queries/*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no queries: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".graphql")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			query, golden := string(text), "testdata/queries/"+name+".json"
			idle := newAPI(t)
			if *update {
				if err := os.WriteFile(golden, []byte(indent(t, idle.ask(t, query, nil))+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
				idle.portal.ResetCalls()
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(want), `"errors"`) {
				t.Errorf("the answer has errors: %.500s", want)
			}
			idle.expect(t, query, nil, string(want))
			idle.expectCalls(t, screens[name].idle)

			oneSlot := newAPI(t, limit(1))
			oneSlot.expect(t, query, nil, string(want))
			oneSlot.expectCalls(t, screens[name].oneSlot)

			noBatch := newAPI(t, limit(1))
			noBatch.portal.Inject(demo.Fault{Kind: demo.NoBatch})
			noBatch.ask(t, byIDs(2), nil) // finds out
			noBatch.portal.ResetCalls()
			noBatch.expect(t, query, nil, string(want))
			noBatch.expectCalls(t, screens[name].noBatch)
		})
	}
	t.Run("each has a file", func(t *testing.T) {
		var names []string
		for _, file := range files {
			names = append(names, strings.TrimSuffix(filepath.Base(file), ".graphql"))
		}
		if diff := cmp.Diff(names, slices.Sorted(maps.Keys(screens))); diff != "" {
			t.Errorf("files and expectations (-files +expectations):\n%s", diff)
		}
	})
}
