package upstream

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// batchPortal answers batches in a way of its own: what the documents in the answer
// are called, and in which order they come, is for change to say.
func batchPortal(t *testing.T, change func(results []map[string]any) []map[string]any) *Client {
	t.Helper()
	return newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		var items []batchItem
		if err := json.Unmarshal([]byte(r.FormValue("batch")), &items); err != nil {
			t.Errorf("not a batch: %s", r.URL)
		}
		results := make([]map[string]any, len(items))
		for i, it := range items {
			id := strings.TrimSuffix(it.RelativeURL[strings.LastIndex(it.RelativeURL, "/")+1:], ".json")
			results[i] = map[string]any{"name": it.Name, "status": 200, "data": fmt.Sprintf(`{"status":0,"response":["of %s"]}`, id)}
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"status": 0, "response": change(results)})
	}, noRetries, func(o *Options) { o.RequestCalls = 1 })
}

// TestBatchItemsAreKnownByName asks for tags, which nothing but their place or a
// name says whose they are.
func TestBatchItemsAreKnownByName(t *testing.T) {
	t.Parallel()
	named := func(name any) func([]map[string]any) []map[string]any {
		return func(results []map[string]any) []map[string]any {
			for _, r := range results {
				r["name"] = name
			}
			return results
		}
	}
	tags := func(ids ...string) string { return fmt.Sprint(ids) }
	const wrong = "[something else]"
	for name, test := range map[string]struct {
		change func(results []map[string]any) []map[string]any
		want   [3]string
	}{
		"in order": {func(r []map[string]any) []map[string]any { return r }, [3]string{tags("of 1"), tags("of 2"), tags("of 3")}},
		"in another order": {func(r []map[string]any) []map[string]any {
			slices.Reverse(r)
			return r
		}, [3]string{tags("of 1"), tags("of 2"), tags("of 3")}},
		"in another order, one without a route": {func(r []map[string]any) []map[string]any {
			return []map[string]any{r[1], nil, r[2]}
		}, [3]string{wrong, tags("of 2"), tags("of 3")}},
		"without a route": {func(r []map[string]any) []map[string]any {
			r[1] = nil
			return r
		}, [3]string{tags("of 1"), "[no route]", tags("of 3")}},
		"of another batch": {func(r []map[string]any) []map[string]any {
			for i := range r {
				r[i]["name"] = fmt.Sprintf("%016x", i)
			}
			return r
		}, [3]string{wrong, wrong, wrong}},
		"one of another batch": {func(r []map[string]any) []map[string]any {
			r[1]["name"] = "2d75b9d1c29d7d3b"
			return r
		}, [3]string{tags("of 1"), wrong, tags("of 3")}},
		"one twice": {func(r []map[string]any) []map[string]any {
			return []map[string]any{r[0], r[0], r[2]}
		}, [3]string{tags("of 1"), wrong, tags("of 3")}},
		"one without a name": {func(r []map[string]any) []map[string]any {
			delete(r[0], "name")
			return r
		}, [3]string{wrong, tags("of 2"), tags("of 3")}},
		"none with a name":  {named(nil), [3]string{tags("of 1"), tags("of 2"), tags("of 3")}},
		"all without names": {named(""), [3]string{tags("of 1"), tags("of 2"), tags("of 3")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			caller := batchPortal(t, test.change).For(token)
			defer caller.Close()
			for i, r := range caller.OpportunityTags(t.Context(), nil, []int{1, 2, 3}) {
				got := fmt.Sprint(r.Value)
				switch {
				case errors.Is(r.Err, errWrongEntity):
					got = wrong
				case r.Err != nil:
					got = "[no route]"
				}
				if got != test.want[i] || r.Err != nil && (KindOf(r.Err) != KindBadAnswer || r.Value != nil) {
					t.Errorf("%d: got %s, %v; want %s", i+1, got, r.Err, test.want[i])
				}
			}
			if caller.Calls() != 1 {
				t.Errorf("%d calls", caller.Calls())
			}
		})
	}
}

// TestBatchNames holds that things have the same name only for the same caller.
func TestBatchNames(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for n, client := range []*Client{newClientOf(t, "http://portal.example"), newClientOf(t, "http://portal.example")} {
		for _, who := range []Credentials{{}, {Authorization: "a"}, {Cookie: "a"}, {Authorization: "a", Cookie: "a"}, {Authorization: "a\x00a"}} {
			for _, target := range []string{"/1.json", "/2.json", "a/1.json"} {
				asked := fmt.Sprintf("%d %#v %s", n, [...]string{who.Authorization, who.Cookie}, target)
				name := client.For(who).nameOf(target)
				if name != client.For(who).nameOf(target) {
					t.Errorf("%s changes its name", asked)
				}
				if seen[name] != "" || name == "" {
					t.Errorf("%s is called as %s: %q", asked, seen[name], name)
				}
				seen[name] = asked
			}
		}
	}
}

