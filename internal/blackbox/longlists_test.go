package blackbox

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"
)

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
