package resolvers

import (
	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/internal/document"
	"onlyoffice-graphql/upstream"
)

// table says of each type and field which look-ups it needs, or which objects it
// holds that may. It is the only source of that fact: for prefetching, what an
// operation costs, why the portal was called, and whether the fields of an
// operation, or the items of a list, may come one after the other.
var table = newTable()

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
	company["persons"] = lookUp[*upstream.Company, int, []*upstream.ContactDetails]{by: persons, keys: idOf[*upstream.Company], objects: func(all []*upstream.ContactDetails, add func(any)) {
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

	employeeDetails := lookUp[employee, string, *upstream.EmployeeDetails]{by: employees, shared: "employee", keys: func(_ *selected, e employee, want func(string)) {
		if e.ID != "" && !e.IsRemoved() {
			want(e.ID)
		}
	}}
	stageDetails := func(known func(stage) bool) row {
		return lookUp[stage, noKey, []stage]{by: stages, shared: "stages", keys: func(_ *selected, s stage, want func(noKey)) {
			if _, err := s.CheckedID(); err == nil && !known(s) {
				want(noKey{})
			}
		}}
	}

	return map[string]map[string]row{
		"Query": {
			"opportunity":        lookUp[root, int, opportunity]{by: opportunities, free: true, keys: byArgument, objects: itself[opportunity]},
			"opportunitiesByIds": lookUp[root, int, opportunity]{by: opportunities, free: true, several: true, keys: byArguments, objects: itself[opportunity]},
			"contact": lookUp[root, int, *upstream.ContactDetails]{by: contacts, free: true, keys: byArgument, objects: func(d *upstream.ContactDetails, add func(any)) {
				add(d.Typed())
			}},
			"node": dependent{free: true, row: nodeRow},

			"opportunities": listsOf(func(a *selected, _ root) (*opportunityList, error) {
				return a.opportunities(upstream.OpportunityCriteria{})
			}),
			"contacts": listed(contactPages, func(a *selected, _ root) (*contactList, error) {
				return a.execution.contactList(argument[*graph.ContactFilter](a, "filter"), argument[*graph.ContactOrder](a, "orderBy"), a.page())
			}),
			"tasks": listed(taskPages, func(a *selected, _ root) (*taskList, error) {
				return a.execution.taskList(argument[*graph.TaskFilter](a, "filter"), a.page())
			}),
			"history": listed(historyPages, func(a *selected, _ root) (*historyList, error) {
				return a.execution.historyList(argument[*graph.HistoryFilter](a, "filter"), a.page())
			}),
			"customFieldDefinitions": lookUp[root, string, []*upstream.CustomFieldDefinition]{by: definitions, keys: func(a *selected, _ root, want func(string)) {
				want(entityOf(argument[*graph.CustomFieldEntity](a, "entity")))
			}},

			"stages": oneOf(stages, each[stage]),
			"stage": dependent{row: func(a *selected) row {
				id, err := parseID("id", a.id("id"))
				if err != nil {
					return nil
				}
				return stageRow(id)
			}},
			"opportunityTags":   oneOf(tags, nil),
			"contactTags":       oneOf(contactTagList, nil),
			"contactStatuses":   oneOf(contactStatuses, nil),
			"contactTypes":      oneOf(contactTypes, nil),
			"currencies":        oneOf(currencies, nil),
			"taskCategories":    oneOf(taskCategories, nil),
			"historyCategories": oneOf(historyCategories, nil),
			"employees":         oneOf(allEmployees, each[employee]),
			"viewer":            oneOf(viewer, itself[employee]),
		},
		"Opportunity": {
			"createBy":    holds(func(o opportunity) employee { return o.CreateBy }),
			"responsible": holds(func(o opportunity) employee { return o.Responsible }),
			"accessList":  embedded[opportunity]{func(o opportunity, add func(any)) { addAll(o.AccessList, add) }},
			"stage":       holds(func(o opportunity) stage { return o.Stage }),
			"contact":     holdsContact(opportunity.PrimaryContact),
			"members": embedded[opportunity]{func(o opportunity, add func(any)) {
				for _, member := range o.MemberContacts() {
					add(member)
				}
			}},
			"customFields": lookUp[opportunity, string, []*upstream.CustomFieldDefinition]{by: definitions, free: true, when: "headings", keys: func(a *selected, o opportunity, want func(string)) {
				if _, known := o.KnownCustomFields(nil, argument[*bool](a, "headings")); !known {
					want(entityOf(nil))
				}
			}},
			"tags":  lookUp[opportunity, int, []string]{by: opportunityTags, keys: idOf[opportunity]},
			"files": lookUp[opportunity, int, []*upstream.File]{by: files, keys: idOf[opportunity]},
			"tasks": listed(taskPages, func(a *selected, o opportunity) (*taskList, error) {
				return a.execution.tasksOf(o, argument[*bool](a, "isClosed"), a.page())
			}),
			"history": listed(historyPages, func(a *selected, o opportunity) (*historyList, error) {
				return a.execution.historyOf(o, a.page())
			}),
		},
		"Contact": contact,
		"Person":  person,
		"Company": company,
		"Stage": {
			"sortOrder":          stageDetails(func(s stage) bool { return s.SortOrder != nil }),
			"relativeItemsCount": stageDetails(func(stage) bool { return false }),
			"opportunities": listsOf(func(a *selected, s stage) (*opportunityList, error) {
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
			"nodes": embedded[*graph.OpportunityConnection]{func(c *graph.OpportunityConnection, add func(any)) { each(c.Nodes, add) }},
			"edges": embedded[*graph.OpportunityConnection]{func(c *graph.OpportunityConnection, add func(any)) { each(c.Edges, add) }},
		},
		"OpportunityEdge": {"node": holds(func(e *graph.OpportunityEdge) opportunity { return e.Node })},
		"ContactConnection": {
			"nodes": embedded[*graph.ContactConnection]{func(c *graph.ContactConnection, add func(any)) { each(c.Nodes, add) }},
			"edges": embedded[*graph.ContactConnection]{func(c *graph.ContactConnection, add func(any)) { each(c.Edges, add) }},
		},
		"ContactEdge": {"node": holdsContact(func(e *graph.ContactEdge) upstream.Contact { return e.Node })},
		"TaskConnection": {
			"nodes": embedded[*graph.TaskConnection]{func(c *graph.TaskConnection, add func(any)) { each(c.Nodes, add) }},
			"edges": embedded[*graph.TaskConnection]{func(c *graph.TaskConnection, add func(any)) { each(c.Edges, add) }},
		},
		"TaskEdge": {"node": holds(func(e *graph.TaskEdge) task { return e.Node })},
		"HistoryEventConnection": {
			"nodes": embedded[*graph.HistoryEventConnection]{func(c *graph.HistoryEventConnection, add func(any)) { each(c.Nodes, add) }},
			"edges": embedded[*graph.HistoryEventConnection]{func(c *graph.HistoryEventConnection, add func(any)) { each(c.Edges, add) }},
		},
		"HistoryEventEdge": {"node": holds(func(e *graph.HistoryEventEdge) event { return e.Node })},
	}
}

// mutationType is the type of the fields that write. They have no rows, as nothing of
// theirs is read ahead.
const mutationType = "Mutation"

// writeCalls is how many portal calls each mutation usually takes.
var writeCalls = map[string]int{
	"signIn":            2,
	"createOpportunity": 5, "updateOpportunity": 5, "moveOpportunity": 2, "deleteOpportunity": 2,
	"addOpportunityMembers": 1, "removeOpportunityMembers": 1, "setOpportunityAccess": 3,
	"setCustomFields": 3, "addTags": 2, "removeTags": 2,
	"createPerson": 5, "createCompany": 5, "updatePerson": 6, "updateCompany": 6, "setContactStatus": 3,
	"addContactInfo": 3, "updateContactInfo": 3, "deleteContactInfo": 3, "deleteContact": 2,
	"createTask": 4, "updateTask": 4, "closeTask": 1, "reopenTask": 1, "deleteTask": 1,
	"createNote": 3, "deleteHistoryEvent": 1,
}

// Cost returns the cost of a field of a type; the zero value for fields that are
// in their object's answer.
func Cost(typeName, field string) document.FieldCost {
	if typeName == mutationType {
		return document.FieldCost{Weight: weightOfCall * writeCalls[field]}
	}
	row := table[typeName][field]
	if row == nil || row.cost() == nil || row.cost().weight == 0 {
		return document.FieldCost{}
	}
	c := row.cost()
	return document.FieldCost{Weight: c.weight, Call: c.call, Factors: c.factors}
}
