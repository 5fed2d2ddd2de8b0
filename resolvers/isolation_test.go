package resolvers_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"onlyoffice-graphql/upstream"
	"onlyoffice-graphql/upstream/demo"
)

// TestCallersAreKeptApart lets callers with different rights ask the same
// things at the same time, many times, through one client: each must always get
// just what it gets alone.
func TestCallersAreKeptApart(t *testing.T) {
	t.Parallel()
	a := newAPI(t, limit(4), func(o *upstream.Options) { o.PortalCalls = 8 }) // slots are fought for
	tokens := []string{demo.Token, "wrong", ""}
	for _, name := range []string{"mei.tanaka", "mark.oconnell", "bjorn.ostlund", "sofia.almeida"} {
		token := a.portal.TokenOf(name + "@fennmark.example")
		if token == "" {
			t.Fatalf("no token for %s", name)
		}
		tokens = append(tokens, token)
	}
	queries := []string{
		`{ viewer { displayName } opportunities(first: 10, orderBy: {direction: DESC}) { totalCount nodes { id isPrivate tags contact { displayName email } } } }`,
		`{ opportunitiesByIds(ids: [3101, 3104, 3120, 3133, 3140, 3151]) { id title isPrivate accessList { displayName } canEdit } }`,
		`{ contacts(first: 10) { totalCount nodes { id displayName isPrivate about } } stages { title relativeItemsCount } }`,
		`{ tasks(first: 10) { nodes { title opportunity { title } } } history(first: 10) { nodes { plainText opportunity { title } } } }`,
	}
	as := func(token string) *api { return &api{portal: a.portal, handler: a.handler, token: token} }
	alone := map[string]string{}
	different := map[string]map[string]bool{}
	for _, token := range tokens {
		for _, query := range queries {
			answer := as(token).ask(t, query, nil)
			alone[token+query] = answer
			if different[query] == nil {
				different[query] = map[string]bool{}
			}
			different[query][answer] = true
		}
	}
	for _, query := range queries {
		if len(different[query]) < 3 {
			t.Fatalf("callers see the same, so this would show nothing: %s", query)
		}
	}
	var callers sync.WaitGroup
	for n := range 24 {
		callers.Go(func() {
			choose := rand.New(rand.NewPCG(7, uint64(n)))
			for range 10 {
				token, query := tokens[choose.IntN(len(tokens))], queries[choose.IntN(len(queries))]
				if got := as(token).ask(t, query, nil); got != alone[token+query] {
					t.Errorf("caller %q got\n%.600s\nand alone\n%.600s\nfor %s", token, got, alone[token+query], fmt.Sprint(query))
					return
				}
			}
		})
	}
	callers.Wait()
}
