package resolvers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"onlyoffice-graphql/upstream/demo"
)

// versionsGet is where the demo portal tells its version.
const versionsGet = "GET settings/version/build"

// olderAPI is newAPI in front of a portal of an older version.
func olderAPI(t *testing.T, version string, silent bool) *api {
	t.Helper()
	a := newAPI(t)
	if err := a.portal.SetVersion(version); err != nil {
		t.Fatal(err)
	}
	if silent {
		a.portal.Inject(demo.Fault{Kind: demo.HTMLPage, Route: "settings/version/build"})
	}
	return a
}

// walk reads all pages of a list and returns the ids in them, and the total that
// the first page has.
func walk(t *testing.T, a *api, list string, first int, arguments string) (ids []string, total any) {
	t.Helper()
	after := "null"
	for range 100 {
		got := parse(t, a.ask(t, fmt.Sprintf(`{ l: %s(first: %d, after: %s%s) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }`, list, first, after, arguments), nil))
		if got["errors"] != nil {
			t.Fatalf("%s: %s", list, text(t, got["errors"]))
		}
		l := got["data"].(map[string]any)["l"].(map[string]any)
		if after == "null" {
			total = l["totalCount"]
		} else if l["totalCount"] != nil && l["totalCount"] != total {
			t.Errorf("%s%s: the total is %v after %d rows, and was %v", list, arguments, l["totalCount"], len(ids), total)
		}
		for _, node := range l["nodes"].([]any) {
			ids = append(ids, node.(map[string]any)["id"].(string))
		}
		info := l["pageInfo"].(map[string]any)
		if info["hasNextPage"] == false {
			return ids, total
		}
		after = text(t, info["endCursor"])
	}
	t.Fatalf("%s has no end", list)
	return nil, nil
}

// TestOlderPortals reads lists in their own order from portals that do not know
// it: all rows are there, page after page, for every caller and filter.
func TestOlderPortals(t *testing.T) {
	t.Parallel()
	lists := []struct{ list, arguments string }{
		{"opportunities", ""},
		{"opportunities", ", orderBy: {direction: DESC}"},
		{"opportunities", ", filter: {stageType: OPEN}"},
		{"opportunities", `, filter: {tags: ["Newsletter"], text: "nothing has this"}`},
		{"contacts", ""},
		{"contacts", ", filter: {isShared: true}"},
		{"contacts", ", filter: {isShared: false}"},
	}
	users := []string{"demo-mei.tanaka"} // who does not see all
	if isFull {
		users = append(users, demo.Token)
	}
	for _, user := range users {
		newest := newAPI(t)
		newest.token = user
		wanted, totals := make([][]string, len(lists)), make([]any, len(lists))
		for i, l := range lists {
			wanted[i], totals[i] = walk(t, newest, l.list, 50, l.arguments)
			slices.Sort(wanted[i])
		}
		for _, version := range []string{"12.6", "12.6 silent", "8.9.1", "8.9.1 silent"} {
			t.Run(version+"/"+user, func(t *testing.T) {
				t.Parallel()
				older := olderAPI(t, strings.TrimSuffix(version, " silent"), strings.HasSuffix(version, "silent"))
				older.token = user
				for i, l := range lists {
					got, gotTotal := walk(t, older, l.list, 50, l.arguments)
					slices.Sort(got)
					if !slices.Equal(wanted[i], got) || fmt.Sprint(gotTotal) != fmt.Sprint(totals[i]) {
						t.Errorf("%s%s: %d rows of %v, want %d of %v", l.list, l.arguments, len(got), gotTotal, len(wanted[i]), totals[i])
					}
				}
			})
		}
	}
}

// TestOlderPortalIsFoundOutOnce counts the calls: an empty list costs one
// question, and what came of it is known to the lists after it.
func TestOlderPortalIsFoundOutOnce(t *testing.T) {
	t.Parallel()
	const query = `{ opportunities(first: 3) { nodes { id } } }`
	for name, test := range map[string]struct {
		version string
		silent  bool
		first   map[string]int
	}{
		"tells":      {"12.6", false, map[string]int{listGet: 2, versionsGet: 1}},
		"silent":     {"12.6", true, map[string]int{listGet: 3, versionsGet: 1}},
		"signed out": {"8.9", false, map[string]int{listGet: 2, versionsGet: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := olderAPI(t, test.version, test.silent)
			a.token = "demo-mei.tanaka"
			first := a.ask(t, query, nil)
			a.expectCalls(t, test.first)
			a.portal.ResetCalls()
			a.expect(t, query, nil, first)
			a.expectCalls(t, map[string]int{listGet: 1})
		})
	}
	t.Run("newest", func(t *testing.T) {
		t.Parallel()
		a := newAPI(t)
		none := `{ opportunities(filter: {text: "nothing has this"}) { totalCount } }`
		a.expect(t, none, nil, `{"data":{"opportunities":{"totalCount":0}}}`)
		a.expectCalls(t, map[string]int{listGet: 1, versionsGet: 1})
		a.portal.ResetCalls()
		a.expect(t, none, nil, `{"data":{"opportunities":{"totalCount":0}}}`)
		a.expectCalls(t, map[string]int{listGet: 1})
	})
}

// TestOlderPortalMergesInTurn reads several stages and tags, whose lists cannot
// be merged there.
func TestOlderPortalMergesInTurn(t *testing.T) {
	t.Parallel()
	for _, filter := range []string{"stages: [11, 12, 13, 14]", `anyTag: ["renewal", "pilot"]`} {
		newest, older := newAPI(t), olderAPI(t, "12.6", false)
		newest.token = "demo-mei.tanaka"
		older.token = newest.token
		want, wantTotal := walk(t, newest, "opportunities", 7, ", filter: {"+filter+"}")
		got, gotTotal := walk(t, older, "opportunities", 7, ", filter: {"+filter+"}")
		slices.Sort(want)
		slices.Sort(got)
		got = slices.Compact(got) // with two of the tags it may come on two pages
		if !slices.Equal(want, got) || len(want) < 8 || gotTotal != wantTotal {
			t.Errorf("%s: %v of %v, want %v of %v", filter, got, gotTotal, want, wantTotal)
		}
	}
}

// TestCursorOfAnotherOrder goes on by id where the portal turns out not to know
// that order any more.
func TestCursorOfAnotherOrder(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.token = "demo-mei.tanaka"
	got := parse(t, a.ask(t, `{ opportunities(first: 2) { pageInfo { endCursor } } }`, nil))
	cursor := text(t, got["data"].(map[string]any)["opportunities"].(map[string]any)["pageInfo"].(map[string]any)["endCursor"])
	if err := a.portal.SetVersion("12.6"); err != nil {
		t.Fatal(err)
	}
	if answer := a.ask(t, `{ opportunities(first: 2, after: `+cursor+`) { nodes { id } } }`, nil); !strings.Contains(answer, "INVALID_CURSOR") {
		t.Error(answer)
	}
}
