package resolvers

import (
	"fmt"

	"github.com/99designs/gqlgen/graphql"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/upstream"
)

// table says of each type and field which look-ups it needs, or which objects it
// holds that may. Whatever must know that is read from here: prefetching, what an
// operation costs, why the portal was called, and whether an operation may be
// sequential.
//
// It is filled by init, as the reads of some look-ups make others.
var table map[string]map[string]row

func init() { table = newTable() }

func newTable() map[string]map[string]row {
	type (
		opportunity = *upstream.Opportunity
		employee    = *upstream.Employee
		stage       = *upstream.Stage
		task        = *upstream.Task
		event       = *upstream.HistoryEvent
	)
	person, company := contactRows[*upstream.Person](), contactRows[*upstream.Company]()
	for _, name := range []string{"firstName", "lastName", "jobTitle"} {
		person[name] = inFull[*upstream.Person](nil)
	}
	person["company"] = inFull[*upstream.Person](func(d *upstream.ContactDetails, add func(any)) {
		if d.Company != nil {
			add((*upstream.Company)(d.Company))
		}
	})
	for _, name := range []string{"companyName", "personsCount"} {
		company[name] = inFull[*upstream.Company](nil)
	}
	company["persons"] = looked[*upstream.Company, int, []*upstream.ContactDetails]{by: persons, keys: idOf[*upstream.Company], objects: func(all []*upstream.ContactDetails, add func(any)) {
		for _, p := range personsIn(all) {
			add(p)
		}
	}}
	contact := map[string]row{} // what documents ask of the interface; its objects are persons and companies
	for name, row := range contactRows[*upstream.Person]() {
		if row.cost() != nil {
			contact[name] = row
		}
	}

	employeeDetails := looked[employee, string, *upstream.EmployeeDetails]{by: employees, shared: "employee", keys: func(_ *asked, e employee, want func(string)) {
		if e.ID != "" && !e.IsRemoved() {
			want(e.ID)
		}
	}}
	stageDetails := func(known func(stage) bool) row {
		return looked[stage, the, []stage]{by: stages, shared: "stages", keys: func(_ *asked, s stage, want func(the)) {
			if _, err := s.CheckedID(); err == nil && !known(s) {
				want(the{})
			}
		}}
	}

	return map[string]map[string]row{
		"Query": {
			"opportunity":        looked[root, int, opportunity]{by: opportunities, free: true, keys: byArgument, objects: itself[opportunity]},
			"opportunitiesByIds": looked[root, int, opportunity]{by: opportunities, free: true, several: true, keys: byArguments, objects: itself[opportunity]},
			"contact": looked[root, int, *upstream.ContactDetails]{by: contacts, free: true, keys: byArgument, objects: func(d *upstream.ContactDetails, add func(any)) {
				add(d.Typed())
			}},
			"node": nodes{},

			"opportunities": listed(opportunityPages, func(a *asked, _ root) (*opportunityList, error) {
				return a.opportunities(upstream.OpportunityCriteria{})
			}),
			"contacts": listed(contactPages, func(a *asked, _ root) (*contactList, error) {
				return a.request.contactList(argument[*graph.ContactFilter](a, "filter"), argument[*graph.ContactOrder](a, "orderBy"), a.page())
			}),
			"tasks": listed(taskPages, func(a *asked, _ root) (*taskList, error) {
				return a.request.taskList(argument[*graph.TaskFilter](a, "filter"), a.page())
			}),
			"history": listed(historyPages, func(a *asked, _ root) (*historyList, error) {
				return a.request.historyList(argument[*graph.HistoryFilter](a, "filter"), a.page())
			}),
			"customFieldDefinitions": looked[root, string, []*upstream.CustomFieldDefinition]{by: definitions, keys: func(a *asked, _ root, want func(string)) {
				want(entityOf(argument[*graph.CustomFieldEntity](a, "entity")))
			}},

			"stages":            oneOf(stages, each[stage]),
			"opportunityTags":   oneOf(tags, nil),
			"currencies":        oneOf(currencies, nil),
			"taskCategories":    oneOf(taskCategories, nil),
			"historyCategories": oneOf(historyCategories, nil),
			"employees":         oneOf(allEmployees, each[employee]),
			"viewer":            oneOf(viewer, itself[employee]),
		},
		"Opportunity": {
			"createBy":    holds(func(o opportunity) employee { return o.CreateBy }),
			"responsible": holds(func(o opportunity) employee { return o.Responsible }),
			"accessList":  held[opportunity]{func(o opportunity, add func(any)) { addAll(o.AccessList, add) }},
			"stage":       holds(func(o opportunity) stage { return o.Stage }),
			"contact":     holdsContact(opportunity.PrimaryContact),
			"members": held[opportunity]{func(o opportunity, add func(any)) {
				for _, member := range o.MemberContacts() {
					add(member)
				}
			}},
			"tags":  looked[opportunity, int, []string]{by: opportunityTags, keys: idOf[opportunity]},
			"files": looked[opportunity, int, []*upstream.File]{by: files, keys: idOf[opportunity]},
			"tasks": listed(taskPages, func(a *asked, o opportunity) (*taskList, error) {
				return a.request.tasksOf(o, argument[*bool](a, "isClosed"), a.page())
			}),
			"history": listed(historyPages, func(a *asked, o opportunity) (*historyList, error) {
				return a.request.historyOf(o, a.page())
			}),
		},
		"Contact": contact,
		"Person":  person,
		"Company": company,
		"Stage": {
			"sortOrder":          stageDetails(func(s stage) bool { return s.SortOrder != nil }),
			"relativeItemsCount": stageDetails(func(stage) bool { return false }),
			"opportunities": listed(opportunityPages, func(a *asked, s stage) (*opportunityList, error) {
				fixed, err := criteriaIn(s)
				if err != nil {
					return nil, err
				}
				return a.opportunities(fixed)
			}),
		},
		"Employee": {"userName": employeeDetails, "email": employeeDetails, "isAdmin": employeeDetails},
		"Task": {
			"createBy":    holds(func(t task) employee { return t.CreateBy }),
			"responsible": holds(func(t task) employee { return t.Responsible }),
			"contact":     holdsContact(task.TaskContact),
			"opportunity": about(func(t task) *upstream.EntityPointer { return t.Entity }),
		},
		"HistoryEvent": {
			"createBy":    holds(func(e event) employee { return e.CreateBy }),
			"contact":     holdsContact(event.EventContact),
			"opportunity": about(func(e event) *upstream.EntityPointer { return e.Entity }),
		},

		"OpportunityConnection": {
			"nodes": held[*graph.OpportunityConnection]{func(c *graph.OpportunityConnection, add func(any)) { each(c.Nodes, add) }},
			"edges": held[*graph.OpportunityConnection]{func(c *graph.OpportunityConnection, add func(any)) { each(c.Edges, add) }},
		},
		"OpportunityEdge": {"node": holds(func(e *graph.OpportunityEdge) opportunity { return e.Node })},
		"ContactConnection": {
			"nodes": held[*graph.ContactConnection]{func(c *graph.ContactConnection, add func(any)) { each(c.Nodes, add) }},
			"edges": held[*graph.ContactConnection]{func(c *graph.ContactConnection, add func(any)) { each(c.Edges, add) }},
		},
		"ContactEdge": {"node": holdsContact(func(e *graph.ContactEdge) upstream.Contact { return e.Node })},
		"TaskConnection": {
			"nodes": held[*graph.TaskConnection]{func(c *graph.TaskConnection, add func(any)) { each(c.Nodes, add) }},
			"edges": held[*graph.TaskConnection]{func(c *graph.TaskConnection, add func(any)) { each(c.Edges, add) }},
		},
		"TaskEdge": {"node": holds(func(e *graph.TaskEdge) task { return e.Node })},
		"HistoryEventConnection": {
			"nodes": held[*graph.HistoryEventConnection]{func(c *graph.HistoryEventConnection, add func(any)) { each(c.Nodes, add) }},
			"edges": held[*graph.HistoryEventConnection]{func(c *graph.HistoryEventConnection, add func(any)) { each(c.Edges, add) }},
		},
		"HistoryEventEdge": {"node": holds(func(e *graph.HistoryEventEdge) event { return e.Node })},
	}
}

