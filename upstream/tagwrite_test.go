package upstream

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
)

func TestTags(t *testing.T) {
	t.Parallel()
	const (
		tags    = "\nGET crm/opportunity/tag/3101"
		renewal = "POST crm/opportunity/3101/tag tag_add.request.json"
		urgent  = "DELETE crm/opportunity/3101/tag?tagName=urgent"
	)
	there := func(list string) string { return `{"status":0,"response":` + list + `}` }
	for name, test := range map[string]struct {
		method string
		tags   []string
		call   said
		want   []string
		kind   Kind
		again  string // what the tags are when they are read by themselves
	}{
		"added": {http.MethodPost, []string{" Renewal "}, said{
			"POST batch", renewal + tags, 201,
			results(t, 201, "writes/tag_add.response.json", 200, there(`["Q3/2024","renewal"]`)),
		}, []string{"Q3/2024", "renewal"}, KindUnknown, ""},
		"added again to a portal that minds": {http.MethodPost, []string{"Renewal"}, said{
			"POST batch", renewal + tags, 201,
			results(t, 500, "error_server.json", 200, there(`["renewal"]`)),
		}, []string{"renewal"}, KindUnknown, ""},
		"not added": {http.MethodPost, []string{"Renewal"}, said{
			"POST batch", renewal + tags, 201,
			results(t, 500, "error_server.json", 200, there(`[]`)),
		}, []string{}, KindServer, ""},
		"removed": {http.MethodDelete, []string{"urgent"}, said{
			"POST batch", urgent + tags, 201,
			results(t, 200, there(`"urgent"`), 200, there(`["renewal"]`)),
		}, []string{"renewal"}, KindUnknown, ""},
		"removed, though unknown": {http.MethodDelete, []string{"urgent"}, said{
			"POST batch", urgent + tags, 201,
			results(t, 404, "error_notfound.json", 200, there(`["renewal"]`)),
		}, []string{"renewal"}, KindUnknown, ""},
		"of none": {http.MethodPost, []string{"Renewal"}, said{
			"POST batch", renewal + tags, 201,
			results(t, 404, "error_notfound.json", 404, "error_notfound.json"),
		}, nil, KindNotFound, ""},
		"refused in the middle": {
			http.MethodPost,
			[]string{"Renewal"},
			said{"POST batch", renewal + tags, 400, "error_badrequest.json"},
			[]string{},
			KindInvalid, there(`[]`),
		},
		"lost":            {http.MethodPost, []string{"Renewal"}, said{"POST batch", renewal + tags, 502, "<html>"}, []string{"urgent"}, KindServer, there(`["urgent"]`)},
		"done, then lost": {http.MethodPost, []string{"Renewal"}, said{"POST batch", renewal + tags, 502, "<html>"}, []string{"renewal"}, KindUnknown, there(`["renewal"]`)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls := []said{test.call}
			if test.again != "" {
				calls = append(calls, said{"GET crm/opportunity/tag/3101", "", 0, test.again})
			}
			got, err := written(t, scripted(t, calls...), func(c *Caller) ([]string, error) {
				return c.changeTags(t.Context(), test.method, TagOpportunity, 3101, test.tags)
			})
			if KindOf(err) != test.kind || !slices.Equal(got, test.want) {
				t.Errorf("got %q, %v", got, err)
			}
			if want := map[string]Outcome{"not added": Unknown, "lost": Unknown, "refused in the middle": Unknown, "of none": NotDone}[name]; outcomeOf(err) != want {
				t.Errorf("outcome %s, want %s", outcomeOf(err), want)
			}
		})
	}
}

// TestTagsWithoutBatches has a portal that takes none: surely nothing was done, so each
// tag has a call of its own.
func TestTagsWithoutBatches(t *testing.T) {
	t.Parallel()
	client := scripted(t,
		said{"POST batch", "POST crm/contact/2001/tag tagName=a+%26+b\nPOST crm/contact/2001/tag tagName=c\nGET crm/contact/tag/2001", 404, "<html>"},
		said{"POST crm/contact/2001/tag", "tagName=a+%26+b", 201, `{"status":0,"response":"a & b"}`},
		said{"POST crm/contact/2001/tag", "tagName=c", 403, "error_forbidden.json"},
		said{"GET crm/contact/tag/2001", "", 0, `{"status":0,"response":["a & b"]}`},
	)
	got, err := written(t, client, func(c *Caller) ([]string, error) {
		return c.AddTags(t.Context(), TagContact, 2001, []string{"a & b", "c"})
	})
	if !slices.Equal(got, []string{"a & b"}) || KindOf(err) != KindForbidden || outcomeOf(err) != Unknown { // of both together
		t.Errorf("got %q, %v", got, err)
	}
}

