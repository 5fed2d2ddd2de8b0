package overhttp

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"onlyoffice-graphql/internal/testhttp"
	"onlyoffice-graphql/resolvers"
	"onlyoffice-graphql/upstream"
)

// TestAnswersOfChanges has no room for the answer to a change that was made, or may have
// been: no client or proxy is given leave to send it again. The change is one to what is
// there already, which is as good as made.
func TestAnswersOfChanges(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("../../upstream/testdata/opportunity_full.json")
	if err != nil {
		t.Fatal(err)
	}
	before, after, _ := strings.Cut(string(file), `"description":"`)
	_, after, _ = strings.Cut(after, `"`)
	opportunity := before + `"description":"` + strings.Repeat("d", 8_000) + `"` + after
	portal := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(opportunity)) }))
	t.Cleanup(portal.Close)
	address, err := url.Parse(portal.URL)
	if err != nil {
		t.Fatal(err)
	}
	var descriptions strings.Builder
	for letter := 'a'; letter < 'p'; letter++ {
		descriptions.WriteString(string(letter) + ":description ")
	}
	const tooLarge, noMemory = "The answer is too large. ", "This API holds as many answers as it can. "
	const isDone = "The change itself was made: look at what there is by a query, and do not make it again."
	const isUnknown = "Some or all of this change may have been made. Look at what there is before you make it again. If it stays so, tell the operator of this API the request id r1."
	move := "moveOpportunity(input:{id:3101,stageId:15}){opportunity{" + descriptions.String() + "}}"
	for name, test := range map[string]struct {
		limit       func(*limits)
		document    string
		status      int
		wait        string
		wantMessage string
		wantRest    string
	}{
		"a change that is too large to show": {
			func(l *limits) { l.Answer = 50_000 }, "mutation{" + move + "}", http.StatusOK, "",
			tooLarge + isDone, `"code":"ANSWER_TOO_LARGE","limit":50000,"outcome":"DONE","requestId":"r1","retryable":false}}],"data":null}`,
		},
		"a change that there is no memory for": {
			func(l *limits) { l.AnswersMemory = 1 }, "mutation{" + move + "}", http.StatusOK, "",
			noMemory + isDone, `"code":"RATE_LIMITED","outcome":"DONE","requestId":"r1","retryable":false}}],"data":null}`,
		},
		"one of two": {
			func(l *limits) { l.AnswersMemory = 1 }, "mutation{" + move + " a:moveOpportunity(input:{id:3101,stageId:0}){userErrors{code}}}", http.StatusOK, "",
			noMemory + isUnknown, `"code":"RATE_LIMITED","outcome":"UNKNOWN","requestId":"r1","retryable":false}}],"data":null}`,
		},
		"none": {
			func(l *limits) { l.AnswersMemory = 1 }, "mutation{" + strings.Replace(move, "3101,", `3101,ifRevision:"a",`, 1) + "}", http.StatusServiceUnavailable, "1",
			noMemory + "Wait a little, then ask again.", `"code":"RATE_LIMITED","outcome":"NOT_DONE","requestId":"r1","retryable":true}}]}`,
		},
		"a query": {
			func(l *limits) { l.AnswersMemory = 1 }, "{opportunity(id:3101){" + descriptions.String() + "}}", http.StatusServiceUnavailable, "1",
			noMemory + "Wait a little, then ask again.", `"code":"RATE_LIMITED","requestId":"r1","retryable":true}}]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := upstream.New(upstream.Options{URL: address})
			t.Cleanup(client.Close)
			set := usualLimits()
			test.limit(&set)
			api := &testAPI{}
			api.serve(client, resolvers.Options{Fallback: upstream.Credentials{Authorization: "token"}, Writes: resolvers.WritesOn}, set)
			got := post(api, testhttp.BodyOf(test.document))
			want := `{"errors":[{"message":"` + test.wantMessage + `","extensions":{` + test.wantRest
			if got.Code != test.status || got.Header().Get("Retry-After") != test.wait || got.Body.String() != want {
				t.Errorf("got %d %q %.600s\nwant %d %q %s", got.Code, got.Header().Get("Retry-After"), got.Body, test.status, test.wait, want)
			}
		})
	}
}
