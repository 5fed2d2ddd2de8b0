package upstream

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func accessIDs(o *Opportunity) (ids []string) {
	for _, e := range o.AccessList {
		ids = append(ids, e.ID)
	}
	return ids
}

func TestSetOpportunityAccess(t *testing.T) {
	t.Parallel()
	private := body(t, "writes/opportunity_access.response.json")
	open := edited(t, "writes/opportunity_access.response.json", `"isPrivate":true`, `"isPrivate":false`)
	set := func(isPrivate bool, list ...string) func(c *Caller) (*Opportunity, error) {
		return func(c *Caller) (*Opportunity, error) {
			return c.SetOpportunityAccess(t.Context(), AccessChange{3103, isPrivate, list}, nil)
		}
	}
	get := func(answer string) said { return said{"GET crm/opportunity/3103", "", 0, answer} }
	put := func(form, answer string) said {
		return said{"PUT crm/opportunity/3103/access", form, 0, answer}
	}
	list := func(ids ...string) string { // and its responsible
		return "isPrivate=true&accessList[]=" + strings.Join(append(ids, bjorn.ID), "&accessList[]=")
	}

	o, err := written(t, scripted(t, get(open), put("opportunity_access.request.json", private)), set(true, anna.ID))
	if err != nil || !o.IsPrivate || len(o.AccessList) != 2 {
		t.Errorf("private: got %v, %v", o, err)
	}
	if _, err = written(t, scripted(t, get(private)), set(true, anna.ID)); err != nil {
		t.Errorf("as it is: got %v", err)
	}
	if o, err = written(t, scripted(t, get(private)), set(true)); err != nil || len(o.AccessList) != 2 {
		t.Errorf("a list that is left out: got %v, %v", o, err)
	}
	if o, err = written(t, scripted(t, put("isPrivate=false", open)), set(false)); err != nil || o.IsPrivate {
		t.Errorf("public: got %v, %v", o, err)
	}
	_, err = written(t, scripted(t, said{"PUT crm/opportunity/3103/access", "isPrivate=false", 403, "error_forbidden.json"}), set(false))
	if KindOf(err) != KindForbidden || outcomeOf(err) != NotDone {
		t.Errorf("of somebody else: got %v", err)
	}

	// Rights that the portal has not heard of yet are filled in.
	client := scripted(t, get(open), put(list(anna.ID, mark.ID), open), get(open),
		said{"GET people/@self", "", 0, `{"status":0,"response":{"id":"` + bjorn.ID + `","displayName":"Björn"}}`},
		said{"GET people/" + mark.ID, "", 0, `{"status":0,"response":{"id":"` + mark.ID + `","displayName":"Mark"}}`},
	)
	o, err = written(t, client, set(true, anna.ID, mark.ID))
	if err != nil || !o.IsPrivate || !slices.Equal(accessIDs(o), []string{anna.ID, mark.ID, bjorn.ID}) || o.AccessList[1].DisplayName != "Mark" {
		t.Errorf("not heard of yet: got %+v, %v", o, err)
	}
	// Several of them are looked up together.
	const sofia = "0d9c1f7e-52a8-4b0d-9d1b-7f0e34c5a801"
	client = scripted(t, get(open), put(list(anna.ID, mark.ID, sofia), open), get(open),
		said{"GET people/@self", "", 0, `{"status":0,"response":{"id":"` + bjorn.ID + `"}}`},
		said{"POST batch", "people/" + mark.ID + "\npeople/" + sofia, 201, results(t,
			200, `{"status":0,"response":{"id":"`+mark.ID+`"}}`, 404, `{"status":1,"statusCode":404,"error":{"message":"Not found"}}`)},
	)
	o, err = written(t, client, set(true, anna.ID, mark.ID, sofia))
	if err != nil || !slices.Equal(accessIDs(o), []string{anna.ID, mark.ID, bjorn.ID}) {
		t.Errorf("several: got %v, %v", accessIDs(o), err)
	}
	var mistakes UserErrors
	if _, err = written(t, scripted(t), set(false, anna.ID)); !errors.As(err, &mistakes) {
		t.Errorf("a list of what is public: got %v", err)
	}
}

