package upstream

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func long(n int) string { return strings.Repeat("ä", n) }

// mistakes are the codes by path.
func mistakes(found UserErrors) map[string]UserErrorCode {
	m := map[string]UserErrorCode{}
	for _, e := range found {
		m[strings.Join(e.Field, ".")] = e.Code
		if e.Message == "" || !strings.HasSuffix(e.Message, ".") {
			m["message of "+strings.Join(e.Field, ".")] = e.Code
		}
	}
	return m
}

// TestAllMistakes finds those of a whole input at once.
func TestAllMistakes(t *testing.T) {
	t.Parallel()
	in := NewOpportunity{
		Title: long(256), ResponsibleID: "anna", BidCurrency: "Euro", Description: long(maxText/2 + 1), ContactID: -1, MemberIDs: []int{1, 0},
		BidType: 9, BidValue: dec("0.1234567891"), PerPeriodValue: -1, SuccessProbability: Set(101), ActualCloseDate: Set(date("0999-01-01T00:00:00Z")),
		ExpectedCloseDate: date("9999-12-31T23:59:59-01:00"), AccessListIDs: []string{anna.ID, strings.ToUpper(anna.ID), removedEmployee},
		CustomFields: []FieldValue{{0, nil}, {72, ptr("🙂")}, {72, nil}}, Tags: []string{"a\x00"},
	}
	want := map[string]UserErrorCode{
		"title": CodeTooLong, "stageId": CodeInvalid, "responsibleId": CodeInvalid, "bidCurrency": CodeInvalid, "description": CodeTooLong,
		"contactId": CodeInvalid, "memberIds.1": CodeInvalid, "bidType": CodeInvalid, "bidValue": CodeOutOfRange, "perPeriodValue": CodeOutOfRange,
		"successProbability": CodeOutOfRange, "actualCloseDate": CodeOutOfRange, "expectedCloseDate": CodeOutOfRange,
		"accessListIds": CodeInvalid, "accessListIds.1": CodeDuplicate, "accessListIds.2": CodeNotFound,
		"customFields.0.fieldId": CodeInvalid, "customFields.1.value": CodeUnsupported, "customFields.2": CodeDuplicate, "tags.0": CodeUnsupported,
	}
	if diff := cmp.Diff(want, mistakes(in.Check(nil))); diff != "" {
		t.Errorf("a new opportunity (-want +got):\n%s", diff)
	}
	changes := OpportunityChanges{
		Title: Clear[string](), StageID: Clear[int](), ResponsibleID: Clear[string](), BidCurrency: Clear[string](), ContactID: Set(0),
		BidType: Set(BidType(-1)), IsPrivate: Set(false), AccessListIDs: Set([]string{anna.ID}), Description: Set("\xff"),
	}
	want = map[string]UserErrorCode{
		"id": CodeInvalid, "title": CodeRequired, "stageId": CodeRequired, "responsibleId": CodeRequired, "bidCurrency": CodeRequired,
		"contactId": CodeInvalid, "bidType": CodeInvalid, "accessListIds": CodeInvalid, "description": CodeInvalid,
	}
	if diff := cmp.Diff(want, mistakes(changes.Check(nil))); diff != "" {
		t.Errorf("changes of an opportunity (-want +got):\n%s", diff)
	}
	task := NewTask{Title: " ", AlertValue: -1, ResponsibleID: removedEmployee}
	want = map[string]UserErrorCode{"title": CodeRequired, "responsibleId": CodeNotFound, "categoryId": CodeInvalid, "deadLine": CodeRequired, "alertValue": CodeOutOfRange}
	if diff := cmp.Diff(want, mistakes(task.Check(nil))); diff != "" {
		t.Errorf("a new task (-want +got):\n%s", diff)
	}
	note := NewNote{Content: long(maxContent + 1)}
	want = map[string]UserErrorCode{"opportunityId": CodeRequired, "categoryId": CodeInvalid, "content": CodeTooLong}
	if diff := cmp.Diff(want, mistakes(note.Check(nil))); diff != "" {
		t.Errorf("a note (-want +got):\n%s", diff)
	}
	note = NewNote{ContactID: 1, CategoryID: 1, Content: long(maxContent)} // of two bytes each
	if got := mistakes(note.Check(nil)); len(got) != 1 || got["content"] != CodeTooLong {
		t.Errorf("a note of many bytes: got %v", got)
	}
}

