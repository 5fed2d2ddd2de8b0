package resolvers_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/upstream/demo"
)

// belowContacts are what is selected on the fields of contacts that are objects.
var belowContacts = map[string]string{
	"currency": "{ ...M }", "accessList": "{ ...E }", "createBy": "{ ...E email }",
	"contactStatus": "{ id title description color sortOrder relativeItemsCount }", "contactType": "{ id title description sortOrder relativeItemsCount }", "addresses": "{ street city state zip country category categoryName isPrimary }",
	"commonData": "{ id infoType category categoryName data isPrimary }", "customFields": "{ id fieldId label fieldValue fieldType position }",
	"opportunities": "(first: 2) { totalCount nodes { id title } }",
	"company":       "{ id displayName about }", "persons": "{ id displayName jobTitle tags }",
}

// contactFields returns every field of a kind of contact, one by one.
func contactFields(kind string) []string {
	var fields []string
	for _, field := range servedSchema.Types[kind].Fields {
		fields = append(fields, field.Name+belowContacts[field.Name])
	}
	return fields
}

const contactParts = ` fragment E on Employee { id displayName } fragment M on Currency { abbreviation symbol }`

// TestWholeContacts compares complete answers about persons and companies with
// testdata, byte for byte but for white space.
func TestWholeContacts(t *testing.T) {
	t.Parallel()
	for kind, id := range map[string]int{"Person": 2001, "Company": 1001} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			a := newAPI(t)
			query := fmt.Sprintf("{ contact(id: %d) { ... on %s { %s } } }%s", id, kind, strings.Join(contactFields(kind), " "), contactParts)
			a.expectFile(t, query, "testdata/contact_"+strings.ToLower(kind)+".json")
		})
	}
}

// TestContactFieldsAlone asks for each field of a contact by itself, wherever
// contacts are, and for all of them together.
func TestContactFieldsAlone(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	for kind, number := range map[string]int{"Person": 2001, "Company": 1001} {
		member := map[string]string{"Person": "members", "Company": "contact"}[kind]
		places := map[string]string{
			"in full": fmt.Sprintf("{ at: contact(id: %d) { ... on %s { FIELD } } }", number, kind),
			"a node":  fmt.Sprintf("{ at: node(nodeId: %q) { ... on %s { FIELD } } }", nodeID(fmt.Sprintf("Contact:%d", number)), kind),
			"of an opportunity": fmt.Sprintf("{ opportunities(first: 1, filter: {contact: \"%d\", contactIsParticipant: true}) { nodes { at: %s { id ... on %s { FIELD } } } } }",
				number, member, kind),
			"of a task":   fmt.Sprintf("{ tasks(first: 1, filter: {contact: \"%d\"}) { nodes { at: contact { id ... on %s { FIELD } } } } }", number, kind),
			"of an event": fmt.Sprintf("{ history(first: 1, filter: {contact: \"%d\"}) { nodes { at: contact { id ... on %s { FIELD } } } } }", number, kind),
		}
		for place, query := range places {
			ask := func(fields string) map[string]any {
				t.Helper()
				answer := parse(t, a.ask(t, strings.ReplaceAll(query, "FIELD", fields)+usedParts(fields), nil))
				if answer["errors"] != nil {
					t.Fatalf("%s, %s: %s", place, fields, text(t, answer))
				}
				return contactAt(answer["data"], fmt.Sprint(number))
			}
			whole := ask(strings.Join(contactFields(kind), " "))
			if whole == nil {
				t.Errorf("there is no %s %s", kind, place)
				continue
			}
			for _, field := range contactFields(kind) {
				name := strings.Trim(strings.FieldsFunc(field, func(r rune) bool { return strings.ContainsRune("({ ", r) })[0], " ")
				alone := ask(field)
				if diff := cmp.Diff(whole[name], alone[name]); diff != "" {
					t.Errorf("%s of a %s %s (-together +alone):\n%s", name, kind, place, diff)
				}
			}
		}
	}
}

// usedParts returns the fragments that are spread; others would be refused.
func usedParts(fields string) string {
	var used string
	for _, part := range strings.SplitAfter(contactParts, "}") {
		if name := strings.Fields(part); len(name) > 1 && strings.Contains(fields, "..."+name[1]) {
			used += part
		}
	}
	return used
}

// contactAt finds the object that has been asked for as "at": the only one, or of
// several the one with the id.
func contactAt(v any, id string) map[string]any {
	switch v := v.(type) {
	case map[string]any:
		if one, ok := v["at"].(map[string]any); ok {
			return one
		}
		for _, below := range v {
			if found := contactAt(below, id); found != nil {
				return found
			}
		}
	case []any:
		for _, item := range v {
			if one, ok := item.(map[string]any); ok && one["id"] == id && one["at"] == nil {
				return one
			}
			if found := contactAt(item, id); found != nil {
				return found
			}
		}
	}
	return nil
}

