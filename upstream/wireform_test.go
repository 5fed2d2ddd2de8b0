package upstream

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// named is a sample of a request in a text, and isWireFile a text that is nothing else.
var (
	named      = regexp.MustCompile(`\w+\.request\.(json|form)`)
	isWireFile = regexp.MustCompile(`^` + named.String() + `$`)
)

// difference is what this client says in another way than a sample.
type difference struct{ wire, ours, why string }

// differences are all that there are, by the sample. Everything else is as it is there:
// the order, the spelling of names and values, and what is empty, 0 or false; only that a
// JSON document is sent as a form, which the portal reads exactly. Numbers are sections of
// the portal's description of its writes.
var differences = map[string][]difference{
	"opportunity_create.request.json": {{
		"title=Pallet+scanner+pilot&responsibleid=" + anna.ID + "&stageid=14&successProbability=20&bidCurrencyAbbr=EUR&bidValue=1500&contactid=1001",
		"contactid=1001&title=Pallet+scanner+pilot&responsibleid=" + anna.ID + "&bidValue=1500&bidCurrencyAbbr=EUR&stageid=14&successProbability=20",
		"the portal reads parameters by their names; a create has them in the order of updates",
	}},
	"opportunity_update.request.form": {
		{"&isNotify=false", "", "10.1: an update leaves it out"},
	},
	"opportunity_update.request.json": {
		{"&isNotify=false", "", "10.1: an update leaves it out"},
	},
	"error_null_list.request.json": {
		{"&isNotify=false", "", "10.1: an update leaves it out"},
		{"&members=null", "", "1.2: null is refused for a list; 10.1: an update leaves members out"},
	},
	"error_date_unreadable.request.json": {
		{"&isNotify=false", "", "10.1: an update leaves it out"},
		{"2026-04-30T00%3A00&", "2026-04-30&", "1.6: a time without seconds is refused; a day is sent as one"},
	},
	"opportunity_access.request.json": {
		{"&accessList%5B%5D=" + anna.ID, "&accessList%5B%5D=" + anna.ID + "&accessList%5B%5D=" + bjorn.ID, "3.4: who is responsible would lose sight of it"},
	},
	"task_update_of_deleted.request.json": {
		{"&categoryId=31&", "&categoryId=31&description=&", "10.3: an update says all that there is"},
		{"&isNotify=false", "", "6.1: false where it is left out; 10.3 has no such parameter"},
	},
	"tag_add.request.json":         {{"=+Renewal+", "=Renewal", "5: the portal trims it"}},
	"customfield_set.request.json": {{"=+DACH+", "=DACH", "4.1: the portal trims it"}},
	"batch_writes.request.form": {
		{url.QueryEscape(`"add renewal"`), "NAME", "13: a name is this client's to choose; it tells the answers of callers apart"},
		{url.QueryEscape(`"remove urgent"`), "NAME", "13: so it is"},
		{url.QueryEscape(`"tags"`), "NAME", "13: so it is"},
	},
}

// wantedForm returns the body that is to be sent, byte for byte: a form, whose characters
// need no escapes, or what a sample of testdata/writes says.
func wantedForm(t *testing.T, text string) string {
	t.Helper()
	if isWireFile.MatchString(text) {
		return wireForm(t, text)
	}
	if text == "" {
		return ""
	}
	var f form
	for pair := range strings.SplitSeq(text, "&") {
		name, value, _ := strings.Cut(pair, "=")
		f.add(unescaped(t, name), unescaped(t, value))
	}
	return f.String()
}

func unescaped(t *testing.T, text string) string {
	t.Helper()
	text, err := url.QueryUnescape(text)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// wireForm returns the body that this client sends for a sample: that of a form as it is,
// and a JSON document as the form that the portal reads as the same.
func wireForm(t *testing.T, file string) string {
	t.Helper()
	text := body(t, "writes/"+file)
	if strings.HasSuffix(file, ".json") {
		text = flat(t, text)
	}
	for _, d := range differences[file] {
		if strings.Count(text, d.wire) != 1 {
			t.Fatalf("%s does not have %s once (%s):\n%s", file, d.wire, d.why, text)
		}
		text = strings.Replace(text, d.wire, d.ours, 1)
	}
	return text
}

// flat returns a JSON document as a form in the same order.
func flat(t *testing.T, text string) string {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	var f form
	token := func(want json.Delim) {
		if got, err := decoder.Token(); err != nil || got != want {
			t.Fatalf("%v, %v in place of %v", got, err, want)
		}
	}
	var value func(name string)
	members := func(at func(member string) string) {
		token('{')
		for decoder.More() {
			name, err := decoder.Token()
			if err != nil {
				t.Fatal(err)
			}
			value(at(name.(string)))
		}
		token('}')
	}
	value = func(name string) {
		var raw json.RawMessage
		if err := decoder.Decode(&raw); err != nil {
			t.Fatal(err)
		}
		if raw[0] != '[' {
			f.add(name, scalar(t, raw))
			return
		}
		var list []json.RawMessage
		if err := json.Unmarshal(raw, &list); err != nil {
			t.Fatal(err)
		}
		outer := decoder
		for i, entry := range list {
			if entry[0] != '{' {
				f.add(name+"[]", scalar(t, entry))
				continue
			}
			decoder = json.NewDecoder(strings.NewReader(string(entry)))
			members(func(member string) string { return name + "[" + strconv.Itoa(i) + "][" + member + "]" })
		}
		decoder = outer
	}
	members(func(member string) string { return member })
	return f.String()
}

// scalar returns a JSON value as it stands in a form.
func scalar(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	if raw[0] != '"' {
		return string(raw)
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		t.Fatal(err)
	}
	return text
}

// TestSamplesAgree has one request in both ways to write it.
func TestSamplesAgree(t *testing.T) {
	t.Parallel()
	if form, document := body(t, "writes/opportunity_update.request.form"), flat(t, body(t, "writes/opportunity_update.request.json")); form != document {
		t.Errorf("got\n%s\nand\n%s", form, document)
	}
	for file := range differences {
		_ = wireForm(t, file)
	}
}

// wireRead are the samples of writes that each test has read, by its name.
var wireRead sync.Map

// noteRead remembers that a test has read a sample.
func noteRead(name, file string) {
	if file, ok := strings.CutPrefix(file, "writes/"); ok {
		root, _, _ := strings.Cut(name, "/")
		wireRead.Store(root+" "+file, true)
	}
}

// unread returns the samples that a test has not read.
func unread(name string, files []string) []string {
	return slices.DeleteFunc(slices.Clone(files), func(file string) bool {
		_, ok := wireRead.Load(name + " " + file)
		return ok
	})
}
