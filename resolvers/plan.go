package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/upstream"
)

// A page of opportunities is one portal call; what its fields need beyond that
// is one look-up for each opportunity or contact. A plan finds out, from the
// selection and the objects at hand, which look-ups the fields are about to
// make, and announces them together, before the first field asks: so they go
// out at once and in as few calls as the portal allows.

// plan collects keys until they are announced.
type plan struct {
	request         *request
	opportunityTags []int
	files           []int
	tasks           []tasksKey
	history         []historyKey
	contacts        []int
	contactTags     []int
	emails          []int
	persons         []int
	employees       []string
	activity        []int                   // opportunities that tasks and events are about
	headings        []*upstream.Opportunity // whose custom fields are wanted with headings
}

// plan lets fill collect what fields are about to need, and announces it.
func (r *request) plan(ctx context.Context, fill func(p *plan)) {
	if !r.outline.further {
		return
	}
	p := &plan{request: r}
	fill(p)
	p.announce(ctx)
}

// fields returns what is selected on an object of the type.
func (p *plan) fields(selections []ast.SelectionSet, typeName string) []graphql.CollectedField {
	var fields []graphql.CollectedField
	for _, set := range selections {
		fields = append(fields, graph.CollectFields(p.request.operation, typeName, set)...)
	}
	return fields
}

func (p *plan) arguments(field graphql.CollectedField) map[string]any {
	return field.ArgumentMap(p.request.operation.Variables)
}

// ofOpportunities plans for what is selected on each of the opportunities.
func (p *plan) ofOpportunities(selections []ast.SelectionSet, opportunities ...*upstream.Opportunity) {
	for _, field := range p.fields(selections, "Opportunity") {
		switch field.Name {
		case "tags":
			p.opportunityTags = appendIDs(p.opportunityTags, opportunities)
		case "files":
			p.files = appendIDs(p.files, opportunities)
		case "tasks":
			for _, o := range opportunities {
				p.tasks = append(p.tasks, firstTasks(o.ID, p.arguments(field))...)
			}
		case "history":
			for _, o := range opportunities {
				p.history = append(p.history, firstHistory(o.ID, p.arguments(field))...)
			}
		case "customFields":
			if wanted, _ := p.arguments(field)["headings"].(bool); wanted {
				for _, o := range opportunities {
					if o.LacksHeadings() {
						p.headings = append(p.headings, o)
					}
				}
			}
		case "createBy", "responsible":
			for _, o := range opportunities {
				p.ofEmployee(field, map[string]*upstream.Employee{"createBy": o.CreateBy, "responsible": o.Responsible}[field.Name])
			}
		case "accessList":
			for _, o := range opportunities {
				for i := range o.AccessList {
					p.ofEmployee(field, &o.AccessList[i])
				}
			}
		case "contact":
			var contacts []*upstream.ContactBase
			for _, o := range opportunities {
				if o.Contact != nil {
					contacts = append(contacts, o.Contact)
				}
			}
			p.ofContacts([]ast.SelectionSet{field.Selections}, contacts...)
		case "members":
			var contacts []*upstream.ContactBase
			for _, o := range opportunities {
				for i := range o.Members {
					contacts = append(contacts, &o.Members[i])
				}
			}
			p.ofContacts([]ast.SelectionSet{field.Selections}, contacts...)
		}
	}
}

// ofEmployee plans for what a field selects on its employee.
func (p *plan) ofEmployee(field graphql.CollectedField, e *upstream.Employee) {
	if e == nil || e.ID == "" {
		return
	}
	for _, selected := range p.fields([]ast.SelectionSet{field.Selections}, "Employee") {
		switch selected.Name {
		case "userName", "email", "isAdmin":
			p.employees = append(p.employees, e.ID)
			return
		}
	}
}

