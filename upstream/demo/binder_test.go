package demo

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestBinding sends one parameter of an opportunity in odd forms, and reads what
// the reply makes of it, or the message of the error.
func TestBinding(t *testing.T) {
	t.Parallel()
	const start = `{"title":"T","responsibleid":"` + annaID + `","stageid":11,"bidCurrencyAbbr":"EUR"`
	const format, boolean = "Input string was not in a correct format.", "String was not recognized as a valid Boolean."
	const gap = "Index was out of range."
	for _, tt := range []struct {
		members string // of JSON, after the required ones
		status  int
		says    string
	}{
		{`"members":null`, 400, "Index was outside the bounds of the array."},
		{`"members":""`, 400, "Index was outside the bounds of the array."},
		{`"members":[]`, 201, `"members":[]`},
		{`"members":[{"id":2001}]`, 201, `"members":[]`},
		{`"members":[[2001]]`, 201, `"members":[]`},
		{`"members":2001`, 201, `"members":[{`},
		{`"MEMBERS":["2001"]`, 201, `"members":[{`},
		{`"members":"2001,2002"`, 400, format},
		{`"members":["x"]`, 400, format},
		{`"accessList":null`, 400, "Index was outside the bounds of the array."},
		{`"accessList":["x"]`, 400, "Guid should contain 32 digits"},
		{`"isPrivate":1`, 400, boolean},
		{`"isPrivate":"on"`, 400, boolean},
		{`"isPrivate":"TRUE"`, 201, `"isPrivate":false`},
		{`"isPrivate":null`, 201, `"isPrivate":false`},
		{`"description":null`, 201, `"description":""`},
		{`"description":0.10`, 201, `"description":"0.1"`},
		{`"description":true`, 201, `"description":"true"`},
		{`"description":["a","b"]`, 201, `"description":"a"`},
		{`"description":{"a":1}`, 201, `"title":"T","responsible"`},
		{`"description":"a","description":"b"`, 201, `"description":"a"`},
		{`"members":[2001],"Members":[2002]`, 201, `"id":2001}],"title"`},
		{`"@description":"a"`, 201, `"title":"T","responsible"`},
		{`"bidValue":12345678901234567.891`, 201, `"bidValue":12345678901234568.0,`},
		{`"bidValue":"12345678901234567.891"`, 201, `"bidValue":12345678901234567.891,`},
		{`"bidValue":"0"`, 201, `"responsible":`},
		{`"bidValue":"-5.50"`, 201, `"bidValue":-5.50,`},
		{`"bidValue":"1e3"`, 201, `"bidValue":1000.0,`},
		{`"bidValue":"1,500.5"`, 400, format},
		{`"bidValue":"1500,5"`, 400, format},
		{`"bidValue":"80000000000000000000000000000"`, 400, "too large or too small for a Decimal"},
		{`"perPeriodValue":5.0`, 201, `"perPeriodValue":5,`},
		{`"perPeriodValue":5.5`, 400, format},
		{`"perPeriodValue":"0x10"`, 201, `"perPeriodValue":16,`},
		{`"perPeriodValue":"#10"`, 201, `"perPeriodValue":16,`},
		{`"perPeriodValue":" +7 "`, 201, `"perPeriodValue":7,`},
		{`"perPeriodValue":3000000000`, 400, "too large or too small for an Int32"},
		{`"successProbability":300`, 201, `"successProbability":100,"actual`},
		{`"bidType":"perday"`, 201, `"bidType":2,`},
		{`"bidType":9`, 201, `"bidType":9,`},
		{`"bidType":"PerHour,PerDay"`, 201, `"bidType":3,`},
		{`"bidType":"Fixed"`, 400, "Requested value was not found."},
		{`"expectedCloseDate":"2026-04-30"`, 201, `"expectedCloseDate":"2026-04-30T00:00:00.0000000Z"`},
		{`"expectedCloseDate":"2026-04-30T10:00:00+02:00"`, 201, `"expectedCloseDate":"2026-04-30T08:00:00.0000000Z"`},
		{`"expectedCloseDate":"2026-04-30T10:00:00.123Z"`, 201, `"expectedCloseDate":"2026-04-30T10:00:00.1230000Z"`},
		{`"expectedCloseDate":"2026-04-30T10:00:00.000Z"`, 201, `"expectedCloseDate":"2026-04-30T10:00:00.0000000Z"`},
		{`"expectedCloseDate":"2026-04-30T10:00:00.120Z"`, 400, "invalid date time format: 2026-04-30T10:00:00.12Z"},
		{`"expectedCloseDate":"2026-04-30 10:00:00"`, 400, "invalid date time format: 2026-04-30 10:00:00"},
		{`"expectedCloseDate":"04/30/2026"`, 400, `invalid date time format: 04\/30\/2026`},
		{`"expectedCloseDate":"0001-01-01T00:00:00.0000000Z"`, 201, `"expectedCloseDate":"0001-01-01`},
		{`"description":"2026-04-30T00:00:00+02:00"`, 201, `"description":"2026-04-29T22:00:00+00:00"`},
		{`"description":"2026-04-30T00:00:00.000Z"`, 201, `"description":"2026-04-30T00:00:00Z"`},
		{`"description":"\/Date(0)\/"`, 201, `"description":"1970-01-01T00:00:00Z"`},
		{`"description":"2026-04-30T00:00:00"`, 201, `"description":"2026-04-30T00:00:00"`},
		{`"description":"on 2026-04-30T00:00:00Z"`, 201, `"description":"on 2026-04-30T00:00:00Z"`},
		{`"customFieldList":[{"Key":72,"Value":"x"}]`, 201, `"fieldValue":"x"`},
		{`"customFieldList":null`, 201, `"customFields":[{`},
		{`"customFieldList":[{"key":72}]`, 201, `"fieldValue":"","fieldType":4`},
		{`"customFieldList":[{"key":null,"value":"x"}]`, 400, format},
		{`"customFieldList":[{"key":72,"Key":72}]`, 400, format},
		{`"customFieldList":[{"KEY":72},{"key":72,"value":"x"}]`, 500, gap},
		{`"customFieldList":[{},{"key":72,"value":"x"}]`, 500, gap},
		{`"customfieldlist":[{"key":72,"value":"x"}]`, 201, `"title":"T"`},
	} {
		got := write(t, New(), http.MethodPost, "crm/opportunity", start+","+tt.members+"}")
		if got.status != tt.status || !strings.Contains(got.body, tt.says) {
			t.Errorf("%s: %d %s, want %d %s", tt.members, got.status, got.body, tt.status, tt.says)
		}
	}
}

