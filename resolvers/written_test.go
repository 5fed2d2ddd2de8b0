package resolvers_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/upstream/demo"
)

// change is one mutation of one thing, and what its input names.
type change struct {
	mutation string
	input    map[string]any
	kind     string // of the thing: "opportunity" or "task"
	id       int
	by       *employee

	// named is what each value is to be that the input names, or that follows from it;
	// "*" is any. What a value is depends on what there is at the time, of some.
	named map[string]string
	// access says who is to see an opportunity, where the input names that.
	access *access
}

// access is what an input says of who sees an opportunity, where it names that or who is
// in charge: nil is nothing.
type access struct {
	isPrivate *bool
	list      []string
}

// document is the operation. It asks for what can be compared.
func (c *change) document() string {
	selection := "opportunity { id title description perPeriodValue successProbability isPrivate stage { id } responsible { id } }"
	if c.kind == "task" {
		selection = "task { id title description isClosed responsible { id } }"
	}
	input := strings.ToUpper(c.mutation[:1]) + c.mutation[1:] + "Input"
	return "mutation($input: " + input + "!) { m: " + c.mutation + "(input: $input) { " + selection + " userErrors { field code } } }"
}

func (c *change) row(p *demo.Portal) demo.Row {
	if c.kind == "task" {
		return p.TaskRow(c.id)
	}
	return p.OpportunityRow(c.id)
}

func (c *change) String() string {
	input, _ := json.Marshal(c.input)
	return fmt.Sprintf("%s as %s: %s", c.mutation, c.by.name, input)
}

// said is what came of a change.
type said struct {
	Data struct {
		M *struct {
			Opportunity, Task *object
			UserErrors        []struct {
				Field []string
				Code  string
			}
		}
	}
	Errors []struct {
		Path       []any
		Extensions struct{ Code, Outcome string }
	}
	text string
}

// object is what both opportunities and tasks say of themselves.
type object struct {
	ID, Title, Description             string
	PerPeriodValue, SuccessProbability *int
	IsPrivate, IsClosed                *bool
	Stage, Responsible                 *struct{ ID string }
}

// make asks for the change, within this process.
func (c *change) make(handler http.Handler) (*said, error) {
	text, err := c.by.ask(handler, c.document(), map[string]any{"input": c.input})
	if err != nil {
		return nil, err
	}
	answer := &said{text: text}
	if err := json.Unmarshal([]byte(text), answer); err != nil {
		return nil, fmt.Errorf("%w: %s", err, text)
	}
	if answer.Data.M == nil && len(answer.Errors) == 0 {
		return nil, fmt.Errorf("neither a payload nor an error: %s", text)
	}
	return answer, nil
}

// ask sends an operation within this process.
func (e *employee) ask(handler http.Handler, query string, variables map[string]any) (string, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return "", err
	}
	r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", e.token)
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w.Body.String(), nil
}

// outcome is DONE where all was done, PART where some was or may have been, as the
// answer says what, UNKNOWN where it says that it does not know, and NOT_DONE.
func (a *said) outcome() string {
	failed := false
	for _, e := range a.Errors {
		if len(e.Path) > 1 {
			continue // of a field of the payload, not of the write
		}
		if failed = true; e.Extensions.Outcome != "NOT_DONE" {
			return "UNKNOWN"
		}
	}
	switch {
	case failed || a.Data.M == nil:
		return "NOT_DONE"
	case len(a.Data.M.UserErrors) == 0:
		return "DONE"
	case a.has("NOT_AS_WRITTEN") || a.Data.M.UserErrors[0].Field[0] == "contactIds":
		return "PART"
	default:
		return "NOT_DONE"
	}
}

func (a *said) has(code string) bool {
	for _, e := range a.Data.M.UserErrors {
		if e.Code == code {
			return true
		}
	}
	return false
}