// contact is a *upstream.Person or a *upstream.Company.
type contact interface {
	numbered
	Base() *upstream.ContactBase
}

// contactRows are those that persons and companies share.
func contactRows[O contact]() map[string]row {
	rows := map[string]row{
		"accessList": held[O]{func(c O, add func(any)) { addAll(c.Base().AccessList, add) }},
		"createBy": inFull[O](func(d *upstream.ContactDetails, add func(any)) {
			if d.CreateBy != nil {
				add(d.CreateBy)
			}
		}),
		"tags":  lastly{tagsOfContacts[O]{}},
		"email": lastly{looked[O, int, *upstream.ContactInfo]{by: emails, keys: wantEmail[O], shared: "contact"}},
		"opportunities": listed(opportunityPages, func(a *asked, c O) (*opportunityList, error) {
			fixed, err := criteriaOf(c)
			if err != nil {
				return nil, err
			}
			return a.opportunities(fixed)
		}),
	}
	for _, name := range []string{"about", "industry", "created", "contactStatus", "addresses", "commonData", "phone", "customFields"} {
		rows[name] = inFull[O](nil)
	}
	return rows
}

// inFull is a field that takes the contact in full.
func inFull[O contact](objects func(d *upstream.ContactDetails, add func(any))) row {
	return looked[O, int, *upstream.ContactDetails]{by: contacts, keys: idOf[O], objects: objects, shared: "contact"}
}

// wantEmail asks for the address of a contact that is not read in full.
func wantEmail[O contact](a *asked, c O, want func(int)) {
	if id, err := c.CheckedID(); err == nil && !contacts.of(a.request).knows(id) {
		want(id)
	}
}

