package scan

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unsafe"
)

// thing has members of all types that are read.
type thing struct {
	ID          int      `json:"id"`
	Title       string   `json:"title"`
	IsOpen      bool     `json:"isOpen"`
	Kind        kind     `json:"kind"`
	Responsible *string  `json:"responsible"`
	Count       *int     `json:"count"`
	Checked     *bool    `json:"checked"`
	Parent      *thing   `json:"parent"`
	Members     []thing  `json:"members"`
	Others      []*thing `json:"others"`
	Tags        []string `json:"tags"`
	Size        size     `json:"size"`
	Name        word     `json:"name"`
	Written     written  `json:"written"`
	Document    document `json:"document"`
	base
}

type base struct {
	Note string `json:"note"`
}

type kind int

func (v *thing) ScanMember(key string, r *Reader) bool {
	switch key {
	case "id":
		r.Int(&v.ID)
	case "title":
		r.Text(&v.Title)
	case "isOpen":
		r.Bool(&v.IsOpen)
	case "kind":
		r.Int((*int)(&v.Kind))
	case "responsible":
		r.TextOrNull(&v.Responsible)
	case "count":
		Pointer(r, &v.Count)
	case "checked":
		Pointer(r, &v.Checked)
	case "parent":
		Pointer(r, &v.Parent)
	case "members":
		List(r, &v.Members)
	case "others":
		List(r, &v.Others)
	case "tags":
		List(r, &v.Tags)
	case "size":
		v.Size.ScanJSON(r)
	case "name":
		v.Name.ScanJSON(r)
	case "written":
		v.Written.ScanJSON(r)
	case "document":
		v.Document.ScanJSON(r)
	default:
		return v.base.ScanMember(key, r)
	}
	return true
}

func (v *base) ScanMember(key string, r *Reader) bool {
	switch key {
	case "note":
		r.Text(&v.Note)
	default:
		return false
	}
	return true
}

// size is a whole number of more than 32 bits.
type size int64

func (v *size) ScanJSON(r *Reader) {
	if n, ok := r.Integer(1 << 53); ok {
		*v = size(n)
	}
}

// word is a text or a number.
type word string

func (v *word) ScanJSON(r *Reader) { r.TextOrNumber((*string)(v)) }

// written is any value as it is written.
type written string

func (v *written) ScanJSON(r *Reader) { *v = written(strings.Clone(r.Raw())) }

// document is a text that is kept as it is written first.
type document string

func (v *document) ScanJSON(r *Reader) {
	if r.Null() {
		return
	}
	var quoted string
	r.Quoted(&quoted)
	*v = document(Unescape(nil, quoted))
}

