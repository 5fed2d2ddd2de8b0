package demo

import (
	"fmt"
	"time"
)

func at(value string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05", value)
	if err != nil {
		t, _ = time.Parse("2006-01-02", value) // the tables below are covered by tests
	}
	return t
}

func (b *builder) info(kind, category int, name, data string, primary bool) contactInfo {
	b.lastInfo++
	return contactInfo{b.lastInfo, kind, category, data, name, primary}
}

func (b *builder) addCompanies() {
	for i, row := range companyRows {
		c := &contact{
			id: 1001 + i, company: true, name: row.name, industry: row.industry, share: 1,
			createBy: b.owner(), created: at("2023-11-06 08:14:52").Add(time.Duration(i) * 151 * time.Hour),
			currency: currencyOf(row.currency), locked: b.seq.in(2),
		}
		b.dressCompany(c, row)
		switch c.id {
		case 1001:
			b.dressNordfrakt(c)
			b.lastInfo = 520 // Ingrid Hallberg's rows come before that
		case 1002:
			c.createBy, c.created = b.employee("mark.oconnell"), at("2024-01-19 16:40:03")
			c.share, c.managers = 0, []*employee{c.createBy, b.employee(demoUser)}
			c.status, c.infos, c.fields, c.tags, c.about, c.locked = nil, nil, nil, nil, "", true
		}
		b.contacts, b.companies = append(b.contacts, c), append(b.companies, c)
		b.byContactID[c.id] = c
	}
}

func (b *builder) dressCompany(c *contact, row companyRow) {
	if row.city != "" {
		c.addresses = []address{{row.street, row.city, row.state, row.zip, row.country, 2, "Office", true}}
		if b.seq.in(4) {
			c.addresses = append(c.addresses, address{"P.O. Box " + fmt.Sprint(100+c.id), row.city, "", row.zip, row.country, 3, "Billing", false})
		}
	}
	if row.phone != "" {
		c.infos = append(
			c.infos,
			b.info(0, 1, "Work", row.phone, true),
			b.info(1, 1, "Work", "office@"+row.host+".example", true),
			b.info(2, 1, "Work", "https://"+row.host+".example/", false),
		)
	}
	if !b.seq.in(5) {
		c.status = pick(&b.seq, b.statuses)
	}
	if b.seq.in(3) {
		c.about = fmt.Sprintf("%s, %d employees.", row.industry, 20+b.seq.below(900))
	}
	if b.seq.in(2) {
		c.fields = append(c.fields, fieldValue{field: b.field(81), value: fmt.Sprintf("XX%09d", 100000000+b.seq.below(800000000))})
	}
	b.dressAny(c)
	if b.seq.in(12) {
		c.share, c.managers = 0, []*employee{c.createBy, pick(&b.seq, b.currentPeople)}
	} else if b.seq.in(6) {
		c.share, c.managers = 2, []*employee{pick(&b.seq, b.currentPeople)}
	}
}

func (b *builder) dressAny(c *contact) {
	if b.seq.in(3) {
		c.fields = append(c.fields, fieldValue{field: b.field(83), value: pick(&b.seq, []string{"Strategic", "Growth", "Long tail"})})
	}
	for n := b.seq.weighted(4, 4, 2); n > 0; n-- {
		tag := pick(&b.seq, contactTagTitles[:len(contactTagTitles)-1])
		if len(c.tags) == 0 || c.tags[0] != tag {
			c.tags = append(c.tags, tag)
		}
	}
}

// dressNordfrakt makes company 1001 the one that documentation speaks of.
func (b *builder) dressNordfrakt(c *contact) {
	c.createBy, c.created, c.locked = b.employee(demoUser), at("2023-11-06 08:14:52"), true
	c.share, c.managers, c.status = 1, nil, b.statuses[2]
	c.about = "Regional haulier, 340 trucks, Gothenburg and Malmö."
	c.addresses = []address{
		{"Terminalgatan 7", "Göteborg", "Västra Götaland", "418 78", "Sweden", 2, "Office", true},
		{"Box 1120", "Göteborg", "", "401 23", "Sweden", 3, "Billing", false},
	}
	c.infos[2].data = "https://nordfrakt.example/kontakt?lang=sv&src=crm"
	c.fields = []fieldValue{{field: b.field(81), value: "SE556677889901"}}
	c.tags = []string{"Haulage", "Key account"}
}