// tagsOfContacts are asked for unless they come with contacts in full; those that
// come without them after all are asked for then.
type tagsOfContacts[O contact] struct{}

func (tagsOfContacts[O]) cost() *cost { return &cost{route: contactTags.route, weight: weightOfCall} }

func (tagsOfContacts[O]) collect(s *step, _ graphql.CollectedField, objects []any) {
	full, tags := contacts.of(s.request), contactTags.of(s.request)
	untagged := &then[*upstream.ContactDetails]{func(s *step, details []*upstream.ContactDetails) {
		for _, d := range details {
			if d.Tags == nil {
				tags.want(s, d.ID, nil)
			}
		}
	}}
	for _, object := range objects {
		id, err := object.(O).CheckedID()
		switch {
		case err != nil: // the field will say so
		case s.request.caller.ContactsHaveTags() && full.knows(id):
			if d, ok := full.want(s, id, untagged); ok {
				untagged.collect(s, []*upstream.ContactDetails{d})
			}
		default:
			tags.want(s, id, nil)
		}
	}
}

// listed is a field that is a part of one of the portal's lists.
func listed[O, L, C any](by *loader[*L, *C], list func(a *asked, object O) (*L, error)) row {
	return looked[O, *L, *C]{
		by: by,
		keys: func(a *asked, object O, want func(*L)) {
			if l, err := list(a, object); err == nil {
				want(l)
			}
		},
		objects: itself[*C],
	}
}

// oneOf is a root field that there is one value of.
func oneOf[V any](by *loader[the, V], objects func(value V, add func(any))) row {
	return looked[root, the, V]{by: by, keys: func(_ *asked, _ root, want func(the)) { want(the{}) }, objects: objects}
}

// about is the opportunity that a task or an event is about.
func about[O any](entity func(O) *upstream.EntityPointer) row {
	return looked[O, int, *upstream.Opportunity]{
		by: opportunities,
		keys: func(_ *asked, object O, want func(int)) {
			if id := opportunityIn(entity(object)); id != 0 {
				want(id)
			}
		},
		objects: itself[*upstream.Opportunity],
	}
}

// holds is a field with one object, or nil.
func holds[O, E any](one func(O) *E) row {
	return held[O]{func(object O, add func(any)) {
		if e := one(object); e != nil {
			add(e)
		}
	}}
}

// holdsContact is a field with a contact, or nil.
func holdsContact[O any](one func(O) upstream.Contact) row {
	return held[O]{func(object O, add func(any)) {
		if c := one(object); c != nil {
			add(c)
		}
	}}
}

func itself[V any](value V, add func(any)) { add(value) }

func each[E any](list []E, add func(any)) {
	for _, e := range list {
		add(e)
	}
}

func addAll[E any](list []E, add func(any)) {
	for i := range list {
		add(&list[i])
	}
}

// idOf wants the object's number, if the portal sent it.
func idOf[O numbered](_ *asked, object O, want func(int)) {
	if id, err := object.CheckedID(); err == nil {
		want(id)
	}
}

// byArgument wants what the argument id names, and byArguments what ids names.
func byArgument(a *asked, _ root, want func(int)) {
	if id, err := parseID("id", a.id("id")); err == nil {
		want(id)
	}
}

func byArguments(a *asked, _ root, want func(int)) {
	ids, err := parseIDs("ids", argument[[]string](a, "ids"))
	if err != nil {
		return
	}
	for _, id := range ids {
		want(id)
	}
}

// typeName returns the name of the object's type in the schema.
func typeName(object any) string {
	switch object.(type) {
	case root:
		return "Query"
	case *upstream.Opportunity:
		return "Opportunity"
	case *upstream.Person:
		return "Person"
	case *upstream.Company:
		return "Company"
	case *upstream.Stage:
		return "Stage"
	case *upstream.Employee:
		return "Employee"
	case *upstream.Task:
		return "Task"
	case *upstream.HistoryEvent:
		return "HistoryEvent"
	case *graph.OpportunityConnection:
		return "OpportunityConnection"
	case *graph.OpportunityEdge:
		return "OpportunityEdge"
	case *graph.ContactConnection:
		return "ContactConnection"
	case *graph.ContactEdge:
		return "ContactEdge"
	case *graph.TaskConnection:
		return "TaskConnection"
	case *graph.TaskEdge:
		return "TaskEdge"
	case *graph.HistoryEventConnection:
		return "HistoryEventConnection"
	case *graph.HistoryEventEdge:
		return "HistoryEventEdge"
	default:
		panic(fmt.Sprintf("%T is no object of the schema", object))
	}
}

// Cost returns what a field of a type adds to the cost of an operation each time
// it is answered, beside what it selects: the weight, and the name of the portal
// call that it shares with other fields of the same object, if it does. It is not
// ok for fields that are in their object's answer.
func Cost(typeName, field string) (weight int, call string, ok bool) {
	row := table[typeName][field]
	if row == nil || row.cost() == nil || row.cost().weight == 0 {
		return 0, "", false
	}
	return row.cost().weight, row.cost().call, true
}
