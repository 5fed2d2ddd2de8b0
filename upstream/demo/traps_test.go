package demo

import (
	"net/http"
	"strings"
	"testing"
)

const (
	annaID  = "4bd35b6c-7a4e-4d6a-9c0a-2f5a4d9a7e11"
	markID  = "93580c54-1132-4d6b-bf2d-da0bfaaa1a28"
	bjornID = "c7f1d2aa-0b64-4e0e-8f35-6d1f0c2b9e77"
	sofiaID = "0d9c1f7e-52a8-4b0d-9d1b-7f0e34c5a801"
	minimal = "title=New&responsibleid=" + annaID + "&stageid=14&bidCurrencyAbbr=eur"

	badRange  = `{"status":1,"statusCode":400,"error":{"message":"Value does not fall within the expected range.","hresult":-2147024809,"data":{}}}`
	notFound  = `{"status":1,"statusCode":404,"error":{"message":"Not found","hresult":-2147467259,"data":{}}}`
	forbidden = `{"status":1,"statusCode":403,"error":{"message":"Access Denied","hresult":-2146233078,"data":{}}}`
	nullError = `{"status":1,"statusCode":500,"error":{"message":"Object reference not set to an instance of an object","hresult":-2147467261,"data":{}}}`
)

// step is one request of a story, by anna.lindqvist unless a user name stands
// first, and what its answer says; what it must not say stands behind "!".
type step struct {
	request, body string
	status        int
	says          []string
}

func says(texts ...string) []string { return texts }

func tell(t *testing.T, p *Portal, steps []step) {
	t.Helper()
	for i, s := range steps {
		words := strings.Fields(s.request)
		caller := as(Token)
		if len(words) == 3 {
			caller, words = email(p, words[0]), words[1:]
		}
		got := write(t, p, words[0], words[1], s.body, caller)
		if got.status != s.status {
			t.Errorf("step %d, %s: %d, want %d in %s", i+1, s.request, got.status, s.status, got.body)
		}
		for _, text := range s.says {
			text, unwanted := strings.CutPrefix(text, "!")
			if strings.Contains(got.body, text) == unwanted {
				t.Errorf("step %d, %s: %q unwanted %v in %s", i+1, s.request, text, unwanted, got.body)
			}
		}
	}
}