// TestUpdateAccess has a portal that drops the access of an opportunity of somebody else
// without a word.
func TestUpdateAccess(t *testing.T) {
	t.Parallel()
	in := OpportunityChanges{ID: 3101, AccessListIDs: Set([]string{mark.ID})}
	const access = "isPrivate=true&accessList[]="
	form := withAccess(t, mark.ID, anna.ID)
	client := scripted(t, said{getFull, "", 0, "opportunity_full.json"}, said{putFull, form, 0, "opportunity_full.json"},
		said{"GET people/@self", "", 0, `{"status":0,"response":{"id":"` + mark.ID + `"}}`}, // who is not the one left over
		said{putFull + "/access", access + mark.ID + "&accessList[]=" + anna.ID, 403, "error_forbidden.json"})
	update := func(c *Caller) (*Opportunity, error) { return c.UpdateOpportunity(t.Context(), in, nil) }
	o, err := written(t, client, update)
	var differs *NotAsWrittenError
	if !errors.As(err, &differs) || differs.Fields[0] != "accessListIds" || len(o.AccessList) != 2 {
		t.Errorf("got %v, %v", o, err)
	}
	private := edited(t, "opportunity_full.json", `"accessList":[{"id":"`+anna.ID, `"accessList":[{"id":"`+mark.ID+`"},{"id":"`+anna.ID, `{"id":"`+bjorn.ID+`","displayName":"Bj`, `{"id":"`+bjorn.ID+`","displayName":"B. j`)
	client = scripted(t, said{getFull, "", 0, "opportunity_full.json"}, said{putFull, form, 0, private},
		said{"GET people/@self", "", 0, `{"status":0,"response":{"id":"` + bjorn.ID + `"}}`})
	if o, err = written(t, client, update); err != nil || len(accessIDs(o)) != 3 {
		t.Errorf("got %v, %v", o, err)
	}
}

// withAccess returns the update of an opportunity of which nothing but the list is another.
func withAccess(t *testing.T, list ...string) string {
	t.Helper()
	all, _, _ := strings.Cut(wantedForm(t, "opportunity_update.request.form"), "&accessList")
	return replaced(t, all, "%2C+wave+2", "", "expectedCloseDate=2024-11-15", "actualCloseDate=2024-08-21T14:30:00Z&expectedCloseDate=2024-09-30T00:00:00Z") +
		"&accessList[]=" + strings.Join(list, "&accessList[]=")
}

// TestLeftOverReader has somebody take one reader off a list that is not theirs: the one
// who is left over is not the caller, whom the portal would have added.
func TestLeftOverReader(t *testing.T) {
	t.Parallel()
	in := OpportunityChanges{ID: 3101, PerPeriodValue: Set(12), AccessListIDs: Set([]string{anna.ID})}
	for self, want := range map[string]bool{mark.ID: false, bjorn.ID: true} { // whether all was done
		calls := []said{
			{getFull, "", 0, "opportunity_full.json"},
			{putFull, "", 0, edited(t, "opportunity_full.json", `"perPeriodValue":24`, `"perPeriodValue":12`)},
			{"GET people/@self", "", 0, `{"status":0,"response":{"id":"` + self + `"}}`},
		}
		calls[1].form = replaced(t, withAccess(t, anna.ID), "perPeriodValue=24", "perPeriodValue=12")
		if !want {
			calls = append(calls, said{putFull + "/access", "isPrivate=true&accessList[]=" + anna.ID, 403, "error_forbidden.json"})
		}
		_, err := written(t, scripted(t, calls...), func(c *Caller) (*Opportunity, error) { return c.UpdateOpportunity(t.Context(), in, nil) })
		var differs *NotAsWrittenError
		if errors.As(err, &differs) == want || want && err != nil {
			t.Errorf("for %s: got %v", self, err)
		}
	}
}
