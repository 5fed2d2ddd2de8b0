package upstream

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"onlyoffice-graphql/upstream/scan"
)

// many is a list of n equal entries.
func many(entry string, n int) string {
	return "[" + strings.TrimSuffix(strings.Repeat(entry+",", n), ",") + "]"
}

// inEnvelope is the answer whose response is that.
func inEnvelope(response string) answer {
	return answer{op: "test", status: 200, body: []byte(`{"status":0,"response":` + response + `}`)}
}

// readsAs is what decoding an answer as a type comes to.
func readsAs[T any](a answer) error {
	_, err := decode[T](a)
	return err
}

// TestListsHaveAnEnd reads lists as long as they may be, and one entry longer.
func TestListsHaveAnEnd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		entry, around string
		read          func(a answer) error
	}{
		"opportunities":            {`{"id":1}`, "%s", readsAs[[]*Opportunity]},
		"access of an opportunity": {`{"id":"a"}`, `{"accessList":%s}`, readsAs[*Opportunity]},
		"members":                  {`{"id":1}`, `{"members":%s}`, readsAs[*Opportunity]},
		"access of a member":       {`{"id":"a"}`, `{"members":[{"accessList":%s}]}`, readsAs[*Opportunity]},
		"values of fields":         {`{"id":1}`, `{"customFields":%s}`, readsAs[*Opportunity]},
		"tags of a contact":        {`"a"`, `{"tags":%s}`, readsAs[*ContactDetails]},
		"contact data":             {`{"id":1}`, `{"commonData":%s}`, readsAs[*ContactDetails]},
		"addresses":                {`{"city":"a"}`, `{"addresses":%s}`, readsAs[*ContactDetails]},
		"persons in a company":     {`{"id":1}`, `{"persons":%s}`, readsAs[*ContactDetails]},
		"persons of a company":     {`{"id":1}`, "%s", readsAs[[]*ContactDetails]},
		"files of an event":        {`{"id":1}`, `[{"files":%s}]`, readsAs[[]*HistoryEvent]},
		"files":                    {`{"id":1}`, "%s", readsAs[[]*File]},
		"employees":                {`{"id":"a"}`, "%s", readsAs[[]*EmployeeDetails]},
		"stages":                   {`{"id":1}`, "%s", readsAs[[]*Stage]},
		"definitions":              {`{"id":1}`, "%s", readsAs[[]*CustomFieldDefinition]},
		"currencies":               {`{"title":"a"}`, "%s", readsAs[[]*Currency]},
		"tags":                     {`"a"`, "%s", readsAs[[]string]},
		"answers of a batch":       {`{"status":200}`, "%s", readsAs[[]*batchResult]},
		"skipped":                  {`{"id":1}`, `{"unknown":%s}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			padding := strings.Repeat(" ", 2<<20) // so that the size of the text allows for them
			fits, tooLong := inEnvelope(fmt.Sprintf(test.around, many(test.entry, scan.MaxEntries))+padding), inEnvelope(fmt.Sprintf(test.around, many(test.entry, scan.MaxEntries+1))+padding)
			if test.read == nil { // it takes no memory
				test.read = readsAs[*Opportunity]
				fits = tooLong
			} else if err := test.read(tooLong); KindOf(err) != KindBadAnswer || !errors.Is(err, scan.ErrTooManyEntries) {
				t.Errorf("%d entries: %v", scan.MaxEntries+1, err)
			}
			if err := test.read(fits); err != nil {
				t.Errorf("%d entries: %v", scan.MaxEntries, err)
			}
		})
	}
}

// TestOptionsHaveAnEnd reads the choices of a select box, a list within a text.
func TestOptionsHaveAnEnd(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, scan.MaxEntries, scan.MaxEntries + 1} {
		mask := many(`"a"`, n)
		want := n
		if n > scan.MaxEntries {
			want = 0
		}
		if got := len((&CustomField{FieldType: SelectBox, Mask: &mask}).Options()); got != want {
			t.Errorf("%d options of %d", got, n)
		}
	}
}

// TestMoreRowsThanAskedFor shows that rows beyond the window are not decoded.
func TestMoreRowsThanAskedFor(t *testing.T) {
	t.Parallel()
	asked := func(rows int, response string) (int, error) {
		a := inEnvelope(response)
		a.rows = rows
		page, err := decodePage[*Opportunity](a)
		return len(page.Items), err
	}
	const unreadable = `{"id":1},{"id":2},{"id":3},{"id":"no number","members":7}`
	for _, test := range []struct {
		rows     int
		response string
		want     int
		kind     Kind
	}{
		{3, "[" + unreadable + "]", 3, KindUnknown},
		{4, "[" + unreadable + "]", 0, KindBadAnswer},
		{0, "[" + unreadable + "]", 0, KindBadAnswer},
		{3, `[{"id":1}]`, 1, KindUnknown},
		{3, `[]`, 0, KindUnknown},
		{1, `[{"id":1},{]`, 0, KindBadAnswer}, // passed over, but not JSON
		{1, many("{}", scan.MaxEntries), 1, KindUnknown},
		{1, many("{}", scan.MaxEntries+1), 0, KindBadAnswer},
	} {
		if got, err := asked(test.rows, test.response); got != test.want || KindOf(err) != test.kind {
			t.Errorf("%d rows of %.80s: %d, %v", test.rows, test.response, got, err)
		}
	}
}

// TestRowsOfAWindow holds that a list has no more rows than its window, alone and
// in a batch.
func TestRowsOfAWindow(t *testing.T) {
	t.Parallel()
	const list = `{"status":0,"total":4,"response":[{"id":1},{"id":2},{"id":3},{"id":"no number"}]}`
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, list)
			return
		}
		item := map[string]any{"status": 200, "data": list}
		_ = json.NewEncoder(w).Encode(map[string]any{"status": 0, "response": []any{item, item}})
	}, func(o *Options) { o.RequestCalls = 1 })
	for _, counts := range [][]int{{2}, {3, 2}} {
		queries := make([]Query[TaskCriteria], len(counts))
		for i, count := range counts {
			queries[i].Window = Window{Count: count, SortBy: "id"}
		}
		caller := client.For(token)
		for i, r := range caller.ListTasks(t.Context(), nil, queries) {
			if r.Err != nil || len(r.Value.Items) != counts[i] || *r.Value.Total != 4 {
				t.Errorf("%d rows of %d: %v", len(r.Value.Items), counts[i], r.Err)
			}
		}
		if caller.Calls() != 1 {
			t.Errorf("%d calls", caller.Calls())
		}
		caller.Close()
	}
}

// allocated is how many bytes run takes, given back or not.
func allocated(run func()) int {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	run()
	runtime.ReadMemStats(&after)
	return int(after.TotalAlloc - before.TotalAlloc)
}

// TestReadingTakesNoMoreThanATextIsWorth counts all memory that reading takes from
// the heap, for texts that are made to take much of it.
func TestReadingTakesNoMoreThanATextIsWorth(t *testing.T) {
	const size, more = 1 << 20, 4 << 20
	fill := func(around, entry string) string {
		return fmt.Sprintf(around, many(entry, (size-len(around))/(len(entry)+1)))
	}
	repeat := func(around, part string) string { return fmt.Sprintf(around, strings.Repeat(part, size/len(part))) }
	lists := func(list, entry string, size int) string {
		return many(fmt.Sprintf(list, many(entry, scan.MaxEntries)), size/(scan.MaxEntries*(len(entry)+1)))
	}
	for name, test := range map[string]struct {
		response string
		read     func(a answer) error
	}{
		"opportunities of nothing":  {fill("%s", "{}"), readsAs[[]*Opportunity]},
		"access of nobody":          {fill(`{"accessList":%s}`, "{}"), readsAs[*Opportunity]},
		"members of nothing":        {fill(`{"members":%s}`, "{}"), readsAs[*Opportunity]},
		"values of nothing":         {fill(`{"customFields":%s}`, "{}"), readsAs[*Opportunity]},
		"lists of members":          {lists(`{"members":%s}`, "{}", more), readsAs[[]*Opportunity]},
		"lists of nulls":            {lists(`{"members":%s}`, "null", size), readsAs[[]*Opportunity]},
		"lists of lists":            {lists(`{"members":%s}`, `{"accessList":[{}]}`, size), readsAs[[]*Opportunity]},
		"short lists":               {fill(`{"members":%s}`, `{"accessList":[{}]}`), readsAs[*Opportunity]},
		"one list again and again":  {repeat(`{"id":1%s}`, `,"members":[{},{},{},{},{}],"members":null`), readsAs[*Opportunity]},
		"one thing again and again": {repeat(`{"id":1%s}`, `,"stage":{},"stage":null`), readsAs[*Opportunity]},
		"one text again and again":  {repeat(`{"id":1%s}`, `,"title":"abcdefghijklmnopqrstuvwxyz"`), readsAs[*Opportunity]},
		"short texts":               {lists(`{"tags":%s}`, `"a"`, size), readsAs[[]*ContactDetails]},
		"nullable texts":            {lists(`{"customFields":%s}`, `{"mask":"","fieldValue":""}`, size), readsAs[[]*Opportunity]},
		"digits":                    {repeat(`{"bidValue":%s}`, "7"), readsAs[*Opportunity]},
		"digits of a date":          {repeat(`{"created":"%s"}`, "7"), readsAs[*Opportunity]},
		"digits of a file's id":     {repeat(`[{"id":%s}]`, "7"), readsAs[[]*File]},
		"keys":                      {repeat(`{"id":1%s}`, `,"k":1`), readsAs[*Opportunity]},
		"keys with escapes":         {repeat(`{"id":1%s}`, `,"\u0041":1`), readsAs[*Opportunity]},
		"escapes":                   {repeat(`{"title":"%s"}`, `\u0041`), readsAs[*Opportunity]},
		"bytes that are no text":    {repeat(`{"title":"%s"}`, "\xff"), readsAs[*Opportunity]},
		"the same with an escape":   {repeat(`{"title":"\n%s"}`, "\xff"), readsAs[*Opportunity]},
		"encoded names":             {repeat(`{"createBy":{"displayName":"%s"}}`, "&amp;"), readsAs[*Opportunity]},
		"deep nesting":              {repeat(`{"x":%s`, "["), readsAs[*Opportunity]},
		"broken items of a batch":   {fill("%s", "{}"), readsAs[[]*batchResult]},
	} {
		t.Run(name, func(t *testing.T) {
			a := inEnvelope(test.response)
			var err error
			taken := allocated(func() { err = test.read(a) })
			t.Logf("%d MiB for %d MiB: %v", taken>>20, len(a.body)>>20, err)
			if most := 3*scan.MaxGrowth*len(a.body) + 4*scan.FreeOfGrowth; taken > most { // lists grow, and more so with the race detector
				t.Errorf("%d bytes were taken for %d", taken, len(a.body))
			}
			if err != nil && KindOf(err) != KindBadAnswer {
				t.Error(err)
			}
		})
	}
}

// TestHonestAnswersAreWorthIt holds real answers far from the bounds, even if
// nothing were free. It counts all memory that is taken from the heap.
func TestHonestAnswersAreWorthIt(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no answers: %v", err)
	}
	kinds := map[string][]any{
		"opportunity": {&envelope[*Opportunity]{}, &envelope[[]*Opportunity]{}}, "contact": {&envelope[*ContactDetails]{}, &envelope[[]*ContactDetails]{}},
		"members": {&envelope[[]*ContactDetails]{}}, "tasks": {&envelope[[]*Task]{}}, "history": {&envelope[[]*HistoryEvent]{}}, "stages": {&envelope[[]*Stage]{}},
		"currencies": {&envelope[[]*Currency]{}}, "tags": {&envelope[[]*Tag]{}, &envelope[[]string]{}}, "customfield": {&envelope[[]*CustomFieldDefinition]{}}, "batch": {&envelope[[]*batchResult]{}},
	}
	read := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for kind, shapes := range kinds {
			for _, into := range shapes {
				if !strings.HasPrefix(filepath.Base(file), kind) {
					continue
				}
				taken := math.MaxInt
				for range 5 { // the first time, something else may be made
					fresh := reflect.New(reflect.TypeOf(into).Elem()).Interface()
					taken = min(taken, allocated(func() { err = scan.Read(text, fresh, scan.Options{}) }))
				}
				if err != nil {
					continue
				}
				read[kind] = true
				if taken > scan.MaxGrowth/2*len(text)+4096 {
					t.Errorf("%s as %T: %d bytes for %d", file, into, taken, len(text))
				}
			}
		}
	}
	if len(read) != len(kinds) {
		t.Errorf("only %v were read", read)
	}
}
