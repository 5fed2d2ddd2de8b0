package upstream

import (
	"io"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestContactCustomFields shows that a contact has the same custom fields
// whether it was read alone, with headings, or from a list that repeats some.
func TestContactCustomFields(t *testing.T) {
	t.Parallel()
	const (
		heading = `{"entityId":0,"label":"Extra","fieldValue":"","fieldType":4,"position":0,"mask":"","id":80},`
		vat     = `{"entityId":7,"label":"VAT number","fieldValue":"SE5566","fieldType":0,"position":1,"mask":"","id":81}`
	)
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/2.0/crm/contact/filter.json" {
			_, _ = io.WriteString(w, `{"status":0,"response":[{"customFields":[`+vat+`,`+vat+`],"displayName":"A","id":7}]}`)
			return
		}
		_, _ = io.WriteString(w, `{"status":0,"response":{"customFields":[`+heading+vat+`],"displayName":"A","id":7}}`)
	})
	caller := client.For(token)
	alone := caller.Contacts(t.Context(), nil, []int{7})[0]
	page := caller.ListContacts(t.Context(), nil, []Query[ContactCriteria]{{Window: Window{Count: 1, SortBy: "id"}}})[0]
	list, err := page.Value, page.Err
	if alone.Err != nil || err != nil {
		t.Fatal(alone.Err, err)
	}
	if diff := cmp.Diff(alone.Value.CustomFields, list.Items[0].CustomFields, same); diff != "" || len(alone.Value.CustomFields) != 1 {
		t.Errorf("alone and in a list (-alone +list):\n%s", diff)
	}
	if id, err := alone.Value.CustomFields[0].ValueID(); id != "contact:7:81" || err != nil {
		t.Errorf("id %q, %v", id, err)
	}
}

func TestPrimaryContactInfo(t *testing.T) {
	t.Parallel()
	d := ContactDetails{CommonData: []ContactInfo{
		{InfoType: InfoPhone, Data: "first phone"}, {InfoType: InfoEmail, Data: "other"}, {InfoType: InfoEmail, Data: "main", IsPrimary: true}, {InfoType: InfoPhone, Data: "second phone"},
	}}
	if got := d.Primary(InfoEmail); got == nil || got.Data != "main" {
		t.Errorf("e-mail %v", got)
	}
	if got := d.Primary(InfoPhone); got == nil || got.Data != "first phone" {
		t.Errorf("phone %v", got)
	}
	if got := d.Primary(ContactInfoType(2)); got != nil {
		t.Errorf("web page %v", got)
	}
}

func TestTypedCustomFields(t *testing.T) {
	t.Parallel()
	text := func(p *string) string {
		if p == nil {
			return "nil"
		}
		return *p
	}
	for value, want := range map[string]string{
		"2024-09-02": "2024-09-02", "2024-09-02T10:00:00Z": "2024-09-02", "2024/9/2": "2024-09-02", "02.09.2024": "2024-09-02", "2.9.2024": "2024-09-02",
		"13/02/2024": "2024-02-13", "02/13/2024": "2024-02-13", "05/05/2024": "2024-05-05", "09/02/2024": "nil", "02-09-2024": "nil",
		"28. 6. 2022": "2022-06-28", "28.06.2022.": "2022-06-28", "28. 06. 2022. 10:00": "2022-06-28", "2022. 06. 28.": "2022-06-28", "2022.06.28": "2022-06-28", "28.\u00a06.\u00a02022": "2022-06-28",
		"28/06/2022.": "nil", "28/ 6/ 2022": "nil", "28. 6.2022": "2022-06-28", "31. 2. 2024": "nil", "28.06.2022..": "nil", "28.06.2022. 1. 2.": "2022-06-28",
		"31.02.2024": "nil", "2024-13-01": "nil", "next week": "nil", "": "nil", "1/2/3": "nil", "02.09/2024": "nil", "0000-01-01": "nil",
	} {
		f := CustomField{FieldType: Date, FieldValue: &value}
		if got := text(f.DateValue()); got != want {
			t.Errorf("date %q: %s, want %s", value, got, want)
		}
	}
	for value, want := range map[string]any{"true": true, "True": true, "1": true, "false": false, "0": false, "yes": nil, "": nil} {
		f := CustomField{FieldType: CheckBox, FieldValue: &value}
		if got := f.BooleanValue(); got == nil && want != nil || got != nil && *got != want {
			t.Errorf("boolean %q: %v, want %v", value, got, want)
		}
	}
	mask := `["Nordics","DACH"]`
	for value, want := range map[string]string{"DACH": "DACH", "Iberia": "nil", "": "nil"} {
		f := CustomField{FieldType: SelectBox, FieldValue: &value, Mask: &mask}
		if got := text(f.OptionValue()); got != want {
			t.Errorf("option %q: %s, want %s", value, got, want)
		}
	}
	value := "true"
	f := CustomField{FieldType: TextField, FieldValue: &value}
	if f.BooleanValue() != nil || f.DateValue() != nil || f.OptionValue() != nil || f.IsHeading() {
		t.Error("a text has typed values")
	}
}
