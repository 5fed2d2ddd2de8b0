package resolvers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// row is what the tests below know of an opportunity.
type row struct {
	id, stage, stageType, responsible, contact string
	members, tags                              []string
	expected, actual                           string // days, "" for unset
}

// closeDay is the day that filters on close dates go by.
func (r row) closeDay() string {
	if r.stageType == "OPEN" {
		return r.expected
	}
	return r.actual
}

// all walks the whole list in pages and returns its rows in order.
func (a *api) all(t *testing.T, pageSize int, arguments string) []row {
	t.Helper()
	var rows []row
	var after any
	for pages := 0; ; pages++ {
		query := fmt.Sprintf(`query($after: String) { opportunities(first: %d, after: $after%s) {
			totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
			edges { cursor } nodes { id stage { id stageType } responsible { id } contact { id } members { id } tags expectedCloseDate actualCloseDate } } }`, pageSize, arguments)
		answer := parse(t, a.ask(t, query, map[string]any{"after": after}))
		if answer["errors"] != nil {
			t.Fatalf("errors: %s", text(t, answer["errors"]))
		}
		list := answer["data"].(map[string]any)["opportunities"].(map[string]any)
		info := list["pageInfo"].(map[string]any)
		for _, node := range list["nodes"].([]any) {
			rows = append(rows, rowOf(node.(map[string]any)))
		}
		if previous := info["hasPreviousPage"].(bool); previous != (pages > 0) {
			t.Errorf("page %d: hasPreviousPage %v", pages, previous)
		}
		if info["hasNextPage"] == false {
			if total, known := list["totalCount"].(float64); known && int(total) != len(rows) {
				t.Errorf("totalCount %v, but %d rows", total, len(rows))
			}
			return rows
		}
		after = info["endCursor"]
	}
}

func rowOf(node map[string]any) row {
	id := func(v any) string {
		if v == nil {
			return ""
		}
		return v.(map[string]any)["id"].(string)
	}
	day := func(v any) string {
		if v == nil {
			return ""
		}
		return v.(string)[:10]
	}
	r := row{
		id: id(node), stage: id(node["stage"]), stageType: node["stage"].(map[string]any)["stageType"].(string),
		responsible: id(node["responsible"]), contact: id(node["contact"]),
		expected: day(node["expectedCloseDate"]), actual: day(node["actualCloseDate"]),
	}
	for _, member := range node["members"].([]any) {
		r.members = append(r.members, id(member))
	}
	for _, tag := range node["tags"].([]any) {
		r.tags = append(r.tags, strings.ToLower(tag.(string)))
	}
	return r
}

func ids(rows []row) []string {
	list := []string{}
	for _, r := range rows {
		list = append(list, r.id)
	}
	return list
}

