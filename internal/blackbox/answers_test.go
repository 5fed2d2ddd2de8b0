package blackbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"onlyoffice-graphql/internal/testhttp"
)

// wordy is a portal that has much to say: opportunities with long descriptions,
// and events with long contents.
type wordy struct{ description, content string }

func (p wordy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	count, _ := strconv.Atoi(r.FormValue("count"))
	item := func(id int) string { return fmt.Sprintf(`{"id":%d,"title":"T","description":"%s"}`, id, p.description) }
	switch {
	case strings.Contains(r.URL.Path, "/history/"):
		item = func(id int) string {
			return fmt.Sprintf(`{"id":%d,"contact":{"id":1,"displayName":"C"},"content":"%s"}`, id, p.content)
		}
	case strings.Contains(r.URL.Path, "/tag/"):
		_, _ = w.Write([]byte(`{"status":0,"response":["` + p.content + `"]}`))
		return
	case !strings.Contains(r.URL.Path, "/filter"):
		fmt.Fprintf(w, `{"status":0,"response":%s}`, item(1))
		return
	}
	fmt.Fprintf(w, `{"count":%d,"total":%[1]d,"status":0,"response":[`, count-1)
	for i := range count - 1 {
		if i > 0 {
			_, _ = w.Write([]byte(","))
		}
		_, _ = w.Write([]byte(item(i + 1)))
	}
	_, _ = w.Write([]byte("]}"))
}

func (p wordy) serve(t testing.TB) string {
	t.Helper()
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	return server.URL
}

// aliased asks 49 times for a field.
func aliased(field string) string { return testhttp.Numbered(49, "a%d:"+field+" ") }

var requestIDOf = regexp.MustCompile(`"requestId":"[0-9a-f]+",`)

// An answer is made up to its limit, byte for byte, and no further, whichever way
// it is written.
func TestAnswerTooLarge(t *testing.T) {
	t.Parallel()
	const limit = 1 << 20
	address := wordy{strings.Repeat("d", 3000), strings.Repeat("<p>c", 500)}.serve(t)
	p := start(t, "--portal-url="+address, "--portal-token=a", fmt.Sprintf("--max-answer=%d", limit), "--log-level=error", "--max-cost=100000")
	for name, test := range map[string]struct{ selection, item string }{
		"plain":           {"opportunities(first:%d){nodes{%s}}", "description"},
		"with values":     {"opportunities(first:%d){nodes{tags %s}}", "description"},
		"values":          {"opportunities(first:%d){nodes{%s}}", "tags"},
		"text of an HTML": {"history(first:%d){nodes{%s}}", "plainText"},
		"of two lists":    {"a:opportunities(first:1){nodes{description}} history(first:%d){nodes{%s}}", "content"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			query := func(items int) string {
				return testhttp.BodyOf("{" + fmt.Sprintf(test.selection, items, aliased(test.item)) + "}")
			}
			large := p.query(t, query(4))
			if large.Status != http.StatusOK || large.Code(t) != "" {
				t.Fatalf("within the limit: %d %.300s", large.Status, large.Body)
			}
			const want = `{"errors":[{"message":"The answer is too large. Ask for less of each item, or in several requests.","extensions":{"code":"ANSWER_TOO_LARGE","limit":1048576,"retryable":false}}],"data":null}`
			got := p.query(t, query(50))
			if body := requestIDOf.ReplaceAllString(got.Body, ""); body != want || got.Status != http.StatusOK {
				t.Errorf("over the limit: %d %.300s", got.Status, body)
			}
		})
	}
	sized := func(most int) testhttp.Response {
		q := start(t, "--portal-url="+address, "--portal-token=a", fmt.Sprintf("--max-answer=%d", most), "--log-level=error")
		return q.query(t, testhttp.BodyOf("{opportunities(first:5){nodes{id tags "+aliased("description")+"}}}"))
	}
	size := len(sized(limit).Body) - len(`{"data":}`)
	if got := sized(size); got.Code(t) != "" {
		t.Errorf("an answer of just the limit: %.300s", got.Body)
	}
	if got := sized(size - 1); got.Code(t) != "ANSWER_TOO_LARGE" {
		t.Errorf("an answer of one byte more than the limit: %.300s", got.Body)
	}
}

// A request of 800 bytes whose answer would be 735 MB takes little memory and
// little time.
func TestHugeAnswerTakesLittle(t *testing.T) {
	t.Parallel()
	address := wordy{description: strings.Repeat("d", 150_000)}.serve(t)
	p := start(t, "--portal-url="+address, "--portal-token=a")
	start := time.Now()
	got := testhttp.MustSend(t, http.MethodPost, "http://"+p.Public+"/graphql", testhttp.BodyOf("{opportunities(first:100){nodes{"+aliased("description")+"}}}"), testhttp.SendsJSON)
	if got.Code(t) != "ANSWER_TOO_LARGE" {
		t.Errorf("got %d %.300s", got.Status, got.Body)
	}
	took, memory := time.Since(start), p.gauge(t, "go_memstats_sys_bytes")
	t.Logf("%v, %d MiB at most", took, memory>>20)
	if memory > 200<<20 {
		t.Errorf("the program took %d MiB", memory>>20)
	}
}

