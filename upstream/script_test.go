package upstream

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// said is one call that a portal expects, and its answer.
type said struct {
	want   string // method and path below the API's root, with the query
	form   string // the body, see wantedForm; of a batch a line for each item
	status int    // of the answer; 0 is 200
	answer string // its body, or the name of a file of testdata
}

// scripted is a portal that is called exactly so, one call after the other.
func scripted(t *testing.T, calls ...said) *Client {
	t.Helper()
	var mu sync.Mutex
	next := 0
	t.Cleanup(func() {
		for ; next < len(calls); next++ {
			t.Errorf("never called: %s", calls[next].want)
		}
	})
	return newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		sent, _ := io.ReadAll(r.Body)
		got := r.Method + " " + strings.TrimPrefix(strings.Replace(r.URL.RequestURI(), ".json", "", 1), apiRoot)
		if next >= len(calls) || got != calls[next].want {
			t.Errorf("call %d: got %s", next, got)
			w.WriteHeader(http.StatusTeapot)
			return
		}
		call := calls[next]
		next++
		answer := answerText(t, call.answer)
		if (len(sent) > 0) != (r.Header.Get("Content-Type") == formType) {
			t.Errorf("%s: %d bytes of the type %q", got, len(sent), r.Header.Get("Content-Type"))
		}
		want, what := call.form, string(sent)
		switch {
		case got != "POST batch":
			want = wantedForm(t, want)
		case isWireFile.MatchString(want):
			_, names := inBatch(t, what)
			want, what, answer = wireForm(t, want), unnamed(what, names), answerNamed(answer, names)
		default:
			lines, names := inBatch(t, what)
			want, what, answer = batchLines(t, want), lines, answerNamed(answer, names)
		}
		if diff := cmp.Diff(want, what); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", got, diff)
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		if call.status != 0 {
			w.WriteHeader(call.status)
		}
		_, _ = w.Write([]byte(answer))
	}, noRetries, func(o *Options) { o.RequestCalls = 1 })
}

// inBatch returns a line for each item of a batch, and what the items are called. The
// body is the one way there is to write them.
func inBatch(t *testing.T, sent string) (lines string, names []string) {
	t.Helper()
	form, err := url.ParseQuery(sent)
	if err != nil {
		t.Fatal(err)
	}
	var items []batchItem
	if err := json.Unmarshal([]byte(form.Get("batch")), &items); err != nil {
		t.Fatal(err)
	}
	if again, _ := json.Marshal(items); sent != "batch="+url.QueryEscape(string(again)) {
		t.Errorf("a batch that is written in another way: %s", sent)
	}
	var text []string
	for _, it := range items {
		line := strings.Replace(strings.TrimPrefix(it.RelativeURL, apiRoot), ".json", "", 1)
		if it.Method != "" {
			line = it.Method + " " + line
		}
		if it.Body != "" {
			line += " " + it.Body
		}
		if slices.Contains(names, it.Name) || !(it.Body == "" && it.BodyType == "" || it.Body != "" && it.BodyType == formType) {
			t.Errorf("a name that is not its own, or a body of another type: %+v", it)
		}
		names = append(names, it.Name)
		text = append(text, line)
	}
	return strings.Join(text, "\n"), names
}

// batchLines returns the lines of a batch with what its samples say.
func batchLines(t *testing.T, text string) string {
	t.Helper()
	return named.ReplaceAllStringFunc(text, func(file string) string { return wireForm(t, file) })
}

// unnamed returns the body of a batch without the names of its items.
func unnamed(sent string, names []string) string {
	for _, name := range names {
		sent = strings.Replace(sent, url.QueryEscape(`"`+name+`"`), "NAME", 1)
	}
	return sent
}

// answerNamed returns the answer to a batch with the items' names. Where it is no list of
// as many, it is that of all of them.
func answerNamed(answer string, names []string) string {
	var envelope struct {
		Status   int              `json:"status"`
		Response []map[string]any `json:"response"`
	}
	if json.Unmarshal([]byte(answer), &envelope) != nil || len(envelope.Response) != len(names) {
		return answer
	}
	for i, name := range names {
		envelope.Response[i]["name"] = name
	}
	data, _ := json.Marshal(envelope)
	return string(data)
}

// results is the answer to a batch: a status and a document for each item.
func results(t *testing.T, pairs ...any) string {
	t.Helper()
	var list []map[string]any
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, map[string]any{"status": pairs[i], "data": answerText(t, pairs[i+1].(string))})
	}
	data, _ := json.Marshal(map[string]any{"status": 0, "statusCode": 201, "response": list})
	return string(data)
}

func answerText(t *testing.T, answer string) string {
	t.Helper()
	if strings.HasSuffix(answer, ".json") {
		return body(t, answer)
	}
	return answer
}

// edited returns a file of testdata with texts replaced, pair by pair.
func edited(t *testing.T, name string, pairs ...string) string {
	t.Helper()
	return replaced(t, body(t, name), pairs...)
}

// replaced returns a text with parts replaced, pair by pair.
func replaced(t *testing.T, text string, pairs ...string) string {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("there is no %s in %s", pairs[i], text)
		}
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// written runs one write for a caller of its own.
func written[T any](t *testing.T, client *Client, run func(c *Caller) (T, error)) (T, error) {
	t.Helper()
	caller := client.For(token)
	defer caller.Close()
	return run(caller)
}

// outcomeOf returns what an error says of a write.
func outcomeOf(err error) Outcome {
	return knownOutcome(err)
}