func TestBindingOfForms(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]struct {
		status int
		says   string
	}{
		"&members=2001&members=2002":                              {201, `"id":2002`},
		"&members[]=2001&members[]=2002":                          {201, `"id":2002`},
		"&members[0]=2001&members[1]=2002":                        {201, `"id":2002`},
		"&members=2001,2002":                                      {400, "Input string"},
		"&members=":                                               {400, "Index was outside"},
		"&description=%0D%0Atwo+":                                 {201, `"description":"\u000d\u000atwo "`},
		"&expectedCloseDate=2026-04-30T10%3A00%3A00+02:00":        {400, "invalid date time format"},
		"&expectedCloseDate=2026-04-30T10:00:00.120Z":             {201, `"2026-04-30T10:00:00.1200000Z"`},
		"&description=2026-04-30T00:00:00%2B02:00":                {201, `"2026-04-30T00:00:00+02:00"`},
		"&customFieldList[1][key]=72&customFieldList[1][value]=x": {500, "Index was out of range"},
		"&customFieldList[1][key]=72&customFieldList[1][value]=x&customFieldList[0][key]=74&customFieldList[0][value]=y": {500, "Index was out of range"},
		"&customFieldList[0][key]=72&customFieldList[0][value]=x&customFieldList[1][key]=74&customFieldList[1][value]=y": {201, `"fieldValue":"y"`},
	} {
		if got := write(t, New(), http.MethodPost, "crm/opportunity", minimal+body); got.status != want.status || !strings.Contains(got.body, want.says) {
			t.Errorf("%s: %d %s", body, got.status, got.body)
		}
	}
	p := New()
	for contentType, status := range map[string]int{formType: 201, "text/json": 400, "": 400, "text/plain; charset=utf-8": 400} {
		if got := ask(t, p, http.MethodPost, "/api/2.0/crm/opportunity", withBody(contentType, minimal)); got.status != status {
			t.Errorf("%q: %d %s", contentType, got.status, got.body)
		}
	}
	if got := write(t, p, http.MethodPost, "crm/opportunity?TITLE=query", minimal); !strings.Contains(got.body, `"title":"query"`) {
		t.Errorf("the query comes before the body: %s", got.body)
	}
	for _, body := range []string{`[]`, `{"title":`, `{} {}`, `"x"`, `{"title":"x",}`} {
		got := ask(t, p, http.MethodPost, "/api/2.0/crm/opportunity", withBody(jsonBody, body))
		if got.status != 400 || !strings.Contains(got.body, `"statusCode":400`) {
			t.Errorf("%s: %d %s", body, got.status, got.body)
		}
	}
}