// Unread answers keep their share of the memory for all answers; a request that
// finds none is refused with Retry-After, small answers are given all the same, and
// what was taken is given back.
func TestAnswersMemory(t *testing.T) {
	t.Parallel()
	address := wordy{description: strings.Repeat("d", 20_000)}.serve(t)
	p := start(t, "--portal-url="+address, "--portal-token=a", "--max-answer=8MiB", "--answers-memory=32MiB", "--log-level=error", "--operation-timeout=60s")
	large := testhttp.BodyOf("{opportunities(first:7){nodes{" + aliased("description") + "}}}")
	var clients []net.Conn
	hold := func() { // an answer that is not read
		connection, err := net.Dial("tcp", p.Public)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = connection.Close() })
		_ = connection.(*net.TCPConn).SetReadBuffer(4 << 10)
		fmt.Fprintf(connection, "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(large), large)
		clients = append(clients, connection)
	}
	var refused testhttp.Response
	testhttp.Eventually(t, "there is no memory left", func() bool {
		hold() // one more each time, as those that come at once may be refused themselves
		refused = p.query(t, large)
		return refused.Status != http.StatusOK
	})
	const want = `{"errors":[{"message":"This API holds as many answers as it can. Wait a little, then ask again.","extensions":{"code":"RATE_LIMITED","retryAfter":1,"retryable":true}}]}`
	if body := requestIDOf.ReplaceAllString(refused.Body, ""); body != want || refused.Status != http.StatusServiceUnavailable || refused.Header.Get("Retry-After") != "1" {
		t.Errorf("got %d %v %.300s", refused.Status, refused.Header, body)
	}
	for range 20 {
		if got := p.query(t, testhttp.BodyOf("{opportunities(first:20){nodes{description}}}")); got.Status != http.StatusOK {
			t.Errorf("an answer of 400 kB: %d %.300s", got.Status, got.Body)
		}
	}
	for _, connection := range clients {
		_ = connection.Close()
	}
	testhttp.Eventually(t, "there is memory again", func() bool { return p.query(t, large).Status == http.StatusOK })
}

// However many fields fail, an answer has few errors, which say how many more
// there are.
func TestFewErrors(t *testing.T) {
	t.Parallel()
	portal := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"status":0,"response":{"id":1,"members":[` + strings.Repeat(`{"displayName":"`+strings.Repeat("a", 100)+`"},`, 5000) + `{"id":1}]}}`))
	})
	server := httptest.NewServer(portal)
	t.Cleanup(server.Close)
	p := start(t, "--portal-url="+server.URL, "--portal-token=a", "--log-level=error")
	for name, test := range map[string]struct {
		query       string
		shown, more int
	}{
		"one list":  {"{opportunity(id:1){members{displayName id}}}", 100, 4900},
		"few":       {"{a:opportunity(id:0){id} b:opportunity(id:0){id}}", 2, 0},
		"long path": {"{" + strings.Repeat("a", 30_000) + ":opportunity(id:1){members{id}}}", 2, 4998},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := p.query(t, testhttp.BodyOf(test.query))
			var answer struct {
				Errors []struct {
					Message    string
					Path       []any
					Extensions struct {
						Code  string
						Count int
					}
				}
			}
			if err := json.Unmarshal([]byte(got.Body), &answer); err != nil {
				t.Fatal(err)
			}
			shown := answer.Errors
			if test.more > 0 {
				last := shown[len(shown)-1]
				shown = shown[:len(shown)-1]
				if want := fmt.Sprintf("…and %d more errors.", test.more); last.Message != want || last.Extensions.Code != "MORE_ERRORS" || last.Extensions.Count != test.more || last.Path != nil {
					t.Errorf("the last error is %.300v, want %s", last, want)
				}
			}
			if len(shown) != test.shown {
				t.Errorf("%d errors", len(shown))
			}
			for i, e := range shown {
				if len(e.Path) == 0 || e.Extensions.Code == "MORE_ERRORS" || len(e.Path) == 4 && e.Path[2] != float64(i) {
					t.Errorf("error %d is %.300v", i, e)
				}
			}
		})
	}
}

// Answers take long to make: when the client goes away, or the time of the operation is
// over, that ends at once. It is not parallel: it is about time.
func TestAnswerEndsWithTheOperation(t *testing.T) {
	const before, most = 100 * time.Millisecond, 100 * time.Millisecond
	address := wordy{description: strings.Repeat("d", 150_000)}.serve(t)
	query := testhttp.BodyOf("{opportunities(first:100){nodes{" + aliased("description") + "}}}")
	for outcome, timeout := range map[string]time.Duration{"canceled": time.Minute, "error": before} {
		t.Run(outcome, func(t *testing.T) {
			p := start(t, "--max-answer=4GiB", "--answers-memory=16GiB", "--portal-url="+address, "--portal-token=a", "--operation-timeout="+timeout.String())
			ended := regexp.MustCompile(`(?m)^graphql_operation_duration_seconds_count\{outcome="` + outcome + `"\} (\d+)$`)
			late := testhttp.Patience
			for i := 0; i < 10 && late > most; i++ { // on a busy machine one of them is in time
				ctx, cancel := context.WithTimeout(t.Context(), before)
				if outcome == "error" {
					ctx = t.Context()
				}
				end := time.Now().Add(before)
				r := jsonRequest("http://"+p.Public+"/graphql", query).WithContext(ctx)
				if response, err := testhttp.Client.Do(r); err == nil {
					_ = response.Body.Close()
				}
				testhttp.Eventually(t, "the operation has ended", func() bool {
					count := ended.FindStringSubmatch(testhttp.Fetch(t, p.Admin, "/metrics").Body)
					return count != nil && count[1] == strconv.Itoa(i+1)
				})
				late = time.Since(end)
				cancel()
			}
			if late < 0 || late > most {
				t.Errorf("it ended %v after the operation", late)
			}
		})
	}
}
