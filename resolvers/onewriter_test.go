package resolvers_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// TestOneWriterWins has several people change what all of them saw, at once: the others
// are shown what the one has made of it.
func TestOneWriterWins(t *testing.T) {
	t.Parallel()
	const several = 8
	title := func(n int) (string, string) { return "title", fmt.Sprint("by ", n) }
	for name, test := range map[string]struct {
		kind      string
		id        int
		mutations []string // by turns
		names     func(n int) (member, value string)
	}{
		"an opportunity": {"opportunity", 3105, []string{"updateOpportunity"}, title},
		"a task":         {"task", 604, []string{"updateTask"}, title},
		"a move": {"opportunity", 3105, []string{"moveOpportunity"}, func(n int) (string, string) {
			return "stageId", strconv.Itoa(15 + n%5)
		}},
		"a move and more": {"opportunity", 3105, []string{"moveOpportunity", "updateOpportunity"}, func(n int) (string, string) {
			return "stageId", strconv.Itoa(15 + n%5)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAPI(t)
			var read struct {
				Data struct {
					M struct{ X struct{ Revision string } }
				}
			}
			query := fmt.Sprintf("mutation { m: update%s(input: {id: %d}) { x: %s { revision } } }", strings.ToUpper(test.kind[:1])+test.kind[1:], test.id, test.kind)
			if err := json.Unmarshal([]byte(a.ask(t, query, nil)), &read); err != nil || read.Data.M.X.Revision == "" {
				t.Fatal(read, err)
			}
			by := employeesOf(a.portal)[0]
			var answers [several]*said
			start := make(chan struct{})
			var all sync.WaitGroup
			for n := range several {
				member, value := test.names(n)
				ch := &change{
					mutation: test.mutations[n%len(test.mutations)], kind: test.kind, id: test.id, by: by,
					input: map[string]any{"id": strconv.Itoa(test.id), "ifRevision": read.Data.M.X.Revision, member: value},
				}
				all.Go(func() {
					<-start
					var err error
					if answers[n], err = ch.make(a.handler); err != nil {
						t.Error(err)
					}
				})
			}
			close(start)
			all.Wait()
			row := (&change{kind: test.kind, id: test.id}).row(a.portal)
			won := 0
			for _, answer := range answers {
				if answer == nil {
					continue
				}
				if answer.outcome() == "DONE" {
					won++
				} else if !answer.has("CONFLICT") || answer.Data.M.Opportunity == nil && answer.Data.M.Task == nil {
					t.Errorf("answered with %s", answer.text)
				}
				if err := answer.isTrueOf(row); err != nil {
					t.Errorf("answered with %s: %v", answer.text, err)
				}
			}
			if won != 1 {
				t.Errorf("%d of %d have won", won, several)
			}
		})
	}
}
