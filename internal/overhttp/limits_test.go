package overhttp

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"onlyoffice-graphql/internal/testhttp"
)

// Each limit lets pass what is just within it, and refuses what is over it
// with its own code and before the portal is asked.
func TestLimits(t *testing.T) {
	t.Parallel()
	inOpportunity := func(text string) string { return "{opportunity(id:3101){" + text + "}}" }
	aliases := func(n int) (text string) {
		for i := range n {
			text += "a" + strconv.Itoa(i) + ":id "
		}
		return text
	}
	tests := map[string]struct {
		change        func(*limits)
		within, over  string
		code, message string
		limit, actual int
	}{
		"tokens": {
			nil, inOpportunity(strings.Repeat("id ", 1990)) + "# no token", inOpportunity(strings.Repeat("id ", 1991)),
			"QUERY_TOO_LARGE", "The document has too many tokens. Ask for less, or in several requests.", 2000, 2001,
		},
		"fields": {
			func(l *limits) { l.Fields = 9 },
			inOpportunity("...F ...F") + "fragment F on Opportunity{...G ...G} fragment G on Opportunity{id title}",
			inOpportunity("...F ...F id") + "fragment F on Opportunity{...G ...G} fragment G on Opportunity{id title}",
			"TOO_MANY_FIELDS", "The document has too many fields, with all fragments spread. Ask for less, or in several requests.", 9, 10,
		},
		"fields of all operations": {
			func(l *limits) { l.Fields = 2 },
			"{__typename}", "query A{__typename} query B{__typename} query C{__typename}",
			"TOO_MANY_FIELDS", "The document has too many fields, with all fragments spread. Ask for less, or in several requests.", 2, 3,
		},
		"depth": {
			func(l *limits) { l.Depth = 3 },
			inOpportunity("...{stage{id}}"), inOpportunity("...F") + "fragment F on Opportunity{contact{currency{title}}}",
			"QUERY_TOO_DEEP", "The document nests its fields too deeply.", 3, 4,
		},
		"aliases": {
			nil, inOpportunity(aliases(50)), "{a:__typename opportunity(id:1){...F}} fragment F on Opportunity{" + aliases(50) + "}",
			"TOO_MANY_ALIASES", "The operation has too many aliases. Ask for lists, or in several requests.", 50, 51,
		},
		"root fields": {
			func(l *limits) { l.RootFields = 3 },
			"{__typename ...{__typename} ...F} fragment F on Query{__typename}", "{__typename ...{__typename} ...F} fragment F on Query{__typename __typename}",
			"TOO_MANY_ROOT_FIELDS", "The operation has too many fields at its top. Ask for lists, or in several requests.", 3, 4,
		},
		"directives": {
			func(l *limits) { l.Directives = 1 },
			"{__typename @skip(if:false)}", "{__typename @skip(if:false) @include(if:true)}",
			"TOO_MANY_DIRECTIVES", "The document has too many directives at one place.", 1, 2,
		},
		"directives of an operation": {
			func(l *limits) { l.Directives = 1 },
			"{__typename}", "query @a @b {__typename}",
			"TOO_MANY_DIRECTIVES", "The document has too many directives at one place.", 1, 2,
		},
		"directives of a variable": {
			func(l *limits) { l.Directives = 1 },
			"{__typename}", "query ($a: Int @a @b) {__typename}",
			"TOO_MANY_DIRECTIVES", "The document has too many directives at one place.", 1, 2,
		},
		"directives of an unused fragment": {
			func(l *limits) { l.Directives = 1 },
			"{__typename}", "{__typename} fragment F on Query @a @b {__typename}",
			"TOO_MANY_DIRECTIVES", "The document has too many directives at one place.", 1, 2,
		},
		"writes": {
			nil, "mutation{" + closings(10) + "}", "query A{__typename} mutation B{...F} fragment F on Mutation{" + closings(11) + "}",
			"TOO_MANY_ROOT_FIELDS", "The mutation has too many fields at its top. Send several requests.", 10, 11,
		},
		"fewer writes": {
			func(l *limits) { l.RootFields = 2 },
			"mutation{" + closings(2) + "}", "mutation{" + closings(3) + "}",
			"TOO_MANY_ROOT_FIELDS", "The operation has too many fields at its top. Ask for lists, or in several requests.", 2, 3,
		},
		"cost of writes": { // each is made, alike or not
			func(l *limits) { l.Cost = 12 },
			"mutation{" + closings(2) + "}", "mutation{" + closings(3) + "}",
			"COST_LIMIT_EXCEEDED", "The operation may cost too much. Ask for shorter lists, or for less of each item.", 12, 18,
		},
		"cost": {
			func(l *limits) { l.Cost = 3 },
			"{opportunity(id:3101){stage{id} contact{id}}}", "{opportunitiesByIds(ids:[1,2]){stage{id}}}",
			"COST_LIMIT_EXCEEDED", "The operation may cost too much. Ask for shorter lists, or for less of each item.", 3, 4,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := newTestAPI(t, test.change)
			if w := post(api, testhttp.BodyOf(test.within)); w.Code != http.StatusOK {
				t.Errorf("within the limit: got %d %s", w.Code, w.Body)
			}
			api.calls.Store(0)
			w := post(api, testhttp.BodyOf(test.over))
			want := refusedWith(test.code, test.message, fmt.Sprintf(`"actual":%d,"limit":%d`, test.actual, test.limit))
			want = strings.Replace(want, `"code":"`+test.code+`","actual":`+strconv.Itoa(test.actual), `"actual":`+strconv.Itoa(test.actual)+`,"code":"`+test.code+`"`, 1)
			if got := w.Body.String(); got != want || w.Code != http.StatusBadRequest {
				t.Errorf("over the limit: got %d\n%s\nwant 400\n%s", w.Code, got, want)
			}
			if n := api.calls.Load(); n != 0 {
				t.Errorf("the portal was asked %d times", n)
			}
		})
	}
}

