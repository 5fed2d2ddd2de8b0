package resolvers_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// dated returns the ids of a whole list, each with the day that the portal's own
// text gives to a field of it; those without a date are left out.
func (a *api) dated(t *testing.T, list, date, filter string) map[string]string {
	t.Helper()
	days := map[string]string{}
	var after any
	for {
		query := fmt.Sprintf(`query($after: String) { list: %s(first: 100, after: $after, filter: %s) { pageInfo { hasNextPage endCursor } nodes { id date: %s } } }`, list, filter, date)
		answer := parse(t, a.ask(t, query, map[string]any{"after": after}))
		if answer["errors"] != nil {
			t.Fatalf("%s: %s", query, text(t, answer["errors"]))
		}
		page := answer["data"].(map[string]any)["list"].(map[string]any)
		for _, node := range page["nodes"].([]any) {
			if at, ok := node.(map[string]any)["date"].(string); ok {
				days[node.(map[string]any)["id"].(string)] = at[:len(time.DateOnly)]
			} else if strings.Contains(filter, "deadLine") {
				t.Errorf("%s has a row without a date", filter)
			}
		}
		info := page["pageInfo"].(map[string]any)
		if info["hasNextPage"] == false {
			return days
		}
		after = info["endCursor"]
	}
}

// TestDays holds every filter by days against the days that the portal's own dates
// show, in portals of UTC and far west and east of it.
func TestDays(t *testing.T) {
	t.Parallel()
	for i, list := range []struct {
		name, date, also string // what the filter also says
		from, to         string // the format of a member; "" where there is none
	}{
		{"opportunities", "expectedCloseDate", "stageType: OPEN", `closeDate: {from: "%s"`, `, to: "%s"}`},
		{"opportunities", "actualCloseDate", "stageType: CLOSED_AND_WON", `closeDate: {from: "%s"`, `, to: "%s"}`},
		{"opportunities", "expectedCloseDate", "stageType: OPEN", "", `dueBy: "%s"`},
		{"contacts", "created", "", `createdFrom: "%s"`, ""},
		{"contacts", "created", "", "", `createdTo: "%s"`},
		{"contacts", "created", "", `createdFrom: "%s"`, ` createdTo: "%s"`},
		{"tasks", "deadLine", "", `deadLineFrom: "%s"`, ""},
		{"tasks", "deadLine", "", "", `deadLineTo: "%s"`},
		{"tasks", "deadLine", "", `deadLineFrom: "%s"`, ` deadLineTo: "%s"`},
		{"history", "created", "", `from: "%s"`, ""},
		{"history", "created", "", "", `to: "%s"`},
		{"history", "created", "", `from: "%s"`, ` to: "%s"`},
	} {
		zones := []*time.Location{time.UTC, time.FixedZone("west", -9*3600-1800), time.FixedZone("east", 13*3600+2700)}
		if !isFull {
			zones = zones[i%len(zones):][:1]
		}
		for _, zone := range zones {
			t.Run(fmt.Sprint(list.name, " ", list.from, list.to, " ", list.also, " ", zone), func(t *testing.T) {
				t.Parallel()
				a := newAPI(t)
				a.portal.SetZone(zone)
				whole := a.dated(t, list.name, list.date, "{"+list.also+"}")
				days := slices.Compact(slices.Sorted(maps.Values(whole)))
				if len(days) < 10 {
					t.Fatalf("%d days", len(days))
				}
				asked := map[string]bool{}
				for _, i := range []int{1, len(days) / 2, len(days) - 2} {
					for _, j := range []int{i, min(i+3, len(days)-2)} {
						filter := "{" + list.also + " "
						want := maps.Clone(whole)
						if list.from != "" {
							filter += fmt.Sprintf(list.from, days[i])
							maps.DeleteFunc(want, func(_, day string) bool { return day < days[i] })
						}
						if list.to != "" {
							filter += fmt.Sprintf(list.to, days[j])
							maps.DeleteFunc(want, func(_, day string) bool { return day > days[j] })
						}
						filter += "}"
						if asked[filter] {
							continue
						}
						asked[filter] = true
						if diff := cmp.Diff(want, a.dated(t, list.name, list.date, filter)); diff != "" || len(want) == len(whole) {
							t.Errorf("%s, %d of %d (-want +got):\n%s", filter, len(want), len(whole), diff)
						}
					}
				}
			})
		}
	}
}

// TestReportedDays holds answers that were wrong while the filters took instants.
func TestReportedDays(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	// Won on that day at 19:37.
	const won = `query($day: Date!) { opportunities(filter: {stageType: CLOSED_AND_WON, closeDate: {from: $day, to: $day}}) { totalCount nodes { actualCloseDate } } }`
	a.expect(t, won, map[string]any{"day": "2024-10-04"}, `{"data":{"opportunities":{"totalCount":1,"nodes":[{"actualCloseDate":"2024-10-04T19:37:34Z"}]}}}`)
	a.expect(t, won, map[string]any{"day": "2024-10-05"}, `{"data":{"opportunities":{"totalCount":0,"nodes":[]}}}`)
	a.expect(t, `{ a: opportunities(filter: {dueBy: "2026-04-30"}) { totalCount } b: opportunities(filter: {dueBy: "2026-04-29"}) { totalCount } }`, nil,
		`{"data":{"a":{"totalCount":207},"b":{"totalCount":205}}}`)
}