// TestNodes looks each kind of thing up by the id that it has elsewhere.
func TestNodes(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	for kind, query := range map[string]string{
		"Opportunity": `{ opportunity(id: 3101) { ...F } } fragment F on Opportunity { __typename id nodeId title tags contact { displayName about } }`,
		"Person":      `{ contact(id: 2001) { ...F } } fragment F on Person { __typename id nodeId displayName firstName company { displayName persons { id } } }`,
		"Company":     `{ contact(id: 1001) { ...F } } fragment F on Company { __typename id nodeId displayName companyName persons { id jobTitle } }`,
		"Stage":       `{ opportunity(id: 3101) { stage { ...F } } } fragment F on Stage { __typename id nodeId title sortOrder relativeItemsCount opportunities(first: 2) { nodes { tags } } }`,
		"Employee":    `{ opportunity(id: 3101) { responsible { ...F } } } fragment F on Employee { __typename id nodeId displayName userName email isAdmin }`,
	} {
		answer := parse(t, a.ask(t, query, nil))
		object := objectWith(answer["data"], "nodeId")
		if object == nil {
			t.Fatalf("%s: %s", kind, text(t, answer))
		}
		_, fragment, _ := strings.Cut(query, "fragment")
		node := parse(t, a.ask(t, fmt.Sprintf("{ node(nodeId: %q) { ...F } } fragment%s", object["nodeId"], fragment), nil))
		if diff := cmp.Diff(object, objectWith(node["data"], "nodeId")); diff != "" || node["errors"] != nil || object["__typename"] != kind {
			t.Errorf("%s (-elsewhere +node):\n%s%s", kind, diff, text(t, node["errors"]))
		}
	}
	for what, id := range map[string]string{"opportunity": "Opportunity:999999", "contact": "Contact:999999", "stage": "Stage:999999", "employee": "Employee:00000000-0000-0000-0000-000000000000"} {
		if answer := a.ask(t, fmt.Sprintf("{ node(nodeId: %q) { nodeId } }", nodeID(id)), nil); answer != `{"data":{"node":null}}` {
			t.Errorf("no such %s: %s", what, answer)
		}
	}
}

// objectWith returns the first object with the member.
func objectWith(v any, member string) map[string]any {
	object, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	if object[member] != nil {
		return object
	}
	for _, below := range object {
		if found := objectWith(below, member); found != nil {
			return found
		}
	}
	return nil
}

// TestRemovedEmployee asks for everything of the stand-in for removed employees.
func TestRemovedEmployee(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	const query = `{ opportunity(id: 3104) { accessList { id displayName userName email isAdmin } } }`
	list := parse(t, a.ask(t, query, nil))["data"].(map[string]any)["opportunity"].(map[string]any)["accessList"].([]any)
	a.expectCalls(t, calls{oneGet: 1, "GET people/{guid}": len(list) - 1})
	removed := list[len(list)-1]
	want := map[string]any{"id": "4a515a15-d4d6-4b8e-828e-e0586f18f3a3", "displayName": "Profile has been removed", "userName": nil, "email": nil, "isAdmin": nil}
	if diff := cmp.Diff(want, removed); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if answer := a.ask(t, query, nil); strings.Contains(answer, "errors") {
		t.Errorf("answer %s", answer)
	}
}

// TestPersonsOfCompanies compares the persons of a company, who come with it, with
// what the portal says of each.
func TestPersonsOfCompanies(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	const fields = "id customFields { id fieldId label fieldValue } about industry addresses { city } commonData { data } email tags"
	checked := 0
	for _, id := range []int{1001, 1002, 1048} {
		company := objectWith(parse(t, a.ask(t, fmt.Sprintf("{ contact(id: %d) { ... on Company { persons { %s } } } }", id, fields), nil)), "persons")
		for _, person := range company["persons"].([]any) {
			alone := objectWith(parse(t, a.ask(t, fmt.Sprintf("{ contact(id: %s) { %s } }", person.(map[string]any)["id"], fields), nil)), "id")
			if diff := cmp.Diff(alone, person); diff != "" {
				t.Errorf("(-alone +of the company):\n%s", diff)
			}
			checked++
		}
	}
	if checked < 3 {
		t.Errorf("only %d persons", checked)
	}
}

// TestCameAlong has the look-up of a contact fail that a list brought as well: what
// came with the list stays.
func TestCameAlong(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.portal.Inject(demo.Fault{Kind: demo.ServerError, Route: "crm/contact/{id}"})
	answer := parse(t, a.ask(t, `{ contacts(first: 1) { nodes { id about email tags } } contact(id: 1001) { displayName } }`, nil))
	node := objectWith(answer["data"], "contacts")["contacts"].(map[string]any)["nodes"].([]any)[0].(map[string]any)
	if node["id"] != "1001" || node["about"] == nil || node["tags"] == nil {
		t.Errorf("answer %s", text(t, answer))
	}
}
