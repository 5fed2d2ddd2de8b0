package upstream

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

type marshaler interface{ MarshalGQL(w io.Writer) }

func gql(v marshaler) string {
	var b bytes.Buffer
	v.MarshalGQL(&b)
	return b.String()
}

func TestDateTime(t *testing.T) {
	t.Parallel()
	for wire, want := range map[string]string{
		`"2024-04-08T09:12:33.0000000Z"`:      `"2024-04-08T09:12:33Z"`,
		`"2024-04-08T09:12:33.1200000+03:00"`: `"2024-04-08T09:12:33.12+03:00"`,
		`"2024-04-08T09:12:33.7011881-05:30"`: `"2024-04-08T09:12:33.7011881-05:30"`,
		`"2024-04-08T09:12:33Z"`:              `"2024-04-08T09:12:33Z"`,
		`"0001-01-01T00:00:00.0000000Z"`:      `null`,
		`"0001-01-01T00:00:00.0000000+03:00"`: `null`,
		`"0001-01-01T00:00:00.0000000-05:30"`: `null`,
		`""`:                                  `null`,
		`null`:                                `null`,
	} {
		v := date("2020-01-01T00:00:00Z") // what is read must replace it
		if err := json.Unmarshal([]byte(wire), &v); err != nil {
			t.Errorf("%s: %v", wire, err)
		} else if got := gql(v); got != want {
			t.Errorf("%s: got %s, want %s", wire, got, want)
		}
	}
	for _, wire := range []string{`"yesterday"`, `"2024-04-08"`, `20240408`, `{}`, `"2024-13-01T00:00:00Z"`} {
		var v DateTime
		if err := json.Unmarshal([]byte(wire), &v); err == nil {
			t.Errorf("%s was read as %v", wire, v)
		}
	}
	var v DateTime
	if err := v.UnmarshalGQL("2026-03-01T09:00:00+01:00"); err != nil || gql(v) != `"2026-03-01T09:00:00+01:00"` {
		t.Errorf("as an argument: %s, %v", gql(v), err)
	}
	for _, argument := range []any{"tomorrow", 5, nil} {
		if err := v.UnmarshalGQL(argument); err == nil {
			t.Errorf("argument %v was taken", argument)
		}
	}
}

func TestDecimal(t *testing.T) {
	t.Parallel()
	for wire, want := range map[string]string{
		"1234567.890000000":               `"1234567.89"`,
		"11.0":                            `"11"`,
		"0.0":                             `"0"`,
		"-0.01":                           `"-0.01"`,
		"0.000000100":                     `"0.0000001"`,
		"9007199254740993.0":              `"9007199254740993"`,
		"79228162514264337593543950335.0": `"79228162514264337593543950335"`,
		"-79228162514264337593543950335.000000000": `"-79228162514264337593543950335"`,
		"99999999999999999999.999999999":           `"99999999999999999999.999999999"`,
		`"12.50"`:                                  `"12.5"`,
		"1e3":                                      `"1000"`,
		"null":                                     `"0"`,
	} {
		v := dec("5") // what is read must replace it
		if err := json.Unmarshal([]byte(wire), &v); err != nil {
			t.Errorf("%s: %v", wire, err)
		} else if got := gql(v); got != want {
			t.Errorf("%s: got %s, want %s", wire, got, want)
		}
	}
	for _, wire := range []string{`"much"`, `{}`, `true`, "1e61", "1e-61", `"` + string(bytes.Repeat([]byte("9"), 101)) + `"`} {
		var v Decimal
		if err := json.Unmarshal([]byte(wire), &v); err == nil {
			t.Errorf("%s was read as %v", wire, v)
		}
	}
	var v Decimal
	for argument, want := range map[any]string{"1.50": `"1.5"`, 7: `"7"`, int64(8): `"8"`, json.Number("9.1"): `"9.1"`} {
		if err := v.UnmarshalGQL(argument); err != nil || gql(v) != want {
			t.Errorf("argument %v: %s, %v", argument, gql(v), err)
		}
	}
	for _, argument := range []any{"much", 1.5, true, nil} {
		if err := v.UnmarshalGQL(argument); err == nil {
			t.Errorf("argument %v was taken", argument)
		}
	}
}

