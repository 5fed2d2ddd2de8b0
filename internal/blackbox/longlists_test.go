//go:build race || full

package blackbox

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"onlyoffice-graphql/internal/testhttp"
)

// TestWidePages asks for the largest page there is, and much of each of 20 members of its
// opportunities, which is within the bounds of an answer.
func TestWidePages(t *testing.T) {
	t.Parallel()
	var rows []string
	for i := range 100 {
		var members []string
		for n := range 20 {
			members = append(members, fmt.Sprintf(`{"id":%d,"displayName":"M","isCompany":false}`, 1+(i*20+n)%400))
		}
		rows = append(rows, fmt.Sprintf(`{"id":%d,"title":"T","members":[%s]}`, i+1, strings.Join(members, ",")))
	}
	page := `{"status":0,"statusCode":200,"total":100,"response":[` + strings.Join(rows, ",") + `]}`
	portal := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/2.0/crm/opportunity/filter.json" {
			_, _ = w.Write([]byte(page))
			return
		}
		talk(w, r)
	}))
	t.Cleanup(portal.Close)
	p := start(t, "--portal-token=t", "--portal-url="+portal.URL)
	got := p.query(t, testhttp.BodyOf(`{ opportunities(first: 100) { nodes { members { email phone about industry created contactStatus { title } contactType { title } commonData { data } } } } }`))
	if strings.Contains(got.Body, `"errors"`) {
		t.Errorf("%.300s", got.Body)
	}
}

// TestLongNestedLists has the portal nest lists that are just short enough to be
// read, and an operation ask for look-ups of each entry, under many aliases: the
// cost of the operation counts one entry.
func TestLongNestedLists(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("the meter reads /proc")
	}
	var members, stages []string
	for i := range 9900 {
		members = append(members, fmt.Sprintf(`{"id":%d,"displayName":"Somebody with a name","isCompany":false,"isPrivate":false,"isShared":true,"shareType":2,"currency":null,"canEdit":true,"canDelete":false,"smallFotoUrl":"/Products/CRM/HttpHandlers/filehandler.ashx"}`, i+1))
		stages = append(stages, fmt.Sprintf(`{"id":%d,"title":"S"}`, i+1))
	}
	single := `{"status":0,"statusCode":200,"response":{"id":1,"title":"T","members":[` + strings.Join(members, ",") + `]}}`
	list := `{"status":0,"statusCode":200,"response":[` + strings.Join(stages, ",") + `]}`
	m := newMetered(t, func(w http.ResponseWriter, r *http.Request) {
		switch strings.TrimPrefix(r.URL.Path, "/api/2.0/crm/opportunity/") {
		case "1.json":
			_, _ = w.Write([]byte(single))
		case "stage.json":
			_, _ = w.Write([]byte(list))
		default:
			talk(w, r)
		}
	})
	aliases := func(n int, field string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, " a%d: %s", i, strings.ReplaceAll(field, "N", fmt.Sprint(i+1)))
		}
		return b.String()
	}
	for _, query := range []string{
		"{ opportunity(id: 1) {" + aliases(20, "members { opportunities(first: N) { totalCount } }") + " } }",
		"{ opportunity(id: 1) {" + aliases(45, "members { about tags }") + " } }",
		"{" + aliases(20, `stages { opportunities(first: 1, filter: {text: "N"}) { totalCount } }`) + " }",
		"{" + aliases(45, "stages { sortOrder relativeItemsCount }") + " }",
	} {
		// The test runs beside others, which have the garbage collector wait.
		if got := m.ask(t, query); got.cpu > 3*mostCPU || got.memory > 2*mostMemory || got.calls > mostCalls {
			t.Errorf("%v of CPU, %d MiB, %d calls: %.100s", got.cpu, got.memory>>20, got.calls, query)
		} else {
			t.Logf("%v of CPU, %d MiB, %d calls, %d bytes: %.100s", got.cpu.Round(time.Millisecond), got.memory>>20, got.calls, got.answer, query)
		}
	}
}