// check returns what is not as the answer says: a value that was not named and is not
// as it was, or one that was named and is not as it was to be.
func (c *change) check(before, after demo.Row, answer *said) error {
	outcome := answer.outcome()
	if outcome == "NOT_DONE" {
		if diff := cmp.Diff(before, after); diff != "" {
			return fmt.Errorf("nothing was done (-before +after):\n%s", diff)
		}
		return nil
	}
	want := maps.Clone(c.named)
	if want == nil {
		want = map[string]string{}
	}
	instead := ""
	if c.kind == "opportunity" {
		instead = c.wantAccess(before, want, outcome)
	}
	for _, e := range answer.userErrors("contactIds") {
		n, _ := strconv.Atoi(e)
		c.withoutMember(before, want, c.input["contactIds"].([]string)[n])
	}
	names := slices.Collect(maps.Keys(before))
	names = slices.AppendSeq(names, maps.Keys(after))
	for _, name := range names {
		was, is := before[name], after[name]
		wanted, isNamed := want[name]
		switch {
		case !isNamed && was != is:
			return fmt.Errorf("%s was not named: it was %q and is %q", name, was, is)
		case !isNamed, wanted == "*", wanted == is, name == "accessListIds" && is == instead:
		case outcome == "UNKNOWN" && (was == is || is == "" && strings.HasPrefix(name, "customFields")):
		case outcome == "UNKNOWN" && (name == "memberIds" || name == "tags") && isBetween(was, is, wanted):
		default:
			return fmt.Errorf("%s was to be %q: it was %q and is %q", name, wanted, was, is)
		}
	}
	for name, wanted := range want {
		if _, there := after[name]; !there && wanted != "" && wanted != "*" && outcome != "UNKNOWN" {
			return fmt.Errorf("%s was to be %q and is not there", name, wanted)
		}
	}
	return answer.isTrueOf(after)
}

func (a *said) userErrors(field string) (indexes []string) {
	if a.Data.M == nil {
		return nil
	}
	for _, e := range a.Data.M.UserErrors {
		if e.Field[0] == field && len(e.Field) > 1 {
			indexes = append(indexes, e.Field[1])
		}
	}
	return indexes
}

// isBetween reports whether of several entries that were to come or go some did.
func isBetween(was, is, wanted string) bool {
	for _, entry := range lines(is) {
		if !slices.Contains(lines(was), entry) && !slices.Contains(lines(wanted), entry) {
			return false
		}
	}
	for _, entry := range lines(was) {
		if slices.Contains(lines(wanted), entry) && !slices.Contains(lines(is), entry) {
			return false
		}
	}
	return true
}

// wantAccess adds who is to see the opportunity, and how that may be instead: the portal
// lets administrators and who entered it say so, and adds them to the list of what is
// private when they write. It does not know of others what they say.
func (c *change) wantAccess(before demo.Row, want map[string]string, outcome string) (instead string) {
	may := c.by.isAdmin || before["createBy"] == c.by.id
	names := c.access != nil && (c.access.isPrivate != nil || c.access.list != nil)
	if c.access == nil && c.mutation != "updateOpportunity" || !may && (!names || outcome != "DONE") {
		return before["accessListIds"]
	}
	isPrivate, list, owner := before["isPrivate"] == "true", lines(before["accessListIds"]), before["responsibleId"]
	if named, ok := want["responsibleId"]; ok {
		owner = named
	}
	if a := c.access; a != nil {
		if a.isPrivate != nil {
			isPrivate = *a.isPrivate
		}
		if a.list != nil {
			list = slices.Clone(a.list)
		}
		if owner != removed {
			list = append(list, owner)
		}
	}
	if !isPrivate {
		list = nil
	}
	want["isPrivate"] = strconv.FormatBool(isPrivate)
	if !may && c.access.list == nil {
		return before["accessListIds"] // to which nobody is added
	}
	if want["accessListIds"] = sorted(list); !isPrivate {
		return want["accessListIds"]
	}
	return sorted(append(list, c.by.id))
}

func sorted(list []string) string {
	return strings.Join(slices.Compact(slices.Sorted(slices.Values(list))), "\n")
}

// withoutMember takes a contact that was not found out of what is wanted.
func (c *change) withoutMember(before demo.Row, want map[string]string, id string) {
	list := slices.DeleteFunc(lines(want["memberIds"]), func(member string) bool { return member == id })
	if slices.Contains(lines(before["memberIds"]), id) {
		list = append(list, id)
	}
	want["memberIds"] = sorted(list)
}

func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// isTrueOf returns what the payload says that is not so.
func (a *said) isTrueOf(row demo.Row) error {
	if a.Data.M == nil {
		return nil
	}
	o := a.Data.M.Opportunity
	if o == nil {
		o = a.Data.M.Task
	}
	if o == nil || o.Responsible == nil || a.Data.M.Task == nil && o.Stage == nil {
		return nil // not all of it was read
	}
	pairs := map[string]string{"title": o.Title, "description": o.Description, "responsibleId": o.Responsible.ID}
	if o.Stage != nil {
		pairs["stageId"], pairs["isPrivate"] = o.Stage.ID, strconv.FormatBool(*o.IsPrivate)
		pairs["perPeriodValue"], pairs["successProbability"] = strconv.Itoa(*o.PerPeriodValue), strconv.Itoa(*o.SuccessProbability)
	} else {
		pairs["isClosed"] = strconv.FormatBool(*o.IsClosed)
	}
	for name, says := range pairs {
		if row[name] != says {
			return fmt.Errorf("the payload says that %s is %q: it is %q", name, says, row[name])
		}
	}
	return nil
}
