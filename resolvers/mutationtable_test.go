package resolvers_test

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

const (
	mutationsBegin = "<!-- mutations: written by go test -run TestMutationTable ./resolvers -update -->\n"
	mutationsEnd   = "<!-- end of mutations -->\n"
)

// TestMutationTable holds the table of portal calls to those that TestMutations counts.
func TestMutationTable(t *testing.T) {
	const path = "../README.md"
	table := strings.Builder{}
	table.WriteString("\n| mutation | portal calls |\n| --- | --- |\n")
	for _, m := range mutations {
		if m.about == "-" {
			continue
		}
		name := "`" + m.name + "`"
		if m.about != "" {
			name += ", " + m.about
		}
		fmt.Fprintf(&table, "| %s | %s |\n", name, callsInWords(m.calls, 0, m.items))
	}
	table.WriteString("\n")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), mutationsBegin)
	old, after, closed := strings.Cut(rest, mutationsEnd)
	if !found || !closed {
		t.Fatalf("%s has no place for the mutations", path)
	}
	if *update {
		if err := os.WriteFile(path, []byte(before+mutationsBegin+table.String()+mutationsEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := gocmp.Diff(table.String(), old); diff != "" {
		t.Errorf("the mutations in %s are not current; run go test -run TestMutationTable ./resolvers -update\n%s", path, diff)
	}
}

// callsInWords lists calls: those that read, by their rank, those that write, and a batch
// with its items, of which the read comes last.
func callsInWords(c calls, reads int, items calls) string {
	rank := func(call string) int {
		switch {
		case strings.HasPrefix(call, "GET "):
			return reads
		case call != onePost:
			return 1
		default:
			return 2
		}
	}
	names := slices.SortedFunc(maps.Keys(c), func(a, b string) int {
		return cmp.Or(rank(a)-rank(b), strings.Compare(a, b))
	})
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = "`" + name + "`"
		if c[name] > 1 {
			list[i] = fmt.Sprint(c[name], " × ", list[i])
		}
		if name == onePost {
			list[i] += " of " + callsInWords(items, 3, nil)
		}
	}
	return strings.Join(list, ", ")
}
