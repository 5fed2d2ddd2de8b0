package upstream

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// appServerBody is an opportunity in the dialect of the newer server: zeros and
// unset dates are sent, other characters than ASCII escaped, a stage has no id,
// and the envelope has no startIndex.
const appServerBody = `{"count":1,"response":{"createBy":{"id":"93580c54-1132-4d6b-bf2d-da0bfaaa1a28","displayName":"Mark O&#39;Connell","avatarSmall":"","profileUrl":""},` +
	`"created":"2021-06-01T08:00:00.0000000+02:00","members":[],"title":"\u00d6l f\u00fcr G\u00f6teborg","description":"","bidType":0,"bidValue":0.0,"perPeriodValue":0,` +
	`"stage":{"successProbability":1,"stageType":0,"title":"Initial contact","sortOrder":0,"id":0},"successProbability":0,` +
	`"actualCloseDate":"0001-01-01T00:00:00.0000000Z","expectedCloseDate":"0001-01-01T00:00:00.0000000Z","isPrivate":false,"accessList":[],"canEdit":true,"customFields":[],"id":5},"status":0,"statusCode":200}`

// TestAppServer shows that the newer server's dialect is read as well, and that
// it is asked without batches, which it does not have.
func TestAppServer(t *testing.T) {
	t.Parallel()
	posts := 0
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			posts++
			w.WriteHeader(http.StatusNotFound)
			return
		}
		id := strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/api/2.0/crm/opportunity/"), ".json")
		_, _ = io.WriteString(w, strings.Replace(appServerBody, `"id":5}`, `"id":`+id+`}`, 1))
	}, func(o *Options) { o.RequestCalls = 1 })
	want := Opportunity{
		CreateBy:   &Employee{ID: mark.ID, DisplayName: "Mark O'Connell", AvatarSmall: ptr(""), ProfileURL: ptr("")},
		Created:    date("2021-06-01T08:00:00+02:00"),
		Title:      "Öl für Göteborg",
		Stage:      &Stage{SuccessProbability: 1, Title: "Initial contact", SortOrder: ptr(0)},
		CanEdit:    true,
		AccessList: []Employee{},
		ID:         5,
	}
	for range 2 {
		results := client.For(token).Opportunities(t.Context(), nil, []int{5, 6, 7}, nil)
		for i, result := range results {
			want.ID = 5 + i
			if result.Err != nil {
				t.Fatal(result.Err)
			}
			if diff := cmp.Diff(&want, result.Value, same); diff != "" {
				t.Errorf("opportunity (-want +got):\n%s", diff)
			}
		}
		if _, err := results[0].Value.Stage.CheckedID(); KindOf(err) != KindBadAnswer {
			t.Errorf("a stage without an id: %v", err)
		}
	}
	if posts != 1 {
		t.Errorf("%d batches were tried, want the first only", posts)
	}
}
