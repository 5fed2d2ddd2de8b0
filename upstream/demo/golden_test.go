package demo

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// TestGolden compares whole bodies with what CommunityServer's own serializer
// writes. The opportunity 3103 differs from that fixture in having a stage.
func TestGolden(t *testing.T) {
	t.Parallel()
	p := New()
	for _, tt := range []struct {
		path, file string
		status     int
	}{
		{"crm/opportunity/3101.json", "opportunity_3101.json", 200},
		{"crm/opportunity/3101", "opportunity_3101.json", 200},
		{"CRM/Opportunity/3101.JSON", "opportunity_3101.json", 200},
		{"crm/opportunity/3101.xml", "opportunity_3101.xml", 200},
		{"crm/opportunity/3190.json", "opportunity_3190.json", 200},
		{"crm/opportunity/3190.xml", "error_control_chars.xml", 500},
		{"crm/opportunity/3191.xml", "opportunity_3191.xml", 200},
		{"crm/contact/1001.json", "contact_company.json", 200},
		{"crm/contact/2001.json", "contact_person.json", 200},
		{"crm/opportunity/3101/contact.json", "members.json", 200},
		{"crm/opportunity/999.json", "error_notfound.json", 404},
		{"crm/opportunity/999.xml", "error_notfound.xml", 404},
		{"crm/opportunity/0.json", "error_badrequest.json", 400},
		{"crm/opportunity/0.xml", "error_badrequest.xml", 400},
		{"crm/opportunity/99999999999.json", "error_badrequest_overflow.json", 400},
		{"crm/opportunity/filter.json?responsibleid=not-a-guid", "error_badrequest_conversion.json", 400},
	} {
		t.Run(tt.path, func(t *testing.T) {
			t.Parallel()
			got := get(t, p, tt.path)
			got.body = taskCount.ReplaceAllString(got.body, "")
			if got.status != tt.status || got.body != taskCount.ReplaceAllString(golden(t, tt.file), "") {
				t.Errorf("status %d, body\n%s\nwant %d\n%s", got.status, got.body, tt.status, golden(t, tt.file))
			}
			want := jsonType
			if strings.HasSuffix(tt.path, ".xml") {
				want = xmlType
			}
			if got.header.Get("Content-Type") != want {
				t.Errorf("content type %q, want %q", got.header.Get("Content-Type"), want)
			}
		})
	}
}

// taskCount depends on the tasks of the demo, and the fixtures of single contacts
// have it although a portal does not fill it there.
var taskCount = regexp.MustCompile(`"taskCount":\d+,"haveLateTasks":(true|false),|"haveLateTasks":(true|false),`)

// outline lists the member names of a document in order, nested ones indented.
func outline(t *testing.T, body string) string {
	t.Helper()
	var out strings.Builder
	dec := json.NewDecoder(strings.NewReader(body))
	var walk func(depth int)
	walk = func(depth int) {
		token, err := dec.Token()
		if err != nil {
			t.Fatal(err)
		}
		delim, ok := token.(json.Delim)
		if !ok {
			return
		}
		for dec.More() {
			if delim == '{' {
				name, _ := dec.Token()
				fmt.Fprintf(&out, "%*s%s\n", depth, "", name)
			}
			walk(depth + 1)
		}
		_, _ = dec.Token()
	}
	walk(0)
	return out.String()
}

func TestAnchorsHaveTheShapeOfTheFixtures(t *testing.T) {
	t.Parallel()
	p := New()
	minimal := strings.Replace(golden(t, "opportunity_3103.json"), `"actualCloseDate"`,
		`"stage":{"successProbability":1,"stageType":0,"title":"","description":"","color":"","id":11},"actualCloseDate"`, 1)
	minimal = strings.Replace(minimal, `"customFields":[]`,
		`"customFields":[{"entityId":0,"label":"","fieldValue":"","fieldType":4,"position":0,"mask":"","id":71}]`, 1)
	for id, fixture := range map[string]string{
		"3101": golden(t, "opportunity_3101.json"),
		"3103": minimal,
		"3104": golden(t, "opportunity_3104.json"),
		"3190": golden(t, "opportunity_3190.json"),
	} {
		got, want := outline(t, get(t, p, "crm/opportunity/"+id).body), outline(t, fixture)
		if got != want {
			t.Errorf("%s: members\n%s\nwant\n%s", id, got, want)
		}
	}
}
