package resolvers_test

import (
	"encoding/json"
	"fmt"
	"maps"
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
		return before["accessListIds"] // to which the portal adds none
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
