package demo

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Row is one thing as the portal's database has it: values by name, as text. Names are
// those that clients write with.
type Row map[string]string

// Rows returns everything that can be written, by kind and number such as
// "opportunity 3101". Tests compare it with what answers say: no route and no viewer
// comes between.
func (p *Portal) Rows() map[string]Row {
	p.mu.RLock()
	defer p.mu.RUnlock()
	rows := make(map[string]Row, 1+len(p.store.opportunities)+len(p.store.tasks)+len(p.store.events)+len(p.store.contacts))
	rows["tags"] = Row{"opportunity": joined(p.store.tags), "contact": joined(p.store.contactTags)}
	for _, o := range p.store.opportunities {
		rows["opportunity "+strconv.Itoa(o.id)] = o.row()
	}
	for _, t := range p.store.tasks {
		rows["task "+strconv.Itoa(t.id)] = t.row()
	}
	for _, v := range p.store.events {
		rows["event "+strconv.Itoa(v.id)] = v.row()
	}
	for _, x := range p.store.contacts {
		rows["contact "+strconv.Itoa(x.id)] = x.row()
	}
	return rows
}

// OpportunityRow returns an opportunity, or nil where there is none.
func (p *Portal) OpportunityRow(id int) Row {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if o := p.store.opportunity(id); o != nil {
		return o.row()
	}
	return nil
}

// TaskRow returns a task, or nil where there is none.
func (p *Portal) TaskRow(id int) Row {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if t := p.store.task(id); t != nil {
		return t.row()
	}
	return nil
}

func (o *opportunity) row() Row {
	r := Row{
		"title": o.title, "description": o.description, "createBy": o.createBy.id, "created": instant(o.created),
		"responsibleId": o.responsible.id, "contactId": contactNumber(o.contact), "memberIds": contactNumbers(o.members),
		"bidType": strconv.Itoa(o.bidType), "bidValue": o.bid, "bidCurrency": "", "perPeriodValue": strconv.Itoa(o.periods),
		"stageId": "", "successProbability": strconv.Itoa(o.probability), "actualCloseDate": instant(o.actualClose),
		"expectedCloseDate": instant(o.expected), "isPrivate": strconv.FormatBool(o.private), "accessListIds": employeeIDs(o.access),
		"tags": joined(o.tags),
	}
	if o.currency != nil {
		r["bidCurrency"] = o.currency.code
	}
	if o.stage != nil {
		r["stageId"] = strconv.Itoa(o.stage.id)
	}
	r.addFields(o.fields)
	return r
}

func (t *task) row() Row {
	return Row{
		"title": t.title, "description": t.description, "createBy": t.createBy.id, "created": instant(t.created),
		"responsibleId": t.responsible.id, "deadLine": instant(t.deadline), "categoryId": strconv.Itoa(t.category.id),
		"contactId": contactNumber(t.contact), "opportunityId": strconv.Itoa(t.opportunity), "alertValue": strconv.Itoa(t.alert),
		"isClosed": strconv.FormatBool(t.closed),
	}
}

func (v *event) row() Row {
	files := make([]string, len(v.files))
	for i, f := range v.files {
		files[i] = strconv.Itoa(f.id)
	}
	return Row{
		"content": v.content, "createBy": v.createBy.id, "created": instant(v.created), "categoryId": strconv.Itoa(v.category.id),
		"contactId": contactNumber(v.contact), "opportunityId": strconv.Itoa(v.opportunity), "fileIds": joined(files),
	}
}

func (x *contact) row() Row {
	r := Row{
		"companyName": x.name, "firstName": x.firstName, "lastName": x.lastName, "jobTitle": x.jobTitle,
		"companyId": contactNumber(x.employer), "about": x.about, "industry": x.industry, "contactStatusId": x.status.number(),
		"contactTypeId": x.kind.number(), "shareType": strconv.Itoa(x.share), "managerIds": employeeIDs(x.managers), "currency": "",
		"createBy": x.createBy.id, "created": instant(x.created), "tags": joined(x.tags),
	}
	if x.currency != nil {
		r["currency"] = x.currency.code
	}
	for _, info := range x.infos {
		r["info "+strconv.Itoa(info.id)] = strconv.Itoa(info.kind) + " " + strconv.Itoa(info.category) + " " + strconv.FormatBool(info.primary) + " " + info.data
	}
	for i, a := range x.addresses {
		r["address "+strconv.Itoa(i)] = fmt.Sprint(a)
	}
	r.addFields(x.fields)
	return r
}

// addFields adds the values of custom fields. Of a field that has two, both are there.
func (r Row) addFields(list []fieldValue) {
	for _, v := range list {
		name := "customFields " + strconv.Itoa(v.field.id)
		if old, twice := r[name]; twice {
			v.value = old + "\x00" + v.value
		}
		r[name] = v.value
	}
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