// closings returns n fields that write the same.
func closings(n int) string {
	var fields strings.Builder
	for i := range n {
		fmt.Fprintf(&fields, "c%d:closeTask(input:{id:1}){task{title}} ", i)
	}
	return fields.String()
}

func TestSizeLimits(t *testing.T) {
	t.Parallel()
	api := newTestAPI(t, func(l *limits) { l.Body, l.Variables = 1000, 100 })
	spaces := func(n int) string { return strings.Repeat(" ", n) }
	tests := map[string]struct {
		method, target, body string
		status               int
		code                 string
		limit, actual        any
	}{
		"body within":      {"POST", "/graphql", `{"query":"{__typename}"}` + spaces(976), 200, "", nil, nil},
		"body over":        {"POST", "/graphql", `{"query":"{__typename}"}` + spaces(977), 413, "BODY_TOO_LARGE", 1000., 1001.},
		"variables within": {"POST", "/graphql", `{"query":"{__typename}","variables":{"a":"` + spaces(92) + `"}}`, 200, "", nil, nil},
		"variables over":   {"POST", "/graphql", `{"query":"{__typename}","variables":{"a":"` + spaces(93) + `"}}`, 400, "VARIABLES_TOO_LARGE", 100., 101.},
		"URL over":         {"GET", "/graphql?query=" + strings.Repeat("a", 995), "", 414, "BODY_TOO_LARGE", 1000., 1001.},
		"URL's variables":  {"GET", "/graphql?query=a&variables=" + strings.Repeat("1", 101), "", 400, "BAD_REQUEST", nil, nil},
	}
	for name, test := range tests {
		w := testhttp.Ask(api, test.method, test.target, test.body, testhttp.SendsJSON)
		var answer struct {
			Errors []struct{ Extensions map[string]any }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
		if w.Code != test.status {
			t.Errorf("%s: status is %d, want %d", name, w.Code, test.status)
		}
		if test.code == "" {
			continue
		}
		if e := answer.Errors[0].Extensions; e["code"] != test.code || e["limit"] != test.limit || e["actual"] != test.actual {
			t.Errorf("%s: got %v", name, e)
		}
	}
}

// A body without a declared length is not read beyond the limit either.
func TestEndlessBody(t *testing.T) {
	t.Parallel()
	server := testhttp.NewServer(t, newTestAPI(t, func(l *limits) { l.Body = 1000 }))
	connection := testhttp.Dial(t, server)
	_, _ = connection.Write([]byte("POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" +
		strings.Repeat("400\r\n"+strings.Repeat("[", 1024)+"\r\n", 2)))
	if answer := testhttp.ReadAll(t, connection); !strings.HasPrefix(answer, "HTTP/1.1 413 ") || strings.Contains(answer, "[[") {
		t.Errorf("got %s", answer)
	}
}
