package upstream

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// said is one call that a portal expects, and its answer.
type said struct {
	want   string // method and path below the API's root, with the query
	form   string // the body; "" is none, and a name with a dot a sample of testdata/writes
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
		_ = r.ParseForm()
		got := r.Method + " " + strings.TrimPrefix(strings.Replace(r.URL.RequestURI(), ".json", "", 1), apiRoot)
		if next >= len(calls) || got != calls[next].want {
			t.Errorf("call %d: got %s", next, got)
			w.WriteHeader(http.StatusTeapot)
			return
		}
		call := calls[next]
		next++
		answer := answerText(t, call.answer)
		if list := r.PostForm.Get("batch"); list != "" {
			var items string
			if items, answer = inBatch(t, list, answer); items != call.form {
				t.Errorf("batch: got\n%s\nwant\n%s", items, call.form)
			}
		} else if r.Method != http.MethodGet {
			if diff := cmp.Diff(wantedForm(t, call.form), withoutDefaults(r.PostForm)); diff != "" {
				t.Errorf("%s: form (-want +got):\n%s", got, diff)
			}
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		if call.status != 0 {
			w.WriteHeader(call.status)
		}
		_, _ = w.Write([]byte(answer))
	}, noRetries, func(o *Options) { o.RequestCalls = 1 })
}

// inBatch returns a line for each item of a batch, and the answer with the items' names.
// Where the answer is no list, it is that of all items.
func inBatch(t *testing.T, list, answer string) (lines, named string) {
	t.Helper()
	var items []batchItem
	if err := json.Unmarshal([]byte(list), &items); err != nil {
		t.Fatal(err)
	}
	var text []string
	names := map[string]bool{}
	for _, it := range items {
		line := strings.Replace(strings.TrimPrefix(it.RelativeURL, apiRoot), ".json", "", 1)
		if it.Method != "" {
			line = it.Method + " " + line
		}
		if it.Body != "" {
			line += " " + it.Body
		}
		if names[it.Name] || (it.Body == "") != (it.BodyType == "") {
			t.Errorf("a name that is not its own, or a body without a type: %+v", it)
		}
		names[it.Name] = true
		text = append(text, line)
	}
	var envelope struct {
		Status   int              `json:"status"`
		Response []map[string]any `json:"response"`
	}
	if json.Unmarshal([]byte(answer), &envelope) == nil && len(envelope.Response) == len(items) {
		for i, it := range items {
			envelope.Response[i]["name"] = it.Name
		}
		data, _ := json.Marshal(envelope)
		answer = string(data)
	}
	return strings.Join(text, "\n"), answer
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

// wantedForm returns a form, or what a sample of a request has in it.
func wantedForm(t *testing.T, text string) url.Values {
	t.Helper()
	if strings.HasSuffix(text, ".json") || strings.HasSuffix(text, ".form") {
		data, err := os.ReadFile("testdata/writes/" + text)
		if err != nil {
			t.Fatal(err)
		}
		if text = string(data); strings.HasPrefix(text, "{") {
			return withoutDefaults(flat(t, text))
		}
	}
	form, err := url.ParseQuery(text)
	if err != nil {
		t.Fatal(err)
	}
	return withoutDefaults(form)
}

// flat returns a JSON body as the form that the portal reads as the same.
func flat(t *testing.T, text string) url.Values {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var members map[string]any
	if err := decoder.Decode(&members); err != nil {
		t.Fatal(err)
	}
	form := url.Values{}
	for name, v := range members {
		list, ok := v.([]any)
		if !ok {
			form.Add(name, fmt.Sprint(v))
		}
		for i, entry := range list {
			if pair, ok := entry.(map[string]any); ok {
				form.Add(name+"["+strconv.Itoa(i)+"][key]", fmt.Sprint(pair["key"]))
				form.Add(name+"["+strconv.Itoa(i)+"][value]", fmt.Sprint(pair["value"]))
			} else {
				form.Add(name+"[]", fmt.Sprint(entry))
			}
		}
	}
	return form
}

// withoutDefaults drops what says nothing to the portal, and how it is written: names
// have no case to it, and decimals no zeros at the end.
func withoutDefaults(form url.Values) url.Values {
	kept := url.Values{}
	for name, values := range form {
		for _, v := range values {
			if v == "" || v == "0" || v == "false" {
				continue
			}
			if strings.EqualFold(name, "bidValue") {
				v = dec(v).String()
			}
			if !strings.HasPrefix(name, "customFieldList") { // whose case counts
				name = strings.ToLower(name)
			}
			kept.Add(name, v)
		}
	}
	for _, values := range kept {
		slices.Sort(values)
	}
	return kept
}

// edited returns a file of testdata with texts replaced, pair by pair.
func edited(t *testing.T, name string, pairs ...string) string {
	t.Helper()
	text := body(t, name)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("%s has no %s", name, pairs[i])
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
