package resolvers

import (
	"slices"
	"strings"

	"onlyoffice-graphql/graph"
	"onlyoffice-graphql/upstream"
)

// This file turns the schema's inputs into the portal's criteria. What the
// portal would misread is refused here, before any call, with the argument's name.

// maxLists is how many lists of the portal one field may merge.
const maxLists = 10

// The days that the portal takes: before the first it sees unset dates, and the last
// is one to which it can still add a day.
const (
	firstDay upstream.Day = "1900-01-01"
	lastDay  upstream.Day = "9999-12-30"
)

// opportunityLists returns the lists of the portal that together hold what the
// filter asks for beside the criteria that the field itself sets: one for each
// combination of stage and tag where several will do. No opportunity is in two
// stages, but one may bear two tags, so disjoint says whether lists can overlap.
func opportunityLists(fixed upstream.OpportunityCriteria, f *graph.OpportunityFilter) (lists []upstream.OpportunityCriteria, disjoint bool, err error) {
	base := fixed
	if f == nil {
		return []upstream.OpportunityCriteria{base}, true, nil
	}
	var in inputs
	base.Text = in.text(f.Text)
	base.StageType = f.StageType
	base.Responsible = in.guid("filter.responsible", f.Responsible)
	base.Tags = in.words("filter.tags", f.Tags)
	if f.Contact != nil {
		if fixed.Contact != 0 {
			in.refuse("filter.contact: this field already is about one contact; leave it out.")
		}
		base.Contact = in.id("filter.contact", f.Contact)
		base.ContactIsParticipant = f.ContactIsParticipant != nil && *f.ContactIsParticipant
	} else if f.ContactIsParticipant != nil && fixed.Contact == 0 {
		in.refuse("filter.contactIsParticipant: says how `contact` is meant; set that too.")
	}
	in.closing(&base, f)
	stages := in.ids("filter.stages", f.Stages)
	if len(stages) > 0 && fixed.Stage != 0 {
		in.refuse("filter.stages: this field already is about one stage; leave it out.")
	}
	tags := in.words("filter.anyTag", f.AnyTag)
	if isEmpty(f.Stages) || isEmpty(f.AnyTag) || isEmpty(f.Tags) {
		return nil, true, in.err
	}
	if n := max(len(stages), 1) * max(len(tags), 1); n > maxLists {
		in.refuse("filter: stages and anyTag together take %d portal calls, at most %d are made; ask for fewer.", n, maxLists)
	}
	if in.err != nil {
		return nil, false, in.err
	}
	for _, stage := range orZero(stages) {
		for _, tag := range orZero(tags) {
			list := base
			if stage != 0 {
				list.Stage = stage
			}
			if tag != "" {
				list.Tags = append(slices.Clone(base.Tags), tag)
			}
			lists = append(lists, list)
		}
	}
	return lists, len(tags) <= 1, nil
}

// isEmpty reports whether a list of a filter is given and holds nothing: then the
// filter matches nothing, whether one of the list or all of it would have to hold. A
// form without a choice must leave the list out.
func isEmpty(list []string) bool { return list != nil && len(list) == 0 }

// orZero returns values, or one zero value where there are none.
func orZero[T any](values []T) []T {
	if len(values) == 0 {
		return make([]T, 1)
	}
	return values
}

// contactCriteria returns the criteria of a filter, and whether nothing meets it.
func contactCriteria(f *graph.ContactFilter) (criteria upstream.ContactCriteria, nothing bool, err error) {
	if f == nil {
		return upstream.ContactCriteria{}, false, nil
	}
	var in inputs
	criteria = upstream.ContactCriteria{
		Text:        in.text(f.Text),
		Status:      in.id("filter.status", f.Status),
		Type:        in.id("filter.type", f.Type),
		Responsible: in.guid("filter.responsible", f.Responsible),
		Shared:      f.IsShared,
		Tags:        in.words("filter.tags", f.Tags),
	}
	criteria.From, criteria.To = in.days("filter.createdFrom", f.CreatedFrom, "filter.createdTo", f.CreatedTo)
	if f.Kind != nil {
		criteria.Kind = *f.Kind
	}
	return criteria, isEmpty(f.Tags), in.err
}

func taskCriteria(f *graph.TaskFilter) (upstream.TaskCriteria, error) {
	if f == nil {
		return upstream.TaskCriteria{}, nil
	}
	var in inputs
	criteria := upstream.TaskCriteria{
		Text:        in.text(f.Text),
		Responsible: in.guid("filter.responsible", f.Responsible),
		Category:    in.id("filter.category", f.Category),
		Closed:      f.IsClosed,
		Entity:      in.entity(f.Opportunity, f.Contact),
	}
	criteria.From, criteria.To = in.days("filter.deadLineFrom", f.DeadLineFrom, "filter.deadLineTo", f.DeadLineTo)
	if criteria.From == "" && criteria.To != "" {
		criteria.From = firstDay // deadlines that are not set are earlier
	}
	return criteria, in.err
}

