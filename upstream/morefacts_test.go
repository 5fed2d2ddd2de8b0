package upstream

import (
	"context"
	"fmt"
	"strings"

	"onlyoffice-graphql/upstream/demo"
)

// moreFacts are the second half of facts.
var moreFacts = []fact{
	{"13 values, tags and names are trimmed, and echoed untrimmed", []act{
		{admin, setFields(3101, FieldValue{72, ptr(" x ")}), "", "opportunity 3101 customFields 72", 1},
		{admin, func(ctx context.Context, w *world, c *Caller) error {
			tags, err := c.AddTags(ctx, TagOpportunity, 3103, []string{" Renewal "})
			if err != nil || tags[0] != "renewal" {
				return fmt.Errorf("tags %q: %w", tags, err)
			}
			return w.is("opportunity 3101", "customFields 72", "x")
		}, "", "opportunity 3103 tags", 1},
		{admin, createPerson(NewContact{FirstName: " Signe ", LastName: "Aaberg "}, "Signe Aaberg"), "", "+contact 2101", 1},
	}},
	{"14 an empty value in an update does nothing, and one blank clears", []act{
		{admin, update(OpportunityChanges{ID: 3101, CustomFields: []FieldValue{{74, nil}, {72, ptr("")}}}), "", "opportunity 3101 customFields 72; opportunity 3101 customFields 74", 1},
	}},
	{"15 an update of a contact answers with the old one, and wipes what it has no name for", []act{
		{admin, func(ctx context.Context, w *world, c *Caller) error {
			id := w.contactWith(func(r demo.Row) bool {
				return r["companyName"] == "" && r["industry"] == "" && r["currency"] == "" && r["contactTypeId"] == "0" && r["contactStatusId"] != "0"
			})
			status := w.before[fmt.Sprint("contact ", id)]["contactStatusId"]
			d, err := c.UpdateContact(ctx, ContactChanges{ID: id, JobTitle: Set("Chief of facts")}, nil)
			if err != nil || *d.JobTitle != "Chief of facts" || fmt.Sprint(d.ContactStatus.ID) != status || w.changes() != fmt.Sprint("contact ", id, " jobTitle") {
				return fmt.Errorf("got %+v, %w; changed %s", d, err, w.changes())
			}
			_, err = c.UpdateContact(ctx, ContactChanges{ID: id, JobTitle: Set(w.before[fmt.Sprint("contact ", id)]["jobTitle"])}, nil)
			return err
		}, "", "", 4},
		{admin, func(ctx context.Context, _ *world, c *Caller) error {
			_, err := c.UpdateContact(ctx, ContactChanges{IsCompany: true, ID: 1001, About: Set("A")}, nil)
			return err
		}, "CANNOT_KEEP industry; CANNOT_KEEP currency; CANNOT_KEEP contactTypeId", "", 0},
	}},
	{"16 an update of a company as a person blanks its name", []act{
		{admin, updatePerson(ContactChanges{ID: 1001, JobTitle: Set("A")}), "INVALID id", "", 0},
	}},
	{"17 a contact that is not shared is hidden from who entered it", []act{
		{stranger, createPerson(NewContact{FirstName: "A", LastName: "B", ShareType: Set(ShareNone)}, "A B"), "", "+contact 2101", 1},
		{stranger, func(ctx context.Context, _ *world, c *Caller) error { return c.Contacts(ctx, nil, []int{2101})[0].Err }, "", "", 0},
	}},
	{"18 ways to reach a contact move to another one, and two of them are primary", []act{
		{admin, func(ctx context.Context, w *world, c *Caller) error {
			d, _, err := c.AddContactInfo(ctx, 2001, NewContactInfo{InfoType: InfoEmail, Category: InfoWork, Data: "new@nordfrakt.example", IsPrimary: Set(true)})
			primaries := 0
			for _, info := range d.CommonData {
				if info.InfoType == InfoEmail && info.IsPrimary {
					primaries++
				}
			}
			if primaries != 1 {
				return fmt.Errorf("%d are primary, %w", primaries, err)
			}
			_, _, err = c.UpdateContactInfo(ctx, ContactInfoChanges{ContactID: 2002, ID: d.CommonData[0].ID, Data: Set("moved")})
			return err
		}, "NOT_FOUND id", "*", 2},
		{admin, func(ctx context.Context, _ *world, c *Caller) error {
			info := c.Contacts(ctx, nil, []int{2001})[0].Value.CommonData[0].ID
			_, err := c.DeleteContactInfo(ctx, 2002, info)
			return err
		}, "NOT_FOUND id", "", 0},
		{admin, func(ctx context.Context, _ *world, c *Caller) error {
			_, _, err := c.AddContactInfo(ctx, 2001, NewContactInfo{InfoType: InfoEmail, Category: 9, Data: "a"}) // a name that none is called by
			return err
		}, "INVALID category", "", 0},
		{admin, changeFirstInfo(2001), "", "contact 2001 info 511", 1},                                                    // the others stay
		{admin, lastSent("PUT crm/contact/{}/data/{}", "infoType=Email&category=Work&data=1&isPrimary=false"), "", "", 0}, // without a type the category would be ignored
		{admin, never("PUT crm/contact/{}/batch", "POST crm/contact/{}/batch"), "", "*", -1},
	}},
	{"19 routes that change many things at once publish, or delete, what was not meant", []act{
		{admin, hidePerson, "", "*", 2}, // by its own id, and her status again
		{admin, never("PUT crm/contact/filter/access", "PUT crm/contact/access", "PUT crm/contact/{}/access", "POST crm/contact/task/group"), "", "*", -1},
	}},
	{"20 null for a list is refused, and null for a text clears it", []act{
		{admin, func(ctx context.Context, w *world, c *Caller) error {
			in := OpportunityChanges{ID: 3101, Description: Clear[string](), AccessListIDs: Clear[[]string]()}
			if _, err := c.UpdateOpportunity(ctx, in, nil); err != nil || len(w.forms) != 1 || !strings.HasPrefix(w.forms[0], "application/x-www-form-urlencoded") {
				return fmt.Errorf("%v: %w", w.forms, err)
			}
			return w.is("opportunity 3101", "accessListIds", anna.ID) // who is in charge
		}, "", "opportunity 3101 accessListIds; opportunity 3101 description", 1},
	}},
	{"21 JSON loses decimals, and rewrites what looks like a date", []act{
		{admin, update(OpportunityChanges{
			ID: 3101, BidValue: Set(dec("12345678901234567.891")), ExpectedCloseDate: Set(date("2026-04-30T10:00:00.120Z")), CustomFields: []FieldValue{{72, ptr("2026-04-30T00:00:00+02:00")}},
		}), "", "opportunity 3101 bidValue; opportunity 3101 customFields 72; opportunity 3101 expectedCloseDate", 1},
		{admin, has("opportunity 3101", "bidValue", "12345678901234567.891000000"), "", "", 0},
		{admin, has("opportunity 3101", "customFields 72", "2026-04-30T00:00:00+02:00"), "", "", 0},
		{admin, has("opportunity 3101", "expectedCloseDate", "2026-04-30T10:00:00Z"), "", "", 0},
	}},
	{"22 long titles are cut, and so is what follows an emoji", []act{
		{admin, update(OpportunityChanges{ID: 3101, Title: Set(long(256)), Description: Set("a 🚛 b")}), "TOO_LONG title; UNSUPPORTED_CHARACTER description", "", 0},
		{admin, update(OpportunityChanges{ID: 3191, Title: Set("A")}), "CANNOT_KEEP description", "", 0},
	}},
	{"23 what is deleted takes other things along", []act{
		{admin, func(ctx context.Context, w *world, c *Caller) error {
			in := NewNote{OpportunityID: 3103, CategoryID: 41, Content: "A", FileIDs: []int{w.fileBy(mark.ID, true), w.fileBy(mark.ID, false)}}
			return note(in, nil)(ctx, w, c)
		}, "", "+event 1261", 1},
		{creator, func(ctx context.Context, w *world, c *Caller) error { // may delete it, but not the second document
			err := c.DeleteHistoryEvent(ctx, 1261)
			if !strings.Contains(w.changes(), "event 1261 fileIds") {
				return fmt.Errorf("the first document is there, %w", err)
			}
			return err
		}, "forbidden UNKNOWN", "*", 1},
		{admin, func(ctx context.Context, _ *world, c *Caller) error { return c.DeleteOpportunity(ctx, 3102, "another") }, "CONFLICT", "", 0},
		{admin, createTask(3103, 2002, nil), "", "+task 841", 1},
		{admin, func(ctx context.Context, _ *world, c *Caller) error { return c.DeleteContact(ctx, 2002, "another") }, "CONFLICT", "", 0},
		{admin, deleteSeenContact(2002), "", "*", 1}, // as it was seen, and with the task of the opportunity
		{stranger, func(ctx context.Context, _ *world, c *Caller) error { // a tag of one thing; the dictionary keeps it
			_, err := c.RemoveTags(ctx, TagOpportunity, 3105, []string{"pilot"})
			return err
		}, "", "opportunity 3105 tags", 1},
		{admin, never(
			"POST crm/opportunity/tag", "DELETE crm/opportunity/tag", "DELETE crm/opportunity/tag/unused", "POST crm/contact/tag", "DELETE crm/contact/tag", "DELETE crm/contact/tag/unused",
			"POST crm/opportunity/customfield", "PUT crm/opportunity/customfield/{}", "DELETE crm/opportunity/customfield/{}", "PUT crm/opportunity/customfield/reorder",
		), "", "*", -1},
	}},
	{"24 a batch has no transaction, and one malformed item hides what became of the others", []act{
		{admin, addMembers(3103, 1003, 999999, 1004), "NOT_FOUND contactIds.1", "opportunity 3103 memberIds", 3},
		{admin, func(ctx context.Context, w *world, c *Caller) error {
			defer w.Inject(demo.Fault{Kind: demo.BatchDoubled, When: demo.After})()
			return addMembers(3103, 1005, 1006)(ctx, w, c)
		}, "", "opportunity 3103 memberIds", 2}, // which is read again
	}},
}