// TestAnswersAboutSomethingElse reads answers that are well-formed, but not about
// what was asked for, wherever they say what they are about.
func TestAnswersAboutSomethingElse(t *testing.T) {
	t.Parallel()
	const someone, other = "93580c54-1132-4d6b-bf2d-da0bfaaa1a28", "4bd35b6c-7a4e-4d6a-9c0a-2f5a4d9a7e11"
	window := Window{Count: 25, SortBy: "id"}
	reads := map[string]func(t *testing.T, c *Caller) (any, error){
		"opportunity": func(t *testing.T, c *Caller) (any, error) {
			r := c.Opportunities(t.Context(), nil, []int{1}, nil)[0]
			return r.Value, r.Err
		},
		"contact": func(t *testing.T, c *Caller) (any, error) {
			r := c.Contacts(t.Context(), nil, []int{1})[0]
			return r.Value, r.Err
		},
		"persons": func(t *testing.T, c *Caller) (any, error) {
			r := c.Persons(t.Context(), nil, []int{1})[0]
			return r.Value, r.Err
		},
		"email": func(t *testing.T, c *Caller) (any, error) {
			r := c.Emails(t.Context(), nil, []int{1, 2})[0]
			return r.Value, r.Err
		},
		"employee": func(t *testing.T, c *Caller) (any, error) {
			r := c.Employees(t.Context(), nil, []string{someone})[0]
			return r.Value, r.Err
		},
		"tasks": func(t *testing.T, c *Caller) (any, error) {
			r := c.ListTasks(t.Context(), nil, []Query[TaskCriteria]{{TaskCriteria{Entity: EntityRef{"opportunity", 1}}, window}})[0]
			return r.Value.Items, r.Err
		},
		"tasks of a contact": func(t *testing.T, c *Caller) (any, error) {
			r := c.ListTasks(t.Context(), nil, []Query[TaskCriteria]{{TaskCriteria{Entity: EntityRef{"contact", 1}}, window}})[0]
			return r.Value.Items, r.Err
		},
		"all tasks": func(t *testing.T, c *Caller) (any, error) {
			r := c.ListTasks(t.Context(), nil, []Query[TaskCriteria]{{TaskCriteria{}, window}})[0]
			return r.Value.Items, r.Err
		},
		"history": func(t *testing.T, c *Caller) (any, error) {
			r := c.ListHistory(t.Context(), nil, []Query[HistoryCriteria]{{HistoryCriteria{Entity: EntityRef{"opportunity", 1}}, window}})[0]
			return r.Value.Items, r.Err
		},
	}
	about := func(entity string) string { return `[{"id":7},{"id":8,"entity":` + entity + `}]` }
	for _, test := range []struct {
		read, response string
		well           bool
	}{
		{"opportunity", `{"id":1}`, true},
		{"opportunity", `{"title":"a portal that has forgotten its ids"}`, true},
		{"opportunity", `{"id":2}`, false},
		{"opportunity", `{"id":1,"customFields":[{"id":7,"entityId":1},{"id":8,"fieldType":4},{"id":9,"entityId":-1}]}`, true},
		{"opportunity", `{"id":1,"customFields":[{"id":7,"entityId":1},{"id":8,"entityId":2}]}`, false},
		{"contact", `{"id":1,"customFields":[{"id":7,"entityId":1}]}`, true},
		{"contact", `{"id":2}`, false},
		{"contact", `{"id":1,"customFields":[{"id":7,"entityId":2}]}`, false},
		{"persons", `[{"id":7,"company":{"id":1}},{"id":8},{"id":9,"company":{}}]`, true},
		{"persons", `[{"id":7},{"id":8,"company":{"id":2}}]`, false},
		{"persons", `[{"id":7},{"id":8,"isCompany":true}]`, false},
		{"email", `[{"id":1,"email":{"data":"a"}}]`, true},
		{"email", `[{"id":1,"email":{"data":"a"}},{"id":3,"email":{"data":"b"}}]`, false},
		{"employee", `{"id":"` + someone + `"}`, true},
		{"employee", `{"id":"` + strings.ToUpper(someone) + `"}`, true},
		{"employee", `{"displayName":"a"}`, true},
		{"employee", `{"id":"` + other + `"}`, false},
		{"tasks", about(`{"entityType":"opportunity","entityId":1}`), true},
		{"tasks", about(`{"entityType":"Opportunity","entityId":1}`), true},
		{"tasks", about(`null`), true},
		{"tasks", about(`{"entityType":"opportunity"}`), true},
		{"tasks", about(`{"entityType":"opportunity","entityId":2}`), false},
		{"tasks", about(`{"entityType":"case","entityId":1}`), false},
		{"tasks of a contact", about(`{"entityType":"opportunity","entityId":2}`), true},
		{"all tasks", about(`{"entityType":"opportunity","entityId":2}`), true},
		{"history", about(`{"entityType":"opportunity","entityId":1}`), true},
		{"history", about(`{"entityType":"opportunity","entityId":2,"entityTitle":"secret"}`), false},
	} {
		t.Run(test.read+" "+test.response, func(t *testing.T) {
			t.Parallel()
			client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
				_, _ = io.WriteString(w, `{"status":0,"response":`+test.response+`}`)
			})
			caller := client.For(token)
			defer caller.Close()
			value, err := reads[test.read](t, caller)
			if test.well {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if KindOf(err) != KindBadAnswer || !errors.Is(err, errWrongEntity) || strings.Contains(err.Error(), "secret") {
				t.Errorf("got %v", err)
			}
			if text, _ := json.Marshal(value); string(text) != "null" {
				t.Errorf("something of it is used: %s", text)
			}
		})
	}
}
