package scan

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// UnmarshalJSON reads what ScanJSON does, for encoding/json.
func (v *word) UnmarshalJSON(data []byte) error {
	var n json.Number
	switch {
	case string(data) == "null":
		return nil
	case data[0] == '"':
		return json.Unmarshal(data, (*string)(v))
	}
	err := json.Unmarshal(data, &n)
	*v = word(n)
	return err
}

// UnmarshalJSON reads what ScanJSON does, for encoding/json.
func (v *written) UnmarshalJSON(data []byte) error {
	*v = written(data)
	return nil
}

// asStandard reads text with encoding/json too. Both must fail, or both must read
// the same, which must not be a part of the text.
func asStandard[T any](t *testing.T, text []byte) {
	t.Helper()
	var want, got T
	buffer := []byte(string(text))
	wantErr, gotErr := json.Unmarshal(text, &want), Read(buffer, &got, Options{})
	clear(buffer)
	switch {
	case errors.Is(gotErr, ErrTooManyEntries), errors.Is(gotErr, ErrTooMuch), errors.Is(gotErr, ErrBeyondInt):
		return // encoding/json has no such bounds
	case (wantErr == nil) != (gotErr == nil):
		t.Fatalf("%T from %.2000q:\nencoding/json: %v\nhere: %v", want, text, wantErr, gotErr)
	case wantErr == nil && !reflect.DeepEqual(want, got):
		t.Fatalf("%T from %.2000q (-encoding/json +here):\n%s", want, text, cmp.Diff(want, got, cmp.AllowUnexported(thing{})))
	}
}

func allAsStandard(t *testing.T, text []byte) {
	t.Helper()
	asStandard[thing](t, text)
	asStandard[*thing](t, text)
	asStandard[[]thing](t, text)
	asStandard[[]*thing](t, text)
	asStandard[[][]string](t, text)
	asStandard[string](t, text)
	asStandard[int](t, text)
	asStandard[bool](t, text)
	asStandard[struct{}](t, text)
	asStandard[word](t, text)
	asStandard[written](t, text)
	asStandard[document](t, text)
}

// TestNesting reads values nested as deep as may be, and deeper. They are too long to
// be seeds of FuzzRead.
func TestNesting(t *testing.T) {
	t.Parallel()
	for _, n := range []int{9_998, 9_999, 10_000, 10_001} {
		allAsStandard(t, []byte(strings.Repeat("[", n)+strings.Repeat("]", n)))
		allAsStandard(t, []byte(strings.Repeat(`{"a":`, n)+"1"+strings.Repeat("}", n)))
		allAsStandard(t, []byte(strings.Repeat(`{"parent":`, n)+"{}"+strings.Repeat("}", n)))
	}
}

// TestEveryByteInStrings reads strings with each byte at each place of the words of eight
// that they are read in, alone and with escapes and other letters around.
func TestEveryByteInStrings(t *testing.T) {
	t.Parallel()
	for _, length := range []int{1, 7, 8, 9, 16, 17} {
		for at := range length {
			for b := range 256 {
				text := []byte(strings.Repeat("a", length))
				text[at] = byte(b)
				for _, around := range []string{`"%s"`, `"%s\u00e9ab"`, `"é%s"`, `"%s`} {
					asStandard[string](t, fmt.Appendf(nil, around, text))
				}
			}
		}
	}
}

// FuzzRead holds the reader against encoding/json.
func FuzzRead(f *testing.F) {
	for _, value := range oddValues(f) {
		f.Add([]byte(value))
		f.Add([]byte(`{"title":` + value + `,"members":` + value + `,"parent":` + value + `,"isOpen":` + value + `,"id":` + value + `}`))
		f.Add([]byte(`{"name":` + value + `,"written": ` + value + ` ,"document":` + value + `}`))
		f.Add([]byte(`{"tags":[` + value + `],"others":[` + value + `],"responsible":` + value + `,"size":` + value + `,"note":` + value + `}`))
		f.Add([]byte(`[` + value + `,{"id":1,"x":` + value + `}]`))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		allAsStandard(t, text)
	})
}

// oddValues are where readers of JSON differ, from a file that FuzzReading of package
// upstream reads, too.
func oddValues(tb testing.TB) []string {
	tb.Helper()
	list, err := os.ReadFile("testdata/odd.txt")
	if err != nil {
		tb.Fatal(err)
	}
	var values []string
	for line := range strings.Lines(string(list)) {
		value, err := strconv.Unquote(strings.TrimSuffix(line, "\n"))
		if err != nil {
			tb.Fatalf("%s: %v", line, err)
		}
		values = append(values, value)
	}
	return values
}

// TestEscapesAtEachPlace reads escapes at each place of the words of eight that they are
// found and replaced in.
func TestEscapesAtEachPlace(t *testing.T) {
	t.Parallel()
	for _, escape := range []string{`\n`, `\"`, `\\`, `\/`, `\u00e9`, `\ud83d\ude00`, `\ud83d`, `\x`, `\`} {
		for before := range 18 {
			for _, after := range []int{0, 1, 6, 7, 8, 9, 20} {
				text := strings.Repeat("a", before) + escape + strings.Repeat("b", after) + escape
				asStandard[string](t, []byte(`"`+text+`"`))
				asStandard[string](t, []byte(`"`+text+"\xff"+text+`"`))
			}
		}
	}
}

// TestKeys reads keys that are, and are not, as the type spells them.
func TestKeys(t *testing.T) {
	t.Parallel()
	for _, key := range []string{
		`"id"`, `"id" `, ` "id"`, `"ID"`, `"i\u0064"`, `"id\""`, `"id\":"`, `"id\`, `"id`, `"id"1`, `"`, `""`, `id`, `"i` + "\n" + `d"`, `"i` + "\xff" + `d"`,
	} {
		for _, value := range []string{":1}", ": 1 }", ":}", "}", "", `:1,"title":"t"}`} {
			allAsStandard(t, []byte("{"+key+value))
			allAsStandard(t, []byte(`{"title":"t",`+key+value))
		}
	}
}