func (b *builder) addPersons() {
	for i, row := range personRows {
		c := &contact{
			id: 2001 + i, firstName: row.firstName, lastName: row.lastName, jobTitle: row.jobTitle, share: 1,
			createBy: b.owner(), created: at("2023-11-06 08:20:11").Add(time.Duration(i) * 97 * time.Hour), locked: b.seq.in(3),
		}
		host := "mailbox"
		if row.company != 0 {
			c.employer = b.byContactID[row.company]
			c.employer.persons++
			c.industry, c.currency = c.employer.industry, c.employer.currency
			b.personsOf[c.employer] = append(b.personsOf[c.employer], c)
			host = companyRows[row.company-1001].host
		}
		b.dressPerson(c, row.mailbox+"@"+host+".example")
		switch c.id {
		case 2001:
			b.dressIngrid(c)
		case 2002:
			c.infos, c.fields, c.tags, c.status, c.about, c.industry = nil, nil, nil, nil, "", ""
			c.createBy, c.created, c.currency, c.locked = b.employee("bjorn.ostlund"), at("2024-02-12 10:05:40"), nil, false
			c.share, c.managers = 1, nil
		case 2003:
			c.createBy, c.created, c.currency, c.locked = b.employee(lostUser), at("2024-03-01 07:00:00"), nil, false
			c.share, c.managers = 1, nil
		}
		b.contacts = append(b.contacts, c)
		b.byContactID[c.id] = c
	}
}

func (b *builder) dressPerson(c *contact, email string) {
	if !b.seq.in(8) {
		c.infos = append(c.infos, b.info(1, 1, "Work", email, true))
	}
	if b.seq.in(2) {
		c.infos = append(c.infos, b.info(0, 2, "Mobile", fmt.Sprintf("+00 70 555 %02d %02d", b.seq.below(100), c.id%100), true))
	}
	if b.seq.in(6) {
		c.infos = append(c.infos, b.info(5, 2, "Other", "https://linkedin.example/in/"+email[:len(email)-len(".example")], false))
	}
	if !b.seq.in(3) {
		c.status = pick(&b.seq, b.statuses)
	}
	if b.seq.in(5) {
		c.about = pick(&b.seq, []string{"Prefers phone before noon.", "Speaks <i>three</i> languages.", "Met at the fair in Leipzig.", "Do not call on Fridays."})
	}
	if b.seq.in(4) {
		c.fields = append(c.fields, fieldValue{field: b.field(82), value: born(1955+b.seq.below(45), time.Month(1+b.seq.below(12)), 1+b.seq.below(28)).Format("01/02/2006")})
	}
	b.dressAny(c)
	if b.seq.in(14) {
		c.share, c.managers = 0, []*employee{c.createBy, pick(&b.seq, b.currentPeople)}
	}
}

// dressIngrid makes person 2001 the one that documentation speaks of.
func (b *builder) dressIngrid(c *contact) {
	c.createBy, c.created, c.locked = b.employee(demoUser), at("2023-11-06 08:20:11"), true
	c.share, c.managers, c.currency = 2, []*employee{b.employee(demoUser)}, currencyOf("EUR")
	c.about, c.status = "Prefers phone before noon.", b.statuses[1]
	c.addresses = []address{{"Kungsgatan 41, 3 tr", "Göteborg", "", "411 15", "Sweden", 0, "Home", true}}
	c.infos = []contactInfo{
		{511, 1, 1, "ingrid.hallberg@nordfrakt.example", "Work", true},
		{512, 1, 0, "ingrid@hallberg.example", "Home", false},
		{513, 0, 2, "+46 70 555 01 77", "Mobile", true},
		{514, 5, 2, "https://linkedin.example/in/ingrid-hallberg", "Other", false},
	}
	c.fields = []fieldValue{{field: b.field(82), value: "05/14/1979"}}
	c.tags = []string{"Decision maker"}
}

// addContactTypes gives most contacts a type, not from the sequence that makes the
// rest. No contact has the last one.
func (b *builder) addContactTypes() {
	b.typeList = newContactTypes()
	for _, c := range b.contacts {
		if i := c.id % len(b.typeList); i < len(b.typeList)-1 {
			c.kind = b.typeList[i]
		}
	}
}
