package demo

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Row is one thing as the portal's database has it: values by name, as text. Names are
// those that clients write with. Nothing may be written to it, as portals share the rows
// that each of them begins with.
type Row map[string]string

// Equal reports whether both have the same values. It takes no time for rows that no
// portal has written to.
func (r Row) Equal(other Row) bool {
	return reflect.ValueOf(r).Pointer() == reflect.ValueOf(other).Pointer() || maps.Equal(r, other)
}

// rowOf makes a row of names and values by turns. Of a custom field that has two values,
// both are there.
func rowOf(values []string) Row {
	r := make(Row, len(values)/2)
	for pair := range slices.Chunk(values, 2) {
		if old, twice := r[pair[0]]; twice {
			pair[1] = old + "\x00" + pair[1]
		}
		r[pair[0]] = pair[1]
	}
	return r
}

// firstRow is a row of the first store.
type firstRow struct {
	values []string
	row    Row
}

// firstRows has the rows of the first store by their names. Nearly all rows of a portal are
// as they are there, and these are compared at less cost than rows are made.
var firstRows = sync.OnceValue(func() map[string]firstRow {
	rows := map[string]firstRow{}
	firstStore().eachRow(func(name string, values []string) {
		values = slices.Clone(values)
		rows[name] = firstRow{values, rowOf(slices.Clone(values))}
	})
	return rows
})

// Rows returns everything that can be written, by kind and number such as
// "opportunity 3101". Tests compare it with what answers say: no route and no viewer
// comes between.
func (p *Portal) Rows() map[string]Row {
	p.mu.RLock()
	defer p.mu.RUnlock()
	first := firstRows()
	rows := make(map[string]Row, len(first))
	p.store.eachRow(func(name string, values []string) {
		if was := first[name]; slices.Equal(was.values, values) {
			rows[name] = was.row
		} else {
			rows[name] = rowOf(values)
		}
	})
	return rows
}

// eachRow calls add with the name and the values of each row. The values are there for the
// call alone.
func (s *store) eachRow(add func(name string, values []string)) {
	add("tags", []string{"opportunity", joined(s.tags), "contact", joined(s.contactTags)})
	var values []string
	for _, o := range s.opportunities {
		values = o.values(values[:0])
		add("opportunity "+strconv.Itoa(o.id), values)
	}
	for _, t := range s.tasks {
		values = t.values(values[:0])
		add("task "+strconv.Itoa(t.id), values)
	}
	for _, v := range s.events {
		values = v.values(values[:0])
		add("event "+strconv.Itoa(v.id), values)
	}
	for _, x := range s.contacts {
		values = x.values(values[:0])
		add("contact "+strconv.Itoa(x.id), values)
	}
}

// OpportunityRow returns an opportunity, or nil where there is none.
func (p *Portal) OpportunityRow(id int) Row {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if o := p.store.opportunity(id); o != nil {
		return rowOf(o.values(nil))
	}
	return nil
}

// TaskRow returns a task, or nil where there is none.
func (p *Portal) TaskRow(id int) Row {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if t := p.store.task(id); t != nil {
		return rowOf(t.values(nil))
	}
	return nil
}

func (o *opportunity) values(list []string) []string {
	currency, stage := "", ""
	if o.currency != nil {
		currency = o.currency.code
	}
	if o.stage != nil {
		stage = strconv.Itoa(o.stage.id)
	}
	list = append(
		list,
		"title", o.title, "description", o.description, "createBy", o.createBy.id, "created", instant(o.created),
		"responsibleId", o.responsible.id, "contactId", contactNumber(o.contact), "memberIds", contactNumbers(o.members),
		"bidType", strconv.Itoa(o.bidType), "bidValue", o.bid, "bidCurrency", currency, "perPeriodValue", strconv.Itoa(o.periods),
		"stageId", stage, "successProbability", strconv.Itoa(o.probability), "actualCloseDate", instant(o.actualClose),
		"expectedCloseDate", instant(o.expected), "isPrivate", strconv.FormatBool(o.private), "accessListIds", employeeIDs(o.access),
		"tags", joined(o.tags),
	)
	return addFields(list, o.fields)
}

func (t *task) values(list []string) []string {
	return append(
		list,
		"title", t.title, "description", t.description, "createBy", t.createBy.id, "created", instant(t.created),
		"responsibleId", t.responsible.id, "deadLine", instant(t.deadline), "categoryId", strconv.Itoa(t.category.id),
		"contactId", contactNumber(t.contact), "opportunityId", strconv.Itoa(t.opportunity), "alertValue", strconv.Itoa(t.alert),
		"isClosed", strconv.FormatBool(t.closed),
	)
}

func (v *event) values(list []string) []string {
	files := make([]string, len(v.files))
	for i, f := range v.files {
		files[i] = strconv.Itoa(f.id)
	}
	return append(
		list,
		"content", v.content, "createBy", v.createBy.id, "created", instant(v.created), "categoryId", strconv.Itoa(v.category.id),
		"contactId", contactNumber(v.contact), "opportunityId", strconv.Itoa(v.opportunity), "fileIds", joined(files),
	)
}

func (x *contact) values(list []string) []string {
	currency := ""
	if x.currency != nil {
		currency = x.currency.code
	}
	list = append(
		list,
		"companyName", x.name, "firstName", x.firstName, "lastName", x.lastName, "jobTitle", x.jobTitle,
		"companyId", contactNumber(x.employer), "about", x.about, "industry", x.industry, "contactStatusId", x.status.number(),
		"contactTypeId", x.kind.number(), "shareType", strconv.Itoa(x.share), "managerIds", employeeIDs(x.managers), "currency", currency,
		"createBy", x.createBy.id, "created", instant(x.created), "tags", joined(x.tags),
	)
	for _, info := range x.infos {
		list = append(list, "info "+strconv.Itoa(info.id), strconv.Itoa(info.kind)+" "+strconv.Itoa(info.category)+" "+strconv.FormatBool(info.primary)+" "+info.data)
	}
	for i, a := range x.addresses {
		list = append(list, "address "+strconv.Itoa(i), fmt.Sprint(a))
	}
	return addFields(list, x.fields)
}

func addFields(list []string, fields []fieldValue) []string {
	for _, v := range fields {
		list = append(list, "customFields "+strconv.Itoa(v.field.id), v.value)
	}
	return list
}

func (d *dictionaryRow) number() string {
	if d == nil {
		return "0"
	}
	return strconv.Itoa(d.id)
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func contactNumber(x *contact) string {
	if x == nil {
		return "0"
	}
	return strconv.Itoa(x.id)
}

func contactNumbers(list []*contact) string {
	ids := make([]string, len(list))
	for i, x := range list {
		ids[i] = contactNumber(x)
	}
	return joined(ids)
}

func employeeIDs(list []*employee) string {
	ids := make([]string, len(list))
	for i, u := range list {
		ids[i] = u.id
	}
	return joined(ids)
}

// joined has no order: the portal promises none.
func joined(list []string) string {
	switch len(list) {
	case 0:
		return ""
	case 1:
		return list[0]
	}
	list = slices.Clone(list)
	slices.Sort(list)
	return strings.Join(list, "\n")
}
