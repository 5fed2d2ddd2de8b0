package demo

// kinds of custom fields that need care.
const headingField = 4

// opportunity writes the single form, or the form that lists carry: the former
// always has an access list and the heading rows, the latter hides a contact
// that the viewer may not see.
func (e *encoder) opportunity(s *store, o *opportunity, list bool) {
	e.open("", '{')
	e.employee("createBy", o.createBy)
	e.date("created", o.created)
	e.open("members", '[')
	for _, c := range o.members {
		if e.viewer.seesContact(c) {
			e.contactBase("", c)
		}
	}
	e.close(']')
	if o.contact != nil && (!list || e.viewer.seesContact(o.contact)) {
		e.contactBase("contact", o.contact)
	}
	e.text("title", o.title)
	if !o.undescribed {
		e.text("description", o.description)
	}
	e.employee("responsible", o.responsible)
	e.nonZero("bidType", o.bidType)
	if o.bid != "" {
		e.raw("bidValue", o.bid)
	}
	if o.currency != nil {
		e.currency("bidCurrency", o.currency)
	}
	e.nonZero("perPeriodValue", o.periods)
	if o.stage != nil {
		e.open("stage", '{')
		e.stageMembers(o.stage)
		e.nestedID(o.stage.id)
	}
	e.nonZero("successProbability", o.probability)
	e.date("actualCloseDate", o.actualClose)
	e.date("expectedCloseDate", o.expected)
	e.flag("isPrivate", o.private)
	if !list || o.private {
		e.employees("accessList", o.access)
	}
	e.flag("canEdit", true) // whoever sees an opportunity may edit it
	e.open("customFields", '[')
	e.opportunityFields(s, o, !list)
	e.close(']')
	e.number("id", o.id)
	e.close('}')
}

// opportunityFields writes values in the order of their definitions.
func (e *encoder) opportunityFields(s *store, o *opportunity, headings bool) {
	for _, f := range s.fields {
		if f.kind == headingField {
			if headings {
				e.fieldValue(0, f, "")
			}
			continue
		}
		for _, v := range o.fields {
			if v.field == f {
				e.fieldValue(o.id, f, v.value)
			}
		}
	}
}

func (e *encoder) stageMembers(st *stage) {
	e.number("successProbability", st.probability)
	e.number("stageType", st.kind)
	e.text("title", st.title)
	e.text("description", st.description)
	e.text("color", st.color)
}