// changeFirstInfo gives the first way to reach a contact another number.
func changeFirstInfo(contact int) doing {
	return func(ctx context.Context, _ *world, c *Caller) error {
		info := c.Contacts(ctx, nil, []int{contact})[0].Value.CommonData[0].ID
		_, _, err := c.UpdateContactInfo(ctx, ContactInfoChanges{ContactID: contact, ID: info, Data: Set("1")})
		return err
	}
}

// hidePerson makes a person private, and finds them so.
func hidePerson(ctx context.Context, w *world, c *Caller) error {
	id := w.contactWith(func(r demo.Row) bool {
		return r["lastName"] != "" && r["industry"] == "" && r["currency"] == "" && r["contactTypeId"] == "0" && r["contactStatusId"] != "0" && r["shareType"] == "1"
	})
	in := ContactChanges{ID: id, ShareType: Set(ShareNone), ManagerIDs: Set([]string{anna.ID})}
	if err := updatePerson(in)(ctx, w, c); err != nil {
		return err
	}
	if changes, want := w.changes(), fmt.Sprintf("contact %d managerIds; contact %[1]d shareType", id); changes != want {
		return fmt.Errorf("changed %s", changes)
	}
	return w.is(fmt.Sprint("contact ", id), "shareType", "0")
}

// deleteSeenContact deletes a contact as it was seen, and finds what went along.
func deleteSeenContact(id int) doing {
	return func(ctx context.Context, w *world, c *Caller) error {
		seen := c.Contacts(ctx, nil, []int{id})[0].Value.Revision()
		err := c.DeleteContact(ctx, id, seen)
		for _, gone := range []string{fmt.Sprint("-contact ", id), "-task 841"} {
			if !strings.Contains(w.changes(), gone) {
				return fmt.Errorf("%s: %w", w.changes(), err)
			}
		}
		return err
	}
}