// TestWanted reads what is wanted of a text alone: rows of the outermost list, and
// members of one type.
func TestWanted(t *testing.T) {
	t.Parallel()
	const list = `[{"id":1,"title":"a","parent":{"id":7,"title":"b"}},{"id":2},{"id":3}]`
	for name, test := range map[string]struct {
		text   string
		wanted Options
		want   []thing
	}{
		"all":                      {list, Options{}, []thing{{ID: 1, Title: "a", Parent: &thing{ID: 7, Title: "b"}}, {ID: 2}, {ID: 3}}},
		"rows":                     {list, Options{Rows: 2}, []thing{{ID: 1, Title: "a", Parent: &thing{ID: 7, Title: "b"}}, {ID: 2}}},
		"more rows than are":       {list, Options{Rows: 4}, []thing{{ID: 1, Title: "a", Parent: &thing{ID: 7, Title: "b"}}, {ID: 2}, {ID: 3}}},
		"rows of an inner list":    {`[{"members":[{"id":1},{"id":2}]}]`, Options{Rows: 1}, []thing{{Members: []thing{{ID: 1}, {ID: 2}}}}},
		"without a member":         {list, Options{Skip: Without[thing]("parent", "unknown")}, []thing{{ID: 1, Title: "a"}, {ID: 2}, {ID: 3}}},
		"without it, at any depth": {list, Options{Skip: Without[thing]("title")}, []thing{{ID: 1, Parent: &thing{ID: 7}}, {ID: 2}, {ID: 3}}},
		"in another spelling":      {`[{"Title":"a","ID":1}]`, Options{Skip: Without[thing]("title")}, []thing{{ID: 1}}},
		"of an embedded type":      {`[{"note":"a","id":1}]`, Options{Skip: Without[thing]("note")}, []thing{{ID: 1}}},
		"of another type":          {`[{"note":"a","id":1}]`, Options{Skip: Without[base]("note")}, []thing{{ID: 1, base: base{"a"}}}},
		"rows and members":         {list, Options{Rows: 1, Skip: Without[thing]("parent")}, []thing{{ID: 1, Title: "a"}}},
		"misfits in what is not":   {`[{"title":7},{"id":"a"}]`, Options{Rows: 1, Skip: Without[thing]("title")}, []thing{{}}},
	} {
		var got []thing
		if err := Read(test.text, &got, test.wanted); err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for _, wanted := range []Options{{Rows: 1}, {Skip: Without[thing]("title")}} {
		if err := Read(`[{"id":1},{"title":tru}]`, new([]thing), wanted); err == nil {
			t.Errorf("%+v: what is passed over is no JSON, and was taken", wanted)
		}
	}
}

// TestErrors tells what is no JSON from what does not fit, and both from what is too much.
func TestErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"id":1`:                   "not JSON at byte 7 of 7",
		`{"id":"a","title":1}`:      "not a number, at byte 6",
		`{"title":1}`:               "not a text, at byte 9",
		`{"isOpen":1}`:              "not true or false, at byte 10",
		`{"members":1}`:             "not a list, at byte 11",
		`{"parent":1}`:              "not an object, at byte 10",
		`{"name":true}`:             "not a number or a text, at byte 8",
		`{"id":1.5}`:                "not a whole number, at byte 6",
		`{"id":2147483648}`:         ErrBeyondInt.Error() + ", at byte 6",
		`{"size":9007199254740994}`: ErrBeyondInt.Error() + ", at byte 8",
		`{"members":` + many(10_001) + strings.Repeat(" ", 2<<20): ErrTooManyEntries.Error(),
		`{"x":` + many(10_001) + `}`:                              "",
		`{"id":"a","members":[{"id":1]`:                           "not JSON at byte 28 of 29",
		many(10_000):                                              ErrTooMuch.Error(),
	} {
		var into any = new(thing)
		if strings.HasPrefix(text, "[") {
			into = new([]thing)
		}
		err := Read(text, into, Options{})
		if got := fmt.Sprint(err); got != want && (err != nil || want != "") {
			t.Errorf("%.40s: %v, want %s", text, err, want)
		}
	}
	if err := Read(`{"id":-2147483649}`, new(thing), Options{}); !errors.Is(err, ErrBeyondInt) {
		t.Error(err)
	}
}

// many is a list of n empty objects.
func many(n int) string { return "[" + strings.Repeat("{},", n-1) + "{}]" }

// TestTypesThatAreNotRead panics: the type is a mistake of the program.
func TestTypesThatAreNotRead(t *testing.T) {
	t.Parallel()
	for _, into := range []any{new(float64), new(struct{ A int }), new(map[string]int), new([]float64)} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%T was read", into)
				}
			}()
			_ = Read(`[1]`, into, Options{})
		}()
	}
}

// TestWhatReadingCounts holds that all that values are kept in is counted.
func TestWhatReadingCounts(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("a", 5000)
	for name, test := range map[string]struct {
		text  string
		into  any
		least uintptr
	}{
		"a pointer":             {`{"parent":{}}`, &thing{}, unsafe.Sizeof(thing{})},
		"an outer pointer":      {`{}`, new(*thing), unsafe.Sizeof(thing{})},
		"a nullable text":       {`{"responsible":""}`, &thing{}, unsafe.Sizeof("")},
		"a nested list":         {`{"members":` + many(100) + `}`, &thing{}, 100 * unsafe.Sizeof(thing{})},
		"a list":                {many(100), new([]thing), 100 * unsafe.Sizeof(thing{})},
		"a list of pointers":    {many(100), new([]*thing), 100*unsafe.Sizeof(new(thing)) + 100*unsafe.Sizeof(thing{})},
		"a text":                {`"` + text + `"`, new(string), 5000},
		"a text with escapes":   {`"` + text + `\n"`, new(string), 5001},
		"a text in other bytes": {"\"" + strings.Repeat("\xff", 5000) + "\"", new(string), 15000},
		"a number as text":      {`{"name":` + strings.Repeat("7", 5000) + `}`, &thing{}, 5000},
		"nothing":               {`{"unknown":[{"id":1}]}`, &thing{}, 0},
		"what is not wanted":    {`{"title":"` + text + `"}`, &thing{}, 0},
	} {
		r := &Reader{text: test.text, wanted: Options{Skip: Without[thing]("title")}}
		if err := r.read(test.into); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if r.spent < int(test.least) || r.spent > 3*int(test.least)+512 || test.least == 0 && r.spent > 0 {
			t.Errorf("%s: %d bytes are counted, of %d", name, r.spent, test.least)
		}
	}
}

// TestSpellings finds a member by its name in any case, and no other.
func TestSpellings(t *testing.T) {
	t.Parallel()
	names := memberNames(reflect.TypeFor[thing]())
	if !slices.Contains(names, "isOpen") || !slices.Contains(names, "note") {
		t.Errorf("the members are %q", names)
	}
	for key, want := range map[string]string{"IsOpen": "isOpen", "ISOPEN": "isOpen", "Note": "note", "reſponsible": "responsible", "is_open": "", "": ""} {
		if got := spelling(&thing{}, key); got != want {
			t.Errorf("%q is another spelling of %q, want %q", key, got, want)
		}
	}
}