// ofActivity plans for what is selected on tasks or events about the entities.
func (p *plan) ofActivity(selections []ast.SelectionSet, typeName string, entities []*upstream.EntityPointer) {
	for _, field := range p.fields(selections, typeName) {
		if field.Name != "opportunity" {
			continue
		}
		for _, entity := range entities {
			if id := opportunityIn(entity); id != 0 {
				p.activity = append(p.activity, id)
			}
		}
	}
}

// ofContacts plans for what is selected on each of the contacts.
func (p *plan) ofContacts(selections []ast.SelectionSet, contacts ...*upstream.ContactBase) {
	var persons, companies []int
	for _, c := range contacts {
		switch {
		case c.ID == 0: // the portal has forgotten it; its fields will say so
		case c.IsCompany:
			companies = append(companies, c.ID)
		default:
			persons = append(persons, c.ID)
		}
	}
	p.ofContactIDs(p.fields(selections, "Person"), persons)
	p.ofContactIDs(p.fields(selections, "Company"), companies)
}

func (p *plan) ofContactIDs(fields []graphql.CollectedField, ids []int) {
	var inFull, email, tags bool
	for _, field := range fields {
		switch field.Name {
		case "email":
			email = true
		case "tags":
			tags = true
		case "persons":
			p.persons = append(p.persons, ids...)
		case "about", "industry", "created", "createBy", "contactStatus", "addresses", "commonData", "phone", "customFields",
			"firstName", "lastName", "jobTitle", "company", "companyName", "personsCount":
			inFull = true
		}
	}
	for _, id := range ids {
		if tags && !p.comesWithTags(id, inFull) {
			p.contactTags = append(p.contactTags, id)
		}
	}
	switch {
	case inFull: // holds the e-mail addresses as well
		p.contacts = append(p.contacts, ids...)
	case email:
		p.emails = append(p.emails, ids...)
	}
}

// comesWithTags reports whether the tags of a contact come with the contact, which
// is wanted in full, or was.
func (p *plan) comesWithTags(id int, inFull bool) bool {
	return p.request.caller.ContactsHaveTags() && (inFull || p.request.contacts.cached(p.request.ctx, id))
}

// announce starts the look-ups. Only headings are waited for, as they become
// part of their opportunities before the first field reads them.
func (p *plan) announce(ctx context.Context) {
	r := p.request
	together, gathering := upstream.Gather(ctx)
	gathering.Expect(r.opportunityTags.announce(together, p.opportunityTags) +
		r.files.announce(together, p.files) +
		r.tasks.announce(together, p.tasks) +
		r.history.announce(together, p.history) +
		r.contacts.announce(together, p.contacts) +
		r.contactTags.announce(together, p.contactTags) +
		r.emails.announce(together, p.emails) +
		r.persons.announce(together, p.persons) +
		r.employees.announce(together, p.employees) +
		r.opportunities.announce(together, p.activity))
	if len(p.headings) > 0 {
		definitions, err := r.definitions.load(ctx, "opportunity")
		for _, o := range p.headings {
			o.AddHeadings(definitions, err)
		}
	}
}

func appendIDs(ids []int, opportunities []*upstream.Opportunity) []int {
	for _, o := range opportunities {
		ids = append(ids, o.ID)
	}
	return ids
}

// selected returns the selections below the field of ctx, and below the named
// fields of it where there are names: ("nodes") or ("edges", "node").
func (r *request) selected(ctx context.Context, names ...string) []ast.SelectionSet {
	sets := []ast.SelectionSet{graphql.GetFieldContext(ctx).Field.Selections}
	for _, name := range names {
		var below []ast.SelectionSet
		for _, set := range sets {
			for _, field := range graph.CollectFields(r.operation, "", set) {
				if field.Name == name {
					below = append(below, field.Selections)
				}
			}
		}
		sets = below
	}
	return sets
}

// selectedNodes returns the selections on the items of the connection of ctx.
func (r *request) selectedNodes(ctx context.Context) []ast.SelectionSet {
	return append(r.selected(ctx, "nodes"), r.selected(ctx, "edges", "node")...)
}
