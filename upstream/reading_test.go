package upstream

import (
	"bytes"
	"encoding/json"
	"errors"
	"html"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// UnmarshalJSON reads an employee as scanner does, for encoding/json.
func (e *Employee) UnmarshalJSON(data []byte) error {
	type wire Employee
	sent := wire(*e)
	sent.DisplayName = html.EscapeString(sent.DisplayName)
	if err := json.Unmarshal(data, &sent); err != nil {
		return err
	}
	*e = Employee(sent)
	e.DisplayName = html.UnescapeString(e.DisplayName)
	return nil
}

// UnmarshalJSON reads both parts: the embedded one has a reader of its own.
func (d *EmployeeDetails) UnmarshalJSON(data []byte) error {
	own := struct {
		UserName string `json:"userName"`
		Email    string `json:"email"`
		IsAdmin  bool   `json:"isAdmin"`
	}{d.UserName, d.Email, d.IsAdmin}
	if err := json.Unmarshal(data, &own); err != nil {
		return err
	}
	d.UserName, d.Email, d.IsAdmin = own.UserName, own.Email, own.IsAdmin
	return json.Unmarshal(data, &d.Employee)
}

// UnmarshalJSON reads a file's id as scanner does, for encoding/json.
func (id *FileID) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		return json.Unmarshal(data, (*string)(id))
	}
	var n json.Number
	if err := json.Unmarshal(data, &n); err != nil {
		return err
	}
	*id = FileID(n)
	return nil
}

// MarshalJSON writes the text that it stands for, for encoding/json.
func (q quotedText) MarshalJSON() ([]byte, error) { return json.Marshal(q.text()) }

// UnmarshalJSON reads a text, or null, for encoding/json.
func (q *quotedText) UnmarshalJSON(data []byte) error {
	text := q.text()
	err := json.Unmarshal(data, &text)
	*q = asText(text)
	return err
}

// asStandard reads body with encoding/json too. Both must fail, or both must
// read the same.
func asStandard[T any](t *testing.T, body []byte) {
	t.Helper()
	var want, got envelope[T]
	wantErr, gotErr := json.Unmarshal(body, &want), readJSON(string(body), &got)
	if errors.Is(gotErr, errTooManyEntries) || errors.Is(gotErr, errTooMuch) || errors.Is(gotErr, errBeyondInt) {
		return // encoding/json has no such bounds
	}
	if (wantErr == nil) != (gotErr == nil) {
		t.Fatalf("%T from %.2000q:\nencoding/json: %v\nhere: %v", want, body, wantErr, gotErr)
	}
	if wantErr != nil {
		return
	}
	if batch, ok := any(got.Response).(*[]*batchResult); ok && batch != nil {
		// The only values that are a part of the body.
		if diff := cmp.Diff(want, got, same); diff != "" {
			t.Fatalf("from %.2000q (-encoding/json +here):\n%s", body, diff)
		}
		return
	}
	if !reflect.DeepEqual(want, got) {
		t.Fatalf("%T from %.2000q (-encoding/json +here):\n%s", want, body, cmp.Diff(want, got, same))
	}
	var copied envelope[T]
	buffer := bytes.Clone(body)
	_ = (&answer{body: buffer}).read(&copied)
	clear(buffer)
	if !reflect.DeepEqual(want, copied) {
		t.Fatalf("%T from %.2000q (-encoding/json +once the body is gone):\n%s", want, body, cmp.Diff(want, copied, same))
	}
}

// FuzzReading holds the reading of JSON against encoding/json.
func FuzzReading(f *testing.F) {
	files, err := filepath.Glob("testdata/*.*")
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, name := range files {
		body, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
		f.Add(body[:len(body)*2/3])
	}
	for _, response := range oddValues {
		f.Add([]byte(`{"status":0,"response":` + response + `}`))
		f.Add([]byte(`{"status":0,"response":{"title":` + response + `,"bidValue":` + response + `,"members":` + response +
			`,"stage":` + response + `,"created":` + response + `,"isPrivate":` + response + `,"id":` + response + `}}`))
		f.Add([]byte(`{"response":[` + response + `,{"id":1,"x":` + response + `}],"y":` + response + `}`))
		f.Add([]byte(response))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		asStandard[*Opportunity](t, body)
		asStandard[[]Opportunity](t, body)
		asStandard[ContactDetails](t, body)
		asStandard[[]EmailContact](t, body)
		asStandard[[]Task](t, body)
		asStandard[[]HistoryEvent](t, body)
		asStandard[[]File](t, body)
		asStandard[[]*EmployeeDetails](t, body)
		asStandard[[]CustomFieldDefinition](t, body)
		asStandard[[]*batchResult](t, body)
		asStandard[[]Tag](t, body)
		asStandard[[]string](t, body)
		asStandard[string](t, body)
		asStandard[int](t, body)
		asStandard[Decimal](t, body)
		asStandard[struct{}](t, body)
	})
}

