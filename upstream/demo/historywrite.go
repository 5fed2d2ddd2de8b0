package demo

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// createEvent tells a missing or hidden opportunity apart from nothing else that
// is wrong: all of it is 400.
func createEvent(c *call) (answer, error) {
	b := c.binder()
	kind, _ := b.text("entityType")
	entity, contactID := b.number("entityId"), b.number("contactId")
	content, _ := b.text("content")
	category := b.number("categoryId")
	created := b.date("created")
	fileIDs, recipients := b.numbers("fileId"), b.guids("notifyUserList")
	if b.err != nil {
		return answer{}, b.err
	}
	v := &event{createBy: c.viewer, created: stored(created), content: longText(content)}
	if err := c.placeEvent(v, kind, entity, contactID); err != nil {
		return answer{}, err
	}
	switch {
	case content == "":
		return answer{}, errRange
	case utf8.RuneCountInString(content) > noteLimit:
		return answer{}, errTooLong
	}
	if err := c.categorise(v, category, content); err != nil {
		return answer{}, err
	}
	if err := c.store.grow(); err != nil {
		return answer{}, err
	}
	now := c.store.now()
	if created.IsZero() {
		created, v.created = now, stored(now)
	}
	c.store.last.event++
	v.id = c.store.last.event
	c.store.events = append(c.store.events, v)
	if c.interrupted() {
		return answer{}, errNull
	}
	v.files = c.store.files(fileIDs)
	if err := c.notify(recipients); err != nil {
		return answer{}, err // and the event stays
	}
	echo := *v
	echo.created, echo.content = created, content
	e := c.encoder()
	e.event(c.store, &echo)
	return one(e.buf), nil
}

// placeEvent finds what an event is about: an opportunity, a contact, or both.
func (c *call) placeEvent(v *event, kind string, entity, contactID int) error {
	if !isEntityOfWrites(kind) || kind == "" && entity > 0 || kind == "" && contactID <= 0 {
		return errRange
	}
	if kind != "" {
		o := c.store.opportunity(entity)
		if !strings.EqualFold(kind, "opportunity") || o == nil || !c.viewer.sees(o) {
			return errRange
		}
		v.opportunity = entity
	}
	if contactID == 0 {
		return nil
	}
	if v.contact = c.store.byContactID[contactID]; v.contact == nil || !c.viewer.seesContact(v.contact) {
		return errRange
	}
	return nil
}

// categorise also knows the portal's own categories, of which that of mail wants
// the message in JSON.
func (c *call) categorise(v *event, id int, content string) error {
	switch id {
	case -1:
		v.category = &dictionaryRow{id: id, title: "Task closed", image: icons + "event_category_close.png"}
	case -2:
		v.category = &dictionaryRow{id: id, title: "Files uploaded", image: icons + "event_category_attach_file.png"}
	case mailCategory:
		var message struct {
			ID int `json:"message_id"`
		}
		if json.Unmarshal([]byte(content), &message) != nil || message.ID == 0 {
			return errNull
		}
		v.category = &dictionaryRow{id: mailCategory, title: "Mail message", image: icons + "event_category_email.png"}
	default:
		if v.category = c.store.listItem(id); v.category == nil {
			return errRange
		}
	}
	return nil
}

// files are those that the portal has; unknown ones are linked without effect.
func (s *store) files(ids []int) []*file {
	var list []*file
	for _, v := range s.events {
		for _, f := range v.files {
			if slices.Contains(ids, f.id) && !slices.Contains(list, f) {
				list = append(list, f)
			}
		}
	}
	return list
}

// deleteEvent takes its files along, one by one.
func deleteEvent(c *call) (answer, error) {
	id, err := c.id()
	if err != nil {
		return answer{}, err
	}
	s := c.store
	i := slices.IndexFunc(s.events, func(v *event) bool { return v.id == id })
	if i < 0 {
		return answer{}, errNotFound
	}
	v := s.events[i]
	if !c.editsEvent(v) {
		return answer{}, errForbidden
	}
	e := c.encoder()
	e.event(s, v)
	for len(v.files) > 0 {
		if f := v.files[0]; !c.viewer.admin && f.by != c.viewer {
			return answer{}, errForbidden // and those before it are gone
		}
		s.deleteFile(v.files[0])
	}
	s.events = slices.Delete(s.events, i, i+1)
	if v.contact == nil && s.opportunity(v.opportunity) == nil {
		return answer{}, errNull // it is gone, but the audit finds nothing to name
	}
	return one(e.buf), nil
}

func (s *store) deleteFile(f *file) {
	for _, v := range s.events {
		v.files = without(slices.Clone(v.files), f)
	}
}

// editsEvent goes by the contact where there is one, else by the opportunity, and
// lets authors have their own as long as they see what it is about.
func (c *call) editsEvent(v *event) bool {
	o := c.store.opportunity(v.opportunity)
	own := v.createBy == c.viewer
	switch {
	case c.viewer.admin:
		return true
	case v.contact != nil:
		return c.viewer.edits(v.contact) || own && c.viewer.seesContact(v.contact)
	default:
		return o != nil && c.viewer.sees(o)
	}
}