// TestLookUps checks an input against the portal's dictionaries.
func TestLookUps(t *testing.T) {
	t.Parallel()
	with := &Dictionaries{
		Stages: []*Stage{{ID: 14}}, Currencies: []*Currency{{Abbreviation: "EUR"}}, TaskCategories: []*ListItem{{ID: 31}}, HistoryCategories: []*ListItem{},
		Employees: map[string]bool{anna.ID: true, bjorn.ID: false},
		Fields: []*CustomFieldDefinition{
			{ID: 71, FieldType: Heading}, {ID: 72}, {ID: 74, FieldType: SelectBox, Mask: ptr(`["Nordics","DACH"]`)}, {ID: 75, FieldType: CheckBox}, {ID: 76, FieldType: Date},
		},
	}
	in := scannerPilot()
	in.CustomFields = []FieldValue{{72, ptr("x")}, {74, ptr(" DACH")}, {75, ptr("false")}, {76, ptr("2024-10-04")}}
	if found := in.Check(with); found != nil {
		t.Errorf("got %v", found)
	}
	in.StageID, in.BidCurrency, in.ResponsibleID = 15, "USD", strings.ToUpper(bjorn.ID)
	in.CustomFields = []FieldValue{{71, ptr("x")}, {74, ptr("dach")}, {75, ptr("1")}, {76, ptr("04/10/2024")}, {99, nil}}
	want := map[string]UserErrorCode{
		"stageId": CodeNotFound, "bidCurrency": CodeNotFound, "responsibleId": CodeNotFound, "customFields.0.fieldId": CodeInvalid, "customFields.1.value": CodeNotFound,
		"customFields.2.value": CodeInvalid, "customFields.3.value": CodeInvalid, "customFields.4.fieldId": CodeNotFound,
	}
	if diff := cmp.Diff(want, mistakes(in.Check(with))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if !slices.Equal(in.EmployeeIDs(), []string{in.ResponsibleID}) {
		t.Errorf("employees %v", in.EmployeeIDs())
	}
	task := NewTask{Title: "x", ResponsibleID: anna.ID, CategoryID: 41, DeadLine: midnight(2024, 9, 10)}
	if got := mistakes(task.Check(with)); len(got) != 1 || got["categoryId"] != CodeNotFound {
		t.Errorf("a task: got %v", got)
	}
}

func TestAmounts(t *testing.T) {
	t.Parallel()
	for text, fits := range map[string]bool{
		"0": true, "-0.000000001": true, "0.1000000000000000": true, "0.0000000001": false, "79228162514264337593543950335": true,
		"79228162514264337593543950336": false, "7922816251426433759354395033.5": true, "79228162514264337593543950335.1": false, "1e28": true, "1e29": false, "1e60": false,
	} {
		c := checking(nil)
		if c.amount(dec(text), ""); (c.found == nil) != fits {
			t.Errorf("%s: %v", text, c.found)
		}
	}
}

func TestChange(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		change         Change[int]
		given, cleared bool
		becomes        int // of 7
	}{
		{Change[int]{}, false, false, 7},
		{ChangeTo(ptr(5), false), false, false, 7},
		{Clear[int](), true, true, 0},
		{ChangeTo[int](nil, true), true, true, 0},
		{Set(0), true, false, 0},
		{ChangeTo(ptr(5), true), true, false, 5},
	} {
		_, ok := test.change.Value()
		if test.change.Given() != test.given || test.change.Cleared() != test.cleared || test.change.over(7) != test.becomes || ok != (test.given && !test.cleared) {
			t.Errorf("got %+v", test.change)
		}
	}
}