// TestFilters compares what each filter returns with what it should, worked out
// from the whole list.
func TestFilters(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	whole := a.all(t, 100, "")
	if len(whole) < 300 || !slices.IsSortedFunc(whole, func(x, y row) int { return strings.Compare(x.id, y.id) }) {
		t.Fatalf("%d rows, or not in the order of ids", len(whole))
	}
	backwards := ids(a.all(t, 37, ", orderBy: {direction: DESC}"))
	slices.Reverse(backwards)
	if diff := cmp.Diff(ids(whole), backwards); diff != "" {
		t.Errorf("descending is not ascending turned round:\n%s", diff)
	}
	const anna = "4bd35b6c-7a4e-4d6a-9c0a-2f5a4d9a7e11"
	has := func(list []string, one string) bool { return slices.Contains(list, one) }
	for filter, holds := range map[string]func(row) bool{
		`{}`:                           func(row) bool { return true },
		`{stageType: OPEN}`:            func(r row) bool { return r.stageType == "OPEN" },
		`{stageType: CLOSED_AND_LOST}`: func(r row) bool { return r.stageType == "CLOSED_AND_LOST" },
		`{stages: [15]}`:               func(r row) bool { return r.stage == "15" },
		`{stages: [19, 11, 15, 11]}`:   func(r row) bool { return has([]string{"11", "15", "19"}, r.stage) },
		`{stages: []}`:                 func(row) bool { return false },
		`{anyTag: []}`:                 func(row) bool { return false },
		`{tags: []}`:                   func(row) bool { return false },
		`{tags: null, stages: null}`:   func(row) bool { return true },
		`{stages: [15], stageType: CLOSED_AND_WON}`: func(row) bool { return false },
		`{responsible: "` + anna + `"}`:             func(r row) bool { return r.responsible == anna },
		`{tags: ["renewal"]}`:                       func(r row) bool { return has(r.tags, "renewal") },
		`{tags: [" RENEWAL ", "pilot"]}`:            func(r row) bool { return has(r.tags, "renewal") && has(r.tags, "pilot") },
		`{tags: ["no such tag"]}`:                   func(row) bool { return false },
		`{anyTag: ["renewal", "pilot", "Renewal"]}`: func(r row) bool { return has(r.tags, "renewal") || has(r.tags, "pilot") },
		`{anyTag: ["renewal", "pilot"], stages: [11, 15], tags: ["high priority"]}`: func(r row) bool {
			return (has(r.tags, "renewal") || has(r.tags, "pilot")) && has([]string{"11", "15"}, r.stage) && has(r.tags, "high priority")
		},
		`{contact: 1001}`: func(r row) bool { return r.contact == "1001" },
		`{contact: 2001, contactIsParticipant: true}`: func(r row) bool { return has(r.members, "2001") },
		`{closeDate: {from: "2025-01-01", to: "2025-06-30"}}`: func(r row) bool {
			return r.closeDay() >= "2025-01-01" && r.closeDay() <= "2025-06-30"
		},
		`{closeDate: {from: "2025-01-01", to: "2025-06-30"}, tags: ["no such tag"]}`: func(row) bool { return false },
		`{closeDate: {from: "2025-01-01", to: "2025-06-30"}, tags: ["renewal"]}`: func(r row) bool {
			return r.closeDay() >= "2025-01-01" && r.closeDay() <= "2025-06-30" && has(r.tags, "renewal")
		},
		`{dueBy: "2025-03-01"}`: func(r row) bool { return r.stageType == "OPEN" && r.expected != "" && r.expected <= "2025-03-01" },
	} {
		t.Run(filter, func(t *testing.T) {
			t.Parallel()
			want := []string{}
			for _, r := range whole {
				if holds(r) {
					want = append(want, r.id)
				}
			}
			sizes := []int{100}
			if isFull {
				sizes = append(sizes, 19)
			}
			for _, size := range sizes {
				if diff := cmp.Diff(want, ids(a.all(t, size, ", filter: "+filter))); diff != "" {
					t.Errorf("pages of %d (-want +got):\n%s", size, diff)
				}
			}
		})
	}
}

// TestOrders shows that every order holds what the list holds, in that order.
func TestOrders(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	want := slices.Sorted(slices.Values(ids(a.all(t, 100, ""))))
	for _, order := range []string{"TITLE", "RESPONSIBLE", "STAGE", "BID_VALUE", "CLOSE_DATE"} {
		rows := a.all(t, 50, ", orderBy: {field: "+order+", direction: DESC}")
		if diff := cmp.Diff(want, slices.Sorted(slices.Values(ids(rows)))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", order, diff)
		}
		if order == "CLOSE_DATE" && !slices.IsSortedFunc(rows, func(x, y row) int { return strings.Compare(y.closeDay(), x.closeDay()) }) {
			t.Errorf("not in the order of close dates")
		}
	}
}