// TestLostStep shows that nothing is sent after a call that was lost.
func TestLostStep(t *testing.T) {
	t.Parallel()
	client := scripted(t,
		said{"POST batch", "POST crm/contact/2001/tag tagName=a\nPOST crm/contact/2001/tag tagName=b\nGET crm/contact/tag/2001", 405, "<html>"},
		said{"POST crm/contact/2001/tag", "tagName=a", 504, "<html>"},
		said{"GET crm/contact/tag/2001", "", 0, `{"status":0,"response":["a"]}`},
	)
	got, err := written(t, client, func(c *Caller) ([]string, error) {
		return c.AddTags(t.Context(), TagContact, 2001, []string{"a", "b"})
	})
	missed, _ := apart(err)
	if KindOf(err) != KindServer || outcomeOf(err) != Unknown || !slices.Equal(got, []string{"a"}) || len(missed) != 1 || missed[0].Field[1] != "1" {
		t.Errorf("got %q, %v, %s", got, err, outcomeOf(err))
	}
}

func TestTagMistakes(t *testing.T) {
	t.Parallel()
	var many []string
	for i := range maxTags + 1 {
		many = append(many, fmt.Sprint(i))
	}
	for name, test := range map[string]struct {
		tags []string
		want UserErrorCode
	}{
		"none": {nil, CodeRequired}, "blank": {[]string{" \n"}, CodeRequired}, "twice": {[]string{"a", "A "}, CodeDuplicate},
		"emoji": {[]string{"a🙂"}, CodeUnsupported}, "many": {many, CodeTooLong},
	} {
		_, err := written(t, scripted(t, said{getFull, "", 0, "opportunity_full.json"}), func(c *Caller) ([]string, error) {
			return c.AddTags(t.Context(), TagOpportunity, 3101, test.tags)
		})
		var mistakes UserErrors
		if !errors.As(err, &mistakes) || mistakes[0].Code != test.want {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestMembers(t *testing.T) {
	t.Parallel()
	const both = "POST crm/opportunity/3101/contact/2002\nPOST crm/opportunity/3101/contact/9\nGET crm/opportunity/3101"
	add := func(c *Caller) (*Opportunity, error) {
		return c.AddOpportunityMembers(t.Context(), 3101, []int{2002, 9})
	}
	o, err := written(t, scripted(t, said{
		"POST batch", both, 201,
		results(t, 201, "writes/member_add.response.json", 404, "error_notfound.json", 200, "opportunity_full.json"),
	}), add)
	var missing UserErrors
	if !errors.As(err, &missing) || len(missing) != 1 || !slices.Equal(missing[0].Field, []string{"contactIds", "1"}) || o == nil || o.ID != 3101 {
		t.Errorf("got %v, %v", o, err)
	}
	_, err = written(t, scripted(t, said{
		"POST batch", both, 201,
		results(t, 404, "error_notfound.json", 404, "error_notfound.json", 404, "error_notfound.json"),
	}), add)
	if KindOf(err) != KindNotFound || outcomeOf(err) != NotDone {
		t.Errorf("of none: got %v, %s", err, outcomeOf(err))
	}
	o, err = written(t, scripted(t, said{
		"POST batch", "DELETE crm/opportunity/3101/contact/2002\nGET crm/opportunity/3101", 201,
		results(t, 200, "writes/member_add.response.json", 200, "opportunity_full.json"),
	}), func(c *Caller) (*Opportunity, error) {
		return c.RemoveOpportunityMembers(t.Context(), 3101, []int{2002})
	})
	if err != nil || o.ID != 3101 {
		t.Errorf("got %v, %v", o, err)
	}
}

// TestHiddenMembers has a change of members fail whose opportunity comes without nested ids,
// which tells nothing of them: what came of the change is not known.
func TestHiddenMembers(t *testing.T) {
	t.Parallel()
	hidden := edited(t, "opportunity_full.json", `"id":2001`, `"no":2001`, `"id":2002`, `"no":2002`)
	for method, change := range map[string]func(c *Caller) (*Opportunity, error){
		"POST": func(c *Caller) (*Opportunity, error) { return c.AddOpportunityMembers(t.Context(), 3101, []int{2010}) },
		"DELETE": func(c *Caller) (*Opportunity, error) {
			return c.RemoveOpportunityMembers(t.Context(), 3101, []int{2002})
		},
	} {
		_, err := written(t, scripted(t, said{
			"POST batch", method + " crm/opportunity/3101/contact/" + map[string]string{"POST": "2010", "DELETE": "2002"}[method] + "\nGET crm/opportunity/3101", 201,
			results(t, 500, "error_server.json", 200, hidden),
		}), change)
		var mistakes UserErrors
		if errors.As(err, &mistakes) || outcomeOf(err) != Unknown {
			t.Errorf("%s: got %v, %s", method, err, outcomeOf(err))
		}
	}
}

func TestCustomFields(t *testing.T) {
	t.Parallel()
	set := func(values ...FieldValue) func(c *Caller) (*Opportunity, error) {
		return func(c *Caller) (*Opportunity, error) {
			return c.SetOpportunityFields(t.Context(), FieldChanges{ID: 3101, Values: values}, nil)
		}
	}
	get := said{getFull, "", 0, "opportunity_full.json"}
	after := edited(t, "opportunity_full.json", `"fieldValue":"Nordics"`, `"fieldValue":"DACH"`, `"fieldValue":"09\/02\/2024"`, `"fieldValue":""`)
	const both = "POST crm/opportunity/3101/customfield/74 customfield_set.request.json\nPOST crm/opportunity/3101/customfield/76 customfield_clear.request.json\nGET crm/opportunity/3101"
	values := []FieldValue{{74, ptr(" DACH ")}, {75, ptr("true")}, {76, nil}}
	o, err := written(t, scripted(t, get, said{
		"POST batch", both, 201,
		results(t, 201, "writes/customfield_set.response.json", 201, "writes/customfield_clear.response.json", 200, after),
	}), set(values...))
	if err != nil || *o.CustomFields[3].FieldValue != "DACH" {
		t.Errorf("got %+v, %v", o, err)
	}
	_, err = written(t, scripted(t, get, said{
		"POST batch", both, 201,
		results(t, 201, "writes/customfield_set.response.json", 201, "writes/customfield_clear.response.json", 200, "opportunity_full.json"),
	}), set(values...))
	missed, lost := apart(err)
	if len(missed) != 2 || missed[0].Code != CodeNotAsWritten || missed[0].Field[1] != "0" || lost != nil {
		t.Errorf("not written: got %v", err)
	}
	_, err = written(t, scripted(t, get, said{
		"POST batch", "POST crm/opportunity/3101/customfield/999 fieldValue=x\nGET crm/opportunity/3101", 201,
		results(t, 500, "writes/error_field_unknown.response.json", 200, "opportunity_full.json"),
	}), set(FieldValue{999, ptr("x")}))
	if KindOf(err) != KindServer || outcomeOf(err) != Unknown {
		t.Errorf("no such field: got %v", err)
	}
	if _, err = written(t, scripted(t, get), set(FieldValue{74, ptr("Nordics")}, FieldValue{99, nil})); err != nil {
		t.Errorf("as it is: got %v", err)
	}
	if _, err = written(t, scripted(t, said{getFull, "", 404, "error_notfound.json"}), set(values...)); KindOf(err) != KindNotFound || outcomeOf(err) != NotDone {
		t.Errorf("of none: got %v", err)
	}
	twice := edited(t, "opportunity_full.json", `"customFields":[`, `"customFields":[{"entityId":3101,"fieldValue":"Nordics","fieldType":2,"id":74},`)
	_, err = written(t, scripted(t, said{getFull, "", 0, twice}, said{
		"POST batch", "POST crm/opportunity/3101/customfield/74 fieldValue=Nordics\nGET crm/opportunity/3101", 201,
		results(t, 201, "writes/customfield_set.response.json", 200, "opportunity_full.json"),
	}), set(FieldValue{74, ptr("Nordics")}))
	if err != nil {
		t.Errorf("stored twice: got %v", err)
	}
}

// TestCustomFieldsOfContacts are written under the kind of the contact.
func TestCustomFieldsOfContacts(t *testing.T) {
	t.Parallel()
	person := edited(t, "writes/person_update_then_get.response.json", `05\/14\/1979`, `05\/15\/1979`)
	client := scripted(t, said{"GET crm/contact/2001", "", 0, "writes/person_update_then_get.response.json"},
		said{
			"POST batch", "POST crm/person/2001/customfield/82 fieldValue=05%2F15%2F1979\nGET crm/contact/2001", 201,
			results(t, 201, "writes/customfield_set.response.json", 200, person),
		})
	d, err := written(t, client, func(c *Caller) (*ContactDetails, error) {
		return c.SetContactFields(t.Context(), FieldChanges{ID: 2001, Values: []FieldValue{{82, ptr("05/15/1979")}}}, nil)
	})
	if err != nil || *d.CustomFields[0].FieldValue != "05/15/1979" {
		t.Errorf("got %+v, %v", d, err)
	}
}

// A line break, which the portal would take out of a tag, is a mistake, and a list that
// is too long is one, not one for each entry.
func TestTagsAtOnce(t *testing.T) {
	t.Parallel()
	for want, tags := range map[string][]string{
		"tags.1: The portal takes line breaks out of a tag.": {"a", "b\nc"},
		"tags: At most 10 entries are taken at once.":        make([]string, 11),
	} {
		_, err := written(t, scripted(t, said{getFull, "", 0, "opportunity_full.json"}), func(c *Caller) ([]string, error) {
			return c.AddTags(t.Context(), TagOpportunity, 3101, tags)
		})
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
