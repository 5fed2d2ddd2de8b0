package resolvers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"onlyoffice-graphql/upstream/demo"
)

// lostRounds is how many changes TestNothingIsLost makes, and from what seed: few from
// the same one, or as many as ROUNDS says from one of their own, or from SEED.
func lostRounds(t *testing.T) (rounds int, seed uint64) {
	number := func(name string, otherwise uint64) uint64 {
		text := os.Getenv(name)
		if text == "" {
			return otherwise
		}
		n, err := strconv.ParseUint(text, 10, 63)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return n
	}
	if rounds = int(number("ROUNDS", 0)); rounds == 0 {
		return 500, number("SEED", 1)
	}
	return rounds, number("SEED", uint64(time.Now().UnixNano()))
}

// TestNothingIsLost has all sorts of people change opportunities and tasks in all sorts
// of ways: each value that a change does not name is as it was, in the portal's database
// itself. Those are things with members and readers who are hidden or removed, private
// or public, without a currency, with decimals that no float has, with dates unset.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	rounds, seed := lostRounds(t)
	t.Logf("%d rounds; SEED=%d makes the same again", rounds, seed)
	const parts = 4
	for part := range uint64(parts) {
		t.Run(fmt.Sprint(part), func(t *testing.T) {
			t.Parallel()
			l := newLost(t, seed, part)
			for n := range rounds / parts {
				if n%5 == 0 {
					l.disturb(t)
				}
				if err := l.round(); err != nil {
					t.Fatalf("seed %d, part %d, round %d: %v", seed, part, n, err)
				}
				if n%25 == 0 || n == rounds/parts-1 {
					l.checkAll(t)
				}
			}
			t.Logf("%v", l.outcomes)
			for _, outcome := range []string{"DONE", "PART", "NOT_DONE", "CANNOT_KEEP", "CONFLICT", "NOT_FOUND", "NOT_AS_WRITTEN", "FORBIDDEN"} {
				if l.outcomes[outcome] == 0 && rounds >= 4000 {
					t.Errorf("no change was %s: this shows little", outcome)
				}
			}
		})
	}
}

// lost is a portal whose things are changed, and what its database is to hold.
type lost struct {
	*chooser
	portal   *demo.Portal
	handler  http.Handler
	ids      []int // of opportunities
	rows     map[string]demo.Row
	outcomes map[string]int
}

func newLost(t *testing.T, seed, part uint64) *lost {
	t.Helper()
	zone := time.FixedZone("", []int{0, 3600, -12600, 43200}[part%4])
	a := newAPI(t)
	a.portal.SetZone(zone)
	l := &lost{
		chooser: newChooser(seed, part, a.portal, zone), portal: a.portal, handler: a.handler,
		rows: a.portal.Rows(), outcomes: map[string]int{},
	}
	for name, row := range l.rows {
		if id, ok := strings.CutPrefix(name, "opportunity "); ok {
			n, _ := strconv.Atoi(id)
			if n < 3125 || row["bidCurrency"] == "" || strings.Contains(row["accessListIds"], removed) {
				l.ids = append(l.ids, n)
			}
		}
	}
	slices.Sort(l.ids)
	return l
}

// round makes one change, and compares what there was with what there is.
func (l *lost) round() error {
	kind, id := "opportunity", pick(l.chooser, l.ids)
	if l.one(4) {
		kind, id = "task", 601+l.IntN(40)
	}
	name := fmt.Sprint(kind, " ", id)
	ch := l.change(kind, id, l.rows[name])
	answer, err := ch.make(l.handler)
	if err != nil {
		return err
	}
	after := ch.row(l.portal)
	if err := ch.check(l.rows[name], after, answer); err != nil {
		return fmt.Errorf("%v, answered with %s: %w", ch, answer.text, err)
	}
	l.rows[name] = after
	outcome := answer.outcome()
	if outcome == "UNKNOWN" || !l.tellsMembers(ch, answer, outcome) {
		return fmt.Errorf("%v, answered with %s", ch, answer.text)
	}
	l.outcomes[outcome]++
	for _, e := range answer.Errors {
		l.outcomes[e.Extensions.Code]++
	}
	if answer.Data.M != nil {
		for _, e := range answer.Data.M.UserErrors {
			l.outcomes[e.Code]++
		}
	}
	return nil
}