// oddValues are where readers of JSON differ.
var oddValues = []string{
	``, `null`, `nul`, `nulll`, `true`, `false`, `truefalse`, `{}`, `[]`, `[[]]`, `[null]`, `""`, ` "a" `, "\t\r\n1 ", "\v1", "\ufeff1",
	`0`, `-0`, `-`, `01`, `-01`, `1.`, `.5`, `1.0`, `1.50`, `1e3`, `1E+3`, `1e`, `1e+`, `+1`, `0x1`, `1_0`, `2147483647`, `-2147483648`, `2147483648`, `-2147483649`, `9007199254740993`, `9223372036854775807`, `9223372036854775808`,
	`-9223372036854775808`, `1e400`, `NaN`, `Infinity`,
	`"\u0041\n\r\t\b\f\/\\\""`, `"\u00e9"`, `"é"`, `"\ud83d\ude00"`, `"\uD83D\uDE00"`, `"\ud83d"`, `"\ude00"`, `"\ud83d\ud83d\ude00"`, `"\ud83dx"`, `"\ud83d\u0041"`,
	`"\ud83d\n"`, `"\u12"`, `"\u12g4"`, `"\x41"`, `"\'"`, `"\`, `"`, `"\"`, `"a`, "\"a\nb\"", "\"\x00\"", "\"\x7f\"", "\"\xff\"", "\"\xc3\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"a\xe2\x82\"",
	"\"\\n\xff\"", `'a'`, `{"a":1`, `{"a" 1}`, `{"a":}`, `{a:1}`, `{"a":1,}`, `{,}`, `{1:1}`, `{"a":1 "b":2}`, `[1,]`, `[,1]`, `[1 2]`, `[1`, `[1}`, `{"a":1]`, `]`, `1 2`, `{}{}`, `// no`, `1/**/`,
	`{"id":1,"id":2}`, `{"ID":1,"Title":"a"}`, `{"id":1,"Id":2}`, `{"tit\u006ce":"a"}`, `{"titl\ufffd":1}`, "{\"titl\xff\":1}", `{"reſponsible":null}`, `{"":1}`,
	`{"stage":{"title":"a","id":1},"stage":{"id":2}}`, `{"members":[{"id":1,"displayName":"a"},{"id":2}],"members":[{"id":3}]}`, `{"members":[{"id":1}],"members":null}`,
	`{"members":[{"id":1},{"id":2,"displayName":"b"}],"members":[{}],"members":[{},{}]}`, `{"stage":{},"stage":null}`, `{"title":"a","title":null}`,
	`{"createBy":{"displayName":"a &amp;amp; b"},"createBy":{"id":"x"}}`, `{"displayName":"&lt;","DISPLAYNAME":"&gt;"}`, `{"createBy":{"displayName":"&amp;lt;","displayName":null}}`,
	`"2026-03-01T09:00:00Z"`, `"2026-03-01T09:00:00.1234567+05:30"`, `"2026-03-01t09:00:00z"`, `"2026-03-01T9:00:00Z"`, `"2026-03-01T09:00:00,5Z"`, `"2026-03-01T09:00:60Z"`, `"2026-02-30T09:00:00Z"`, `"0001-01-01T00:00:00Z"`, `"2026\u002d03-01T09:00:00Z"`,
	`"1.5"`, `"1e70"`, `"0x10"`, `""1""`, `"1_000"`,
	strings.Repeat("[", 9_998) + strings.Repeat("]", 9_998), strings.Repeat("[", 9_999) + strings.Repeat("]", 9_999), strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001),
	strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_000),
}

// TestEveryMemberIsRead reads null into every member that a json tag names.
func TestEveryMemberIsRead(t *testing.T) {
	t.Parallel()
	for _, into := range []object{
		&envelope[int]{}, &errorValue{}, &batchResult{}, &Opportunity{}, &ContactBase{}, &ContactDetails{}, &ContactInfo{}, &Address{}, &ListItem{}, &Currency{}, &CustomField{},
		&CustomFieldDefinition{}, &Employee{}, &EmployeeDetails{}, &HistoryEvent{}, &File{}, &Stage{}, &Tag{}, &Task{}, &EmailContact{}, &EntityPointer{},
	} {
		names := memberNames(reflect.TypeOf(into).Elem())
		if len(names) == 0 {
			t.Errorf("%T has no members", into)
		}
		for _, name := range names {
			s := &scanner{text: "null"}
			if !into.member(name, s) || s.at != len(s.text) || s.broken != nil || s.misfit != nil {
				t.Errorf("%T does not read %s: %v, %v", into, name, s.broken, s.misfit)
			}
			if into.member(strings.ToUpper(name), s) || spelling(into, strings.ToUpper(name)) != name {
				t.Errorf("%T reads %s as %q", into, strings.ToUpper(name), spelling(into, strings.ToUpper(name)))
			}
		}
	}
}