// TestBadListInput shows that what cannot be asked is refused by name, before
// any portal call.
func TestBadListInput(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	cursor := parse(t, a.ask(t, `{ opportunities(first: 2) { pageInfo { endCursor } } }`, nil))["data"].(map[string]any)["opportunities"].(map[string]any)["pageInfo"].(map[string]any)["endCursor"].(string)
	a.portal.ResetCalls()
	for arguments, want := range map[string][2]string{
		`first: 0`:   {"BAD_USER_INPUT", "first: 0 is not"},
		`first: 101`: {"BAD_USER_INPUT", "first: 101 is not"},
		`first: -5`:  {"BAD_USER_INPUT", "first: -5 is not"},
		`after: ""`:  {"INVALID_CURSOR", "after: this is not a cursor"},
		`after: "x"`: {"INVALID_CURSOR", "after: this is not a cursor"},
		`after: "` + cursor + `", filter: {stageType: OPEN}`:                                   {"INVALID_CURSOR", "after: this cursor was made under another filter or order"},
		`after: "` + cursor + `", orderBy: {direction: DESC}`:                                  {"INVALID_CURSOR", "after: this cursor was made under another filter or order"},
		`after: "` + cursor + `", filter: {closeDate: {from: "1900-01-01", to: "9999-12-30"}}`: {"INVALID_CURSOR", "after: this cursor was made under another filter or order"},
		`filter: {stages: ["open"]}`:                                                           {"BAD_USER_INPUT", `filter.stages[0]: "open" is not an id`},
		`filter: {stages: [1,2,3,4,5,6,7,8,9,10,11]}`:                                          {"BAD_USER_INPUT", "filter: stages and anyTag together take 11 portal calls"},
		`filter: {stages: [1,2,3,4], anyTag: ["a","b","c"]}`:                                   {"BAD_USER_INPUT", "filter: stages and anyTag together take 12 portal calls"},
		`filter: {stages: [11, 12]}, orderBy: {field: TITLE}`:                                  {"BAD_USER_INPUT", "orderBy: several stages or tags"},
		`filter: {responsible: "anna"}`:                                                        {"BAD_USER_INPUT", `filter.responsible: "anna" is not the id of an employee`},
		`filter: {contact: "-1"}`:                                                              {"BAD_USER_INPUT", `filter.contact: "-1" is not an id`},
		`filter: {contactIsParticipant: true}`:                                                 {"BAD_USER_INPUT", "filter.contactIsParticipant: "},
		`filter: {tags: ["a", " "]}`:                                                           {"BAD_USER_INPUT", "filter.tags: a tag cannot be empty"},
		`filter: {dueBy: "soon"}`:                                                              {"BAD_USER_INPUT", `filter.dueBy: "soon" is not a Date, which is a day such as "2024-10-04", without a time.`},
		`filter: {dueBy: "2025-01-01T00:00:00Z"}`:                                              {"BAD_USER_INPUT", `filter.dueBy: "2025-01-01T00:00:00Z" is not a Date, which is a day such as "2024-10-04", without a time.`},
		`filter: {dueBy: 20250101}`:                                                            {"BAD_USER_INPUT", `filter.dueBy: a Date is text`},
		`filter: {dueBy: "1899-12-31"}`:                                                        {"BAD_USER_INPUT", "filter.dueBy: the portal takes days from 1900-01-01 to 9999-12-30."},
		`filter: {dueBy: "9999-12-31"}`:                                                        {"BAD_USER_INPUT", "filter.dueBy: the portal takes days from 1900-01-01 to 9999-12-30."},
		`filter: {dueBy: "2025-01-01", stageType: CLOSED_AND_WON}`:                             {"BAD_USER_INPUT", "filter.dueBy: only open opportunities"},
		`filter: {dueBy: "2025-01-01", closeDate: {from: "2025-01-01", to: "2025-01-01"}}`:     {"BAD_USER_INPUT", "filter.dueBy: cannot be combined with closeDate"},
		`filter: {closeDate: {from: "2025-01-02", to: "2025-01-01"}}`:                          {"BAD_USER_INPUT", "filter.closeDate.from: is after `to`; a range goes from the earlier day to the later."},
		`filter: {closeDate: {from: "2025-02-01", to: "2025-02-29"}}`:                          {"BAD_USER_INPUT", `filter.closeDate.to: "2025-02-29" is not a Date`},
	} {
		answer := a.ask(t, `{ opportunities(`+arguments+`) { nodes { id } } }`, nil)
		errs, _ := parse(t, answer)["errors"].([]any)
		if len(errs) != 1 {
			t.Errorf("%s: %s", arguments, answer)
			continue
		}
		e := errs[0].(map[string]any)
		if code := e["extensions"].(map[string]any)["code"]; code != want[0] || !strings.HasPrefix(e["message"].(string), want[1]) {
			t.Errorf("%s: %v %q, want %s %q", arguments, code, e["message"], want[0], want[1])
		}
	}
	for _, query := range []string{
		`{ contacts(first: 0) { nodes { id } } }`, `{ contacts(filter: {status: "hot"}) { nodes { id } } }`,
		`{ tasks(filter: {opportunity: 3101, contact: 1001}) { nodes { id } } }`, `{ tasks(filter: {category: "x"}) { nodes { id } } }`,
		`{ history(filter: {createBy: "me"}) { nodes { id } } }`, `{ history(filter: {category: "--3"}) { nodes { id } } }`,
		`{ history(after: "` + cursor + `") { nodes { id } } }`, `{ contact(id: "x") { id } }`, `{ node(nodeId: "x") { nodeId } }`,
	} {
		if answer := a.ask(t, query, nil); strings.Count(answer, `"code"`) != 1 || !strings.Contains(answer, `"BAD_USER_INPUT"`) && !strings.Contains(answer, `"INVALID_CURSOR"`) {
			t.Errorf("%s: %s", query, answer)
		}
	}
	a.expectCalls(t, map[string]int{})
}
