package resolvers

import (
	"context"
	"strings"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/upstream"
)

// The kinds of look-ups. Each has its route of the portal, why a field needs it,
// and its read.
var (
	opportunities = keyedByID("crm/opportunity/{id}", "an opportunity is looked up by its id",
		func(r *execution, seat *upstream.Seat, ids []int) []upstream.Result[*upstream.Opportunity] {
			return r.caller.Opportunities(r.ctx, seat, ids, r.analysis.skip)
		})
	opportunityTags = keyedByID("crm/opportunity/tag/{id}", "tags are not embedded in opportunities", ask((*upstream.Caller).OpportunityTags))
	files           = keyedByID("crm/opportunity/{id}/files", "documents are not embedded in opportunities", ask((*upstream.Caller).Files))
	contacts        = keyedByID("crm/contact/{id}", "embedded contacts have only the basic fields", readContacts)
	contactTags     = keyedByID("crm/contact/tag/{id}", "tags are not embedded in contacts", ask((*upstream.Caller).ContactTags))
	emails          = keyedByID("crm/contact/mail", "e-mail addresses are not embedded in contacts; one call serves many", ask((*upstream.Caller).Emails))
	persons         = keyedByID("crm/contact/company/{id}/person", "the persons of a company are not embedded in it", readPersons)
	employees       = newLoader("people/{id}", "embedded employees have only the basic fields", ask((*upstream.Caller).Employees))

	opportunityPages = newLoader("crm/opportunity/filter", "a list of opportunities is a call of its own", readOpportunityPages)
	contactPages     = newLoader("crm/contact/filter", "a list of contacts is a call of its own", readContactPages)
	taskPages        = newLoader("crm/task/filter", "tasks are not embedded in opportunities", readTaskPages)
	historyPages     = newLoader("crm/history/filter", "history is not embedded in opportunities", readHistoryPages)

	definitions       = newLoader("crm/{entity}/customfield/definitions", "definitions of custom fields are a call of their own; lists have no headings", ask((*upstream.Caller).CustomFieldDefinitions))
	stages            = dictionary("crm/opportunity/stage", "the list of stages is a call of its own; embedded stages have no place and no count", (*upstream.Caller).Stages)
	tags              = dictionary("crm/opportunity/tag", "the list of tags is a call of its own", (*upstream.Caller).Tags)
	currencies        = dictionary("crm/settings/currency", "the list of currencies is a call of its own", (*upstream.Caller).Currencies)
	taskCategories    = dictionary("crm/task/category", "the list of task categories is a call of its own", (*upstream.Caller).TaskCategories)
	contactTagList    = dictionary("crm/contact/tag", "the list of tags of contacts is a call of its own", (*upstream.Caller).TagsOfContacts)
	contactStatuses   = dictionary("crm/contact/status", "the list of contact statuses is a call of its own", (*upstream.Caller).ContactStatuses)
	contactTypes      = dictionary("crm/contact/type", "the list of contact types is a call of its own", (*upstream.Caller).ContactTypes)
	historyCategories = dictionary("crm/history/category", "the list of history categories is a call of its own", (*upstream.Caller).HistoryCategories)
	allEmployees      = newLoader("people/filter", "the list of employees is a call of its own", readAllEmployees)
	viewer            = newLoader("people/@self", "the portal has to say who the caller is", readViewer)
)

// kind is a *loader of any key and value type.
type kind interface {
	about() (route, why string)
}

// loaders are all of them, each with a route of its own.
var loaders = []kind{
	opportunities, opportunityTags, files, contacts, contactTags, emails, persons, employees,
	opportunityPages, contactPages, taskPages, historyPages,
	definitions, stages, tags, currencies, taskCategories,
	contactTagList, contactStatuses, contactTypes, historyCategories, allEmployees, viewer,
}

// reasons are why each route is called.
var reasons = reasonsOf(loaders)

