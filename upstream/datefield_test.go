package upstream

import "testing"

// A date field takes a day, in any spelling that is clear, but no instant: in the portal's
// time zone that may be another day.
func TestDateFieldsTakeDays(t *testing.T) {
	t.Parallel()
	const day, year = `This must be a day such as "2024-10-04".`, "The year must be 1000 to 9999."
	with := &Dictionaries{Fields: []*CustomFieldDefinition{{ID: 76, FieldType: Date}}}
	for text, want := range map[string]string{
		"2024-10-04": "", "2024-10-04T00:00:00": "", "2024-10-04T00:00:00.0000000": "", "10/24/2024 0:00": "", "4.10.2024": "", "4. 10. 2024": "",
		"10/4/2024": day, "2024-10-04T23:00:00-05:00": day, "2024-10-04T00:00:00Z": day, "2024-10-04T00:00:00+02:00": day, "2024-10-04 09:30": day,
		"2024-10-04 at noon": day, "2024-13-04": day, "soon": day, "0001-01-01": year, "0999-12-31": year, "1000-01-01": "",
	} {
		c := checking(with)
		c.fields([]FieldValue{{76, &text}}, "customFields")
		got := ""
		if len(c.found) > 0 {
			got = c.found[0].Message
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
