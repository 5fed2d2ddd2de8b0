package demo

import (
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRows has a write change the one value that it is about.
func TestRows(t *testing.T) {
	t.Parallel()
	p := New()
	before := p.Rows()
	if got := write(t, p, http.MethodPut, "crm/opportunity/3101/stage/18", "stageid=18"); got.status != 200 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	after := p.Rows()
	if len(before) < 1000 || len(after) != len(before) {
		t.Errorf("%d rows, then %d", len(before), len(after))
	}
	var changed []string
	for name, row := range after {
		for value := range row {
			if row[value] != before[name][value] {
				changed = append(changed, name+" "+value)
			}
		}
	}
	want := []string{"opportunity 3101 actualCloseDate", "opportunity 3101 stageId", "opportunity 3101 successProbability"}
	if diff := cmp.Diff(want, slices.Sorted(slices.Values(changed))); diff != "" {
		t.Error(diff)
	}
	if !maps.Equal(p.OpportunityRow(3101), after["opportunity 3101"]) || !maps.Equal(p.TaskRow(601), after["task 601"]) || p.OpportunityRow(1) != nil || p.TaskRow(1) != nil {
		t.Error("one row is not as it is among all of them")
	}
}
