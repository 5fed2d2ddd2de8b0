package upstream

import (
	"errors"
	"slices"
	"testing"
	"time"
)

const (
	getFull = "GET crm/opportunity/3101"
	putFull = "PUT crm/opportunity/3101"
)

// theStages are stages as the samples have them.
var theStages = &Dictionaries{Stages: []*Stage{
	{ID: 14, SuccessProbability: 20}, {ID: 15, SuccessProbability: 50}, {ID: 18, SuccessProbability: 100, StageType: StageClosedAndWon},
}}

func scannerPilot() NewOpportunity {
	return NewOpportunity{
		Title: "Pallet scanner pilot", ResponsibleID: anna.ID, StageID: 14, BidCurrency: "EUR", BidValue: dec("1500"), ContactID: 1001,
		MemberIDs: []int{2001}, ExpectedCloseDate: midnight(2024, 10, 31),
		CustomFields: []FieldValue{{72, ptr("PO-2024/0201")}, {75, ptr("true")}, {74, nil}},
	}
}

// theMember is looked up before, as the portal would leave out one who is not there.
var theMember = said{"GET crm/contact/2001", "", 0, "writes/person_update_then_get.response.json"}

func TestCreateOpportunity(t *testing.T) {
	t.Parallel()
	client := scripted(t, theMember, said{"POST crm/opportunity", "opportunity_create.request.json", 201, "writes/opportunity_create.response.json"})
	o, err := written(t, client, func(c *Caller) (*Opportunity, error) {
		return c.CreateOpportunity(t.Context(), scannerPilot(), theStages)
	})
	if err != nil {
		t.Fatal(err)
	}
	if o.ID != 3201 || o.Title != "Pallet scanner pilot" || !o.BidValue.Equal(dec("1500").Decimal) || len(o.Members) != 2 {
		t.Errorf("got %+v", o)
	}
	if got := gql(o.Created); got != `"2024-09-02T08:41:17Z"` { // the echo has ticks, which are not stored
		t.Errorf("created %s", got)
	}
	if id, err := o.CustomFields[1].ValueID(); err != nil || id != "opportunity:3201:72" {
		t.Errorf("a field is called %s, %v", id, err)
	}
}

// TestCreateOpportunityInFull has a closed stage, which the portal sets no date for, a
// list that would hide it from its responsible, and tags.
func TestCreateOpportunityInFull(t *testing.T) {
	t.Parallel()
	in := scannerPilot()
	in.StageID, in.IsPrivate, in.AccessListIDs, in.Tags = 18, true, []string{mark.ID}, []string{"renewal"}
	in.ActualCloseDate = Set(date("2024-09-03T16:07:55.9+02:00"))
	form := replaced(t, wantedForm(t, "opportunity_create.request.json"),
		"stageid=14", "stageid=18", "successProbability=20", "successProbability=100",
		"&expectedCloseDate=2024-10-31", "&actualCloseDate=2024-09-03T14:07:55Z&expectedCloseDate=2024-10-31&isPrivate=true&accessList[]="+mark.ID+"&accessList[]="+anna.ID)
	answer := edited(t, "writes/opportunity_create.response.json", `"isPrivate":false,"accessList":[]`, `"isPrivate":true,"accessList":[{"id":"`+mark.ID+`"},{"id":"`+anna.ID+`"},{"id":"`+bjorn.ID+`"}]`)
	client := scripted(t,
		theMember, said{"POST crm/opportunity", form, 201, answer},
		said{"POST crm/opportunity/3201/tag", "tagName=renewal", 201, `{"status":0,"response":"renewal"}`},
		said{"GET crm/opportunity/tag/3201", "", 0, `{"status":0,"response":["Renewal"]}`},
	)
	client.batch.absentUntil.Store(time.Now().Add(time.Hour).UnixNano())
	o, err := written(t, client, func(c *Caller) (*Opportunity, error) { return c.CreateOpportunity(t.Context(), in, theStages) })
	if err != nil || o.ID != 3201 {
		t.Error(o, err)
	}
}