// TestForms shows that pairs are in the order of their numbers: the portal fails at
// another.
func TestForms(t *testing.T) {
	t.Parallel()
	var values []FieldValue
	want := ""
	for i := range 12 {
		values = append(values, FieldValue{i + 1, ptr("ä&=+")})
		want += fmt.Sprintf("&customFieldList%%5B%d%%5D%%5Bkey%%5D=%d&customFieldList%%5B%d%%5D%%5Bvalue%%5D=%%C3%%A4%%26%%3D%%2B", i, i+1, i)
	}
	f := &form{}
	f.values(values)
	f.values([]FieldValue{})
	f.texts("accessList", nil)
	f.date("deadline", DateTime{})
	if "&"+f.String() != want {
		t.Errorf("got %s", f)
	}
	for isNew, want := range map[bool]string{
		true:  "title=&customFieldList%5B0%5D%5Bkey%5D=3&customFieldList%5B0%5D%5Bvalue%5D=a",
		false: "title=&about=&companyId=0&isPrivate=false&customFieldList%5B0%5D%5Bkey%5D=2&customFieldList%5B0%5D%5Bvalue%5D=+&customFieldList%5B1%5D%5Bkey%5D=3&customFieldList%5B1%5D%5Bvalue%5D=a",
	} {
		f := &form{isNew: isNew}
		f.add("title", "")
		f.givenText("about", "")
		f.givenNumber("companyId", 0)
		f.givenTruth("isPrivate", false)
		f.values([]FieldValue{{2, nil}, {3, ptr("a")}})
		if f.String() != want {
			t.Errorf("new, %t: got %s", isNew, f)
		}
	}
}

func TestSentDates(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2024-10-31": "2024-10-31", "2024-10-31T00:00:00Z": "2024-10-31T00:00:00Z", "2024-10-31T23:59:59.9999999+02:00": "2024-10-31T21:59:59Z",
		"2024-10-31T10:00:00.120-05:30": "2024-10-31T15:30:00Z", "2024-10-31t10:00:00z": "2024-10-31T10:00:00Z",
	} {
		var d DateTime
		if err := d.UnmarshalGQL(text); err != nil || d.sent() != want {
			t.Errorf("%s: got %s, %v", text, d.sent(), err)
		}
	}
	day := midnight(2024, 10, 31)
	if !day.isStored(date("2024-10-31T00:00:00+02:00")) || day.isStored(date("2024-10-30T22:00:00Z")) {
		t.Error("a day is not what a portal makes of it")
	}
	for _, text := range []string{"2024-10-32", "2024-10", "31.10.2024", "2024-10-31T10:00", "2026-05-01T10:00:00,5Z", "2026-05-01T1:00:00Z", "0001-01-01", "0001-01-01T00:00:00Z"} {
		if err := new(DateTime).UnmarshalGQL(text); err == nil {
			t.Errorf("%s was read", text)
		}
	}
}

// TestAllThatIsLost names all values at once that cannot be kept.
func TestAllThatIsLost(t *testing.T) {
	t.Parallel()
	removed := &Employee{ID: removedEmployee}
	o := &Opportunity{Title: "a 🎒", Responsible: removed, Description: "🚛"}
	v := o.values()
	task := &Task{Title: "", Responsible: removed}
	tv := task.values()
	contact := &ContactDetails{Company: &ContactBase{}, Industry: ptr("Transport"), ContactBase: ContactBase{Currency: &Currency{Abbreviation: "EUR"}}}
	cv := contact.values()
	for want, found := range map[string]UserErrors{
		"stageId responsibleId bidCurrency title description": (&OpportunityChanges{}).keeps(o, &v),
		"responsibleId title categoryId deadLine":             (&TaskChanges{}).keeps(task, &tv),
		"industry currency companyId firstName lastName":      (&ContactChanges{}).keeps(contact, &cv),
	} {
		var fields []string
		for _, e := range found {
			fields = append(fields, e.Field[0])
			if e.Code != CodeCannotKeep {
				t.Errorf("%v is %s", e.Field, e.Code)
			}
		}
		if got := strings.Join(fields, " "); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