func reasonsOf(loaders []kind) map[string]string {
	all := make(map[string]string, len(loaders))
	for _, l := range loaders {
		route, why := l.about()
		all[route] = why
	}
	return all
}

// noKey is the key of what there is one of.
type noKey struct{}

func newLoader[K comparable, V any](route, why string, read func(r *execution, seat *upstream.Seat, keys []K) []upstream.Result[V]) *loader[K, V] {
	return &loader[K, V]{route: route, why: why, read: read}
}

func keyedByID[V any](route, why string, read func(r *execution, seat *upstream.Seat, ids []int) []upstream.Result[V]) *loader[int, V] {
	return newLoader(route, why, read)
}

// ask reads by a method of the portal's client.
func ask[K comparable, V any](method func(*upstream.Caller, context.Context, *upstream.Seat, []K) []upstream.Result[V]) func(*execution, *upstream.Seat, []K) []upstream.Result[V] {
	return func(r *execution, seat *upstream.Seat, keys []K) []upstream.Result[V] {
		return method(r.caller, r.ctx, seat, keys)
	}
}

// dictionary is a list that there is one of.
func dictionary[V any](route, why string, method func(*upstream.Caller, context.Context, *upstream.Seat) (V, error)) *loader[noKey, V] {
	return newLoader(route, why, func(r *execution, seat *upstream.Seat, _ []noKey) []upstream.Result[V] {
		value, err := method(r.caller, r.ctx, seat)
		return []upstream.Result[V]{{Value: value, Err: err}}
	})
}

// readContacts keeps the tags of those that come with them.
func readContacts(r *execution, seat *upstream.Seat, ids []int) []upstream.Result[*upstream.ContactDetails] {
	results := r.caller.Contacts(r.ctx, seat, ids)
	for _, result := range results {
		if result.Err == nil && result.Value.Tags != nil {
			contactTags.of(r).prime(result.Value.ID, result.Value.Tags)
		}
	}
	return results
}

// readPersons keeps what comes along: persons in full, and tags.
func readPersons(r *execution, seat *upstream.Seat, companies []int) []upstream.Result[[]*upstream.ContactDetails] {
	results := r.caller.Persons(r.ctx, seat, companies)
	for _, result := range results {
		for _, d := range result.Value {
			if d.ID != 0 && d.IsFull() {
				contacts.of(r).prime(d.ID, d)
			}
			if d.ID != 0 && d.Tags != nil {
				contactTags.of(r).prime(d.ID, d.Tags)
			}
		}
	}
	return results
}

// entityOf returns the portal's word for what custom fields are on.
func entityOf(entity *graph.CustomFieldEntity) string {
	if entity == nil {
		return strings.ToLower(string(graph.CustomFieldEntityOpportunity))
	}
	return strings.ToLower(string(*entity))
}

func readAllEmployees(r *execution, seat *upstream.Seat, _ []noKey) []upstream.Result[[]*upstream.Employee] {
	all, err := r.caller.ListEmployees(r.ctx, seat)
	return []upstream.Result[[]*upstream.Employee]{{Value: r.primeEmployees(all...), Err: err}}
}

func readViewer(r *execution, seat *upstream.Seat, _ []noKey) []upstream.Result[*upstream.Employee] {
	self, err := r.caller.Self(r.ctx, seat)
	if err != nil {
		return failed[*upstream.Employee](1, err)
	}
	return []upstream.Result[*upstream.Employee]{{Value: r.primeEmployees(self)[0]}}
}

// primeEmployees keeps the employees in full, for their look-ups, and returns them as
// other answers embed them.
func (r *execution) primeEmployees(seen ...*upstream.EmployeeDetails) []*upstream.Employee {
	short := make([]*upstream.Employee, len(seen))
	for i, e := range seen {
		short[i] = &e.Employee
		if e.ID != "" {
			employees.of(r).prime(e.ID, e)
		}
	}
	return short
}
