package resolvers

import (
	"fmt"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/upstream"
)

// contact is a *upstream.Person or a *upstream.Company.
type contact interface {
	numbered
	Base() *upstream.ContactBase
}

// contactRows are those that persons and companies share.
func contactRows[O contact]() map[string]row {
	rows := map[string]row{
		"accessList": embedded[O]{func(c O, add func(any)) { addAll(c.Base().AccessList, add) }},
		"createBy": inFull[O](func(d *upstream.ContactDetails, add func(any)) {
			if d.CreateBy != nil {
				add(d.CreateBy)
			}
		}),
		"tags":  lookUp[O, int, []string]{by: contactTags, keys: idOf[O]},
		"email": fallback{lookUp[O, int, *upstream.ContactInfo]{by: emails, keys: wantEmail[O], shared: "contact"}},
		"opportunities": listsOf(func(a *selected, c O) (*opportunityList, error) {
			fixed, err := criteriaOf(c)
			if err != nil {
				return nil, err
			}
			return a.opportunities(fixed)
		}),
	}
	for _, name := range []string{"about", "industry", "created", "contactStatus", "contactType", "addresses", "commonData", "phone", "customFields", "revision"} {
		rows[name] = inFull[O](nil)
	}
	return rows
}

// inFull is a field that takes the contact in full.
func inFull[O contact](objects func(d *upstream.ContactDetails, add func(any))) row {
	return lookUp[O, int, *upstream.ContactDetails]{by: contacts, keys: idOf[O], objects: objects, shared: "contact"}
}

// wantEmail asks for the address of a contact that is not read in full.
func wantEmail[O contact](a *selected, c O, want func(int)) {
	if id, err := c.CheckedID(); err == nil && !contacts.of(a.execution).knows(id) {
		want(id)
	}
}

// listed is a field that is a part of one of the portal's lists.
func listed[O, L, C any](by *loader[*L, *C], list func(a *selected, object O) (*L, error)) row {
	return lookUp[O, *L, *C]{
		by: by,
		keys: func(a *selected, object O, want func(*L)) {
			if l, err := list(a, object); err == nil {
				want(l)
			}
		},
		objects: itself[*C],
	}
}

// listsOf is a field that merges several of the portal's lists: one for each
// combination of stage and tag.
func listsOf[O any](list func(a *selected, object O) (*opportunityList, error)) row {
	l := listed(opportunityPages, list).(lookUp[O, *opportunityList, *graph.OpportunityConnection])
	l.factors = []string{"filter.stages", "filter.anyTag"}
	return l
}

// oneOf is a root field that there is one value of.
func oneOf[V any](by *loader[noKey, V], objects func(value V, add func(any))) row {
	return lookUp[root, noKey, V]{by: by, keys: func(_ *selected, _ root, want func(noKey)) { want(noKey{}) }, objects: objects}
}

// about is the opportunity that a task or an event is about.
func about[O any](entity func(O) *upstream.EntityPointer) row {
	return lookUp[O, int, *upstream.Opportunity]{
		by: opportunities,
		keys: func(_ *selected, object O, want func(int)) {
			if id := opportunityIn(entity(object)); id != 0 {
				want(id)
			}
		},
		objects: itself[*upstream.Opportunity],
	}
}

// holds is a field with one object, or nil.
func holds[O, E any](one func(O) *E) row {
	return embedded[O]{func(object O, add func(any)) {
		if e := one(object); e != nil {
			add(e)
		}
	}}
}

// holdsContact is a field with a contact, or nil.
func holdsContact[O any](one func(O) upstream.Contact) row {
	return embedded[O]{func(object O, add func(any)) {
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
func idOf[O numbered](_ *selected, object O, want func(int)) {
	if id, err := object.CheckedID(); err == nil {
		want(id)
	}
}

// byArgument wants what the argument id names, and byArguments what ids names.
func byArgument(a *selected, _ root, want func(int)) {
	if id, err := parseID("id", a.id("id")); err == nil {
		want(id)
	}
}

func byArguments(a *selected, _ root, want func(int)) {
	for _, text := range argument[[]string](a, "ids") {
		if id, err := parseID("ids", text); err == nil {
			want(id)
		}
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
