package demo

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestTrapsOfTasksContactsAndNotes goes on where TestTraps ends.
func TestTrapsOfTasksContactsAndNotes(t *testing.T) {
	t.Parallel()
	const task = "title=Call&deadline=2026-04-30&categoryId=21"
	const note = "categoryId=41&content=x"
	for name, steps := range map[string][]step{
		"a PUT of a task that is gone makes another": {
			{"bjorn.ostlund PUT crm/task/99999", task, 200, says(`"id":841`, bjornID, `"canEdit":true`)},
			{"PUT crm/task/0", task, 200, says(`"id":842`)},
		},
		"a PUT of a task leaves it closed, and its maker": {
			{"bjorn.ostlund POST crm/task", task + "&description=x&alertValue=5", 201, says(`"description":"x"`, `"alertValue":5`)},
			{"PUT crm/task/841/close", "", 200, says(`"isClosed":true`)},
			{"PUT crm/task/841", task, 200, says(`"isClosed":true`, bjornID, "!description\":\"x", "!alertValue", `"created":"2026-03-02T09:00:07.0000000Z"`)},
			{"GET crm/task/841", "", 200, says(`"isClosed":true`, `"description":""`, bjornID, "4a515a15-d4d6-4b8e-828e-e0586f18f3a3")},
			{"PUT crm/task/841/reopen", "", 200, says("!isClosed")},
			{"PUT crm/task/841/reopen", "", 200, says("!isClosed")},
		},
		"a task takes any contact, opportunity and list item": {
			{"mark.oconnell POST crm/task", task + "&contactId=99999&entityType=Opportunity&entityId=3101", 201, says("!entity", "!contact")},
			{"POST crm/task", task + "&entityType=opportunity&entityId=3101", 201, says(`"entityId":3101`)},
			{"POST crm/task", task + "&entityId=3101", 201, says("!entity")},
			{"POST crm/task", task + "&entityType=contact&entityId=1001", 400, says(badRange)},
			{"POST crm/task", strings.Replace(task, "21", "51", 1), 201, says(`"title":"Cold"`)},
			{"POST crm/task", strings.Replace(task, "21", "0", 1), 400, says(badRange)},
			{"POST crm/task", strings.Replace(task, "21", "99", 1), 404, says("Category is not found")},
			{"POST crm/task", strings.Replace(task, "Call", "", 1), 400, says(badRange)},
			{"POST crm/task", "title=Call&categoryId=21", 400, says(badRange)},
			{"POST crm/task", "title=Call&categoryId=21&deadline=0001-01-01", 400, says(badRange)},
		},
		"a task of others": {
			{"POST crm/task", task + "&responsibleId=" + annaID, 201, nil},
			{"bjorn.ostlund PUT crm/task/841", task, 403, says(forbidden)},
			{"bjorn.ostlund PUT crm/task/841/close", "", 403, says(forbidden)},
			{"bjorn.ostlund DELETE crm/task/841", "", 403, says(forbidden)},
			{"PUT crm/task/841", task + "&responsibleId=" + bjornID, 200, nil},
			{"bjorn.ostlund PUT crm/task/841/close", "", 200, nil},
			{"bjorn.ostlund DELETE crm/task/841", "", 200, says(`"id":841`)},
			{"DELETE crm/task/841", "", 404, says(notFound)},
			{"PUT crm/task/841/close", "", 400, says(badRange)},
			{"GET crm/task/841", "", 404, nil},
		},
		"a note needs something that it is about": {
			{"POST crm/history", note, 400, says(badRange)},
			{"POST crm/history", note + "&entityId=3101", 400, says(badRange)},
			{"POST crm/history", note + "&entityType=contact&entityId=1001", 400, says(badRange)},
			{"POST crm/history", note + "&contactId=99999", 400, says(badRange)},
			{"bjorn.ostlund POST crm/history", note + "&contactId=1002", 400, says(badRange)},
			{"POST crm/history", "categoryId=41&contactId=1001", 400, says(badRange)},
			{"POST crm/history", "categoryId=99&content=x&contactId=1001", 400, says(badRange)},
			{"POST crm/history", "categoryId=-1&content=x&contactId=1001", 201, says(`"entity":null`, `"id":-1`)},
			{"POST crm/history", "categoryId=-3&content=x&contactId=1001", 500, says(nullError)},
			{"POST crm/history", note + "&contactId=1001&entityType=opportunity&entityId=3102", 201, says(`"entityId":3102`, `"contact":`, `"files":[]`)},
		},
		"a note is deleted by who may edit its contact, or made it": {
			{"POST crm/history", note + "&contactId=2001", 201, nil},
			{"bjorn.ostlund DELETE crm/history/1261", "", 403, says(forbidden)},
			{"bjorn.ostlund POST crm/history", note + "&contactId=2001", 201, nil},
			{"bjorn.ostlund DELETE crm/history/1262", "", 200, nil},
			{"DELETE crm/history/1262", "", 404, says(notFound)},
		},
		"a PUT of a missing contact is 400, of a hidden one 403": {
			{"PUT crm/contact/person/99999", "firstName=A&lastName=B", 400, says(badRange)},
			{"bjorn.ostlund PUT crm/contact/company/1002", "companyName=A", 403, says(forbidden)},
			{"bjorn.ostlund PUT crm/contact/person/2001", "firstName=A&lastName=B", 403, says(forbidden)},
			{"PUT crm/contact/person/2001", "firstName=A&lastName=", 400, says(badRange)},
			{"PUT crm/contact/company/1001", "", 500, says(nullError)},
			{"PUT crm/contact/company/1001", "companyName=+", 400, says(badRange)},
			{"bjorn.ostlund DELETE crm/contact/1002", "", 403, says(forbidden)},
			{"DELETE crm/contact/99999", "", 404, says(notFound)},
			{"DELETE crm/contact/1001", "", 403, says(forbidden)},
			{"bjorn.ostlund PUT crm/contact/1002/status", "contactStatusid=51", 404, says(notFound)},
			{"bjorn.ostlund PUT crm/contact/2001/status", "contactStatusid=51", 403, says(forbidden)},
			{"PUT crm/contact/2001/status", "contactStatusid=99", 404, says(notFound)},
			{"PUT crm/contact/2001/status", "contactStatusid=-1", 400, says(badRange)},
			{"PUT crm/contact/2001/status", "", 200, says("!contactStatus")},
		},
		"a PUT for the wrong kind blanks the name": {
			{"PUT crm/contact/person/1001", "firstName=A&lastName=B", 500, says(nullError)},
			{"GET crm/contact/1001", "", 200, says(`"displayName":""`)},
			{"PUT crm/contact/company/2002", "companyName=A", 500, says(nullError)},
			{"GET crm/contact/2002", "", 200, says(`"displayName":""`)},
		},
		"a PUT answers with the old company, and loses what has no parameter": {
			{"PUT crm/contact/company/1001", "companyName=+Renamed+&shareType=1", 200, says("Nordfrakt", "Hot", `"Transport & logistics"`)},
			{"GET crm/contact/1001", "", 200, says(`"companyName":"Renamed"`, "!Hot", `"industry":""`, `"currency":null`, `"about":""`)},
			{"GET crm/contact/filter?contactType=61", "", 200, says(`!"id":1001,`)},
			{"PUT crm/contact/company/1001", "companyName=Renamed&customFieldList[0][key]=81&customFieldList[0][value]=+new+&customFieldList[1][key]=82&customFieldList[1][value]=x", 200, says(`"fieldValue":"new"`, "!SE556677889901", "!Birthday")},
			{"bjorn.ostlund GET crm/contact/1001", "", 404, nil},
		},
		"a blank name is found out when the company is gone already": {
			{"PUT crm/contact/person/2002", "firstName=+&lastName=x", 400, says(badRange)},
			{"GET crm/contact/2002", "", 200, says("Tom", "!Nordfrakt")},
		},
		"a contact that is not shared is lost to its maker": {
			{"bjorn.ostlund POST crm/contact/person", "firstName=+Al+&lastName=", 201, says(`"id":2101`, `"firstName":" Al "`, `"displayName":"Al"`)},
			{"bjorn.ostlund GET crm/contact/2101", "", 404, nil},
			{"GET crm/contact/2101", "", 200, says(`"firstName":"Al"`)},
			{"bjorn.ostlund POST crm/contact/company", "companyName=Own&managerList[]=" + bjornID + "&personList[]=2002", 201, says(`"id":2102`, `"personsCount":1`)},
			{"bjorn.ostlund GET crm/contact/2102", "", 200, says(`"accessList":[{`)},
			{"POST crm/contact/person", "firstName=x", 500, says(nullError)},
			{"POST crm/contact/person", "firstName=+&lastName=x", 400, says(badRange)},
			{"POST crm/contact/person", "firstName=x&lastName=x&companyId=99999", 404, says(notFound)},
			{"POST crm/contact/company", "", 400, says(badRange)},
			{"POST crm/contact/person", "firstName=x&lastName=x&customFieldList[0][key]=999&customFieldList[0][value]=x", 500, says(nullError)},
			{"GET crm/contact/2103", "", 200, nil},
		},
		"contact data": {
			{"POST crm/contact/2001/data", "infoType=Email&category=work&data=x", 400, says(badRange)},
			{"POST crm/contact/2001/data", "infoType=Email&category=1&data=x", 400, says(badRange)},
			{"POST crm/contact/2001/data", "infoType=Email&category=Mobile&data=x", 400, says(badRange)},
			{"POST crm/contact/2001/data", "category=Mobile&data=", 400, says(badRange)},
			{"POST crm/contact/2001/data", "category=Mobile&data=no+number", 201, says(`"infoType":0,"category":2,"data":"no number","categoryName":"Mobile","isPrimary":false`)},
			{"POST crm/contact/2001/data", "infoType=email&category=Work&data=second&isPrimary=true", 201, nil},
			{"GET crm/contact/2001", "", 200, says(`"data":"ingrid.hallberg@nordfrakt.example","categoryName":"Work","isPrimary":true`, `"data":"second","categoryName":"Work","isPrimary":true`)},
			{"bjorn.ostlund POST crm/contact/2001/data", "infoType=Email&category=Work&data=x", 404, says(notFound)},
			{"bjorn.ostlund POST crm/contact/2001/data", "infoType=Twitter&category=Work&data=x", 201, nil},
			{"PUT crm/contact/2001/data/511", "data=new&category=Home", 200, says(`"infoType":1,"category":1,"data":"new","categoryName":"Work","isPrimary":true`)},
			{"PUT crm/contact/2001/data/511", "data=new&infoType=1&category=Home&isPrimary=false", 200, says(`"category":0,"data":"new","categoryName":"Home","isPrimary":false`)},
			{"PUT crm/contact/2001/data/999999", "data=new", 500, says(nullError)},
			{"PUT crm/contact/2002/data/512", "data=moved", 200, nil},
			{"GET crm/contact/2002", "", 200, says("moved")},
			{"GET crm/contact/2001", "", 200, says("!ingrid@hallberg.example")},
			{"DELETE crm/contact/2001/data/512", "", 200, says("moved")},
			{"DELETE crm/contact/2001/data/512", "", 404, says(notFound)},
			{"POST crm/contact/2002/data", `{"infoType":7,"category":"Office","data":"{\"street\":\"A 1\",\"city\":\"B\"}"}`, 201, nil},
			{"GET crm/contact/2002", "", 200, says(`"street":"A 1","city":"B"`)},
		},
		"a deleted contact takes the tasks of opportunities along": {
			{"POST crm/task", task + "&contactId=2003&entityType=opportunity&entityId=3103", 201, nil},
			{"POST crm/history", note + "&contactId=2003&entityType=opportunity&entityId=3103", 201, nil},
			{"DELETE crm/contact/2003", "", 200, says(`"id":2003`)},
			{"GET crm/task/841", "", 404, nil},
			{"GET crm/history/filter?entityType=opportunity&entityId=3103&sortBy=id", "", 200, says(`!"id":1261`)},
			{"GET crm/opportunity/3102", "", 200, says(`"members":[]`, `!"contact":`)},
			{"GET crm/contact/2003", "", 404, nil},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tell(t, New(), steps)
		})
	}
}

