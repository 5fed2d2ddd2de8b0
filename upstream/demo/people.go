package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// portalURL is the address that the portal believes to have; it appears in
// profile and file links only.
const portalURL = "https://crm.example.com"

const defaultPhoto = "/skins/default/images/default_user_photo_size_%d-%d.png"

// displayName is HTML-encoded on the wire, unlike every other name.
func (u *employee) displayName() string {
	return htmlEncode(strings.TrimSpace(u.firstName + " " + u.lastName))
}

// htmlEncode is ASP.NET's HtmlEncode: Latin-1 letters become entities too.
func htmlEncode(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case r == '\'', r >= 0xa0 && r <= 0xff, r > 0xffff:
			fmt.Fprintf(&b, "&#%d;", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func (u *employee) photoURL(size int) string {
	if u.photo == "" {
		return fmt.Sprintf(defaultPhoto, size, size)
	}
	return fmt.Sprintf("/storage/userPhotos/root/%s_size_%d-%d.png?_=%s", u.id, size, size, u.photo)
}

func (u *employee) profileURL() string {
	if u.gone {
		return portalURL + "/Products/People/Profile.aspx?"
	}
	return portalURL + "/Products/People/Profile.aspx?user=" + u.userName
}

func (e *encoder) employee(name string, u *employee) {
	e.raw(name, u.short)
}

// shortForm is what every other object carries of an employee.
func (u *employee) shortForm() string {
	var e encoder
	e.open("", '{')
	e.employeeMembers(u)
	e.close('}')
	return string(e.buf)
}

func (e *encoder) employeeMembers(u *employee) {
	e.text("id", u.id)
	e.text("displayName", u.displayName())
	e.set("title", u.title)
	e.text("avatarSmall", u.photoURL(32))
	e.text("profileUrl", u.profileURL())
}

func (e *encoder) employees(name string, list []*employee) {
	e.open(name, '[')
	for _, u := range list {
		e.employee("", u)
	}
	e.close(']')
}

// profile is the full form of an employee.
func (e *encoder) profile(u *employee) {
	e.open("", '{')
	e.text("userName", u.userName)
	e.flag("isVisitor", false)
	e.text("firstName", u.firstName)
	e.text("lastName", u.lastName)
	e.text("email", u.email)
	if !u.born.IsZero() {
		e.date("birthday", u.born)
	}
	e.set("sex", u.sex)
	e.number("status", u.status())
	e.number("activationStatus", 1)
	e.raw("terminated", u.terminated())
	e.set("department", htmlEncode(u.department))
	e.date("workFrom", time.Date(2019, 3, 1, 0, 0, 0, 0, time.UTC))
	e.set("location", u.location)
	if u.phone != "" {
		e.open("contacts", '[')
		e.open("", '{')
		e.text("type", "phone")
		e.text("value", u.phone)
		e.close('}')
		e.close(']')
	}
	e.text("avatar", u.photoURL(200))
	e.text("avatarMedium", u.photoURL(48))
	e.flag("isAdmin", u.admin && !u.crmOnly)
	e.flag("isLDAP", false)
	if u.crmOnly {
		e.open("listAdminModules", '[')
		e.text("", "crm")
		e.close(']')
	}
	e.flag("isOwner", false)
	e.set("cultureName", u.culture)
	e.flag("isSSO", false)
	e.employeeMembers(u)
	e.close('}')
}

func (u *employee) status() int {
	if u.disabled {
		return 2
	}
	return 1
}

func (u *employee) terminated() string {
	if u.disabled {
		return `"2025-02-28T00:00:00.0000000Z"`
	}
	return "null"
}

func getSelf(c *call) (answer, error) {
	e := c.encoder()
	e.profile(c.viewer)
	return one(e.buf), nil
}

func getPerson(c *call) (answer, error) {
	for _, u := range c.store.employees {
		if !u.gone && (strings.EqualFold(u.id, c.name) || strings.EqualFold(u.userName, c.name)) {
			e := c.encoder()
			e.profile(u)
			return one(e.buf), nil
		}
	}
	return answer{}, errNotFound
}

func listPeople(c *call) (answer, error) {
	return c.people(func(u *employee) bool { return !u.disabled })
}

// employeeStatuses are bits, so the numbers are no index into a list of names.
var employeeStatuses = map[string]int{
	"active": 1, "terminated": 2, "leaveofabsence": 4, "default": 5, "all": 7,
	"1": 1, "2": 2, "4": 4, "5": 5, "7": 7,
}

func filterPeople(c *call) (answer, error) {
	wanted := employeeStatuses["default"]
	if text := c.params.text("employeestatus"); text != "" {
		var known bool
		if wanted, known = employeeStatuses[strings.ToLower(text)]; !known {
			return answer{}, errEnum
		}
	}
	adminsOnly, err := c.params.flag("isadministrator")
	if err != nil {
		return answer{}, err
	}
	search := strings.ToLower(c.params.common("filtervalue"))
	return c.people(func(u *employee) bool {
		return u.status()&wanted != 0 &&
			(adminsOnly == nil || !*adminsOnly || u.admin) &&
			containsWords(search, u.firstName, u.lastName, u.email, u.userName)
	})
}

// people has the one exact total of the whole API.
func (c *call) people(keep func(*employee) bool) (answer, error) {
	var list []*employee
	for _, u := range c.store.employees {
		if !u.gone && keep(u) {
			list = append(list, u)
		}
	}
	key := func(u *employee) string { return strings.ToLower(u.lastName + " " + u.firstName) }
	if c.params.common("sortby") == "firstname" {
		key = func(u *employee) string { return strings.ToLower(u.firstName + " " + u.lastName) }
	}
	slices.SortStableFunc(list, func(a, b *employee) int {
		order := strings.Compare(key(a), key(b))
		if c.params.descending() {
			return -order
		}
		return order
	})
	rows, result := c.page(len(list))
	result.total, result.hasTotal = len(list), true
	e := c.encoder()
	e.open("", '[')
	for _, u := range list[rows.from:rows.to] {
		e.profile(u)
	}
	e.close(']')
	result.payload = e.buf
	return result, nil
}
