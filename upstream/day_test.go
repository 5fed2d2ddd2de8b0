package upstream

import (
	"net/url"
	"testing"
)

func TestDay(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"2024-10-04", "2024-02-29", "0001-01-01", "9999-12-31"} {
		var day Day
		if err := day.UnmarshalGQL(text); err != nil || string(day) != text || gql(day) != `"`+text+`"` {
			t.Errorf("%s: %s, %v", text, gql(day), err)
		}
	}
	for _, argument := range []any{
		"", " 2024-10-04", "2024-10-04 ", "2024-10-4", "24-10-04", "12024-10-04", "-2024-10-04", "0000-01-01", "2023-02-29", "2024-13-01", "2024-00-10",
		"2024-10-00", "20241004", "2024/10/04", "04.10.2024", "2024-10-04Z", "2024-10-04T00:00:00Z", "2024-10-04T00:00:00", "２０２４-10-04", "today",
		20241004, int64(20241004), 2024.5, true, nil,
		[]any{"2024-10-04"},
	} {
		day := Day("2020-01-01")
		if err := day.UnmarshalGQL(argument); err == nil || day != "2020-01-01" {
			t.Errorf("%v was taken as %s", argument, day)
		}
	}
}

// TestDaysOfLists holds the text that each list is asked with for days: of no zone,
// and such that the portal takes the first second of the first day and the last of
// the last one, by the rule of that list.
func TestDaysOfLists(t *testing.T) {
	t.Parallel()
	const from, to Day = "2024-10-04", "2024-10-05"
	for name, test := range map[string]struct {
		criteria interface{ encode(url.Values) }
		want     string
	}{
		"opportunities":    {OpportunityCriteria{From: from, To: to}, "fromDate=2024-10-04T00:00:00&toDate=2024-10-05T23:59:59"},
		"tasks":            {TaskCriteria{From: from, To: to}, "fromDate=2024-10-04T00:00:00&toDate=2024-10-05T23:59:59"},
		"tasks from":       {TaskCriteria{From: from}, "fromDate=2024-10-04T00:00:00"},
		"tasks to":         {TaskCriteria{To: to}, "toDate=2024-10-05T23:59:59"},
		"contacts":         {ContactCriteria{From: from, To: to}, "fromDate=2024-10-04T00:00:00&toDate=2024-10-05T00:00:59"},
		"contacts from":    {ContactCriteria{From: from}, "fromDate=2024-10-04T00:00:00"},
		"contacts to":      {ContactCriteria{To: to}, "toDate=2024-10-05T00:00:59"},
		"history":          {HistoryCriteria{From: from, To: to}, "fromDate=2024-10-04T00:00:00&toDate=2024-10-05T00:00:59"},
		"history from":     {HistoryCriteria{From: from}, "fromDate=2024-10-04T00:00:00"},
		"history to":       {HistoryCriteria{To: to}, "toDate=2024-10-05T00:00:59"},
		"no days of tasks": {TaskCriteria{}, ""},
	} {
		q := url.Values{}
		test.criteria.encode(q)
		if got, err := url.QueryUnescape(q.Encode()); err != nil || got != test.want {
			t.Errorf("%s: %s, %v, want %s", name, got, err, test.want)
		}
	}
}
