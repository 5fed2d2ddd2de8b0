package demo

import (
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/upstream"
)

func TestZone(t *testing.T) {
	t.Parallel()
	p := New()
	p.store.opportunity(3101).created = time.Date(2024, 1, 4, 23, 30, 0, 0, time.UTC)
	p.store.opportunity(3101).actualClose = time.Time{}
	for name, want := range map[string]string{
		"UTC": "2024-01-04T23:30:00.0000000Z", "Europe/London": "2024-01-04T23:30:00.0000000Z",
		"Asia/Kolkata": "2024-01-05T05:00:00.0000000+05:30", "America/New_York": "2024-01-04T18:30:00.0000000-05:00",
	} {
		p.SetZone(zoneOf(t, name))
		var row struct{ Created, ActualCloseDate string }
		open(t, get(t, p, "crm/opportunity/3101"), &row)
		if row.Created != want || row.ActualCloseDate != "0001-01-01T00:00:00.0000000Z" {
			t.Errorf("%s: %+v, want %s", name, row, want)
		}
	}
}

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// TestRulesOfDates holds how the portal reads toDate: as it comes for opportunities
// and tasks, and with a day less a minute added for contacts and events.
func TestRulesOfDates(t *testing.T) {
	t.Parallel()
	for path, holds := range map[string]map[string]bool{ // of a row at 2031-10-04T12:30:30
		"crm/opportunity/filter": {
			"2031-10-04": false, "2031-10-04T12:30:29": false, "2031-10-04T12:30:30": true, "2031-10-04T14:30:30%2B02:00": true, "2031-10-03T12:31:30": false,
		},
		"crm/task/filter": {
			"2031-10-04": false, "2031-10-04T12:30:29": false, "2031-10-04T12:30:30": true, "2031-10-04T14:30:30%2B02:00": true, "2031-10-03T12:31:30": false,
		},
		"crm/contact/filter": {"2031-10-03": false, "2031-10-03T12:31:29": false, "2031-10-03T12:31:30": true, "2031-10-03T14:31:30%2B02:00": true, "2031-10-04": true},
		"crm/history/filter": {"2031-10-03": false, "2031-10-03T12:31:29": false, "2031-10-03T12:31:30": true, "2031-10-03T14:31:30%2B02:00": true, "2031-10-04": true},
	} {
		p := New()
		moveRows(p, time.Date(2031, 10, 4, 12, 30, 30, 0, time.UTC))
		for to, want := range holds {
			var rows []struct{ ID int }
			open(t, get(t, p, path+"?fromDate=2031-10-01&toDate="+to), &rows)
			if got := len(rows) == 1; got != want || len(rows) > 1 {
				t.Errorf("%s to %s: %d rows, want one: %v", path, to, len(rows), want)
			}
		}
	}
}

// moveRows moves the first opportunity, task, contact and event to instants that
// none of the others is near.
func moveRows(p *Portal, at ...time.Time) {
	for i, t := range at {
		o, x := p.store.opportunities[i], p.store.tasks[i]
		o.stage, o.expected = p.store.stages[0], t
		x.deadline = t
		p.store.contacts[i].created = t
		p.store.events[i].created = t
	}
}

