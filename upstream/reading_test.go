package upstream

import (
	"bytes"
	"encoding/json"
	"errors"
	"html"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/upstream/scan"
)

// UnmarshalJSON reads an employee as scanEncoded does, for encoding/json.
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

// UnmarshalJSON reads a file's id as ScanJSON does, for encoding/json.
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
	wantErr, gotErr := json.Unmarshal(body, &want), scan.Read(body, &got, scan.Options{})
	if errors.Is(gotErr, scan.ErrTooManyEntries) || errors.Is(gotErr, scan.ErrTooMuch) || errors.Is(gotErr, scan.ErrBeyondInt) {
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
	for _, body := range samples(f) {
		f.Add(body)
		f.Add(body[:len(body)*2/3])
	}
	for _, response := range oddValues(f) {
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

// oddValues are where readers of JSON differ: those that are the reader's own, and
// some of the portal's members.
func oddValues(tb testing.TB) []string {
	tb.Helper()
	list, err := os.ReadFile("scan/testdata/odd.txt")
	if err != nil {
		tb.Fatal(err)
	}
	values := slices.Clone(oddMembers)
	for line := range strings.Lines(string(list)) {
		value, err := strconv.Unquote(strings.TrimSuffix(line, "\n"))
		if err != nil {
			tb.Fatalf("%s: %v", line, err)
		}
		values = append(values, value)
	}
	return values
}

var oddMembers = []string{
	`{"stage":{"title":"a","id":1},"stage":{"id":2}}`, `{"members":[{"id":1,"displayName":"a"},{"id":2}],"members":[{"id":3}]}`, `{"members":[{"id":1}],"members":null}`,
	`{"members":[{"id":1},{"id":2,"displayName":"b"}],"members":[{}],"members":[{},{}]}`, `{"stage":{},"stage":null}`, `{"title":"a","title":null}`,
	`{"createBy":{"displayName":"a &amp;amp; b"},"createBy":{"id":"x"}}`, `{"displayName":"&lt;","DISPLAYNAME":"&gt;"}`, `{"createBy":{"displayName":"&amp;lt;","displayName":null}}`,
	`"2026-03-01T09:00:00Z"`, `"2026-03-01T09:00:00.1234567+05:30"`, `"2026-03-01t09:00:00z"`, `"2026-03-01T9:00:00Z"`, `"2026-03-01T09:00:00,5Z"`, `"2026-03-01T09:00:60Z"`, `"2026-02-30T09:00:00Z"`, `"0001-01-01T00:00:00Z"`, `"2026\u002d03-01T09:00:00Z"`,
	`"1.5"`, `"1e70"`, `"0x10"`, `""1""`, `"1_000"`,
}

// TestEveryMemberIsRead reads values of all types into every member that a json tag
// names, in both spellings: one of them is refused by a member that is read.
func TestEveryMemberIsRead(t *testing.T) {
	t.Parallel()
	for _, into := range []scan.Object{
		&envelope[int]{}, &errorValue{}, &batchResult{}, &Opportunity{}, &ContactBase{}, &ContactDetails{}, &ContactInfo{}, &Address{}, &ListItem{}, &Currency{}, &CustomField{},
		&CustomFieldDefinition{}, &Employee{}, &EmployeeDetails{}, &HistoryEvent{}, &File{}, &Stage{}, &Tag{}, &Task{}, &EmailContact{}, &EntityPointer{}, &buildVersion{},
	} {
		isRead := func(name string) bool {
			return slices.ContainsFunc([]string{"true", `"a"`, "1.5", "{}", "[]"}, func(value string) bool {
				return scan.Read(`{"`+name+`":`+value+`}`, into, scan.Options{}) != nil
			})
		}
		names := 0
		for _, field := range reflect.VisibleFields(reflect.TypeOf(into).Elem()) {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if name == "" {
				continue
			}
			names++
			if !isRead(name) || !isRead(strings.ToUpper(name)) {
				t.Errorf("%T does not read %s", into, name)
			}
		}
		if names == 0 || isRead("unknown") {
			t.Errorf("%T has %d members, and reads unknown ones: %t", into, names, isRead("unknown"))
		}
	}
}