func TestEnums(t *testing.T) {
	t.Parallel()
	for want, v := range map[string]marshaler{
		`"FIXED_BID"`:       FixedBid,
		`"PER_YEAR"`:        PerYear,
		`"OPEN"`:            StageOpen,
		`"CLOSED_AND_LOST"`: StageClosedAndLost,
		`"NONE"`:            ShareNone,
		`"READ"`:            ShareRead,
		`"TEXT_FIELD"`:      TextField,
		`"DATE"`:            Date,
		`"EMAIL"`:           InfoEmail,
		`"VK"`:              ContactInfoType(17),
	} {
		if got := gql(v); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	for _, v := range []marshaler{BidType(6), BidType(-1), StageType(3), ShareType(3), CustomFieldType(6), ContactInfoType(18)} {
		if got := gql(v); got != `"UNKNOWN"` {
			t.Errorf("%v: got %s", v, got)
		}
	}
	var stage StageType
	if err := stage.UnmarshalGQL("CLOSED_AND_WON"); err != nil || stage != StageClosedAndWon {
		t.Errorf("argument: %v, %v", stage, err)
	}
	for _, argument := range []any{"UNKNOWN", "open", 1, nil} {
		if err := stage.UnmarshalGQL(argument); err == nil {
			t.Errorf("argument %v was taken", argument)
		}
	}
}

func TestNodeID(t *testing.T) {
	t.Parallel()
	company, person := &Company{ID: 12}, &Person{ID: 12}
	first, _ := company.NodeID()
	second, _ := person.NodeID()
	if first != second {
		t.Errorf("a company and a person of one number: %s and %s; the portal has one table for both", first, second)
	}
	seen := map[string]bool{}
	const guid = "93580c54-1132-4d6b-bf2d-da0bfaaa1a28"
	for kind, node := range map[NodeKind]Node{NodeContact: company, NodeOpportunity: &Opportunity{ID: 12}, NodeStage: &Stage{ID: 12}, NodeEmployee: &Employee{ID: guid}} {
		text, err := node.NodeID()
		if err != nil || seen[text] {
			t.Errorf("%T: %s, %v", node, text, err)
		}
		seen[text] = true
		if id, err := ParseNodeID(text); err != nil || id.Kind != kind || id.Text != guid && id.Number != 12 {
			t.Errorf("%s: %+v, %v", text, id, err)
		}
	}
	for _, text := range []string{
		"", "12", "!!", nodeID("", ""), nodeID(NodeStage, ""), nodeID(NodeStage, "0"), nodeID(NodeStage, "-1"), nodeID(NodeStage, "012"),
		nodeID(NodeStage, "2147483648"), nodeID(NodeStage, "12:1"), nodeID(NodeEmployee, "12"), nodeID(NodeEmployee, "../../portal/secret/aaaaaaaaaaaaaaaa"),
		nodeID(NodeEmployee, strings.Repeat("-", 36)), nodeID("Task", "12"), nodeID(NodeStage, "12") + "=", nodeID(NodeStage, "12") + "\n",
	} {
		if id, err := ParseNodeID(text); err == nil {
			t.Errorf("%q was read as %+v", text, id)
		}
	}
	if _, err := (&Employee{}).NodeID(); KindOf(err) != KindBadAnswer {
		t.Errorf("an employee without an id: %v", err)
	}
}

func TestTotalValue(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		opportunity Opportunity
		want        string
	}{
		{Opportunity{}, `"0"`},
		{Opportunity{BidValue: dec("100.50"), PerPeriodValue: 12}, `"100.5"`},
		{Opportunity{BidType: PerMonth, BidValue: dec("1234567.89"), PerPeriodValue: 24}, `"29629629.36"`},
		{Opportunity{BidType: PerHour, BidValue: dec("80")}, `"0"`},
		{Opportunity{BidType: PerYear, BidValue: dec("79228162514264337593543950335"), PerPeriodValue: 2}, `"158456325028528675187087900670"`},
	} {
		if got := gql(test.opportunity.TotalValue()); got != test.want {
			t.Errorf("%+v: got %s, want %s", test.opportunity, got, test.want)
		}
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	mask := ptr(`["Nordics","Asia / Pacific"]`)
	for _, test := range []struct {
		field CustomField
		want  []string
	}{
		{CustomField{FieldType: SelectBox, Mask: mask}, []string{"Nordics", "Asia / Pacific"}},
		{CustomField{FieldType: SelectBox, Mask: ptr("")}, nil},
		{CustomField{FieldType: SelectBox, Mask: ptr(`{"size":40}`)}, nil},
		{CustomField{FieldType: SelectBox}, nil},
		{CustomField{FieldType: TextField, Mask: mask}, nil},
	} {
		if got := test.field.Options(); !slices.Equal(got, test.want) {
			t.Errorf("%+v: got %q, want %q", test.field, got, test.want)
		}
	}
}

func TestCredentialsPrintNothing(t *testing.T) {
	t.Parallel()
	c := Credentials{Authorization: "secret", Cookie: "secret"}
	for _, format := range []string{"%v", "%+v", "%s", "%#v", "%q"} {
		if got := fmt.Sprintf(format, c); bytes.Contains([]byte(got), []byte("secret")) {
			t.Errorf("%s prints %s", format, got)
		}
		if got := fmt.Sprintf(format, struct{ C Credentials }{c}); bytes.Contains([]byte(got), []byte("secret")) {
			t.Errorf("%s within a struct prints %s", format, got)
		}
	}
}

// Fields are chosen by their labels: all when none are named, and none of an empty
// list.
func TestCustomFieldsByLabel(t *testing.T) {
	t.Parallel()
	o := Opportunity{CustomFields: []CustomField{{Label: "a"}, {Label: "b"}}}
	for want, labels := range map[int][]string{2: nil, 0: {}, 1: {"b", "c"}} {
		if fields, known := o.KnownCustomFields(labels, nil); len(fields) != want || !known {
			t.Errorf("%d fields of the labels %q", len(fields), labels)
		}
	}
}