// tellsMembers reports whether exactly those contacts are said to be missing that are
// hidden from the caller.
func (l *lost) tellsMembers(ch *change, answer *said, outcome string) bool {
	ids, of := ch.input["contactIds"].([]string)
	if !of || outcome == "NOT_DONE" {
		return true
	}
	missing := answer.userErrors("contactIds")
	for i, id := range ids {
		if slices.Contains(missing, strconv.Itoa(i)) == l.sees(ch.by, id) {
			return false
		}
	}
	return true
}

// checkAll compares everything, also what no change was about. New tags come into the
// dictionary, and none go.
func (l *lost) checkAll(t *testing.T) {
	t.Helper()
	all := l.portal.Rows()
	for _, tag := range lines(l.rows["tags"]["opportunity"]) {
		if !slices.Contains(lines(all["tags"]["opportunity"]), tag) {
			t.Errorf("the tag %s is gone", tag)
		}
	}
	l.rows["tags"] = all["tags"]
	if diff := cmp.Diff(differing(l.rows, all)); diff != "" {
		t.Fatalf("something else was changed (-want +got):\n%s", diff)
	}
}

// disturb lets an administrator change something by the portal's own pages, so that it is
// as no write of this API would leave it.
func (l *lost) disturb(t *testing.T) {
	t.Helper()
	contact := pick(l.chooser, l.numbers)
	if l.one(4) {
		contact = "0"
	}
	if l.one(4) {
		id := 601 + l.IntN(40)
		_, due := l.date()
		form := url.Values{
			"title": {l.text()}, "description": {l.text()}, "deadline": {due}, "categoryId": {"21"}, "contactId": {contact},
			"responsibleId": {l.anybody()}, "entityType": {"opportunity"}, "entityId": {strconv.Itoa(pick(l.chooser, l.ids))}, "alertValue": {strconv.Itoa(l.IntN(90))},
		}
		l.write(t, http.MethodPut, fmt.Sprint("crm/task/", id), form)
		l.rows[fmt.Sprint("task ", id)] = l.portal.TaskRow(id)
		return
	}
	id := pick(l.chooser, l.ids)
	if l.rows[fmt.Sprint("opportunity ", id)]["bidCurrency"] == "" && !l.one(10) {
		return // there is no way back
	}
	bid, _ := l.amount()
	form := url.Values{
		"title": {l.text()}, "description": {l.text()}, "responsibleid": {l.anybody()}, "stageid": {strconv.Itoa(11 + l.IntN(9))}, "contactid": {contact},
		"bidType": {strconv.Itoa(l.IntN(6))}, "bidValue": {bid}, "bidCurrencyAbbr": {"NOK"}, "perPeriodValue": {strconv.Itoa(l.IntN(50))},
		"successProbability": {strconv.Itoa(l.IntN(101))}, "isPrivate": {strconv.FormatBool(l.one(2))},
	}
	for range l.IntN(4) {
		form.Add("members[]", pick(l.chooser, l.numbers))
	}
	for range l.IntN(4) {
		form.Add("accessList[]", l.anybody())
	}
	if l.one(2) {
		_, expected := l.date()
		form.Set("expectedCloseDate", expected)
	}
	l.write(t, http.MethodPut, fmt.Sprint("crm/opportunity/", id), form)
	l.rows[fmt.Sprint("opportunity ", id)] = l.portal.OpportunityRow(id)
}

// anybody is an employee, or now and then one who was removed.
func (l *lost) anybody() string {
	if l.one(12) {
		return "00000000-0000-4000-8000-000000000000"
	}
	return pick(l.chooser, l.employees).id
}

func (l *lost) write(t *testing.T, method, path string, form url.Values) {
	t.Helper()
	r := httptest.NewRequest(method, "/api/2.0/"+path+".json", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", demo.Token)
	w := httptest.NewRecorder()
	l.portal.ServeHTTP(w, r)
	if w.Code >= 300 {
		t.Fatalf("%s %s %v: %d %s", method, path, form, w.Code, w.Body)
	}
}
