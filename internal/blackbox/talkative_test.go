package blackbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"strconv"
	"strings"
)

// talk answers as a portal that says much about everything: texts of many
// kilobytes, and as many of everything as the largest portals have.
func talk(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	route := strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/api/2.0/"), ".json")
	if route == "batch" {
		talkBatch(w, r)
		return
	}
	count, _ := strconv.Atoi(r.FormValue("count"))
	start, _ := strconv.Atoi(r.FormValue("startIndex"))
	id, _ := strconv.Atoi(path.Base(route))
	list := func(n int, one func(i int) string) {
		fmt.Fprint(w, `{"status":0,"statusCode":200,"total":100000,"response":[`)
		for i := range n {
			if i > 0 {
				fmt.Fprint(w, ",")
			}
			fmt.Fprint(w, one(start+i+1))
		}
		fmt.Fprint(w, "]}")
	}
	single := func(text string) { fmt.Fprintf(w, `{"status":0,"statusCode":200,"response":%s}`, text) }
	switch {
	case route == "crm/opportunity/filter":
		list(count, talkOpportunity)
	case route == "crm/contact/filter", strings.HasSuffix(route, "/person"):
		list(max(count, 50), talkContact)
	case route == "crm/task/filter":
		list(count, func(i int) string {
			return fmt.Sprintf(`{"id":%d,"title":%s,"contact":%s,"entity":{"entityType":"opportunity","entityId":%d,"entityTitle":"x"},"responsible":%s}`, i, quoted, talkContact(i), i, talkEmployee)
		})
	case route == "crm/history/filter":
		list(count, func(i int) string {
			return fmt.Sprintf(`{"id":%d,"content":%s,"contact":%s,"entity":{"entityType":"opportunity","entityId":%d,"entityTitle":"x"},"createBy":%s,"files":[]}`, i, quoted, talkContact(i), i, talkEmployee)
		})
	case strings.Contains(route, "/tag"):
		list(50, func(i int) string { return fmt.Sprintf(`"tag %d"`, i) })
	case strings.HasSuffix(route, "/files"):
		list(50, func(i int) string { return fmt.Sprintf(`{"id":%d,"title":%s}`, i, shortText) })
	case route == "people/@self", strings.HasPrefix(route, "people/") && route != "people/filter":
		single(talkEmployee)
	case route == "people/filter":
		list(1000, func(int) string { return talkEmployee })
	case strings.HasPrefix(route, "crm/opportunity/") && id > 0:
		single(talkOpportunity(id))
	case strings.HasPrefix(route, "crm/contact/") && id > 0:
		single(talkContact(id))
	default: // dictionaries
		list(100, func(i int) string {
			return fmt.Sprintf(`{"id":%d,"title":"entry %d","label":"Region","mask":""}`, i, i)
		})
	}
}

func talkBatch(w http.ResponseWriter, r *http.Request) {
	var items []struct{ Name, RelativeURL string }
	_ = json.Unmarshal([]byte(r.PostFormValue("batch")), &items)
	results := make([]map[string]any, len(items))
	for i, item := range items {
		part := httptest.NewRecorder()
		talk(part, httptest.NewRequestWithContext(r.Context(), http.MethodGet, item.RelativeURL, http.NoBody))
		results[i] = map[string]any{"name": item.Name, "status": part.Code, "data": part.Body.String()}
	}
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(map[string]any{"status": 0, "statusCode": 201, "response": results})
}

const talkEmployee = `{"id":"4bd35b6c-7a4e-4d6a-9c0a-2f5a4d9a7e11","displayName":"Somebody","userName":"somebody","email":"a@b.example","isAdmin":true}`

// longText is as long as notes and descriptions get.
var (
	longText  = strings.Repeat("Half of what is said of a deal is said in its description. ", 280)
	quoted    = strconv.Quote(longText)
	shortText = strconv.Quote(longText[:2000])
)

func talkContact(id int) string {
	return fmt.Sprintf(`{"id":%d,"displayName":"Contact %[1]d","isCompany":%t,"created":"2024-01-01T00:00:00.0000000Z","about":%[3]s,"accessList":[%[4]s,%[4]s],"createBy":%[4]s,"commonData":[{"id":1,"infoType":1,"data":"a@b.example","isPrimary":true}],"tags":["a","b"]}`,
		id, id%2 == 0, shortText, talkEmployee)
}

func talkOpportunity(id int) string {
	return fmt.Sprintf(`{"id":%d,"title":"Deal %[1]d","description":%s,"created":"2024-01-01T00:00:00.0000000Z","createBy":%[3]s,"responsible":%[3]s,"contact":%[4]s,"members":[%[4]s,%[5]s],"stage":{"id":%[6]d,"title":"Stage"},"accessList":[%[3]s],"customFields":[{"id":1,"label":"Region","fieldValue":"x","fieldType":0,"position":1,"mask":""}]}`,
		id, quoted, talkEmployee, talkContact(id), talkContact(id+1), 1+id%10)
}
