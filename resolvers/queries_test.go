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

type calls = map[string]int

// screens are the queries of docs/queries with the portal calls that they cost:
// on an idle facade, with one slot, and with one slot on a portal without a
// batch endpoint. Those that are left out are as on an idle facade.
var screens = map[string]struct{ idle, oneSlot, noBatch calls }{
	"s01-boot": {
		idle: calls{
			"GET people/@self": 1, "GET crm/opportunity/stage": 1, "GET crm/opportunity/tag": 1, "GET people/filter": 1,
			"GET crm/opportunity/customfield/definitions": 1, "GET crm/history/category": 1, "GET crm/task/category": 1,
		},
		oneSlot: calls{onePost: 1},
	},
	"s02-board": {
		idle:    calls{listGet: 1, onePost: 24},
		oneSlot: calls{listGet: 1, onePost: 4},
		noBatch: calls{listGet: 1, tagsGet: 100},
	},
	"s03-search": { // one list for the words, one for each tag
		idle:    calls{listGet: 3, tagsGet: 24},
		oneSlot: calls{onePost: 2},
	},
	"s04-pick-opportunity": {idle: calls{listGet: 1}},
	"s05-pick-contact":     {idle: calls{"GET crm/contact/filter": 1}},
	"s06-preview": {
		idle:    calls{oneGet: 1, "GET crm/contact/{id}": 1, tagsGet: 1, historyGet: 1, "GET crm/opportunity/{id}/files": 1},
		oneSlot: calls{oneGet: 1, onePost: 1},
	},
	"s07-edit": {
		idle: calls{
			oneGet: 1, tagsGet: 1, "GET crm/opportunity/customfield/definitions": 1, "GET people/filter": 1, "GET crm/history/category": 1,
		},
		oneSlot: calls{onePost: 1, tagsGet: 1},
	},
	"s08-create": {
		idle: calls{
			"GET crm/opportunity/stage": 1, "GET people/filter": 1, "GET crm/opportunity/customfield/definitions": 1,
			"GET crm/settings/currency": 1, "GET crm/contact/filter": 1,
		},
		oneSlot: calls{onePost: 1},
	},
	"s09-tasks": {
		idle:    calls{"GET crm/task/filter": 2},
		oneSlot: calls{onePost: 1},
	},
	"s10-feed": {idle: calls{historyGet: 2}}, // the portal cannot leave out what is not about opportunities
	"s11-bookmarks": {
		idle:    calls{oneGet: 4, tagsGet: 3, historyGet: 3},
		oneSlot: calls{onePost: 2},
	},
	"s12-customer": {
		idle:    calls{"GET crm/contact/{id}": 1, listGet: 1, tagsGet: 3, historyGet: 3},
		oneSlot: calls{"GET crm/contact/{id}": 1, listGet: 1, onePost: 1},
	},
}

func orElse(c, other calls) calls {
	if c == nil {
		return other
	}
	return c
}

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
			query := string(text)
			idle := newAPI(t)
			want := idle.expectFile(t, query, "testdata/queries/"+name+".json")
			if strings.Contains(want, `"errors"`) {
				t.Errorf("the answer has errors: %.500s", want)
			}
			idle.expectCalls(t, screens[name].idle)

			oneSlot := newAPI(t, limit(1))
			oneSlot.expect(t, query, nil, want)
			oneSlot.expectCalls(t, orElse(screens[name].oneSlot, screens[name].idle))

			noBatch := newAPI(t, limit(1))
			noBatch.portal.Inject(demo.Fault{Kind: demo.NoBatch})
			noBatch.ask(t, byIDs(2), nil) // finds out
			noBatch.portal.ResetCalls()
			noBatch.expect(t, query, nil, want)
			noBatch.expectCalls(t, orElse(screens[name].noBatch, screens[name].idle))
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