func historyCriteria(f *graph.HistoryFilter) (upstream.HistoryCriteria, error) {
	if f == nil {
		return upstream.HistoryCriteria{}, nil
	}
	var in inputs
	criteria := upstream.HistoryCriteria{
		Text:     in.text(f.Text),
		CreateBy: in.guid("filter.createBy", f.CreateBy),
		Entity:   in.entity(f.Opportunity, f.Contact),
	}
	criteria.From, criteria.To = in.days("filter.from", f.From, "filter.to", f.To)
	if f.Category != nil { // the portal's own categories are negative
		digits, isOwn := strings.CutPrefix(*f.Category, "-")
		id, err := parseID("filter.category", digits)
		if err != nil {
			in.refuse("filter.category: %.40q is not an id of a category, as `historyCategories` lists them.", *f.Category)
		}
		if criteria.Category = id; isOwn {
			criteria.Category = -id
		}
	}
	return criteria, in.err
}

// inputs reads the members of an input and keeps the first that cannot be used.
type inputs struct{ err error }

func (in *inputs) refuse(format string, args ...any) {
	if in.err == nil {
		in.err = badInput(format, args...)
	}
}

func (in *inputs) text(text *string) string {
	if text == nil {
		return ""
	}
	return strings.TrimSpace(*text)
}

func (in *inputs) id(argument string, text *string) int {
	if text == nil {
		return 0
	}
	id, err := parseID(argument, *text)
	if err != nil && in.err == nil {
		in.err = err
	}
	return id
}

func (in *inputs) ids(argument string, texts []string) []int {
	ids, err := parseIDs(argument, texts)
	if err != nil && in.err == nil {
		in.err = err
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (in *inputs) guid(argument string, text *string) string {
	if text == nil {
		return ""
	}
	if !upstream.IsGUID(*text) {
		in.refuse("%s: %.60q is not the id of an employee; those are GUIDs, as in Employee.id.", argument, *text)
	}
	return strings.ToLower(*text)
}

// words returns tags without blanks around them and without doubles, whose case
// does not count for the portal.
func (in *inputs) words(argument string, texts []string) []string {
	var words []string
	for _, text := range texts {
		word := strings.TrimSpace(text)
		if word == "" {
			in.refuse("%s: a tag cannot be empty.", argument)
		}
		if !slices.ContainsFunc(words, func(known string) bool { return strings.EqualFold(known, word) }) {
			words = append(words, word)
		}
	}
	return words
}

func (in *inputs) day(argument string, day *upstream.Day) upstream.Day {
	if day == nil {
		return ""
	}
	if *day < firstDay || *day > lastDay {
		in.refuse("%s: the portal takes days from %s to %s.", argument, firstDay, lastDay)
	}
	return *day
}

// days reads the first and the last day of a range, each of which may be open.
func (in *inputs) days(fromName string, from *upstream.Day, toName string, to *upstream.Day) (first, last upstream.Day) {
	first, last = in.day(fromName, from), in.day(toName, to)
	if first != "" && last != "" && first > last {
		in.refuse("%s: is after `%s`; a range goes from the earlier day to the later.", fromName, toName[strings.LastIndex(toName, ".")+1:])
	}
	return first, last
}

// closing reads the two filters on close dates, which the portal has one for.
func (in *inputs) closing(criteria *upstream.OpportunityCriteria, f *graph.OpportunityFilter) {
	if f.CloseDate != nil {
		criteria.From, criteria.To = in.days("filter.closeDate.from", &f.CloseDate.From, "filter.closeDate.to", &f.CloseDate.To)
	}
	if f.DueBy == nil {
		return
	}
	open := upstream.StageOpen
	if f.CloseDate != nil {
		in.refuse("filter.dueBy: cannot be combined with closeDate; put the earlier day into closeDate.to, with stageType: OPEN.")
	}
	if f.StageType != nil && *f.StageType != open {
		in.refuse("filter.dueBy: only open opportunities are due; leave out stageType.")
	}
	criteria.StageType = &open
	criteria.To = in.day("filter.dueBy", f.DueBy)
	criteria.From = firstDay // unset dates are earlier
}

func (in *inputs) entity(opportunity, contact *string) upstream.EntityRef {
	switch {
	case opportunity != nil && contact != nil:
		in.refuse("filter.contact: cannot be combined with opportunity.")
		return upstream.EntityRef{}
	case opportunity != nil:
		return upstream.EntityRef{Type: "opportunity", ID: in.id("filter.opportunity", opportunity)}
	case contact != nil:
		return upstream.EntityRef{Type: "contact", ID: in.id("filter.contact", contact)}
	default:
		return upstream.EntityRef{}
	}
}
