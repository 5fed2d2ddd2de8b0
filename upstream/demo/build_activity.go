package demo

import (
	"encoding/json"
	"fmt"
	"time"
)

const (
	taskRows  = 240
	eventRows = 560
)

func (b *builder) addTasks() {
	for i := range taskRows {
		t := &task{
			id: 601 + i, title: pick(&b.seq, taskTitles), createBy: b.owner(), responsible: b.owner(),
			category: pick(&b.seq, b.taskKinds), closed: b.seq.in(2),
			created: at("2025-04-01 08:00:00").Add(time.Duration(i)*33*time.Hour + time.Duration(b.seq.below(3600))*time.Second),
		}
		if !b.seq.in(20) {
			t.deadline = t.created.AddDate(0, 0, 2+b.seq.below(40)).Truncate(time.Hour)
		}
		if b.seq.in(4) {
			t.alert = pick(&b.seq, []int{5, 15, 60, 1440})
		}
		if b.seq.in(3) {
			t.description = pick(&b.seq, descriptions)
		}
		switch b.seq.weighted(6, 2, 1) {
		case 0:
			o := b.someOpportunity()
			t.opportunity, t.contact = o.id, o.contact
		case 1:
			t.contact = pick(&b.seq, b.contacts)
		}
		b.tasks = append(b.tasks, t)
	}
}

// someOpportunity prefers the first ones, so that they have a story to tell.
func (b *builder) someOpportunity() *opportunity {
	if b.seq.in(5) {
		return b.opportunities[b.seq.below(8)]
	}
	return pick(&b.seq, b.opportunities)
}

func (b *builder) addEvents() {
	for i := range eventRows {
		v := &event{
			id: 701 + i, createBy: b.owner(), content: pick(&b.seq, eventTexts), category: pick(&b.seq, b.eventKinds),
			created: at("2024-09-02 06:10:00").Add(time.Duration(i)*23*time.Hour + time.Duration(b.seq.below(20*3600))*time.Second),
		}
		switch b.seq.weighted(7, 2, 2) {
		case 0:
			o := b.someOpportunity()
			v.opportunity = o.id
			if len(o.members) > 0 && b.seq.in(2) {
				v.contact = pick(&b.seq, o.members)
			}
			b.attach(v)
		case 1:
			v.contact = pick(&b.seq, b.contacts)
		case 2:
			v.contact = b.byContactID[2001+b.seq.below(len(personRows))]
			v.category, v.content = b.mail, b.mailContent(v.contact, v.created, i)
		}
		b.events = append(b.events, v)
	}
}

func (b *builder) attach(v *event) {
	if !b.seq.in(7) {
		return
	}
	for range 1 + b.seq.below(2) {
		b.lastFile++
		f := &file{
			id: b.lastFile, title: pick(&b.seq, fileNames), size: 12000 + b.seq.below(900000), version: 1 + b.seq.below(3),
			by: v.createBy, created: v.created.Add(-time.Minute), thirdParty: b.seq.in(6),
		}
		v.files = append(v.files, f)
	}
}

// mailContent is JSON in a text, which is all the portal keeps of a message here.
func (b *builder) mailContent(c *contact, sent time.Time, number int) string {
	from := "someone@mailbox.example"
	if info := c.email(); info != nil {
		from = info.data
	}
	content, _ := json.Marshal(struct { // strings and numbers always encode
		From         string `json:"from"`
		To           string `json:"to"`
		CC           string `json:"cc"`
		BCC          string `json:"bcc"`
		Subject      string `json:"subject"`
		Important    bool   `json:"important"`
		ChainID      string `json:"chain_id"`
		IsSent       bool   `json:"is_sended"`
		DateCreated  string `json:"date_created"`
		Introduction string `json:"introduction"`
		MessageID    int    `json:"message_id"`
		MessageURL   string `json:"message_url"`
	}{
		from, demoUser + "@fennmark.example", "", "", pick(&b.seq, mailSubjects), b.seq.in(9), fmt.Sprintf("<%d@mailbox.example>", number),
		false, sent.Format("2006-01-02T15:04:05Z"), pick(&b.seq, eventTexts), 4400 + number,
		fmt.Sprintf("/Products/CRM/HttpHandlers/filehandler.ashx?action=mailmessage&message_id=%d", 4400+number),
	})
	return string(content)
}