// TestTraps tells what breaks a naive client.
func TestTraps(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string][]step{
		"a PUT empties what it does not name, but members and fields": {
			{"PUT crm/opportunity/3101", minimal, 200, says(
				`"title":"New"`, `"description":""`, `"isPrivate":false,"accessList":[]`, "!bidValue", "!bidType", "!perPeriodValue",
				"!successProbability\":55", `"actualCloseDate":"0001`, `"expectedCloseDate":"0001`, "!\"contact\":", "Ingrid Hallberg", "PO-2024", `"abbreviation":"EUR"`,
			)},
			{"GET crm/opportunity/tag/3101", "", 200, says("renewal")},
		},
		"absent isPrivate publishes, and so does an empty list": {
			{"bjorn.ostlund GET crm/opportunity/3104", "", 404, nil},
			{"PUT crm/opportunity/3104", minimal + "&isPrivate=true", 200, says(`"isPrivate":false`)},
			{"bjorn.ostlund GET crm/opportunity/3104", "", 200, nil},
		},
		"who may set access joins a private list with every PUT": {
			{"sofia.almeida PUT crm/opportunity/3101", minimal + "&isPrivate=true&accessList[]=" + annaID + "&accessList[]=" + annaID, 200, says(
				`"isPrivate":true`, annaID, sofiaID, "!"+bjornID)},
			{"bjorn.ostlund GET crm/opportunity/3101", "", 404, nil},
		},
		"others change no access, without a word": {
			{"bjorn.ostlund PUT crm/opportunity/3101", minimal, 200, says(`"title":"New"`, `"isPrivate":true`, annaID)},
			{"bjorn.ostlund PUT crm/opportunity/3101/access", "isPrivate=false", 403, says(forbidden)},
			{"mark.oconnell PUT crm/opportunity/3101/access", "isPrivate=false", 404, says(notFound)},
		},
		"members that are hidden from the caller are dropped": {
			{"POST crm/opportunity/3103/contact/1002", "", 201, nil},
			{"POST crm/opportunity/3103/contact/2001", "", 201, nil},
			{"bjorn.ostlund PUT crm/opportunity/3103", minimal + "&members[0]=1002&members[1]=2001", 200, says("Ingrid Hallberg")},
			{"GET crm/opportunity/3103", "", 200, says("Ingrid Hallberg", `!"id":1002`)},
			{"PUT crm/opportunity/3103", minimal, 200, says("Ingrid Hallberg")},
			{"PUT crm/opportunity/3103", minimal + "&members=2147483647", 200, says(`"members":[]`)},
		},
		"a hidden primary contact forbids every PUT that keeps it": {
			{"PUT crm/opportunity/3103", minimal + "&contactid=1002", 200, says(`"id":1002`, `"members":[]`)},
			{"bjorn.ostlund PUT crm/opportunity/3103", minimal + "&contactid=1002", 403, says(forbidden)},
			{"bjorn.ostlund PUT crm/opportunity/3103/stage/18?stageid=18", "", 200, nil},
			{"POST crm/opportunity", minimal + "&contactid=-1", 400, says(badRange)},
			{"POST crm/opportunity", minimal + "&contactid=99999", 400, says(badRange)},
		},
		"the stage comes from a parameter and resets the probability": {
			{"PUT crm/opportunity/3101/stage/18", "", 400, says(badRange)},
			{"PUT crm/opportunity/3101/stage/18", "stageid=99", 404, says(notFound)},
			{"PUT crm/opportunity/3101/stage/12?stageid=18", "opportunityid=3102&stageid=11", 200, says(`"successProbability":100,"actual`, `"actualCloseDate":"2026-03-02T09:00:07.4821935Z"`, `"id":3101`)},
			{"GET crm/opportunity/3101", "", 200, says(`"actualCloseDate":"2026-03-02T09:00:07.0000000Z"`)},
			{"PUT crm/opportunity/3101/stage/18", "stageid=18", 200, says(`"actualCloseDate":"2026-03-02T09:00:14.9643870Z"`)},
			{"PUT crm/opportunity/3101/stage/0", "stageid=11", 200, says(`"actualCloseDate":"0001`, `"successProbability":1,"actual`)},
			{"PUT crm/opportunity/3101", minimal + "&stageid=18&successProbability=30", 200, says(`"successProbability":30,"actualCloseDate":"0001`)},
		},
		"a hidden opportunity is not found": {
			{"mark.oconnell PUT crm/opportunity/3101", minimal, 404, says(notFound)},
			{"mark.oconnell DELETE crm/opportunity/3101", "", 404, says(notFound)},
			{"mark.oconnell PUT crm/opportunity/3101/stage/18", "stageid=18", 404, says(notFound)},
			{"mark.oconnell POST crm/opportunity/3101/contact/2001", "", 404, says(notFound)},
			{"mark.oconnell DELETE crm/opportunity/3101/contact/2001", "", 404, says(notFound)},
			{"mark.oconnell POST crm/opportunity/3101/tag", "tagName=x", 404, says(notFound)},
			{"mark.oconnell DELETE crm/opportunity/3101/tag", "tagName=renewal", 404, says(notFound)},
			{"mark.oconnell POST crm/history", "entityType=opportunity&entityId=3101&categoryId=41&content=x", 400, says(badRange)},
			{"PUT crm/opportunity/0", minimal, 404, says(notFound)},
			{"DELETE crm/opportunity/0", "", 400, says(badRange)},
			{"PUT crm/opportunity/99999", minimal, 404, says(notFound)},
		},
		"what is missing in a create is 400": {
			{"POST crm/opportunity", "", 400, says(badRange)},
			{"POST crm/opportunity", strings.Replace(minimal, "title=New", "title=", 1), 400, says(badRange)},
			{"POST crm/opportunity", strings.Replace(minimal, annaID, emptyGUID, 1), 400, says(badRange)},
			{"POST crm/opportunity", strings.Replace(minimal, "eur", "xyz", 1), 400, says(badRange)},
			{"POST crm/opportunity", strings.Replace(minimal, "title=New", "title=%20", 1), 201, says(`"title":" "`)},
		},
		"the responsible is not looked up, and not let in": {
			{"POST crm/opportunity", strings.Replace(minimal, annaID, "11111111-1111-1111-1111-111111111111", 1), 201, says("4a515a15-d4d6-4b8e-828e-e0586f18f3a3")},
			{"mark.oconnell POST crm/opportunity", minimal + "&isPrivate=true&accessList[]=" + markID, 201, says(`"id":3454`)},
			{"bjorn.ostlund GET crm/opportunity/3454", "", 404, nil},
		},
		"a failed mail leaves a private opportunity public": {
			{"POST crm/opportunity", minimal + "&isNotify=true&isPrivate=true&accessList[]=11111111-1111-1111-1111-111111111111&members[]=2001", 400, says(`recipient`)},
			{"bjorn.ostlund GET crm/opportunity/3453", "", 200, says(`"isPrivate":false`, `"members":[]`)},
		},
		"an unknown recipient leaves the note": {
			{"POST crm/history", "contactId=1001&categoryId=41&content=stays&notifyUserList[]=11111111-1111-1111-1111-111111111111", 400, says(`Value cannot be null.\u000aParameter name: recipient`)},
			{"GET crm/history/filter?filterValue=stays", "", 200, says(`"id":1261`)},
		},
		"a deleted member is no member, and the primary contact stays the primary one": {
			{"DELETE crm/opportunity/3102/contact/2003", "", 200, says(`"id":2003`)},
			{"GET crm/opportunity/3102", "", 200, says(`"members":[]`, `"contact":{`)},
			{"DELETE crm/opportunity/3102/contact/2003", "", 200, nil},
			{"DELETE crm/opportunity/3102/contact/99999", "", 404, says(notFound)},
		},
		"a custom field checks nothing": {
			{"mark.oconnell POST crm/opportunity/3101/customfield/72", "fieldValue=%20by+Mark+", 201, says(`"fieldValue":" by Mark "`)},
			{"GET crm/opportunity/3101", "", 200, says(`"fieldValue":"by Mark"`, "!PO-2024")},
			{"POST crm/opportunity/99999/customfield/72", "fieldValue=x", 201, says(`"entityId":99999`)},
			{"POST crm/opportunity/3101/customfield/75", "fieldValue=perhaps", 201, nil},
			{"POST crm/opportunity/3101/customfield/72", "", 500, says(nullError)},
			{"POST crm/opportunity/3101/customfield/72", `{"fieldValue":null}`, 201, says(`"fieldValue":""`)},
			{"GET crm/opportunity/3101", "", 200, says("!Purchase order")},
		},
		"a value shows where its field and its id meet": {
			{"POST crm/person/3103/customfield/72", "fieldValue=stray", 201, nil},
			{"GET crm/opportunity/3103", "", 200, says(`"fieldValue":"stray"`)},
			{"POST crm/opportunity/3103/customfield/72", "fieldValue=proper", 201, nil},
			{"GET crm/opportunity/3103", "", 200, says(`"fieldValue":"stray"`, `"fieldValue":"proper"`)},
			{"POST crm/contact/1001/customfield/81", "fieldValue=second", 201, nil},
			{"GET crm/contact/1001", "", 200, says("SE556677889901", "second")},
			{"POST crm/company/1001/customfield/81", "fieldValue=", 201, nil},
			{"GET crm/contact/1001", "", 200, says("!SE556677889901", "second")},
		},
		"an empty text in a list of fields does nothing, one blank clears": {
			{"PUT crm/opportunity/3101", minimal + "&customFieldList[0][key]=72&customFieldList[0][value]=&customFieldList[1][key]=74&customFieldList[1][value]=%20" +
				"&customFieldList[2][key]=81&customFieldList[2][value]=x&customFieldList[3][key]=75", 200, says("PO-2024", `!"label":"Region"`, "NDA signed")},
		},
		"the dictionary spells tags": {
			{"POST crm/opportunity/3103/tag", `{"tagName":" RENEWAL\r\n"}`, 201, says(`{"count":10,"status":0,"statusCode":201,"response":" RENEWAL\u000d\u000a"}`)},
			{"POST crm/opportunity/3103/tag", "tagName=renewal", 201, nil},
			{"GET crm/opportunity/tag/3103", "", 200, says(`["renewal"]`)},
			{"POST crm/opportunity/3103/tag", "tagName=%20Brand+new%20", 201, nil},
			{"GET crm/opportunity/tag", "", 200, says(`{"title":"Brand new","relativeItemsCount":1}`)},
			{"DELETE crm/opportunity/3103/tag", "tagName=BRAND+NEW", 200, says(`"response":"BRAND NEW"`)},
			{"DELETE crm/opportunity/3103/tag?tagName=brand+new", "", 200, nil},
			{"GET crm/opportunity/tag", "", 200, says(`{"title":"Brand new"}`)},
			{"DELETE crm/opportunity/3103/tag", "tagName=never+seen", 404, says(notFound)},
			{"POST crm/opportunity/3103/tag", "tagName=", 400, says(badRange)},
			{"POST crm/opportunity/3103/tag", "tagName=+", 400, says(badRange)},
			{"POST crm/opportunity/3103/tag", "tagName=%F0%9F%9A%9A", 201, says(`{"count":2,`)},
		},
		"tags of contacts need the right to edit": {
			{"bjorn.ostlund POST crm/contact/2001/tag", "tagName=VIP", 403, says(forbidden)},
			{"bjorn.ostlund POST crm/contact/1002/tag", "tagName=VIP", 404, says(notFound)},
			{"POST crm/contact/2001/tag", "tagName=vip", 201, nil},
			{"GET crm/contact/2001/tag", "", 200, says("VIP")},
			{"DELETE crm/contact/2001/tag", "tagName=Vip", 200, nil},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tell(t, New(), steps)
		})
	}
}

// Nothing is bound for a caller who is not signed in, and nothing looked up for
// parameters that cannot be read.
func TestOrderOfChecks(t *testing.T) {
	t.Parallel()
	p := New()
	if got := write(t, p, http.MethodPut, "crm/opportunity/99999", "stageid=x", as("nobody")); got.status != 401 {
		t.Errorf("%d %s", got.status, got.body)
	}
	tell(t, p, []step{
		{"PUT crm/opportunity/99999", "stageid=x", 400, says("Input string was not in a correct format.")},
		{"mark.oconnell PUT crm/opportunity/3101/access", "accessList[]=x", 400, says("Guid should contain")},
		{"POST crm/contact/99999/data", "data=x&isPrimary=1", 400, says("String was not recognized as a valid Boolean.")},
		{"PUT crm/opportunity/99999999999", minimal, 400, says("too large or too small for an Int32")},
		{"DELETE crm/task/99999999999", "", 400, says("too large or too small for an Int32")},
	})
}
