package demo

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
)

const (
	formType = "application/x-www-form-urlencoded; charset=utf-8"
	jsonBody = "application/json; charset=utf-8"
)

// write sends a form, or JSON when the body is an object.
func write(t *testing.T, p *Portal, verb, path, body string, edit ...func(*http.Request)) reply {
	t.Helper()
	contentType := formType
	if strings.HasPrefix(body, "{") {
		contentType = jsonBody
	}
	return ask(t, p, verb, "/api/2.0/"+path, append([]func(*http.Request){withBody(contentType, body)}, edit...)...)
}

// asForm is the form of a JSON object.
func asForm(t *testing.T, body string) string {
	t.Helper()
	pairs, err := jsonPairs([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	var fields []string
	for _, p := range pairs {
		fields = append(fields, url.QueryEscape(p.name)+"="+url.QueryEscape(p.value))
	}
	return strings.Join(fields, "&")
}

func email(p *Portal, userName string) func(*http.Request) {
	return as(p.TokenOf(userName + "@fennmark.example"))
}

// What the demo has of its own: who made things and when, though not whether the
// time has ticks; how many share a category; and the addresses and data of
// Ingrid Hallberg.
var (
	makers    = regexp.MustCompile(`"createBy":\{[^}]*\}`)
	ticked    = regexp.MustCompile(`"(created|actualCloseDate)":"(?:2024|2026)[-0-9T:]*\.\d*[1-9]\d*Z"`)
	whole     = regexp.MustCompile(`"created":"(?:2024-09|2026-03)[-0-9T:]*\.0000000Z"`)
	counts    = regexp.MustCompile(`"relativeItemsCount":\d+`)
	dataLists = regexp.MustCompile(`"addresses":\[.*?\],|"commonData":\[.*?\],|"eTag":"[^"]*",`)
)

func alike(body string) string {
	body = makers.ReplaceAllString(body, `"createBy":{}`)
	body = ticked.ReplaceAllString(body, `"$1":"with ticks"`)
	body = whole.ReplaceAllString(body, `"created":"whole"`)
	body = counts.ReplaceAllString(body, `"relativeItemsCount":0`)
	body = dataLists.ReplaceAllString(body, "")
	return taskCount.ReplaceAllString(body, "")
}

// sampleStep is one request of a sample, as the file or as it stands here.
type sampleStep struct {
	request, sample string // "PUT crm/task/1", the name of request and response
	body            string // when there is no file, or the demo needs another
	status          int
}

// TestWriteSamples compares whole answers with those of CommunityServer's own
// serializer, for the same request as JSON and as a form.
func TestWriteSamples(t *testing.T) {
	t.Parallel()
	newInfo := fmt.Sprintf(`"id":%d`, New().store.last.info+1)
	task := strings.Replace(golden(t, "writes/task_create.request.json"), `"categoryId":31`, `"categoryId":21`, 1)
	for name, tt := range map[string]struct {
		as      string
		prepare func(*Portal)
		own     []string // what the samples say, and what the demo says instead
		steps   []sampleStep
	}{
		"opportunity create": {own: []string{"3201", "3453"}, steps: []sampleStep{
			{request: "POST crm/opportunity.json", sample: "opportunity_create", status: 201},
			{request: "GET crm/opportunity/3453.json", sample: "opportunity_create_then_get", status: 200},
		}},
		"opportunity update": {
			as: "mark.oconnell",
			prepare: func(p *Portal) {
				mark, o, x := p.store.employee("mark.oconnell"), p.store.opportunity(3101), p.store.byContactID[2001]
				o.access, x.managers = append(o.access, mark), append(x.managers, mark)
			},
			steps: []sampleStep{{request: "PUT crm/opportunity/3101.json", sample: "opportunity_update", status: 200}},
		},
		"opportunity stage": {steps: []sampleStep{{request: "PUT crm/opportunity/3101/stage/18.json", sample: "opportunity_stage", status: 200}}},
		"opportunity access": {
			as:      "bjorn.ostlund",
			prepare: func(p *Portal) { p.store.opportunity(3103).stage = p.store.stage(14) },
			steps:   []sampleStep{{request: "PUT crm/opportunity/3103/access.json", sample: "opportunity_access", status: 200}},
		},
		"opportunity delete": {
			prepare: func(p *Portal) { p.store.opportunity(3101).actualClose = at("0001-01-01") },
			steps: []sampleStep{
				{request: "DELETE crm/opportunity/3101.json", sample: "opportunity_delete", status: 200},
				{request: "DELETE crm/opportunity/3101.json", sample: "../error_notfound.json", status: 404},
			},
		},
		"member": {steps: []sampleStep{{request: "POST crm/opportunity/3101/contact/2002.json", sample: "member_add", status: 201}}},
		"custom field": {steps: []sampleStep{
			{request: "POST crm/opportunity/3101/customfield/74.json", sample: "customfield_set", status: 201},
			{request: "POST crm/opportunity/3101/customfield/76.json", sample: "customfield_clear", status: 201},
			{request: "POST crm/opportunity/3101/customfield/999.json", sample: "error_field_unknown", body: `{"fieldValue":"x"}`, status: 500},
		}},
		"tag": {steps: []sampleStep{
			{request: "POST crm/opportunity/3101/tag.json", sample: "tag_add", status: 201},
			{request: "DELETE crm/opportunity/3101/tag.json", sample: "tag_remove", status: 200},
			{request: "POST crm/opportunity/tag.json", sample: "error_tag_exists", body: `{"tagName":"RENEWAL"}`, status: 400},
		}},
		"task": {own: []string{`"title":"Call","desc`, `"title":"Phone call","desc`, `"id":31`, `"id":21`, `"id":611`, `"id":841`, `"id":612`, `"id":842`}, steps: []sampleStep{
			{request: "POST crm/task.json", sample: "task_create", body: task, status: 201},
			{request: "PUT crm/task/841/close.json", sample: "task_close", status: 200},
			{request: "DELETE crm/task/841.json", status: 200},
			{
				request: "PUT crm/task/841.json", sample: "task_update_of_deleted", status: 200,
				body: strings.Replace(golden(t, "writes/task_update_of_deleted.request.json"), `"categoryId":31`, `"categoryId":21`, 1),
			},
			{request: "POST crm/task.json", sample: "error_category_unknown", body: strings.Replace(task, `"categoryId":21`, `"categoryId":999`, 1), status: 404},
		}},
		"history": {as: "bjorn.ostlund", own: []string{`"id":711`, `"id":1261`}, steps: []sampleStep{
			{request: "POST crm/history.json", sample: "history_create", status: 201},
			{request: "DELETE crm/history/1261.json", sample: "history_delete", status: 200},
			{request: "POST crm/history.json", sample: "error_note_too_long", body: `{"contactId":1001,"categoryId":41,"content":"` + strings.Repeat("x", 65001) + `"}`, status: 400},
			{
				request: "POST crm/history.json", sample: "error_notify_unknown_user", status: 400,
				body: `{"contactId":1001,"categoryId":41,"content":"x","notifyUserList":["11111111-7a4e-4d6a-9c0a-2f5a4d9a7e11"]}`,
			},
		}},
		"person": {as: "bjorn.ostlund", own: []string{"2010", "2101"}, steps: []sampleStep{{request: "POST crm/contact/person.json", sample: "person_create", status: 201}}},
		"person update": {steps: []sampleStep{
			{request: "PUT crm/contact/person/2001.json", sample: "person_update", status: 200},
			{request: "GET crm/contact/2001.json", sample: "person_update_then_get", status: 200},
		}},
		"contact status": {steps: []sampleStep{{request: "PUT crm/contact/2001/status.json", sample: "contact_status", status: 200}}},
		"contact data":   {own: []string{`"id":531`, newInfo}, steps: []sampleStep{{request: "POST crm/contact/2002/data.json", sample: "contactdata_create", status: 201}}},
		"errors": {steps: []sampleStep{
			{
				request: "PUT crm/opportunity/3101.json", sample: "error_stage_unknown", status: 400,
				body: strings.Replace(golden(t, "writes/opportunity_update.request.json"), `"stageid":15`, `"stageid":99`, 1),
			},
			{request: "PUT crm/opportunity/3101.json", sample: "error_null_list", status: 400},
			{request: "PUT crm/opportunity/3101.json", sample: "error_date_unreadable", status: 400},
		}},
	} {
		for _, encode := range []func(*testing.T, string) string{func(_ *testing.T, body string) string { return body }, asForm} {
			p := New()
			if tt.prepare != nil {
				tt.prepare(p)
			}
			for i, step := range tt.steps {
				caller := as(Token)
				if tt.as != "" {
					caller = email(p, tt.as)
				}
				verb, path, _ := strings.Cut(step.request, " ")
				if body, err := os.ReadFile("testdata/writes/" + step.sample + ".request.json"); err == nil && step.body == "" {
					step.body = string(body)
				}
				got := write(t, p, verb, path, encode(t, step.body), caller)
				if step.sample == "" {
					continue
				}
				file := "writes/" + step.sample + ".response.json"
				if strings.HasSuffix(step.sample, ".json") {
					file = "writes/" + step.sample
				}
				want := alike(strings.NewReplacer(tt.own...).Replace(golden(t, file)))
				if got.status != step.status || alike(got.body) != want {
					t.Errorf("%s, step %d: %d\n%s\nwant %d\n%s", name, i+1, got.status, alike(got.body), step.status, want)
				}
			}
		}
	}
}

// The last item of the sample shows that the first took no effect, as the tag was
// there, and the second neither, as no such tag was.
func TestWritesInABatch(t *testing.T) {
	t.Parallel()
	p := New()
	got := write(t, p, http.MethodPost, "batch.json", golden(t, "writes/batch_writes.request.form"))
	want := strings.Replace(golden(t, "writes/batch_writes.response.json"), `[\"Q3\\\/2024\",\"\\\"strategic\\\" <EU>\",\"renewal\"]`,
		`[\"renewal\",\"Q3\\\/2024\",\"\\\"strategic\\\" <EU>\"]`, 1)
	if got.status != 201 || alike(got.body) != alike(want) {
		t.Errorf("%d\n%s\nwant\n%s", got.status, got.body, want)
	}
	// Items run in their order, each with its own verb, body and type.
	rows := batchRows(t, p, `[
		{"Name":"last","Order":3,"RelativeUrl":"/api/2.0/crm/opportunity/tag/3103"},
		{"Name":"json","Order":1,"Method":"post","RelativeUrl":"/api/2.0/crm/opportunity/3103/tag","Body":"{\"tagName\":\"pilot\"}","BodyContentType":"application/json; charset=utf-8"},
		{"Name":"query","Order":2,"Method":"POST","RelativeUrl":"/api/2.0/crm/opportunity/3103/tag?tagName=rush"},
		{"Name":"put","Order":2,"Method":"PUT","RelativeUrl":"/api/2.0/crm/task/999999/close"}]`)
	for i, want := range []string{
		`201 {"count":5,"status":0,"statusCode":201,"response":"pilot"}`, `201 {"count":4,"status":0,"statusCode":201,"response":"rush"}`,
		`400 {"status":1,"statusCode":400,"error":{"message":"Value does not fall within the expected range.","hresult":-2147024809,"data":{}}}`,
		`200 {"count":2,"status":0,"statusCode":200,"response":["pilot","rush"]}`,
	} {
		if got := fmt.Sprint(rows[i].Status, " ", rows[i].Data); got != want {
			t.Errorf("%s: %s, want %s", rows[i].Name, got, want)
		}
	}
	if got := write(t, p, http.MethodPut, "crm/opportunity/3101.json", golden(t, "writes/opportunity_update.request.form")); got.status != 200 ||
		!strings.Contains(got.body, "Fleet telematics rollout, wave 2") || strings.Contains(got.body, `"Kick-off"`) {
		t.Errorf("the form of the samples: %d %s", got.status, got.body)
	}
}

type batchReply struct {
	Name   string
	Status int
	Data   string
}

func batchRows(t *testing.T, p *Portal, items string) []batchReply {
	t.Helper()
	var rows []batchReply
	open(t, write(t, p, http.MethodPost, "batch.json", "batch="+url.QueryEscape(items)), &rows)
	return rows
}
