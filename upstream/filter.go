package upstream

import (
	"net/url"
	"strconv"
)

// Window is a part of a list and its order.
type Window struct {
	Start      int    // rows to pass over
	Count      int    // rows to return, 1 to 1000
	SortBy     string // one of the endpoint's own keys: any other makes the portal load the whole table
	Descending bool
}

// Query asks for the window of a list that holds what meets the criteria.
type Query[C any] struct {
	Criteria C
	Window   Window
}

func (w Window) encode(q url.Values) {
	q.Set("count", strconv.Itoa(w.Count))
	if w.Start > 0 {
		q.Set("startIndex", strconv.Itoa(w.Start))
	}
	q.Set("sortBy", w.SortBy)
	if w.Descending {
		q.Set("sortOrder", "descending") // only this very word
	} else {
		q.Set("sortOrder", "ascending")
	}
}

// OpportunityCriteria says which opportunities a list holds. Zero values do not
// filter; what is set must all hold.
type OpportunityCriteria struct {
	Text                 string     // in title, description and custom fields; needs the portal's search service
	Responsible          string     // GUID
	Stage                int        // one stage
	StageType            *StageType // open, won or lost
	Tags                 []string   // all of them
	Contact              int        // the primary contact
	ContactIsParticipant bool       // with Contact: any member
	From, To             Day        // both or none: expected close of open ones, actual close of the others
}

func (f OpportunityCriteria) encode(q url.Values) {
	setText(q, "filterValue[]", f.Text) // without [] a comma would end the text
	setText(q, "responsibleid", f.Responsible)
	setNumber(q, "opportunityStagesid", f.Stage)
	if f.StageType != nil {
		q.Set("stageType", strconv.Itoa(int(*f.StageType)))
	}
	for _, tag := range f.Tags {
		q.Add("tags[]", tag)
	}
	setNumber(q, "contactid", f.Contact)
	if f.ContactIsParticipant {
		q.Set("contactAlsoIsParticipant", "true")
	}
	setDays(q, f.From, f.To, lastSecond)
}

// ContactCriteria says which contacts a list holds. Zero values do not filter;
// what is set must all hold.
type ContactCriteria struct {
	Text        string // in names and contact data
	Kind        ContactKind
	Status      int // a contact status, such as "warm"
	Type        int // a contact type, such as "client"
	Responsible string
	Shared      *bool
	Tags        []string // all of them
	From, To    Day      // of creation, each alone is fine
}

func (f ContactCriteria) encode(q url.Values) {
	setText(q, "filterValue[]", f.Text)
	setNumber(q, "contactListView", int(f.Kind))
	setNumber(q, "contactStage", f.Status)
	setNumber(q, "contactType", f.Type)
	setText(q, "responsibleid", f.Responsible)
	if f.Shared != nil {
		q.Set("isShared", strconv.FormatBool(*f.Shared))
	}
	for _, tag := range f.Tags {
		q.Add("tags[]", tag)
	}
	setDays(q, f.From, f.To, lastSecondLater)
}

// TaskCriteria says which tasks a list holds. Zero values do not filter; what is
// set must all hold.
type TaskCriteria struct {
	Responsible string
	Category    int
	Closed      *bool
	Entity      EntityRef
	Text        string
	From, To    Day // of the deadline, each alone is fine
}

func (f TaskCriteria) encode(q url.Values) {
	setText(q, "filterValue[]", f.Text)
	setText(q, "responsibleid", f.Responsible)
	setNumber(q, "categoryid", f.Category)
	if f.Closed != nil {
		q.Set("isClosed", strconv.FormatBool(*f.Closed))
	}
	f.Entity.encode(q, "entityid")
	setDays(q, f.From, f.To, lastSecond)
}

// HistoryCriteria says which events a list holds. Zero values do not filter; what
// is set must all hold. Without an entity the portal does not check access:
// events of hidden opportunities come along with a nil Entity.
type HistoryCriteria struct {
	Entity   EntityRef
	Category int
	CreateBy string
	Text     string
	From, To Day // of creation, each alone is fine
}

func (f HistoryCriteria) encode(q url.Values) {
	setText(q, "filterValue[]", f.Text)
	f.Entity.encode(q, "entityId")
	setNumber(q, "categoryId", f.Category)
	setText(q, "createBy", f.CreateBy)
	setDays(q, f.From, f.To, lastSecondLater)
}

// EntityRef names an opportunity or a contact in a filter; the zero value names none.
type EntityRef struct {
	Type string // "opportunity" or "contact"
	ID   int
}

func (e EntityRef) encode(q url.Values, idName string) {
	if e != (EntityRef{}) {
		q.Set("entityType", e.Type)
		q.Set(idName, strconv.Itoa(e.ID))
	}
}

func setText(q url.Values, name, text string) {
	if text != "" {
		q.Set(name, text)
	}
}

func setNumber(q url.Values, name string, n int) {
	if n != 0 {
		q.Set(name, strconv.Itoa(n))
	}
}

// The last second of a day, as toDate says it. The portal compares close dates and
// deadlines with toDate as it comes. Before it compares when contacts and events were
// entered, it adds a day less a minute: 23 hours and 59 minutes, also on days when clocks change.
const (
	lastSecond      = "T23:59:59"
	lastSecondLater = "T00:00:59"
)

// setDays asks for what lies between the first second of one day and the last of
// another. The texts have no zone, so that the portal reads them in its own, and no
// fraction, which it would refuse in some lengths.
func setDays(q url.Values, from, to Day, last string) {
	if from != "" {
		q.Set("fromDate", string(from)+"T00:00:00")
	}
	if to != "" {
		q.Set("toDate", string(to)+last)
	}
}

// listed returns the routes of a list endpoint.
func listed[C interface{ encode(url.Values) }](template string) func(Query[C]) route {
	return func(query Query[C]) route {
		q := url.Values{}
		query.Criteria.encode(q)
		query.Window.encode(q)
		return route{template: template, query: q.Encode(), rows: query.Window.Count}
	}
}