// TestDays asks for a day, in portals west and east of Greenwich, with rows in the
// first and the last second of it and in the seconds before and behind: what the
// client sends and what the portal makes of it must be that day and no more.
func TestDays(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"UTC", "America/Los_Angeles", "America/St_Johns", "Europe/Berlin", "Asia/Kolkata", "Pacific/Kiritimati"} {
		for _, day := range []upstream.Day{"2031-10-04", "2032-02-29", "2031-12-31"} {
			t.Run(zone+" "+string(day), func(t *testing.T) {
				t.Parallel()
				p := New()
				p.SetZone(zoneOf(t, zone))
				first, err := time.ParseInLocation(time.DateOnly, string(day), zoneOf(t, zone))
				if err != nil {
					t.Fatal(err)
				}
				next := first.AddDate(0, 0, 1)
				moveRows(p, first.Add(-time.Second), first, next.Add(-time.Second), next)
				caller := callerOf(t, p)
				window := upstream.Window{Count: 100, SortBy: "id"}
				opportunities := caller.ListOpportunities(t.Context(), nil, []upstream.Query[upstream.OpportunityCriteria]{{Criteria: upstream.OpportunityCriteria{From: day, To: day}, Window: window}}, nil)
				tasks := caller.ListTasks(t.Context(), nil, []upstream.Query[upstream.TaskCriteria]{{Criteria: upstream.TaskCriteria{From: day, To: day}, Window: window}})
				contacts := caller.ListContacts(t.Context(), nil, []upstream.Query[upstream.ContactCriteria]{{Criteria: upstream.ContactCriteria{From: day, To: day}, Window: window}})
				window.SortBy = "created"
				events := caller.ListHistory(t.Context(), nil, []upstream.Query[upstream.HistoryCriteria]{{Criteria: upstream.HistoryCriteria{From: day, To: day}, Window: window}})
				for name, got := range map[string][]int{
					"opportunities": idsOf(t, opportunities, func(o *upstream.Opportunity) int { return o.ID }),
					"tasks":         idsOf(t, tasks, func(x *upstream.Task) int { return x.ID }),
					"contacts":      idsOf(t, contacts, func(c *upstream.ContactDetails) int { return c.ID }),
					"events":        idsOf(t, events, func(e *upstream.HistoryEvent) int { return e.ID }),
				} {
					want := map[string][]int{
						"opportunities": {p.store.opportunities[1].id, p.store.opportunities[2].id},
						"tasks":         {p.store.tasks[1].id, p.store.tasks[2].id},
						"contacts":      {p.store.contacts[1].id, p.store.contacts[2].id},
						"events":        {p.store.events[1].id, p.store.events[2].id},
					}[name]
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("%s (-want +got):\n%s", name, diff)
					}
				}
			})
		}
	}
}

// TestDaysOfClockChanges holds what the schema says of days on which clocks are
// changed: close dates and deadlines go by the clock, and the portal ends the day of
// entry an hour late in spring and an hour early in autumn.
func TestDaysOfClockChanges(t *testing.T) {
	t.Parallel()
	berlin := zoneOf(t, "Europe/Berlin")
	for day, shift := range map[upstream.Day]time.Duration{"2031-03-30": time.Hour, "2031-10-26": -time.Hour} {
		p := New()
		p.SetZone(berlin)
		first, err := time.ParseInLocation(time.DateOnly, string(day), berlin)
		if err != nil {
			t.Fatal(err)
		}
		next := first.AddDate(0, 0, 1)
		moveRows(p, next.Add(-time.Second), next)
		p.store.contacts[0].created, p.store.contacts[1].created = next.Add(shift-time.Second), next.Add(shift)
		caller := callerOf(t, p)
		window := upstream.Window{Count: 100, SortBy: "id"}
		opportunities := caller.ListOpportunities(t.Context(), nil, []upstream.Query[upstream.OpportunityCriteria]{{Criteria: upstream.OpportunityCriteria{From: day, To: day}, Window: window}}, nil)
		contacts := caller.ListContacts(t.Context(), nil, []upstream.Query[upstream.ContactCriteria]{{Criteria: upstream.ContactCriteria{From: day, To: day}, Window: window}})
		if diff := cmp.Diff([]int{p.store.opportunities[0].id}, idsOf(t, opportunities, func(o *upstream.Opportunity) int { return o.ID })); diff != "" {
			t.Errorf("%s, opportunities (-want +got):\n%s", day, diff)
		}
		if diff := cmp.Diff([]int{p.store.contacts[0].id}, idsOf(t, contacts, func(c *upstream.ContactDetails) int { return c.ID })); diff != "" {
			t.Errorf("%s, contacts (-want +got):\n%s", day, diff)
		}
	}
}

// callerOf returns a caller of the client whose portal is p.
func callerOf(t *testing.T, p *Portal) *upstream.Caller {
	t.Helper()
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client := upstream.New(upstream.Options{URL: address})
	t.Cleanup(client.Close)
	return client.For(upstream.Credentials{Authorization: Token})
}

func idsOf[T any](t *testing.T, results []upstream.Result[upstream.Page[T]], id func(T) int) []int {
	t.Helper()
	var list []int
	for _, r := range results {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
		for _, item := range r.Value.Items {
			list = append(list, id(item))
		}
	}
	return list
}
