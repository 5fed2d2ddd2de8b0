package demo

import (
	"net/http"
	"strings"
	"sync"
)

// route is one method of the API. Its template names it in counters and faults.
type route struct {
	verb, template string
	serve          func(*call) (answer, error)
	open           bool // needs no sign-in
	writes         bool // changes the store, and so runs alone
	segments       []string
}

const batchTemplate = "batch"

// routeTable lists constant paths before those with braces, as the portal does,
// so that "opportunity/filter" is never taken for an id.
var routeTable = sync.OnceValue(func() []*route {
	get := func(template string, serve func(*call) (answer, error)) *route {
		return &route{verb: http.MethodGet, template: template, serve: serve}
	}
	table := []*route{
		{verb: http.MethodPost, template: "authentication", serve: signIn, open: true},
		{verb: http.MethodPost, template: "authentication/{code}", serve: signIn, open: true},
		{verb: http.MethodPost, template: batchTemplate},
		{verb: http.MethodGet, template: batchTemplate},
		get("crm/opportunity/filter", filterOpportunities),
		get("crm/opportunity/stage", listStages),
		get("crm/opportunity/tag", listOpportunityTags),
		get("crm/opportunity/stage/{id}", getStage),
		get("crm/opportunity/tag/{id}", getOpportunityTags),
		get("crm/opportunity/{id}", getOpportunity),
		get("crm/opportunity/{id}/contact", listMembers),
		get("crm/opportunity/{id}/tag", getOpportunityTags),
		get("crm/contact/{id}", getContact),
		get("crm/contact/filter", filterContacts),
		get("crm/contact/mail", listContactMails),
		get("crm/contact/status", listContactStatuses),
		get("crm/contact/type", listContactTypes),
		get("crm/contact/tag", listContactTags),
		get("crm/contact/tag/{id}", getContactTags),
		get("crm/contact/{id}/tag", getContactTags),
		get("crm/contact/company/{id}/person", listCompanyPersons),
		get("crm/opportunity/bycontact/{id}", listOpportunitiesOfContact),
		get("crm/opportunity/customfield/definitions", listDefinitions("")),
		get("crm/contact/customfield/definitions", listDefinitions("contact")),
		get("crm/person/customfield/definitions", listDefinitions("person")),
		get("crm/company/customfield/definitions", listDefinitions("company")),
		get("crm/opportunity/{id}/customfield", listOpportunityFields),
		get("crm/opportunity/{id}/files", listFiles),
		get("crm/task/filter", filterTasks),
		get("crm/task/category", listTaskCategories),
		get("crm/task/{id}", getTask),
		get("crm/history/filter", filterHistory),
		get("crm/history/category", listEventCategories),
		get("crm/settings/currency", listCurrencies),
		get("people", listPeople),
		get("people/filter", filterPeople),
		get("people/@self", getSelf),
		get("people/{guid}", getPerson),
	}
	table = append(table, &route{verb: http.MethodGet, template: versionsTemplate, serve: getVersions, open: true})
	table = append(table, writeRoutes()...)
	for _, r := range table {
		r.segments = strings.Split(r.template, "/")
	}
	return table
})

// apiPath splits a path below /api/2.0/ into its lower-case segments and the
// format that its suffix asks for.
func apiPath(path string) (segments []string, xml, ok bool) {
	const root = "/api/2.0/"
	if len(path) < len(root) || !strings.EqualFold(path[:len(root)], root) {
		return nil, false, false
	}
	path = strings.ToLower(strings.TrimSuffix(path[len(root):], "/"))
	if cut := strings.LastIndexByte(path, '.'); cut >= 0 {
		switch path[cut:] {
		case ".json":
			path = path[:cut]
		case ".xml", ".tml":
			path, xml = path[:cut], true
		}
	}
	return strings.Split(path, "/"), xml, true
}

// find returns the route of a path, with what stands in its braces; nil when
// the portal has no such method.
func (p *Portal) find(verb string, segments []string) (*route, place) {
	for _, r := range p.routes {
		if r.verb == verb && len(r.segments) == len(segments) {
			if at, ok := r.match(segments); ok {
				return r, at
			}
		}
	}
	return nil, place{}
}

// place is what stands in the braces of a path: digits is its {id}, not yet known
// to be a usable number, second any other number, and name its {guid} or {code}.
type place struct{ digits, second, name string }

func (r *route) match(segments []string) (at place, ok bool) {
	for i, want := range r.segments {
		switch {
		case want == "{guid}", want == "{code}":
			at.name = segments[i]
		case want[0] != '{':
			if want != segments[i] {
				return place{}, false
			}
		case !isDigits(segments[i]):
			return place{}, false
		case want == "{id}":
			at.digits = segments[i]
		default:
			at.second = segments[i]
		}
	}
	return at, true
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