// Some writes fail when they are done.
func TestDoneAndFailed(t *testing.T) {
	t.Parallel()
	p := New()
	about := func(id int) int {
		p.RemoveOpportunity(id)
		return slices.IndexFunc(p.store.events, func(v *event) bool { return v.opportunity == id && v.contact == nil })
	}
	var orphan *event
	for id := firstOpportunity; orphan == nil; id++ {
		if i := about(id); i >= 0 {
			orphan = p.store.events[i]
		}
	}
	last := p.store.opportunities[len(p.store.opportunities)-1]
	last.stage = nil
	tell(t, p, []step{
		{fmt.Sprintf("DELETE crm/history/%d", orphan.id), "", 500, says(nullError)},
		{fmt.Sprintf("DELETE crm/history/%d", orphan.id), "", 404, nil},
		{fmt.Sprintf("DELETE crm/opportunity/%d", last.id), "", 404, nil},
		{"GET crm/opportunity/filter?sortBy=id&sortOrder=descending&count=1", "", 200, says(fmt.Sprintf(`!"id":%d}]`, last.id))},
	})
}

// The files of a note go first, up to the first one that the caller may not
// delete.
func TestFilesOfDeletedNotes(t *testing.T) {
	t.Parallel()
	p := New()
	bjorn, anna := p.store.employee("bjorn.ostlund"), p.store.employee(demoUser)
	files := []*file{{id: 1, title: "a.pdf", by: bjorn}, {id: 2, title: "b.pdf", by: anna}}
	p.store.events = append(
		p.store.events,
		&event{id: 9001, createBy: bjorn, category: p.store.eventCategories[0], opportunity: 3103, files: files},
		&event{id: 9002, createBy: bjorn, category: p.store.eventCategories[0], opportunity: 3103},
	)
	tell(t, p, []step{
		{"POST crm/history", "entityType=opportunity&entityId=3103&categoryId=41&content=x&fileId[]=1&fileId[]=99", 201, says("a.pdf", "!b.pdf")},
		{"bjorn.ostlund DELETE crm/history/9001", "", 403, says(forbidden)},
		{"GET crm/opportunity/3103/files", "", 200, says("!a.pdf", "b.pdf")},
		{"DELETE crm/history/9001", "", 200, says("b.pdf")},
		{"GET crm/opportunity/3103/files", "", 200, says("!b.pdf")},
		{"bjorn.ostlund DELETE crm/history/9002", "", 200, nil},
	})
}