func TestUpdateOpportunity(t *testing.T) {
	t.Parallel()
	in := OpportunityChanges{
		ID: 3101, Title: Set("Fleet telematics rollout, wave 2"), ExpectedCloseDate: Set(midnight(2024, 11, 15)), ActualCloseDate: Clear[DateTime](),
		CustomFields: []FieldValue{{72, ptr(" PO-2024/0117 ")}, {76, nil}}, // the first is what is there
	}
	update := func(c *Caller) (*Opportunity, error) { return c.UpdateOpportunity(t.Context(), in, nil) }
	client := scripted(t,
		said{getFull, "", 0, "opportunity_full.json"},
		said{putFull, "opportunity_update.request.form", 0, "writes/opportunity_update.response.json"},
	)
	o, err := written(t, client, update)
	if err != nil || o.Title != "Fleet telematics rollout, wave 2" || len(o.AccessList) != 3 {
		t.Errorf("got %+v, %v", o, err)
	}

	// Another write comes between: what was named is not as it was sent.
	other := edited(t, "writes/opportunity_update.response.json", "wave 2\",", "wave 3\",", "2024-11-15T", "2024-11-16T", "\"description\":\"Two", "\"description\":\"Three")
	client = scripted(t, said{getFull, "", 0, "opportunity_full.json"}, said{putFull, "opportunity_update.request.form", 0, other})
	o, err = written(t, client, update)
	var differs *NotAsWrittenError
	if !errors.As(err, &differs) || !slices.Equal(differs.Fields, []string{"title", "expectedCloseDate"}) || o == nil {
		t.Errorf("got %v, %v", o, err)
	}

	// The field is still there, which one more call clears.
	left := edited(t, "writes/opportunity_update.response.json", `"customFields":[`, `"customFields":[{"entityId":3101,"label":"Kick-off","fieldValue":"09/02/2024","fieldType":5,"position":5,"id":76},`)
	client = scripted(t,
		said{getFull, "", 0, "opportunity_full.json"},
		said{putFull, "opportunity_update.request.form", 0, left},
		said{"POST crm/opportunity/3101/customfield/76", "customfield_clear.request.json", 201, "writes/customfield_clear.response.json"},
		said{getFull, "", 0, "writes/opportunity_update.response.json"},
	)
	client.batch.absentUntil.Store(time.Now().Add(time.Hour).UnixNano())
	if _, err = written(t, client, update); err != nil {
		t.Error(err)
	}
}

