package demo

import "slices"

// builder makes the store, table by table, from one fixed sequence.
type builder struct {
	*store
	seq           sequence
	statuses      []*dictionaryRow
	taskKinds     []*dictionaryRow
	eventKinds    []*dictionaryRow
	mail          *dictionaryRow
	lastInfo      int
	lastFile      int
	companies     []*contact
	personsOf     map[*contact][]*contact
	usedTitles    map[string]bool
	nativeTaken   map[int]int
	currentPeople []*employee
}

// newStore builds the data around employees.
func newStore(employees []*employee) *store {
	b := &builder{
		store: &store{
			employees:     employees,
			stages:        newStages(),
			fields:        newFields(),
			contactFields: newContactFields(),
			tags:          slices.Clone(opportunityTags),
			contactTags:   slices.Clone(contactTagTitles),
			byContactID:   map[int]*contact{},
		},
		statuses:    newContactStatuses(),
		taskKinds:   newTaskCategories(),
		eventKinds:  newHistoryCategories(),
		mail:        &dictionaryRow{id: mailCategory, title: "Mail message", image: icons + "event_category_email.png"},
		lastInfo:    500,
		lastFile:    9119,
		personsOf:   map[*contact][]*contact{},
		usedTitles:  map[string]bool{},
		nativeTaken: map[int]int{},
	}
	for _, u := range b.employees {
		if !u.gone && !u.disabled {
			b.currentPeople = append(b.currentPeople, u)
		}
	}
	b.addCompanies()
	b.addPersons()
	b.addOpportunities()
	b.addTasks()
	b.addEvents()
	b.addContactTypes()
	b.statusList, b.taskCategories, b.eventCategories = b.statuses, b.taskKinds, b.eventKinds
	b.last = lastIDs{contact: b.contacts[len(b.contacts)-1].id, info: b.lastInfo, task: 600 + taskRows, event: 700 + eventRows}
	b.room = b.rows() + mostCreated
	return b.store
}

// owner picks who made or owns a row: mostly somebody still here.
func (b *builder) owner() *employee {
	switch {
	case b.seq.in(24):
		return b.employee(lostUser)
	case b.seq.in(20):
		return b.employee("gareth.pryce")
	default:
		return pick(&b.seq, b.currentPeople)
	}
}
