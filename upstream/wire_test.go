package upstream

import (
	"encoding/json"
	"flag"
	"fmt"
	"html"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/sanity-io/litter"
)

func as[T any](a answer) (any, error) {
	e, err := open[T](a)
	if err != nil {
		return nil, err
	}
	return opened{Value: *e.Response, Total: e.Total}, nil
}

// opened is what an answer's envelope holds.
type opened struct {
	Value any
	Total *int
}

// same compares decoded values; instants by their text, so that the offset counts.
var same = cmp.Options{
	cmp.Comparer(func(a, b DateTime) bool { return a.Format(time.RFC3339Nano) == b.Format(time.RFC3339Nano) }),
	cmp.Comparer(func(a, b Decimal) bool { return a.Equal(b.Decimal) }),
	cmp.Comparer(func(a, b quotedText) bool { return a.text() == b.text() }),
	cmp.AllowUnexported(CustomField{}, Opportunity{}, ListItem{}, ContactBase{}, ContactDetails{}, contactTasks{}),
	cmpopts.EquateEmpty(),
}

func asText(text string) quotedText {
	quoted, _ := json.Marshal(text) // never fails
	return quotedText(quoted[1 : len(quoted)-1])
}

func (q quotedText) text() (text string) {
	q.read(func(t []byte) { text = string(t) })
	return text
}

func ptr[T any](v T) *T { return &v }

func date(text string) DateTime {
	v, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return DateTime{v}
}

// midnight returns the start of a day of the portal, as something to send.
func midnight(year int, month time.Month, day int) DateTime {
	return DateTime{time.Date(year, month, day, 0, 0, 0, 0, bareDay)}
}

func dec(text string) Decimal {
	var d Decimal
	if err := d.parse(text); err != nil {
		panic(err)
	}
	return d
}

var updateDecoded = flag.Bool("update", false, "write the values of testdata/decoded instead of comparing with them")

// expectDecoded compares a Go value, as Go writes it without what is zero, with the one
// in testdata/decoded.
func expectDecoded(t testing.TB, name string, value any) {
	t.Helper()
	file := filepath.Join("testdata", "decoded", strings.TrimSuffix(name, filepath.Ext(name))+".txt")
	got := goText.Sdump(value) + "\n"
	if *updateDecoded {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("decoded value (-want +got):\n%s", diff)
	}
}

// goText writes Go values; instants as the portal's text, so that the offset counts.
var goText = litter.Options{
	HideZeroValues:    true,
	HidePrivateFields: true,
	StripPackageNames: true,
	DumpFunc: func(v reflect.Value, w io.Writer) bool {
		switch v := v.Interface().(type) {
		case DateTime:
			_, _ = fmt.Fprintf(w, "(%s)", v.Format(time.RFC3339Nano))
		case Decimal:
			_, _ = fmt.Fprintf(w, "(%s)", v)
		case quotedText:
			_, _ = fmt.Fprintf(w, "(%q)", v.text())
		default:
			return false
		}
		return true
	},
}

// TestWire decodes every body in testdata and compares the whole Go value.
func TestWire(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() {
			continue
		}
		file, ok := wireFiles[name]
		if !ok {
			t.Errorf("%s has no expectation", name)
			continue
		}
		seen++
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := file.decode(readAnswer(t, name, file.status))
			if KindOf(err) != file.kind {
				t.Fatalf("kind %v, want %v (%v)", KindOf(err), file.kind, err)
			}
			if err != nil {
				return
			}
			expectDecoded(t, name, got)
		})
	}
	if seen != len(wireFiles) {
		t.Errorf("%d of the %d expectations have a file", seen, len(wireFiles))
	}
}

func readAnswer(t *testing.T, name string, status int) answer {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	if status == 0 {
		status = 200
	}
	return answer{op: "test", status: status, body: body}
}

// TestWireNothingLost encodes what was decoded and compares it with the body:
// every member of every body must have a place in the Go types, or be named here.
func TestWireNothingLost(t *testing.T) {
	t.Parallel()
	ignored := map[string]bool{
		// of files attached to events: ids and titles are enough
		"folderId": true, "version": true, "versionGroup": true, "contentLength": true, "fileType": true,
		"fileExst": true, "comment": true, "rootFolderType": true, "updatedBy": true, "createdBy": true, "updated": true,
		"fileStatus": true, "access": true, "shared": true,
		// of items in a batch: only the status and the document matter
		"name": true, "headers": true,
	}
	for name, file := range wireFiles {
		if file.kind != KindUnknown {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := file.decode(readAnswer(t, name, file.status))
			if err != nil {
				t.Fatal(err)
			}
			encoded, err := json.Marshal(got.(opened).Value)
			if err != nil {
				t.Fatal(err)
			}
			var body struct{ Response json.RawMessage }
			if err := json.Unmarshal(readAnswer(t, name, 0).body, &body); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(plain(t, body.Response, ignored), plain(t, encoded, ignored)); diff != "" {
				t.Errorf("lost between wire and Go (-wire +encoded):\n%s", diff)
			}
		})
	}
}

// plain reads JSON into plain values without what means nothing: defaults,
// which the portal leaves out, and the ignored members.
func plain(t *testing.T, data []byte, ignored map[string]bool) any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(string(data)))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return prune(v, ignored)
}

func prune(v any, ignored map[string]bool) any {
	switch v := v.(type) {
	case map[string]any:
		kept := map[string]any{}
		_, definition := v["relativeItemsCount"]
		for key, member := range v {
			if definition && (key == "entityId" || key == "fieldValue") {
				continue // fillers in definitions: -1 and a blank
			}
			key = strings.ToLower(key[:1]) + key[1:] // the documentation writes PascalCase
			if member = prune(member, ignored); member != nil && !ignored[key] {
				kept[key] = member
			}
		}
		return kept
	case []any:
		kept := []any{}
		for _, element := range v {
			kept = append(kept, prune(element, ignored))
		}
		if len(kept) == 0 {
			return nil
		}
		return kept
	case json.Number:
		d := dec(v.String())
		if d.IsZero() {
			return nil
		}
		return d.String()
	case string:
		if v == "" || strings.HasPrefix(v, "0001-01-01") {
			return nil
		}
		return html.UnescapeString(v)
	case bool:
		if !v {
			return nil
		}
		return v
	default:
		return v
	}
}