// TestUpdateKeeps sends what was read: all sixteen values but the members.
func TestUpdateKeeps(t *testing.T) {
	t.Parallel()
	all := "contactid=1001&title=Fleet+telematics+rollout&description=Two-wave+rollout+of+340+units%3B+renewal+option+after+24+months." +
		"&responsibleid=" + anna.ID + "&bidType=4&bidValue=1234567.890000000&bidCurrencyAbbr=EUR&perPeriodValue=24&stageid=15&successProbability=55" +
		"&actualCloseDate=2024-08-21T14:30:00Z&expectedCloseDate=2024-09-30T00:00:00Z&isPrivate=true&accessList[]=" + anna.ID + "&accessList[]=" + bjorn.ID
	for name, test := range map[string]struct {
		change func(in *OpportunityChanges)
		old    string
		new    string // in its place in the form
		answer []string
	}{
		"a number":    {func(in *OpportunityChanges) { in.PerPeriodValue = Set(12) }, "PeriodValue=24", "PeriodValue=12", []string{`"perPeriodValue":24`, `"perPeriodValue":12`}},
		"no number":   {func(in *OpportunityChanges) { in.BidValue = Clear[Decimal]() }, "bidValue=1234567.890000000", "bidValue=0", []string{`"bidValue":1234567.890000000`, `"bidValue":0.0`}},
		"exactly":     {func(in *OpportunityChanges) { in.BidValue = Set(dec("12345678901234567.891")) }, "1234567.890000000&", "12345678901234567.891&", []string{`"bidValue":1234567.890000000`, `"bidValue":12345678901234567.891000000`}},
		"no contact":  {func(in *OpportunityChanges) { in.ContactID = Clear[int]() }, "contactid=1001&", "contactid=0&", []string{`"contact":{`, `"was":{`}},
		"public":      {func(in *OpportunityChanges) { in.IsPrivate = Set(false) }, "isPrivate=true&accessList[]=" + anna.ID + "&accessList[]=" + bjorn.ID, "isPrivate=false", []string{`"isPrivate":true`, `"isPrivate":false`}},
		"a stage":     {func(in *OpportunityChanges) { in.StageID = Set(14) }, "stageid=15&successProbability=55&actualCloseDate=2024-08-21T14:30:00Z", "stageid=14&successProbability=20", []string{`"color":"#d28cc8","id":15`, `"id":14`, `"successProbability":55`, `"successProbability":20`, "2024-08-21T14:30:00", "0001-01-01T00:00:00"}},
		"responsible": {func(in *OpportunityChanges) { in.ResponsibleID = Set(mark.ID) }, "responsibleid=" + anna.ID, "responsibleid=" + mark.ID, []string{`"responsible":{"id":"` + anna.ID, `"responsible":{"id":"` + mark.ID}},
		"description": {func(in *OpportunityChanges) { in.Description = Clear[string]() }, "description=Two-wave+rollout+of+340+units%3B+renewal+option+after+24+months.&", "description=&", []string{`"description":"Two-wave rollout of 340 units; renewal option after 24 months."`, `"description":""`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := OpportunityChanges{ID: 3101}
			test.change(&in)
			form := replaced(t, all, test.old, test.new)
			if in.ResponsibleID.Given() { // who joins those who see it
				form += "&accessList[]=" + mark.ID
			}
			client := scripted(t, said{getFull, "", 0, "opportunity_full.json"}, said{putFull, form, 0, edited(t, "opportunity_full.json", test.answer...)})
			if _, err := written(t, client, func(c *Caller) (*Opportunity, error) { return c.UpdateOpportunity(t.Context(), in, theStages) }); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestUpdateSendsNothing where there is nothing to change, something would be lost or
// the caller saw something else.
func TestUpdateSendsNothing(t *testing.T) {
	t.Parallel()
	const removed = `"responsible":{"id":"` + removedEmployee
	for name, test := range map[string]struct {
		edit   []string
		change func(in *OpportunityChanges)
		want   string // field that cannot be kept; "" for no error
	}{
		"as it is":             {nil, func(in *OpportunityChanges) { in.Title = Set("Fleet telematics rollout") }, ""},
		"a number as it is":    {nil, func(in *OpportunityChanges) { in.BidValue = Set(dec("1234567.89")) }, ""},
		"named nothing":        {nil, func(*OpportunityChanges) {}, ""},
		"a field as it is":     {nil, func(in *OpportunityChanges) { in.CustomFields = []FieldValue{{74, ptr("Nordics ")}} }, ""},
		"removed responsible":  {[]string{`"responsible":{"id":"` + anna.ID, removed}, func(in *OpportunityChanges) { in.Title = Set("x") }, "responsibleId"},
		"unknown currency":     {[]string{`"bidCurrency":{`, `"was":{`}, func(in *OpportunityChanges) { in.Title = Set("x") }, "bidCurrency"},
		"hidden contact":       {[]string{`"isPrivate":false,"isShared":true,"shareType":1,"currency":{"title":"Swedish Krona","symbol":"kr","abbreviation":"SEK","cultureName":"SE","isConvertable":true,"isBasic":false},"canEdit":true`, `"isPrivate":true,"canEdit":false`}, func(in *OpportunityChanges) { in.Title = Set("x") }, "contactId"},
		"a list nobody is on":  {[]string{`"accessList":[`, `"was":[`}, func(in *OpportunityChanges) { in.Title = Set("x") }, "accessListIds"},
		"a removed one there":  {[]string{`"accessList":[{"id":"` + anna.ID, `"accessList":[{"id":"` + removedEmployee}, func(in *OpportunityChanges) { in.Title = Set("x") }, "accessListIds"},
		"a title with emoji":   {[]string{`"title":"Fleet telematics rollout"`, `"title":"Fleet telematics 🎒 rollout"`}, func(in *OpportunityChanges) { in.PerPeriodValue = Set(7) }, "title"},
		"emoji in what it is":  {[]string{`option after 24 months."`, `option 🚛"`}, func(in *OpportunityChanges) { in.Title = Set("x") }, "description"},
		"a portal without ids": {[]string{`"id":15}`, `"no":0}`}, func(in *OpportunityChanges) { in.Title = Set("x") }, "stageId"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := OpportunityChanges{ID: 3101}
			test.change(&in)
			client := scripted(t, said{getFull, "", 0, edited(t, "opportunity_full.json", test.edit...)})
			o, err := written(t, client, func(c *Caller) (*Opportunity, error) { return c.UpdateOpportunity(t.Context(), in, nil) })
			var kept UserErrors
			switch {
			case test.want == "" && (err != nil || o.Title != "Fleet telematics rollout"):
				t.Errorf("got %v, %v", o, err)
			case test.want != "" && (!errors.As(err, &kept) || kept[0].Field[0] != test.want || o != nil):
				t.Errorf("got %v, %v", o, err)
			}
		})
	}
	in := OpportunityChanges{ID: 3101, IfRevision: "another", Title: Set("x")}
	client := scripted(t, said{getFull, "", 0, "opportunity_full.json"})
	_, err := written(t, client, func(c *Caller) (*Opportunity, error) { return c.UpdateOpportunity(t.Context(), in, nil) })
	var conflict *ConflictError
	if !errors.As(err, &conflict) || conflict.Current.(*Opportunity).Title != "Fleet telematics rollout" {
		t.Errorf("got %v", err)
	}
}

func TestMoveOpportunity(t *testing.T) {
	t.Parallel()
	move := func(stage int) func(c *Caller) (*Opportunity, error) {
		return func(c *Caller) (*Opportunity, error) {
			return c.MoveOpportunity(t.Context(), StageChange{ID: 3101, StageID: stage})
		}
	}
	o, err := written(t, scripted(t,
		said{getFull, "", 0, "opportunity_full.json"},
		said{"PUT crm/opportunity/3101/stage/18", "opportunity_stage.request.json", 0, "writes/opportunity_stage.response.json"},
	), move(18))
	if err != nil || o.Stage.ID != 18 || o.SuccessProbability != 100 || gql(o.ActualCloseDate) != `"2024-09-03T14:07:55Z"` {
		t.Errorf("got %+v, %v", o, err)
	}
	if o, err = written(t, scripted(t, said{getFull, "", 0, "opportunity_full.json"}), move(15)); err != nil || o.Stage.ID != 15 {
		t.Errorf("to where it is: got %v, %v", o, err)
	}
	_, err = written(t, scripted(t,
		said{getFull, "", 0, "opportunity_full.json"},
		said{"PUT crm/opportunity/3101/stage/99", "opportunityid=3101&stageid=99", 404, "error_notfound.json"},
	), move(99))
	var mistakes UserErrors
	if !errors.As(err, &mistakes) || mistakes[0].Code != CodeNotFound || mistakes[0].Field[0] != "stageId" {
		t.Errorf("to a stage that is none: got %v", err)
	}
	_, err = written(t, scripted(t, said{getFull, "", 404, "error_notfound.json"}), move(18))
	if KindOf(err) != KindNotFound || outcomeOf(err) != NotDone {
		t.Errorf("of none: got %v", err)
	}
}

func TestDeleteOpportunity(t *testing.T) {
	t.Parallel()
	remove := func(client *Client, seen string) error {
		_, err := written(t, client, func(c *Caller) (struct{}, error) { return struct{}{}, c.DeleteOpportunity(t.Context(), 3101, seen) })
		return err
	}
	get := said{getFull, "", 0, "opportunity_full.json"}
	seen := decoded[*Opportunity](t, "opportunity_full.json").Revision()
	if err := remove(scripted(t, get, said{"DELETE crm/opportunity/3101", "", 0, "writes/opportunity_delete.response.json"}), seen); err != nil {
		t.Error(err)
	}
	if err := remove(scripted(t, get, said{"DELETE crm/opportunity/3101", "", 404, "error_notfound.json"}), ""); KindOf(err) != KindNotFound || outcomeOf(err) != NotDone { // somebody else was faster
		t.Errorf("got %v", err)
	}
	var conflict *ConflictError
	if err := remove(scripted(t, get), "another"); !errors.As(err, &conflict) {
		t.Errorf("got %v", err)
	}
}

// decoded reads a file of testdata.
func decoded[T any](t *testing.T, name string) T {
	t.Helper()
	v, err := decode[T](readAnswer(t, name, 0))
	if err != nil {
		t.Fatal(err)
	}
	return v
}
