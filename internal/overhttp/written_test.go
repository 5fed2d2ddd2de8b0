package overhttp

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"onlyoffice-graphql/internal/testhttp"
)

// TestAnswersOfChanges has no room for the answer to a change that was made, or may have
// been: no client or proxy is given leave to send it again. The change is one to what is
// there already, which is as good as made.
func TestAnswersOfChanges(t *testing.T) {
	t.Parallel()
	var fields strings.Builder
	for letter := 'a'; letter <= 'z'; letter++ {
		fields.WriteString(string(letter) + ":customFields{id label fieldValue position}")
	}
	const tooLarge, noMemory = "The answer is too large. ", "This API holds as many answers as it can. "
	const isDone = "The mutation itself was done: ask for this in a query, and do not send it again."
	const isUnknown = "Some or all of this change may have been made. Look at what there is before you make it again. If it stays so, tell the operator of this API the request id r1."
	move := "moveOpportunity(input:{id:3101,stageId:15}){opportunity{" + fields.String() + "}}"
	for name, test := range map[string]struct {
		limit       func(*limits)
		document    string
		status      int
		wait        string
		wantMessage string
		wantRest    string
	}{
		"a change that is too large to show": {
			func(l *limits) { l.Answer = 8_000 }, "mutation{" + move + "}", http.StatusOK, "",
			tooLarge + isDone, `"code":"ANSWER_TOO_LARGE","limit":8000,"outcome":"DONE","requestId":"r1","retryable":false}}],"data":null}`,
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
			noMemory + "Wait a little, then ask again.", `"code":"RATE_LIMITED","outcome":"NOT_DONE","requestId":"r1","retryAfter":1,"retryable":true}}]}`,
		},
		"a query": {
			func(l *limits) { l.AnswersMemory = 1 }, "{opportunity(id:3101){" + fields.String() + "}}", http.StatusServiceUnavailable, "1",
			noMemory + "Wait a little, then ask again.", `"code":"RATE_LIMITED","requestId":"r1","retryAfter":1,"retryable":true}}]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := newTestAPI(t, test.limit)
			got := post(api, testhttp.BodyOf(test.document))
			want := `{"errors":[{"message":"` + test.wantMessage + `","extensions":{` + test.wantRest
			if got.Code != test.status || got.Header().Get("Retry-After") != test.wait || got.Body.String() != want {
				t.Errorf("got %d %q %.600s\nwant %d %q %s", got.Code, got.Header().Get("Retry-After"), got.Body, test.status, test.wait, want)
			}
		})
	}
}

// TestRetryAfterOfChanges tells a client when to come back only where nothing was changed:
// it would send all fields of the mutation again.
func TestRetryAfterOfChanges(t *testing.T) {
	t.Parallel()
	api := newTestAPI(t, nil)
	const done, refused = "a:moveOpportunity(input:{id:3101,stageId:15}){userErrors{code}}", "b:moveOpportunity(input:{id:429,stageId:15}){userErrors{code}}"
	for document, want := range map[string]string{
		"mutation{" + refused + "}":                            "9",
		"mutation{" + done + " " + refused + "}":               "",
		"mutation{__typename " + refused + "}":                 "9",
		"{opportunity(id:429){id}}":                            "9",
		"{a:opportunity(id:3101){id} opportunity(id:429){id}}": "9",
	} {
		got := post(api, testhttp.BodyOf(document))
		if wait := got.Header().Get("Retry-After"); wait != want || !strings.Contains(got.Body.String(), "RATE_LIMITED") {
			t.Errorf("%s: Retry-After %q, %s", document, wait, got.Body)
		}
	}
}

// slowReader is a client that does not read before it is let.
type slowReader struct {
	*httptest.ResponseRecorder
	reading, read chan struct{}
}

// Write waits.
func (s *slowReader) Write(text []byte) (int, error) {
	select {
	case s.reading <- struct{}{}:
	default:
	}
	<-s.read
	return s.ResponseRecorder.Write(text)
}

// TestSlowReadersTakeNoPlaces has a client not read its answer: another has the place.
func TestSlowReadersTakeNoPlaces(t *testing.T) {
	t.Parallel()
	api := newTestAPI(t, func(l *limits) { l.Requests = 1 })
	slow := &slowReader{httptest.NewRecorder(), make(chan struct{}, 1), make(chan struct{})}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		request := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query":"{opportunity(id:3101){title}}"}`))
		request.Header.Set("Content-Type", "application/json")
		api.ServeHTTP(slow, request)
	}()
	<-slow.reading
	if got := post(api, `{"query":"{opportunity(id:3101){title}}"}`); got.Code != http.StatusOK {
		t.Errorf("got %d %s", got.Code, got.Body)
	}
	close(slow.read)
	<-ended
	if !strings.Contains(slow.Body.String(), "title") {
		t.Errorf("the slow one got %s", slow.Body)
	}
}

// TestAnswersAtTheBound leaves memory for a part of an answer, for its data but not for
// what is written around it, and for all: the answer is whole, or refused in one way.
func TestAnswersAtTheBound(t *testing.T) {
	t.Parallel()
	document := "{opportunity(id:3101){" + testhttp.Numbered(30, "a%d:customFields{id label fieldValue position mask options}") + "}}"
	const refusal = `{"errors":[{"message":"This API holds as many answers as it can. Wait a little, then ask again.","extensions":{"code":"RATE_LIMITED","requestId":"r1","retryAfter":1,"retryable":true}}]}`
	for kilobytes, isWhole := range map[int64]bool{16: false, 255: false, 256: false, 1024: true} {
		t.Run(fmt.Sprint(kilobytes), func(t *testing.T) {
			t.Parallel()
			got := post(newTestAPI(t, func(l *limits) { l.AnswersMemory = kilobytes<<10 + 1 }), testhttp.BodyOf(document))
			switch body := got.Body.String(); {
			case isWhole && got.Code == http.StatusOK && !strings.Contains(body, `"errors"`):
			case !isWhole && got.Code == http.StatusServiceUnavailable && got.Header().Get("Retry-After") == "1" && body == refusal:
			default:
				t.Errorf("got %d %q %.300s", got.Code, got.Header().Get("Retry-After"), body)
			}
		})
	}
}
