package demo

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
)

type batchRow struct {
	Name    *string
	Status  int
	Headers map[string]string
	Data    string
}

func postBatch(t *testing.T, p *Portal, items string, edit ...func(*http.Request)) reply {
	t.Helper()
	body := url.Values{"batch": {items}}.Encode()
	return ask(t, p, http.MethodPost, "/api/2.0/batch.json", append([]func(*http.Request){withBody("application/x-www-form-urlencoded", body)}, edit...)...)
}

func TestBatch(t *testing.T) {
	t.Parallel()
	p := New()
	got := postBatch(t, p, `[
		{"Name":"last","RelativeUrl":"/api/2.0/crm/opportunity/3103.json","Order":5},
		{"name":"first","relativeurl":"/api/2.0/crm/opportunity/3101.json","method":"get"},
		{"RelativeUrl":"/api/2.0/crm/opportunity/999"},
		{"Name":"lost","RelativeUrl":"/api/2.0/crm/nothing"},
		{"Name":"verb","RelativeUrl":"/api/2.0/crm/opportunity/3101","Method":"PATCH"},
		{"Name":"elsewhere","RelativeUrl":"crm/opportunity/3101"},
		{"Name":"nested","RelativeUrl":"/api/2.0/batch","Method":"POST"},
		{"Name":"bad","RelativeUrl":"/api/2.0/crm/opportunity/filter?contactid=x"},
		{"Name":"post","RelativeUrl":"/api/2.0/authentication","Method":"POST","Body":"userName=anna.lindqvist@fennmark.example&password=demo"}
	]`)
	var rows []*batchRow
	e := open(t, got, &rows)
	if got.status != 201 || e.StatusCode != 201 || e.Count != 9 || e.Total != nil {
		t.Fatalf("%d %+v", got.status, e)
	}
	var summary []string
	for _, r := range rows {
		switch {
		case r == nil:
			summary = append(summary, "null")
		case r.Name == nil:
			summary = append(summary, fmt.Sprint("- ", r.Status))
		default:
			summary = append(summary, fmt.Sprint(*r.Name, " ", r.Status))
		}
	}
	want := []string{"first 200", "- 404", "null", "null", "null", "nested 404", "bad 400", "post 201", "last 200"}
	if !reflect.DeepEqual(summary, want) {
		t.Errorf("%q, want %q", summary, want)
	}
	if rows[0].Data != golden(t, "opportunity_3101.json") {
		t.Errorf("data %s", rows[0].Data)
	}
	if rows[0].Headers["content-Type"] != jsonType || rows[0].Headers["eTag"] == "" || len(rows[0].Headers) != 4 {
		t.Errorf("headers %v", rows[0].Headers)
	}
	if !strings.Contains(rows[5].Data, "Method not found") {
		t.Errorf("nested %s", rows[5].Data)
	}
	if !strings.Contains(got.body, `"data":"{\"count\":1,\"status\":0`) || !strings.Contains(got.body, `\\\/skins\\\/default`) {
		t.Errorf("escaping: %.600s", got.body)
	}
	calls, items := p.Calls(), p.Items()
	if !reflect.DeepEqual(calls, map[string]int{"POST batch": 1}) || items["GET crm/opportunity/{id}"] != 3 || items["GET unknown"] != 2 || items["PATCH unknown"] != 1 {
		t.Errorf("calls %v, items %v", calls, items)
	}
}

func TestBatchByGet(t *testing.T) {
	t.Parallel()
	p := New()
	target := "batch?batch=" + url.QueryEscape(`[{"RelativeUrl":"/api/2.0/people/@self"}]`)
	if got := get(t, p, target); got.status != 200 || !strings.HasPrefix(got.body, `{"count":1,"status":0,"statusCode":200,"response":[{"status":200,"headers":{"x-AspNet-Version":"4.0.30319","cache-Control":"private, max-age=0","eTag":"`) {
		t.Errorf("%d %.200s", got.status, got.body)
	}
	if got := get(t, p, strings.Replace(target, "batch?", "batch.xml?", 1)); !strings.HasPrefix(got.body, `<result><count>1</count><status>0</status><statusCode>200</statusCode><response><status>200</status><headers><x-AspNet-Version>`) {
		t.Errorf("%.200s", got.body)
	}
}

func TestBatchSeesAsItsCallerDoes(t *testing.T) {
	t.Parallel()
	p := New()
	const items = `[{"RelativeUrl":"/api/2.0/crm/opportunity/3101"}]`
	if got := postBatch(t, p, items, as(p.TokenOf("mark.oconnell@fennmark.example"))); !strings.Contains(got.body, `"status":404`) {
		t.Error(got.body)
	}
	if got := postBatch(t, p, items, as("x")); got.status != 401 || got.body != "Unauthorized" {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestBatchFailsAsAWhole(t *testing.T) {
	t.Parallel()
	p := New()
	for _, items := range []string{
		`[{"RelativeUrl":"/api/2.0/people/@self"},{"Name":"no address"}]`,
		`[{"RelativeUrl":"/api/2.0/crm/opportunity/filter?updatedSince=soon"}]`,
		`[{"RelativeUrl":"/api/2.0/authentication","Method":"POST","Body":"userName=x","BodyContentType":"application/x-www-form-urlencoded"}]`,
	} {
		if got := postBatch(t, p, items); got.status != 500 || got.body != golden(t, "batch_error_doubled.txt") {
			t.Errorf("%s: %d %s", items, got.status, got.body)
		}
	}
	if got := postBatch(t, p, `[{"RelativeUrl":`); got.status != 500 || !strings.Contains(got.header.Get("Content-Type"), "text/html") {
		t.Errorf("bad JSON: %d %s", got.status, got.body)
	}
	const none = `{"status":0,"error":{"message":"no batch specified","hresult":-2146233079,"data":{}}}`
	json := ask(t, p, http.MethodPost, "/api/2.0/batch", withBody("application/json", `{"batch":"[]"}`))
	for name, got := range map[string]reply{"JSON body": json, "empty": postBatch(t, p, ""), "missing": get(t, p, "batch")} {
		if got.status != 200 || got.body != none {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
}

func TestBatchIsCutAtAThousand(t *testing.T) {
	t.Parallel()
	p := New()
	items := make([]batchItem, 1003)
	for i := range items {
		items[i].RelativeURL = "/api/2.0/crm/opportunity/999"
	}
	text, _ := json.Marshal(items)
	e := open(t, postBatch(t, p, string(text)), nil)
	if e.Count != 1000 || p.Items()["GET crm/opportunity/{id}"] != 1003 {
		t.Errorf("count %d, items %v", e.Count, p.Items())
	}
}
