package resolvers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"onlyoffice-graphql/upstream"
)

// The text of an event is made once, and only when a field asks for it.
func TestPlainTextIsMadeOnce(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	r := &execution{ctx: ctx}
	e := &upstream.HistoryEvent{Content: "<p>first</p>"}
	for range 2 {
		if text, err := r.plainText(e); text != "first" || err != nil {
			t.Errorf("%q, %v", text, err)
		}
		e.Content = "<p>second</p>" // not read again
	}
	cancel()
	late, cancel := context.WithDeadline(t.Context(), time.Now())
	defer cancel()
	long := &upstream.HistoryEvent{Content: strings.Repeat("<p>", tokensAtOnce) + "text"}
	for kind, ended := range map[upstream.Kind]context.Context{upstream.KindCanceled: ctx, upstream.KindTimeout: late} {
		r.ctx = ended
		if text, err := r.plainText(long); text != "" || upstream.KindOf(err) != kind || !errors.Is(err, ended.Err()) {
			t.Errorf("%.100q, %v, where nobody waits; want %v", text, err, kind)
		}
	}
}

// A field notes that it wants something while the first value comes along with
// another answer: the race detector watches.
func TestNoteBesidePriming(t *testing.T) {
	t.Parallel()
	for range 100 {
		r := &execution{report: &report{uses: map[string]*routeUse{}}}
		of := contactTags.of(r)
		of.entries[1] = entry[int, []string]{batch: &batch[int, []string]{}}
		primed := make(chan struct{})
		go func() {
			defer close(primed)
			of.prime(2, []string{"a"})
		}()
		of.note(t.Context(), 1)
		<-primed
		if tags, err := of.load(2); len(tags) != 1 || err != nil {
			t.Errorf("%v, %v", tags, err)
		}
	}
}

// The report lists a bounded number of calls and fields, and counts the others.
func TestReportIsBounded(t *testing.T) {
	t.Parallel()
	r := &report{uses: map[string]*routeUse{}}
	for range 3 * mostCalls {
		r.called(upstream.Call{Route: "a", Items: []string{"a", "a", "a"}})
	}
	rendered := r.render()
	calls := rendered["calls"].([]reportedCall)
	if len(calls) != mostCalls || rendered["callCount"] != 3*mostCalls || rendered["callsNotListed"] != 2*mostCalls {
		t.Errorf("%d calls are listed, of %v, and %v are not", len(calls), rendered["callCount"], rendered["callsNotListed"])
	}
	if saved := rendered["saved"].(map[string]int); saved["batching"] != 2*3*mostCalls {
		t.Errorf("saved %v", saved)
	}
}

func TestPathsOfTheReportAreBounded(t *testing.T) {
	t.Parallel()
	use := &routeUse{paths: map[string]bool{}}
	for i := range 1000 {
		use.usedBy([]string{fmt.Sprintf("a%d", i), strings.Repeat("é", 200)})
	}
	if len(use.paths) != mostPaths+1 || !use.paths[furtherFields] {
		t.Errorf("%d paths", len(use.paths))
	}
	for path := range use.paths {
		if len(path) > longestPath+len(furtherFields) || strings.Contains(path, "\uFFFD") {
			t.Errorf("the path %q", path)
		}
	}
}