// TestColumns shows that an echo repeats what was sent, and that the database
// kept what fits.
func TestColumns(t *testing.T) {
	t.Parallel()
	p := New()
	long := strings.Repeat("ä", 300)
	for i, tt := range []struct{ name, sent, kept string }{
		{"title", long, long[:2*255]},
		{"title", "Lorry 🚚 fleet", "Lorry "},
		{"description", strings.Repeat("ä", 40000), strings.Repeat("ä", 32767)},
		{"description", "é", "é"},
	} {
		id := 3453 + i
		body := strings.Replace(minimal, "title=New", "title=New&"+tt.name+"="+tt.sent, 1)
		if tt.name == "title" {
			body = strings.Replace(minimal, "title=New", "title="+tt.sent, 1)
		}
		echo := write(t, p, http.MethodPost, "crm/opportunity", body)
		read := get(t, p, fmt.Sprintf("crm/opportunity/%d", id))
		var sent, kept map[string]any
		open(t, echo, &sent)
		open(t, read, &kept)
		if sent[tt.name] != tt.sent || kept[tt.name] != tt.kept {
			t.Errorf("%s %.20s: echo of %d bytes, kept %d bytes, want %d", tt.name, tt.sent, len(fmt.Sprint(sent[tt.name])), len(fmt.Sprint(kept[tt.name])), len(tt.kept))
		}
	}
	tell(t, p, []step{
		{"POST crm/opportunity/3103/tag", "tagName=" + long, 201, says(`"count":300`)},
		{"POST crm/opportunity/3103/tag", "tagName=" + long, 201, nil},
		{"GET crm/opportunity/tag/3103", "", 200, says(`"count":2`)}, // each one more row
		{"GET crm/opportunity/filter?filterValue=lorry&count=10", "", 200, says(`"title":"Lorry "`, `"total":1`)},
		{"PUT crm/opportunity/3103", minimal + "&bidValue=0.1234567895", 200, says(`"bidValue":0.123456790,`)},
		{"PUT crm/opportunity/3102", minimal + "&bidValue=-7&expectedCloseDate=2026-04-30T23:59:59.9999999Z", 200, says(`"bidValue":-7.000000000,`, `"expectedCloseDate":"2026-05-01T00:00:00.0000000Z"`)},
		{"PUT crm/opportunity/3104", minimal + "&bidValue=-70", 200, nil},
		{"GET crm/opportunity/filter?sortBy=bidvalue&count=1", "", 200, says(`"bidValue":-70.000000000`)},
	})
}
